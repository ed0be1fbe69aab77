package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Import stores deliveries with the time at which they once arrived, in order, and applies
// their events to the users now: as Capture does, and all in one commit or nothing. A
// delivery that is stored already, by its time and its message, is left alone. Answer and
// duration stay as given; forwards are stored with their delivery.
//
// It sets what Capture sets, and Known. The writer is busy until all are stored: pass a few
// dozen at a time.
func (s *Store) Import(ctx context.Context, all []*webhook.Imported) error {
	const doing = "import deliveries"
	copies := make([]imported, len(all))
	for i, m := range all {
		err := s.refusal.of(&m.Delivery)
		if err != nil {
			return s.fail(doing, err)
		}
		if copies[i], err = encodeImported(*m); err != nil {
			return s.fail(doing, err)
		}
	}
	given := slices.Clone(copies)
	err := s.do(ctx, doing, func(t *tx) error {
		copy(copies, given)
		for i := range copies {
			if err := t.importDelivery(&copies[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range copies {
		*all[i] = copies[i].Imported
	}
	return nil
}

// imported is an imported delivery with its parts as they are stored.
type imported struct {
	webhook.Imported
	stored   encoded
	forwards []string // their headers
}

func encodeImported(m webhook.Imported) (e imported, err error) {
	e.Imported = m
	if e.stored, err = encodeDelivery(&m.Delivery); err != nil {
		return e, err
	}
	if e.Bytes == 0 {
		e.Bytes = int64(len(e.Body))
	}
	for _, f := range m.Forwards {
		e.forwards = append(e.forwards, encodeHeader(f.Header))
	}
	e.Forwards = slices.Clone(m.Forwards)
	return e, nil
}

func (t *tx) importDelivery(m *imported) error {
	d := &m.Delivery
	known, err := t.existing(d)
	if err != nil {
		return err
	}
	if m.Known = known != 0; m.Known {
		d.ID = known
		return nil
	}
	d.ID = t.next
	acknowledgedAt := d.AcknowledgedAt
	applied, err := t.applyImported(m)
	if err != nil {
		return err
	}
	restore := t.setClock(d.At.Add(d.Duration)) // keep the duration it had
	err = t.insertDelivery(d, applied, m.stored)
	restore()
	if err != nil {
		return err
	}
	if err := t.insertPayload(d, m.stored); err != nil {
		return err
	}
	if err := t.noteLaterVerdict(d); err != nil {
		return err
	}
	for i := range d.Forwards {
		d.Forwards[i].DeliveryID = d.ID
		if err := t.forwarded(&d.Forwards[i], m.forwards[i]); err != nil {
			return err
		}
	}
	return t.acknowledgeImported(d, acknowledgedAt)
}

// acknowledgeImported keeps that somebody acknowledged the failure. A time that no person
// can have done so counts as now.
func (t *tx) acknowledgeImported(d *webhook.Delivery, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	if now := t.now(); at.Before(d.At) || at.After(now) {
		at = now
	}
	defer t.setClock(at)()
	changed, err := t.acknowledge(d.ID, false)
	if changed {
		d.AcknowledgedAt = at.UTC()
	}
	return err
}

// existing returns the delivery that arrived at the same time with the same message or,
// without one, the same body; 0 for none.
func (t *tx) existing(d *webhook.Delivery) (id int64, err error) {
	err = t.sameDelivery.Row(nanos(d.At), d.Provider, nullIfEmpty(d.MessageID), d.URL, notNull(d.Body)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// applyImported applies the event to the users; a row that it creates or changes gets the
// time it had then.
func (t *tx) applyImported(m *imported) (applied bool, err error) {
	d := &m.Delivery
	then, wroteAt := d.At.Add(d.Duration), time.Time{}
	if d.Change != nil && d.Change.After != nil {
		then, wroteAt = d.Change.After.UpdatedAt, d.Change.After.UpdatedAt
	}
	d.Change = nil
	if m.Event == nil {
		_, attempts, err := t.earlierAttempts(d)
		d.Attempt = attempts + 1
		return false, err
	}
	defer t.setClock(then)()
	t.rowAt = wroteAt
	defer func() { t.rowAt = time.Time{} }()
	if applied, err = t.decideOutcome(d, *m.Event); err != nil {
		return false, err
	}
	if d.Answer.Status == 0 && d.Origin != webhook.Pull {
		d.Answer = webhook.AnswerTo(*d)
	}
	return applied, nil
}

// setClock stops the clock at a time until restore is called. The zero time lets it run.
func (t *tx) setClock(at time.Time) (restore func()) {
	now := t.now
	if !at.IsZero() {
		t.now = func() time.Time { return at }
	}
	return func() { t.now = now }
}

// noteLaterVerdict marks a delivery as reverified if its sender was told something other
// than it would be now, and not by its app.
func (t *tx) noteLaterVerdict(d *webhook.Delivery) error {
	if !d.Verdict.Verified || d.Outcome == "" || d.Answer.Status == 0 || d.Answer.Status == webhook.AnswerTo(*d).Status {
		return nil
	}
	if slices.ContainsFunc(d.Forwards, func(f webhook.Forward) bool { return f.Status == d.Answer.Status }) {
		return nil
	}
	hadFailed := d.Failed()
	t.markReverified(d)
	failed := d.Failed()
	t.recountFailure(hadFailed, failed)
	return t.saveReverified(d, failed)
}
