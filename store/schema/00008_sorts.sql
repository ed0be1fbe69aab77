
-- The users sorted by a column that may be NULL, or equal in many rows: NULL becomes
-- an empty BLOB, which comes after any text (store/usersort.go). The indexes are on
-- expressions, which Prisma leaves out when `prisma db pull` and `prisma migrate` read
-- "User".
CREATE INDEX user_plan ON "User"(ifnull("planKey", x''), "id");
CREATE INDEX user_status ON "User"(ifnull("subscriptionStatus", x''), "id");
CREATE INDEX user_state_deleted_plan ON user_state(ifnull(json_extract(row, '$.planKey'), x''), user_id) WHERE deleted_at IS NOT NULL;
