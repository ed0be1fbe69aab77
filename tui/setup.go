package tui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/text"
)

// setupPane shows how the set-up stands and what remains to be done.
type setupPane struct {
	w, h   int
	scroll scroll
	doc    doc
}

func (p *setupPane) setSize(w, h int) { p.w, p.h = w, h }

// left counts the steps that are to be done.
func (s Setup) left() int {
	n := 0
	for _, step := range s.Steps {
		if step.State == StepTodo || step.State == StepFailed {
			n++
		}
	}
	return n
}

// summary is what the tab says beside its name.
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
	d := newDoc(&m.st, p.w)
	st := &m.st
	d.lines = append(d.lines, text.Spaces(p.w))
	p.opening(m, d)
	for _, n := range m.setup.Notices {
		d.mark(st.warn, "!", st.text, n, 0)
	}
	d.blank()
	column := 10
	for _, s := range m.setup.Steps {
		column = max(column, min(text.Width(text.Printable(s.Name))+2, 14))
	}
	for _, s := range m.setup.Steps {
		if s.Counted {
			s.Text += "   " + text.Plural(m.counts.Deliveries, "delivery") + ", " + text.Plural(m.counts.Users, "user")
		}
		d.step(s, column)
	}
	p.next(m, d)
	p.doc = *d
	p.scroll.clamp(len(d.lines), p.h, nil)
}

// opening says in a sentence what works now.
func (p *setupPane) opening(m *model, d *doc) {
	st := &m.st
	switch m.conn.State {
	case Live, Own:
		says := "Live: the public URL leads to this machine."
		if m.conn.State == Own {
			says = "Your own tunnel leads here."
		}
		d.mark(st.ok, "●", st.strong, says, 0)
		d.text(st.accent, m.conn.URL, 2)
		if at := m.counts.LastVerified; at.IsZero() {
			d.text(st.dim, "No genuine delivery has come through it yet.", 2)
		} else {
			d.text(st.dim, "The last genuine delivery: "+text.Ago(at, m.now)+".", 2)
		}
	case Connecting, Reconnecting:
		d.mark(st.warn, "◐", st.strong, "The public side is "+string(m.conn.State)+"; the local address works.", 0)
		d.text(st.dim, m.conn.Reason, 2)
	case Failed:
		d.mark(st.bad, "✗", st.strong, "No public side: "+text.OrNone(m.conn.Reason), 0)
		d.text(st.text, m.conn.Fix, 2)
	default:
		says := "Local mode: works now, offline."
		if !m.setup.Local {
			says = "Receiving at this machine's own address: no public side yet."
		}
		d.mark(st.accent, "○", st.strong, says, 0)
		d.text(st.text, "Press t to send a signed test event through the front door.", 2)
	}
	d.blank()
}

func (d *doc) step(s Step, column int) {
	st := d.st
	symbol, look, name := "○", st.warn, st.strong
	switch s.State {
	case StepDone:
		symbol, look, name = "✓", st.ok, st.text
	case StepFailed:
		symbol, look = "✗", st.bad
	case StepWarning:
		symbol = "!"
	case StepOptional:
		symbol, look, name = "·", st.dim, st.dim
	case StepTodo:
	}
	column = min(column, max(d.w/3, 1))
	for i, part := range text.Wrap(s.Text, d.w-2*margin-2-column) {
		l := d.newLine()
		if i == 0 {
			l.put(look, symbol).gap(1).fit(name, s.Name, column)
		} else {
			l.gap(2 + column)
		}
		textLook := st.text
		if s.State == StepOptional {
			textLook = st.dim
		}
		d.add(l.put(textLook, part))
	}
	for _, s := range s.Lines {
		for _, part := range text.Wrap(s, d.w-2*margin-2-column) {
			d.add(d.newLine().gap(2+column).put(st.dim, part))
		}
	}
}

// subscribing is the story of Stripe's events.
const subscribing = "story:subscribe"

// next teaches what to do first, while nothing has arrived.
func (p *setupPane) next(m *model, d *doc) {
	st := &m.st
	if m.counts.Deliveries == 0 {
		d.head("FIRST DELIVERY", "")
	} else {
		d.head("TRY IT", "")
	}
	url := m.webhookURL()
	d.mark(st.key, "t", st.text, "sends a signed "+firstOr(m.d.Events, "test event")+" right now: no account, no network", 0)
	if slices.Contains(m.d.Events, subscribing) {
		d.text(st.dim, subscribing+" there tells a subscription's life, as Stripe sends it", 2)
	}
	if m.conn.State == Live || m.conn.State == Own {
		d.mark(st.key, "y", st.text, "then u copies the URL; o opens the Clerk Dashboard: Webhooks → Add Endpoint, paste it there", 0)
		d.text(st.dim, "subscribe to user.created, user.updated and user.deleted; then Testing → Send Example", 2)
	} else if url != "" {
		d.mark(st.key, "y", st.text, "then u copies the local URL, for a tunnel or a script of your own", 0)
	}
	d.blank()
	d.mark(st.key, "?", st.dim, "all keys, and common failures with their fixes", 0)
}

func firstOr(ss []string, otherwise string) string {
	if len(ss) > 0 {
		return ss[0]
	}
	return otherwise
}

func (p *setupPane) press(act action) tea.Cmd {
	p.scroll.press(act, len(p.doc.lines), p.h, nil)
	return nil
}

func (p *setupPane) view() []string {
	return p.doc.lines[min(p.scroll.top, len(p.doc.lines)):min(p.scroll.top+p.h, len(p.doc.lines))]
}
