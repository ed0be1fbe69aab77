package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
)

// helpSheet lists the keys, from the key map, and below them common failures.
type helpSheet struct {
	scroll draw.Scroll
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
	pressScroll(&s.scroll, act, s.lines, s.h, nil)
	return nil
}

func (s *helpSheet) paste(*model, string)      {}
func (s *helpSheet) wheel(_ *model, by int)    { s.scroll.Wheel(by, s.lines, s.h) }
func (s *helpSheet) click(*model, int) tea.Cmd { return nil }

// symptoms are common failures: what you see, then what it is and what to do.
func symptoms() [][2]string {
	return [][2]string{
		{"nothing arrives", "The endpoint in Clerk has another URL, or does not subscribe to the event. E registers the URL and the events; tab on Setup (4) shows what Clerk tried. By hand: y u copies the URL; change it in Clerk Dashboard → Webhooks → the endpoint."},
		{"✗ wrong-secret", "Each endpoint has its own secret. Copy this endpoint's Signing Secret (whsec_…) into .env.local, then press R to re-verify."},
		{"✗ too-old", "This machine's clock is more than 5 min off (a VM after sleep), or the request was replayed: r re-signs it."},
		{"✓ here, →400", "The app verifies a body that was parsed and serialized again, or uses another secret: give its verifier the raw body, and check the secret."},
		{"✓ here, →401 →404", "Auth middleware blocks the route: exclude /api/webhooks from it."},
		{"→err", "The app is not running, or not on the port that F shows."},
		{"= duplicate", "Not an error: senders deliver at least once. Your app should detect duplicates by message id, too."},
	}
}

func (s *helpSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	d.Skip()
	groups := keyMap()
	if w >= twoColumns {
		left, right := draw.NewDoc(&st.Styles, w/2), draw.NewDoc(&st.Styles, w-w/2)
		helpKeys(left, st, groups[:1])
		helpLegend(left, st)
		helpKeys(right, st, groups[1:])
		d.Beside(left, right)
	} else {
		helpKeys(d, st, groups)
		helpLegend(d, st)
	}
	d.Head("Common failures and their fixes", "")
	for _, x := range symptoms() {
		d.Text(st.Strong, x[0], 1)
		d.Text(st.Dim, x[1], 3)
	}
	s.lines, s.h = len(d.Lines), h
	s.scroll.Clamp(s.lines, h, nil)
	d.Lines = d.Lines[s.scroll.Top:min(s.scroll.Top+h, len(d.Lines))]
	keys := []hint{m.keys.hint(actBack, "close")}
	if s.lines > h {
		keys = append([]hint{{"↑↓", "more"}}, keys...)
	}
	return "Keys", d, keys
}

// twoColumns is the width from which the keys are in two columns.
const twoColumns = 100

func (s *helpSheet) width() int { return twoColumns + 8 }

func helpKeys(d *draw.Doc, st *styles, groups []group) {
	for _, g := range groups {
		d.Head(g.title, "")
		for _, b := range g.bindings {
			d.Add(d.NewLine().Gap(1).Fit(st.Key, b.show, 13).Put(st.Dim, b.long))
		}
	}
}

func helpLegend(d *draw.Doc, st *styles) {
	d.Head("In the list", "")
	for _, l := range legend() {
		d.Add(d.NewLine().Gap(1).Fit(st.Text, l[0], 13).Put(st.Dim, l[1]))
	}
}

func legend() [][2]string {
	return [][2]string{
		{"✓", "verified and applied"},
		{"✗", "rejected, or a failed resend"},
		{"!", "not applied, or the app failed"},
		{"· ~ =", "not handled; stale; duplicate"},
		{"↻", "a resend; re #8: of #8"},
		{"● ◆", "marked; marked and selected"},
		{"● 2s", "users: just changed"},
		{"200 →500", "hooktop's response → your app's"},
	}
}
