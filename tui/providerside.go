package tui

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// ProviderSide is what the sender knows of the endpoint and its messages. Finding it out
// changes nothing at the sender.
type ProviderSide struct {
	// Endpoint is "" if there is none of this machine and folder.
	Endpoint, URL string
	Disabled      bool
	// Events are the event types selected, none for all.
	Events []string
	// Messages are the sender's newest messages, newest first. More says that there
	// are older ones that are not listed.
	Messages []ProviderMessage
	More     bool
	// Causes say why messages do not arrive: another URL, disabled, an event that
	// is not selected, another path.
	Causes []Problem
	// CannotResend and CannotSendExample say why the sender cannot be asked to do
	// so, such as that the key does not allow it. "": it can.
	CannotResend, CannotSendExample string
}

// ProviderMessage is one message of the sender's and how it fared.
type ProviderMessage struct {
	ID, Event string
	At        time.Time
	State     MessageState
	// Delivery is the newest delivery here with that message id, 0 for none.
	Delivery int64
	// Status is the HTTP status that the sender got last, 0 for none. Attempts is how
	// often it tried, NextTry when it tries again.
	Status, Attempts int
	NextTry          time.Time
	// Reason says why it failed, was not tried or did not arrive, Fix what to do.
	Reason, Fix string
}

// MessageState is how a message fared.
type MessageState string

// The states of a message.
const (
	MessageArrived MessageState = "arrived"
	MessageFailed  MessageState = "failed"
	// MessageMissing: the sender got a 2xx, but nothing arrived here.
	MessageMissing    MessageState = "missing"
	MessageNeverTried MessageState = "never-tried"
	// MessagePending: it is being sent, or will be tried again.
	MessagePending MessageState = "pending"
)

// providerSide shows what the sender says it sent, next to what arrived.
type providerSide struct {
	side   ProviderSide
	loaded bool
	// err is why the sender could not be asked the last time.
	err Problem
	// at is when it was asked last.
	at      time.Time
	request request
	slow    bool
	// due asks again at once, stale soon: something arrived. wanted says that the user
	// looked here: before, nothing is asked of the sender unless hooktop registered
	// there itself.
	due, stale, wanted bool

	w, h   int
	scroll draw.Scroll
	doc    draw.Doc
}

func (p *providerSide) setSize(w, h int) { p.w, p.h = w, h }

// How often the sender is asked: soon after something arrived, every now and then, and
// less often after an error.
const (
	askSoon  = 5 * time.Second
	askAgain = 30 * time.Second
	askLater = time.Minute
)

// cannotAskProvider says why the sender's side cannot be shown, "" if it can.
func (m *model) cannotAskProvider() string {
	if m.deps.ProviderSide == nil {
		return "cannot ask Clerk what it sent here"
	}
	return m.setup.CannotAskProvider
}

// asksSide reports whether the sender is being asked, or about to be.
func (m *model) asksSide() bool {
	return m.cannotAskProvider() == "" && (m.side.request.busy || m.side.due)
}

// ask asks the sender if it is time to.
func (p *providerSide) ask(m *model) tea.Cmd {
	_, registers := m.sheet.(*registerSheet)
	if m.cannotAskProvider() != "" || p.request.busy || m.tab != tabSetup && !registers {
		return nil
	}
	wait := askAgain
	switch {
	case p.err.Text != "":
		wait = askLater
	case p.stale:
		wait = askSoon
	}
	shown := m.setup.Registered != nil || p.wanted
	if !p.due && (!shown || m.now.Sub(p.at) < wait) {
		return nil
	}
	p.due, p.stale, p.at = false, false, m.now
	find := m.deps.ProviderSide
	read := p.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		side, err := find(ctx)
		return func() tea.Cmd { p.take(side, err); return nil }, nil //nolint:nilerr // it is shown in the pane
	})
	return tea.Batch(read, m.after(slowly, sideSlowMsg{p.request.n}))
}

// sideSlowMsg says that the sender has taken so long to answer that the user should be told.
type sideSlowMsg struct{ n int }

func (p *providerSide) tellSlow(m *model, msg sideSlowMsg) tea.Cmd {
	if !p.request.busy || p.request.n != msg.n {
		return nil
	}
	p.slow = true
	return m.spin()
}

