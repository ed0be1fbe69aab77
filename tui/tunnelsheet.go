package tui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// TunnelChoice is one way to be reached.
type TunnelChoice struct {
	// Kind is one of the kinds of Connection.
	Kind string
	// Why says why it cannot be chosen, "" if it can, and Fix what to do about it:
	// how to get and set an ngrok token.
	Why, Fix string
	// Chosen says that it is the one in use.
	Chosen bool
	// Warning is what to know, and agree to, before it is chosen: for the relay,
	// who can read what passes. Agreed says that the user did so before.
	Warning string
	Agreed  bool
}

// about says in a line what a kind of tunnel is.
func (t TunnelChoice) about() string {
	return map[string]string{
		Relay:     "Clerk's relay: no account, and a URL that stays",
		Ngrok:     "a public URL through your ngrok account",
		Pull:      "no URL: reads Clerk's messages every 2 s",
		OwnTunnel: "your own tunnel or proxy",
		Off:       "this machine only",
	}[t.Kind]
}

// tunnelSheet asks how Clerk is to reach this machine.
type tunnelSheet struct {
	choices options
	err     Problem
	first   int
}

func (m *model) cannotChooseTunnel() string {
	if m.deps.OpenTunnel == nil || len(m.setup.Tunnels) == 0 {
		return "cannot change the tunnel here: start hooktop with --tunnel"
	}
	return ""
}

// openTunnel begins at the first kind that can be chosen and is not in use.
func (m *model) openTunnel() tea.Cmd {
	s := &tunnelSheet{choices: options{n: len(m.setup.Tunnels)}}
	for i, t := range m.setup.Tunnels {
		if t.Why == "" && !t.Chosen && t.Kind != Off {
			s.choices.at = i
			break
		}
	}
	m.sheet = s
	return nil
}

// at returns the selected kind.
func (s *tunnelSheet) at(m *model) TunnelChoice {
	if n := len(m.setup.Tunnels); n > 0 {
		return m.setup.Tunnels[min(s.choices.at, n-1)]
	}
	return TunnelChoice{Why: "no tunnel can be chosen any more"}
}

func (s *tunnelSheet) press(m *model, _ tea.KeyPressMsg, act action) tea.Cmd {
	s.choices.n = len(m.setup.Tunnels)
	switch act {
	case actUp:
		s.choices.move(-1)
		s.err = Problem{}
	case actDown:
		s.choices.move(1)
		s.err = Problem{}
	case actEnter, actMark:
		return s.choose(m)
	case actBack, actQuit:
		return m.close()
	default:
	}
	return nil
}

func (s *tunnelSheet) choose(m *model) tea.Cmd {
	switch t := s.at(m); {
	case t.Why != "":
		return nil // the sheet says so
	case t.Chosen && m.conn.State != Failed:
		m.sheet = nil
		return m.setStatus(note(t.Kind + " is in use already"))
	case t.Kind == Relay && !t.Agreed:
		m.sheet = &relaySheet{from: s}
		return nil
	default:
		return m.changeTunnel(s, t.Kind)
	}
}

// changeTunnel opens a tunnel of a kind. An error is shown in the sheet that asked, if it
// is still open.
func (m *model) changeTunnel(s *tunnelSheet, kind string) tea.Cmd {
	open := m.deps.OpenTunnel
	what := "opening " + kind
	if kind == Off {
		what = "closing the tunnel"
	}
	return m.inBackground(what, func(ctx context.Context) (func() tea.Cmd, error) {
		err := open(ctx, kind)
		return func() tea.Cmd { return m.tunnelChanged(s, kind, err) }, nil
	})
}

func (m *model) tunnelChanged(s *tunnelSheet, kind string, err error) tea.Cmd {
	switch open := s != nil && m.sheet == sheet(s); {
	case err != nil && open:
		st := failure(err)
		s.err = Problem{st.what, st.fix}
		return nil
	case err != nil:
		return m.setStatus(failure(err))
	case open:
		m.sheet = nil
	}
	m.steps.chosen = false
	what := "chose " + kind + ": the header says how it goes"
	if kind == Off {
		what = "the tunnel is closed"
	}
	return m.setStatus(good(what))
}

func (s *tunnelSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	roomy := h >= len(m.setup.Tunnels)+8
	if roomy {
		d.Skip()
	}
	s.first = len(d.Lines)
	for i, t := range m.setup.Tunnels {
		l := d.NewLine().Gap(1)
		look := st.Text
		switch {
		case i == s.choices.at:
			look = st.Strong
			l.Put(st.Brand, "● ")
		case t.Why != "":
			look = st.Dim
			l.Put(st.Faint, "– ")
		default:
			l.Put(st.Dim, "○ ")
		}
		l.Fit(look, t.Kind, 7)
		about := t.about()
		if t.Chosen {
			about += " · in use"
		}
		d.Add(l.Put(st.Dim, text.Cut(text.Printable(about), max(l.Left()-1, 0))))
	}
	if roomy {
		d.Skip()
	}
	s.says(m, d)
	if roomy {
		d.Skip()
	}
	d.Lines = d.First(max(h, 1))
	return "How Clerk reaches this machine", d, []hint{m.keys.hint(actEnter, "choose"), {"↑↓", "which"}, m.keys.hint(actBack, "cancel")}
}

