package advice

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Explanation is what a verified delivery came to, in sentences for people.
type Explanation struct {
	// Good says that the event was applied.
	Good bool
	// Title says the outcome, Why how it came to it, and Fix what to do. Why and
	// Fix are "" where there is nothing to say.
	Title, Why, Fix string
}

// ExplainOutcome says what a verified delivery came to. The words of its sender and
// of its user stand in it as they came.
func ExplainOutcome(d *webhook.Delivery) Explanation {
	switch d.Outcome {
	case webhook.Created:
		return Explanation{Good: true, Title: "Verified, and the user was created"}
	case webhook.Updated:
		return Explanation{Good: true, Title: "Verified, and the user was updated"}
	case webhook.Unchanged:
		return Explanation{Good: true, Title: "Verified; the user's row was as it says"}
	case webhook.Deleted:
		return Explanation{Good: true, Title: "Verified, and the user was deleted"}
	case webhook.Synced:
		return Explanation{Good: true, Title: "Verified, and the subscription was synced"}
	case webhook.Duplicate:
		return Explanation{Title: "Verified; this message was applied before", Why: reason(d, "The message id is one that was applied already") + ". Senders deliver at least once: your app should know a message by its id too."}
	case webhook.Stale:
		if d.Reason == webhook.UserDeleted {
			return Explanation{Title: "Verified, but its user is deleted", Why: reason(d, "") + ". Senders do not keep the order, and a deleted user does not come back by an event that comes later."}
		}
		return Explanation{Title: "Verified, but older than what is known", Why: reason(d, "The event is older than the row") + ". Senders do not keep the order, so an older event never overwrites a newer row, and a deleted user does not come back."}
	case webhook.Unhandled:
		return Explanation{Title: "Verified; this event type is not handled", Why: "The sender was told 200, so it does not try again. The event says nothing about a row of the users table."}
	case webhook.Unlinked:
		return Explanation{
			Title: "Verified; no user is linked to it yet",
			Why:   reason(d, "No user has its customer") + ". It is kept, and applied by itself as soon as a delivery says whose the customer is: a checkout.session.completed with the user's id as client_reference_id, or metadata.clerkUserId on the subscription or the customer.",
			Fix:   "Give Stripe the id: client_reference_id: userId and subscription_data: { metadata: { clerkUserId: userId } } in checkout.sessions.create. The events of stripe trigger name nobody: hooktop trigger story:subscribe does.",
		}
	default:
		return trouble(d)
	}
}

// none stands for a value that there is none of.
const none = "—"

// trouble are the outcomes that are answered with an error.
func trouble(d *webhook.Delivery) Explanation {
	switch d.Outcome {
	case webhook.Conflict:
		if d.AboutBilling() {
			return Explanation{
				Title: "Verified, but another user holds this customer or subscription",
				Why:   "The event is about " + cmp.Or(d.UserID, none) + ", and its customer or subscription already belongs to " + cmp.Or(d.HeldBy, none) + "; the columns are unique, so nothing was written.",
				Fix:   "One Stripe customer belongs to one user. See which of the two is right in the Stripe Dashboard, clear stripeCustomerId and stripeSubscriptionId of the other in the users table, then resend this one.",
			}
		}
		since := ""
		if d.RelatedID != 0 {
			since = fmt.Sprintf(" since #%d", d.RelatedID)
		}
		why := "The e-mail address " + cmp.Or(d.Email, none) + " already belongs to " + cmp.Or(d.HeldBy, none) + since + "; the column is unique, so nothing was written. It waits, and is applied by itself as soon as the address is free."
		return Explanation{
			Title: "Verified, but another user holds this e-mail", Why: why,
			Fix: "If that user was deleted in Clerk, its user.deleted has not arrived: resend it in Clerk Dashboard → Webhooks. Otherwise give one of the two another address.",
		}
	case webhook.MissingEmail:
		return Explanation{
			Title: "Verified, but the user has no e-mail address", Why: "The users table wants one, so nothing was written. The set-up is fine: the dashboard's Send Example has none, nor has a user who signed up by phone or wallet.",
			Fix: "For a test event with an address press t, or run hooktop trigger user.created. For real users make e-mail required in Clerk Dashboard → User & authentication.",
		}
	case webhook.Malformed:
		return Explanation{
			Title: "Verified, but the body is not the JSON it should be", Why: reason(d, "It is signed, yet no event could be read from it") + ".",
			Fix: "Look at its body. If it came from a script of yours, send an event as hooktop trigger does.",
		}
	default:
		return Explanation{Good: true, Title: "Verified"}
	}
}

// reason is the outcome's note as a sentence without its full stop.
func reason(d *webhook.Delivery, otherwise string) string {
	if d.Note == "" {
		return otherwise
	}
	_, n := utf8.DecodeRuneInString(d.Note)
	return strings.ToUpper(d.Note[:n]) + strings.TrimRight(d.Note[n:], ".")
}
