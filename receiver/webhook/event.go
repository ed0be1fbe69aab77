package webhook

import "time"

// Event is what a verified delivery says: read from the body by its provider.
type Event struct {
	// Type is the event's type; "" where the body could not be read.
	Type string
	// At is the event's own time, in milliseconds, and the version of what it
	// says about a user: an older event never overwrites a newer one.
	At time.Time
	// InstanceID is the sender's environment (Clerk: ins_…), "" if not said.
	InstanceID string

	// Action is what the event wants done to UserID.
	Action Action
	UserID string
	Email  string

	// Outcome is settled by the body alone for events that change nothing:
	// Unhandled, MissingEmail, Malformed. "" where the store decides.
	Outcome Outcome
	// Note says why, with an Outcome.
	Note string
}

// Action is what an event wants done to a user.
type Action string

// The actions.
const (
	// NoAction is for events that say nothing of a user.
	NoAction Action = ""
	// Upsert creates the user or gives it the event's e-mail address.
	Upsert Action = "upsert"
	// Remove deletes the user and leaves a tombstone.
	Remove Action = "remove"
)
