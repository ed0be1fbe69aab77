
-- The order of the users by plan and by status, in a table of hooktop's own: tools
-- that read the schema of "User" find the model's indexes there and no others. NULL
-- becomes an empty BLOB, which comes after any text (store/usersort.go). It is not
-- STRICT: a column that may hold both would be of a type those tools do not know.
-- Triggers keep it in step, whoever writes "User". They use no OR REPLACE: the
-- conflict clause of the statement that fires them would override it.
DROP INDEX user_plan;
DROP INDEX user_status;
CREATE TABLE user_order (
    user_id TEXT NOT NULL PRIMARY KEY,
    plan    TEXT NOT NULL,
    status  TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO user_order SELECT id, ifnull("planKey", x''), ifnull("subscriptionStatus", x'') FROM "User";
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

-- The user whom the app's own table (--users-db) named for a delivery's customer; '' if
-- nobody asked it, or it did not know. A replay needs it: the delivery does not say it.
ALTER TABLE delivery ADD COLUMN named_by_app TEXT NOT NULL DEFAULT '';
