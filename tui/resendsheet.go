package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// resendSheet asks where to resend a delivery, and how to sign it.
type resendSheet struct {
	id   int64
	d    webhook.Delivery
	kind string
	// many are the marked deliveries, oldest first, instead of the one.
	many    []int64
	targets []string
	target  int
	modes   options
	// vouched says that something vouches for it, so that hooktop may sign it.
	vouched bool
	// unvouched is for how many of many nothing does.
	unvouched int
	// first and firstTarget are the first lines of the choices.
	first, firstTarget int
}

// resendMode is a way to sign, in words.
type resendMode struct {
	mode       webhook.Mode
	name, does string
}

func resendModes() []resendMode {
	return []resendMode{
		{webhook.Same, "same id · re-signed", "like a sender's retry"},
		{webhook.New, "new id · re-signed", "like a new event"},
		{webhook.Verbatim, "original headers", "rejected after 5 min"},
	}
}

func (m *model) cannotResend() string {
	switch {
	case m.tab == tabSetup:
		return m.cannotSendAgain()
	case m.deps.Resend == nil:
		return "cannot resend here"
	case m.tab > tabFailures:
		return "r resends a delivery: select one on tab 1"
	case len(m.marks) > 0:
		return ""
	case m.selected() == nil:
		return noDelivery
	}
	return bodyNotKept(m.selected())
}

func (m *model) openResend() tea.Cmd {
	if m.tab == tabSetup {
		return m.sendAgain()
	}
	if len(m.marks) > 0 {
		return m.openResendMarked()
	}
	return m.openResendOf(*m.selected())
}

func (m *model) openResendOf(d webhook.Delivery) tea.Cmd {
	s := &resendSheet{id: d.ID, d: d, kind: eventName(&d), modes: options{n: len(resendModes())}, vouched: perhapsVouched(&d)}
	if m.detail.current(d.ID) != nil {
		s.vouched = m.detail.vouched
	}
	s.targets = append(m.setup.targets(&d), "")
	s.skipNotAllowed(1)
	m.sheet = s
	return nil
}

// perhapsVouched reports whether something vouches for a delivery, as far as its row
// tells: the signature of one that came too late or too early is verified again before
// hooktop signs it.
func perhapsVouched(d *webhook.Delivery) bool {
	return d.VouchedBy() != "" || d.Verdict.Code == webhook.TooOld || d.Verdict.Code == webhook.TooNew
}

// notAllowed reports whether hooktop would refuse this way to sign: re-signed
// for hooktop itself, a stranger's request would change the users.
func (s *resendSheet) notAllowed(mode int) bool {
	return len(s.many) == 0 && !s.vouched && s.targets[s.target] == "" && resendModes()[mode].mode != webhook.Verbatim
}

// skipNotAllowed moves on from a way to sign that is not allowed.
func (s *resendSheet) skipNotAllowed(by int) {
	for range s.modes.n {
		if !s.notAllowed(s.modes.at) {
			return
		}
		s.modes.move(by)
	}
}

func (s *resendSheet) press(m *model, _ tea.KeyPressMsg, act action) tea.Cmd {
	switch act {
	case actUp:
		s.modes.move(-1)
		s.skipNotAllowed(-1)
	case actDown:
		s.modes.move(1)
		s.skipNotAllowed(1)
	case actPane:
		if len(s.targets) == 1 {
			return m.setStatus(cannot("no app to forward to: press F to set one"))
		}
		s.target = (s.target + 1) % len(s.targets)
		s.skipNotAllowed(1)
	case actTarget:
		return s.redirect(m)
	case actEnter, actResend:
		return s.send(m)
	case actBack, actQuit:
		return m.close()
	default:
	}
	return nil
}

