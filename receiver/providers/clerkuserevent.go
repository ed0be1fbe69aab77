package providers

import (
	"encoding/json"
	"fmt"
	"time"
)

// UserEvent puts data, a user as Clerk's API returns it, into an event, byte for
// byte. A zero time and an empty instance are left out.
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

// DeletedUser returns the data of a user.deleted.
func (Clerk) DeletedUser(id string) []byte {
	return fmt.Appendf(nil, `{"deleted":true,"id":%s,"object":"user"}`, jsonString(id))
}

// InterimUser returns the data of a user.updated with an address that nobody has
// (RFC 2606), so that another user can have the current one.
func (Clerk) InterimUser(id string) []byte {
	return fmt.Appendf(nil, `{"email_addresses":[{"email_address":%s,"id":"idn_interim","object":"email_address"}],"id":%s,"object":"user","primary_email_address_id":"idn_interim"}`,
		jsonString(id+"@interim.invalid"), jsonString(id))
}

func jsonString(s string) []byte {
	b, _ := json.Marshal(s) // a string always encodes
	return b
}
