-- #1: user_ada ada@example.com
-- #2: user_ada ada@example.com, user_bo bo@example.com
-- #3: user_ada lovelace@example.com, user_bo bo@example.com
-- #4: user_ada lovelace@example.com, user_bo bo@example.com
-- #5: user_ada lovelace@example.com, user_bo bo@example.com
-- #6: user_ada lovelace@example.com, user_bo bo@example.com
-- #7: user_ada lovelace@example.com, user_bo bo@example.com
-- #9: user_ada lovelace@example.com
-- #10: user_ada lovelace@example.com
-- #11: user_ada lovelace@example.com
-- #12: user_ada lovelace@example.com
-- #13: user_ada lovelace@example.com
-- #14: user_ada lovelace@example.com
-- #15: user_ada lovelace@example.com
-- #16: user_ada lovelace@example.com, user_d d@example.com
-- #17: user_ada lovelace@example.com, user_d d@example.com
-- #18: user_ada lovelace@example.com, user_d later@example.com
-- #18: user_ada lovelace@example.com, user_d di@example.com, user_eve eve@example.com
-- #19: user_ada lovelace@example.com, user_d di@example.com, user_eve eve@example.com
-- #20: user_ada lovelace@example.com, user_d di@example.com, user_eve eve@example.com
-- #21: user_ada lovelace@example.com cus_1 sub_1 price_1 pro active, user_d di@example.com, user_eve eve@example.com
-- #22: user_ada lovelace@example.com cus_1 sub_1 price_1 pro active, user_d di@example.com, user_eve eve@example.com
PRAGMA application_id = 0;
PRAGMA user_version = 0;
BEGIN;
CREATE TABLE hooktop_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "hooktop_version" VALUES (1, 0, 1, '2026-11-24 09:57:48');
INSERT INTO "hooktop_version" VALUES (2, 1, 1, '2026-11-24 09:57:48');
INSERT INTO "hooktop_version" VALUES (3, 2, 1, '2026-11-24 09:57:48');
INSERT INTO "hooktop_version" VALUES (4, 3, 1, '2026-11-24 09:57:48');
INSERT INTO "hooktop_version" VALUES (5, 4, 1, '2026-11-24 09:57:48');
INSERT INTO "hooktop_version" VALUES (6, 5, 1, '2026-11-24 09:57:48');
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
INSERT INTO "User" VALUES ('user_ada', 'lovelace@example.com', 'cus_1', 'sub_1', 'price_1', 'active', '2026-12-22T11:46:40.000+00:00', 0, 'pro', '2026-11-24T09:57:49.018+00:00', '2026-11-24T09:57:49.216+00:00');
INSERT INTO "User" VALUES ('user_d', 'di@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.141+00:00', '2026-11-24T09:57:49.195+00:00');
INSERT INTO "User" VALUES ('user_eve', 'eve@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.190+00:00', '2026-11-24T09:57:49.190+00:00');
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
, reverified_at INTEGER NOT NULL DEFAULT 0, cause TEXT GENERATED ALWAYS AS (CASE
    WHEN failed = 0 THEN ''
    WHEN outcome = 'rejected' AND code <> '' THEN code
    WHEN outcome = 'rejected' THEN 'not verified'
    WHEN outcome IN ('conflict', 'missing-email', 'malformed') THEN outcome
    WHEN app_error GLOB 'nothing listens*' THEN 'app: not running'
    WHEN app_error GLOB 'no whole answer within*' OR app_error GLOB '*timeout*' OR app_error GLOB '*timed out*'
        OR app_error GLOB '*deadline exceeded*' THEN 'app: too slow'
    WHEN app_error GLOB 'not sent*' THEN 'app: not sent'
    WHEN app_error <> '' THEN 'app: no answer'
    WHEN app_status >= 300 THEN 'app ' || app_status
    WHEN status >= 400 THEN 'answer ' || status
    ELSE 'not verified'
END) VIRTUAL) STRICT;
INSERT INTO "delivery" VALUES (1, 1795514269017593037, 'clerk', 'local', 0, 233, 'msg_1', 1, 1, '', 'user.created', 'created', '', 'user_ada', 'ada@example.com', '', 200, 1022566, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (2, 1795514269026516356, 'clerk', 'local', 0, 231, 'msg_2', 1, 1, '', 'user.created', 'created', '', 'user_bo', 'bo@example.com', '', 200, 649380, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (3, 1795514269032618572, 'clerk', 'local', 0, 238, 'msg_3', 1, 1, '', 'user.updated', 'updated', '', 'user_ada', 'lovelace@example.com', '', 200, 615585, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (4, 1795514269038261208, 'clerk', 'local', 0, 233, 'msg_4', 1, 1, '', 'user.updated', 'stale', '1 min older', 'user_ada', 'old@example.com', '', 200, 371293, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (5, 1795514269042573254, 'clerk', 'local', 0, 231, 'msg_5', 1, 1, '', 'user.created', 'conflict', 'held by user_bo', 'user_cy', 'bo@example.com', 'user_bo', 409, 559079, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (6, 1795514269050330304, 'clerk', 'local', 0, 238, 'msg_3', 2, 1, '', 'user.updated', 'duplicate', 'duplicate of #3', 'user_ada', 'lovelace@example.com', '', 200, 181604, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (7, 1795514269054166249, 'clerk', 'local', 0, 233, 'msg_7', 1, 1, '', 'user.created', 'created', '', 'user_eve', 'eve@example.com', '', 400, 1528054, 0, '', 0, 1795514269191089836);
INSERT INTO "delivery" VALUES (8, 1795514269092891237, 'clerk', 'resend', 3, 238, 'msg_3', 3, 1, '', 'user.updated', '', '', 'user_ada', 'lovelace@example.com', '', 0, 247749, 500, '', 1, 0);
INSERT INTO "delivery" VALUES (9, 1795514269107517927, 'clerk', 'local', 0, 143, 'msg_9', 1, 1, '', 'user.deleted', 'deleted', '', 'user_bo', 'bo@example.com', '', 200, 733809, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (10, 1795514269113195218, 'clerk', 'local', 0, 143, 'msg_10', 1, 1, '', 'user.deleted', 'deleted', '', 'user_di', '', '', 200, 414485, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (11, 1795514269117372449, 'clerk', 'local', 0, 231, 'msg_11', 1, 1, '', 'user.created', 'stale', 'user deleted by #10', 'user_di', 'di@example.com', '', 200, 183507, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (12, 1795514269120572460, 'clerk', 'local', 0, 154, 'msg_12', 1, 1, '', 'session.created', 'unhandled', '', NULL, '', '', 200, 362578, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (13, 1795514269124599977, 'clerk', 'local', 0, 183, 'msg_13', 1, 1, '', 'user.created', 'missing-email', '', 'user_none', '', '', 400, 422951, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (14, 1795514269130173703, 'clerk', 'local', 0, 239, 'msg_14', 1, 1, '', 'user.created', 'conflict', 'held by user_ada', 'user_late', 'lovelace@example.com', 'user_ada', 409, 322662, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (15, 1795514269134530434, 'clerk', 'local', 0, 233, 'msg_15', 1, 0, 'wrong-secret', 'user.created', 'rejected', '', NULL, '', '', 400, 1269384, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (16, 1795514269141418588, 'clerk', 'local', 0, 229, 'msg_16', 1, 1, '', 'user.created', 'created', '', 'user_d', 'd@example.com', '', 200, 455582, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (17, 1795514269145731627, 'clerk', 'local', 0, 230, 'msg_17', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'di@example.com', '', 400, 1163383, 0, '', 0, 1795514269195648720);
INSERT INTO "delivery" VALUES (18, 1795514269150358739, 'clerk', 'local', 0, 233, 'msg_18', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'later@example.com', '', 200, 416549, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (19, 1795514269204100566, 'stripe', 'local', 0, 307, 'evt_19', 1, 1, '', 'customer.subscription.updated', 'synced', 'linked by #21', 'user_ada', 'lovelace@example.com', '', 200, 1148465, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (20, 1795514269207898268, 'stripe', 'local', 0, 279, 'evt_20', 1, 1, '', 'customer.subscription.created', 'synced', 'linked by #21', 'user_ada', 'lovelace@example.com', '', 200, 912128, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (21, 1795514269215165862, 'stripe', 'local', 0, 224, 'evt_21', 1, 1, '', 'checkout.session.completed', 'synced', '', 'user_ada', 'lovelace@example.com', '', 200, 1100976, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (22, 1795514269221894935, 'stripe', 'local', 0, 330, 'evt_22', 1, 1, '', 'customer.subscription.created', 'unlinked', 'no user has customer cus_2', 'user_later', '', '', 200, 479919, 0, '', 0, 0);
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
INSERT INTO "payload" VALUES (1, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38204', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_1"],"Svix-Signature":["v1,Vm0YItxUKYnTJeXwJGiYUABDlj+FXToGEIEBezOrngg="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347901000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (2, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38208', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_2"],"Svix-Signature":["v1,xONPKaEVKUeZIWOv6sAbupqMoNl/SwK1MbI0csi2+Tg="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_bo","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347902000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (3, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38222', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,nfZpooHGalfguhmBY1I0pgUXFqbbmp5Hmift5Tpf0LQ="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (4, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38238', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_4"],"Svix-Signature":["v1,uO7XdN5m2PkjdPT7PdKsKhuR3K+OFfzhAQhzYjC3Eo4="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"old@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347801000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (5, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38250', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_5"],"Svix-Signature":["v1,BGUdUdYcv+gHVUaKRZaD8SCHN9nmaUX3Dh3vHk4dtvI="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_cy","heldBy":"user_bo"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_cy","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347905000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (6, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38258', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,nfZpooHGalfguhmBY1I0pgUXFqbbmp5Hmift5Tpf0LQ="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"Already processed"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (7, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38260', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_7"],"Svix-Signature":["v1,cJX+keAQDjgLsfapteIQKarNJSq7U4s6VndtFaZdggc="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…OyfW, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…OyfW"}],"secret":"whsec_…OyfW (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":7}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"eve@example.com","id":"idn_1"}],"id":"user_eve","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (8, 'POST', '/api/webhooks/clerk', '127.0.0.1:34209', '', '{"Accept-Encoding":["gzip"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,nfZpooHGalfguhmBY1I0pgUXFqbbmp5Hmift5Tpf0LQ="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, CLERK_WEBHOOK_SECRET.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (CLERK_WEBHOOK_SECRET)"}', CAST('' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (9, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38262', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_9"],"Svix-Signature":["v1,FLs9OOdGZCUu22cwXcWCzANheIlXASeJqYLL6YtRf7Y="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_bo","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347909000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (10, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38272', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_10"],"Svix-Signature":["v1,VwkyoWJWjUswcfzT6nlI7tQPEsB6aTmOXbdgyzBoA5g="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_di","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347910000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (11, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38274', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_11"],"Svix-Signature":["v1,cqaeX4zdxD5icbpecIw9z+eV8Fboz3DpRn4tXibxA9g="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_di","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347911000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (12, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38278', '{"Accept-Encoding":["gzip"],"Content-Length":["154"],"Svix-Id":["msg_12"],"Svix-Signature":["v1,i7vWu9qaUrcGPXBFfvsYOb84quvIjIEeTrEuxbAsqSw="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"Event type not handled"}' AS BLOB), CAST('{"data":{"id":"sess_1","object":"session","user_id":"user_ada"},"instance_id":"ins_1","object":"event","timestamp":1795347912000,"type":"session.created"}' AS BLOB));
INSERT INTO "payload" VALUES (13, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38294', '{"Accept-Encoding":["gzip"],"Content-Length":["183"],"Svix-Id":["msg_13"],"Svix-Signature":["v1,6J+MTh4sHPaUj0+FzQrgLkWl3pt5hrpcV2By4Gn0aHQ="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User has no email address","userId":"user_none"}' AS BLOB), CAST('{"data":{"email_addresses":[],"id":"user_none","object":"user","primary_email_address_id":null},"instance_id":"ins_1","object":"event","timestamp":1795347913000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (14, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38302', '{"Accept-Encoding":["gzip"],"Content-Length":["239"],"Svix-Id":["msg_14"],"Svix-Signature":["v1,h52Dlyb9DWcCxFsIGqLHVckTrjQe1B9gl1l9qjR705w="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_late","heldBy":"user_ada"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_late","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347914000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (15, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38310', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_15"],"Svix-Signature":["v1,5Jn669I3zVlNQ5m4S4YL32zQT8y8rZSH0P6SW+jQuw4="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signed with another secret","detail":"Nothing about it looks like Svix (User-Agent Go-http-client/1.1), and its signature was not made over this body with whsec_…eUhy (--clerk-secret). That secret verified another delivery 0s ago, so this one comes from another endpoint. Ruled out by recomputing: 47 other forms of key and content, 28 other forms of the body, 1 other known secret.","fix":"Clerk Dashboard → Webhooks → the endpoint whose URL ends in \"/api/webhooks/clerk\" → Signing Secret → into CLERK_WEBHOOK_SECRET, then start hooktop again: it has its secret from --clerk-secret, which goes before any .env file. Each endpoint has a secret of its own. For a signed test run: hooktop trigger user.created.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"well-formed"},{"name":"secrets","ok":false,"detail":"1 secret tried, none matches"},{"name":"others","ok":true,"detail":"1 other secret tried (--stripe-secret), none explains it"},{"name":"forms","ok":true,"detail":"47 forms of key and content tried"},{"name":"body","ok":true,"detail":"28 forms of the body tried"},{"name":"sender","ok":false,"detail":"User-Agent Go-http-client/1.1, not Svix''s","hint":true},{"name":"address","ok":false,"detail":"127.0.0.1, this machine","hint":true},{"name":"message id","ok":false,"detail":"msg_15, not in Svix''s form: msg_ and 27 letters and digits","hint":true},{"name":"instance","ok":true,"detail":"ins_1, as in the deliveries that verified","hint":true}]}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":15}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"one@example.com","id":"idn_1"}],"id":"user_one","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (16, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38326', '{"Accept-Encoding":["gzip"],"Content-Length":["229"],"Svix-Id":["msg_16"],"Svix-Signature":["v1,ePuXe4t7v1qU93nkF3gB37ayValU6sCwWELfwleE1s0="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"d@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347916000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (17, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38334', '{"Accept-Encoding":["gzip"],"Content-Length":["230"],"Svix-Id":["msg_17"],"Svix-Signature":["v1,ydxIS5/3yeFYQ+UBgMy9fp58lrDhGJlZDzxTcNHXVvY="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…OyfW, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…OyfW"}],"secret":"whsec_…OyfW (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":17}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (18, 'POST', '/api/webhooks/clerk', '127.0.0.1:37465', '127.0.0.1:38336', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_18"],"Svix-Signature":["v1,xMdclc6Bbxe7WlW5rlOBIorV+ea0NNFq8aL1AyphGmE="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…eUhy, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…eUhy"}],"secret":"whsec_…eUhy (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"later@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347918000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (19, 'POST', '/api/webhooks/stripe', '127.0.0.1:37465', '127.0.0.1:49268', '{"Accept-Encoding":["gzip"],"Content-Length":["307"],"Stripe-Signature":["t=1795514269,v1=7c8e0f21901702e277e94b53fe03f01368d47722cb40e02e026836e36d29fdf5"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…y3kv, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…y3kv"}],"secret":"whsec_…y3kv (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_19","object":"event","created":1795347922,"type":"customer.subscription.updated","data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","created":1795348000,
		"items":{"data":[{"current_period_end":1797940000,"price":{"id":"price_1","lookup_key":"pro"}}]}}}}' AS BLOB));
INSERT INTO "payload" VALUES (20, 'POST', '/api/webhooks/stripe', '127.0.0.1:37465', '127.0.0.1:49280', '{"Accept-Encoding":["gzip"],"Content-Length":["279"],"Stripe-Signature":["t=1795514269,v1=5da64608608deda7b532bad83191dc1932dc2aacdd10e945837f4e006bebaf28"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…y3kv, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…y3kv"}],"secret":"whsec_…y3kv (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_20","object":"event","created":1795347921,"type":"customer.subscription.created","data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","status":"incomplete","created":1795348000,
		"items":{"data":[{"price":{"id":"price_1","lookup_key":"pro"}}]}}}}' AS BLOB));
INSERT INTO "payload" VALUES (21, 'POST', '/api/webhooks/stripe', '127.0.0.1:37465', '127.0.0.1:49284', '{"Accept-Encoding":["gzip"],"Content-Length":["224"],"Stripe-Signature":["t=1795514269,v1=90a85174015ffb2f9072776c1b1e5a7195f5c0d466016b69bd9bb03712614cfe"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…y3kv, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…y3kv"}],"secret":"whsec_…y3kv (--stripe-secret)"}', CAST('{"message":"Subscription synced"}' AS BLOB), CAST('{"id":"evt_21","object":"event","created":1795347923,"type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session","customer":"cus_1","subscription":"sub_1","client_reference_id":"user_ada"}}}' AS BLOB));
INSERT INTO "payload" VALUES (22, 'POST', '/api/webhooks/stripe', '127.0.0.1:37465', '127.0.0.1:49290', '{"Accept-Encoding":["gzip"],"Content-Length":["330"],"Stripe-Signature":["t=1795514269,v1=6e6aca9f1b0769b9ce3110cf29ba661c32f2f7c5d87dbc1e4c6accc99de3fafe"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…y3kv, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…y3kv"}],"secret":"whsec_…y3kv (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_22","object":"event","created":1795347924,"type":"customer.subscription.created","data":{"object":{"id":"sub_2","object":"subscription","customer":"cus_2","status":"trialing","created":1795348000,
		"metadata":{"clerkUserId":"user_later"},"items":{"data":[{"current_period_end":1797940000,"price":{"id":"price_1"}}]}}}}' AS BLOB));
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
) STRICT;
INSERT INTO "forward" VALUES (1, 8, 1795514269095651885, 'http://127.0.0.1:34209/api/webhooks/clerk', 500, '', 2576699, 0, '{"Content-Length":["13"],"Content-Type":["text/plain; charset=utf-8"],"Date":["Tue, 24 Nov 2026 09:57:49 GMT"],"X-Content-Type-Options":["nosniff"]}', CAST('no such user
' AS BLOB));
CREATE TABLE change (
    delivery_id INTEGER PRIMARY KEY,
    user_id     TEXT NOT NULL,
    before      TEXT,
    after       TEXT
, applied_by INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "change" VALUES (1, 'user_ada', NULL, '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.018Z"}', 0);
INSERT INTO "change" VALUES (2, 'user_bo', NULL, '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:49.027Z","updatedAt":"2026-11-24T09:57:49.027Z"}', 0);
INSERT INTO "change" VALUES (3, 'user_ada', '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.018Z"}', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.033Z"}', 0);
INSERT INTO "change" VALUES (7, 'user_eve', NULL, '{"id":"user_eve","email":"eve@example.com","createdAt":"2026-11-24T09:57:49.19Z","updatedAt":"2026-11-24T09:57:49.19Z"}', 0);
INSERT INTO "change" VALUES (9, 'user_bo', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:49.027Z","updatedAt":"2026-11-24T09:57:49.027Z"}', NULL, 0);
INSERT INTO "change" VALUES (16, 'user_d', NULL, '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:49.141Z","updatedAt":"2026-11-24T09:57:49.141Z"}', 0);
INSERT INTO "change" VALUES (17, 'user_d', '{"id":"user_d","email":"later@example.com","createdAt":"2026-11-24T09:57:49.141Z","updatedAt":"2026-11-24T09:57:49.15Z"}', '{"id":"user_d","email":"di@example.com","createdAt":"2026-11-24T09:57:49.141Z","updatedAt":"2026-11-24T09:57:49.195Z"}', 0);
INSERT INTO "change" VALUES (18, 'user_d', '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:49.141Z","updatedAt":"2026-11-24T09:57:49.141Z"}', '{"id":"user_d","email":"later@example.com","createdAt":"2026-11-24T09:57:49.141Z","updatedAt":"2026-11-24T09:57:49.15Z"}', 0);
INSERT INTO "change" VALUES (19, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"incomplete","planKey":"pro","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.215Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"active","subscriptionCurrentPeriodEnd":"2026-12-22T11:46:40Z","planKey":"pro","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.216Z"}', 21);
INSERT INTO "change" VALUES (20, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.215Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"incomplete","planKey":"pro","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.215Z"}', 21);
INSERT INTO "change" VALUES (21, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.033Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","createdAt":"2026-11-24T09:57:49.018Z","updatedAt":"2026-11-24T09:57:49.215Z"}', 0);
CREATE TABLE message (
    provider    TEXT NOT NULL,
    id          TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    delivery_id INTEGER,
    PRIMARY KEY (provider, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "message" VALUES ('clerk', 'msg_1', 1, 1);
INSERT INTO "message" VALUES ('clerk', 'msg_10', 1, 10);
INSERT INTO "message" VALUES ('clerk', 'msg_11', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_12', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_13', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_14', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_15', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_16', 1, 16);
INSERT INTO "message" VALUES ('clerk', 'msg_17', 1, 17);
INSERT INTO "message" VALUES ('clerk', 'msg_18', 1, 18);
INSERT INTO "message" VALUES ('clerk', 'msg_2', 1, 2);
INSERT INTO "message" VALUES ('clerk', 'msg_3', 3, 3);
INSERT INTO "message" VALUES ('clerk', 'msg_4', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_5', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_7', 1, 7);
INSERT INTO "message" VALUES ('clerk', 'msg_9', 1, 9);
INSERT INTO "message" VALUES ('stripe', 'evt_19', 1, 19);
INSERT INTO "message" VALUES ('stripe', 'evt_20', 1, 20);
INSERT INTO "message" VALUES ('stripe', 'evt_21', 1, 21);
INSERT INTO "message" VALUES ('stripe', 'evt_22', 1, NULL);
CREATE TABLE user_state (
    user_id     TEXT NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    delivery_id INTEGER NOT NULL,
    deleted_at  INTEGER,
    email       TEXT NOT NULL DEFAULT '',
    row         TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "user_state" VALUES ('user_ada', 1795347903000, 21, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_bo', 1795347909000, 9, 1795514269107517927, 'bo@example.com', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:49.027Z","updatedAt":"2026-11-24T09:57:49.027Z"}');
INSERT INTO "user_state" VALUES ('user_d', 1795348000000, 17, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_di', 1795347910000, 10, 1795514269113195218, '', NULL);
INSERT INTO "user_state" VALUES ('user_eve', 1795348000000, 7, NULL, '', NULL);
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
) STRICT;
INSERT INTO "tally" VALUES (1, 22, 1, 5, 0, 1795514269221894935);
CREATE TABLE remembered (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stripe_subscription (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    state   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "stripe_subscription" VALUES ('sub_1', 'user_ada', '{"customer":"cus_1","id":"sub_1","rank":2,"since":"2026-11-22T11:46:40Z","price":"price_1","plan":"pro","status":"active","period_end":"2026-12-22T11:46:40Z","version":1795347922000}');
CREATE TABLE stripe_customer (
    id      TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "stripe_customer" VALUES ('cus_1', 'user_ada', 1795347923000, 0);
CREATE TABLE parked (
    delivery_id INTEGER PRIMARY KEY,
    event       TEXT NOT NULL
) STRICT;
INSERT INTO "parked" VALUES (22, '{"type":"customer.subscription.created","at":"2026-11-22T11:45:24Z","action":"sync-subscription","subscription":{"customer":"cus_2","id":"sub_2","users":["user_later"],"rank":1,"since":"2026-11-22T11:46:40Z","price":"price_1","plan":"price_1","status":"trialing","period_end":"2026-12-22T11:46:40Z"}}');
CREATE TABLE parked_key (
    key         TEXT NOT NULL,
    delivery_id INTEGER NOT NULL,
    PRIMARY KEY (key, delivery_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "parked_key" VALUES ('customer:cus_2', 22);
INSERT INTO "parked_key" VALUES ('subscription:sub_2', 22);
INSERT INTO "parked_key" VALUES ('user:user_later', 22);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('delivery', 22);
INSERT INTO "sqlite_sequence" VALUES ('forward', 1);
INSERT INTO "sqlite_sequence" VALUES ('hooktop_version', 6);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
CREATE UNIQUE INDEX "User_stripeCustomerId_key" ON "User"("stripeCustomerId");
CREATE UNIQUE INDEX "User_stripeSubscriptionId_key" ON "User"("stripeSubscriptionId");
CREATE INDEX "User_subscriptionStatus_idx" ON "User"("subscriptionStatus");
CREATE INDEX delivery_user ON delivery(user_id) WHERE user_id IS NOT NULL;
CREATE INDEX delivery_message ON delivery(message_id) WHERE message_id IS NOT NULL;
CREATE INDEX delivery_failed ON delivery(failed) WHERE failed = 1;
CREATE INDEX delivery_rejected ON delivery(outcome) WHERE outcome = 'rejected';
CREATE INDEX forward_delivery ON forward(delivery_id);
CREATE INDEX user_state_recent ON user_state(delivery_id, user_id);
CREATE INDEX user_state_deleted ON user_state(user_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX user_state_deleted_email ON user_state(email, user_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX delivery_type ON delivery(type);
CREATE INDEX delivery_at ON delivery(at);
CREATE INDEX delivery_code ON delivery(code) WHERE code <> '';
CREATE INDEX delivery_resent ON delivery(parent_id) WHERE parent_id <> 0;
CREATE INDEX delivery_refused ON delivery(outcome)
    WHERE outcome IN ('duplicate', 'stale', 'conflict', 'missing-email', 'malformed', 'unlinked');
CREATE INDEX stripe_subscription_user ON stripe_subscription(user_id);
CREATE INDEX stripe_customer_user ON stripe_customer(user_id);
CREATE INDEX parked_key_delivery ON parked_key(delivery_id);
CREATE INDEX delivery_cause ON delivery(failed, cause) WHERE failed = 1;
COMMIT;
