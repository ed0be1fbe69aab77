package providers

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// agentHints reads the User-Agent: is tells the sender's, and marked says how
// it is known.
func agentHints(h http.Header, sender string, is func(agent string) bool, marked string) webhook.Hints {
	text := h.Get("User-Agent")
	product, _, _ := strings.Cut(text, " ")
	hints := webhook.Hints{Agent: webhook.Quoted(product)}
	switch {
	case text == "":
		hints.Sender = webhook.Hint("sender", false, "no User-Agent; "+sender+" sends one")
	case is(text):
		hints.Sender = webhook.Hint("sender", true, "User-Agent "+hints.Agent+", "+marked)
	default:
		hints.Sender = webhook.Hint("sender", false, "User-Agent "+webhook.Quoted(text)+", not "+sender+"'s")
	}
	return hints
}

// sourceOf is where a request came from: the address that the nearest proxy
// names, the last of X-Forwarded-For that is not of a private network, for the
// tunnel ends on this machine; without a proxy, the connection's own.
func sourceOf(r webhook.Request) (address netip.Addr, claimed bool) {
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
