package webhook

import "time"

// MaxEmail is the most characters that User.email may have.
const MaxEmail = 320

// Event is what a delivery says, as its provider parses the body.
type Event struct {
	// Type is the event's type, "" if the body could not be read.
	Type string
	// MessageID is the message's stable id if the body has it (Stripe: evt_), "" if
	// the headers do.
	MessageID string
	// At is the event's own time, in milliseconds. It is the version of what the
	// event says about a user: an older event never overwrites a newer one.
	At time.Time
	// InstanceID is the sender's environment (Clerk: ins_…), "" if unknown.
	InstanceID string

	// Action is what the event does to the user UserID, or to the user who has the
	// Subscription; then UserID and Email are what the event calls that user, "" if
	// it does not.
	Action Action
	UserID string
	Email  string
	// Subscription is set for the actions from LinkCustomer on.
	Subscription *Subscription

	// Outcome is set if the body alone decides it: Unhandled, MissingEmail or
	// Malformed. "" if the store decides.
	Outcome Outcome
	// Note says why, if Outcome is set.
	Note string
}

// Action is what an event does to a user.
type Action string

// The actions.
const (
	// NoAction: the event does not concern a user.
	NoAction Action = ""
	// Upsert creates the user or sets its e-mail address.
	Upsert Action = "upsert"
	// Remove deletes the user and leaves a tombstone.
	Remove Action = "remove"
	// LinkCustomer says which user a customer is, and names its subscription, if any.
	LinkCustomer Action = "link-customer"
	// ConfirmSubscription says which user a customer is, and that its subscription
	// goes on unchanged.
	ConfirmSubscription Action = "confirm-subscription"
	// SyncSubscription sets the user's subscription columns.
	SyncSubscription Action = "sync-subscription"
	// EndSubscription clears the subscription and marks the user canceled.
	EndSubscription Action = "end-subscription"
	// ForgetCustomer removes a customer and all its subscriptions.
	ForgetCustomer Action = "forget-customer"
)

// Subscription is what a billing event says about a customer and a subscription.
type Subscription struct {
	// CustomerID is never "".
	CustomerID string `json:"customer"`
	// ID is "" if the event is only about the customer.
	ID string `json:"id,omitempty"`
	// Users are the user ids that the event names, the likeliest first.
	Users []string `json:"users,omitempty"`
	// LinkEmail is the address by which to find the user if no id names one, "" if
	// that is off.
	LinkEmail string `json:"link_email,omitempty"`

	// Rank orders the events of one second: the highest is the latest.
	Rank int `json:"rank,omitempty"`
	// Since is when the subscription was created: of two active ones the newer counts.
	Since time.Time `json:"since,omitzero"`
	// The columns, for SyncSubscription.
	PriceID   string    `json:"price,omitempty"`
	PlanKey   string    `json:"plan,omitempty"`
	Status    string    `json:"status,omitempty"`
	PeriodEnd time.Time `json:"period_end,omitzero"`
	Cancels   bool      `json:"cancels,omitempty"`
}
