-- +goose Up

-- What was said last of each subscription that is a user's: state is a
-- subscription as JSON. What "User" shows is derived from all of a user's.
CREATE TABLE stripe_subscription (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    state   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_subscription_user ON stripe_subscription(user_id);

-- Whose each customer is. version is the time of the newest event that spoke of
-- it, in milliseconds since 1970; deleted is for good.
CREATE TABLE stripe_customer (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_customer_user ON stripe_customer(user_id);

-- The events of deliveries whose user is not known yet, or whose address is not
-- free. They go with their delivery.
CREATE TABLE parked (
    delivery_id INTEGER PRIMARY KEY,
    event       TEXT NOT NULL
) STRICT;

-- What a parked event waits for: customer:cus_…, user:user_…, email:…; and a
-- claim for address:… and under claim:user_….
CREATE TABLE parked_key (
    key         TEXT NOT NULL,
    delivery_id INTEGER NOT NULL,
    PRIMARY KEY (key, delivery_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_key_delivery ON parked_key(delivery_id);

-- A parked event changes its user when the link appears: applied_by is the
-- delivery that brought it, 0 where the change is the delivery's own.
ALTER TABLE change ADD COLUMN applied_by INTEGER NOT NULL DEFAULT 0;
