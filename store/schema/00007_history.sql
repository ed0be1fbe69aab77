
-- moment is the newest delivery at the time of the change: an event that waited, and a
-- reverified delivery, change a user later than they arrived. seq is the order of the
-- changes.
ALTER TABLE change ADD COLUMN moment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE change SET moment = CASE applied_by WHEN 0 THEN delivery_id ELSE applied_by END;
UPDATE change SET moment = max(moment, coalesce((
    SELECT max(l.id) FROM delivery AS l WHERE l.at <= (SELECT d.reverified_at FROM delivery AS d WHERE d.id = change.moment)), 0))
WHERE moment IN (SELECT id FROM delivery WHERE reverified_at <> 0);
-- Within a moment the delivery itself came first, then those that were reverified
-- while it was the newest; after each came the events that it released, in the order
-- of their own times.
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

-- forgotten is the newest moment of which retention deleted a change: the table before
-- that is no longer known.
ALTER TABLE tally ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
UPDATE tally SET forgotten = coalesce((SELECT min(id) - 1 FROM delivery WHERE outcome <> 'rejected'), 0) WHERE dropped > 0;

-- A change that was applied late was deleted with its delivery, before its moment. It
-- shows in the updatedAt it left behind, which no remaining change has.
UPDATE tally SET forgotten = max(forgotten, coalesce((SELECT max(d.id) FROM delivery AS d WHERE d.at < (
    SELECT max(left_at) + 1 FROM (
        SELECT user_id, CAST(round(unixepoch(before ->> 'updatedAt', 'subsec') * 1000) AS INTEGER) AS left_at FROM change WHERE before IS NOT NULL
        UNION ALL SELECT id, CAST(round(unixepoch("updatedAt", 'subsec') * 1000) AS INTEGER) FROM "User"
    ) AS had WHERE NOT EXISTS (SELECT 1 FROM change AS c WHERE c.user_id = had.user_id
        AND CAST(round(unixepoch(c.after ->> 'updatedAt', 'subsec') * 1000) AS INTEGER) = left_at)
) * 1000000), 0)) WHERE dropped > 0;

-- The deliveries that were verified again with success, in that order: each was
-- applied while moment was the newest delivery.
CREATE TABLE judged (
    turn        INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL UNIQUE,
    moment      INTEGER NOT NULL
) STRICT;
INSERT INTO judged (delivery_id, moment)
SELECT d.id, max(d.id, coalesce((SELECT max(l.id) FROM delivery AS l WHERE l.at <= d.reverified_at), 0))
FROM delivery AS d WHERE d.reverified_at <> 0 ORDER BY d.reverified_at, d.id;

-- Where a replay starts: the applied events of deleted deliveries that still decide
-- how the tables look, such as the newest of each user (store/rebuild.go has an
-- example). event is JSON.
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

-- unfolded is 1 if deliveries were deleted without a snapshot.
ALTER TABLE tally ADD COLUMN unfolded INTEGER NOT NULL DEFAULT 0;
UPDATE tally SET unfolded = 1 WHERE dropped > 0;

-- Deliveries that were answered with an error, by id. Some of them were applied later,
-- and did not fail.
CREATE INDEX delivery_told ON delivery((status >= 400)) WHERE status >= 400;