func (p *providerSide) take(side ProviderSide, err error) {
	p.slow = false
	if err != nil {
		p.err = problemOf(err)
		return
	}
	was := p.selected()
	p.side, p.loaded, p.err = side.withKeys(), true, Problem{}
	if was == nil {
		return
	}
	for i := range side.Messages { // the selection is a message, whatever came since
		if side.Messages[i].ID == was.ID {
			p.scroll.Cursor = i
		}
	}
}

// selected returns the selected message, nil if there is none.
func (p *providerSide) selected() *ProviderMessage {
	if i := p.scroll.Cursor; p.loaded && i < len(p.side.Messages) {
		return &p.side.Messages[i]
	}
	return nil
}

func (p *providerSide) prepare(m *model) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, p.w)
	d.Skip()
	switch {
	case p.err.Text != "" && !p.loaded:
		d.Item(st.Bad, "✗", st.Text, p.err.Text, 0)
		d.Text(st.Dim, p.err.Fix, 2)
	case p.loaded:
		p.endpoint(m, d)
		p.messages(m, d)
	case p.slow:
		d.Item(st.Accent, m.spinner(), st.Dim, "asking Clerk …", 0)
	case !p.request.busy:
		d.Text(st.Text, "What Clerk says it sent to this endpoint, next to what arrived here.", 0)
		d.Break()
		d.Item(st.Key, "tab", st.Text, "asks Clerk", 0)
	}
	p.doc = *d
	p.scroll.Clamp(len(d.Lines), p.h, d.Links)
}

// endpoint says what the endpoint is like at the sender, and why nothing arrives.
func (p *providerSide) endpoint(m *model, d *draw.Doc) {
	st, side := &m.styles, &p.side
	const column = 10
	if p.err.Text != "" {
		d.Item(st.Warn, "!", st.Text, "Could not ask again: "+p.err.Text, 0)
		d.Break()
	}
	if side.Endpoint == "" {
		d.Item(st.Warn, "○", st.Strong, "Clerk has no endpoint of this machine and folder.", 0)
		d.Item(st.Key, "E", st.Text, "registers one", 2)
	} else {
		d.Check(!side.Disabled, "endpoint", side.Endpoint+orWhy(side.Disabled, ": disabled", ""), column)
		d.Check(webhook.SameURL(side.URL, m.conn.URL), "url", side.URL, column)
		missing := missingEvents(side.Events, m.setup.Events)
		events := cmp.Or(strings.Join(side.Events, ", "), "all")
		if len(missing) > 0 {
			events += "; not " + strings.Join(missing, ", ")
		}
		d.Check(len(missing) == 0, "events", events, column)
	}
	for _, c := range side.Causes {
		d.Break()
		d.Item(st.Warn, "!", st.Text, c.Text, 0)
		d.Text(st.Dim, c.Fix, 2)
	}
}

// messages lists what the sender sent. What is known of the selected one is below it.
func (p *providerSide) messages(m *model, d *draw.Doc) {
	st, side := &m.styles, &p.side
	remark := strconv.Itoa(len(side.Messages)) + orWhy(side.More, " newest", "")
	if len(side.Messages) == 0 {
		if side.Endpoint == "" {
			return
		}
		d.Head("SENT BY CLERK", "")
		d.Text(st.Text, "Nothing yet. Sign up in your app, or change a user in the Clerk Dashboard.", 0)
		return
	}
	d.Head("SENT BY CLERK", remark)
	for i := range side.Messages {
		d.Link(int64(i + 1))
		p.message(m, d, &side.Messages[i])
		if i == p.scroll.Cursor && m.focus == focusDetail {
			p.more(m, d, &side.Messages[i])
		}
	}
}

// messageColumn is the width of what became of a message.
const messageColumn = 14

func (p *providerSide) message(m *model, d *draw.Doc, msg *ProviderMessage) {
	st := &m.styles
	symbol, look, what := msg.fared(st)
	l := d.NewLine()
	at := text.Clock(msg.At.In(m.now.Location()), false)
	if msg.At.IsZero() {
		at = text.None
	} else if m.now.Sub(msg.At) > 24*time.Hour {
		at = text.Ago(msg.At, m.now)
	}
	l.Fit(st.Dim, at, 8).Gap(1).Put(look, symbol).Gap(1)
	l.Fit(st.Text, msg.Event, max(l.Left()-messageColumn-draw.Margin-1, 0)).Gap(1)
	d.Add(l.Put(look, what))
}

