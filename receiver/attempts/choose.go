package attempts

import (
	"context"
	"net/url"
	"strings"

	"github.com/hooktop/hooktop/receiver/svixapi"
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
		case !ours && chosen == nil && here != "" && sameURL(e.URL, here):
			chosen = &e
		}
	}
	if chosen != nil {
		others--
	}
	return chosen, others, nil
}

// sameURL reports whether two URLs lead to the same place: the case of the host and
// slashes at the end make no difference.
func sameURL(a, b string) bool {
	x, y := parsed(a), parsed(b)
	return sameHost(x, y) && strings.TrimRight(x.Path, "/") == strings.TrimRight(y.Path, "/") && x.RawQuery == y.RawQuery
}

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) }

// parsed never returns nil.
func parsed(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		return &url.URL{Path: text}
	}
	return u
}
