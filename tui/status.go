package tui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook/instruction"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// status is the line above the footer: what the last key did, or why it could
// not. It stays until the next key.
type status struct {
	symbol, what, fix string
	look              func(*styles) draw.Style
}

func good(what string) status {
	return status{symbol: "✓", what: what, look: func(st *styles) draw.Style { return st.OK }}
}

func note(what string) status {
	return status{symbol: "·", what: what, look: func(st *styles) draw.Style { return st.Dim }}
}

// cannot says why a key does nothing here.
func cannot(why string) status {
	return status{symbol: "!", what: why, look: func(st *styles) draw.Style { return st.Warn }}
}

// failure shows an error with its fix, if it has one.
func failure(err error) status {
	s := status{symbol: "✗", what: instruction.ForDashboard(err.Error()), look: func(st *styles) draw.Style { return st.Bad }}
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		s.fix = instruction.ForDashboard(fixer.Fix())
	}
	return s
}

func (m *model) setStatus(s status) tea.Cmd {
	m.status = s
	m.layout()
	return nil
}

// clearStatus removes the message.
func (m *model) clearStatus() {
	if m.status.what != "" {
		m.status = status{}
		m.layout()
	}
}

// maxStatusLines is how many lines an error may take.
const maxStatusLines = 4

// lines returns the status in lines of w cells; one empty line if there is
// none.
func (s status) lines(m *model, w int) []draw.Styled {
	st := &m.styles
	if m.bar.open && s.what == "" {
		return m.filterLines(w)
	}
	if m.doing.slow && m.doing.what != "" {
		return []draw.Styled{draw.NewLine(w).Gap(1).Put(st.Accent, m.spinner()).Gap(1).Put(st.Dim, m.doing.what).Chips(m.stopChips()).Styled()}
	}
	if s.what == "" {
		return []draw.Styled{m.hintLine(w)}
	}
	look := s.look(st)
	one := draw.NewLine(w).Gap(1).Put(look, s.symbol).Gap(1)
	what, fix := text.OneLine(s.what), text.OneLine(s.fix)
	if fix == "" && text.Width(what) <= one.Left()-1 {
		return []draw.Styled{one.Put(st.Text, what).Styled()}
	}
	if fix != "" && text.Width(what)+text.Width(fix)+9 <= one.Left() {
		return []draw.Styled{one.Put(st.Text, what).Put(st.Dim, " · fix: ").Put(st.Text, fix).Styled()}
	}
	d := draw.NewDoc(&st.Styles, w)
	d.Item(look, s.symbol, st.Text, what, 0)
	if fix != "" {
		d.Item(st.Dim, "  fix:", st.Text, fix, 0)
	}
	if len(d.Lines) > maxStatusLines {
		// The fix is worth more than the end of a long error.
		f := draw.NewDoc(&st.Styles, w)
		if fix != "" {
			f.Item(st.Dim, "  fix:", st.Text, fix, 0)
		}
		keep := max(maxStatusLines-len(f.Lines), 1)
		lines := append(d.Lines[:keep:keep], f.Lines...)
		return lines[:min(len(lines), maxStatusLines)]
	}
	return d.Lines
}

// stopChips say how to stop what can be stopped.
func (m *model) stopChips() []draw.Chip {
	if m.doing.cancel == nil {
		return nil
	}
	return []draw.Chip{draw.Gap(2), m.styles.Key.Chip("esc"), m.styles.Dim.Chip(" stops")}
}

// hintLine returns the status line while there is no message: a hint at the
// left, the latest one-time code at the right.
func (m *model) hintLine(w int) draw.Styled {
	right := m.codeChips(w >= twoPanesFrom || strings.TrimSpace(m.hint(w).Plain()) == "")
	n := draw.ChipsWidth(right)
	return draw.NewLine(w).Add(m.hint(w-n-1), w-n-1).Gap(1).Chips(right).Styled()
}

