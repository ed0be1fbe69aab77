package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/text"
)

// helpSheet is made from the key map; under it stand the failures that everyone
// meets.
type helpSheet struct {
	scroll scroll
	lines  int
	h      int
}

func newHelp() *helpSheet { return &helpSheet{} }

func (s *helpSheet) press(m *model, _ tea.KeyPressMsg, act action) tea.Cmd {
	switch act {
	case actBack, actQuit, actHelp, actEnter:
		return m.close()
	case actNewest:
		act = actTop
	case actOldest:
		act = actBottom
	default:
	}
	s.scroll.press(act, s.lines, s.h, nil)
	return nil
}

func (s *helpSheet) paste(string)              {}
func (s *helpSheet) wheel(_ *model, by int)    { s.scroll.wheel(by, s.lines, s.h) }
func (s *helpSheet) click(*model, int) tea.Cmd { return nil }

// symptoms are what one sees, what it is and what to do, shortest first.
func symptoms() [][2]string {
	return [][2]string{
		{"nothing arrives", "The endpoint's URL in Clerk is another one, or lacks this event. y u copies the URL; Clerk Dashboard → Webhooks → the endpoint."},
		{"✗ wrong-secret", "Each endpoint has a secret of its own. Copy that endpoint's Signing Secret (whsec_…) into .env.local; R then judges it again."},
		{"✗ too-old", "This machine's clock is off by more than 5 min (a VM after sleep), or the request was replayed: r signs afresh."},
		{"✓ here, →400", "The app verifies a body that was parsed and written anew, or with another secret: give it the raw body."},
		{"✓ here, →401 →404", "Auth middleware stands before the route: leave /api/webhooks out of it."},
		{"→err", "The app does not run, or listens on another port than --forward-to says."},
		{"= duplicate", "No fault: senders deliver at least once. Your app should know a message by its id, too."},
	}
}

func (s *helpSheet) view(m *model, w, h int) (string, *doc, []hint) {
	st := &m.st
	d := newDoc(st, w)
	d.lines = append(d.lines, text.Spaces(w))
	groups := keyMap()
	if w >= twoColumns {
		left, right := newDoc(st, w/2), newDoc(st, w-w/2)
		left.keys(groups[:1])
		left.legend()
		right.keys(groups[1:])
		d.beside(left, right)
	} else {
		d.keys(groups)
		d.legend()
	}
	d.head("Common failures and their fixes", "")
	for _, x := range symptoms() {
		d.text(st.strong, x[0], 1)
		d.text(st.dim, x[1], 3)
	}
	s.lines, s.h = len(d.lines), h
	s.scroll.clamp(s.lines, h, nil)
	d.lines = d.lines[s.scroll.top:min(s.scroll.top+h, len(d.lines))]
	keys := []hint{m.kb.hint(actBack, "close")}
	if s.lines > h {
		keys = append([]hint{{"↑↓", "more"}}, keys...)
	}
	return "Keys", d, keys
}

// twoColumns is the width from which the keys are in two columns.
const twoColumns = 100

func (s *helpSheet) width() int { return twoColumns + 8 }

func (d *doc) keys(groups []group) {
	for _, g := range groups {
		d.head(g.title, "")
		for _, b := range g.bindings {
			d.add(d.newLine().gap(1).fit(d.st.key, b.show, 13).put(d.st.dim, b.long))
		}
	}
}

func (d *doc) legend() {
	d.head("In the list", "")
	for _, l := range legend() {
		d.add(d.newLine().gap(1).fit(d.st.text, l[0], 13).put(d.st.dim, l[1]))
	}
}

// beside adds two docs next to each other.
func (d *doc) beside(left, right *doc) {
	at := func(d *doc, i int) string {
		if i < len(d.lines) {
			return d.lines[i]
		}
		return text.Spaces(d.w)
	}
	for i := range max(len(left.lines), len(right.lines)) {
		d.lines = append(d.lines, at(left, i)+at(right, i))
	}
}

func legend() [][2]string {
	return [][2]string{
		{"✓", "verified and applied"},
		{"✗", "rejected, or a resend that failed"},
		{"!", "not applied, or the app failed"},
		{"· ~ =", "not handled; too old; known already"},
		{"↻", "a resend, of the one after re"},
		{"● ◆", "marked; marked and selected"},
		{"● 2s", "users: changed a moment ago"},
		{"200 →500", "hooktop's answer and your app's"},
	}
}
