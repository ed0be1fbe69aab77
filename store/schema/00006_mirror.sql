
-- The other database to which the users are copied (--users-db), by a name without a
-- password. Without one nothing is queued.
CREATE TABLE mirror_target (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL
) STRICT;

-- The changes still to be applied there, in the order of their commits: the row as
-- each change left it. stripe means that one of Stripe's columns changed; otherwise
-- those are the app's to write. gone means that the row was deleted.
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
);

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
