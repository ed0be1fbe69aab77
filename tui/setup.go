package tui

import (
	"cmp"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// Setup is what was found at the start, and what is left to do.
type Setup struct {
	// LocalURL and PublicURL are webhook URLs, with their path. PublicURL is ""
	// if there is none.
	LocalURL, PublicURL string
	// Apps are where deliveries are forwarded to, in the order given.
	Apps []App
	// Local says that hooktop's own is the only signing secret, so that only
	// hooktop sends what verifies.
	Local bool
	// Database is the database's path.
	Database string
	// Page is the provider's page about webhooks, which o opens. "": Clerk's.
	Page string
	// Steps are what was checked. Those named secret, tunnel and endpoint are told
	// by the walk-through, too.
	Steps []Step
	// Notices are things to know about this start: that the port was taken,
	// that a secret is short.
	Notices []string

	// Secret names Clerk's signing secret by its last four characters and says
	// where it comes from: "whsec_…LaSw, read from Clerk". "": there is none.
	Secret string
	// EnvFile is the file that SaveSecret writes to. "": .env.local.
	EnvFile string
	// Tunnels are the ways to be reached, in the order to show them.
	Tunnels []TunnelChoice
	// OfferRelay says that the relay is worth offering at the start: no tunnel, no
	// ngrok token, a secret to verify with or a key to register with, and not yet
	// answered.
	OfferRelay bool

	// CannotRegister says why Register cannot be used, such as that there is no
	// CLERK_SECRET_KEY. "": it can.
	CannotRegister string
	// Events are the event types that Register selects.
	Events []string
	// Registering says that the endpoint is being registered, as at a start with
	// --register.
	Registering bool
	// Registered is the endpoint as it was last registered by this hooktop, nil if
	// it was not. RegisterFailed is why the last attempt failed, with the manual
	// steps, one on each line.
	Registered     *Registration
	RegisterFailed Problem
	// CannotAskProvider says why ProviderSide, ProviderResend and SendExample
	// cannot be used. "": they can.
	CannotAskProvider string
}

// Problem is what went wrong, and what to do about it.
type Problem struct{ Text, Fix string }

// Step is one part of the set-up.
type Step struct {
	State StepState
	// Name is one word: receiver, database, secret, tunnel, app.
	Name string
	// Text says in a line how far it is. Lines say what to do, one each.
	Text  string
	Lines []string
	// Counted adds the current number of deliveries and users to Text.
	Counted bool
}

// StepState is the state of a step.
type StepState string

// The states of a step.
const (
	StepDone     StepState = "done"
	StepTodo     StepState = "todo"
	StepWarning  StepState = "warning"
	StepFailed   StepState = "failed"
	StepOptional StepState = "optional"
)

// step returns the first step with that name, or one without a state.
func (s Setup) step(name string) Step {
	for _, step := range s.Steps {
		if step.Name == name {
			return step
		}
	}
	return Step{}
}

// left returns how many steps are left to do.
func (s Setup) left() int {
	n := 0
	for _, step := range s.Steps {
		if step.State == StepTodo || step.State == StepFailed {
			n++
		}
	}
	if s.RegisterFailed.Text != "" {
		n++
	}
	return n
}

// checks returns what the walk-through does not tell, the optional ones last, so
// that what is wrong needs no scrolling.
func (s Setup) checks() []Step {
	told := map[string]bool{"secret": true, "tunnel": true, "endpoint": true}
	var rest []Step
	for _, step := range s.Steps {
		if told[step.Name] {
			told[step.Name] = step.Name != "secret" // of further secrets the walk-through says nothing
			continue
		}
		rest = append(rest, step)
	}
	optional := map[StepState]int{StepOptional: 1}
	slices.SortStableFunc(rest, func(a, b Step) int { return cmp.Compare(optional[a.State], optional[b.State]) })
	return rest
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

// setupPane walks through the set-up, and shows what was checked.
type setupPane struct {
	w, h   int
	scroll draw.Scroll
	doc    draw.Doc

	walk []walkStep
	// chosen says that the user went to a step. Until then the next one is
	// selected.
	chosen  bool
	example example
	arrival arrival
}

func (p *setupPane) setSize(w, h int) { p.w, p.h = w, h }

func (p *setupPane) prepare(m *model) {
	p.walk = m.walk()
	next := nextStep(p.walk)
	d := draw.NewDoc(&m.styles.Styles, p.w)
	st := &m.styles
	d.Skip()
	p.opening(m, d)
	for _, n := range m.setup.Notices {
		d.Item(st.Warn, "!", st.Text, n, 0)
	}
	d.Break()
	for i := range p.walk {
		d.Link(int64(i + 1))
		p.walk[i].add(d, st, i+1, i == next)
	}
	if checks := m.setup.checks(); len(checks) > 0 {
		d.Head("CHECKS", "")
		p.addChecks(m, d, checks)
	}
	p.tryIt(m, d)
	p.doc = *d
	if next < 0 && p.arrival.newest != nil {
		next = len(p.walk) - 1 // all is done: enter opens what arrived
	}
	if !p.chosen && next >= 0 {
		p.show(next, d)
	}
	p.scroll.Clamp(len(d.Lines), p.h, d.Links)
}

// show selects a step and scrolls to it, if it is out of sight.
func (p *setupPane) show(step int, d *draw.Doc) {
	if p.scroll.Cursor == step || p.h <= 0 {
		return
	}
	p.scroll.Cursor = step
	switch at := d.Links[step].Line; {
	case at < p.scroll.Top:
		p.scroll.Top = at
	case at > p.scroll.Top+p.h-3:
		p.scroll.Top = max(at-p.h+3, 0)
	}
}

func (p *setupPane) addChecks(m *model, d *draw.Doc, checks []Step) {
	column := 10
	for _, s := range checks {
		column = max(column, min(text.Width(text.Printable(s.Name))+2, 14))
	}
	for _, s := range checks {
		if s.Counted {
			s.Text += "   " + text.Plural(m.counts.Deliveries, "delivery") + ", " + text.Plural(m.counts.Users, "user")
		}
		step(d, &m.styles, s, column)
	}
}

// opening says in a sentence what works now.
func (p *setupPane) opening(m *model, d *draw.Doc) {
	st := &m.styles
	switch {
	case p.arrival.verified() && (m.conn.State == Live || m.conn.State == Own) && m.conn.unproven(m.now) == "":
		says := "Set up: deliveries from Clerk arrive and verify."
		if p.arrival.newest.Verdict.State() == webhook.VerdictUnverified {
			says = "Set up: Clerk's messages are read as they are sent."
		}
		d.Item(st.OK, "✓", st.Strong, says, 0)
	case m.conn.State == Live || m.conn.State == Own:
		symbol, look := m.conn.light(st, m.now)
		d.Item(look, symbol, st.Strong, m.conn.reaches(), 0)
	case m.conn.State == Connecting || m.conn.State == Reconnecting:
		d.Item(st.Warn, "◐", st.Strong, "The tunnel is "+string(m.conn.State)+"; the local address works.", 0)
	case m.conn.State == Failed:
		d.Item(st.Bad, "✗", st.Strong, "No public URL; the local address works.", 0)
	case m.setup.Local:
		d.Item(st.Accent, "○", st.Strong, "Local mode: works offline, no account needed.", 0)
	default:
		d.Item(st.Accent, "○", st.Strong, "Local only: no public URL yet.", 0)
	}
	if m.conn.State == Local {
		d.Text(st.Text, "Press t to send a signed test event.", 2)
	}
	if m.conn.Lost != "" {
		d.Item(st.Warn, "!", st.Text, m.conn.Lost, 0)
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

// tryIt says what works at any time.
func (p *setupPane) tryIt(m *model, d *draw.Doc) {
	st := &m.styles
	d.Head("TRY IT", "")
	d.Item(st.Key, "t", st.Text, "sends a signed "+firstOr(m.deps.Events, "test event")+" right now: no account, no network", 0)
	if slices.Contains(m.deps.Events, subscribing) {
		d.Text(st.Dim, subscribing+" in the same list sends a subscription's events, as Stripe does", 2)
	}
	if m.conn.public() {
		d.Item(st.Key, "y", st.Text, "then u copies the public URL", 0)
	} else if m.webhookURL() != "" {
		d.Item(st.Key, "y", st.Text, "then u copies the local URL, for a tunnel or a script of your own", 0)
	}
	d.Item(st.Key, "?", st.Dim, "all keys, and common failures with their fixes", 0)
}

func firstOr(ss []string, otherwise string) string {
	if len(ss) > 0 {
		return ss[0]
	}
	return otherwise
}

func (p *setupPane) press(m *model, act action) tea.Cmd {
	switch act {
	case actNewest:
		act = actTop
	case actOldest:
		act = actBottom
	case actUp, actDown:
		p.chosen = true
	default:
	}
	pressScroll(&p.scroll, act, len(p.doc.Lines), p.h, p.doc.Links)
	return nil
}

// selected returns the step that enter acts on, nil before there is any.
func (p *setupPane) selected() *walkStep {
	if p.scroll.Cursor < len(p.walk) {
		return &p.walk[p.scroll.Cursor]
	}
	return nil
}

// cannotDo says why enter does nothing, "" if it does something.
func (p *setupPane) cannotDo() string {
	switch s := p.selected(); {
	case s == nil || s.cannot == "" && s.do == nil:
		return "nothing to do here"
	default:
		return s.cannot
	}
}

// does says what enter does.
func (p *setupPane) does() string {
	if s := p.selected(); s != nil {
		return s.does
	}
	return ""
}

func (p *setupPane) view(m *model) []draw.Styled {
	return pointed(m, &p.doc, &p.scroll, p.h, m.focus == focusList)
}
