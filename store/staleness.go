package store

import (
	"strconv"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// An event is stale when the tables already hold something newer. Deliveries
// arrive out of order and more than once, so the time of the event decides,
// never the time of arrival: an older event must not overwrite a newer one, and
// an update that arrives late must not bring a deleted user back. Also stale is an
// event older than one of the same user that waits for an address: addresswait.go.

// staleUser reports why an event of that version, in milliseconds since 1970,
// may not create or update the user, "" if it may. deletedBy is the delivery
// that deleted the user; age is how much older the event is than the row.
func staleUser(r record, version int64) (why webhook.Reason, deletedBy int64, age string) {
	switch {
	case r.tombstone:
		return webhook.UserDeleted, r.DeliveryID, ""
	case r.hasState && version < r.version:
		return webhook.Older, 0, durationText(r.version - version)
	}
	return "", 0, ""
}

// stale reports why an event about a subscription or customer is out of date,
// "" if it is not. age is how much older it is than what is known. Nothing
// changes a deleted customer. Events of the same second are ordered by their
// rank, since Stripe's times have no fractions.
func (b *billing) stale(e webhook.Event) (why webhook.Reason, age string) {
	s, version := e.Subscription, e.At.UnixMilli()
	if b.customers[s.CustomerID].deleted && e.Action != webhook.ForgetCustomer {
		return webhook.CustomerDeleted, ""
	}
	if e.Action != webhook.SyncSubscription && e.Action != webhook.EndSubscription {
		return "", ""
	}
	have := b.subscriptions[s.ID]
	switch {
	case version < have.Version:
		return webhook.Older, durationText(have.Version - version)
	case version == have.Version && s.Rank < have.Rank:
		return webhook.SameSecond, ""
	}
	return "", ""
}

// durationText gives milliseconds in the largest unit that fits: 340 ms, 4 s, 12 min.
func durationText(ms int64) string {
	for _, u := range []struct {
		ms   int64
		name string
	}{{24 * 3600_000, "d"}, {3600_000, "h"}, {60_000, "min"}, {1000, "s"}} {
		if ms >= u.ms {
			return strconv.FormatInt(ms/u.ms, 10) + " " + u.name
		}
	}
	return strconv.FormatInt(ms, 10) + " ms"
}
