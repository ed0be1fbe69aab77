package tui

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// The walk-through to the first real delivery: the signing secret, the tunnel, the
// endpoint at Clerk, Clerk's example event, and its arrival.

// walkState is how far a step of the walk-through is.
type walkState int

const (
	walkTodo walkState = iota
	walkWorking
	walkDone
	// walkUnsure: it is done as far as is known, and something about it is not proven
	// or not as it should be.
	walkUnsure
	walkFailed
	// walkBlocked: another step comes first.
	walkBlocked
	// walkUnneeded: it can be left out.
	walkUnneeded
)

// walkStep is a step of the walk-through.
type walkStep struct {
	name  string
	state walkState
	// text says in a line how far it is, lines what to do about it.
	text  string
	lines []string
	// does says what enter does, do does it; cannot says why it does nothing.
	does, cannot string
	do           func() tea.Cmd
}

func (m *model) walk() []walkStep {
	return []walkStep{m.secretStep(), m.tunnelStep(), m.endpointStep(), m.exampleStep(), m.arrivalStep()}
}

// nextStep returns the number of the first step that is to be done or failed, -1 if
// there is none. A secret that registering reads need not come first.
func nextStep(walk []walkStep) int {
	open := func(s walkStep) bool {
		return (s.state == walkTodo || s.state == walkFailed) && s.cannot == ""
	}
	for i, s := range walk {
		later := s.text == secretLater && walk[2].state != walkFailed && walk[2].state != walkDone
		if open(s) && !later {
			return i
		}
	}
	return -1
}

func (s walkStep) mark(st *styles) (symbol string, look, name draw.Style) {
	switch s.state {
	case walkDone:
		return "✓", st.OK, st.Text
	case walkWorking:
		return "◌", st.Warn, st.Strong
	case walkUnsure:
		return "!", st.Warn, st.Text
	case walkFailed:
		return "✗", st.Bad, st.Strong
	case walkBlocked, walkUnneeded:
		return "·", st.Dim, st.Dim
	case walkTodo:
	}
	return "○", st.Warn, st.Strong
}

// walkColumn is the width of the steps' names.
const walkColumn = 10

func (s walkStep) add(d *draw.Doc, st *styles, number int, next bool) {
	symbol, look, name := s.mark(st)
	body := st.Text
	if s.state == walkBlocked || s.state == walkUnneeded {
		body = st.Dim
	}
	const before = 4
	column := min(walkColumn, max(d.W/3, 1))
	for i, part := range text.Wrap(s.text, d.W-2*draw.Margin-before-column) {
		l := d.NewLine()
		if i == 0 {
			l.Put(st.Dim, strconv.Itoa(number)).Gap(1).Put(look, symbol).Gap(1).Fit(name, s.name, column)
		} else {
			l.Gap(before + column)
		}
		d.Add(l.Put(body, part))
	}
	for _, line := range s.lines {
		for _, part := range text.Wrap(line, d.W-2*draw.Margin-before-column) {
			d.Add(d.NewLine().Gap(before+column).Put(st.Dim, part))
		}
	}
	if next && s.does != "" {
		d.Add(d.NewLine().Gap(before+column).Put(st.Accent, "next ").Put(st.Key, "enter").Put(st.Text, ": "+s.does))
	}
}

// secretLater is what the secret's step says while registering can read it.
const secretLater = "none yet: registering (3) reads it from Clerk"

func (m *model) secretStep() walkStep {
	found := m.setup.step("secret")
	s := walkStep{name: "secret", text: found.Text, lines: found.Lines, does: "paste a signing secret", do: m.openSecret, cannot: m.cannotPasteSecret()}
	if found.State != StepFailed && s.cannot == "" {
		s.lines = nil
	}
	switch {
	case m.doing.what == savingSecret:
		s.state, s.text = walkWorking, "taking it …"
	case found.State == StepFailed:
		s.state = walkFailed
	case found.State == StepWarning:
		s.state, s.lines = walkUnsure, found.Lines
	case m.setup.Secret != "":
		s.state, s.text = walkDone, m.setup.Secret
	case found.State == StepDone:
		s.state = walkDone
	case m.canRegister() && s.cannot == "":
		s.text = secretLater
	default:
		s.text = cmp.Or(s.text, "none yet")
	}
	return s
}

