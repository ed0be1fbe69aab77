package store

import (
	"strings"

	"github.com/hooktop/hooktop/store/writeconn"
)

// maxDeleted is the most deliveries deleted in one transaction: a capture may have to wait
// for it.
const maxDeleted = 128

// trim is how far retention has come.
type trim struct {
	// due means that there may be more deliveries than the limits allow.
	due bool
	// accepted is an id below which no accepted delivery is left. Without it each deletion
	// would pass over all older rejected ones.
	accepted int64
}

// deliveryClass is one of the two kinds of deliveries, each with its own limit, as a
// condition on delivery AS d. Junk must not push out real history.
type deliveryClass string

const (
	rejectedClass deliveryClass = `d.outcome = 'rejected'`
	acceptedClass deliveryClass = `d.outcome <> 'rejected'`
)

func (s *Store) keepRejected() int64 { return max(1, s.keep/10) }

// overLimit reports whether there are more deliveries than the limits allow.
func (s *Store) overLimit(deliveries, rejected int64) bool {
	if s.keep <= 0 {
		return false
	}
	return deliveries-rejected > s.keep || rejected > s.keepRejected()
}

// deleteExcess deletes the oldest deliveries, a few at a time. If the limit is large, it
// deletes a little more than necessary, so that not every capture is followed by a deletion.
// It reports no error: the deletion is tried again after the next commit, and a broken
// database fails that commit too, whose caller hears of it.
func (w *writer) deleteExcess() {
	if !w.trim.due {
		return
	}
	w.trim.due = false
	var deliveries, rejected int64
	err := w.stmts.totals.Row().Scan(&deliveries, &rejected)
	if err != nil || !w.store.overLimit(deliveries, rejected) {
		return
	}
	accepted := w.trim.accepted
	err = w.transact(func(t *tx) error {
		// check again under the write lock: another process may have been faster
		if err := t.totals.Row().Scan(&deliveries, &rejected); err != nil {
			return err
		}
		if n := excess(rejected, w.store.keepRejected()); n > 0 {
			_, err := w.deleteOldest(t, rejectedClass, 0, n)
			return err
		}
		n := excess(deliveries-rejected, w.store.keep)
		if n == 0 {
			return nil
		}
		accepted, err = w.deleteOldest(t, acceptedClass, w.trim.accepted, n)
		return err
	})
	if err == nil {
		w.trim.accepted = accepted
		w.store.nudge()
	}
}

// excess returns how many to delete now.
func excess(have, keep int64) int64 {
	if have <= keep {
		return 0
	}
	return min(have-keep+keep/maxDeleted, maxDeleted)
}

// deleteOldest deletes the n oldest deliveries of a class above an id, with everything that
// belongs to them, and returns the last one's id. Users, tombstones and applied messages
// stay.
func (w *writer) deleteOldest(t *tx, c deliveryClass, above, n int64) (last int64, err error) {
	var gone, failures, bytes int64
	err = w.conn.Stmt(`SELECT coalesce(max(id), 0), count(*), coalesce(sum(failed), 0), coalesce(sum(stored_bytes), 0)
		FROM (SELECT id, failed, stored_bytes FROM delivery AS d WHERE `+string(c)+` AND d.id > ?1 ORDER BY d.id LIMIT ?2)`).Row(above, n).
		Scan(&last, &gone, &failures, &bytes)
	if err != nil || gone == 0 {
		return above, err
	}
	if c == acceptedClass {
		if err := w.store.foldIntoSnapshot(t, above, last); err != nil {
			return above, err
		}
		if err := forgetChanges(t, last); err != nil {
			return above, err
		}
	}
	for _, text := range deletionTexts(c) {
		if err := run(w.conn.Stmt(text), above, last); err != nil {
			return above, err
		}
	}
	t.deliveries -= gone
	t.failures -= failures
	t.dropped += gone
	t.bytes -= bytes
	if c == rejectedClass {
		t.rejected -= gone
		t.rejectedBytes -= bytes
	}
	return last, nil
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

// deletionTexts delete what belongs to the deliveries of a class from ?1 to ?2, the
// deliveries last.
func deletionTexts(c deliveryClass) []string {
	const (
		ids      = `(SELECT d.id FROM delivery AS d WHERE CLASS AND d.id > ?1 AND d.id <= ?2)`
		messages = `DELETE FROM message WHERE delivery_id IS NULL
			AND (provider, id) IN (SELECT d.provider, d.message_id FROM delivery AS d
				WHERE CLASS AND d.id > ?1 AND d.id <= ?2 AND d.message_id IS NOT NULL)
			AND NOT EXISTS (SELECT 1 FROM delivery AS d WHERE d.message_id = message.id AND d.provider = message.provider
				AND NOT (CLASS AND d.id > ?1 AND d.id <= ?2))`
	)
	texts := []string{
		messages,
		`DELETE FROM payload WHERE delivery_id IN ` + ids,
		`DELETE FROM forward WHERE delivery_id IN ` + ids,
		// every change has a delivery behind it, so a deleted one changes nothing
		`DELETE FROM parked_key WHERE delivery_id IN ` + ids,
		`DELETE FROM parked WHERE delivery_id IN ` + ids,
		`DELETE FROM delivery AS d WHERE CLASS AND d.id > ?1 AND d.id <= ?2`,
	}
	for i := range texts {
		texts[i] = strings.ReplaceAll(texts[i], "CLASS", string(c))
	}
	return texts
}
