package providers

import (
	"encoding/json"

	"github.com/hooktop/hooktop/receiver/webhook/plainjson"
)

// The names of what scanClerk reads, in the order of its switches.
var (
	clerkNames   = []string{"type", "timestamp", "instance_id", "data"}
	userNames    = []string{"id", "primary_email_address_id", "email_addresses", "updated_at"}
	addressNames = []string{"id", "email_address"}
)

// scanClerk reads an event as Clerk writes it, in one pass. If it is written in
// another way, ok is false, and encoding/json has to read it.
func scanClerk(body []byte) (envelope clerkEnvelope, ok bool) {
	r := plainjson.New(body)
	r.Object(clerkNames, func(i int) {
		switch i {
		case 0:
			envelope.Type = r.Text()
		case 1:
			envelope.Timestamp = json.Number(r.Number())
		case 2:
			envelope.InstanceID = r.Text()
		case 3:
			u := scanClerkUser(r)
			envelope.user, envelope.Data = &u, json.RawMessage("{}")
		}
	})
	return envelope, r.Done()
}

func scanClerkUser(r *plainjson.Reader) (u clerkUser) {
	r.Object(userNames, func(i int) {
		switch i {
		case 0:
			u.ID = r.Text()
		case 1:
			if !r.Null() {
				id := r.Text()
				u.PrimaryEmailAddressID = &id
			}
		case 2:
			r.Array(func() { u.EmailAddresses = append(u.EmailAddresses, scanClerkAddress(r)) })
		case 3:
			u.UpdatedAt = r.Raw()
		}
	})
	return u
}

func scanClerkAddress(r *plainjson.Reader) (a clerkEmail) {
	r.Object(addressNames, func(i int) {
		switch i {
		case 0:
			a.ID = r.Text()
		case 1:
			a.EmailAddress = r.Text()
		}
	})
	return a
}
