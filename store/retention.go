package store

import (
	"github.com/hooktop/hooktop/store/writeconn"
)

// The most that one transaction deletes: a capture may have to wait for it. A delivery that
// is larger goes alone.
const (
	maxDeleted      = 128
	maxDeletedBytes = 16 << 20
)

// trim is how far retention has come. Only the writer's goroutine uses it.
type trim struct {
	// due means that there may be more deliveries than the limits allow.
	due bool
	// accepted is an id up to which no accepted delivery is left. Without it each deletion
	// would pass over all older rejected ones.
	accepted int64
	// repeats is an id up to which no repetition is left.
	repeats int64
	waiting waiting
	// added is what was stored since the last deletion.
	added excess
	space space
}

// reset has everything looked at again: another process may have changed any delivery.
func (t *trim) reset() { t.accepted, t.repeats = 0, 0 }

// deliveryClass is one of the two kinds of deliveries, each with its own limits, as a
// condition on delivery AS d.
type deliveryClass string

const (
	rejectedClass deliveryClass = `d.outcome = 'rejected'`
	acceptedClass deliveryClass = `d.outcome <> 'rejected'`
)

// retentionStatements are about deleting old deliveries, and about the snapshot that
// replaces them.
type retentionStatements struct {
	rejected, accepted, repeats *writeconn.Stmt
	keepMessages, dropMessages  *writeconn.Stmt
	// deletes are run in this order, the deliveries last.
	dropPayloads, dropForwards, dropPendingKeys, dropPending, dropDeliveries *writeconn.Stmt

	keptAgain, expireMessages *writeconn.Stmt

	limits, setLimits *writeconn.Stmt
	pages, vacuum     *writeconn.Stmt
	logState          *writeconn.Stmt
}

// isRepeat is exactly the condition of delivery_repeat.
const isRepeat = `(d.attempt > 1 OR d.parent_id <> 0) AND d.outcome IN ('', 'duplicate', 'stale', 'unhandled', 'missing-email', 'malformed', 'conflict', 'unlinked')`

// isRedundant holds for a repetition d that changed nothing, not even when it was applied
// later, and whose earlier delivery is still there. An event that waits repeats only one
// that still waits.
const isRedundant = `d.related_id < d.id AND (EXISTS (
		SELECT 1 FROM delivery AS e INDEXED BY delivery_message WHERE e.message_id = d.message_id AND e.provider = d.provider AND e.id < d.id
		AND e.outcome <> 'rejected' AND (d.outcome NOT IN ('conflict', 'unlinked') OR e.outcome = d.outcome))
	OR d.outcome = '' AND EXISTS (SELECT 1 FROM delivery AS e WHERE e.id = d.parent_id))`

// The deliveries that are deleted first, above an id and at most so many: id, bytes, whether
// it failed, whether it may be deleted, and when it arrived.
const (
	oldestRejected = `SELECT d.id, d.stored_bytes, d.failed, 1, d.at FROM delivery AS d INDEXED BY delivery_rejected
		WHERE ` + string(rejectedClass) + ` AND d.id > ?1 ORDER BY d.id LIMIT ?2`
	oldestAccepted = `SELECT d.id, d.stored_bytes, d.failed, NOT EXISTS (SELECT 1 FROM parked WHERE delivery_id = d.id), d.at FROM delivery AS d NOT INDEXED
		WHERE ` + string(acceptedClass) + ` AND d.id > ?1 ORDER BY d.id LIMIT ?2`
	oldestRepeats = `SELECT d.id, d.stored_bytes, d.failed, ` + isRedundant + `, d.at FROM delivery AS d INDEXED BY delivery_repeat
		WHERE (d.attempt > 1 OR d.parent_id <> 0) = 1 AND ` + isRepeat + ` AND d.id > ?1 ORDER BY d.id LIMIT ?2`
)

