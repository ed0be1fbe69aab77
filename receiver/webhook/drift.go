package webhook

import (
	"encoding/json"
	"fmt"
	"time"
)

// AccountUser is a user as the provider's own API tells of it.
type AccountUser struct {
	ID string
	// Email is the address that an event would give the row, "" for none.
	Email string
	// Unkept says why an address that it has cannot be the row's, "" where it can
	// or where it has none.
	Unkept    string
	UpdatedAt time.Time
	// JSON is the user as the API gave it, byte for byte.
	JSON []byte
}

// Drift is how a user here differs from the provider's.
type Drift string

// The drifts.
const (
	// DriftMissing is for a user that is there and not here.
	DriftMissing Drift = "missing"
	// DriftExtra is for one that is here and not there.
	DriftExtra Drift = "extra"
	// DriftEmail is for one whose addresses differ.
	DriftEmail Drift = "email"
	// DriftDeletedHere is for a tombstone here of a user that lives there.
	DriftDeletedHere Drift = "deleted-here"
)

// Departure is one user that is not in step.
type Departure struct {
	State  Drift
	UserID string
	// Here and There are the e-mail addresses, "" where there is none.
	Here, There string
	// Unkept is the AccountUser's.
	Unkept string
}

// Compare says how a user here, nil for none, differs from the provider's, nil
// for none. One that has no e-mail address there has no row here: the table
// cannot hold it.
func Compare(here *UserRecord, there *AccountUser) (d Departure, differ bool) {
	switch {
	case here == nil && there == nil:
		return d, false
	case there == nil:
		return Departure{State: DriftExtra, UserID: here.ID, Here: here.Email}, !here.Deleted()
	case here == nil:
		return Departure{State: DriftMissing, UserID: there.ID, There: there.Email}, there.Email != ""
	case here.Deleted():
		return Departure{State: DriftDeletedHere, UserID: there.ID, There: there.Email}, true
	}
	return Departure{State: DriftEmail, UserID: there.ID, Here: here.Email, There: there.Email, Unkept: there.Unkept}, here.Email != there.Email
}

// UserEvent puts data, a user as Clerk's API gives it, into an event of that
// type, byte for byte. A zero time and an empty instance are left out.
func (Clerk) UserEvent(event string, data []byte, at time.Time, instanceID string) []byte {
	b := append([]byte(`{"data":`), data...)
	if instanceID != "" {
		b = append(append(b, `,"instance_id":`...), jsonString(instanceID)...)
	}
	b = append(b, `,"object":"event"`...)
	if !at.IsZero() {
		b = fmt.Appendf(b, `,"timestamp":%d`, at.UnixMilli())
	}
	return append(append(append(b, `,"type":`...), jsonString(event)...), '}')
}

// DeletedUser is the data of a user.deleted.
func (Clerk) DeletedUser(id string) []byte {
	return fmt.Appendf(nil, `{"deleted":true,"id":%s,"object":"user"}`, jsonString(id))
}

// InterimUser is the data of a user.updated that gives a user an address of
// nobody (RFC 2606), so that another can have the one that it held.
func (Clerk) InterimUser(id string) []byte {
	return fmt.Appendf(nil, `{"email_addresses":[{"email_address":%s,"id":"idn_interim","object":"email_address"}],"id":%s,"object":"user","primary_email_address_id":"idn_interim"}`,
		jsonString(id+"@interim.invalid"), jsonString(id))
}

func jsonString(s string) []byte {
	b, _ := json.Marshal(s) // a string always encodes
	return b
}
