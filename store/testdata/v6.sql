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
INSERT INTO "hooktop_version" VALUES (1, 0, 1, '2026-11-24 09:57:49');
INSERT INTO "hooktop_version" VALUES (2, 1, 1, '2026-11-24 09:57:49');
INSERT INTO "hooktop_version" VALUES (3, 2, 1, '2026-11-24 09:57:49');
INSERT INTO "hooktop_version" VALUES (4, 3, 1, '2026-11-24 09:57:49');
INSERT INTO "hooktop_version" VALUES (5, 4, 1, '2026-11-24 09:57:49');
INSERT INTO "hooktop_version" VALUES (6, 5, 1, '2026-11-24 09:57:49');
INSERT INTO "hooktop_version" VALUES (7, 6, 1, '2026-11-24 09:57:49');
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
INSERT INTO "User" VALUES ('user_ada', 'lovelace@example.com', 'cus_1', 'sub_1', 'price_1', 'active', '2026-12-22T11:46:40.000+00:00', 0, 'pro', '2026-11-24T09:57:49.451+00:00', '2026-11-24T09:57:49.654+00:00');
INSERT INTO "User" VALUES ('user_d', 'di@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.575+00:00', '2026-11-24T09:57:49.632+00:00');
INSERT INTO "User" VALUES ('user_eve', 'eve@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.626+00:00', '2026-11-24T09:57:49.626+00:00');
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
INSERT INTO "delivery" VALUES (1, 1795514269450008108, 'clerk', 'local', 0, 233, 'msg_1', 1, 1, '', 'user.created', 'created', '', 'user_ada', 'ada@example.com', '', 200, 1398067, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (2, 1795514269458831999, 'clerk', 'local', 0, 231, 'msg_2', 1, 1, '', 'user.created', 'created', '', 'user_bo', 'bo@example.com', '', 200, 536095, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (3, 1795514269463978154, 'clerk', 'local', 0, 238, 'msg_3', 1, 1, '', 'user.updated', 'updated', '', 'user_ada', 'lovelace@example.com', '', 200, 451524, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (4, 1795514269468037783, 'clerk', 'local', 0, 233, 'msg_4', 1, 1, '', 'user.updated', 'stale', '1 min older', 'user_ada', 'old@example.com', '', 200, 401500, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (5, 1795514269474808816, 'clerk', 'local', 0, 231, 'msg_5', 1, 1, '', 'user.created', 'conflict', 'held by user_bo', 'user_cy', 'bo@example.com', 'user_bo', 409, 406841, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (6, 1795514269478571551, 'clerk', 'local', 0, 238, 'msg_3', 2, 1, '', 'user.updated', 'duplicate', 'duplicate of #3', 'user_ada', 'lovelace@example.com', '', 200, 276804, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (7, 1795514269483285599, 'clerk', 'local', 0, 233, 'msg_7', 1, 1, '', 'user.created', 'created', '', 'user_eve', 'eve@example.com', '', 400, 904543, 0, '', 0, 1795514269627283775);
INSERT INTO "delivery" VALUES (8, 1795514269527633606, 'clerk', 'resend', 3, 238, 'msg_3', 3, 1, '', 'user.updated', '', '', 'user_ada', 'lovelace@example.com', '', 0, 225116, 500, '', 1, 0);
INSERT INTO "delivery" VALUES (9, 1795514269541582372, 'clerk', 'local', 0, 143, 'msg_9', 1, 1, '', 'user.deleted', 'deleted', '', 'user_bo', 'bo@example.com', '', 200, 606950, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (10, 1795514269546588192, 'clerk', 'local', 0, 143, 'msg_10', 1, 1, '', 'user.deleted', 'deleted', '', 'user_di', '', '', 200, 517731, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (11, 1795514269550709026, 'clerk', 'local', 0, 231, 'msg_11', 1, 1, '', 'user.created', 'stale', 'user deleted by #10', 'user_di', 'di@example.com', '', 200, 478667, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (12, 1795514269555542490, 'clerk', 'local', 0, 154, 'msg_12', 1, 1, '', 'session.created', 'unhandled', '', NULL, '', '', 200, 184149, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (13, 1795514269560399048, 'clerk', 'local', 0, 183, 'msg_13', 1, 1, '', 'user.created', 'missing-email', '', 'user_none', '', '', 400, 221550, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (14, 1795514269564364958, 'clerk', 'local', 0, 239, 'msg_14', 1, 1, '', 'user.created', 'conflict', 'held by user_ada', 'user_late', 'lovelace@example.com', 'user_ada', 409, 325016, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (15, 1795514269568945883, 'clerk', 'local', 0, 233, 'msg_15', 1, 0, 'wrong-secret', 'user.created', 'rejected', '', NULL, '', '', 400, 2481400, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (16, 1795514269575380249, 'clerk', 'local', 0, 229, 'msg_16', 1, 1, '', 'user.created', 'created', '', 'user_d', 'd@example.com', '', 200, 514845, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (17, 1795514269580345302, 'clerk', 'local', 0, 230, 'msg_17', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'di@example.com', '', 400, 487703, 0, '', 0, 1795514269632574985);
INSERT INTO "delivery" VALUES (18, 1795514269585600114, 'clerk', 'local', 0, 233, 'msg_18', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'later@example.com', '', 200, 352368, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (19, 1795514269641956562, 'stripe', 'local', 0, 307, 'evt_19', 1, 1, '', 'customer.subscription.updated', 'synced', 'linked by #21', 'user_ada', 'lovelace@example.com', '', 200, 1370716, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (20, 1795514269648211177, 'stripe', 'local', 0, 279, 'evt_20', 1, 1, '', 'customer.subscription.created', 'synced', 'linked by #21', 'user_ada', 'lovelace@example.com', '', 200, 346957, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (21, 1795514269653166612, 'stripe', 'local', 0, 224, 'evt_21', 1, 1, '', 'checkout.session.completed', 'synced', '', 'user_ada', 'lovelace@example.com', '', 200, 1261258, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (22, 1795514269660026483, 'stripe', 'local', 0, 330, 'evt_22', 1, 1, '', 'customer.subscription.created', 'unlinked', 'no user has customer cus_2', 'user_later', '', '', 200, 422280, 0, '', 0, 0);
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
INSERT INTO "payload" VALUES (1, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34614', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_1"],"Svix-Signature":["v1,uSoLZAHtSDMxiQcdMbZ3ooK98ZbvsSJWHU6Gie6jJuQ="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347901000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (2, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34624', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_2"],"Svix-Signature":["v1,JEPOteRTkdM5J1TVS4/jbixD0EPtxWa9iUuXdVoHkYA="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_bo","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347902000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (3, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34640', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,Hl4ym9jwT4kc8gdehXeKp0F09b7/A9VNGZ4IK5z7quM="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (4, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34642', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_4"],"Svix-Signature":["v1,6850NA0zonm0fBS+VNhKgCdK1mlQsJ5IjZ7Beqs0hU0="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"old@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347801000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (5, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34652', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_5"],"Svix-Signature":["v1,sl8ExgqmG6rNhMjK2EoldpRCHGc5JXeF1jp0/yMlrmU="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_cy","heldBy":"user_bo"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_cy","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347905000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (6, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34654', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,Hl4ym9jwT4kc8gdehXeKp0F09b7/A9VNGZ4IK5z7quM="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"Already processed"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (7, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34662', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_7"],"Svix-Signature":["v1,tnSi7WdCS/I3nFQXWu7AVEKyfHzhEI/OH+5uPN2cmME="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…4JiU, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…4JiU"}],"secret":"whsec_…4JiU (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":7}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"eve@example.com","id":"idn_1"}],"id":"user_eve","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (8, 'POST', '/api/webhooks/clerk', '127.0.0.1:36607', '', '{"Accept-Encoding":["gzip"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,Hl4ym9jwT4kc8gdehXeKp0F09b7/A9VNGZ4IK5z7quM="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, CLERK_WEBHOOK_SECRET.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (CLERK_WEBHOOK_SECRET)"}', CAST('' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (9, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34674', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_9"],"Svix-Signature":["v1,dFFB8tn5Mng+Eb8KU8NcLHoS00EpI06OHD3tHE2r0RM="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_bo","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347909000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (10, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34686', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_10"],"Svix-Signature":["v1,DXc3VigBaL7PvxS0e5Ts83Z5XXvvg94Vl09GFFwpa7E="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_di","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347910000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (11, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34702', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_11"],"Svix-Signature":["v1,zcd56kWzeLEBapweM1+DyAW6rVIaKUoaDByqnp0OvRM="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_di","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347911000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (12, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34704', '{"Accept-Encoding":["gzip"],"Content-Length":["154"],"Svix-Id":["msg_12"],"Svix-Signature":["v1,d/WjQJgCOSN6K+ThZww4FeHlw1YqWcTB74pPNB/Ac9E="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"Event type not handled"}' AS BLOB), CAST('{"data":{"id":"sess_1","object":"session","user_id":"user_ada"},"instance_id":"ins_1","object":"event","timestamp":1795347912000,"type":"session.created"}' AS BLOB));
INSERT INTO "payload" VALUES (13, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34720', '{"Accept-Encoding":["gzip"],"Content-Length":["183"],"Svix-Id":["msg_13"],"Svix-Signature":["v1,xVP4pTGJq+XAF357ltQDQ7RA5qiyFqlKXtDabJRS/SA="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User has no email address","userId":"user_none"}' AS BLOB), CAST('{"data":{"email_addresses":[],"id":"user_none","object":"user","primary_email_address_id":null},"instance_id":"ins_1","object":"event","timestamp":1795347913000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (14, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34730', '{"Accept-Encoding":["gzip"],"Content-Length":["239"],"Svix-Id":["msg_14"],"Svix-Signature":["v1,rkH0RO5ZpJhY+2sCCdB6Huobm484jQokxx1Y6ZA07Dg="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_late","heldBy":"user_ada"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_late","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347914000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (15, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34736', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_15"],"Svix-Signature":["v1,5Jn669I3zVlNQ5m4S4YL32zQT8y8rZSH0P6SW+jQuw4="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signed with another secret","detail":"Nothing about it looks like Svix (User-Agent Go-http-client/1.1), and its signature was not made over this body with whsec_…L1Ja (--clerk-secret). That secret verified another delivery 0s ago, so this one comes from another endpoint. Ruled out by recomputing: 47 other forms of key and content, 28 other forms of the body, 1 other known secret.","fix":"Clerk Dashboard → Webhooks → the endpoint whose URL ends in \"/api/webhooks/clerk\" → Signing Secret → into CLERK_WEBHOOK_SECRET, then start hooktop again: it has its secret from --clerk-secret, which goes before any .env file. Each endpoint has a secret of its own. For a signed test run: hooktop trigger user.created.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"well-formed"},{"name":"secrets","ok":false,"detail":"1 secret tried, none matches"},{"name":"others","ok":true,"detail":"1 other secret tried (--stripe-secret), none explains it"},{"name":"forms","ok":true,"detail":"47 forms of key and content tried"},{"name":"body","ok":true,"detail":"28 forms of the body tried"},{"name":"sender","ok":false,"detail":"User-Agent Go-http-client/1.1, not Svix''s","hint":true},{"name":"address","ok":false,"detail":"127.0.0.1, this machine","hint":true},{"name":"message id","ok":false,"detail":"msg_15, not in Svix''s form: msg_ and 27 letters and digits","hint":true},{"name":"instance","ok":true,"detail":"ins_1, as in the deliveries that verified","hint":true}]}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":15}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"one@example.com","id":"idn_1"}],"id":"user_one","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (16, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34746', '{"Accept-Encoding":["gzip"],"Content-Length":["229"],"Svix-Id":["msg_16"],"Svix-Signature":["v1,9S51IJITlzdJ55uIiN3R+Oc0+IFEqjOWHI7mhjntqwE="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"d@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347916000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (17, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34754', '{"Accept-Encoding":["gzip"],"Content-Length":["230"],"Svix-Id":["msg_17"],"Svix-Signature":["v1,DfzbSajxGEZOGl1fJymQOIUTyLs6MBehenhW23M160c="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…4JiU, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…4JiU"}],"secret":"whsec_…4JiU (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":17}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (18, 'POST', '/api/webhooks/clerk', '127.0.0.1:40019', '127.0.0.1:34760', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_18"],"Svix-Signature":["v1,GhAKeqDQaeFPuE0PesqVLs5PQWroLzsPiJ6yEDwi8sY="],"Svix-Timestamp":["1795514269"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…L1Ja, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…L1Ja"}],"secret":"whsec_…L1Ja (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"later@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347918000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (19, 'POST', '/api/webhooks/stripe', '127.0.0.1:40019', '127.0.0.1:34764', '{"Accept-Encoding":["gzip"],"Content-Length":["307"],"Stripe-Signature":["t=1795514269,v1=cf65932e671ca626a020aefc3619d53f115ca9ac3e717a4085ad8a2378e980ec"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…3UtZ, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…3UtZ"}],"secret":"whsec_…3UtZ (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_19","object":"event","created":1795347922,"type":"customer.subscription.updated","data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","created":1795348000,
		"items":{"data":[{"current_period_end":1797940000,"price":{"id":"price_1","lookup_key":"pro"}}]}}}}' AS BLOB));
INSERT INTO "payload" VALUES (20, 'POST', '/api/webhooks/stripe', '127.0.0.1:40019', '127.0.0.1:34776', '{"Accept-Encoding":["gzip"],"Content-Length":["279"],"Stripe-Signature":["t=1795514269,v1=97ae26d4adfccff13237fb6d2e545b22df261b3d975c284632981c9ab1632bdb"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…3UtZ, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…3UtZ"}],"secret":"whsec_…3UtZ (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_20","object":"event","created":1795347921,"type":"customer.subscription.created","data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","status":"incomplete","created":1795348000,
		"items":{"data":[{"price":{"id":"price_1","lookup_key":"pro"}}]}}}}' AS BLOB));
INSERT INTO "payload" VALUES (21, 'POST', '/api/webhooks/stripe', '127.0.0.1:40019', '127.0.0.1:34786', '{"Accept-Encoding":["gzip"],"Content-Length":["224"],"Stripe-Signature":["t=1795514269,v1=64ce74b7fba336af342f5638a28ceef7030d0d7720857859ea3952574175aa5b"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…3UtZ, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…3UtZ"}],"secret":"whsec_…3UtZ (--stripe-secret)"}', CAST('{"message":"Subscription synced"}' AS BLOB), CAST('{"id":"evt_21","object":"event","created":1795347923,"type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session","customer":"cus_1","subscription":"sub_1","client_reference_id":"user_ada"}}}' AS BLOB));
INSERT INTO "payload" VALUES (22, 'POST', '/api/webhooks/stripe', '127.0.0.1:40019', '127.0.0.1:34790', '{"Accept-Encoding":["gzip"],"Content-Length":["330"],"Stripe-Signature":["t=1795514269,v1=06cbccca37d46ad428cc90ce6a42a43a11ecfae25a0f446758f2e488976a236b"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…3UtZ, --stripe-secret.","checks":[{"name":"headers","ok":true,"detail":"stripe-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…3UtZ"}],"secret":"whsec_…3UtZ (--stripe-secret)"}', CAST('{"message":"No matching user yet"}' AS BLOB), CAST('{"id":"evt_22","object":"event","created":1795347924,"type":"customer.subscription.created","data":{"object":{"id":"sub_2","object":"subscription","customer":"cus_2","status":"trialing","created":1795348000,
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
INSERT INTO "forward" VALUES (1, 8, 1795514269530300467, 'http://127.0.0.1:36607/api/webhooks/clerk', 500, '', 2548355, 0, '{"Content-Length":["13"],"Content-Type":["text/plain; charset=utf-8"],"Date":["Tue, 24 Nov 2026 09:57:49 GMT"],"X-Content-Type-Options":["nosniff"]}', CAST('no such user
' AS BLOB));
CREATE TABLE change (
    delivery_id INTEGER PRIMARY KEY,
    user_id     TEXT NOT NULL,
    before      TEXT,
    after       TEXT
, applied_by INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "change" VALUES (1, 'user_ada', NULL, '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.451Z"}', 0);
INSERT INTO "change" VALUES (2, 'user_bo', NULL, '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:49.459Z","updatedAt":"2026-11-24T09:57:49.459Z"}', 0);
INSERT INTO "change" VALUES (3, 'user_ada', '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.451Z"}', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.464Z"}', 0);
INSERT INTO "change" VALUES (7, 'user_eve', NULL, '{"id":"user_eve","email":"eve@example.com","createdAt":"2026-11-24T09:57:49.626Z","updatedAt":"2026-11-24T09:57:49.626Z"}', 0);
INSERT INTO "change" VALUES (9, 'user_bo', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:49.459Z","updatedAt":"2026-11-24T09:57:49.459Z"}', NULL, 0);
INSERT INTO "change" VALUES (16, 'user_d', NULL, '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:49.575Z","updatedAt":"2026-11-24T09:57:49.575Z"}', 0);
INSERT INTO "change" VALUES (17, 'user_d', '{"id":"user_d","email":"later@example.com","createdAt":"2026-11-24T09:57:49.575Z","updatedAt":"2026-11-24T09:57:49.585Z"}', '{"id":"user_d","email":"di@example.com","createdAt":"2026-11-24T09:57:49.575Z","updatedAt":"2026-11-24T09:57:49.632Z"}', 0);
INSERT INTO "change" VALUES (18, 'user_d', '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:49.575Z","updatedAt":"2026-11-24T09:57:49.575Z"}', '{"id":"user_d","email":"later@example.com","createdAt":"2026-11-24T09:57:49.575Z","updatedAt":"2026-11-24T09:57:49.585Z"}', 0);
INSERT INTO "change" VALUES (19, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"incomplete","planKey":"pro","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.654Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"active","subscriptionCurrentPeriodEnd":"2026-12-22T11:46:40Z","planKey":"pro","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.654Z"}', 21);
INSERT INTO "change" VALUES (20, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.653Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","stripePriceId":"price_1","subscriptionStatus":"incomplete","planKey":"pro","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.654Z"}', 21);
INSERT INTO "change" VALUES (21, 'user_ada', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.464Z"}', '{"id":"user_ada","email":"lovelace@example.com","stripeCustomerId":"cus_1","stripeSubscriptionId":"sub_1","createdAt":"2026-11-24T09:57:49.451Z","updatedAt":"2026-11-24T09:57:49.653Z"}', 0);
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
INSERT INTO "user_state" VALUES ('user_bo', 1795347909000, 9, 1795514269541582372, 'bo@example.com', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:49.459Z","updatedAt":"2026-11-24T09:57:49.459Z"}');
INSERT INTO "user_state" VALUES ('user_d', 1795348000000, 17, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_di', 1795347910000, 10, 1795514269546588192, '', NULL);
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
INSERT INTO "tally" VALUES (1, 22, 1, 5, 0, 1795514269660026483);
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
);
INSERT INTO "mirror_change" VALUES (1, 'user_ada', 0, 0, 'ada@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.451+00:00', '2026-11-24T09:57:49.451+00:00');
INSERT INTO "mirror_change" VALUES (2, 'user_bo', 0, 0, 'bo@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.459+00:00', '2026-11-24T09:57:49.459+00:00');
INSERT INTO "mirror_change" VALUES (3, 'user_ada', 0, 0, 'lovelace@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.451+00:00', '2026-11-24T09:57:49.464+00:00');
INSERT INTO "mirror_change" VALUES (4, 'user_bo', 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "mirror_change" VALUES (5, 'user_d', 0, 0, 'd@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.575+00:00', '2026-11-24T09:57:49.575+00:00');
INSERT INTO "mirror_change" VALUES (6, 'user_d', 0, 0, 'later@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.575+00:00', '2026-11-24T09:57:49.585+00:00');
INSERT INTO "mirror_change" VALUES (7, 'user_eve', 0, 0, 'eve@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.626+00:00', '2026-11-24T09:57:49.626+00:00');
INSERT INTO "mirror_change" VALUES (8, 'user_d', 0, 0, 'di@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.575+00:00', '2026-11-24T09:57:49.632+00:00');
INSERT INTO "mirror_change" VALUES (9, 'user_ada', 0, 1, 'lovelace@example.com', 'cus_1', 'sub_1', NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:49.451+00:00', '2026-11-24T09:57:49.653+00:00');
INSERT INTO "mirror_change" VALUES (10, 'user_ada', 0, 1, 'lovelace@example.com', 'cus_1', 'sub_1', 'price_1', 'incomplete', NULL, 0, 'pro', '2026-11-24T09:57:49.451+00:00', '2026-11-24T09:57:49.654+00:00');
INSERT INTO "mirror_change" VALUES (11, 'user_ada', 0, 1, 'lovelace@example.com', 'cus_1', 'sub_1', 'price_1', 'active', '2026-12-22T11:46:40.000+00:00', 0, 'pro', '2026-11-24T09:57:49.451+00:00', '2026-11-24T09:57:49.654+00:00');
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('delivery', 22);
INSERT INTO "sqlite_sequence" VALUES ('forward', 1);
INSERT INTO "sqlite_sequence" VALUES ('hooktop_version', 7);
INSERT INTO "sqlite_sequence" VALUES ('mirror_change', 11);
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
COMMIT;
