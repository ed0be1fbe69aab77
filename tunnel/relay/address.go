package relay

import (
	"net"
	"net/url"
	"strings"
)

// The public service.
const (
	DefaultURL = "wss://api.relay.svix.com/api/v1/listen/"
	// ClerkInbox is the inbox under Clerk's name, as Clerk's own command shows it.
	ClerkInbox = "https://webhooks.clerk.com/in/"
	// PlayInbox is the same inbox under Svix's name. Other providers get this one:
	// Clerk promises its name for Clerk's webhooks alone.
	PlayInbox = "https://play.svix.com/in/"

	playHistory = "https://api.play.svix.com"
	listenPath  = "/api/v1/listen/"
)

// Check returns what is wrong with the addresses that replace the public service's:
// HOOKTOP_RELAY_URL and HOOKTOP_RELAY_INBOX, each "" for none. The error has a Fix.
func Check(address, inbox string) error {
	_, err := addressesOf(Config{URL: address, Inbox: inbox})
	return err
}

// Unencrypted reports whether an address sends what passes in plain text to another
// machine. It is allowed, as only the user's own environment can ask for it and
// no secret passes there, but deliveries hold personal data.
func Unencrypted(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "ws" && u.Scheme != "http" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && !strings.HasSuffix(u.Hostname(), ".localhost") && (ip == nil || !ip.IsLoopback())
}

// addresses are where a relay connects, what the sender is told, and where missed
// requests are listed: on the inbox's host, and else on the relay's, if they replace
// the public ones.
type addresses struct {
	listen  []string // tried one after the other while the one before is unknown there
	inbox   string
	history []string // tried likewise
}

// addressesOf returns the addresses of a relay: the public ones, or those of the
// service that replaces them.
func addressesOf(c Config) (addresses, error) {
	a := addresses{listen: []string{DefaultURL}, inbox: PlayInbox, history: []string{playHistory}}
	if c.Provider == "" || c.Provider == "clerk" {
		a.inbox = ClerkInbox
	}
	if c.URL != "" {
		u, err := parse("HOOKTOP_RELAY_URL", c.URL, "ws", "wss")
		if err != nil {
			return a, err
		}
		a.listen = []string{u.String()}
		if strings.Trim(u.Path, "/") == "" { // only a host: the documented path is likelier
			a.listen = []string{u.JoinPath(listenPath).String(), u.JoinPath("/").String()}
		}
		a.history = []string{"http" + strings.TrimPrefix(u.Scheme, "ws") + "://" + u.Host}
	}
	if c.Inbox != "" {
		u, err := parse("HOOKTOP_RELAY_INBOX", c.Inbox, "http", "https")
		if err != nil {
			return a, err
		}
		a.inbox = strings.TrimSuffix(u.String(), "/") + "/"
		at := u.Scheme + "://" + u.Host
		if c.URL == "" || a.history[0] == at {
			a.history = nil // Svix's own knows nothing of another inbox
		}
		a.history = append([]string{at}, a.history...)
	}
	return a, nil
}

// inboxURL is the URL for the sender. It ends with the token: the inbox takes no path
// behind it.
func (a addresses) inboxURL(t Token) string { return a.inbox + string(t) + "/" }

// inboxHost returns the host that senders see.
func (a addresses) inboxHost() string {
	u, err := url.Parse(a.inbox)
	if err != nil {
		return ""
	}
	return u.Host
}

// historyURL returns where one of the addresses lists what came after a request.
func historyURL(base string, t Token, iterator string) string {
	address := base + "/api/v1/history/" + string(t) + "/"
	if iterator != "" {
		address += "?iterator=" + url.QueryEscape(iterator)
	}
	return address
}

func parse(variable, text string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	example := schemes[1] + "://relay.example.com/"
	wrong := func(what string) (*url.URL, error) {
		return nil, &Error{
			Code: CodeAddress, Title: variable + " " + what,
			fix: "set " + variable + " to a URL such as " + example + ", or unset it to use the public relay",
		}
	}
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return wrong("is not a URL")
	case u.Scheme != schemes[0] && u.Scheme != schemes[1]:
		return wrong("must begin with " + schemes[0] + ":// or " + schemes[1] + "://")
	case u.User != nil:
		return wrong("must not contain a user name or password")
	case u.RawQuery != "" && schemes[0] == "http" || u.Fragment != "":
		return wrong("must end with a path")
	}
	return u, nil
}
