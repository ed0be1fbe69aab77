
-- The last known state of each user's subscriptions: state is a subscription as JSON.
-- The row of "User" is derived from all of them.
CREATE TABLE stripe_subscription (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    state   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_subscription_user ON stripe_subscription(user_id);

-- The user of each customer. version is the time of the newest event that named it, in
-- milliseconds since 1970; deleted is for good.
CREATE TABLE stripe_customer (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_customer_user ON stripe_customer(user_id);

-- Events that wait because their user is not known yet, or their address is taken.
-- They are deleted with their delivery.
CREATE TABLE parked (
    delivery_id INTEGER PRIMARY KEY,
    event       TEXT NOT NULL
) STRICT;

-- What a parked event waits for: customer:cus_…, user:user_…, email:…. An event that
-- waits for an address has address:…, and claim:user_… for its user.
CREATE TABLE parked_key (
    key         TEXT NOT NULL,
    delivery_id INTEGER NOT NULL,
    PRIMARY KEY (key, delivery_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_key_delivery ON parked_key(delivery_id);

-- A parked event changes its user once the link is known: applied_by is the delivery
-- that brought the link, 0 if the change is the delivery's own.
ALTER TABLE change ADD COLUMN applied_by INTEGER NOT NULL DEFAULT 0;
