
-- How a failure was resolved (webhook.Resolution), and the status of that success, 0
-- for none. refusal_by is the delivery that resolved hooktop's own refusal, while an app
-- may still have to accept this one. The store decides it as receiver/webhook/resolution
-- says; what follows does the same for what came before.
ALTER TABLE delivery ADD COLUMN resolved_how TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN resolved_status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN refusal_by INTEGER NOT NULL DEFAULT 0;
-- The delivery that the app accepted after this forward failed.
ALTER TABLE forward ADD COLUMN resolved_by INTEGER NOT NULL DEFAULT 0;

-- An app failed after hooktop's own refusal was resolved.
UPDATE delivery SET resolved_by = 0 WHERE failed = 1 AND resolved_by <> 0;
-- hooktop forwarded it again, and the app accepted it.
UPDATE delivery SET resolved_by = id, resolved_how = 'forwarded', resolved_status = app_status
WHERE failed = 0 AND resolved_by = 0 AND id IN (SELECT delivery_id FROM forward WHERE failure <> '' OR status NOT BETWEEN 200 AND 299);

-- A message by its provider and id or, without one, by its delivery: those that have
-- failures, and the deliveries that can resolve them.
CREATE TABLE failed_message (key TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO failed_message
SELECT iif(message_id IS NULL, '#' || id, provider || ' ' || message_id) FROM delivery INDEXED BY delivery_failed WHERE failed = 1;
CREATE TABLE relative (id INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (id, key)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO relative
SELECT id, iif(message_id IS NULL, '#' || id, provider || ' ' || message_id) AS key FROM delivery WHERE key IN (SELECT key FROM failed_message);
WITH RECURSIVE up(id, parent, depth) AS (
    SELECT id, parent_id, 1 FROM delivery INDEXED BY delivery_resent WHERE parent_id <> 0
    UNION ALL SELECT up.id, d.parent_id, depth + 1 FROM up JOIN delivery AS d ON d.id = up.parent WHERE d.parent_id <> 0 AND depth < 100
) INSERT OR IGNORE INTO relative
SELECT up.id, iif(d.message_id IS NULL, '#' || d.id, d.provider || ' ' || d.message_id) AS key FROM up JOIN delivery AS d ON d.id = up.parent
WHERE key IN (SELECT key FROM failed_message);

-- The successes, in their order: seq is the id of a forward for 'accepted', otherwise
-- that of a delivery or, if it was reverified, above all that had arrived by then.
CREATE TABLE success (
    kind TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, id INTEGER NOT NULL, status INTEGER NOT NULL, target TEXT NOT NULL,
    PRIMARY KEY (kind, key, seq, id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO success
SELECT 'verified', r.key, max(d.id, coalesce((SELECT moment + 1 FROM judged WHERE delivery_id = d.id), 0)), d.id, d.status, ''
FROM relative AS r JOIN delivery AS d ON d.id = r.id WHERE d.vouched_by IS NOT NULL AND d.outcome NOT IN ('', 'rejected');
INSERT OR IGNORE INTO success
SELECT 'applied', s.key, s.seq, s.id, s.status, '' FROM success AS s JOIN delivery AS d ON d.id = s.id
WHERE s.kind = 'verified' AND d.outcome IN ('created', 'updated', 'unchanged', 'deleted', 'synced', 'stale', 'duplicate');
INSERT OR IGNORE INTO success
SELECT 'accepted', r.key, f.id, r.id, f.status, f.target
FROM relative AS r JOIN forward AS f ON f.delivery_id = r.id WHERE f.failure = '' AND f.status BETWEEN 200 AND 299;
INSERT OR IGNORE INTO success
SELECT 'resent', s.key, d.id, d.id, s.status, '' FROM success AS s JOIN delivery AS d ON d.id = s.id WHERE s.kind = 'accepted' AND d.outcome = '';

UPDATE delivery SET refusal_by = coalesce((
    SELECT s.id FROM success AS s WHERE s.key = iif(delivery.message_id IS NULL, '#' || delivery.id, delivery.provider || ' ' || delivery.message_id)
        AND s.seq > delivery.id AND s.id <> delivery.id AND (s.kind = iif(delivery.outcome = 'rejected', 'verified', 'applied')
            OR s.kind = 'resent' AND delivery.outcome = 'rejected' AND delivery.code IN ('too-old', 'too-new'))
    ORDER BY s.seq LIMIT 1), 0)
WHERE failed = 1 AND outcome IN ('rejected', 'conflict', 'missing-email', 'malformed');

CREATE TABLE failed_forward (id INTEGER PRIMARY KEY, delivery_id INTEGER NOT NULL, key TEXT NOT NULL) STRICT;
CREATE INDEX failed_forward_delivery ON failed_forward(delivery_id);
INSERT INTO failed_forward
SELECT f.id, d.id, iif(d.message_id IS NULL, '#' || d.id, d.provider || ' ' || d.message_id)
FROM delivery AS d INDEXED BY delivery_failed JOIN forward AS f ON f.delivery_id = d.id
WHERE d.failed = 1 AND (f.failure <> '' OR f.status NOT BETWEEN 200 AND 299)
    AND NOT EXISTS (SELECT 1 FROM forward AS g WHERE g.delivery_id = d.id AND g.target = f.target AND g.id > f.id);
UPDATE forward SET resolved_by = coalesce((
    SELECT s.id FROM failed_forward AS u JOIN success AS s ON s.kind = 'accepted' AND s.key = u.key AND s.seq > u.id
    WHERE u.id = forward.id AND (s.target = forward.target
        OR (SELECT count(*) FROM failed_forward AS o WHERE o.delivery_id = u.delivery_id) = 1
            AND NOT EXISTS (SELECT 1 FROM forward AS g WHERE g.delivery_id = u.delivery_id AND g.target = s.target))
    ORDER BY s.seq LIMIT 1), 0)
WHERE id IN (SELECT id FROM failed_forward);

-- Each that failed in no way that is still open.
UPDATE delivery SET
    resolved_by = max(refusal_by, coalesce((SELECT max(f.resolved_by) FROM failed_forward AS u JOIN forward AS f ON f.id = u.id WHERE u.delivery_id = delivery.id), 0))
WHERE failed = 1 AND (outcome NOT IN ('rejected', 'conflict', 'missing-email', 'malformed') OR refusal_by <> 0)
    AND NOT EXISTS (SELECT 1 FROM failed_forward AS u JOIN forward AS f ON f.id = u.id WHERE u.delivery_id = delivery.id AND f.resolved_by = 0);
UPDATE delivery SET
    resolved_how = coalesce((SELECT CASE WHEN b.origin = 'resend' THEN 'resent' WHEN b.reverified_at = 0 THEN 'retried' ELSE '' END
        FROM delivery AS b WHERE b.id = delivery.resolved_by), ''),
    resolved_status = coalesce((SELECT iif(b.app_status BETWEEN 200 AND 299, b.app_status, b.status) FROM delivery AS b WHERE b.id = delivery.resolved_by), 0)
WHERE failed = 1 AND resolved_by <> 0;
UPDATE delivery SET failed = 0 WHERE failed = 1 AND resolved_by <> 0;
UPDATE tally SET failures = (SELECT count(*) FROM delivery INDEXED BY delivery_failed WHERE failed = 1);

DROP TABLE failed_message;
DROP TABLE relative;
DROP TABLE success;
DROP TABLE failed_forward;

-- Failures that a later delivery of their message may still resolve; then those that
-- were resolved, those that were acknowledged, and those that an app answered with an
-- error, each by id.
CREATE INDEX delivery_unresolved ON delivery(message_id)
    WHERE message_id IS NOT NULL AND resolved_by = 0 AND (failed = 1 OR acknowledged_at <> 0);
CREATE INDEX delivery_resolved ON delivery((resolved_by <> 0)) WHERE resolved_by <> 0;
CREATE INDEX delivery_acknowledged ON delivery((acknowledged_at <> 0)) WHERE acknowledged_at <> 0;
CREATE INDEX delivery_app_answered_error ON delivery((app_status >= 300)) WHERE app_status >= 300;
