package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// action is what a key does: the same on every tab.
type action int

const (
	actNone action = iota
	actUp
	actDown
	actPageUp
	actPageDown
	actTop
	actBottom
	actNewest
	actOldest
	actTab1
	actTab2
	actTab3
	actTab4
	actPane
	actPrevTab
	actNextTab
	actEnter
	actBack
	actLeft
	actFollow
	actFilter
	actCauses
	actNextFailure
	actPrevFailure
	actMark
	actResend
	actEdit
	actReverify
	actAcknowledge
	actTrigger
	actTarget
	actCopy
	actExport
	actOpen
	actRegister
	actWrap
	actRaw
	actSort
	actDeleted
	actPast
	actFuture
	actMouse
	actHelp
	actQuit
	actKill
	actSuspend
)

// pressScroll moves in a text of so many lines, of which h are visible.
func pressScroll(s *draw.Scroll, act action, lines, h int, links []draw.Link) {
	page := max(h-1, 1)
	switch act {
	case actUp:
		s.By(-1, lines, h, links)
	case actDown:
		s.By(1, lines, h, links)
	case actPageUp:
		s.Wheel(-page, lines, h)
	case actPageDown:
		s.Wheel(page, lines, h)
	case actTop:
		s.Start()
	case actBottom:
		s.End(lines, h, links)
	default:
	}
}

// binding is a row of the key map: everything there is to know of a key.
type binding struct {
	act  action
	keys []string
	// show is how the keys are written, short what the footer says of them and
	// long what the help says.
	show, short, long string
	// cannot returns why the keys do nothing at present, "" if they do something.
	// nil: they always do.
	cannot func(m *model) string
	do     func(m *model) tea.Cmd
	// anywhere: they work while a sheet is open or text is typed, too.
	anywhere bool
}

// why returns why the binding does nothing at present, "" if it does something.
func (b *binding) why(m *model) string {
	if b.cannot == nil {
		return ""
	}
	return b.cannot(m)
}

// run does what the binding is for, or says why it cannot.
func (b *binding) run(m *model) tea.Cmd {
	if why := b.why(m); why != "" {
		return m.setStatus(cannot(why))
	}
	return b.do(m)
}

// group is a part of the help.
type group struct {
	title    string
	bindings []binding
}

// keyboard finds what a key does.
type keyboard struct {
	byKey map[string]*binding
	byAct map[action]*binding
}

func newKeyboard() keyboard {
	kb := keyboard{byKey: map[string]*binding{}, byAct: map[action]*binding{}}
	for _, g := range keyMap() {
		for _, b := range g.bindings {
			kb.byAct[b.act] = &b
			for _, k := range b.keys {
				kb.byKey[k] = &b
			}
		}
	}
	return kb
}

// binding returns what a key is bound to; a key that is not bound does nothing.
func (kb keyboard) binding(k tea.KeyPressMsg) *binding {
	for _, name := range []string{k.String(), k.Text} {
		if b, ok := kb.byKey[name]; ok {
			return b
		}
	}
	return &binding{do: func(*model) tea.Cmd { return nil }}
}

// hint returns a key with what it does, for the footer; does replaces what the
// key map says where more can be said.
func (kb keyboard) hint(act action, does string) hint {
	b := kb.byAct[act]
	if does == "" {
		does = b.short
	}
	return hint{b.show, does}
}

type hint struct{ key, does string }

// hints draws as many of them as there is room for, the first ones first.
func (st *styles) hints(l *draw.Line, hs []hint) {
	for i := range hs {
		if hintsWidth(hs[:i+1]) > l.Left() {
			hs = hs[:i]
			break
		}
	}
	l.Chips(st.hintChips(hs))
}

func (st *styles) hintChips(hs []hint) []draw.Chip {
	var cs []draw.Chip
	for i, h := range hs {
		if i > 0 {
			cs = append(cs, draw.Gap(2))
		}
		cs = append(cs, st.Key.Chip(h.key), draw.Gap(1), st.Dim.Chip(h.does))
	}
	return cs
}

func hintsWidth(hs []hint) int {
	n := 0
	for i, h := range hs {
		if n += text.Width(h.key) + 1 + text.Width(h.does); i > 0 {
			n += 2
		}
	}
	return n
}
