package providers

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// svixSender is in the User-Agent of every hosted Svix, also of those that send
// under a customer's name. https://docs.svix.com/receiving/source-ips
const svixSender = "sender-9YMgn"

// svixHints are what a request gives away of Svix.
type svixHints struct{ webhook.Hints }

func hintsOfSvix(r webhook.Request) webhook.Hints {
	h := svixHints{agentHints(r.Header, "Svix", func(agent string) bool { return strings.Contains(agent, svixSender) }, "with Svix's mark "+svixSender)}
	h.readAddress(r)
	h.readMessageID(svixScheme.Read(r.Header, "", nil).ID)
	return h.Hints
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

func (h *svixHints) readAddress(r webhook.Request) {
	address, claimed := sourceOf(r)
	switch region := svixRegion(address); {
	case !address.IsValid():
	case region == clerksRegion:
		h.Address = webhook.Hint("address", true, address.String()+", one of those that Svix sends Clerk's events from")
	case region != "":
		h.Address = webhook.Hint("address", false, address.String()+", one of Svix's, in "+region+"; Clerk's events come from "+clerksRegion)
	case address.IsLoopback() && !claimed:
		h.Address = webhook.Hint("address", false, address.String()+", this machine")
	default:
		h.Address = webhook.Hint("address", false, address.String()+", none of Svix's")
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

var svixMessageID = regexp.MustCompile(`^msg_[A-Za-z0-9]{27}$`)

func (h *svixHints) readMessageID(id string) {
	switch {
	case id == "":
	case svixMessageID.MatchString(id):
		h.MessageID = webhook.Hint("message id", true, id+", in Svix's form")
	default:
		h.MessageID = webhook.Hint("message id", false, webhook.Quoted(id)+", not in Svix's form: msg_ and 27 letters and digits")
	}
}
