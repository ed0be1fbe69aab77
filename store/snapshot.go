package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// foldIntoSnapshot adds to the snapshot what the deliveries of a cut did, in the cut's own
// transaction. Of the events that say the same kind of thing of the same user,
// customer or subscription the newest alone is kept: the tables are the same
// without the others, in whatever order events come, so that the snapshot is as
// large as the tables and not as the history.
func (s *Store) foldIntoSnapshot(t *tx, above, last int64) error {
	if s.parse == nil {
		return run(t.markUnfolded)
	}
	if err := t.foldLateEvents(last); err != nil {
		return err
	}
	return eachRow(t.deliveriesToFold, []any{above, last}, func(rows *sql.Rows) error {
		var p replayed
		if err := rows.Scan(&p.ID, &p.at, &p.Provider, &p.MessageID, &p.Body, &p.moment, &p.turn, &p.Outcome, &p.UserID); err != nil {
			return err
		}
		e := s.parseEvent(p.Provider, p.Body, fromNanos(p.at))
		if e.Action == webhook.Remove && p.Outcome == webhook.Unchanged {
			return nil // the first deletion is the one that freed the address
		}
		if e.Subscription != nil { // whose it was, what is let go may have said
			of := *e.Subscription
			of.Users, of.LinkEmail = []string{p.UserID}, ""
			e.Subscription = &of
		}
		if p.moment > last {
			return t.saveSnapshots(p, e, "late:"+idText(p.ID))
		}
		return t.saveSnapshots(p, e, snapshotKeys(e)...)
	})
}

// foldLateEvents takes up what was applied later than the cuts of its time: until then
// it is kept beside what it came after.
func (t *tx) foldLateEvents(last int64) error {
	type late struct {
		replayed
		text string
	}
	var list []late
	err := eachRow(t.lateEvents, []any{last}, func(rows *sql.Rows) error {
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
		if err := run(t.deleteSnapshot, "late:"+idText(l.ID)); err != nil {
			return err
		}
		if err := t.saveSnapshots(l.replayed, e, snapshotKeys(e)...); err != nil {
			return err
		}
	}
	return nil
}

// parseEvent reads a body as its receipt did.
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

// snapshotKeys are what an event is the newest of. What Stripe says is kept for
// each user who had the customer: the tombstone of one who had it shows it still.
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

// snapshotEvent is an event as it is kept apart from its delivery: all that applying
// it needs, so that the body need not be read again.
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
