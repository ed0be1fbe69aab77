package tui

import (
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// outcome is what a verified delivery came to, in sentences.
type outcome struct {
	good            bool
	title, why, fix string
}

func outcomeOf(d *webhook.Delivery) outcome {
	switch d.Outcome {
	case webhook.Created:
		return outcome{good: true, title: "Verified, and the user was created"}
	case webhook.Updated:
		return outcome{good: true, title: "Verified, and the user was updated"}
	case webhook.Unchanged:
		return outcome{good: true, title: "Verified; the user's row was as it says"}
	case webhook.Deleted:
		return outcome{good: true, title: "Verified, and the user was deleted"}
	case webhook.Synced:
		return outcome{good: true, title: "Verified, and the subscription was synced"}
	case webhook.Duplicate:
		return outcome{title: "Verified; this message was applied before", why: reason(d, "The message id is one that was applied already") + ". Senders deliver at least once: your app should know a message by its id too."}
	case webhook.Stale:
		return outcome{title: "Verified, but older than what is known", why: reason(d, "The event is older than the row") + ". Senders do not keep the order, so an older event never overwrites a newer row, and a deleted user does not come back."}
	case webhook.Unhandled:
		return outcome{title: "Verified; this event type is not handled", why: "The sender was told 200, so it does not try again. The event says nothing about a row of the users table."}
	case webhook.Unlinked:
		return outcome{
			title: "Verified; no user is linked to it yet",
			why:   reason(d, "No user has its customer") + ". It is kept, and applied by itself as soon as a delivery says whose the customer is: a checkout.session.completed with the user's id as client_reference_id, or metadata.clerkUserId on the subscription or the customer.",
			fix:   "Give Stripe the id: client_reference_id: userId and subscription_data: { metadata: { clerkUserId: userId } } in checkout.sessions.create. The events of stripe trigger name nobody: hooktop trigger story:subscribe does.",
		}
	default:
		return trouble(d)
	}
}

// trouble are the outcomes that are answered with an error.
func trouble(d *webhook.Delivery) outcome {
	switch d.Outcome {
	case webhook.Conflict:
		if d.Provider == (webhook.Stripe{}).Name() {
			return outcome{
				title: "Verified, but another user holds this customer or subscription",
				why:   "The event is about " + orNone(d.UserID) + ", and its customer or subscription already belongs to " + orNone(d.HeldBy) + "; the columns are unique, so nothing was written.",
				fix:   "One Stripe customer belongs to one user. See which of the two is right in the Stripe Dashboard, clear stripeCustomerId and stripeSubscriptionId of the other in the users table, then resend this one with r.",
			}
		}
		since := ""
		if _, id, ok := strings.Cut(d.Note, " since #"); ok {
			since = " since #" + id
		}
		why := "The e-mail address " + orNone(d.Email) + " already belongs to " + orNone(d.HeldBy) + since + "; the column is unique, so nothing was written. It waits, and is applied by itself as soon as the address is free."
		return outcome{
			title: "Verified, but another user holds this e-mail", why: why,
			fix: "If that user was deleted in Clerk, its user.deleted has not arrived: resend it in Clerk Dashboard → Webhooks. Otherwise give one of the two another address.",
		}
	case webhook.MissingEmail:
		return outcome{
			title: "Verified, but the user has no e-mail address", why: "The users table wants one, so nothing was written. The set-up is fine: the dashboard's Send Example has none, nor has a user who signed up by phone or wallet.",
			fix: "For a test event with an address press t. For real users make e-mail required in Clerk Dashboard → User & authentication.",
		}
	case webhook.Malformed:
		return outcome{
			title: "Verified, but the body is not the JSON it should be", why: reason(d, "It is signed, yet no event could be read from it") + ".",
			fix: "Look at the Body tab. If it came from a script of yours, send an event as t does.",
		}
	default:
		return outcome{good: true, title: "Verified"}
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
