package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

// foldIntoSnapshot adds to the snapshot what the deliveries above one id up to another did,
// in the transaction that deletes them. Of all events that say the same kind of thing about
// the same user, customer or subscription only the newest is kept: it alone decides how the
// tables look, whatever the order of arrival. So the snapshot is as large as the tables, not
// as the history. Rebuild reads it; rebuild.go has an example.
func (s *Store) foldIntoSnapshot(t *tx, above, last int64) error {
	if s.parse == nil {
		return run(t.markUnfolded)
	}
	if err := t.foldLateEvents(last); err != nil {
		return err
	}
	return t.deliveriesToFold.Each([]any{above, last}, func(rows *writeconn.Row) error {
		var p replayed
		if err := rows.Scan(&p.ID, &p.at, &p.Provider, &p.MessageID, &p.Body, &p.moment, &p.turn, &p.Outcome, &p.UserID); err != nil {
			return err
		}
		e := s.parseEvent(p.Provider, p.Body, fromNanos(p.at))
		if e.Action == webhook.Remove && p.Outcome == webhook.Unchanged {
			return nil // the first deletion freed the address
		}
		if e.Subscription != nil { // the deleted deliveries may have said whose it was
			of := *e.Subscription
			of.Users, of.LinkEmail = []string{p.UserID}, ""
			e.Subscription = &of
		}
		if p.moment > last {
			return t.saveSnapshots(p, e, lateKey(p.ID))
		}
		return t.saveSnapshots(p, e, snapshotKeys(e)...)
	})
}

// foldLateEvents moves late entries to the keys of their events, once everything up to their
// moment is deleted too.
func (t *tx) foldLateEvents(last int64) error {
	type late struct {
		replayed
		text string
	}
	var list []late
	err := t.lateEvents.Each([]any{last}, func(rows *writeconn.Row) error {
		var l late
		defer func() { list = append(list, l) }()
		return rows.Scan(&l.ID, &l.at, &l.Provider, &l.MessageID, &l.moment, &l.turn, &l.text)
	})
	if err != nil {
		return err
	}
	for _, l := range list {
		e, err := decodeSnapshotEvent(l.text)
		if err != nil {
			return err
		}
		if err := run(t.deleteSnapshot, lateKey(l.ID)); err != nil {
			return err
		}
		if err := t.saveSnapshots(l.replayed, e, snapshotKeys(e)...); err != nil {
			return err
		}
	}
	return nil
}

// parseEvent reads a body as it was read when it arrived.
func (s *Store) parseEvent(provider string, body []byte, received time.Time) webhook.Event {
	e := s.parse(provider, body)
	if e.At.IsZero() {
		e.At = received
	}
	return e
}

func (t *tx) saveSnapshots(p replayed, e webhook.Event, keys ...string) error {
	text, err := json.Marshal(newSnapshotEvent(e))
	if err != nil {
		return err
	}
	rank := 0
	if e.Subscription != nil {
		rank = e.Subscription.Rank
	}
	for _, key := range keys {
		if err := run(t.addSnapshot, key, e.At.UnixMilli(), rank, p.moment, p.turn, p.ID, p.at, p.Provider, p.MessageID, string(text)); err != nil {
			return err
		}
	}
	return nil
}

// snapshotKeys are the keys under which an event may be the newest. Stripe's events are kept
// for each user who had the customer: the tombstone of a former one still shows it.
func snapshotKeys(e webhook.Event) []string {
	s := e.Subscription
	of := func(what string) string { return what + " " + s.Users[0] }
	switch e.Action {
	case webhook.Upsert:
		return []string{"user:" + e.UserID}
	case webhook.Remove:
		return []string{"gone:" + e.UserID}
	case webhook.SyncSubscription, webhook.EndSubscription:
		return []string{of("subscription:" + s.ID), of("customer:" + s.CustomerID)}
	case webhook.LinkCustomer:
		return []string{of("link:" + s.CustomerID + " " + s.ID), of("customer:" + s.CustomerID)}
	case webhook.ForgetCustomer:
		return []string{of("forgotten:" + s.CustomerID), of("customer:" + s.CustomerID)}
	case webhook.ConfirmSubscription:
		return []string{of("customer:" + s.CustomerID)}
	case webhook.NoAction:
	}
	return nil
}

// snapshotEvent is an event without its delivery: everything needed to apply it, so that the
// body need not be read again.
type snapshotEvent struct {
	Type         string                `json:"type"`
	At           time.Time             `json:"at"`
	Action       webhook.Action        `json:"action"`
	UserID       string                `json:"user,omitempty"`
	Email        string                `json:"email,omitempty"`
	Subscription *webhook.Subscription `json:"subscription,omitempty"`
}

func newSnapshotEvent(e webhook.Event) snapshotEvent {
	return snapshotEvent{Type: e.Type, At: e.At, Action: e.Action, UserID: escapeText(e.UserID), Email: escapeText(e.Email), Subscription: e.Subscription}
}

func (s snapshotEvent) event() (e webhook.Event, err error) {
	e = webhook.Event{Type: s.Type, At: s.At, Action: s.Action, Subscription: s.Subscription}
	if e.UserID, err = unescapeText(s.UserID); err != nil {
		return e, err
	}
	e.Email, err = unescapeText(s.Email)
	return e, err
}

func decodeSnapshotEvent(text string) (e webhook.Event, err error) {
	var in snapshotEvent
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return e, fmt.Errorf("snapshot: %w", err)
	}
	return in.event()
}