func (s *retentionStatements) texts() []statement {
	const (
		ids      = `(SELECT value FROM json_each(?1))`
		messages = `(provider, id) IN (SELECT d.provider, d.message_id FROM delivery AS d WHERE d.id IN ` + ids + ` AND d.message_id IS NOT NULL)
			AND NOT EXISTS (SELECT 1 FROM delivery AS d INDEXED BY delivery_message
				WHERE d.message_id = message.id AND d.provider = message.provider AND d.id NOT IN ` + ids + `)`
		stored = `EXISTS (SELECT 1 FROM delivery AS d INDEXED BY delivery_message WHERE d.message_id = message.id AND d.provider = message.provider)`
	)
	return []statement{
		{&s.rejected, oldestRejected},
		{&s.accepted, oldestAccepted},
		{&s.repeats, oldestRepeats},

		{&s.keepMessages, `UPDATE message SET expires = ?3 + min(?2, (SELECT max(d.at) FROM delivery AS d INDEXED BY delivery_message
			WHERE d.message_id = message.id AND d.provider = message.provider)) WHERE delivery_id IS NOT NULL AND ` + messages},
		{&s.dropMessages, `DELETE FROM message WHERE delivery_id IS NULL AND ` + messages},
		{&s.dropPayloads, `DELETE FROM payload WHERE delivery_id IN ` + ids},
		{&s.dropForwards, `DELETE FROM forward WHERE delivery_id IN ` + ids},
		{&s.dropPendingKeys, `DELETE FROM parked_key WHERE delivery_id IN ` + ids},
		{&s.dropPending, `DELETE FROM parked WHERE delivery_id IN ` + ids},
		{&s.dropDeliveries, `DELETE FROM delivery WHERE id IN ` + ids},

		{&s.keptAgain, `UPDATE message SET expires = 0 WHERE (provider, id) IN (SELECT provider, id FROM message INDEXED BY message_expires
			WHERE expires <> 0 AND expires <= ?1 ORDER BY expires LIMIT ?2) AND ` + stored},
		{&s.expireMessages, `DELETE FROM message WHERE (provider, id) IN (SELECT provider, id FROM message INDEXED BY message_expires
			WHERE expires <> 0 AND expires <= ?1 ORDER BY expires LIMIT ?2) AND NOT ` + stored},

		{&s.limits, savedLimitsQuery},
		{&s.setLimits, `INSERT OR REPLACE INTO limits VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.pages, `SELECT page_count, freelist_count, auto_vacuum FROM pragma_page_count, pragma_freelist_count, pragma_auto_vacuum`},
		{&s.vacuum, `PRAGMA incremental_vacuum(256)`},
		{&s.logState, `PRAGMA wal_checkpoint(PASSIVE)`},
	}
}

// noteTotals decides after a batch what retention has to do, and what is refused from now
// on.
func (w *writer) noteTotals(t *tx, u Usage) {
	w.trim.due = w.store.limits.IsOver(u)
	w.trim.added.deliveries += max(0, t.deliveries)
	w.trim.added.bytes += max(0, t.bytes)
	w.store.refusal.noteUsage(u)
	w.trim.release(t.released)
	if t.lowestReverified > 0 {
		w.trim.accepted = min(w.trim.accepted, t.lowestReverified-1)
		w.trim.repeats = 0
	}
}

// deleteExcess deletes the oldest deliveries, a few in each transaction: one transaction
// or, if more was stored since, so many that retention keeps up with what comes in. It
// reports no error: the deletion is tried again after the next commit, and a broken
// database fails that commit too, whose caller hears of it.
func (w *writer) deleteExcess() {
	added := w.trim.added
	w.noteLog(added.bytes)
	w.trim.added = excess{}
	for w.trim.due {
		gone, err := w.deleteSome()
		if err != nil || gone.none() {
			w.trim.due = false
			return
		}
		w.store.nudge()
		w.trim.space.freed = true
		// twice what came in, so that an older excess shrinks too
		added.deliveries -= gone.deliveries / 2
		added.bytes -= gone.bytes / 2
		if added.none() {
			return
		}
	}
}

// deleteSome deletes in one transaction, and returns how much.
func (w *writer) deleteSome() (gone excess, err error) {
	w.trim.due = false // the transaction's totals say whether it is due again
	u, err := w.usage()
	if err != nil || !w.store.limits.IsOver(u) {
		return gone, err
	}
	before := w.trim
	err = w.transact(func(t *tx) error {
		u, err := w.usage() // under the write lock: another process may have been faster
		if err != nil {
			return err
		}
		gone, err = w.deleteOldest(t, u)
		return err
	})
	if err != nil {
		w.trim.accepted, w.trim.repeats = before.accepted, before.repeats
	}
	return gone, err
}

func (w *writer) usage() (Usage, error) {
	var deliveries, rejected, bytes, rejectedBytes int64
	err := w.stmts.totals.Row().Scan(&deliveries, &rejected, &bytes, &rejectedBytes)
	return newUsage(deliveries, rejected, bytes, rejectedBytes), err
}

// waiting are deliveries that stay longer than others of their age, because they wait for a
// user or an address, with the bytes they count. They may be a tenth of what is kept: an
// event that nobody will ever need must not push out the rest. The zero value is ready.
type waiting struct {
	size  map[int64]int64
	bytes int64
}

// spare reports whether there is room to keep a delivery that waits.
func (w *waiting) spare(id, bytes int64, l Limits) bool {
	if _, known := w.size[id]; known {
		return true
	}
	bytes += rowBytes
	if l.Accepted > 0 && int64(len(w.size)) >= l.Accepted/10 || l.AcceptedBytes > 0 && w.bytes+bytes > l.AcceptedBytes/10 {
		return false
	}
	if w.size == nil {
		w.size = map[int64]int64{}
	}
	w.size[id] = bytes
	w.bytes += bytes
	return true
}

// end notes that a delivery waits no longer, and reports whether it did.
func (w *waiting) end(id int64) bool {
	bytes, ok := w.size[id]
	delete(w.size, id)
	w.bytes -= bytes
	return ok
}

// release has deliveries that waited deleted in their turn.
func (t *trim) release(ids []int64) {
	for _, id := range ids {
		if t.waiting.end(id) {
			t.accepted = min(t.accepted, id-1)
		}
	}
}
