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
	actFollow
	actFilter
	actCauses
	actNextFailure
	actPrevFailure
	actMark
	actResend
	actEdit
	actReverify
	actTrigger
	actTarget
	actCopy
	actExport
	actOpen
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

// pressScroll moves in a text of so many lines, of which h are seen.
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

// binding is a row of the key map.
type binding struct {
	act  action
	keys []string
	// show is how the keys are written, short what the footer says of them and
	// long what the help says.
	show, short, long string
}

// group is a part of the help.
type group struct {
	title    string
	bindings []binding
}

// keyMap is every key there is: the footer, the help and the keyboard all read
// it, and nothing else knows a key.
func keyMap() []group {
	return []group{
		{"Move", []binding{
			{actUp, []string{"up", "k"}, "↑ k", "", "up"},
			{actDown, []string{"down", "j"}, "↓ j", "", "down"},
			{actPageUp, []string{"pgup", "ctrl+u", "ctrl+b"}, "pgup ctrl+u", "", "a screen up"},
			{actPageDown, []string{"pgdown", "ctrl+d", "ctrl+f"}, "pgdn ctrl+d", "", "a screen down"},
			{actTop, []string{"home"}, "home", "", "top of the pane"},
			{actBottom, []string{"end"}, "end", "", "bottom of the pane"},
			{actNewest, []string{"g"}, "g", "newest", "the newest, and follow it"},
			{actOldest, []string{"G", "shift+g"}, "G", "oldest", "the oldest"},
			{actNextFailure, []string{"n"}, "n", "next failure", "next failure, older; or next hit"},
			{actPrevFailure, []string{"N", "shift+n"}, "N", "previous failure", "previous failure, newer; or hit"},
			{actFollow, []string{"f"}, "f", "follow", "follow the newest, or stay"},
			{actPast, []string{"‹", "<"}, "‹ <", "", "users: the table a change earlier"},
			{actFuture, []string{"›", ">"}, "› >", "", "users: a change later"},
		}},
		{"Look", []binding{
			{actTab1, []string{"1"}, "1", "", "Deliveries"},
			{actTab2, []string{"2"}, "2", "", "Failures"},
			{actTab3, []string{"3"}, "3", "", "Users"},
			{actTab4, []string{"4"}, "4", "", "Setup"},
			{actEnter, []string{"enter", "right", "l"}, "enter", "open", "open"},
			{actBack, []string{"esc", "left", "h"}, "esc", "back", "back"},
			{actPane, []string{"tab", "shift+tab"}, "tab", "pane", "to the other pane"},
			{actPrevTab, []string{"["}, "[", "", "the detail's tab before"},
			{actNextTab, []string{"]"}, "]", "", "the detail's next tab"},
			{actFilter, []string{"/"}, "/", "filter", "filter; in a Body with focus, search"},
			{actWrap, []string{"w"}, "w", "wrap", "wrap a body's long lines, or cut"},
			{actRaw, []string{"p"}, "p", "raw", "a body as it came, or laid out"},
			{actCauses, []string{"c"}, "c", "by cause", "failures by cause, or one by one"},
			{actSort, []string{"s"}, "s", "sort", "sort users by the next column"},
			{actDeleted, []string{"d"}, "d", "deleted", "show or hide deleted users"},
		}},
		{"Do", []binding{
			{actTrigger, []string{"t"}, "t", "trigger", "send a signed test event"},
			{actMark, []string{"space"}, "space", "mark", "mark it for r, R and x; esc unmarks"},
			{actResend, []string{"r"}, "r", "resend", "send it, or the marked, again"},
			{actEdit, []string{"e"}, "e", "edit", "edit the body, then send it as new"},
			{actReverify, []string{"R", "shift+r"}, "R", "judge again", "judge rejected ones again, and apply"},
			{actTarget, []string{"F", "shift+f"}, "F", "forward to", "the app to forward to"},
			{actCopy, []string{"y"}, "y", "copy", "copy URL, curl, body, fix, id …"},
			{actExport, []string{"x"}, "x", "export", "export what is listed, or marked"},
			{actOpen, []string{"o"}, "o", "browser", "open the Clerk Dashboard"},
		}},
		{"Program", []binding{
			{actMouse, []string{"m"}, "m", "mouse", "mouse here, or selecting text"},
			{actHelp, []string{"?"}, "?", "help", "this help"},
			{actSuspend, []string{"ctrl+z"}, "ctrl+z", "", "suspend; fg comes back"},
			{actQuit, []string{"q"}, "q", "quit", "back, and at the top quit"},
			{actKill, []string{"ctrl+c"}, "ctrl+c", "", "quit from anywhere"},
		}},
	}
}

// keyboard finds what a key does.
type keyboard struct {
	byKey map[string]action
	byAct map[action]binding
}

func newKeyboard() keyboard {
	kb := keyboard{byKey: map[string]action{}, byAct: map[action]binding{}}
	for _, g := range keyMap() {
		for _, b := range g.bindings {
			kb.byAct[b.act] = b
			for _, k := range b.keys {
				kb.byKey[k] = b.act
			}
		}
	}
	return kb
}

func (kb keyboard) action(k tea.KeyPressMsg) action {
	if a, ok := kb.byKey[k.String()]; ok {
		return a
	}
	return kb.byKey[k.Text]
}

// hint is a key with what it does, for the footer; does replaces what the key
// map says where more can be said.
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
