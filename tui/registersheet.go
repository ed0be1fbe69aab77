package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
)

// Registration is an endpoint as it was registered.
type Registration struct {
	// Endpoint is the sender's id of it, ep_….
	Endpoint string
	// URL is where it sends to now, Was where it did before, "" if that is the same
	// or it is new.
	URL, Was string
	// Events are the event types selected, none for all.
	Events []string
	// Created: it is new. Enabled: it was disabled and no longer is. Added are
	// event types that were not selected before.
	Created, Enabled bool
	Added            []string
	// Secret names the signing secret that was read, as Setup.Secret does. "": it
	// could not be read.
	Secret string
	At     time.Time
}

// summary says in a line what is registered.
func (r *Registration) summary() string {
	s := cmp.Or(r.Endpoint, "registered") + " sends "
	if len(r.Events) == 0 {
		return s + "all events here"
	}
	return s + strings.Join(r.Events, ", ")
}

// did says what registering changed.
func (r *Registration) did() string {
	switch {
	case r.Created:
		return "created the endpoint " + r.Endpoint
	case r.Was != "" || r.Enabled || len(r.Added) > 0:
		return "updated the endpoint " + r.Endpoint
	}
	return "the endpoint " + r.Endpoint + " was up to date"
}

// registering says what runs while the endpoint is registered.
const registering = "registering the endpoint"

// registerSheet shows what registering will change, does it, and shows what it did or,
// where it is not possible, what to do by hand.
type registerSheet struct {
	stage registerStage
	done  Registration
	// err is why it was not possible, with the manual steps.
	err    Problem
	scroll draw.Scroll
	lines  int
	h      int
}

type registerStage int

const (
	registerAsks registerStage = iota
	registerDone
	registerByHand
)

// canRegister reports whether E can do it, and not just say how.
func (m *model) canRegister() bool { return m.deps.Register != nil && m.setup.CannotRegister == "" }

func (m *model) cannotOpenRegister() string {
	switch {
	case m.conn.Kind == Pull && m.conn.State == Live:
		return "pull reads Clerk's messages: it needs no endpoint"
	case m.conn.State == Connecting || m.conn.State == Reconnecting:
		return "the tunnel is " + string(m.conn.State) + ": register once it is live"
	case !m.conn.public():
		return "no public URL to register: choose a tunnel on Setup (4)"
	case m.setup.Registering:
		return "the endpoint is already being registered"
	}
	return ""
}

// openRegister shows what will change. The sender is asked for what is there.
func (m *model) openRegister() tea.Cmd {
	s := &registerSheet{}
	switch why := m.setup.RegisterFailed; {
	case !m.canRegister():
		s.stage, s.err = registerByHand, Problem{Text: cmp.Or(m.setup.CannotRegister, "cannot register an endpoint here")}
	case why.Text != "" && m.tab == tabSetup && m.steps.selected() != nil && m.steps.selected().state == walkFailed:
		s.stage, s.err = registerByHand, why
	}
	m.sheet = s
	m.side.due = true
	return nil
}

func (s *registerSheet) press(m *model, k tea.KeyPressMsg, act action) tea.Cmd {
	switch act {
	case actBack, actQuit:
		return m.close()
	case actEnter, actRegister:
		return s.enter(m)
	case actCopy:
		if s.stage == registerByHand {
			return m.copyOut(newCopyItem("u", "url", m.conn.URL, ""))
		}
	case actOpen:
		if s.stage == registerByHand {
			return m.keys.byAct[actOpen].run(m)
		}
	default:
		pressScroll(&s.scroll, act, s.lines, s.h, nil)
	}
	return nil
}

// enter does what comes next.
func (s *registerSheet) enter(m *model) tea.Cmd {
	switch {
	case s.stage == registerAsks && m.asksSide():
		return nil // the sheet says that it is still asking
	case s.stage == registerAsks:
		return s.register(m)
	case s.stage == registerByHand && m.canRegister():
		*s = registerSheet{} // try again, with another look first
		m.side.due = true
		return nil
	case s.stage == registerDone && s.canWrite(m):
		return s.write(m)
	}
	return m.close()
}