// hint says what is wrong with the selected delivery, unless its diagnosis is
// shown.
func (m *model) hint(w int) draw.Styled {
	st := &m.styles
	l := draw.NewLine(w).Gap(1)
	d := m.selected()
	if m.twoPanes() || m.focus == focusDetail || d == nil || !d.Failed() {
		return m.publicLine(l)
	}
	symbol, look := st.mark(d)
	what := outcomeSummary(d)
	if whole := m.detail.current(d.ID); whole != nil && whole.Verdict.Title != "" && whole.Verdict.Rejected() {
		what = whole.Verdict.Title
	} else if d.VouchedBy() != "" && (d.AppFailure != "" || d.AppStatus >= 300) {
		what = "your app: " + strings.TrimPrefix(appStatusText(d), "→")
		if d.AppFailure != "" {
			what = "your app: " + d.AppError
		}
	} else if whole != nil && !d.Verdict.Rejected() {
		what = explainOutcome(whole).Title
	}
	more := " · enter: the cause and the fix"
	if w < 60 {
		more = " · enter: the fix"
	}
	if m.causes.shown(m) {
		more = strings.Replace(more, "enter", "tab", 1) // enter lists them
	}
	l.Put(look, symbol).Gap(1)
	l.Put(st.Text, text.Cut(text.Printable(what), max(l.Left()-text.Width(more), 8)))
	return l.Put(st.Dim, more).Styled()
}

// doing is the side effect that is running. There is one at a time, so that
// pressing a key twice does not do it twice.
type doing struct {
	what string
	n    int
	slow bool
	turn int
	// cancel stops it; nil if it cannot be stopped.
	cancel context.CancelFunc
}

func (d *doing) end() {
	if d.cancel != nil {
		d.cancel()
	}
	d.what, d.slow, d.cancel = "", false, nil
}

// stop stops what is running. Its result then says how far it got.
func (m *model) stop() tea.Cmd {
	m.doing.cancel()
	return nil
}

// doneMsg says that a side effect ended.
type doneMsg struct {
	n   int
	err error
	// then takes the result into the model.
	then func() tea.Cmd
}

// inBackground runs a side effect outside the event loop.
func (m *model) inBackground(what string, run func(ctx context.Context) (then func() tea.Cmd, err error)) tea.Cmd {
	if m.doing.what != "" {
		return m.setStatus(cannot("still " + m.doing.what))
	}
	m.clearStatus()
	m.doing = doing{what: what, n: m.doing.n + 1}
	n, ctx := m.doing.n, m.ctx
	return tea.Batch(func() tea.Msg {
		then, err := run(ctx)
		return doneMsg{n: n, err: err, then: then}
	}, m.after(slowly, spinMsg{}))
}

// inBackgroundStoppable is inBackground for what esc may stop.
func (m *model) inBackgroundStoppable(what string, run func(ctx context.Context) (then func() tea.Cmd, err error)) tea.Cmd {
	if m.doing.what != "" {
		return m.setStatus(cannot("still " + m.doing.what))
	}
	ctx, cancel := context.WithCancel(m.ctx)
	cmd := m.inBackground(what, func(context.Context) (func() tea.Cmd, error) { return run(ctx) })
	m.doing.cancel = cancel
	return cmd
}

func (m *model) done(msg doneMsg) tea.Cmd {
	if msg.n != m.doing.n {
		return nil
	}
	m.doing.end()
	m.changed()
	if msg.err != nil {
		return m.setStatus(failure(msg.err))
	}
	if msg.then == nil {
		return nil
	}
	return msg.then()
}

// spin turns the spinner while there is something to wait for.
func (m *model) spin() tea.Cmd { return m.after(spins, spinMsg{}) }

func (m *model) spun(spinMsg) tea.Cmd {
	if m.doing.what == "" && (!m.detail.slow || !m.detail.request.busy) && (!m.side.slow || !m.side.request.busy) {
		m.idle = true
		return nil
	}
	m.doing.slow = m.doing.what != ""
	m.doing.turn++
	return m.spin()
}

func (m *model) spinner() string {
	const turns = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
	r := []rune(turns)
	return string(r[m.doing.turn%len(r)])
}
