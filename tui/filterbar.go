package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/text"
)

// filterBar is the filter of tabs 1 and 2, and the line where it is edited.
type filterBar struct {
	// text is the current filter as typed, "" if there is none.
	text string
	// past are earlier ones, newest first.
	past []string
	// recalling says that the remembered filter is still being read.
	recalling bool
	// forget says that the remembered filter is out of date.
	forget bool
	// ticking says that a timer watches how long a search takes.
	ticking bool

	open   bool
	input  textinput.Model
	before string // what held when the editor was opened
	err    *query.Error
	// told says that the error is shown even though the word may go on.
	told bool
	// edits counts the changes, so that only the last one is applied.
	edits int
	// at is the entry of past that is shown, -1 for what was typed.
	at    int
	typed string
	// offered are the completions at the cursor.
	offered query.Completion
}

const (
	// pause is how long to wait after the last key before applying a filter.
	pause = 120 * time.Millisecond
	// maxPastFilters is how many filters are remembered.
	maxPastFilters = 50
	// filterLimit is how long a filter may be.
	filterLimit = 4096
)

// The names that the filter and its history are remembered under.
const (
	rememberedFilter = "filter"
	rememberedPast   = "earlier filters"
)

type (
	// filterMsg applies what was typed up to an edit.
	filterMsg struct{ edit int }
	// searchTickMsg checks on a search.
	searchTickMsg struct{}
	// recalledMsg holds what was remembered.
	recalledMsg struct {
		text, past string
		err        error
	}
)

// filter returns the current filter. Relative times count from now.
func (b *filterBar) filter(now time.Time) query.Filter {
	if b.text == "" {
		return query.Filter{}
	}
	f, err := query.Parse(b.text, now)
	if err != nil { // it was read before
		return query.Filter{}
	}
	return f
}

// recall reads what was remembered.
func (m *model) recall() tea.Cmd {
	get, ctx := m.deps.Remembered, m.ctx
	if get == nil {
		return nil
	}
	m.bar.recalling = true
	return func() tea.Msg {
		kept, err := get(ctx, rememberedFilter)
		if err != nil {
			return recalledMsg{err: err}
		}
		past, err := get(ctx, rememberedPast)
		return recalledMsg{kept, past, err}
	}
}

func (m *model) recalled(msg recalledMsg) tea.Cmd {
	b := &m.bar
	b.recalling = false
	if msg.past != "" {
		b.past = strings.Split(msg.past, "\n")
	}
	if msg.err != nil {
		return m.setStatus(failure(msg.err))
	}
	if _, err := query.Parse(msg.text, m.now); err != nil {
		return nil // another release's
	}
	m.setFilter(msg.text)
	return nil
}

// remember keeps the filter for the next start.
func (m *model) remember() tea.Cmd {
	keep, ctx := m.deps.Remember, m.ctx
	if keep == nil {
		return nil
	}
	current, past := m.bar.text, strings.Join(m.bar.past, "\n")
	return func() tea.Msg {
		err := keep(ctx, rememberedFilter, current)
		if err == nil {
			err = keep(ctx, rememberedPast, past)
		}
		if err == nil || errors.Is(err, context.Canceled) {
			return nil
		}
		return forgotMsg{err}
	}
}

// forgotMsg says that something could not be remembered.
type forgotMsg struct{ err error }

// setFilter replaces the current filter.
func (m *model) setFilter(to string) {
	if to == m.bar.text {
		return
	}
	m.bar.text = to
	for _, l := range m.lists {
		l.request.drop()
		l.search = searchProgress{otherFilter: true}
	}
	m.findingFailure.drop()
}

// dropFilterHiding clears the filter because it hides a delivery that should be
// shown.
func (m *model) dropFilterHiding(id int64) {
	m.setFilter("")
	m.lists[0].search.jump = id
	m.bar.forget = true
	m.setStatus(note(fmt.Sprintf("cleared the filter, which hid #%d: / then ↑ brings it back", id)))
}

