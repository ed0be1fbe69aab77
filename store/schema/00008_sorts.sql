-- +goose Up

-- The users in the order of a column that many rows have alike, or do not have:
-- NULL as an empty BLOB, which comes after any text (store/userpage.go). They are
-- on expressions: Prisma, which knows of none, leaves such an index out of what
-- `prisma db pull` and `prisma migrate` see of "User".
CREATE INDEX user_plan ON "User"(ifnull("planKey", x''), "id");
CREATE INDEX user_status ON "User"(ifnull("subscriptionStatus", x''), "id");
CREATE INDEX user_state_deleted_plan ON user_state(ifnull(json_extract(row, '$.planKey'), x''), user_id) WHERE deleted_at IS NOT NULL;
