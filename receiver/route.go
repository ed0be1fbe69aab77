package receiver

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// Route says which verified deliveries are forwarded to which app. If several
// routes match a delivery, each of their targets gets it.
type Route struct {
	Pattern query.Pattern
	// Target is an http or https URL. A bare host gets each delivery at its provider's
	// webhook path; with a trailing slash it is the root.
	Target string
}

// ParseRoute reads URL or PATTERN=URL. A pattern ends at the first = and contains
// none of / ? # @, so that a URL with = in its path, query or password is a URL:
//
//	3000
//	user.*=localhost:3000/api/webhooks/clerk
//	clerk=http://localhost:3000/hook?a=b
//
// The error does not show a password.
func ParseRoute(text string) (Route, error) {
	var r Route
	if pattern, rest, ok := strings.Cut(text, "="); ok && !strings.ContainsAny(pattern, "/?#@") {
		var err error
		if r.Pattern, err = query.ParsePattern(pattern, providers.Names()); err != nil {
			return Route{}, err
		}
		text = rest
	}
	u, err := ParseURL(text)
	if err != nil {
		return Route{}, err
	}
	r.Target = u.String()
	return r, nil
}

// ParseRoutes reads routes separated by spaces or commas; a comma in a URL is
// written %2C. It drops repeated routes.
func ParseRoutes(text string) ([]Route, error) {
	var routes []Route
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' }) {
		r, err := ParseRoute(one)
		if err != nil {
			if strings.Contains(text, "@") && !strings.Contains(one, "@") { // it may be part of a password
				err = webhook.NewMistake("one of the URLs is not an http or https URL", "write spaces and commas in a URL or its password as %20 and %2C")
			}
			return nil, err
		}
		routes = append(routes, r)
	}
	return Distinct(routes), nil
}

// Distinct returns the routes without repeated ones.
func Distinct(routes []Route) []Route {
	var distinct []Route
	for _, r := range routes {
		if !slices.Contains(distinct, r) {
			distinct = append(distinct, r)
		}
	}
	return distinct
}

// String returns the route as it is written, without a password in its target.
func (r Route) String() string {
	if pattern := r.Pattern.String(); pattern != "" {
		return pattern + "=" + webhook.WithoutPassword(r.Target)
	}
	return webhook.WithoutPassword(r.Target)
}

// ParseURL reads an http URL. localhost:3000/path is one too, and 3000, :3000 and
// 3000/path are on a port of this machine. The error does not show a password.
func ParseURL(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	whole := text
	if port, path, slash := strings.Cut(strings.TrimPrefix(text, ":"), "/"); isPort(port) {
		whole = "localhost:" + port
		if slash {
			whole += "/" + path
		}
	}
	if !strings.Contains(whole, "://") {
		whole = "http://" + whole
	}
	u, err := url.Parse(whole)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Hostname(), "=*, ") || u.Scheme != "http" && u.Scheme != "https" ||
		u.Port() != "" && !isPort(u.Port()) || strings.HasSuffix(u.Host, ":") ||
		!strings.Contains(text, "://") && u.Hostname() != "localhost" && !strings.ContainsAny(u.Host, ".:") {
		return nil, webhook.NewMistake(
			fmt.Sprintf("%q is not an http or https URL", text[strings.LastIndex(text, "@")+1:]), // a password may be before it
			"write the URL of your app's webhook route, such as http://localhost:3000/api/webhooks/clerk",
		)
	}
	return u, nil
}

// isPort reports whether a text is the number of a TCP port.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// TargetsFor returns where a delivery goes by these routes.
func (all Endpoints) TargetsFor(routes []Route, d webhook.Delivery) []string {
	return all.targetsFor(routes, d)
}

// targetsFor returns where a delivery goes, in the order of the routes: each place
// once, even if two routes write it differently.
func (all Endpoints) targetsFor(routes []Route, d webhook.Delivery) []string {
	var targets, places []string
	for _, r := range routes {
		if place := all.TargetFor(r.Target, d.Provider); r.Pattern.Takes(d.Provider, d.Type) && !slices.Contains(places, place) {
			targets, places = append(targets, r.Target), append(places, place)
		}
	}
	return targets
}

// TargetFor returns the target's URL, with the webhook path of a provider if the target
// has none. A slash alone is a path: it leads to a handler at the root. The path that a
// delivery was sent to does not count: anybody can send one to any path.
func (all Endpoints) TargetFor(target, provider string) string {
	u, err := url.Parse(target)
	if err != nil || u.Path != "" {
		return target
	}
	if e := all.of(provider); e != nil {
		u.Path = e.Path
	}
	return u.String()
}
