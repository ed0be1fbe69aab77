
-- When a message may be forgotten, in nanoseconds since 1970; 0 while a delivery of it
-- is kept. Those whose deliveries are gone already get 35 days from now: the oldest
-- went first.
ALTER TABLE message ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;
UPDATE message SET expires = (unixepoch() + 35 * 86400) * 1000000000
WHERE delivery_id < coalesce((SELECT id FROM delivery NOT INDEXED WHERE outcome <> 'rejected' ORDER BY id LIMIT 1), 1 << 62)
    AND NOT EXISTS (SELECT 1 FROM delivery AS d INDEXED BY delivery_message WHERE d.message_id = message.id AND d.provider = message.provider);
CREATE INDEX message_expires ON message(expires) WHERE expires <> 0;

-- Deliveries that may repeat an earlier one: retries, duplicates and resends, by id.
CREATE INDEX delivery_repeat ON delivery((attempt > 1 OR parent_id <> 0))
    WHERE (attempt > 1 OR parent_id <> 0) AND outcome IN ('', 'duplicate', 'stale', 'unhandled', 'missing-email', 'malformed', 'conflict', 'unlinked');

-- The limits by which deliveries are deleted; 0 is no limit. wanted_… are lower ones
-- that nobody confirmed yet, and held_… is what was there when they were first wanted:
-- nothing is deleted for them until then. held is 0 if there are none.
CREATE TABLE limits (
    one                   INTEGER PRIMARY KEY CHECK (one = 1),
    accepted              INTEGER NOT NULL,
    rejected              INTEGER NOT NULL,
    accepted_bytes        INTEGER NOT NULL,
    rejected_bytes        INTEGER NOT NULL,
    held                  INTEGER NOT NULL DEFAULT 0,
    wanted_accepted       INTEGER NOT NULL DEFAULT 0,
    wanted_rejected       INTEGER NOT NULL DEFAULT 0,
    wanted_accepted_bytes INTEGER NOT NULL DEFAULT 0,
    wanted_rejected_bytes INTEGER NOT NULL DEFAULT 0,
    held_accepted_bytes   INTEGER NOT NULL DEFAULT 0,
    held_rejected_bytes   INTEGER NOT NULL DEFAULT 0
) STRICT;
