
-- When a rejected delivery was verified again with success, in nanoseconds since
-- 1970; 0 if the verdict is that of its arrival. status stays what the sender was
-- told.
ALTER TABLE delivery ADD COLUMN reverified_at INTEGER NOT NULL DEFAULT 0;
