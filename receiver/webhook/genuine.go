package webhook

import (
	"net/http"
	"net/netip"
	"regexp"
	"strings"
)

// looks are the hints about a sender: whether the User-Agent, the address and the
// message id are those that it sends its events with. They prove nothing, since
// anyone can write a header; nil for what the request does not say.
type looks struct {
	sender, address, messageID *Check
	// agent is the product in the User-Agent, safe to show.
	agent string
	done  bool
}

// look reads the hints once.
func (e *evidence) look() *looks {
	if !e.looks.done {
		e.looks = e.scheme.looks(e.Request)
	}
	return &e.looks
}

func looksOf(r Request) looks {
	l := looks{done: true}
	l.readSender(r.Header)
	l.readAddress(r)
	l.readMessageID(svixHeaders(r.Header).id)
	return l
}

func (l *looks) checks() (checks []Check) {
	for _, c := range []*Check{l.sender, l.address, l.messageID} {
		if c != nil {
			checks = append(checks, *c)
		}
	}
	return checks
}

// svixSender is in the User-Agent of every hosted Svix, also of those that send
// under a customer's name. https://docs.svix.com/receiving/source-ips
const svixSender = "sender-9YMgn"

func (l *looks) readSender(h http.Header) {
	text := h.Get("User-Agent")
	product, _, _ := strings.Cut(text, " ")
	l.agent = quotedUnlessPlain(product)
	switch {
	case text == "":
		l.sender = hint("sender", false, "no User-Agent; Svix sends one")
	case strings.Contains(text, svixSender):
		l.sender = hint("sender", true, "User-Agent "+l.agent+", with Svix's mark "+svixSender)
	default:
		l.sender = hint("sender", false, "User-Agent "+quotedUnlessPlain(text)+", not Svix's")
	}
}

func hint(name string, ok bool, detail string) *Check {
	return &Check{Name: name, OK: ok, Detail: detail, Hint: true}
}

// svixSources are the addresses that Svix sends from, by region
// (https://docs.svix.com/receiving/source-ips, webhook-ips.json). Clerk's events
// come from its European one.
var svixSources = []struct {
	region   string
	prefixes []netip.Prefix
}{
	{"eu", prefixes("52.215.16.239/32", "54.216.8.72/32", "63.33.109.123/32", "2a05:d028:17:8000::/56")},
	{"us", prefixes("44.228.126.217/32", "50.112.21.217/32", "52.24.126.164/32", "54.148.139.208/32", "2600:1f24:64:8000::/56")},
	{"us-east", prefixes("54.164.207.221/32", "54.90.7.123/32", "2600:1f28:37:4000::/56")},
	{"au", prefixes("13.239.204.236/32", "54.66.246.217/32", "54.252.65.96/32", "2406:da2c:13:4000::/56")},
	{"ca", prefixes("52.60.44.49/32", "3.98.68.230/32", "3.96.105.27/32", "2600:1f21:1c:4000::/56")},
}

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

const clerksRegion = "eu"

func (l *looks) readAddress(r Request) {
	address, claimed := sourceOf(r)
	switch region := svixRegion(address); {
	case !address.IsValid():
	case region == clerksRegion:
		l.address = hint("address", true, address.String()+", one of those that Svix sends Clerk's events from")
	case region != "":
		l.address = hint("address", false, address.String()+", one of Svix's, in "+region+"; Clerk's events come from "+clerksRegion)
	case address.IsLoopback() && !claimed:
		l.address = hint("address", false, address.String()+", this machine")
	default:
		l.address = hint("address", false, address.String()+", none of Svix's")
	}
}

func svixRegion(a netip.Addr) string {
	for _, s := range svixSources {
		for _, p := range s.prefixes {
			if p.Contains(a) {
				return s.region
			}
		}
	}
	return ""
}

// sourceOf is where a request came from: the address that the nearest proxy
// names, the last of X-Forwarded-For that is not of a private network, for the
// tunnel ends on this machine; without a proxy, the connection's own.
func sourceOf(r Request) (address netip.Addr, claimed bool) {
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

var svixMessageID = regexp.MustCompile(`^msg_[A-Za-z0-9]{27}$`)

func (l *looks) readMessageID(id string) {
	switch {
	case id == "":
	case svixMessageID.MatchString(id):
		l.messageID = hint("message id", true, id+", in Svix's form")
	default:
		l.messageID = hint("message id", false, quotedUnlessPlain(id)+", not in Svix's form: msg_ and 27 letters and digits")
	}
}

// opening begins a sentence about a signature that does not hold with how the
// request looks; "" where that points neither way.
func (l *looks) opening() string {
	ok := func(c *Check) bool { return c != nil && c.OK }
	switch {
	case ok(l.sender):
		from := ""
		if ok(l.address) {
			from = ", from an address of Svix"
		}
		return "It looks genuine (User-Agent " + l.agent + from + "), but "
	case !ok(l.address) && !ok(l.messageID):
		agent := "no User-Agent"
		if l.agent != `""` {
			agent = "User-Agent " + l.agent
		}
		return "Nothing about it looks like Svix (" + agent + "), and "
	}
	return ""
}

var plainToken = regexp.MustCompile(`^[A-Za-z0-9._/+:-]{1,60}$`)

func quotedUnlessPlain(s string) string {
	if plainToken.MatchString(s) {
		return s
	}
	return short(s)
}
