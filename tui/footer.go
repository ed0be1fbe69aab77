package tui

import (
	"strings"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// footer returns the last line: the best keys for what has the focus and,
// always at the right, help and quit.
func (m *model) footer() draw.Styled {
	st := &m.styles
	l := draw.NewLine(m.w).Gap(1)
	right := []hint{m.keys.hint(actHelp, ""), m.keys.hint(actQuit, m.quitDoes())}
	n := 1
	for _, h := range right {
		n += text.Width(h.key) + 1 + text.Width(h.does) + 2
	}
	inner := draw.NewLine(m.w - 1 - n)
	st.hints(inner, m.footerHints())
	l.Add(inner.Styled(), m.w-1-n)
	for _, h := range right {
		l.Gap(2).Put(st.Key, h.key).Gap(1).Put(st.Dim, h.does)
	}
	return l.Styled()
}

// quitDoes returns what q does at present.
func (m *model) quitDoes() string {
	if !m.tooSmall() && !m.twoPanes() && m.focus == focusDetail && m.sheet == nil {
		return "back"
	}
	return ""
}

// footerKey is a key in the footer and what it does here, "" for the words of
// the key map.
type footerKey struct {
	act  action
	does string
}

// The keys that a footer shows as one.
const (
	keysMove action = -1 - iota
	keysScroll
	keysTabs
	keysTime
	// keysAgain is R for a rejected delivery that may verify now, and r for another.
	keysAgain
)

// footerKeys returns the best keys for what has the focus, the best first: where
// there is no room the last ones go.
func (m *model) footerKeys() []footerKey {
	inDetail := m.focus == focusDetail
	switch {
	case m.tab == tabSetup && inDetail:
		return []footerKey{{keysMove, ""}, {actEnter, "open the delivery"}, {actResend, "have Clerk resend"}, {actBack, ""}, {actRegister, ""}, {actOpen, "Clerk Dashboard"}}
	case m.tab == tabSetup:
		return []footerKey{{actEnter, m.steps.does()}, {actTrigger, "test event"}, {actRegister, ""}, {actPane, "Clerk's side"}, {keysScroll, ""}, {actCopy, "copy"}, {actOpen, "Clerk Dashboard"}, {actTarget, ""}}
	case m.tab == tabUsers && len(m.users.rows) == 0:
		return []footerKey{{actTrigger, "send a test event"}, {actCopy, "copy"}, {actOpen, "Clerk Dashboard"}, {actTarget, ""}}
	case m.tab == tabUsers && inDetail && m.user.tab == tabRow:
		return []footerKey{{keysScroll, ""}, {keysTabs, ""}, {actBack, ""}, {actCopy, ""}}
	case m.tab == tabUsers && inDetail:
		return []footerKey{{keysMove, ""}, {actEnter, "open the delivery"}, {keysTabs, ""}, {actBack, ""}, {actCopy, ""}}
	case m.tab == tabUsers && m.users.history.inPast():
		return []footerKey{{keysMove, ""}, {keysTime, ""}, {actBack, "now"}, {actEnter, "history"}, {actSort, ""}, {actDeleted, ""}, {actCopy, ""}}
	case m.tab == tabUsers:
		return []footerKey{{keysMove, ""}, {actEnter, "history"}, {keysTime, ""}, {actSort, ""}, {actDeleted, ""}, {actCopy, ""}, {actTrigger, ""}}
	case inDetail && m.detail.tab == tabBody:
		return []footerKey{{keysScroll, ""}, {keysTabs, ""}, {actFilter, "search"}, {actRaw, ""}, {actWrap, ""}, {actBack, ""}, {keysAgain, ""}, {actCopy, ""}, {actNextFailure, ""}}
	case inDetail && m.detail.tab == tabTries:
		return []footerKey{{keysMove, ""}, {actEnter, ""}, {keysTabs, ""}, {actBack, ""}, {keysAgain, ""}, {actCopy, ""}, {actNextFailure, ""}}
	case inDetail:
		return []footerKey{{keysScroll, ""}, {keysTabs, ""}, {actBack, ""}, {keysAgain, ""}, {actCopy, ""}, {actNextFailure, ""}}
	case m.selected() == nil && m.bar.text != "":
		return []footerKey{{actBack, "clear the filter"}, {actFilter, "edit it"}}
	case m.selected() == nil:
		return []footerKey{{actTrigger, "send a test event"}, {actCopy, "copy"}, {actOpen, "Clerk Dashboard"}, {actTarget, ""}}
	case m.causes.shown(m):
		return []footerKey{{keysMove, ""}, {actEnter, "list them"}, {actCauses, "one by one"}, {keysAgain, ""}, {actAcknowledge, "acknowledge all"}, {actCopy, ""}}
	case len(m.marks) > 0:
		return []footerKey{{keysMove, ""}, {actMark, ""}, {actResend, "resend %d"}, {actReverify, ""}, {actAcknowledge, ""}, {actBack, "unmark"}, {actExport, ""}, {actEnter, ""}}
	case m.tab == tabFailures:
		return []footerKey{{keysMove, ""}, {actEnter, ""}, {actCauses, ""}, {keysAgain, ""}, {actAcknowledge, ""}, {actCopy, ""}, {actTarget, ""}, {actFollow, ""}, {actNextFailure, ""}}
	}
	return []footerKey{{keysMove, ""}, {actEnter, ""}, {actFilter, ""}, {keysAgain, ""}, {actTrigger, ""}, {actCopy, ""}, {actEdit, ""}, {actFollow, ""}, {actMark, ""}}
}

// footerHints returns what the footer shows. A key that cannot do anything at
// present is left out.
func (m *model) footerHints() []hint {
	if m.bar.open {
		return []hint{m.keys.hint(actEnter, "keep"), m.keys.hint(actBack, "leave"), {"tab", "complete"}, {"↑", "earlier ones"}}
	}
	var hs []hint
	for _, k := range m.footerKeys() {
		act := k.act
		if act == keysAgain {
			act = actResend
			if d := m.selected(); d != nil && isRejected(d) && !perhapsVouched(d) && m.keys.byAct[actReverify].why(m) == "" {
				act = actReverify
			}
		}
		switch act {
		case keysMove:
			hs = append(hs, hint{"↑↓", "move"})
		case keysScroll:
			if m.tab != tabSetup || len(m.steps.doc.Lines) > m.steps.h {
				hs = append(hs, hint{"↑↓", "scroll"})
			}
		case keysTabs:
			hs = append(hs, hint{"[ ]", "tabs"})
		case keysTime:
			hs = append(hs, hint{"‹ ›", "in time"})
		default:
			if m.keys.byAct[act].why(m) == "" {
				hs = append(hs, m.keys.hint(act, strings.ReplaceAll(k.does, "%d", text.Grouped(len(m.marks)))))
			}
		}
	}
	return hs
}
