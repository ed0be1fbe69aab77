
-- The indexes of the filters (store/filterindex.go). The first two cost every capture
-- a little; the others hold only rare rows, and cost next to nothing.
CREATE INDEX delivery_type ON delivery(type);
CREATE INDEX delivery_at ON delivery(at);
CREATE INDEX delivery_code ON delivery(code) WHERE code <> '';
CREATE INDEX delivery_resent ON delivery(parent_id) WHERE parent_id <> 0;
CREATE INDEX delivery_refused ON delivery(outcome)
    WHERE outcome IN ('duplicate', 'stale', 'conflict', 'missing-email', 'malformed', 'unlinked');

-- What the dashboard remembers from one start to the next.
CREATE TABLE remembered (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
