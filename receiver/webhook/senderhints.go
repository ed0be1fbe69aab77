package webhook

import (
	"regexp"
)

// Hints are what a request gives away of its sender: whether the User-Agent, the
// address and the message id are those that the provider sends its events with.
// They prove nothing, since anyone can write a header; nil for what the request
// does not say.
type Hints struct {
	Sender, Address, MessageID *Check
	// Agent is the product in the User-Agent, safe to show.
	Agent string
}

// look reads the hints once.
func (e *evidence) look() *Hints {
	if e.hints == nil {
		e.hints = new(Hints)
		if e.signing.Hints != nil {
			*e.hints = e.signing.Hints(e.Request)
		}
	}
	return e.hints
}

func (h *Hints) checks() (checks []Check) {
	for _, c := range []*Check{h.Sender, h.Address, h.MessageID} {
		if c != nil {
			checks = append(checks, *c)
		}
	}
	return checks
}

// looksGenuine reports whether the User-Agent is the sender's.
func (h *Hints) looksGenuine() bool { return h.Sender != nil && h.Sender.OK }

// Hint makes a check that was read and not recomputed.
func Hint(name string, ok bool, detail string) *Check {
	return &Check{Name: name, OK: ok, Detail: detail, Hint: true}
}

// opening begins a sentence about a signature that does not hold with how the
// request looks; "" where that points neither way.
func (e *evidence) opening() string {
	h, sender := e.look(), e.signing.Sender
	ok := func(c *Check) bool { return c != nil && c.OK }
	switch {
	case h.Sender == nil:
	case h.Sender.OK:
		from := ""
		if ok(h.Address) {
			from = ", from an address of " + sender
		}
		return "It looks genuine (User-Agent " + h.Agent + from + "), but "
	case !ok(h.Address) && !ok(h.MessageID):
		agent := "no User-Agent"
		if h.Agent != `""` {
			agent = "User-Agent " + h.Agent
		}
		return "Nothing about it looks like " + sender + " (" + agent + "), and "
	}
	return ""
}

var plainToken = regexp.MustCompile(`^[A-Za-z0-9._/+:-]{1,60}$`)

// Quoted returns a sender's text safe to show: quoted unless it is plain.
func Quoted(s string) string {
	if plainToken.MatchString(s) {
		return s
	}
	return QuoteShort(s)
}