// send resends, once it is settled whether what nothing vouches for is signed.
func (s *resendSheet) send(m *model) tea.Cmd {
	m.sheet = nil
	mode, target := resendModes()[s.modes.at].mode, s.targets[s.target]
	signs := mode != webhook.Verbatim && target != ""
	if len(s.many) == 0 {
		if signs && !s.vouched {
			return m.askToSign(s.id, "sign it and send it", func() tea.Cmd { return m.resend(s.id, webhook.Resending{Mode: mode, SignRejected: true}, target) })
		}
		return m.resend(s.id, webhook.Resending{Mode: mode}, target)
	}
	ids, route := s.many, s.route(m)
	resend := func(signRejected bool) tea.Cmd {
		return m.resendMarked(ids, webhook.Resending{Mode: mode, SignRejected: signRejected}, route)
	}
	if !signs || s.unvouched == 0 {
		return resend(false)
	}
	ask := &signSheet{
		title: fmt.Sprintf("Sign %d of %s?", s.unvouched, markedOnes(len(ids))), risk: "Their signatures never verified: a stranger may have written them, and once signed, your app believes them.",
		no: "leave them out", yes: "sign them and send all", choices: options{n: 2}, sign: func() tea.Cmd { return resend(true) },
	}
	if s.unvouched < len(ids) {
		ask.leave = func() tea.Cmd { return resend(false) }
	}
	m.sheet = ask
	return nil
}

// signSheet asks whether to sign what nothing vouches for. Not to is the first choice.
type signSheet struct {
	title, risk string
	no, yes     string
	choices     options
	// sign does it; leave does what remains without it, nil for nothing.
	sign, leave func() tea.Cmd
	first       int // the line that the choices begin on
}

// askToSign asks whether to sign a delivery that nothing vouches for.
func (m *model) askToSign(id int64, yes string, sign func() tea.Cmd) tea.Cmd {
	m.sheet = &signSheet{
		title: fmt.Sprintf("Sign #%d?", id), risk: "Its signature never verified: a stranger may have written it, and once signed, your app believes it.",
		no: "do not sign it", yes: yes, choices: options{n: 2}, sign: sign,
	}
	return nil
}

func (s *signSheet) press(m *model, _ tea.KeyPressMsg, act action) tea.Cmd {
	switch act {
	case actUp:
		s.choices.move(-1)
	case actDown:
		s.choices.move(1)
	case actEnter:
		m.sheet = nil
		switch {
		case s.choices.at == 1:
			return s.sign()
		case s.leave != nil:
			return s.leave()
		}
		return m.setStatus(note("nothing was signed or sent"))
	case actBack, actQuit:
		return m.close()
	default:
	}
	return nil
}

func (s *signSheet) paste(*model, string) {}
func (s *signSheet) wheel(*model, int)    {}
func (s *signSheet) width() int           { return sheetWidth }

func (s *signSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	roomy := h >= 12
	gap := func() {
		if roomy {
			d.Skip()
		}
	}
	gap()
	d.Text(st.Warn, s.risk, 1)
	gap()
	s.first = len(d.Lines)
	option(d, st, "", s.no, "", s.choices.at == 0, false, 0)
	option(d, st, "", s.yes, "", s.choices.at == 1, false, 0)
	if roomy {
		d.Skip()
		d.Text(st.Dim, "Signed, it goes to your app's own path and without the headers that its sender added.", 1)
		d.Skip()
	}
	return s.title, d, []hint{m.keys.hint(actEnter, "do it"), {"↑↓", "choose"}, m.keys.hint(actBack, "cancel")}
}

func (s *signSheet) click(_ *model, line int) tea.Cmd {
	if i := line - s.first; i >= 0 && i < s.choices.n {
		s.choices.at = i
	}
	return nil
}

// redirect asks which app to forward to, and comes back with it.
func (s *resendSheet) redirect(m *model) tea.Cmd {
	cmd := m.keys.byAct[actTarget].run(m)
	if target, ok := m.sheet.(*targetSheet); ok {
		target.then = func() tea.Cmd { return m.openResendOf(s.d) }
		if len(s.many) > 0 {
			target.then = m.openResendMarked
		}
	}
	return cmd
}

