-- +goose Up

-- moment is the newest delivery at the time of the change: a parked event, and
-- a delivery that is judged again, change a user later than they came. seq is
-- the order in which the changes were made.
ALTER TABLE change ADD COLUMN moment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE change SET moment = CASE applied_by WHEN 0 THEN delivery_id ELSE applied_by END;
UPDATE change SET moment = max(moment, coalesce((
    SELECT max(l.id) FROM delivery AS l WHERE l.at <= (SELECT d.reverified_at FROM delivery AS d WHERE d.id = change.moment)), 0))
WHERE moment IN (SELECT id FROM delivery WHERE reverified_at <> 0);
-- In a moment came first the delivery itself, then those that were judged again
-- while it was the newest; and after each what was parked until then, in the
-- order of the events.
UPDATE change SET seq = o.n FROM (
    SELECT c.delivery_id, row_number() OVER (ORDER BY c.moment, coalesce(b.reverified_at, 0), b.id, c.applied_by <> 0,
        CASE WHEN c.applied_by <> 0 AND json_valid(CAST(p.body AS TEXT)) THEN CAST(p.body AS TEXT) ->> '$.created' END,
        CASE d.type WHEN 'customer.subscription.created' THEN 1 WHEN 'customer.subscription.deleted' THEN 3 WHEN 'customer.deleted' THEN 4
            ELSE d.type GLOB 'customer.subscription.*' * 2 END,
        c.delivery_id) AS n
    FROM change AS c LEFT JOIN delivery AS b ON b.id = CASE c.applied_by WHEN 0 THEN c.delivery_id ELSE c.applied_by END
    LEFT JOIN delivery AS d ON d.id = c.delivery_id LEFT JOIN payload AS p ON p.delivery_id = c.delivery_id) AS o
WHERE o.delivery_id = change.delivery_id;
CREATE UNIQUE INDEX change_seq ON change(seq);
CREATE INDEX change_moment ON change(moment);
CREATE INDEX change_user ON change(user_id, moment, seq);

-- forgotten is the newest moment of which retention let a change go: the table
-- as it was before that is not known any more.
ALTER TABLE tally ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
UPDATE tally SET forgotten = coalesce((SELECT min(id) - 1 FROM delivery WHERE outcome <> 'rejected'), 0) WHERE dropped > 0;

-- A change that was made late went with its delivery before its moment did. It
-- shows in the time of what it left, which no change that is there has.
UPDATE tally SET forgotten = max(forgotten, coalesce((SELECT max(d.id) FROM delivery AS d WHERE d.at < (
    SELECT max(left_at) + 1 FROM (
        SELECT user_id, CAST(round(unixepoch(before ->> 'updatedAt', 'subsec') * 1000) AS INTEGER) AS left_at FROM change WHERE before IS NOT NULL
        UNION ALL SELECT id, CAST(round(unixepoch("updatedAt", 'subsec') * 1000) AS INTEGER) FROM "User"
    ) AS had WHERE NOT EXISTS (SELECT 1 FROM change AS c WHERE c.user_id = had.user_id
        AND CAST(round(unixepoch(c.after ->> 'updatedAt', 'subsec') * 1000) AS INTEGER) = left_at)
) * 1000000), 0)) WHERE dropped > 0;

-- The deliveries that were judged again and verified, in that order: they were
-- applied while moment was the newest delivery.
CREATE TABLE judged (
    turn        INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL UNIQUE,
    moment      INTEGER NOT NULL
) STRICT;
INSERT INTO judged (delivery_id, moment)
SELECT d.id, max(d.id, coalesce((SELECT max(l.id) FROM delivery AS l WHERE l.at <= d.reverified_at), 0))
FROM delivery AS d WHERE d.reverified_at <> 0 ORDER BY d.reverified_at, d.id;

-- What a replay starts from: of the events that were applied and whose
-- deliveries were let go, those that still say how things stand, such as the
-- newest of each user (store/snapshot.go). event is as JSON.
CREATE TABLE snapshot (
    key         TEXT NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    rank        INTEGER NOT NULL,
    moment      INTEGER NOT NULL,
    turn        INTEGER NOT NULL,
    delivery_id INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    provider    TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    event       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- unfolded is 1 where deliveries were let go without a snapshot.
ALTER TABLE tally ADD COLUMN unfolded INTEGER NOT NULL DEFAULT 0;
UPDATE tally SET unfolded = 1 WHERE dropped > 0;

-- What was answered with an error, in the order of the ids: a part of it was
-- applied later, and has not failed.
CREATE INDEX delivery_told ON delivery((status >= 400)) WHERE status >= 400;