func (s *registerSheet) canWrite(m *model) bool {
	return s.done.Secret != "" && m.deps.WriteSecret != nil
}

func (s *registerSheet) register(m *model) tea.Cmd {
	do := m.deps.Register
	return m.inBackground(registering, func(ctx context.Context) (func() tea.Cmd, error) {
		r, err := do(ctx)
		return func() tea.Cmd { return s.registered(m, r, err) }, nil
	})
}

func (s *registerSheet) registered(m *model, r Registration, err error) tea.Cmd {
	m.side.due, m.steps.chosen = true, false
	open := m.sheet == sheet(s)
	switch {
	case err != nil && open:
		s.stage, s.err, s.scroll = registerByHand, problemOf(err), draw.Scroll{}
	case err != nil:
		return m.setStatus(failure(err))
	case open:
		s.stage, s.done, s.scroll = registerDone, r, draw.Scroll{}
	default:
		return m.setStatus(good(r.did()))
	}
	return nil
}

// problemOf returns an error with its fix, line by line, in the words of the dashboard.
func problemOf(err error) Problem {
	st := failure(err)
	return Problem{st.what, st.fix}
}

// write writes the secret that was read to the .env file.
func (s *registerSheet) write(m *model) tea.Cmd {
	write := m.deps.WriteSecret
	return m.inBackground("writing the secret", func(ctx context.Context) (func() tea.Cmd, error) {
		said, err := write(ctx)
		if err != nil {
			return nil, err
		}
		return func() tea.Cmd {
			if m.sheet == sheet(s) {
				m.sheet = nil
			}
			return m.setStatus(good(said))
		}, nil
	})
}

func (s *registerSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	roomy := h >= 16
	if roomy {
		d.Skip()
	}
	var keys []hint
	switch s.stage {
	case registerAsks:
		s.plan(m, d)
		keys = []hint{m.keys.hint(actEnter, "register it"), m.keys.hint(actBack, "cancel")}
	case registerDone:
		s.result(m, d)
		keys = []hint{m.keys.hint(actEnter, "close")}
		if s.canWrite(m) {
			keys = []hint{m.keys.hint(actEnter, "write it to "+m.setup.envFile()), m.keys.hint(actBack, "keep it in memory")}
		}
	case registerByHand:
		s.byHand(m, d)
		keys = []hint{m.keys.hint(actCopy, "copy the URL"), m.keys.hint(actOpen, "open Clerk"), m.keys.hint(actBack, "close")}
		if m.canRegister() {
			keys = slices.Insert(keys, 2, m.keys.hint(actEnter, "try again"))
		}
	}
	if roomy {
		d.Skip()
	}
	s.lines, s.h = len(d.Lines), h
	s.scroll.Clamp(s.lines, h, nil)
	d.Lines = d.Lines[s.scroll.Top:min(s.scroll.Top+h, len(d.Lines))]
	if s.lines > h {
		keys = append([]hint{{"↑↓", "more"}}, keys...)
	}
	return "Register the endpoint at Clerk", d, keys
}

// registerColumn is the column of what is registered.
const registerColumn = 10

