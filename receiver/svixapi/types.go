package svixapi

import (
	"encoding/json"
	"slices"
	"time"
)

// Capability is something that a token may do.
type Capability string

// The capabilities that Svix documents.
const (
	ViewBase             Capability = "ViewBase"
	ViewEndpointSecret   Capability = "ViewEndpointSecret"
	ManageEndpointSecret Capability = "ManageEndpointSecret"
	ManageEndpoint       Capability = "ManageEndpoint"
	// CreateAttempts is needed to resend, to recover and to send an example.
	CreateAttempts Capability = "CreateAttempts"
)

// OwnPrefix begins the uid of every endpoint that hooktop makes. Only those can be
// deleted.
const OwnPrefix = "hooktop-"

// Endpoint is where Svix sends the application's messages.
type Endpoint struct {
	ID string
	// UID is the name that whoever made the endpoint chose, "" without one. Calls
	// take it in place of the id.
	UID, URL, Description string
	Disabled              bool
	// EventTypes are the selected types; none means all of them.
	EventTypes []string
	// Channels limit the messages further; none means all of them.
	Channels         []string
	Created, Updated time.Time
}

// Selects reports whether messages of that type are sent to the endpoint.
func (e Endpoint) Selects(eventType string) bool {
	return len(e.EventTypes) == 0 || slices.Contains(e.EventTypes, eventType)
}

// NewEndpoint is an endpoint to create.
type NewEndpoint struct {
	URL, UID, Description string
	// EventTypes are the types to select; none means all of them.
	EventTypes []string
}

// EndpointChange is a change to an endpoint. Fields with zero values stay as they are
// there; so does the signing secret.
type EndpointChange struct {
	URL        string
	EventTypes []string
	// Enable enables an endpoint that was disabled.
	Enable bool
}

// Message is an event that Clerk handed to Svix.
type Message struct {
	ID string
	// EventID is the sender's own id, "" without one.
	EventID, EventType string
	// Payload is the JSON as it stands in Svix's answer. It has the value that was
	// sent, not the bytes: spaces and the order of keys may differ. It is empty if
	// Svix no longer has it.
	Payload json.RawMessage
	At      time.Time
}

// Page is one page of a list of messages.
type Page struct {
	Messages []Message
	// Iterator leads to the next page: to older messages. "" if there is none.
	Iterator string
	// Done reports whether this is the last page.
	Done bool
}

// AttemptStatus is how an attempt ended.
type AttemptStatus string

// The statuses of attempts.
const (
	Succeeded AttemptStatus = "success"
	Pending   AttemptStatus = "pending"
	Failed    AttemptStatus = "fail"
	Sending   AttemptStatus = "sending"
	Canceled  AttemptStatus = "canceled"
	// Unknown is a status that Svix did not have when this was written.
	Unknown AttemptStatus = "unknown"
)

// Attempt is one try of Svix to send a message to an endpoint.
type Attempt struct {
	ID, MessageID, EndpointID string
	// EventType is the message's, "" if Svix did not say.
	EventType string
	// URL is where it was sent.
	URL    string
	Status AttemptStatus
	// StatusCode is what was answered, 0 without an answer.
	StatusCode int
	// Response is the beginning of the answer's body, or Svix's words for why there
	// was none. It is untrusted text.
	Response string
	Duration time.Duration
	At       time.Time
	// MessageAt is when the message was made, zero if Svix did not say.
	MessageAt time.Time
	// Manual reports whether somebody asked for it: resend or recover.
	Manual bool
}

// MaxRecover is how far back Svix recovers.
const MaxRecover = 14 * 24 * time.Hour

// Task is work that Svix does in the background.
type Task struct {
	ID string
	// Status is running, finished or failed.
	Status string
}