// openFilter opens the editor on the current filter.
func (m *model) openFilter() tea.Cmd {
	b := &m.bar
	b.open, b.before, b.at, b.err = true, b.text, -1, nil
	b.input = textinput.New()
	b.input.CharLimit = filterLimit
	b.input.SetValue(b.text)
	b.input.CursorEnd()
	b.input.Focus()
	b.offer(m)
	m.focus = focusList
	m.layout()
	return nil
}

// pressFilter handles a key in the editor.
func (m *model) pressFilter(k tea.KeyPressMsg) tea.Cmd {
	m.clearStatus()
	b := &m.bar
	switch k.String() {
	case "enter":
		return m.keepFilter()
	case "esc":
		m.leaveFilter()
		return nil
	case "up", "ctrl+p":
		return m.earlier(1)
	case "down", "ctrl+n":
		return m.earlier(-1)
	case "tab":
		return m.complete()
	}
	was := b.input.Value()
	b.input, _ = b.input.Update(k)
	if b.input.Value() == was {
		b.offer(m)
		return nil
	}
	b.at = -1
	return m.edited()
}

func (m *model) pasteFilter(pasted string) tea.Cmd {
	m.bar.input, _ = m.bar.input.Update(tea.PasteMsg{Content: text.OneLine(pasted)})
	return m.edited()
}

// edited applies the filter once the user stops typing.
func (m *model) edited() tea.Cmd {
	b := &m.bar
	b.edits++
	b.err, b.told = nil, false
	b.offer(m)
	m.layout()
	return m.after(pause, filterMsg{b.edits})
}

// typedFilter applies what was typed unless more was typed since.
func (m *model) typedFilter(msg filterMsg) tea.Cmd {
	if !m.bar.open || msg.edit != m.bar.edits {
		m.idle = true
		return nil
	}
	m.applyFilter()
	return nil
}

// applyFilter applies what is in the editor. A filter with an error leaves the
// list unchanged.
func (m *model) applyFilter() {
	b := &m.bar
	typed := strings.TrimSpace(b.input.Value())
	_, err := query.Parse(b.input.Value(), m.now)
	b.err = nil
	if errors.As(err, &b.err) {
		m.layout()
		return
	}
	m.layout()
	m.setFilter(typed)
}

// keepFilter closes the editor if the filter has no error.
func (m *model) keepFilter() tea.Cmd {
	b := &m.bar
	b.told = true
	m.applyFilter()
	if b.err != nil {
		return nil
	}
	b.open = false
	if b.text != "" {
		b.past = slices.DeleteFunc(b.past, func(s string) bool { return s == b.text })
		b.past = append([]string{b.text}, b.past...)
		b.past = b.past[:min(len(b.past), maxPastFilters)]
	}
	m.layout()
	return m.remember()
}

// leaveFilter closes the editor and restores the filter from before.
func (m *model) leaveFilter() {
	b := &m.bar
	b.open, b.err = false, nil
	m.layout()
	m.setFilter(b.before)
}

// clearFilter clears the filter.
func (m *model) clearFilter() tea.Cmd {
	m.bar.open, m.bar.err = false, nil
	m.layout()
	m.setFilter("")
	return m.remember()
}

// earlier shows the previous or next filter of the history.
func (m *model) earlier(by int) tea.Cmd {
	b := &m.bar
	if b.at < 0 {
		b.typed = b.input.Value()
	}
	at := b.at + by
	if by > 0 && at < len(b.past) && b.past[at] == b.typed { // it is there already
		at += by
	}
	switch {
	case at < -1 || at >= len(b.past):
		return nil
	case at == -1:
		b.input.SetValue(b.typed)
	default:
		b.input.SetValue(b.past[at])
	}
	b.at = at
	b.input.CursorEnd()
	return m.edited()
}
