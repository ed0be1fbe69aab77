package receiver

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Probed stands in a probe's URL for the user's id.
const Probed = "{id}"

// inspect looks at the users that a case leaves, where the app shows them; else
// it says what there is to look at.
func (g *torment) inspect(ctx context.Context, r *Result, number int) error {
	if r.State == Wrong {
		return nil
	}
	if g.Probe == "" || len(r.leaves) == 0 {
		if r.hidden && r.State == Right {
			r.State, r.Detail = Look, g.toLookAt(r, number)
		}
		return nil
	}
	for _, l := range r.leaves {
		if err := g.Pace(ctx); err != nil {
			return err
		}
		state, why := g.probe(ctx, number, l)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if worse(r.State, state) != r.State {
			r.State, r.Detail, r.Advice = state, why, ""
			if state == Wrong {
				r.Advice = cmp.Or(r.Fix, "See that the app answers after it has written the user, and that --probe shows that user.")
			}
		}
	}
	return nil
}

// toLookAt is what the answers do not tell, as a query for the app's database.
func (g *torment) toLookAt(r *Result, number int) string {
	if r.look != "" {
		return r.look
	}
	queries := make([]string, len(r.leaves))
	for i, l := range r.leaves {
		is := "no row"
		if l.email != "" {
			is = "one row, with " + g.address(number, l.email)
		}
		queries[i] = fmt.Sprintf(`SELECT * FROM "User" WHERE id = '%s' is to give %s`, g.user(number, l.user), is)
	}
	when := "check, with --keep-users: "
	if g.KeepUsers {
		when = "check: "
	}
	return when + strings.Join(queries, "; ")
}

// probe asks the app for a user. What it shows is right where the user's
// address stands in it and no other of the case's does.
func (g *torment) probe(ctx context.Context, number int, l left) (state State, why string) {
	user := g.user(number, l.user)
	target := strings.ReplaceAll(g.Probe, Probed, url.PathEscape(user))
	f := g.Forwarder.exchange(ctx, http.MethodGet, target, http.Header{"Accept": {"application/json"}}, nil, g.Within)
	gone := f.Status == http.StatusNotFound || f.Status == http.StatusGone
	shown := unescaped(f.Body)
	switch {
	case f.Error != "":
		return Look, "the probe does not show the user: " + f.Error
	case !gone && (f.Status < 200 || f.Status > 299):
		return Look, fmt.Sprintf("the probe does not show the user: it answers %d", f.Status)
	}
	var shows []string
	for letter := 'a'; letter <= 'z' && !gone; letter++ {
		if strings.Contains(shown, g.address(number, string(letter))) {
			shows = append(shows, string(letter))
		}
	}
	switch {
	case l.email == "" && len(shows) == 0, slices.Equal(shows, []string{l.email}):
		return Right, ""
	case l.email == "":
		return Wrong, "the user is there again, and was deleted: " + user
	case len(shows) == 0:
		return Wrong, "the user is not there: " + user
	}
	return Wrong, fmt.Sprintf("the user has %s, and is to have %s: %s", g.address(number, shows[0]), g.address(number, l.email), user)
}

// unescaped undoes what encoders do to the + of an address.
func unescaped(body []byte) string {
	return strings.NewReplacer(`\u002b`, "+", `\u002B`, "+", "&#43;", "+", "%2B", "+").Replace(string(body))
}

// cleanUp takes away what the run made in the app: it deletes the users, and
// sends captured deliveries in their right order once more.
func (g *torment) cleanUp(ctx context.Context) {
	if g.refused {
		return
	}
	if g.KeepUsers || g.down {
		g.ordeal.Left = g.users
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*sendTimeout)
	defer cancel()
	requests := g.ordeal.Requests
	for _, user := range g.users {
		if !g.tidied(ctx, step{event: "user.deleted", set: assigned("data.id", `"`+user+`"`)}) {
			g.ordeal.Left = append(g.ordeal.Left, user)
		}
	}
	slices.SortFunc(g.given, func(a, b *webhook.Delivery) int { return int(a.ID - b.ID) })
	for _, d := range g.given {
		g.tidied(ctx, step{given: d})
	}
	g.ordeal.Requests = requests
}

// tidied sends a step of the cleaning, and says whether the app took it, or has
// no such user.
func (g *torment) tidied(ctx context.Context, s step) bool {
	if g.Pace(ctx) != nil {
		return false
	}
	all, err := g.prepare(0, s, nil)
	if err != nil {
		return false
	}
	f := g.send(ctx, all)[0]
	return !f.Failed() || f.Status == http.StatusNotFound || f.Status == http.StatusGone
}
