package drift

import (
	"context"
	"fmt"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Nothing is said about users that were not compared: an API, or a stand-in for it,
// may list only some of its users, or ignore which ones were asked for. Each of these
// errors has a Fix.

const incompleteFix = "if users were created or deleted meanwhile, run it again; otherwise check CLERK_API_URL, if it is set"

// checkCount returns an error if the users that were listed are not as many as the
// provider counts, before or after.
func (c *Comparison) checkCount(ctx context.Context, before int64) error {
	if c.There == before {
		return nil
	}
	after, err := c.Account.Count(ctx)
	if err != nil {
		return err
	}
	if least, most := min(before, after), max(before, after); c.There < least || c.There > most {
		return webhook.NewMistake(fmt.Sprintf("Clerk's API counts %d users, but lists %d: they could not all be compared", after, c.There), incompleteFix)
	}
	return nil
}

// checkNamed returns an error if an answer has users that were not asked for.
func checkNamed(asked []string, named map[string]*webhook.AccountUser) error {
	found := 0
	for _, id := range asked {
		if named[id] != nil {
			found++
		}
	}
	if found < len(named) {
		return webhook.NewMistake(fmt.Sprintf("Clerk's API was asked for %d users by their ids, and returned others: it ignores user_id, so those could not be compared", len(asked)), incompleteFix)
	}
	return nil
}

// checkListed returns an error if users that were listed are not found by their ids.
func checkListed(lost int) error {
	if lost == 0 {
		return nil
	}
	return webhook.NewMistake(fmt.Sprintf("Clerk's API lists %d users that it does not find by their ids: they could not be compared", lost), incompleteFix)
}
