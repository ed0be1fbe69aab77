-- Written by go test ./store -run TestANewFile -update. Do not edit.
CREATE TABLE hooktop_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL,
    "stripeCustomerId" TEXT,
    "stripeSubscriptionId" TEXT,
    "stripePriceId" TEXT,
    "subscriptionStatus" TEXT,
    "subscriptionCurrentPeriodEnd" DATETIME,
    "cancelAtPeriodEnd" BOOLEAN NOT NULL DEFAULT false,
    "planKey" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL
);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
CREATE UNIQUE INDEX "User_stripeCustomerId_key" ON "User"("stripeCustomerId");
CREATE UNIQUE INDEX "User_stripeSubscriptionId_key" ON "User"("stripeSubscriptionId");
CREATE INDEX "User_subscriptionStatus_idx" ON "User"("subscriptionStatus");
CREATE TABLE delivery (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    provider   TEXT NOT NULL,
    origin     TEXT NOT NULL,
    parent_id  INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    message_id TEXT,
    attempt    INTEGER NOT NULL,
    verified   INTEGER NOT NULL,
    code       TEXT NOT NULL,
    type       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    note       TEXT NOT NULL,
    user_id    TEXT,
    email      TEXT NOT NULL,
    held_by    TEXT NOT NULL,
    status     INTEGER NOT NULL,
    duration   INTEGER NOT NULL,
    app_status INTEGER NOT NULL DEFAULT 0,
    app_error  TEXT NOT NULL DEFAULT '',
    failed     INTEGER NOT NULL
, reverified_at INTEGER NOT NULL DEFAULT 0, app_failure TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', related_id INTEGER NOT NULL DEFAULT 0, resolved_by INTEGER NOT NULL DEFAULT 0, acknowledged_at INTEGER NOT NULL DEFAULT 0, unverified INTEGER NOT NULL DEFAULT 0, vouched_by TEXT CHECK (vouched_by IN ('signature', 'provider-api')), stored_bytes INTEGER NOT NULL DEFAULT 0, cause TEXT GENERATED ALWAYS AS (CASE
    WHEN failed = 0 THEN ''
    WHEN outcome = 'rejected' AND code <> '' THEN code
    WHEN outcome = 'rejected' THEN 'not verified'
    WHEN outcome IN ('conflict', 'missing-email', 'malformed') THEN outcome
    WHEN app_failure = 'not-running' THEN 'app: not running'
    WHEN app_failure = 'timeout' THEN 'app: too slow'
    WHEN app_failure = 'not-sent' THEN 'app: not sent'
    WHEN app_failure <> '' THEN 'app: no answer'
    WHEN app_status >= 300 THEN 'app ' || app_status
    WHEN status >= 400 THEN 'answer ' || status
    ELSE 'not verified'
END) VIRTUAL, named_by_app TEXT NOT NULL DEFAULT '', resolved_how TEXT NOT NULL DEFAULT '', resolved_status INTEGER NOT NULL DEFAULT 0, refusal_by INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX delivery_user ON delivery(user_id) WHERE user_id IS NOT NULL;
CREATE INDEX delivery_message ON delivery(message_id) WHERE message_id IS NOT NULL;
CREATE INDEX delivery_failed ON delivery(failed) WHERE failed = 1;
CREATE INDEX delivery_rejected ON delivery(outcome) WHERE outcome = 'rejected';
CREATE TABLE payload (
    delivery_id INTEGER PRIMARY KEY,
    method      TEXT NOT NULL,
    url         TEXT NOT NULL,
    host        TEXT NOT NULL,
    remote_addr TEXT NOT NULL,
    header      TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    answer      BLOB NOT NULL,
    body        BLOB NOT NULL
) STRICT;
CREATE TABLE forward (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    target      TEXT NOT NULL,
    status      INTEGER NOT NULL,
    error       TEXT NOT NULL,
    duration    INTEGER NOT NULL,
    truncated   INTEGER NOT NULL,
    header      TEXT NOT NULL,
    body        BLOB NOT NULL
, failure TEXT NOT NULL DEFAULT '', resolved_by INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX forward_delivery ON forward(delivery_id);
CREATE TABLE change (
    delivery_id INTEGER PRIMARY KEY,
    user_id     TEXT NOT NULL,
    before      TEXT,
    after       TEXT
, applied_by INTEGER NOT NULL DEFAULT 0, moment INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE message (
    provider    TEXT NOT NULL,
    id          TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    delivery_id INTEGER, expires INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (provider, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE user_state (
    user_id     TEXT NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    delivery_id INTEGER NOT NULL,
    deleted_at  INTEGER,
    email       TEXT NOT NULL DEFAULT '',
    row         TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX user_state_recent ON user_state(delivery_id, user_id);
CREATE INDEX user_state_deleted ON user_state(user_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX user_state_deleted_email ON user_state(email, user_id) WHERE deleted_at IS NOT NULL;
CREATE TABLE instance (
    id         TEXT NOT NULL PRIMARY KEY,
    url        TEXT NOT NULL,
    token      TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;
CREATE TABLE tally (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    deliveries    INTEGER NOT NULL,
    rejected      INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    dropped       INTEGER NOT NULL,
    last_verified INTEGER NOT NULL
, forgotten INTEGER NOT NULL DEFAULT 0, unfolded INTEGER NOT NULL DEFAULT 0, stored_bytes INTEGER NOT NULL DEFAULT 0, rejected_bytes INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX delivery_type ON delivery(type);
CREATE INDEX delivery_at ON delivery(at);
CREATE INDEX delivery_code ON delivery(code) WHERE code <> '';
CREATE INDEX delivery_resent ON delivery(parent_id) WHERE parent_id <> 0;
CREATE INDEX delivery_refused ON delivery(outcome)
    WHERE outcome IN ('duplicate', 'stale', 'conflict', 'missing-email', 'malformed', 'unlinked');
CREATE TABLE remembered (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stripe_subscription (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    state   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_subscription_user ON stripe_subscription(user_id);
CREATE TABLE stripe_customer (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_customer_user ON stripe_customer(user_id);
CREATE TABLE parked (
    delivery_id INTEGER PRIMARY KEY,
    event       TEXT NOT NULL
) STRICT;
CREATE TABLE parked_key (
    key         TEXT NOT NULL,
    delivery_id INTEGER NOT NULL,
    PRIMARY KEY (key, delivery_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_key_delivery ON parked_key(delivery_id);
CREATE TABLE mirror_target (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL
) STRICT;
CREATE TABLE mirror_change (
    seq                            INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id                        TEXT NOT NULL,
    gone                           INTEGER NOT NULL,
    stripe                         INTEGER NOT NULL DEFAULT 0,
    "email"                        TEXT,
    "stripeCustomerId"             TEXT,
    "stripeSubscriptionId"         TEXT,
    "stripePriceId"                TEXT,
    "subscriptionStatus"           TEXT,
    "subscriptionCurrentPeriodEnd" DATETIME,
    "cancelAtPeriodEnd"            BOOLEAN,
    "planKey"                      TEXT,
    "createdAt"                    DATETIME,
    "updatedAt"                    DATETIME
, refused INTEGER NOT NULL DEFAULT 0);
CREATE TRIGGER mirror_insert AFTER INSERT ON "User" WHEN EXISTS (SELECT 1 FROM mirror_target)
BEGIN
    INSERT INTO mirror_change (user_id, gone, stripe, "email", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
        "subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey", "createdAt", "updatedAt")
    VALUES (NEW.id, 0, coalesce(NEW."stripeCustomerId", NEW."stripeSubscriptionId", NEW."stripePriceId", NEW."subscriptionStatus",
            NEW."subscriptionCurrentPeriodEnd", NEW."planKey") IS NOT NULL OR NEW."cancelAtPeriodEnd",
        NEW."email", NEW."stripeCustomerId", NEW."stripeSubscriptionId", NEW."stripePriceId",
        NEW."subscriptionStatus", NEW."subscriptionCurrentPeriodEnd", NEW."cancelAtPeriodEnd", NEW."planKey", NEW."createdAt", NEW."updatedAt");
END;
CREATE TRIGGER mirror_update AFTER UPDATE ON "User" WHEN EXISTS (SELECT 1 FROM mirror_target)
BEGIN
    INSERT INTO mirror_change (user_id, gone) SELECT OLD.id, 1 WHERE OLD.id <> NEW.id;
    INSERT INTO mirror_change (user_id, gone, stripe, "email", "stripeCustomerId", "stripeSubscriptionId", "stripePriceId",
        "subscriptionStatus", "subscriptionCurrentPeriodEnd", "cancelAtPeriodEnd", "planKey", "createdAt", "updatedAt")
    VALUES (NEW.id, 0, OLD.id <> NEW.id OR OLD."stripeCustomerId" IS NOT NEW."stripeCustomerId" OR OLD."stripeSubscriptionId" IS NOT NEW."stripeSubscriptionId"
            OR OLD."stripePriceId" IS NOT NEW."stripePriceId" OR OLD."subscriptionStatus" IS NOT NEW."subscriptionStatus"
            OR OLD."subscriptionCurrentPeriodEnd" IS NOT NEW."subscriptionCurrentPeriodEnd"
            OR OLD."cancelAtPeriodEnd" IS NOT NEW."cancelAtPeriodEnd" OR OLD."planKey" IS NOT NEW."planKey",
        NEW."email", NEW."stripeCustomerId", NEW."stripeSubscriptionId", NEW."stripePriceId",
        NEW."subscriptionStatus", NEW."subscriptionCurrentPeriodEnd", NEW."cancelAtPeriodEnd", NEW."planKey", NEW."createdAt", NEW."updatedAt");
END;
CREATE TRIGGER mirror_delete AFTER DELETE ON "User" WHEN EXISTS (SELECT 1 FROM mirror_target)
BEGIN
    INSERT INTO mirror_change (user_id, gone) VALUES (OLD.id, 1);
END;
CREATE UNIQUE INDEX change_seq ON change(seq);
CREATE INDEX change_moment ON change(moment);
CREATE INDEX change_user ON change(user_id, moment, seq);
CREATE TABLE judged (
    turn        INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL UNIQUE,
    moment      INTEGER NOT NULL
) STRICT;
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
CREATE INDEX delivery_told ON delivery((status >= 400)) WHERE status >= 400;
CREATE INDEX user_state_deleted_plan ON user_state(ifnull(json_extract(row, '$.planKey'), x''), user_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX mirror_change_refused ON mirror_change(user_id) WHERE refused = 1;
CREATE INDEX delivery_cause ON delivery(failed, cause) WHERE failed = 1;
CREATE TABLE user_order (
    user_id TEXT NOT NULL PRIMARY KEY,
    plan    TEXT NOT NULL,
    status  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX user_order_plan ON user_order(plan, user_id);
CREATE INDEX user_order_status ON user_order(status, user_id);
CREATE TRIGGER user_order_insert AFTER INSERT ON "User"
BEGIN
    DELETE FROM user_order WHERE user_id = NEW.id;
    INSERT INTO user_order VALUES (NEW.id, ifnull(NEW."planKey", x''), ifnull(NEW."subscriptionStatus", x''));
END;
CREATE TRIGGER user_order_update AFTER UPDATE OF id, "planKey", "subscriptionStatus" ON "User"
BEGIN
    DELETE FROM user_order WHERE user_id IN (OLD.id, NEW.id);
    INSERT INTO user_order VALUES (NEW.id, ifnull(NEW."planKey", x''), ifnull(NEW."subscriptionStatus", x''));
END;
CREATE TRIGGER user_order_delete AFTER DELETE ON "User"
BEGIN
    DELETE FROM user_order WHERE user_id = OLD.id;
END;
CREATE INDEX delivery_unresolved ON delivery(message_id)
    WHERE message_id IS NOT NULL AND resolved_by = 0 AND (failed = 1 OR acknowledged_at <> 0);
CREATE INDEX delivery_resolved ON delivery((resolved_by <> 0)) WHERE resolved_by <> 0;
CREATE INDEX delivery_acknowledged ON delivery((acknowledged_at <> 0)) WHERE acknowledged_at <> 0;
CREATE INDEX delivery_app_answered_error ON delivery((app_status >= 300)) WHERE app_status >= 300;
CREATE INDEX message_expires ON message(expires) WHERE expires <> 0;
CREATE INDEX delivery_repeat ON delivery((attempt > 1 OR parent_id <> 0))
    WHERE (attempt > 1 OR parent_id <> 0) AND outcome IN ('', 'duplicate', 'stale', 'unhandled', 'missing-email', 'malformed', 'conflict', 'unlinked');
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
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (1,0,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (10,9,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (11,10,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (12,11,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (13,12,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (14,13,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (2,1,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (3,2,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (4,3,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (5,4,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (6,5,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (7,6,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (8,7,1);
INSERT INTO "hooktop_version" ("id","version_id","is_applied") VALUES (9,8,1);
INSERT INTO "tally" ("one","deliveries","rejected","failures","dropped","last_verified","forgotten","unfolded","stored_bytes","rejected_bytes") VALUES (1,0,0,0,0,0,0,0,0,0);
