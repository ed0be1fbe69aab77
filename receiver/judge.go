package receiver

import (
	"slices"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// maxUnverified is the longest body, in bytes, that is parsed although it does
// not verify, for its type in the list: a stranger's bytes must cost little.
const maxUnverified = 64 << 10

// judge verifies a delivery as of its receipt and reads its event. It sets the
// verdict, the provider, the type and the message id. The event counts only if
// the delivery verified; without a time of its own it has the delivery's.
func judge(d *webhook.Delivery, p webhook.Provider, secrets []webhook.Secret) (event webhook.Event) {
	d.Provider, d.Type, d.MessageID = p.Name(), "", messageID(p.Signing().MessageID(d.Header))
	d.Verdict = providers.Verify(p, d.Request, d.At, acceptedFrom(d.Origin, secrets))
	if whole := d.Bytes <= int64(len(d.Body)); d.Verdict.Verified || whole && len(d.Body) <= maxUnverified {
		event = p.Parse(d.Body)
		d.Type = event.Type
	}
	if d.MessageID == "" { // in the body, as unproven there as it is in a header
		d.MessageID = messageID(event.MessageID)
	}
	if event.At.IsZero() {
		event.At = d.At
	}
	return event
}

// acceptedFrom returns the secrets that vouch for a delivery of an origin. No sender has
// the one that hooktop made for itself, but whoever handed on the folder may: it vouches
// for nothing that comes from outside.
func acceptedFrom(origin webhook.Origin, secrets []webhook.Secret) []webhook.Secret {
	if origin != webhook.Tunnel && origin != webhook.Relay {
		return secrets
	}
	return slices.DeleteFunc(slices.Clone(secrets), func(s webhook.Secret) bool { return s.Source.Origin == webhook.OwnSecret })
}

// Judge verifies a delivery as of its receipt and reads its event, as the
// receiver does. If it does not verify, Judge searches for the cause, however
// long that takes.
func Judge(d *webhook.Delivery, p webhook.Provider, keys webhook.Keyring) webhook.Event {
	event := judge(d, p, keys.Secrets)
	if !d.Verdict.Verified {
		d.Verdict = providers.Explain(p, d.Request, d.At, d.Verdict, keys)
	}
	return event
}

// messageID drops an id that no provider would send: it is an index key.
func messageID(id string) string {
	const max = 256
	if len(id) > max {
		return ""
	}
	return id
}
