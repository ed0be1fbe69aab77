-- +goose Up

-- When a rejected delivery was judged again and verified, in nanoseconds since
-- 1970; 0 for those whose verdict is that of their receipt. status stays what
-- the sender was told.
ALTER TABLE delivery ADD COLUMN reverified_at INTEGER NOT NULL DEFAULT 0;
