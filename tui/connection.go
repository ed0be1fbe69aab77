package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// State is the state of the tunnel.
type State string

// The states.
const (
	// Local: there is no public URL.
	Local        State = "local"
	Connecting   State = "connecting"
	Live         State = "live"
	Reconnecting State = "reconnecting"
	Failed       State = "failed"
	// Own: the user's own tunnel ends here (--public-url).
	Own State = "own"
)

// Proof is what is known of whether the public URL leads to this hooktop.
type Proof string

// The proofs.
const (
	// ProofNone: there was no test, and there will be none.
	ProofNone    Proof = ""
	ProofPending Proof = "pending"
	ProofPassed  Proof = "passed"
	// ProofFailed: something else answers at the URL.
	ProofFailed Proof = "failed"
	// ProofUnknown: this machine cannot reach its own URL, so that nothing is proven.
	ProofUnknown Proof = "unknown"
)

// The kinds of a public side.
const (
	Ngrok = "ngrok"
	Relay = "relay"
	Pull  = "pull"
	// OwnTunnel is the user's own (--public-url).
	OwnTunnel = "own"
	// Off is no public side at all.
	Off = "off"
)

// Connection is the proven state of the tunnel.
type Connection struct {
	State State
	// Kind is one of the kinds above, "" for none.
	Kind string
	// URL is the webhook URL to give to the sender, with its path.
	URL string
	// Since is when the state began. LastProof is when the tunnel last proved
	// to be alive, and Latency how long that took. For Pull LastProof is when the
	// messages were last listed.
	Since, LastProof time.Time
	Latency          time.Duration
	// Proof says whether the URL leads here, and Proven when that was last proved,
	// by a test or a delivery.
	Proof  Proof
	Proven time.Time
	// Reason says why the state is reconnecting or failed, or why a live one is not
	// proven, and Fix what to do. Code is that of the error, such as
	// ERR_NGROK_107.
	Reason, Fix, Code string
	// NextTry is when the next attempt is made, zero while one is running.
	NextTry time.Time
	// Was is the webhook URL of the last run, or before, that the sender may still
	// have; "" if it is URL.
	Was string
	// Lost says in one sentence what may have been lost while disconnected.
	Lost string
}

// public reports whether there is a public URL that leads here as far as is known.
func (c Connection) public() bool {
	return (c.State == Live || c.State == Own) && c.Kind != Pull && c.URL != ""
}

// name returns what carries the deliveries, for a sentence.
func (c Connection) name() string {
	switch {
	case c.State == Own || c.Kind == OwnTunnel:
		return "your own tunnel"
	case c.Kind == "":
		return Ngrok
	}
	return c.Kind
}

// oldProof is the age from which a proof of life is no longer taken for granted.
const oldProof = 30 * time.Second

// unproven says why a connection that is up may not work, "" if it is proven.
func (c Connection) unproven(now time.Time) string {
	switch {
	case c.Proof == ProofFailed:
		return text.OrNone(c.Reason)
	case c.Proof == ProofUnknown && c.Proven.IsZero():
		if c.Reason == "" {
			return "not proven: this machine cannot reach its own public URL"
		}
		return "not proven: " + c.Reason
	case c.Proof == ProofPending && c.Proven.IsZero():
		return "not proven yet: the test is running"
	case c.State == Own && c.Proof == ProofNone && c.Proven.IsZero():
		return "not proven: nothing has arrived through it yet"
	case c.State == Live && !c.LastProof.IsZero() && now.Sub(c.LastProof) > oldProof:
		return "no sign of life for " + text.Age(c.LastProof, now)
	}
	return ""
}

// proof says what proves a connection that is up, "" if nothing is known.
func (c Connection) proof(now time.Time) string {
	var facts []string
	if !c.Proven.IsZero() {
		facts = append(facts, "proved to lead here "+justNow(c.Proven, now))
	}
	if !c.LastProof.IsZero() && c.State == Live {
		what := "heard from "
		if c.Kind == Pull {
			what = "read "
		}
		fact := what + justNow(c.LastProof, now)
		if c.Latency > 0 {
			fact += ", " + c.latency()
		}
		facts = append(facts, fact)
	}
	return strings.Join(facts, "; ")
}

// justNow is text.Ago for the end of a sentence.
func justNow(t, now time.Time) string {
	if ago := text.Ago(t, now); ago != "now" {
		return ago
	}
	return "just now"
}

// light returns the symbol of a connection that is up: green only if it is proven.
func (c Connection) light(st *styles, now time.Time) (string, draw.Style) {
	if c.unproven(now) != "" {
		return "◐", st.Warn
	}
	return "●", st.OK
}

// reaches says in a sentence what a connection that is up does.
func (c Connection) reaches() string {
	switch {
	case c.Kind == Pull:
		return "Reading Clerk's messages: no public URL is needed."
	case c.Kind == Relay:
		return "The relay's inbox leads to this machine."
	case c.State == Own && c.Proof != ProofPassed && c.Proven.IsZero():
		return "Your own tunnel: nothing proves yet that it leads here."
	case c.State == Own:
		return "Your own tunnel reaches this machine."
	case c.Proof == ProofUnknown && c.Proven.IsZero():
		return "Live, but nothing proves yet that the public URL leads here."
	}
	return "Live: the public URL reaches this machine."
}

// failure returns why there is no connection, with the code.
func (c Connection) failure() string {
	if c.Code == "" || strings.Contains(c.Reason, c.Code) {
		return c.Reason
	}
	return strings.TrimSpace(c.Reason + " (" + c.Code + ")")
}