func (m *model) tunnelStep() walkStep {
	c, found := m.conn, m.setup.step("tunnel")
	s := walkStep{name: "tunnel", does: "choose a tunnel", do: m.openTunnel, cannot: m.cannotChooseTunnel()}
	switch c.State {
	case Live, Own:
		s.state, s.text = walkDone, c.name()+": "+c.URL
		if c.Kind == Pull {
			s.text = c.name() + ": reads Clerk's messages, no public URL"
		}
		if why := c.unproven(m.now); why != "" {
			s.state, s.lines = walkUnsure, append([]string{why}, nonEmpty(c.Fix)...)
		} else {
			s.lines = nonEmpty(c.proof(m.now))
		}
	case Connecting, Reconnecting:
		s.state, s.text = walkWorking, c.name()+": "+string(c.State)+c.nextTry(m.now)
		s.lines = nonEmpty(c.Reason, c.Fix)
	case Failed:
		s.state, s.text = walkFailed, c.name()+": "+text.OrNone(c.failure())
		s.lines = nonEmpty(c.Fix)
	default:
		s.text = strings.TrimSuffix("no public URL yet: "+found.Text, ": ")
		if s.lines = found.Lines; s.cannot == "" {
			s.lines = nil // the sheet says it of each kind
		}
		if found.State == StepOptional {
			s.state = walkUnneeded
		}
	}
	return s
}

func (m *model) endpointStep() walkStep {
	s := walkStep{name: "endpoint", does: "register it (experimental)", do: m.openRegister, cannot: m.cannotOpenRegister()}
	r, failed := m.setup.Registered, m.setup.RegisterFailed
	if !m.canRegister() {
		s.does = "show how to create it"
	}
	switch {
	case m.setup.Registering || m.doing.what == registering:
		s.state, s.text = walkWorking, "registering it at Clerk …"
	case m.conn.Kind == Pull && m.conn.State == Live:
		s.state, s.text = walkUnneeded, "not needed: messages are read from Clerk"
	case failed.Text != "":
		s.state, s.text, s.lines = walkFailed, failed.Text, nil // enter shows the manual steps
		if s.cannot == "" {
			s.does = "show what to do"
		}
	case r != nil && m.conn.public() && !webhook.SameURL(r.URL, m.conn.URL):
		s.state, s.text, s.does = walkFailed, "registered with another URL: "+r.URL, "register the new URL"
	case r != nil:
		s.state, s.text = walkDone, r.summary()
	case s.cannot != "":
		s.state, s.text = walkBlocked, "needs a public URL (2)"
	case m.urlChanged():
		s.state, s.text = walkFailed, "the public URL changed: Clerk may still send to the old one"
		s.lines = nonEmpty(m.conn.Was)
	case m.steps.arrival.verified():
		s.state, s.text = walkDone, "deliveries arrive from Clerk"
	case m.canRegister():
		s.text = "not registered by hooktop"
	default:
		s.text = "create it in the Clerk Dashboard"
	}
	return s
}

func (m *model) exampleStep() walkStep {
	p := &m.steps
	s := walkStep{name: "example", does: "have Clerk send a " + exampleEvent, do: m.sendExample, cannot: m.cannotSendExample()}
	const byHand = "Clerk Dashboard → Webhooks → your endpoint → Testing → Send Example"
	switch why := m.clerkCannotSend(); {
	case m.doing.what == sendingExample:
		s.state, s.text = walkWorking, "asking Clerk to send one …"
	case p.example.err.Text != "":
		s.does = "try again"
		s.state, s.text, s.lines = walkFailed, p.example.err.Text, []string{byHand} // whatever the fix says, the button is there
	case !p.example.at.IsZero():
		s.state, s.text = walkDone, "asked Clerk at "+text.Clock(p.example.at, false)+" to send a "+exampleEvent
	case p.arrival.newest != nil:
		s.state, s.text = walkUnneeded, "not needed: deliveries arrive"
	case m.conn.Kind == Pull && m.conn.State == Live:
		s.state, s.text = walkUnneeded, "not needed: change a user instead"
	case !m.conn.public():
		s.state, s.text = walkBlocked, "needs the tunnel (2)"
		s.cannot = cmp.Or(s.cannot, "choose a tunnel and register the endpoint first")
	case why != "":
		s.text, s.lines, s.does, s.do, s.cannot = byHand, []string{why}, "open the Clerk Dashboard", m.browse, m.cannotBrowse()
	case m.setup.Registered == nil && m.side.side.Endpoint == "":
		s.state, s.text = walkBlocked, "needs the endpoint (3)"
	default:
		s.text = "Clerk can send an example " + exampleEvent
	}
	return s
}

func (m *model) arrivalStep() walkStep {
	p := &m.steps
	s := walkStep{name: "arrival", cannot: "nothing has arrived from Clerk yet"}
	d, waits := p.arrival.newest, m.conn.public() || m.conn.Kind == Pull && m.conn.State == Live
	if d != nil {
		s.cannot, s.does, s.do = "", "open #"+strconv.FormatInt(d.ID, 10), func() tea.Cmd { return m.jump(d.ID) }
	}
	switch {
	case waits && !p.example.at.IsZero() && (d == nil || d.At.Before(p.example.at)):
		s.state, s.text = walkWorking, "waiting for the example …"
		if waited := m.now.Sub(p.example.at); waited >= time.Second {
			s.text += " " + text.Age(p.example.at, m.now)
		}
		if m.now.Sub(p.example.at) > lateAfter {
			s.lines = m.whyLate()
		}
	case d != nil:
		if s.state, s.text = arrived(d, m.now); d.Failed() {
			s.does = "see the cause and the fix"
		}
	case waits:
		s.state, s.text = walkWorking, "waiting for the first delivery from Clerk"
		if m.setup.Registered != nil || m.conn.Kind == Pull {
			s.lines = []string{"Sign up in your app, or change a user in the Clerk Dashboard."}
		}
	default:
		s.state, s.text = walkBlocked, "nothing has arrived from Clerk yet"
	}
	return s
}

