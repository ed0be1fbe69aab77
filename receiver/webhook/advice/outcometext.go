package advice

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Explanation is the outcome of a delivery in sentences.
type Explanation struct {
	// Good is set if the event was applied.
	Good bool
	// Title is the outcome, Why its reason, Fix what to do; the last two may be "".
	Title, Why, Fix string
}

// ExplainOutcome explains the outcome of a delivery that was not rejected. The text
// contains words of the sender and the user unchanged: make it printable.
func ExplainOutcome(d *webhook.Delivery) Explanation {
	e := explainOutcome(d)
	if d.Verdict.Unverified {
		e.Title = strings.Replace(e.Title, "Verified", unsignedTitle(d), 1)
		e.Why = strings.TrimSpace(strings.Replace(e.Why, gotSuccess, "", 1))
	}
	return e
}

// unsignedTitle begins the title of a delivery without a signature.
func unsignedTitle(d *webhook.Delivery) string {
	if d.VouchedBy() == "" {
		return "Not signed"
	}
	return "Read from the API"
}

// gotSuccess is said if a sender is content although nothing changed.
const gotSuccess = "The sender got 200, so it does not retry."

func explainOutcome(d *webhook.Delivery) Explanation {
	switch d.Outcome {
	case webhook.Created:
		return Explanation{Good: true, Title: "Verified, and the user was created"}
	case webhook.Updated:
		return Explanation{Good: true, Title: "Verified, and the user was updated"}
	case webhook.Unchanged:
		return Explanation{Good: true, Title: "Verified; the user was already up to date"}
	case webhook.Deleted:
		return Explanation{Good: true, Title: "Verified, and the user was deleted"}
	case webhook.Synced:
		if d.Type == "customer.created" || d.Type == "customer.updated" {
			return Explanation{Good: true, Title: "Verified, and the customer is linked to the user"}
		}
		return Explanation{Good: true, Title: "Verified, and the subscription was synced"}
	case webhook.Duplicate:
		return Explanation{Title: "Verified; this message was already applied", Why: reason(d, "This message id was already applied") + ". Senders deliver at least once: your app should recognize messages by their id, too."}
	case webhook.Stale:
		if d.Reason == webhook.UserDeleted {
			return Explanation{Title: "Verified, but the user had already been deleted", Why: reason(d, "The user was deleted") + ". Senders do not guarantee the order, so a later event does not bring a deleted user back."}
		}
		return Explanation{Title: "Verified, but a newer event was already applied", Why: reason(d, "The event is older than the row") + ". Senders do not guarantee the order, so an older event never overwrites a newer row, and a deleted user stays deleted."}
	case webhook.Unhandled:
		if d.Note != "" {
			return Explanation{Title: "Verified; the event changes no user", Why: reason(d, "") + ". " + gotSuccess}
		}
		return Explanation{Title: "Verified; this event type is not handled", Why: gotSuccess + " The event does not affect the users table."}
	case webhook.Unlinked:
		return Explanation{
			Title: "Verified; no user is linked to it yet",
			Why:   reason(d, "No user is linked to this event's customer") + ". The event is kept and applied automatically once a delivery names the customer's user: a checkout.session.completed with the user's id as client_reference_id, or a customer.subscription.* or customer.updated with the id as metadata.clerkUserId. With --users-db, it is also applied once your app's own table has the customer's id in stripeCustomerId.",
			Fix:   "Pass the id to Stripe: client_reference_id: userId and subscription_data: { metadata: { clerkUserId: userId } } in checkout.sessions.create. Events from stripe trigger name no user; hooktop trigger story:subscribe does.",
		}
	default:
		return trouble(d)
	}
}

// none replaces a missing value.
const none = "—"

// trouble explains the outcomes that are answered with an error.
func trouble(d *webhook.Delivery) Explanation {
	switch d.Outcome {
	case webhook.Conflict:
		if d.AboutBilling() {
			return Explanation{
				Title: "Verified, but another user holds this customer or subscription",
				Why:   "The event is about " + cmp.Or(d.UserID, none) + ", and its customer or subscription already belongs to " + cmp.Or(d.HeldBy, none) + "; the columns are unique, so nothing was written.",
				Fix:   "One Stripe customer belongs to one user. Check in the Stripe Dashboard which of the two is right, clear the other's stripeCustomerId and stripeSubscriptionId in the users table, then resend this one.",
			}
		}
		since := ""
		if d.RelatedID != 0 {
			since = fmt.Sprintf(" since #%d", d.RelatedID)
		}
		why := "The e-mail address " + cmp.Or(d.Email, none) + " already belongs to " + cmp.Or(d.HeldBy, none) + since + "; the column is unique, so nothing was written. The event waits and is applied automatically once the address is free."
		return Explanation{
			Title: "Verified, but another user holds this e-mail", Why: why,
			Fix: "If that user was deleted in Clerk, its user.deleted has not arrived: resend it in Clerk Dashboard → Webhooks. Otherwise give one of the two another address.",
		}
	case webhook.MissingEmail:
		return Explanation{
			Title: "Verified, but the user has no e-mail address", Why: "The users table requires one, so nothing was written. Your set-up is fine: Send Example in the dashboard has none, and neither do users who signed up by phone or wallet.",
			Fix: "To test with an address, run hooktop trigger user.created. For real users make e-mail required in Clerk Dashboard → User & authentication.",
		}
	case webhook.Malformed:
		return Explanation{
			Title: "Verified, but the body is not the expected JSON", Why: reason(d, "It is signed, but no event could be read from it") + ".",
			Fix: "Check its body. If a script of yours sent it, send events like those of hooktop trigger.",
		}
	default:
		return Explanation{Good: true, Title: "Verified"}
	}
}

// reason returns the outcome's note as a sentence without its full stop.
func reason(d *webhook.Delivery, otherwise string) string {
	if d.Note == "" {
		return otherwise
	}
	_, n := utf8.DecodeRuneInString(d.Note)
	return strings.ToUpper(d.Note[:n]) + strings.TrimRight(d.Note[n:], ".")
}