// nextTry says when the next attempt is made, "" if that is not known.
func (c Connection) nextTry(now time.Time) string {
	if c.NextTry.IsZero() {
		return ""
	}
	left := max(c.NextTry.Sub(now), 0)
	return ", next try in " + strconv.Itoa(int((left+time.Second-1)/time.Second)) + " s"
}

// stateWidth is the least width of the tunnel's state in the header, so that what is
// beside it holds still while its numbers change.
const stateWidth = 14

// stateChips show the state of the tunnel: a symbol and a word.
func (m *model) stateChips(whole bool) []draw.Chip {
	st, c := &m.styles, m.conn
	symbol, look := "○", st.Dim
	word, more := string(c.State), ""
	switch c.State {
	case Live, Own:
		symbol, look = c.light(st, m.now)
		word, more = c.live(m.now)
	case Connecting:
		symbol, look = "◌", st.Warn
		switch {
		case c.Reason != "":
			more = c.nextTry(m.now) + ": " + c.Reason
		case c.Proof == ProofPending:
			more = ": testing the URL"
		}
	case Reconnecting:
		symbol, look = "◐", st.Warn
		more = c.nextTry(m.now)
		if c.Reason != "" {
			more += ": " + c.Reason
		}
	case Failed:
		symbol, look = "✗", st.Bad
		if why := c.failure(); why != "" {
			more = ": " + why
		}
	default:
	}
	cs := []draw.Chip{look.Chip(symbol), st.Text.Chip(" " + text.Printable(word))}
	if whole && more != "" {
		room := max(m.w/4, 12)
		if more = text.Cut(text.Printable(more), room); !c.NextTry.IsZero() {
			more = text.Fit(more, room) // while it counts down
		}
		cs = append(cs, st.Dim.Chip(more))
	}
	if n := stateWidth - draw.ChipsWidth(cs); whole && n > 0 && (c.State == Live || c.State == Own) {
		cs = append(cs, draw.Gap(n))
	}
	return cs
}

// live returns the word for a connection that is up, and how well it is.
func (c Connection) live(now time.Time) (word, more string) {
	word = "live"
	switch {
	case c.State == Own:
		word = "own"
		more = " tunnel"
	case c.Kind == Relay, c.Kind == Pull:
		word = c.Kind
	}
	switch why := c.unproven(now); {
	case why != "" && !c.LastProof.IsZero() && now.Sub(c.LastProof) > oldProof:
		return word, ", proven " + text.Ago(c.LastProof, now)
	case why != "":
		return word, ", unproven"
	case c.State == Own:
	case c.Latency > 0:
		more = " " + c.latency()
	}
	return word, more
}

// latency returns how long the last proof of life took: "12 ms", "1.5s".
func (c Connection) latency() string {
	if c.Latency >= time.Second {
		return text.Took(c.Latency)
	}
	return strings.TrimSuffix(text.Took(c.Latency), "ms") + " ms"
}

// publicLine says why there is no public URL, why it is not proven, or what may be
// lost, unless the Setup tab, which says so too, is shown.
func (m *model) publicLine(l *draw.Line) draw.Styled {
	st, c := &m.styles, m.conn
	down := c.State == Failed || c.State == Reconnecting || c.State == Connecting && c.Reason != ""
	if !down && m.downLine(l) || m.tab == tabSetup {
		return l.Styled()
	}
	symbol, look, what, more := "!", st.Warn, "", " · 4: more"
	switch {
	case down && c.Reason != "":
		symbol, look, what = "✗", st.Bad, "no public URL"+c.nextTry(m.now)+": "+c.failure()
		if c.State != Failed {
			symbol, look = "◐", st.Warn
		}
		if more = ""; c.Fix != "" {
			more = " · 4: the fix"
		}
	case c.Lost != "":
		what = c.Lost
	case c.public() && c.Proof == ProofUnknown && c.unproven(m.now) != "":
		symbol, what = "◐", c.unproven(m.now)
	case m.urlChanged():
		what, more = "the public URL changed", " · 4: what to do"
	default:
		return l.Styled()
	}
	l.Put(look, symbol).Gap(1)
	l.Put(st.Text, text.Cut(text.OneLine(what), max(l.Left()-text.Width(more), 8)))
	return l.Put(st.Dim, more).Styled()
}

// urlHistory is what is known of the public URL's past.
type urlHistory struct {
	last string
	// changed is when the URL became another, zero if it did not.
	changed time.Time
}

// noticeURL notices that the public URL is another than before. That it changed is news,
// which come by themselves; here it is kept in mind until it is dealt with.
func (m *model) noticeURL() {
	c, u := &m.conn, &m.url
	if !c.public() {
		return
	}
	if u.last != "" && !webhook.SameURL(u.last, c.URL) || u.changed.IsZero() && c.Was != "" && !webhook.SameURL(c.Was, c.URL) {
		u.changed = m.now
	}
	u.last = c.URL
}

// urlChanged reports whether the sender may still send to another URL: the public URL
// changed, and was neither registered nor proven by a delivery since.
func (m *model) urlChanged() bool {
	if m.url.changed.IsZero() || !m.conn.public() {
		return false
	}
	if r := m.setup.Registered; r != nil && webhook.SameURL(r.URL, m.conn.URL) {
		return false
	}
	a := &m.steps.arrival
	return !a.verified() || a.newest.At.Before(m.url.changed)
}
