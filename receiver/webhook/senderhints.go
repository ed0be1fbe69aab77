package webhook

import (
	"net/http"
	"net/netip"
	"regexp"
	"strings"
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

// AgentHints reads the User-Agent: is tells the sender's, and marked says how
// it is known.
func AgentHints(h http.Header, sender string, is func(agent string) bool, marked string) Hints {
	text := h.Get("User-Agent")
	product, _, _ := strings.Cut(text, " ")
	hints := Hints{Agent: Quoted(product)}
	switch {
	case text == "":
		hints.Sender = Hint("sender", false, "no User-Agent; "+sender+" sends one")
	case is(text):
		hints.Sender = Hint("sender", true, "User-Agent "+hints.Agent+", "+marked)
	default:
		hints.Sender = Hint("sender", false, "User-Agent "+Quoted(text)+", not "+sender+"'s")
	}
	return hints
}

// SourceOf is where a request came from: the address that the nearest proxy
// names, the last of X-Forwarded-For that is not of a private network, for the
// tunnel ends on this machine; without a proxy, the connection's own.
func SourceOf(r Request) (address netip.Addr, claimed bool) {
	all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(all) - 1; i >= 0; i-- {
		if a := addressOf(all[i]); a.IsValid() && !a.IsPrivate() && !a.IsLoopback() {
			return a, true
		}
	}
	return addressOf(r.RemoteAddr), false
}

// addressOf reads an address with a port or without; invalid where there is none.
func addressOf(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
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
