package store

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/hooktop/hooktop/store/writeconn"
)

// messageMemory is how long a message stays known after its last delivery, even if that was
// deleted: a retry is still a duplicate then. Senders retry for days (Svix 28 hours, Stripe
// 3 days), and people resend by hand for weeks (Stripe 30 days).
const messageMemory = 35 * 24 * time.Hour

// maxExamined is how many repetitions one transaction looks at.
const maxExamined = 1024

// victims are the deliveries that a transaction deletes.
type victims struct {
	ids           []int64
	failed, bytes int64
	last          int64
}

// deleteOldest deletes a few of what is too much: rejected deliveries first, then
// repetitions, then the oldest. A sender that repeats one message for ever pushes out
// nothing but its repetitions.
func (w *writer) deleteOldest(t *tx, u Usage) (gone excess, err error) {
	limits, progress := w.store.limits, &w.trim
	if need := limits.over(u, rejectedClass); !need.none() {
		v, err := choose(t.retention.rejected, 0, maxDeleted, need.withSlack(limits, rejectedClass), u.Rejected-1, never)
		if err != nil {
			return gone, err
		}
		return w.delete(t, v, true)
	}
	need := limits.over(u, acceptedClass)
	if need.none() {
		return gone, nil
	}
	need = need.withSlack(limits, acceptedClass)
	v, err := choose(t.retention.repeats, progress.repeats, maxExamined, need, u.Accepted-1, func(int64, int64) bool { return true })
	if err != nil {
		return gone, err
	}
	progress.repeats = v.last
	if len(v.ids) > 0 {
		return w.delete(t, v, false)
	}
	spare := func(id, bytes int64) bool { return progress.waiting.spare(id, bytes, limits) }
	v, err = choose(t.retention.accepted, progress.accepted, maxExamined, need, u.Accepted-1, spare)
	if err != nil || v.last == progress.accepted {
		return gone, err
	}
	if err := w.store.foldIntoSnapshot(t, progress.accepted, v.last); err != nil {
		return gone, err
	}
	if err := forgetChanges(t, v.last); err != nil {
		return gone, err
	}
	progress.accepted = v.last
	return w.delete(t, v, false)
}

// choose takes deliveries above an id from those that a statement lists, until they are as
// many as needed, or as one transaction deletes. most is how many there may be in all.
// spare is asked about those that should stay.
func choose(list *writeconn.Stmt, above, examined int64, need excess, most int64, spare func(id, bytes int64) bool) (v victims, err error) {
	v.last = above
	err = list.Each([]any{above, examined}, func(row *writeconn.Row) error {
		if int64(len(v.ids)) >= min(most, maxDeleted) || need.none() {
			return errEnough
		}
		var id, bytes, failed, at int64
		var wanted bool
		if err := row.Scan(&id, &bytes, &failed, &wanted, &at); err != nil {
			return err
		}
		if len(v.ids) > 0 && v.bytes+bytes > maxDeletedBytes {
			return errEnough
		}
		v.last = id
		if wanted || !spare(id, bytes) {
			v.ids = append(v.ids, id)
			v.bytes += bytes
			v.failed += failed
			need.deliveries--
			need.bytes -= bytes + rowBytes
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return v, err
}

func never(int64, int64) bool { return false }

// errEnough ends a list that need not be read further.
var errEnough = errors.New("enough")

// delete deletes deliveries with everything that belongs to them. Users, tombstones and,
// for a while, applied messages stay.
func (w *writer) delete(t *tx, v victims, rejected bool) (gone excess, err error) {
	text, err := json.Marshal(v.ids)
	if err != nil || len(v.ids) == 0 {
		return gone, err
	}
	r, ids := &t.retention, string(text)
	if err := run(r.keepMessages, ids, nanos(t.now()), int64(messageMemory)); err != nil {
		return gone, err
	}
	// every change has a delivery behind it, so a deleted one that waited changes nothing
	for _, step := range []*writeconn.Stmt{r.dropMessages, r.dropPayloads, r.dropForwards, r.dropPendingKeys, r.dropPending, r.dropDeliveries} {
		if err := run(step, ids); err != nil {
			return gone, err
		}
	}
	n := int64(len(v.ids))
	t.deliveries -= n
	t.failures -= v.failed
	t.dropped += n
	t.bytes -= v.bytes
	if rejected {
		t.rejected -= n
		t.rejectedBytes -= v.bytes
	}
	return excess{n, v.bytes}, nil
}

// forgetChanges deletes all changes up to a moment, so that the users table is known for
// every moment after it. Changes that were applied late stay longer than their delivery.
func forgetChanges(t *tx, moment int64) error {
	for _, step := range []*writeconn.Stmt{t.forgetChanges, t.forgetReverified, t.forgotten} {
		if err := run(step, moment); err != nil {
			return err
		}
	}
	return nil
}

// expireMessages forgets a few messages whose time is over. One of which there is a
// delivery again stays as long as that.
func (w *writer) expireMessages() (more bool, err error) {
	now := nanos(w.store.now())
	err = w.transact(func(t *tx) error {
		if err := run(t.retention.keptAgain, now, maxDeleted); err != nil {
			return err
		}
		n, err := t.retention.expireMessages.Change(now, maxDeleted)
		more = n == maxDeleted
		return err
	})
	return more, err
}