// lateAfter is how long an example may take before the screen says where to look.
const lateAfter = 15 * time.Second

// whyLate says why an example may not have arrived.
func (m *model) whyLate() []string {
	if len(m.side.side.Causes) > 0 {
		c := m.side.side.Causes[0]
		return nonEmpty(c.Text, c.Fix)
	}
	if m.cannotAskProvider() == "" {
		return []string{"tab: what Clerk says about it"}
	}
	return []string{"Check that the endpoint in Clerk has the URL above and selects " + exampleEvent + "."}
}

// exampleEvent is the event that Clerk is asked to send an example of.
const exampleEvent = "user.created"

// sendingExample says what runs while Clerk is asked to.
const sendingExample = "asking Clerk to send an example"

// example is what is known of Clerk's example event.
type example struct {
	// at is when Clerk took the request for one, zero if it did not.
	at  time.Time
	err Problem
}

// clerkCannotSend says why Clerk cannot be asked for an example, "" if it can.
func (m *model) clerkCannotSend() string {
	if m.deps.SendExample == nil {
		return "hooktop cannot ask Clerk for it here."
	}
	return cmp.Or(m.setup.CannotAskProvider, m.side.side.CannotSendExample)
}

func (m *model) cannotSendExample() string {
	if m.setup.Registered == nil && m.side.side.Endpoint == "" {
		return "Clerk needs the endpoint first: E registers it"
	}
	return m.clerkCannotSend()
}

func (m *model) sendExample() tea.Cmd {
	send, p := m.deps.SendExample, &m.steps
	p.example = example{}
	asked := m.now
	return m.inBackground(sendingExample, func(ctx context.Context) (func() tea.Cmd, error) {
		err := send(ctx, exampleEvent)
		return func() tea.Cmd {
			p.chosen, m.side.due = false, err == nil
			if err != nil {
				p.example.err = problemOf(err)
				return m.setStatus(failure(err))
			}
			p.example.at = asked
			return m.setStatus(good("asked Clerk to send a " + exampleEvent))
		}, nil
	})
}

// arrival is the newest delivery from the sender.
type arrival struct {
	newest  *webhook.Delivery
	stale   bool
	loaded  bool
	request request
}

// verified reports whether the newest delivery was right.
func (a *arrival) verified() bool {
	return a.newest != nil && a.newest.Verdict.State() != webhook.VerdictRejected
}

// fromSender selects the deliveries of Clerk's own sending.
func fromSender(own bool) query.Filter {
	from := []query.Value{{Text: string(webhook.Tunnel)}, {Text: string(webhook.Relay)}, {Text: string(webhook.Pull)}}
	if own {
		from = append(from, query.Value{Text: string(webhook.Local)})
	}
	return query.Filter{Terms: []query.Term{{Key: query.KeyOrigin, Values: from}, {Key: query.KeyProvider, Values: []query.Value{{Text: "clerk"}}}}}
}

func (a *arrival) wanted(m *model) tea.Cmd {
	if a.loaded && !a.stale || !a.request.idle() {
		return nil
	}
	a.stale, a.loaded = false, true
	store, from := m.deps.Store, fromSender(m.conn.State == Own)
	return a.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		found, err := store.Search(ctx, query.Page{Filter: from, Limit: 1}) // which takes no long time, however many there are
		if err != nil || len(found.Deliveries) == 0 {
			return func() tea.Cmd { a.newest = nil; return nil }, err
		}
		d, err := store.Delivery(ctx, found.Deliveries[0].ID)
		if err != nil {
			return nil, err
		}
		d.Verdict = verdictWithKeys(d.Verdict)
		return func() tea.Cmd { a.newest = &d; return nil }, nil
	})
}

// arrived says how a delivery of the sender's fared.
func arrived(d *webhook.Delivery, now time.Time) (walkState, string) {
	what := "#" + text.Grouped(d.ID) + " " + cmp.Or(d.Type, "a delivery")
	switch ago := text.Ago(d.At, now); d.Verdict.State() {
	case webhook.VerdictVerified:
		if d.Failed() {
			return walkUnsure, what + ", verified, " + ago + ", but: " + outcomeSummary(d)
		}
		return walkDone, what + ", verified, " + ago
	case webhook.VerdictUnverified:
		return walkDone, what + ", read from Clerk, not verified by a signature, " + ago
	default:
		return walkFailed, what + ", rejected " + ago + ": " + cmp.Or(d.Verdict.Title, string(d.Verdict.Code))
	}
}
