package attempts

import (
	"context"
	"net/url"
	"strings"

	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Choose returns the endpoint of this place: one that own says is hooktop's own for
// this machine and folder, else one that somebody made by hand with this hooktop's
// URL; nil for none. others is how many endpoints there are besides.
func Choose(ctx context.Context, api API, own func(uid string) bool, here string) (chosen *svixapi.Endpoint, others int, err error) {
	ours := false
	for e, err := range api.Endpoints(ctx) {
		if err != nil {
			return nil, 0, err
		}
		others++
		switch is := own(e.UID); {
		case is && !ours:
			chosen, ours = &e, true
		case !ours && chosen == nil && here != "" && meantFor(e.URL, here):
			chosen = &e
		}
	}
	if chosen != nil {
		others--
	}
	return chosen, others, nil
}

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) }

// meantFor reports whether a URL is that of this hooktop, or would be without a slash
// too many at its end: Problems names that one.
func meantFor(address, here string) bool {
	return webhook.SameURL(strings.TrimRight(address, "/"), strings.TrimRight(here, "/"))
}

// leadsHere reports whether a URL is that of this hooktop. Whether the relay's inbox
// minds a missing slash is not documented, so nothing is concluded from one.
func leadsHere(address string, at Here) bool {
	if at.Kind == "relay" {
		return meantFor(address, at.URL)
	}
	return webhook.SameURL(address, at.URL)
}

// parsed never returns nil.
func parsed(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		return &url.URL{Path: text}
	}
	return u
}
