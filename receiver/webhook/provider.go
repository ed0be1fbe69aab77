package webhook

import (
	"encoding/json"
	"time"
)

// Provider is a sender of webhooks: how it signs, what its events say.
type Provider interface {
	// Name is the provider's name in the database and in NDJSON: "clerk".
	Name() string
	// Title is its name for people: "Clerk".
	Title() string
	// Signing is how it signs and where its deliveries go.
	Signing() *Signing
	// CheckSecret says what is wrong with the form of a secret. The error has a
	// Fix; the warning is "" for a secret that is sound.
	CheckSecret(secret string) (warning string, err error)

	// Parse reads the event out of a verified body. It takes any bytes.
	Parse(body []byte) Event
	// Samples are the event types that Sample can make.
	Samples() []string
	// Sample makes the body of an event. The error has a Fix.
	Sample(s Sample) ([]byte, error)
	// Stories are the courses of events that hang together, nil for none.
	Stories() []Story
}

// Sample says what a synthetic event is to hold. What it does not say is made
// up, and follows from the user: samples about the same user hang together.
type Sample struct {
	Type string
	// At is the event's time.
	At time.Time
	// UserID and Email are made up where they are "", and so are CustomerID and
	// SubscriptionID, which are Stripe's.
	UserID, Email              string
	CustomerID, SubscriptionID string
	// Last is the user that changed last, whom an event is about that makes no
	// new one where UserID is ""; nil where there is nobody.
	Last *User
	// Since is when the user came to be; made up where it is zero.
	Since time.Time
	// Nth tells apart what several samples about one user make: 0 for the first.
	Nth int
	// Set replaces values in the body, in order.
	Set []Assignment
}

// Assignment replaces the value at a path of the body: data.first_name,
// data.email_addresses[0].email_address.
type Assignment struct {
	Path  string
	Value json.RawMessage
}
