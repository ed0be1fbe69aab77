// Package drift compares the users here with those of the provider's account,
// plans the events that bring them in step, and sends them. It knows neither the
// account's API nor how an event is signed and delivered: both are handed over.
// It changes nothing at the provider.
package drift

import "github.com/hooktop/hooktop/receiver/webhook"

// State is how a user here differs from the provider's.
type State string

// The states.
const (
	// Missing is a user that is there and not here.
	Missing State = "missing"
	// Extra is a user that is here and no longer there.
	Extra State = "extra"
	// Email is a user with different addresses.
	Email State = "email"
	// DeletedHere is a user that was deleted here and lives there.
	DeletedHere State = "deleted-here"
)

// Difference is one user that is not in step.
type Difference struct {
	State  State
	UserID string
	// Here and There are the e-mail addresses, "" for none.
	Here, There string
	// Unkept is the AccountUser's.
	Unkept string
}

// Compare reports how a user here differs from the provider's; nil is none. A
// user without an e-mail address there has no row here: the table cannot hold it.
func Compare(here *webhook.UserRecord, there *webhook.AccountUser) (d Difference, differ bool) {
	switch {
	case here == nil && there == nil:
		return d, false
	case there == nil:
		return Difference{State: Extra, UserID: here.ID, Here: here.Email}, !here.Deleted()
	case here == nil:
		return Difference{State: Missing, UserID: there.ID, There: there.Email}, there.Email != ""
	case here.Deleted():
		return Difference{State: DeletedHere, UserID: there.ID, There: there.Email}, true
	}
	return Difference{State: Email, UserID: there.ID, Here: here.Email, There: there.Email, Unkept: there.Unkept}, here.Email != there.Email
}

// Note says why no event can bring the user in step, and what to do; "" if one
// can.
func (d Difference) Note() string {
	switch {
	case d.State == DeletedHere:
		return "a deletion here is final: delete the user at Clerk too, or let drift --fix fill a new database (--db)"
	case d.State == Email && d.Unkept != "":
		return d.Unkept + ": change it at Clerk"
	case d.State == Email && d.There == "":
		return "no address at Clerk, and a row needs one: add one there, or delete the user there"
	}
	return ""
}

// fixable reports whether an event can bring the user's address in step.
func (d Difference) fixable() bool { return d.State != DeletedHere && d.There != "" }
