package webhook

import "time"

// Event is what a verified delivery says: read from the body by its provider.
type Event struct {
	// Type is the event's type; "" where the body could not be read.
	Type string
	// MessageID is the message's stable id where it stands in the body (Stripe:
	// evt_), "" where the headers have it.
	MessageID string
	// At is the event's own time, in milliseconds, and the version of what it
	// says about a user: an older event never overwrites a newer one.
	At time.Time
	// InstanceID is the sender's environment (Clerk: ins_…), "" if not said.
	InstanceID string

	// Action is what the event wants done to UserID, or to the user whose
	// Subscription it speaks of; then UserID and Email are what the event calls
	// that user, "" where it does not.
	Action Action
	UserID string
	Email  string
	// Subscription is there with the actions from LinkCustomer on.
	Subscription *Subscription

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
	// LinkCustomer tells whose a customer is, and a subscription where it has one.
	LinkCustomer Action = "link-customer"
	// ConfirmSubscription tells whose a customer is, and of the subscription that
	// it goes on as it is.
	ConfirmSubscription Action = "confirm-subscription"
	// SyncSubscription gives the user what its subscription is now.
	SyncSubscription Action = "sync-subscription"
	// EndSubscription clears the subscription and marks the user canceled.
	EndSubscription Action = "end-subscription"
	// ForgetCustomer ends a customer with all of its subscriptions.
	ForgetCustomer Action = "forget-customer"
)

// Subscription is what a billing event says of a customer and of a
// subscription.
type Subscription struct {
	// CustomerID is never "".
	CustomerID string `json:"customer"`
	// ID is "" where the event speaks of the customer alone.
	ID string `json:"id,omitempty"`
	// Users are the ids of users that the event names, the likelier first.
	Users []string `json:"users,omitempty"`
	// LinkEmail is the address of a user that it may be linked to where no id
	// says whose it is; "" unless that is wanted.
	LinkEmail string `json:"link_email,omitempty"`

	// Rank orders the events of one second: the higher is the later.
	Rank int `json:"rank,omitempty"`
	// Since is when the subscription was made: of two that live the newer counts.
	Since time.Time `json:"since,omitzero"`
	// The columns, with SyncSubscription.
	PriceID   string    `json:"price,omitempty"`
	PlanKey   string    `json:"plan,omitempty"`
	Status    string    `json:"status,omitempty"`
	PeriodEnd time.Time `json:"period_end,omitzero"`
	Cancels   bool      `json:"cancels,omitempty"`
}
