package tui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// setupPane shows the state of the set-up and what is left to do.
type setupPane struct {
	w, h   int
	scroll draw.Scroll
	doc    draw.Doc
}

func (p *setupPane) setSize(w, h int) { p.w, p.h = w, h }

// left returns how many steps are left to do.
func (s Setup) left() int {
	n := 0
	for _, step := range s.Steps {
		if step.State == StepTodo || step.State == StepFailed {
			n++
		}
	}
	return n
}

// inOrder returns the steps with the optional ones last, so that what is wrong needs no
// scrolling.
func (s Setup) inOrder() []Step {
	optional := func(s Step) int {
		if s.State == StepOptional {
			return 1
		}
		return 0
	}
	return slices.SortedStableFunc(slices.Values(s.Steps), func(a, b Step) int { return optional(a) - optional(b) })
}

// summary returns what the tab shows beside its name.
func (s Setup) summary() string {
	if n := s.left(); n > 0 {
		return strconv.Itoa(n) + " to do"
	}
	if len(s.Steps) == 0 {
		return ""
	}
	if slices.ContainsFunc(s.Steps, func(step Step) bool { return step.State == StepWarning }) {
		return "!"
	}
	return "✓"
}

func (p *setupPane) prepare(m *model) {
	d := draw.NewDoc(&m.styles.Styles, p.w)
	st := &m.styles
	d.Skip()
	p.opening(m, d)
	for _, n := range m.setup.Notices {
		d.Item(st.Warn, "!", st.Text, n, 0)
	}
	d.Break()
	column := 10
	for _, s := range m.setup.Steps {
		column = max(column, min(text.Width(text.Printable(s.Name))+2, 14))
	}
	for _, s := range m.setup.inOrder() {
		if s.Counted {
			s.Text += "   " + text.Plural(m.counts.Deliveries, "delivery") + ", " + text.Plural(m.counts.Users, "user")
		}
		step(d, st, s, column)
	}
	p.next(m, d)
	p.doc = *d
	p.scroll.Clamp(len(d.Lines), p.h, nil)
}

// opening says in a sentence what works now.
func (p *setupPane) opening(m *model, d *draw.Doc) {
	st := &m.styles
	switch m.conn.State {
	case Live, Own:
		says := "Live: the public URL reaches this machine."
		if m.conn.State == Own {
			says = "Your own tunnel reaches this machine."
		}
		d.Item(st.OK, "●", st.Strong, says, 0)
		d.Text(st.Accent, m.conn.URL, 2)
		if at := m.counts.LastVerified; at.IsZero() {
			d.Text(st.Dim, "No verified delivery has arrived yet.", 2)
		} else {
			d.Text(st.Dim, "Last verified delivery: "+text.Ago(at, m.now)+".", 2)
		}
	case Connecting, Reconnecting:
		d.Item(st.Warn, "◐", st.Strong, "The tunnel is "+string(m.conn.State)+"; the local address works.", 0)
		d.Text(st.Dim, m.conn.Reason, 2)
	case Failed:
		d.Item(st.Bad, "✗", st.Strong, "No public URL: "+text.OrNone(m.conn.Reason), 0)
		d.Text(st.Text, m.conn.Fix, 2)
	default:
		says := "Local mode: works offline, no account needed."
		if !m.setup.Local {
			says = "Local only: no public URL yet."
		}
		d.Item(st.Accent, "○", st.Strong, says, 0)
		d.Text(st.Text, "Press t to send a signed test event.", 2)
	}
	d.Break()
}

func step(d *draw.Doc, st *styles, s Step, column int) {
	symbol, look, name := "○", st.Warn, st.Strong
	switch s.State {
	case StepDone:
		symbol, look, name = "✓", st.OK, st.Text
	case StepFailed:
		symbol, look = "✗", st.Bad
	case StepWarning:
		symbol = "!"
	case StepOptional:
		symbol, look, name = "·", st.Dim, st.Dim
	case StepTodo:
	}
	column = min(column, max(d.W/3, 1))
	for i, part := range text.Wrap(s.Text, d.W-2*draw.Margin-2-column) {
		l := d.NewLine()
		if i == 0 {
			l.Put(look, symbol).Gap(1).Fit(name, s.Name, column)
		} else {
			l.Gap(2 + column)
		}
		textLook := st.Text
		if s.State == StepOptional {
			textLook = st.Dim
		}
		d.Add(l.Put(textLook, part))
	}
	for _, s := range s.Lines {
		for _, part := range text.Wrap(s, d.W-2*draw.Margin-2-column) {
			d.Add(d.NewLine().Gap(2+column).Put(st.Dim, part))
		}
	}
}

// subscribing is the story of a Stripe subscription.
const subscribing = "story:subscribe"

// next shows what to do first, while nothing has arrived.
func (p *setupPane) next(m *model, d *draw.Doc) {
	st := &m.styles
	if m.counts.Deliveries == 0 {
		d.Head("FIRST DELIVERY", "")
	} else {
		d.Head("TRY IT", "")
	}
	url := m.webhookURL()
	d.Item(st.Key, "t", st.Text, "sends a signed "+firstOr(m.deps.Events, "test event")+" right now: no account, no network", 0)
	if slices.Contains(m.deps.Events, subscribing) {
		d.Text(st.Dim, subscribing+" in the same list sends a subscription's events, as Stripe does", 2)
	}
	if m.conn.State == Live || m.conn.State == Own {
		d.Item(st.Key, "y", st.Text, "then u copies the URL; o opens the Clerk Dashboard: Webhooks → Add Endpoint, paste it there", 0)
		d.Text(st.Dim, "subscribe to user.created, user.updated and user.deleted; then Testing → Send Example", 2)
	} else if url != "" {
		d.Item(st.Key, "y", st.Text, "then u copies the local URL, for a tunnel or a script of your own", 0)
	}
	d.Break()
	d.Item(st.Key, "?", st.Dim, "all keys, and common failures with their fixes", 0)
}

func firstOr(ss []string, otherwise string) string {
	if len(ss) > 0 {
		return ss[0]
	}
	return otherwise
}

func (p *setupPane) press(_ *model, act action) tea.Cmd {
	switch act {
	case actNewest:
		act = actTop
	case actOldest:
		act = actBottom
	default:
	}
	pressScroll(&p.scroll, act, len(p.doc.Lines), p.h, nil)
	return nil
}

func (p *setupPane) view() []draw.Styled {
	return p.doc.Lines[min(p.scroll.Top, len(p.doc.Lines)):min(p.scroll.Top+p.h, len(p.doc.Lines))]
}