// plan says what registering will change.
func (s *registerSheet) plan(m *model, d *draw.Doc) {
	st, side := &m.styles, &m.side
	if m.doing.what == registering {
		d.Item(st.Accent, orWhy(m.doing.slow, m.spinner(), " "), st.Text, "Registering it at Clerk …", 1)
		d.Break()
	} else {
		d.Item(st.Warn, "!", st.Text, "Experimental: Clerk does not document this. If it fails, the manual steps are shown.", 1)
		d.Break()
	}
	known := side.loaded && side.err.Text == "" && !m.asksSide()
	now := side.side
	pair := func(name, value string) { d.Pair(st.Dim, " "+name, st.Text, value, registerColumn) }
	switch {
	case m.asksSide():
		pair("endpoint", orWhy(side.slow, m.spinner()+" asking Clerk …", "…"))
	case known && now.Endpoint == "":
		pair("endpoint", "a new one, for this machine and folder")
	case known && now.Disabled:
		pair("endpoint", now.Endpoint+": it is disabled and will be enabled")
	case known:
		pair("endpoint", now.Endpoint)
	case side.err.Text != "":
		pair("endpoint", "that of this machine and folder (Clerk could not be asked: "+side.err.Text+")")
	default:
		pair("endpoint", "that of this machine and folder; created if there is none")
	}
	pair("url", m.conn.URL)
	if known && now.URL != "" && !webhook.SameURL(now.URL, m.conn.URL) {
		d.Pair(st.Dim, "", st.Dim, "now "+now.URL, registerColumn)
	}
	events := strings.Join(m.setup.Events, ", ")
	switch missing := missingEvents(now.Events, m.setup.Events); {
	case !known || now.Endpoint == "":
		pair("events", cmp.Or(events, "those that hooktop handles"))
	case len(now.Events) == 0:
		pair("events", "all, as now")
	case len(missing) > 0:
		pair("events", "adds "+strings.Join(missing, ", ")+"; the others stay")
	default:
		pair("events", "as now: "+strings.Join(now.Events, ", "))
	}
	pair("secret", "read from Clerk, kept in memory")
}

// missingEvents returns the event types that are wanted and not selected.
func missingEvents(selected, wanted []string) []string {
	if len(selected) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(e string) bool { return slices.Contains(selected, e) })
}

// result says what registering did.
func (s *registerSheet) result(m *model, d *draw.Doc) {
	st, r := &m.styles, &s.done
	d.Item(st.OK, "✓", st.Strong, r.did(), 1)
	d.Break()
	pair := func(name, value string) { d.Pair(st.Dim, " "+name, st.Text, value, registerColumn) }
	pair("url", r.URL)
	if r.Was != "" {
		d.Pair(st.Dim, "", st.Dim, "before: "+r.Was, registerColumn)
	}
	switch events := strings.Join(r.Events, ", "); {
	case len(r.Added) > 0 && !r.Created:
		pair("events", events+" (added: "+strings.Join(r.Added, ", ")+")")
	default:
		pair("events", cmp.Or(events, "all"))
	}
	if r.Enabled {
		pair("enabled", "it was disabled")
	}
	if r.Secret == "" {
		pair("secret", "could not be read: copy it from the Clerk Dashboard and paste it in step 1")
		return
	}
	pair("secret", r.Secret)
	if s.canWrite(m) {
		d.Break()
		d.Text(st.Dim, "hooktop has it in memory. Your app needs it, too: enter writes it to "+m.setup.envFile()+".", 1)
	}
}

// byHand says what to do in the Clerk Dashboard.
func (s *registerSheet) byHand(m *model, d *draw.Doc) {
	st := &m.styles
	d.Item(st.Warn, "!", st.Text, s.err.Text, 1)
	d.Break()
	if s.err.Fix != "" {
		for line := range strings.SplitSeq(s.err.Fix, "\n") {
			if number, rest, ok := strings.Cut(line, ". "); ok && len(number) == 1 {
				d.Item(st.Key, number, st.Text, rest, 1)
				continue
			}
			d.Text(st.Text, line, 1)
		}
		if !strings.Contains(s.err.Fix, m.conn.URL) {
			d.Text(st.Accent, m.conn.URL, 1)
		}
		return
	}
	d.Item(st.Key, "1", st.Text, "Clerk Dashboard → Webhooks → Add Endpoint (o opens it)", 1)
	d.Item(st.Key, "2", st.Text, "Endpoint URL (y copies it):", 1)
	d.Text(st.Accent, m.conn.URL, 3)
	d.Item(st.Key, "3", st.Text, "Subscribe to "+cmp.Or(strings.Join(m.setup.Events, ", "), "user.created, user.updated, user.deleted"), 1)
	d.Item(st.Key, "4", st.Text, "Copy its Signing Secret and paste it on Setup (4), step 1", 1)
}

func (s *registerSheet) paste(*model, string)      {}
func (s *registerSheet) wheel(_ *model, by int)    { s.scroll.Wheel(by, s.lines, s.h) }
func (s *registerSheet) click(*model, int) tea.Cmd { return nil }
func (s *registerSheet) width() int                { return sheetWidth + 8 }