// says tells what there is to know of the selected kind.
func (s *tunnelSheet) says(m *model, d *draw.Doc) {
	st, t, at := &m.styles, s.at(m), len(d.Lines)
	switch {
	case m.doing.slow && m.doing.what != "":
		d.Item(st.Accent, m.spinner(), st.Dim, m.doing.what, 1)
	case s.err.Text != "":
		d.Item(st.Bad, "✗", st.Text, s.err.Text, 1)
		d.Text(st.Dim, s.err.Fix, 3)
	case t.Why != "":
		d.Item(st.Warn, "!", st.Text, t.Why, 1)
		d.Text(st.Dim, t.Fix, 3)
	case t.Warning != "" || t.Kind == Relay:
		d.Item(st.Warn, "!", st.Text, cmp.Or(t.Warning, relayWarning), 1)
	case t.Kind == Pull:
		d.Text(st.Dim, "Bodies are rebuilt from JSON: users are updated, but no signature is verified.", 1)
	}
	for len(d.Lines) < at+2 { // so that the sheet mostly holds still
		d.Skip()
	}
}

func (s *tunnelSheet) click(m *model, line int) tea.Cmd {
	i := line - s.first
	if i < 0 || i >= len(m.setup.Tunnels) {
		return nil
	}
	if i == s.choices.at {
		return s.choose(m)
	}
	s.choices.at, s.err = i, Problem{}
	return nil
}

func (s *tunnelSheet) paste(*model, string) {}
func (s *tunnelSheet) wheel(*model, int)    {}
func (s *tunnelSheet) width() int           { return sheetWidth }

// relayWarning is what to know of the relay where Setup does not say it.
const relayWarning = "Whoever knows its URL or token can read what passes, and Svix's servers see it."

// relaySheet asks whether to use the relay. y, n and esc answer it; every other key
// closes it and does what it always does.
type relaySheet struct {
	// from is the sheet that it was opened from, nil for the offer at the start.
	from *tunnelSheet
}

// offerRelay offers the relay once, before any key was pressed: a key that was meant for
// the list must not agree to anything.
func (m *model) offerRelay() {
	if m.offered || m.keyed || !m.setup.OfferRelay || m.deps.OpenTunnel == nil || m.sheet != nil || m.w == 0 || m.tooSmall() {
		return
	}
	m.offered, m.sheet = true, &relaySheet{}
}

func (s *relaySheet) press(m *model, k tea.KeyPressMsg, _ action) tea.Cmd {
	m.sheet = nil
	switch key := k.String(); {
	case m.tooSmall(): // nobody read the question
	case key == "y":
		return m.changeTunnel(nil, Relay)
	case key == "n":
		return m.declineRelay()
	case key == "esc" && s.from != nil:
		m.sheet = s.from
		return nil
	case key == "esc":
		return m.setStatus(note("the relay can be chosen at any time: 4, then tunnel"))
	}
	return m.press(k)
}

func (m *model) declineRelay() tea.Cmd {
	decline := m.deps.DeclineRelay
	said := note("no relay: it can be chosen at any time on Setup (4)")
	if decline == nil {
		return m.setStatus(said)
	}
	return m.inBackground("remembering that", func(ctx context.Context) (func() tea.Cmd, error) {
		return func() tea.Cmd { return m.setStatus(said) }, decline(ctx)
	})
}

func (s *relaySheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	warning := relayWarning
	for _, t := range m.setup.Tunnels {
		if t.Kind == Relay {
			warning = cmp.Or(t.Warning, warning)
		}
	}
	roomy := h >= 13
	if roomy {
		d.Skip()
		if s.from == nil {
			d.Text(st.Text, "Clerk cannot reach this machine yet.", 1)
		}
		d.Text(st.Text, "Clerk's relay needs no account and gives you a webhook URL that stays the same.", 1)
		d.Skip()
	}
	d.Item(st.Warn, "!", st.Strong, warning, 1)
	if roomy {
		d.Skip()
	}
	d.Item(st.Key, "y  ", st.Text, "use the relay; hooktop remembers that you agreed", 1)
	d.Item(st.Key, "n  ", st.Text, "no; do not ask again", 1)
	d.Item(st.Key, "esc", st.Text, "not now", 1)
	if roomy {
		d.Skip()
	}
	d.Lines = d.First(max(h, 1))
	return "Use Clerk's relay?", d, []hint{{"y", "yes"}, {"n", "no"}, m.keys.hint(actBack, "later")}
}

func (s *relaySheet) paste(*model, string)      {}
func (s *relaySheet) wheel(*model, int)         {}
func (s *relaySheet) click(*model, int) tea.Cmd { return nil }
func (s *relaySheet) width() int                { return 68 }
