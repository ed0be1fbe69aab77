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

// Route says which verified deliveries go on to which app. Where several routes
// take a delivery, each of their targets gets it.
type Route struct {
	Pattern query.Pattern
	// Target is an http or https URL. A bare host gets each delivery at the path
	// that it came to.
	Target string
}

// ParseRoute reads URL or PATTERN=URL. A pattern ends at the first = and holds
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

// ParseRoutes reads routes that are separated by blanks or commas; a comma of
// a URL is written %2C. It leaves out those that are there already.
func ParseRoutes(text string) ([]Route, error) {
	var routes []Route
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' }) {
		r, err := ParseRoute(one)
		if err != nil {
			if strings.Contains(text, "@") && !strings.Contains(one, "@") { // it may be cut from a password
				err = webhook.NewMistake("one of the URLs is not an http or https URL", "write the blanks and commas of a URL or its password as %20 and %2C")
			}
			return nil, err
		}
		routes = append(routes, r)
	}
	return Distinct(routes), nil
}

// Distinct are the routes without those that are there already.
func Distinct(routes []Route) []Route {
	var distinct []Route
	for _, r := range routes {
		if !slices.Contains(distinct, r) {
			distinct = append(distinct, r)
		}
	}
	return distinct
}

// String is the route as it is written, without the password that may stand in
// its target.
func (r Route) String() string {
	if pattern := r.Pattern.String(); pattern != "" {
		return pattern + "=" + webhook.WithoutPassword(r.Target)
	}
	return webhook.WithoutPassword(r.Target)
}

// ParseURL reads an http URL. localhost:3000/path is one, too, and 3000 a port
// of this machine. The error does not show a password.
func ParseURL(text string) (*url.URL, error) {
	whole := text
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		whole = "localhost:" + text
	}
	if !strings.Contains(whole, "://") {
		whole = "http://" + whole
	}
	u, err := url.Parse(whole)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" ||
		!strings.Contains(text, "://") && u.Hostname() != "localhost" && !strings.ContainsAny(u.Host, ".:") {
		return nil, webhook.NewMistake(
			fmt.Sprintf("%q is not an http or https URL", text[strings.LastIndex(text, "@")+1:]), // before it a password may stand
			"write the URL of your app's webhook route, such as http://localhost:3000/api/webhooks/clerk",
		)
	}
	return u, nil
}

// targetsFor are where a delivery goes, in the order of the routes: each place
// once, even where two routes name it differently.
func targetsFor(routes []Route, d webhook.Delivery) []string {
	var targets, places []string
	for _, r := range routes {
		if place := TargetFor(r.Target, d); r.Pattern.Takes(d.Provider, d.Type) && !slices.Contains(places, place) {
			targets, places = append(targets, r.Target), append(places, place)
		}
	}
	return targets
}

// TargetFor is the target's URL: as it is, or with the delivery's own path
// where it is a bare host.
func TargetFor(target string, d webhook.Delivery) string {
	u, err := url.Parse(target)
	if err != nil || u.Path != "" && u.Path != "/" {
		return target
	}
	// A request line may hold a whole URL (RFC 9112, 3.2.2).
	if asked, err := url.ParseRequestURI(d.URL); err == nil {
		u.Path, u.RawPath = asked.Path, asked.RawPath
	}
	return u.String()
}