// fared returns what became of a message: a symbol and a few words.
func (msg *ProviderMessage) fared(st *styles) (symbol string, look draw.Style, what string) {
	switch msg.State {
	case MessageArrived:
		what = "arrived"
		if msg.Delivery > 0 {
			what = "#" + text.Grouped(msg.Delivery)
		}
		return "✓", st.OK, what
	case MessageFailed:
		what = "failed"
		if msg.Status > 0 {
			what += " " + strconv.Itoa(msg.Status)
		}
		return "✗", st.Bad, what
	case MessageMissing:
		return "!", st.Warn, "did not arrive"
	case MessageNeverTried:
		return "–", st.Warn, "never tried"
	case MessagePending:
		return "◌", st.Warn, "on its way"
	}
	return "·", st.Dim, string(msg.State)
}

// more tells what is known of a message.
func (p *providerSide) more(m *model, d *draw.Doc, msg *ProviderMessage) {
	st := &m.styles
	const indent = 11
	facts := nonEmpty(msg.ID)
	if msg.Attempts > 0 {
		facts = append(facts, text.Plural(msg.Attempts, "attempt"))
	}
	if !msg.NextTry.IsZero() {
		facts = append(facts, "next at "+text.Clock(msg.NextTry.In(m.now.Location()), false))
	}
	d.Text(st.Dim, strings.Join(facts, " · "), indent)
	d.Text(st.Text, msg.Reason, indent)
	if msg.Fix != "" {
		d.Text(st.Text, "fix: "+msg.Fix, indent)
	}
}

func (p *providerSide) title(m *model) []draw.Chip {
	cs := []draw.Chip{m.styles.Strong.Chip("Clerk's side")}
	if p.loaded {
		cs = append(cs, m.styles.Dim.Chip("  asked "+text.Ago(p.at, m.now)))
	}
	return cs
}

func (p *providerSide) press(m *model, act action) tea.Cmd {
	if act == actEnter {
		return m.jump(p.selected().Delivery)
	}
	pressScroll(&p.scroll, act, len(p.doc.Lines), p.h, p.doc.Links)
	return nil
}

// cannotOpen says why enter opens nothing, "" if it does.
func (p *providerSide) cannotOpen() string {
	switch msg := p.selected(); {
	case msg == nil:
		return "nothing to open here"
	case msg.Delivery == 0:
		return "it did not arrive here: r asks Clerk to send it again"
	}
	return ""
}

func (p *providerSide) view(m *model) []draw.Styled {
	return pointed(m, &p.doc, &p.scroll, p.h, m.focus == focusDetail)
}

// pointed returns the lines that are seen of a text; the selected link has a mark if
// the pane has the focus.
func pointed(m *model, d *draw.Doc, s *draw.Scroll, h int, focused bool) []draw.Styled {
	at := -1
	if n := len(d.Links); n > 0 && focused {
		at = d.Links[min(s.Cursor, n-1)].Line
	}
	var out []draw.Styled
	for i := s.Top; i < min(s.Top+h, len(d.Lines)); i++ {
		l := d.Lines[i]
		if i == at {
			l = l.Pointed(m.styles.Brand)
		}
		out = append(out, l)
	}
	return out
}

// cannotSendAgain says why the sender cannot be asked to send the selected message once
// more, "" if it can.
func (m *model) cannotSendAgain() string {
	switch p := &m.side; {
	case m.cannotAskProvider() != "":
		return "r resends a delivery: select one on tab 1"
	case m.focus != focusDetail || p.selected() == nil:
		return "r resends a delivery, or one of Clerk's messages: press tab for those"
	case m.deps.ProviderResend == nil:
		return "cannot ask Clerk to send it again here"
	default:
		return p.side.CannotResend
	}
}

// sendAgain has the sender send the selected message once more.
func (m *model) sendAgain() tea.Cmd {
	resend, id := m.deps.ProviderResend, m.side.selected().ID
	return m.inBackground("asking Clerk to send "+id+" again", func(ctx context.Context) (func() tea.Cmd, error) {
		if err := resend(ctx, id); err != nil {
			return nil, err
		}
		return func() tea.Cmd {
			m.side.due = true
			return m.setStatus(good(fmt.Sprintf("asked Clerk to send %s again: it arrives as a new delivery", id)))
		}, nil
	})
}