func (s *resendSheet) paste(*model, string) {}
func (s *resendSheet) wheel(*model, int)    {}

func (s *resendSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	// The choices come first when there is little room.
	roomy := h >= 14
	if roomy {
		d.Skip()
	}
	s.drawTargets(st, d, roomy)
	if roomy {
		d.Skip()
	}
	s.drawModes(st, d)
	if roomy {
		d.Skip()
		becomes := "It becomes a new delivery; nothing is overwritten."
		if len(s.many) > 0 {
			becomes = "Oldest first. Each becomes a new delivery."
		}
		d.Text(st.Dim, becomes, 1)
		d.Skip()
	}
	keys := []hint{m.keys.hint(actEnter, "send"), {"↑↓", "sign"}}
	if len(s.targets) > 1 {
		keys = append(keys, m.keys.hint(actPane, "to"))
	}
	title := fmt.Sprintf("Resend #%d  %s", s.id, s.kind)
	if len(s.many) > 0 {
		title = "Resend " + markedOnes(len(s.many))
	}
	return title, d, append(keys, m.keys.hint(actBack, "cancel"))
}

// drawTargets adds where it can go.
func (s *resendSheet) drawTargets(st *styles, d *draw.Doc, roomy bool) {
	s.firstTarget = len(d.Lines)
	for i, t := range s.targets {
		name := "to"
		if i > 0 {
			name = ""
		}
		what := webhook.WithoutPassword(t)
		switch {
		case t == "" && len(s.many) > 0:
			what = "hooktop, as new incoming deliveries"
		case t == "":
			what = "hooktop, as a new incoming delivery"
		case t == matchingApps:
			what = "the apps that take each one"
		}
		option(d, st, name, what, "", i == s.target, false, 0)
	}
	if len(s.targets) == 1 && roomy {
		d.Text(st.Dim, "no app to send to: press F to set one", 10)
	}
}

// drawModes adds how it can be signed.
func (s *resendSheet) drawModes(st *styles, d *draw.Doc) {
	s.first = len(d.Lines)
	for i, mode := range resendModes() {
		name := "sign"
		if i > 0 {
			name = ""
		}
		does, no := mode.does, s.notAllowed(i)
		if no {
			does = "signature not valid"
		}
		option(d, st, name, mode.name, does, i == s.modes.at, no, 27)
	}
	switch {
	case len(s.many) > 0 && s.unvouched > 0 && s.targets[s.target] == "" && resendModes()[s.modes.at].mode != webhook.Verbatim:
		d.Text(st.Dim, fmt.Sprintf("%d rejected: sent only if the signature is valid.", s.unvouched), 1)
	case !s.vouched && s.targets[s.target] == "":
		d.Text(st.Dim, "Re-signing it would let a stranger's request change your users.", 1)
	}
}

// option draws one choice, with a mark if it is chosen; no is one that is not
// allowed.
func option(d *draw.Doc, st *styles, name, what, does string, chosen, no bool, column int) {
	l := d.NewLine().Gap(1).Fit(st.Dim, name, 6)
	look, more := st.Text, st.Dim
	switch {
	case no:
		look, more = st.Faint, st.Warn
		l.Put(st.Faint, "– ")
	case chosen:
		look = st.Strong
		l.Put(st.Brand, "● ")
	default:
		l.Put(st.Dim, "○ ")
	}
	l.Fit(look, what, max(column, min(text.Width(text.Printable(what)), l.Left()-1)))
	if l.Left() > text.Width(does)+1 {
		l.Put(more, does)
	}
	d.Add(l)
}

func (s *resendSheet) click(_ *model, line int) tea.Cmd {
	if i := line - s.first; i >= 0 && i < s.modes.n {
		s.modes.at = i
	}
	if i := line - s.firstTarget; i >= 0 && i < len(s.targets) {
		s.target = i
	}
	s.skipNotAllowed(1)
	return nil
}

func (s *resendSheet) width() int { return sheetWidth }
