package providers

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Clerk is the provider clerk: its events are sent and signed by Svix
// (https://clerk.com/docs/guides/development/webhooks/overview).
type Clerk struct{}

var _ webhook.Provider = Clerk{}

// Name implements Provider.
func (Clerk) Name() string { return "clerk" }

// Title implements Provider.
func (Clerk) Title() string { return "Clerk" }

// Signing implements Provider.
func (Clerk) Signing() *webhook.Signing { return clerkSigning }

// CheckSecret implements Provider.
func (Clerk) CheckSecret(secret string) (warning string, err error) { return checkSvixSecret(secret) }

// nameMost is the length of a type or an id, in bytes, several times that
// of Clerk's: they are shown in lists and are keys of indexes, and a type is
// read from unverified bodies too.
const nameMost = 128

// clerkEnvelope is the part of an event that says something to hooktop.
type clerkEnvelope struct {
	Type       string          `json:"type"`
	Timestamp  json.Number     `json:"timestamp"`
	InstanceID string          `json:"instance_id"`
	Data       json.RawMessage `json:"data"`
	// user is what Data says, nil if that is still to be read.
	user *clerkUser
}

type clerkUser struct {
	ID                    string       `json:"id"`
	PrimaryEmailAddressID *string      `json:"primary_email_address_id"`
	EmailAddresses        []clerkEmail `json:"email_addresses"`
	// UpdatedAt only sharpens the event's time: a wrong one spoils nothing.
	UpdatedAt json.RawMessage `json:"updated_at"`
}

type clerkEmail struct {
	ID           string `json:"id"`
	EmailAddress string `json:"email_address"`
}

// Parse implements Provider.
func (Clerk) Parse(body []byte) webhook.Event {
	if envelope, ok := scanClerk(body); ok {
		return clerkEvent(body, envelope, nil)
	}
	return parseClerk(body)
}

// parseClerk is Parse for any body.
func parseClerk(body []byte) webhook.Event {
	var envelope clerkEnvelope
	err := json.Unmarshal(body, &envelope)
	return clerkEvent(body, envelope, err)
}

// clerkEvent returns the event of an envelope, err if the body could not be read.
func clerkEvent(body []byte, envelope clerkEnvelope, err error) webhook.Event {
	if n := len(envelope.Type); n > nameMost {
		return malformed(webhook.Event{}, fmt.Sprintf("its type is %d bytes long; at most %d are allowed", n, nameMost))
	}
	e := webhook.Event{Type: envelope.Type}
	if err != nil {
		return malformed(e, "the body is not a Clerk event: "+bodyTrouble(body, err))
	}
	if e.Type == "" {
		return malformed(e, "it has no type")
	}
	if len(envelope.InstanceID) <= nameMost {
		e.InstanceID = envelope.InstanceID
	}
	var ok bool
	if e.At, ok = clerkTime(envelope.Timestamp); !ok {
		return malformed(e, "its timestamp is out of range")
	}
	switch e.Type {
	case "user.created", "user.updated":
		return clerkUpsert(e, envelope)
	case "user.deleted":
		return clerkRemove(e, envelope)
	}
	e.Outcome = webhook.Unhandled
	return e
}

func clerkUpsert(e webhook.Event, envelope clerkEnvelope) webhook.Event {
	u, trouble := envelope.userData()
	if trouble != "" {
		return malformed(e, trouble)
	}
	e.UserID, e.Email = u.ID, u.email()
	e.At = sharpen(e.At, envelope.Timestamp, u.UpdatedAt)
	if e.Email == "" {
		e.Outcome = webhook.MissingEmail
		return e
	}
	if n := utf8.RuneCountInString(e.Email); n > webhook.MaxEmail {
		e.Email = ""
		return malformed(e, fmt.Sprintf("the e-mail address is %d characters long; at most %d are allowed", n, webhook.MaxEmail))
	}
	e.Action = webhook.Upsert
	return e
}

func clerkRemove(e webhook.Event, envelope clerkEnvelope) webhook.Event {
	u, trouble := envelope.userData()
	if trouble != "" {
		return malformed(e, trouble)
	}
	e.UserID, e.Action = u.ID, webhook.Remove
	// Nothing follows a deletion: where only its second is known, it comes after
	// the updates of that second, whose milliseconds are known.
	if v, err := envelope.Timestamp.Float64(); err == nil && v < secondsBelow && v == math.Trunc(v) {
		e.At = e.At.Add(time.Second - time.Millisecond)
	}
	return e
}

// userData returns what data says, which for a deleted user is little more than the
// id. That is optional in Clerk's types; without it nothing can be done.
func (envelope clerkEnvelope) userData() (u clerkUser, trouble string) {
	if len(envelope.Data) == 0 {
		return u, "it has no data"
	}
	if envelope.user != nil {
		u = *envelope.user
	} else if err := json.Unmarshal(envelope.Data, &u); err != nil {
		return u, "data is not a user: " + jsonTrouble(err)
	}
	if u.ID == "" {
		return u, "data has no user id"
	}
	if n := len(u.ID); n > nameMost {
		return u, fmt.Sprintf("the user id is %d bytes long; at most %d are allowed", n, nameMost)
	}
	return u, ""
}

// email is the primary address, else the first, else "".
func (u clerkUser) email() string {
	if u.PrimaryEmailAddressID != nil {
		for _, a := range u.EmailAddresses {
			if a.ID == *u.PrimaryEmailAddressID && a.EmailAddress != "" {
				return a.EmailAddress
			}
		}
	}
	for _, a := range u.EmailAddresses {
		if a.EmailAddress != "" {
			return a.EmailAddress
		}
	}
	return ""
}

// secondsBelow parts the two units of Clerk's timestamps: the documentation
// gives them in milliseconds, the specification in seconds.
const secondsBelow = 1e12

// clerkTime reads an envelope's timestamp, in either unit. A missing one is
// the zero time.
func clerkTime(n json.Number) (at time.Time, ok bool) {
	if n == "" {
		return time.Time{}, true
	}
	v, err := n.Float64()
	if v < secondsBelow {
		v *= 1000
	}
	const most = 1e14 // the year 5138
	if err != nil || !(v > 0 && v < most) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(math.Round(v))).UTC(), true
}

// sharpen gives an envelope's time in whole seconds the milliseconds of the
// user's own updated_at where both lie in the same second, so that two updates
// in one second keep their order. A missing time is updated_at.
func sharpen(at time.Time, timestamp json.Number, updatedAt json.RawMessage) time.Time {
	updated, ok := clerkTime(json.Number(updatedAt))
	if !ok || updated.IsZero() {
		return at
	}
	if v, err := timestamp.Float64(); at.IsZero() || err == nil && v < secondsBelow && updated.Unix() == at.Unix() {
		return updated
	}
	return at
}

func malformed(e webhook.Event, why string) webhook.Event {
	e.Action, e.Outcome, e.Note = webhook.NoAction, webhook.Malformed, why
	return e
}
