package webhook

import (
	"slices"
	"strconv"
)

// Reason is why a delivery's outcome is what it is. It is stable: the database
// stores it with the delivery that it names. "" means that the outcome needs none.
type Reason string

// The reasons. Those with "of", "by" or "since" name another delivery.
const (
	// DuplicateOf the delivery that applied the message.
	DuplicateOf Reason = "duplicate-of"
	// Older than what the row holds.
	Older Reason = "older"
	// OlderThanWaiting: older than a delivery for the same user that waits for its
	// address.
	OlderThanWaiting Reason = "older-than-waiting"
	// Superseded by a newer delivery while it waited for its address.
	Superseded Reason = "superseded"
	// UserDeleted by a delivery.
	UserDeleted Reason = "user-deleted"
	// AddressHeld by another user, since a delivery if that is known.
	AddressHeld Reason = "address-held"
	// CustomerHeld by another user, or the subscription.
	CustomerHeld Reason = "customer-held"
	// AppliedLater by the delivery that freed its address.
	AppliedLater Reason = "applied-later"
	// LinkedLater by the delivery that named the customer's user, or by the app's own
	// users table.
	LinkedLater Reason = "linked-later"
	// NoCustomer: no user is known to have the customer.
	NoCustomer Reason = "no-customer"
	// CustomerOfDeleted: the user who had the customer was deleted by a delivery.
	CustomerOfDeleted Reason = "customer-of-deleted"
	// CustomerDeleted: the customer itself was deleted.
	CustomerDeleted Reason = "customer-deleted"
	// SameSecond: from the same second as what is known, but earlier.
	SameSecond Reason = "same-second"
	// NothingChanged in the user's row.
	NothingChanged Reason = "nothing-changed"
	// Confirmed what is known.
	Confirmed Reason = "confirmed"
	// InBody: the body itself decides the outcome; the note says how.
	InBody Reason = "body"
	// NotVouched: neither a signature nor the provider's API vouches for it.
	NotVouched Reason = "not-vouched"
	// BodyCut: only the first bytes of the body were kept.
	BodyCut Reason = "body-cut"
)

// Reasons lists all reasons.
func Reasons() []Reason {
	return []Reason{
		DuplicateOf, Older, OlderThanWaiting, Superseded, UserDeleted, AddressHeld, CustomerHeld, AppliedLater, LinkedLater, NoCustomer,
		CustomerOfDeleted, CustomerDeleted, SameSecond, NothingChanged, Confirmed, InBody, NotVouched, BodyCut,
	}
}

// Valid reports whether it is one of the reasons, or "".
func (r Reason) Valid() bool { return r == "" || slices.Contains(Reasons(), r) }

// Because sets why the outcome is what it is: the reason, the delivery that it
// names (0 for none), and the note, which says both in words. about is what else
// the note says: how much older it is, or who holds the address.
func (d *Delivery) Because(r Reason, related int64, about string) {
	d.Reason, d.RelatedID, d.Note = r, related, noteOf(r, related, about)
}

// LinkedBy adds to the note of a delivery that waited for its user which delivery
// ended the wait, 0 for the app's own users table.
func (d *Delivery) LinkedBy(id int64) {
	if d.Note == "" {
		d.Because(LinkedLater, id, "")
		return
	}
	d.Note += ", " + noteOf(LinkedLater, id, "")
}

// noteOf returns a reason in a few words.
func noteOf(r Reason, related int64, about string) string {
	number := "#" + strconv.FormatInt(related, 10)
	switch r {
	case DuplicateOf:
		return "duplicate of " + number
	case Older:
		return about + " older"
	case OlderThanWaiting:
		return about + " older than " + number + ", which waits"
	case Superseded:
		return "superseded by " + number
	case UserDeleted:
		return "user deleted by " + number
	case AddressHeld:
		if related == 0 {
			return "held by " + about
		}
		return "held by " + about + " since " + number
	case CustomerHeld:
		return "customer or subscription held by " + about
	case AppliedLater:
		return "applied by " + number
	case LinkedLater:
		if related == 0 {
			return "linked by the app's own table"
		}
		return "linked by " + number
	case NoCustomer:
		return "no user has customer " + about
	case CustomerOfDeleted:
		return "no user has customer " + about + ", who had it, was deleted by " + number
	case CustomerDeleted:
		return "customer deleted"
	case SameSecond:
		return "same second, but earlier than what is known"
	case NothingChanged:
		return "nothing changed"
	case Confirmed:
		return "confirms what is known"
	case NotVouched:
		return "nothing vouches for it"
	case InBody, BodyCut:
	}
	return about
}
