package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

// statements are the writer's. Each is parsed when it first runs.
type statements struct {
	begin, commit, rollback *writeconn.Stmt
	mark, release, back     *writeconn.Stmt
	dataVersion, lastID     *writeconn.Stmt
	addTally, totals        *writeconn.Stmt

	messageState, addAttempt                    *writeconn.Stmt
	addDelivery, addPayload                     *writeconn.Stmt
	user, holder                                *writeconn.Stmt
	insertUser, updateEmail                     *writeconn.Stmt
	deleteUser                                  *writeconn.Stmt
	setState, setVersion                        *writeconn.Stmt
	addChange                                   *writeconn.Stmt
	forgetChanges, forgetReverified             *writeconn.Stmt
	forgotten                                   *writeconn.Stmt
	addSnapshot, deliveriesToFold, markUnfolded *writeconn.Stmt
	lateEvents, deleteSnapshot                  *writeconn.Stmt
	addReverified                               *writeconn.Stmt
	delivery, setStatuses, setOutcome           *writeconn.Stmt
	addForward                                  *writeconn.Stmt
	setCode, setVerdictText                     *writeconn.Stmt
	rejectedDelivery, setReverified             *writeconn.Stmt
	setApplied                                  *writeconn.Stmt
	setInstance, dropInstance                   *writeconn.Stmt
	setUIState, dropUIState                     *writeconn.Stmt
	setAnswerBody, newestForwards               *writeconn.Stmt
	sameDelivery                                *writeconn.Stmt
	addBytes                                    *writeconn.Stmt
	verdictSize, answerSize                     *writeconn.Stmt
	stripe                                      stripeStatements
	pending                                     pendingStatements
	addressWaits                                addressWaitStatements
	resolution                                  resolveStatements
	retention                                   retentionStatements

	mirrorStart, mirrorStop        *writeconn.Stmt
	mirrorForget, mirrorApplied    *writeconn.Stmt
	mirrorOutdate, mirrorRefuse    *writeconn.Stmt
	mirrorTaken                    *writeconn.Stmt
	mirrorSeedGone, mirrorSeedRows *writeconn.Stmt
}

// statement is a text and where its statement goes.
type statement struct {
	stmt **writeconn.Stmt
	text string
}

func newStatements(conn *writeconn.Conn) *statements {
	s := &statements{}
	for _, p := range slices.Concat(s.transactionTexts(), s.deliveryTexts(), s.forwardTexts(), s.userTexts(), s.stripe.texts(),
		s.pending.texts(), s.addressWaits.texts(), s.resolution.texts(), s.retention.texts(), s.retentionTexts(), s.mirrorTexts(), s.otherTexts()) {
		*p.stmt = conn.Stmt(p.text)
	}
	return s
}

const totalsQuery = `SELECT deliveries, rejected, stored_bytes, rejected_bytes FROM tally`

// transactionTexts are about transactions and the totals.
func (s *statements) transactionTexts() []statement {
	return []statement{
		{&s.begin, `BEGIN IMMEDIATE`},
		{&s.commit, `COMMIT`},
		{&s.rollback, `ROLLBACK`},
		{&s.mark, `SAVEPOINT job`},
		{&s.release, `RELEASE job`},
		{&s.back, `ROLLBACK TO job`},
		{&s.dataVersion, `PRAGMA data_version`},
		{&s.lastID, `SELECT seq FROM sqlite_sequence WHERE name = 'delivery'`},
		{&s.addTally, `UPDATE tally SET deliveries = deliveries + ?1, rejected = rejected + ?2, failures = failures + ?3,
			dropped = dropped + ?4, last_verified = max(last_verified, ?5), stored_bytes = stored_bytes + ?6,
			rejected_bytes = rejected_bytes + ?7 RETURNING deliveries, rejected, stored_bytes, rejected_bytes`},
		{&s.totals, totalsQuery},
	}
}

