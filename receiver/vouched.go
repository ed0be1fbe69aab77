package receiver

import (
	"context"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// maxResends is how many resends of resends are followed back to what was received.
const maxResends = 32

// Vouched reports whether a delivery's own signature is valid, expired or not, as it
// was verified here or with the current secrets, or the provider's API vouches for it.
// Only such a delivery may change the users, and hooktop must not make a stranger's
// bytes valid by signing them. What an imported file says of a signature counts for
// nothing, and a resend is only as true as the delivery that it resends.
func (f *Forwarder) Vouched(ctx context.Context, d webhook.Delivery) bool {
	return f.verified(d) && f.original(ctx, d)
}

// verified reports whether a delivery's row or its own signature vouches for it.
func (f *Forwarder) verified(d webhook.Delivery) bool {
	if d.VouchedBy() != "" {
		return true
	}
	endpoint := f.Endpoints.of(d.Provider)
	return endpoint != nil && d.Reason != webhook.NotVouched &&
		SignatureHolds(providers.Verify(endpoint.Provider, d.Request, d.At, acceptedFrom(d.Origin, endpoint.Secrets())))
}

// original reports whether the signature of a delivery may count: it is no resend, or
// what it resends was vouched for. hooktop itself may have signed a resend, and an older
// one did so with forgeries and did not mark them. A resend whose original is no longer
// kept does not count either: a stranger can push a rejected delivery out with others.
func (f *Forwarder) original(ctx context.Context, d webhook.Delivery) bool {
	for range maxResends {
		if d.Reason == webhook.NotVouched {
			return false
		}
		if d.Origin != webhook.Resend {
			return true
		}
		if d.ParentID <= 0 || d.ParentID >= d.ID {
			return false
		}
		parent, err := f.Store.Delivery(ctx, d.ParentID)
		if err != nil || parent.Origin != webhook.Resend && !f.verified(parent) {
			return false
		}
		d = parent
	}
	return false
}
