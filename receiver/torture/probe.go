package torture

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// IDPlaceholder stands for the user's id in the probe's URL.
const IDPlaceholder = "{id}"

// checkUsers checks the users that a case leaves, if the app shows them;
// otherwise the result says what to look at.
func (r *run) checkUsers(ctx context.Context, result *Result, number int) error {
	if result.State == Finding {
		return nil
	}
	if r.Probe == "" || len(result.leaves) == 0 {
		if result.hidden && result.State == OK {
			result.State, result.Detail = Inconclusive, r.queries(result, number)
		}
		return nil
	}
	for _, want := range result.leaves {
		if err := r.Pace(ctx); err != nil {
			return err
		}
		state, why := r.probe(ctx, number, want)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if worse(result.State, state) != result.State {
			result.State, result.Detail, result.Advice = state, why, ""
			if state == Finding {
				result.Advice = cmp.Or(result.Fix, "Check that the app answers only after it has written the user, and that --probe shows that user.")
			}
		}
	}
	return nil
}

// queries returns what the answers do not tell, as queries for the app's
// database.
func (r *run) queries(result *Result, number int) string {
	if result.look != "" {
		return result.look
	}
	queries := make([]string, len(result.leaves))
	for i, want := range result.leaves {
		rows := "no row"
		if want.email != "" {
			rows = "one row, with " + r.address(number, want.email)
		}
		queries[i] = fmt.Sprintf(`SELECT * FROM "User" WHERE id = '%s' should return %s`, r.user(number, want.user), rows)
	}
	when := "check, with --keep-users: "
	if r.KeepUsers {
		when = "check: "
	}
	return when + strings.Join(queries, "; ")
}

// probe asks the app for a user. The answer is right if it holds the user's
// address and no other address of the case.
func (r *run) probe(ctx context.Context, number int, want left) (state State, why string) {
	user := r.user(number, want.user)
	target := strings.ReplaceAll(r.Probe, IDPlaceholder, url.PathEscape(user))
	answer := r.App.Exchange(ctx, http.MethodGet, target, http.Header{"Accept": {"application/json"}}, nil, r.Within)
	gone := answer.Status == http.StatusNotFound || answer.Status == http.StatusGone
	text := plainPlus(answer.Body)
	switch {
	case answer.Error != "":
		return Inconclusive, "the probe failed: " + answer.Error
	case !gone && (answer.Status < 200 || answer.Status > 299):
		return Inconclusive, fmt.Sprintf("the probe failed: the app answered %d", answer.Status)
	}
	var shows []string
	for letter := 'a'; letter <= 'z' && !gone; letter++ {
		if strings.Contains(text, r.address(number, string(letter))) {
			shows = append(shows, string(letter))
		}
	}
	switch {
	case want.email == "" && len(shows) == 0, slices.Equal(shows, []string{want.email}):
		return OK, ""
	case want.email == "":
		return Finding, "the user was deleted and is back: " + user
	case len(shows) == 0:
		return Finding, "the user is missing: " + user
	}
	return Finding, fmt.Sprintf("the user has %s and should have %s: %s", r.address(number, shows[0]), r.address(number, want.email), user)
}

// plainPlus undoes what encoders do to the + of an address.
func plainPlus(body []byte) string {
	return strings.NewReplacer(`\u002b`, "+", `\u002B`, "+", "&#43;", "+", "%2B", "+").Replace(string(body))
}