// deliveryTexts are about deliveries and their messages.
func (s *statements) deliveryTexts() []statement {
	return []statement{
		{&s.messageState, `SELECT attempts, delivery_id FROM message WHERE provider = ? AND id = ?`},
		{&s.addAttempt, `INSERT INTO message (provider, id, attempts, delivery_id) VALUES (?, ?, 1, ?)
			ON CONFLICT DO UPDATE SET attempts = attempts + 1, delivery_id = coalesce(delivery_id, excluded.delivery_id)`},
		{&s.addDelivery, `INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, message_id, attempt, verified, code,
			type, outcome, note, user_id, email, held_by, status, duration, failed, reason, related_id, unverified, vouched_by, stored_bytes)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.addPayload, `INSERT INTO payload (delivery_id, method, url, host, remote_addr, header, verdict, answer, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.delivery, `SELECT ` + deliveryColumns + ` FROM delivery WHERE id = ?`},
		{&s.setOutcome, `UPDATE delivery SET outcome = ?2, note = ?3, user_id = ?4, email = ?5, held_by = ?6, failed = ?7,
			reason = ?8, related_id = ?9, resolved_by = ?10 WHERE id = ?1`},
		{&s.addBytes, `UPDATE delivery SET stored_bytes = stored_bytes + ?2 WHERE id = ?1 RETURNING outcome = 'rejected'`},
		{&s.verdictSize, `SELECT octet_length(verdict) FROM payload WHERE delivery_id = ?`},
		{&s.setCode, `UPDATE delivery SET code = ?2 WHERE id = ?1 AND outcome = 'rejected'`},
		{&s.setVerdictText, `UPDATE payload SET verdict = ?2 WHERE delivery_id = ?1`},
		{&s.rejectedDelivery, `SELECT failed, stored_bytes FROM delivery WHERE id = ? AND outcome = 'rejected'`},
		{&s.setReverified, `UPDATE delivery SET verified = 1, vouched_by = 'signature', code = '', provider = ?2, message_id = ?3, type = ?4, outcome = ?5,
			note = ?6, user_id = ?7, email = ?8, held_by = ?9, reverified_at = ?10, failed = ?11, reason = ?12, related_id = ?13,
			resolved_by = ?14, resolved_how = '', resolved_status = 0, refusal_by = 0, acknowledged_at = 0 WHERE id = ?1`},
		{&s.setApplied, `INSERT INTO message (provider, id, attempts, delivery_id) VALUES (?, ?, 1, ?)
			ON CONFLICT DO UPDATE SET delivery_id = coalesce(delivery_id, excluded.delivery_id)`},
		{&s.sameDelivery, `SELECT d.id FROM delivery AS d INDEXED BY delivery_at JOIN payload AS p ON p.delivery_id = d.id
			WHERE d.at = ?1 AND d.provider = ?2 AND (d.message_id = ?3 OR d.message_id IS NULL AND p.url = ?4 AND p.body = ?5) LIMIT 1`},
	}
}

// forwardTexts are about the answers of apps.
func (s *statements) forwardTexts() []statement {
	return []statement{
		{&s.setStatuses, `UPDATE delivery SET status = ?2, app_status = ?3, app_error = ?4, failed = ?5, app_failure = ?6,
			stored_bytes = stored_bytes + ?7 WHERE id = ?1`},
		{&s.answerSize, `SELECT octet_length(answer) FROM payload WHERE delivery_id = ?`},
		{&s.setAnswerBody, `UPDATE payload SET answer = ?2 WHERE delivery_id = ?1`},
		{&s.newestForwards, `SELECT max(id) AS newest, target, status, failure, error, resolved_by FROM forward WHERE delivery_id = ? GROUP BY target ORDER BY newest`},
		{&s.addForward, `INSERT INTO forward (delivery_id, at, target, status, failure, error, duration, truncated, header, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
	}
}

// userTexts are about users and their changes.
func (s *statements) userTexts() []statement {
	return []statement{
		// OR FAIL saves SQLite a journal for undoing the statement's triggers: it tests the
		// constraints before it writes, and any other error undoes the whole job.
		{&s.user, `SELECT ` + recordColumns + ` FROM (SELECT ? AS id) AS asked
			LEFT JOIN user_state AS s ON s.user_id = asked.id LEFT JOIN "User" AS u ON u.id = asked.id`},
		{&s.holder, `SELECT id FROM "User" WHERE email = ?`},
		{&s.insertUser, `INSERT OR FAIL INTO "User" (id, email, "createdAt", "updatedAt") VALUES (?1, ?2, ?3, ?3)`},
		{&s.updateEmail, `UPDATE OR FAIL "User" SET email = ?2, "updatedAt" = ?3 WHERE id = ?1`},
		{&s.deleteUser, `DELETE FROM "User" WHERE id = ?`},
		{&s.setState, `INSERT INTO user_state (user_id, version, delivery_id, deleted_at, email, row) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET version = excluded.version, delivery_id = excluded.delivery_id,
				deleted_at = excluded.deleted_at, email = excluded.email, row = excluded.row
			WHERE excluded.version >= version`},
		{&s.setVersion, `INSERT INTO user_state (user_id, version, delivery_id) VALUES (?, ?, 0)
			ON CONFLICT DO UPDATE SET version = excluded.version WHERE excluded.version >= version`},
		{&s.addChange, `INSERT INTO change (delivery_id, user_id, before, after, applied_by, moment, seq)
			VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM change))`},
	}
}

// retentionTexts are about deleting old deliveries, and about the snapshot that replaces
// them.
func (s *statements) retentionTexts() []statement {
	return []statement{
		{&s.forgetChanges, `DELETE FROM change WHERE moment <= ?`},
		{&s.forgetReverified, `DELETE FROM judged WHERE moment <= ?`},
		{&s.addSnapshot, `INSERT INTO snapshot (key, version, rank, moment, turn, delivery_id, at, provider, message_id, event)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET version = excluded.version, rank = excluded.rank, moment = excluded.moment, turn = excluded.turn,
				delivery_id = excluded.delivery_id, at = excluded.at, provider = excluded.provider,
				message_id = excluded.message_id, event = excluded.event
			WHERE (excluded.version, excluded.rank, excluded.moment, excluded.turn, excluded.delivery_id) > (version, rank, moment, turn, delivery_id)`},
		{&s.deliveriesToFold, `SELECT d.id, d.at, d.provider, coalesce(d.message_id, ''), p.body,
			max(d.id, coalesce(j.moment, 0), coalesce(c.moment, 0)), coalesce(j.turn, 0), d.outcome, coalesce(d.user_id, '')
			FROM delivery AS d JOIN payload AS p ON p.delivery_id = d.id
			LEFT JOIN judged AS j ON j.delivery_id = d.id LEFT JOIN change AS c ON c.delivery_id = d.id
			WHERE d.id > ?1 AND d.id <= ?2 AND d.vouched_by IS NOT NULL
				AND d.outcome IN ('created', 'updated', 'unchanged', 'deleted', 'synced') ORDER BY d.id`},
		{&s.lateEvents, `SELECT delivery_id, at, provider, message_id, moment, turn, event FROM snapshot
			WHERE ` + isLate + ` AND moment <= ?`},
		{&s.deleteSnapshot, `DELETE FROM snapshot WHERE key = ?`},
		{&s.markUnfolded, `UPDATE tally SET unfolded = 1`},
		{&s.addReverified, `INSERT INTO judged (delivery_id, moment) VALUES (?, ?)`},
		{&s.forgotten, `UPDATE tally SET forgotten = max(forgotten, ?)`},
	}
}

// mirrorTexts are about the changes queued for the users database.
func (s *statements) mirrorTexts() []statement {
	return []statement{
		{&s.mirrorStart, `INSERT INTO mirror_target VALUES (1, ?)`},
		{&s.mirrorStop, `DELETE FROM mirror_target`},
		{&s.mirrorForget, `DELETE FROM mirror_change`},
		{&s.mirrorApplied, `DELETE FROM mirror_change WHERE seq = ? AND refused = 0`},
		{&s.mirrorOutdate, `DELETE FROM mirror_change WHERE refused = 1 AND user_id = ? AND seq < ?`},
		{&s.mirrorRefuse, `UPDATE mirror_change SET refused = 1, stripe = ?2 WHERE seq = ?1`},
		{&s.mirrorTaken, `DELETE FROM mirror_change WHERE seq = ?`},
		{&s.mirrorSeedGone, seedGone},
		{&s.mirrorSeedRows, seedRows},
	}
}

// otherTexts are about running instances and the state of the dashboard.
func (s *statements) otherTexts() []statement {
	return []statement{
		{&s.setInstance, `INSERT INTO instance (id, url, token, pid, started_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET url = excluded.url, token = excluded.token, pid = excluded.pid, started_at = excluded.started_at`},
		{&s.dropInstance, `DELETE FROM instance WHERE id = ?`},
		{&s.setUIState, `INSERT INTO remembered (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`},
		{&s.dropUIState, `DELETE FROM remembered WHERE name = ?`},
	}
}

// tx is the transaction of a batch. It is copied before each job and restored if the job
// fails.
type tx struct {
	*statements
	now func() time.Time
	// next is the id of the next delivery.
	next int64
	// What the batch adds to the totals.
	deliveries, rejected, failures, dropped int64
	// bytes are all that are stored, rejectedBytes those of rejected deliveries.
	bytes, rejectedBytes int64
	// lastVerified is in nanoseconds since 1970, 0 for none.
	lastVerified int64
	// lowestReverified is the lowest id that is no longer rejected, 0 for none.
	lowestReverified int64
	// released are deliveries that waited and do so no longer.
	released []int64
	// captured are the deliveries that were captured, as a list has them, and lastForward is
	// the id of the last forward that was recorded, 0 for none.
	captured    []webhook.Delivery
	lastForward int64
	// hasPending means that an event may wait, once lookedForPending is set.
	lookedForPending, hasPending bool
	// rowAt is when the row of the delivery being imported was written, zero if unknown.
	rowAt time.Time
}

// savepoint runs one job so that its failure undoes only its own changes. broken means that
// the whole transaction is lost.
func (t *tx) savepoint(apply func(*tx) error) (failed, broken error) {
	if err := run(t.mark); err != nil {
		return nil, err
	}
	before := *t
	if failed = recoverPanic(t, apply); failed == nil {
		return nil, run(t.release)
	}
	*t = before
	// On a full disk SQLite may have rolled back everything. Then there is no
	// savepoint to return to, and every job gets the cause.
	if run(t.back) != nil || run(t.release) != nil {
		return failed, failed
	}
	return failed, nil
}

// recoverPanic turns a panic into an error: the writer has to go on for the others.
func recoverPanic(t *tx, apply func(*tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Kind: Bug, Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	return apply(t)
}

// run executes a statement. Stop a sequence at the first error: on a full disk SQLite may
// have rolled everything back, and the rest would be committed alone.
func run(s *writeconn.Stmt, args ...any) error { return s.Exec(args...) }
