-- #1: user_ada ada@example.com
-- #2: user_ada ada@example.com, user_bo bo@example.com
-- #3: user_ada lovelace@example.com, user_bo bo@example.com
-- #4: user_ada lovelace@example.com, user_bo bo@example.com
-- #5: user_ada lovelace@example.com, user_bo bo@example.com
-- #6: user_ada lovelace@example.com, user_bo bo@example.com
-- #7: user_ada lovelace@example.com, user_bo bo@example.com
-- #9: user_ada lovelace@example.com, user_cy bo@example.com
-- #10: user_ada lovelace@example.com, user_cy bo@example.com
-- #11: user_ada lovelace@example.com, user_cy bo@example.com
-- #12: user_ada lovelace@example.com, user_cy bo@example.com
-- #13: user_ada lovelace@example.com, user_cy bo@example.com
-- #14: user_ada lovelace@example.com, user_cy bo@example.com
-- #15: user_ada lovelace@example.com, user_cy bo@example.com
-- #16: user_ada lovelace@example.com, user_cy bo@example.com, user_d d@example.com
-- #17: user_ada lovelace@example.com, user_cy bo@example.com, user_d d@example.com
-- #18: user_ada lovelace@example.com, user_cy bo@example.com, user_d later@example.com
-- #18: user_ada lovelace@example.com, user_cy bo@example.com, user_d di@example.com, user_eve eve@example.com
-- #19: user_ada lovelace@example.com, user_cy bo@example.com, user_d di@example.com, user_eve eve@example.com
-- #20: user_ada lovelace@example.com, user_cy bo@example.com, user_d di@example.com, user_eve eve@example.com
-- #21: user_ada lovelace@example.com cus_1 sub_1 price_1 pro active, user_cy bo@example.com, user_d di@example.com, user_eve eve@example.com
-- #22: user_ada lovelace@example.com cus_1 sub_1 price_1 pro active, user_cy bo@example.com, user_d di@example.com, user_eve eve@example.com
PRAGMA application_id = 0;
PRAGMA user_version = 0;
BEGIN;
CREATE TABLE hooktop_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "hooktop_version" VALUES (1, 0, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (2, 1, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (3, 2, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (4, 3, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (5, 4, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (6, 5, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (7, 6, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (8, 7, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (9, 8, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (10, 9, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (11, 10, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (12, 11, 1, '2026-12-01 02:47:06');
INSERT INTO "hooktop_version" VALUES (13, 12, 1, '2026-12-01 02:47:06');
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
INSERT INTO "User" VALUES ('user_ada', 'lovelace@example.com', 'cus_1', 'sub_1', 'price_1', 'active', '2026-12-22T11:46:40.000+00:00', 0, 'pro', '2026-12-01T02:47:06.731+00:00', '2026-12-01T02:47:06.865+00:00');
INSERT INTO "User" VALUES ('user_cy', 'bo@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.788+00:00', '2026-12-01T02:47:06.788+00:00');
INSERT INTO "User" VALUES ('user_d', 'di@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.808+00:00', '2026-12-01T02:47:06.847+00:00');
INSERT INTO "User" VALUES ('user_eve', 'eve@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.841+00:00', '2026-12-01T02:47:06.841+00:00');
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
INSERT INTO "delivery" VALUES (1, 1796093226731290563, 'clerk', 'local', 0, 233, 'msg_1', 1, 1, '', 'user.created', 'created', '', 'user_ada', 'ada@example.com', '', 200, 565995, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 865, '', '', 0, 0);
INSERT INTO "delivery" VALUES (2, 1796093226737500472, 'clerk', 'local', 0, 231, 'msg_2', 1, 1, '', 'user.created', 'created', '', 'user_bo', 'bo@example.com', '', 200, 303292, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 863, '', '', 0, 0);
INSERT INTO "delivery" VALUES (3, 1796093226740564717, 'clerk', 'local', 0, 238, 'msg_3', 1, 1, '', 'user.updated', 'updated', '', 'user_ada', 'lovelace@example.com', '', 200, 249768, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 870, '', '', 0, 0);
INSERT INTO "delivery" VALUES (4, 1796093226743263026, 'clerk', 'local', 0, 233, 'msg_4', 1, 1, '', 'user.updated', 'stale', '1 min older', 'user_ada', 'old@example.com', '', 200, 151742, 0, '', 0, 0, '', 'older', 0, 0, 0, 0, 'signature', 872, '', '', 0, 0);
INSERT INTO "delivery" VALUES (5, 1796093226745894369, 'clerk', 'local', 0, 231, 'msg_5', 1, 1, '', 'user.created', 'created', 'applied by #9', 'user_cy', 'bo@example.com', 'user_bo', 409, 291286, 0, '', 0, 0, '', 'applied-later', 9, 9, 0, 0, 'signature', 926, '', '', 0, 0);
INSERT INTO "delivery" VALUES (6, 1796093226750685849, 'clerk', 'local', 0, 238, 'msg_3', 2, 1, '', 'user.updated', 'duplicate', 'duplicate of #3', 'user_ada', 'lovelace@example.com', '', 200, 221186, 0, '', 0, 0, '', 'duplicate-of', 3, 0, 0, 0, 'signature', 875, '', '', 0, 0);
INSERT INTO "delivery" VALUES (7, 1796093226753290037, 'clerk', 'local', 0, 233, 'msg_7', 1, 1, '', 'user.created', 'created', '', 'user_eve', 'eve@example.com', '', 400, 984698, 0, '', 0, 1796093226841867391, '', '', 0, 7, 0, 0, 'signature', 913, '', '', 0, 0);
INSERT INTO "delivery" VALUES (8, 1796093226780729459, 'clerk', 'resend', 3, 238, 'msg_3', 3, 1, '', 'user.updated', '', '', 'user_ada', 'lovelace@example.com', '', 0, 73160, 500, '', 1, 0, '', '', 0, 0, 0, 0, 'signature', 991, '', '', 0, 0);
INSERT INTO "delivery" VALUES (9, 1796093226787300156, 'clerk', 'local', 0, 143, 'msg_9', 1, 1, '', 'user.deleted', 'deleted', '', 'user_bo', 'bo@example.com', '', 200, 1720873, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 775, '', '', 0, 0);
INSERT INTO "delivery" VALUES (10, 1796093226792010661, 'clerk', 'local', 0, 143, 'msg_10', 1, 1, '', 'user.deleted', 'deleted', '', 'user_di', '', '', 200, 481785, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 776, '', '', 0, 0);
INSERT INTO "delivery" VALUES (11, 1796093226795387809, 'clerk', 'local', 0, 231, 'msg_11', 1, 1, '', 'user.created', 'stale', 'user deleted by #10', 'user_di', 'di@example.com', '', 200, 205480, 0, '', 0, 0, '', 'user-deleted', 10, 0, 0, 0, 'signature', 871, '', '', 0, 0);
INSERT INTO "delivery" VALUES (12, 1796093226798043859, 'clerk', 'local', 0, 154, 'msg_12', 1, 1, '', 'session.created', 'unhandled', '', NULL, '', '', 200, 125669, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 797, '', '', 0, 0);
INSERT INTO "delivery" VALUES (13, 1796093226800505262, 'clerk', 'local', 0, 183, 'msg_13', 1, 1, '', 'user.created', 'missing-email', '', 'user_none', '', '', 400, 128084, 0, '', 1, 0, '', '', 0, 0, 0, 0, 'signature', 850, '', '', 0, 0);
INSERT INTO "delivery" VALUES (14, 1796093226803243125, 'clerk', 'local', 0, 239, 'msg_14', 1, 1, '', 'user.created', 'conflict', 'held by user_ada since #3', 'user_late', 'lovelace@example.com', 'user_ada', 409, 245376, 0, '', 1, 0, '', 'address-held', 3, 0, 0, 0, 'signature', 938, '', '', 0, 0);
INSERT INTO "delivery" VALUES (15, 1796093226805510276, 'clerk', 'local', 0, 233, 'msg_15', 1, 0, 'wrong-secret', 'user.created', 'rejected', '', NULL, '', '', 400, 830026, 0, '', 1, 0, '', '', 0, 0, 0, 0, NULL, 2620, '', '', 0, 0);
INSERT INTO "delivery" VALUES (16, 1796093226808629905, 'clerk', 'local', 0, 229, 'msg_16', 1, 1, '', 'user.created', 'created', '', 'user_d', 'd@example.com', '', 200, 488744, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 862, '', '', 0, 0);
INSERT INTO "delivery" VALUES (17, 1796093226811811823, 'clerk', 'local', 0, 230, 'msg_17', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'di@example.com', '', 400, 876611, 0, '', 0, 1796093226847840657, '', '', 0, 17, 0, 0, 'signature', 912, '', '', 0, 0);
INSERT INTO "delivery" VALUES (18, 1796093226814879886, 'clerk', 'local', 0, 233, 'msg_18', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'later@example.com', '', 200, 342322, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 866, '', '', 0, 0);
INSERT INTO "delivery" VALUES (19, 1796093226857143594, 'stripe', 'local', 0, 307, 'evt_19', 1, 1, '', 'customer.subscription.updated', 'synced', 'linked by #21', 'user_ada', 'lovelace@example.com', '', 200, 701300, 0, '', 0, 0, '', 'linked-later', 21, 0, 0, 0, 'signature', 910, '', '', 0, 0);
INSERT INTO "delivery" VALUES (20, 1796093226861022734, 'stripe', 'local', 0, 279, 'evt_20', 1, 1, '', 'customer.subscription.created', 'synced', 'linked by #21', 'user_ada', 'lovelace@example.com', '', 200, 218004, 0, '', 0, 0, '', 'linked-later', 21, 0, 0, 0, 'signature', 882, '', '', 0, 0);
INSERT INTO "delivery" VALUES (21, 1796093226864585094, 'stripe', 'local', 0, 224, 'evt_21', 1, 1, '', 'checkout.session.completed', 'synced', '', 'user_ada', 'lovelace@example.com', '', 200, 823939, 0, '', 0, 0, '', '', 0, 0, 0, 0, 'signature', 826, '', '', 0, 0);
INSERT INTO "delivery" VALUES (22, 1796093226868188463, 'stripe', 'local', 0, 330, 'evt_22', 1, 1, '', 'customer.subscription.created', 'unlinked', 'no user has customer cus_2', 'user_later', '', '', 200, 232589, 0, '', 0, 0, '', 'no-customer', 0, 0, 0, 0, 'signature', 933, '', '', 0, 0);
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
INSERT INTO "payload" VALUES (1, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43570', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_1"],"Svix-Signature":["v1,qbZjXT7Q7zHB6cg7H+WgSb2kuxlB8AV2BVXsJWM3Y9g="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347901000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (2, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43576', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_2"],"Svix-Signature":["v1,Zuz+XjBsUlooCleOCNYIAU+PWhUldzLvboQrtAX2VUk="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_bo","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347902000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (3, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43588', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,wlZVRbq9iREudcW2da73N38ShvSzUi8zrkRH+bFKC+o="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (4, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43596', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_4"],"Svix-Signature":["v1,Rp9EicDht9IGCaoyst2Ha+ug6qn39oOu1p9/lCDS7g0="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"old@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347801000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (5, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43598', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_5"],"Svix-Signature":["v1,4rdfzpQR9lrvWR0ww2Gqi7XYTGZDBLHHtmGDWbXFz2A="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_cy","heldBy":"user_bo"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_cy","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347905000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (6, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43610', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,wlZVRbq9iREudcW2da73N38ShvSzUi8zrkRH+bFKC+o="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"Already processed"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (7, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43626', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_7"],"Svix-Signature":["v1,UaKSCkbategfRVab7RwnGFZ4Hu4aH/IvBbqDHCNqvxY="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…q63Y, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…q63Y"}],"secret":"whsec_…q63Y (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":7}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"eve@example.com","id":"idn_1"}],"id":"user_eve","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (8, 'POST', '/api/webhooks/clerk', '127.0.0.1:40069', '', '{"Svix-Id":["msg_3"],"Svix-Signature":["v1,wlZVRbq9iREudcW2da73N38ShvSzUi8zrkRH+bFKC+o="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, CLERK_WEBHOOK_SECRET.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (CLERK_WEBHOOK_SECRET)"}', CAST('' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (9, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43630', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_9"],"Svix-Signature":["v1,ggVMOQOHoIujulfkHoTYBlb1xy3EK7MQUx3qAdlvA/Q="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_bo","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347909000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (10, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43642', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_10"],"Svix-Signature":["v1,iUqo9A35Lx/6h/TFnkvvnubLfpdoKKCJoM+zv6yeKuM="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_di","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347910000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (11, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43644', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_11"],"Svix-Signature":["v1,MFXHySKqbOW+zRPz3CP5s/JYRUESX2wLkIybGtHEnD4="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_di","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347911000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (12, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43660', '{"Accept-Encoding":["gzip"],"Content-Length":["154"],"Svix-Id":["msg_12"],"Svix-Signature":["v1,oyZ9+GT4smu+sl6sqzsLwVrtxVQkgBsLTPVs9Aiio0w="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"Event type not handled"}' AS BLOB), CAST('{"data":{"id":"sess_1","object":"session","user_id":"user_ada"},"instance_id":"ins_1","object":"event","timestamp":1795347912000,"type":"session.created"}' AS BLOB));
INSERT INTO "payload" VALUES (13, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43674', '{"Accept-Encoding":["gzip"],"Content-Length":["183"],"Svix-Id":["msg_13"],"Svix-Signature":["v1,rZgtnE5rFjX4OEQPwrSe0x8VlfXPvH73KqBd7gaRsVM="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User has no email address","userId":"user_none"}' AS BLOB), CAST('{"data":{"email_addresses":[],"id":"user_none","object":"user","primary_email_address_id":null},"instance_id":"ins_1","object":"event","timestamp":1795347913000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (14, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43684', '{"Accept-Encoding":["gzip"],"Content-Length":["239"],"Svix-Id":["msg_14"],"Svix-Signature":["v1,b3puenJ3G8lnHMniIt9SHXyZWenVfhWHdux7SSp59H4="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_late","heldBy":"user_ada"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_late","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347914000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (15, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43692', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_15"],"Svix-Signature":["v1,V6dxXND+J3D3mjV783X44cqEsT4geRdsQCobttRd+JA="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"The signature does not match","detail":"Nothing about it looks like Svix (User-Agent Go-http-client/1.1), and its signature does not match this body with whsec_…hivM (--clerk-secret). That secret verified another delivery a moment ago. It comes from the same instance, ins_1. Most likely the body was changed on its way, in a manner that cannot be undone. Otherwise it was signed with another endpoint''s secret.","fix":"Compare this body with the one in Clerk''s dashboard. If they differ, something on the way changes it: pass the raw body on, express.raw({type: ''application/json''}) before express.json(); await req.text(), not req.json(), in a Next.js route; rawBody in Fastify. If they are the same, it was signed with another endpoint''s secret: Clerk Dashboard → Webhooks → the endpoint whose URL ends in \"/api/webhooks/clerk\" → Signing Secret → into --clerk-secret, then restart hooktop: that flag overrides variables and .env files. Each endpoint has a secret of its own. Restart the app too, if it has that secret. For a signed test run: hooktop trigger user.created.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"well-formed"},{"name":"secrets","ok":false,"detail":"1 secret tried, none matches"},{"name":"others","ok":true,"detail":"1 other secret tried (--stripe-secret), none explains it"},{"name":"forms","ok":true,"detail":"46 forms of the key and the signed content tried"},{"name":"body","ok":true,"detail":"60 forms of the body tried"},{"name":"sender","ok":false,"detail":"User-Agent Go-http-client/1.1, not Svix''s","hint":true},{"name":"address","ok":false,"detail":"127.0.0.1, this machine","hint":true},{"name":"message id","ok":false,"detail":"msg_15, not in Svix''s form: msg_ and 27 letters and digits","hint":true},{"name":"instance","ok":true,"detail":"ins_1, as in the deliveries that verified","hint":true}],"alternatives":["body-changed","other-secret"]}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":15}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"one@example.com","id":"idn_1"}],"id":"user_one","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (16, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43696', '{"Accept-Encoding":["gzip"],"Content-Length":["229"],"Svix-Id":["msg_16"],"Svix-Signature":["v1,H8KWJ2f1J64VAHguBgpmmSe4/S3Fks4GH2sZ+hOq22M="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"d@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347916000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (17, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43708', '{"Accept-Encoding":["gzip"],"Content-Length":["230"],"Svix-Id":["msg_17"],"Svix-Signature":["v1,g2N0JQeVF3WEil63yTRF2FrWn4PnDGkcGCmOCrcdJSU="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…q63Y, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…q63Y"}],"secret":"whsec_…q63Y (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":17}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (18, 'POST', '/api/webhooks/clerk', '127.0.0.1:35009', '127.0.0.1:43716', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_18"],"Svix-Signature":["v1,tJLWas6SAYwbI+JdYdF40gLHOf2RbyUKJNbj5wRqwb0="],"Svix-Timestamp":["1796093226"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hivM, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hivM"}],"secret":"whsec_…hivM (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"later@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347918000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (19, 'POST', '/api/webhooks/stripe', '127.0.0.1:35009', '127.0.0.1:43728', '{"Accept-Encoding":["gzip"],"Content-Length":["307"],"Stripe-Signature":["t=1796093226,v1=6fc10dcf993bcc2b59d07d411513ca99cab5eea5fb9987e51aacebcaded1814c"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…WgLj, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…WgLj"}],"secret":"whsec_…WgLj (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_19","object":"event","created":1795347922,"type":"customer.subscription.updated","data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","created":1795348000,
		"items":{"data":[{"current_period_end":1797940000,"price":{"id":"price_1","lookup_key":"pro"}}]}}}}' AS BLOB));
INSERT INTO "payload" VALUES (20, 'POST', '/api/webhooks/stripe', '127.0.0.1:35009', '127.0.0.1:43744', '{"Accept-Encoding":["gzip"],"Content-Length":["279"],"Stripe-Signature":["t=1796093226,v1=e932b32b14595282df7b7b2127c3d0adf6dad6d7ba30078a081318ec38d4cbcf"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…WgLj, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…WgLj"}],"secret":"whsec_…WgLj (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_20","object":"event","created":1795347921,"type":"customer.subscription.created","data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","status":"incomplete","created":1795348000,
		"items":{"data":[{"price":{"id":"price_1","lookup_key":"pro"}}]}}}}' AS BLOB));
INSERT INTO "payload" VALUES (21, 'POST', '/api/webhooks/stripe', '127.0.0.1:35009', '127.0.0.1:43750', '{"Accept-Encoding":["gzip"],"Content-Length":["224"],"Stripe-Signature":["t=1796093226,v1=b46bbf9b9873665a174bd17f3f3bb3acaa79e518f5f673dd50e11e6ef8f6ad1f"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…WgLj, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…WgLj"}],"secret":"whsec_…WgLj (--stripe-secret)"}', CAST('{"message":"Subscription synced"}' AS BLOB), CAST('{"id":"evt_21","object":"event","created":1795347923,"type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session","customer":"cus_1","subscription":"sub_1","client_reference_id":"user_ada"}}}' AS BLOB));
INSERT INTO "payload" VALUES (22, 'POST', '/api/webhooks/stripe', '127.0.0.1:35009', '127.0.0.1:43766', '{"Accept-Encoding":["gzip"],"Content-Length":["330"],"Stripe-Signature":["t=1796093226,v1=89f98fee9e44084b5e63279c0e9aaf6b50be9cf068b938b9bea3dfeee37fb270"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…WgLj, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…WgLj"}],"secret":"whsec_…WgLj (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_22","object":"event","created":1795347924,"type":"customer.subscription.created","data":{"object":{"id":"sub_2","object":"subscription","customer":"cus_2","status":"trialing","created":1795348000,
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
, failure TEXT NOT NULL DEFAULT '', resolved_by INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "forward" VALUES (1, 8, 1796093226781768255, 'http://127.0.0.1:40069/api/webhooks/clerk', 500, '', 1114395, 0, '{"Content-Length":["13"],"Content-Type":["text/plain; charset=utf-8"],"Date":["Tue, 01 Dec 2026 02:47:06 GMT"],"X-Content-Type-Options":["nosniff"]}', CAST('no such user
' AS BLOB), '', 0);
CREATE TABLE change (
    delivery_id INTEGER PRIMARY KEY,
    user_id     TEXT NOT NULL,
    before      TEXT,
    after       TEXT
, applied_by INTEGER NOT NULL DEFAULT 0, moment INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "change" VALUES (1, 'user_ada', NULL, '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.731Z"}', 0, 1, 1);
INSERT INTO "change" VALUES (2, 'user_bo', NULL, '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-12-01T02:47:06.737Z","updatedAt":"2026-12-01T02:47:06.737Z"}', 0, 2, 2);
INSERT INTO "change" VALUES (3, 'user_ada', '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.731Z"}', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.74Z"}', 0, 3, 3);
INSERT INTO "change" VALUES (5, 'user_cy', NULL, '{"id":"user_cy","email":"bo@example.com","createdAt":"2026-12-01T02:47:06.788Z","updatedAt":"2026-12-01T02:47:06.788Z"}', 9, 9, 5);
INSERT INTO "change" VALUES (7, 'user_eve', NULL, '{"id":"user_eve","email":"eve@example.com","createdAt":"2026-12-01T02:47:06.841Z","updatedAt":"2026-12-01T02:47:06.841Z"}', 0, 18, 8);
INSERT INTO "change" VALUES (9, 'user_bo', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-12-01T02:47:06.737Z","updatedAt":"2026-12-01T02:47:06.737Z"}', NULL, 0, 9, 4);
INSERT INTO "change" VALUES (16, 'user_d', NULL, '{"id":"user_d","email":"d@example.com","createdAt":"2026-12-01T02:47:06.808Z","updatedAt":"2026-12-01T02:47:06.808Z"}', 0, 16, 6);
INSERT INTO "change" VALUES (17, 'user_d', '{"id":"user_d","email":"later@example.com","createdAt":"2026-12-01T02:47:06.808Z","updatedAt":"2026-12-01T02:47:06.815Z"}', '{"id":"user_d","email":"di@example.com","createdAt":"2026-12-01T02:47:06.808Z","updatedAt":"2026-12-01T02:47:06.847Z"}', 0, 18, 9);
INSERT INTO "change" VALUES (18, 'user_d', '{"id":"user_d","email":"d@example.com","createdAt":"2026-12-01T02:47:06.808Z","updatedAt":"2026-12-01T02:47:06.808Z"}', '{"id":"user_d","email":"later@example.com","createdAt":"2026-12-01T02:47:06.808Z","updatedAt":"2026-12-01T02:47:06.815Z"}', 0, 18, 7);
INSERT INTO "change" VALUES (19, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"incomplete","planKey":"pro","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.865Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"active","subscriptionCurrentPeriodEnd":"2026-12-22T11:46:40Z","planKey":"pro","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.865Z"}', 21, 21, 12);
INSERT INTO "change" VALUES (20, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.864Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"incomplete","planKey":"pro","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.865Z"}', 21, 21, 11);
INSERT INTO "change" VALUES (21, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.74Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","createdAt":"2026-12-01T02:47:06.731Z","updatedAt":"2026-12-01T02:47:06.864Z"}', 0, 21, 10);
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
INSERT INTO "message" VALUES ('clerk', 'msg_5', 1, 5);
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
INSERT INTO "user_state" VALUES ('user_bo', 1795347909000, 9, 1796093226787300156, 'bo@example.com', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-12-01T02:47:06.737Z","updatedAt":"2026-12-01T02:47:06.737Z"}');
INSERT INTO "user_state" VALUES ('user_cy', 1795347905000, 9, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_d', 1795348000000, 17, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_di', 1795347910000, 10, 1796093226792010661, '', NULL);
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
, forgotten INTEGER NOT NULL DEFAULT 0, unfolded INTEGER NOT NULL DEFAULT 0, stored_bytes INTEGER NOT NULL DEFAULT 0, rejected_bytes INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "tally" VALUES (1, 22, 1, 4, 0, 1796093226868188463, 0, 0, 20993, 2620);
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
INSERT INTO "parked" VALUES (14, '{"type":"user.created","at":"2026-11-22T11:45:14Z","action":"upsert","user":"user_late","email":"lovelace@example.com"}');
INSERT INTO "parked" VALUES (22, '{"type":"customer.subscription.created","at":"2026-11-22T11:45:24Z","action":"sync-subscription","user":"user_later","subscription":{"customer":"cus_2","id":"sub_2","users":["user_later"],"rank":1,"since":"2026-11-22T11:46:40Z","price":"price_1","plan":"price_1","status":"trialing","period_end":"2026-12-22T11:46:40Z"}}');
CREATE TABLE parked_key (
    key         TEXT NOT NULL,
    delivery_id INTEGER NOT NULL,
    PRIMARY KEY (key, delivery_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "parked_key" VALUES ('address:lovelace@example.com', 14);
INSERT INTO "parked_key" VALUES ('claim:user_late', 14);
INSERT INTO "parked_key" VALUES ('customer:cus_2', 22);
INSERT INTO "parked_key" VALUES ('user:user_later', 22);
CREATE TABLE mirror_target (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL
) STRICT;
INSERT INTO "mirror_target" VALUES (1, 'postgres://127.0.0.1:1/app');
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
INSERT INTO "mirror_change" VALUES (1, 'user_ada', 0, 0, 'ada@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.731+00:00', '2026-12-01T02:47:06.731+00:00', 0);
INSERT INTO "mirror_change" VALUES (2, 'user_bo', 0, 0, 'bo@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.737+00:00', '2026-12-01T02:47:06.737+00:00', 0);
INSERT INTO "mirror_change" VALUES (3, 'user_ada', 0, 0, 'lovelace@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.731+00:00', '2026-12-01T02:47:06.740+00:00', 0);
INSERT INTO "mirror_change" VALUES (4, 'user_bo', 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO "mirror_change" VALUES (5, 'user_cy', 0, 0, 'bo@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.788+00:00', '2026-12-01T02:47:06.788+00:00', 0);
INSERT INTO "mirror_change" VALUES (6, 'user_d', 0, 0, 'd@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.808+00:00', '2026-12-01T02:47:06.808+00:00', 0);
INSERT INTO "mirror_change" VALUES (7, 'user_d', 0, 0, 'later@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.808+00:00', '2026-12-01T02:47:06.815+00:00', 0);
INSERT INTO "mirror_change" VALUES (8, 'user_eve', 0, 0, 'eve@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.841+00:00', '2026-12-01T02:47:06.841+00:00', 0);
INSERT INTO "mirror_change" VALUES (9, 'user_d', 0, 0, 'di@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.808+00:00', '2026-12-01T02:47:06.847+00:00', 0);
INSERT INTO "mirror_change" VALUES (10, 'user_ada', 0, 1, 'lovelace@example.com', 'cus_1', 'sub_1', NULL, NULL, NULL, 0, NULL, '2026-12-01T02:47:06.731+00:00', '2026-12-01T02:47:06.864+00:00', 0);
INSERT INTO "mirror_change" VALUES (11, 'user_ada', 0, 1, 'lovelace@example.com', 'cus_1', 'sub_1', 'price_1', 'incomplete', NULL, 0, 'pro', '2026-12-01T02:47:06.731+00:00', '2026-12-01T02:47:06.865+00:00', 0);
INSERT INTO "mirror_change" VALUES (12, 'user_ada', 0, 1, 'lovelace@example.com', 'cus_1', 'sub_1', 'price_1', 'active', '2026-12-22T11:46:40.000+00:00', 0, 'pro', '2026-12-01T02:47:06.731+00:00', '2026-12-01T02:47:06.865+00:00', 0);
CREATE TABLE judged (
    turn        INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL UNIQUE,
    moment      INTEGER NOT NULL
) STRICT;
INSERT INTO "judged" VALUES (1, 7, 18);
INSERT INTO "judged" VALUES (2, 17, 18);
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
CREATE TABLE user_order (
    user_id TEXT NOT NULL PRIMARY KEY,
    plan    TEXT NOT NULL,
    status  TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "user_order" VALUES ('user_ada', 'pro', 'active');
INSERT INTO "user_order" VALUES ('user_cy', CAST('' AS BLOB), CAST('' AS BLOB));
INSERT INTO "user_order" VALUES ('user_d', CAST('' AS BLOB), CAST('' AS BLOB));
INSERT INTO "user_order" VALUES ('user_eve', CAST('' AS BLOB), CAST('' AS BLOB));
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('delivery', 22);
INSERT INTO "sqlite_sequence" VALUES ('forward', 1);
INSERT INTO "sqlite_sequence" VALUES ('hooktop_version', 13);
INSERT INTO "sqlite_sequence" VALUES ('judged', 2);
INSERT INTO "sqlite_sequence" VALUES ('mirror_change', 12);
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
CREATE INDEX delivery_told ON delivery((status >= 400)) WHERE status >= 400;
CREATE INDEX user_state_deleted_plan ON user_state(ifnull(json_extract(row, '$.planKey'), x''), user_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX mirror_change_refused ON mirror_change(user_id) WHERE refused = 1;
CREATE INDEX delivery_cause ON delivery(failed, cause) WHERE failed = 1;
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
COMMIT;
