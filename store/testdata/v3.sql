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
INSERT INTO "User" VALUES ('user_ada', 'lovelace@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:48.262+00:00', '2026-11-24T09:57:48.272+00:00');
INSERT INTO "User" VALUES ('user_d', 'di@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:48.371+00:00', '2026-11-24T09:57:48.423+00:00');
INSERT INTO "User" VALUES ('user_eve', 'eve@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:48.417+00:00', '2026-11-24T09:57:48.417+00:00');
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
, reverified_at INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "delivery" VALUES (1, 1795514268261323286, 'clerk', 'local', 0, 233, 'msg_1', 1, 1, '', 'user.created', 'created', '', 'user_ada', 'ada@example.com', '', 200, 930572, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (2, 1795514268267205466, 'clerk', 'local', 0, 231, 'msg_2', 1, 1, '', 'user.created', 'created', '', 'user_bo', 'bo@example.com', '', 200, 491391, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (3, 1795514268271852255, 'clerk', 'local', 0, 238, 'msg_3', 1, 1, '', 'user.updated', 'updated', '', 'user_ada', 'lovelace@example.com', '', 200, 424564, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (4, 1795514268277554073, 'clerk', 'local', 0, 233, 'msg_4', 1, 1, '', 'user.updated', 'stale', '1 min older', 'user_ada', 'old@example.com', '', 200, 236508, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (5, 1795514268281127351, 'clerk', 'local', 0, 231, 'msg_5', 1, 1, '', 'user.created', 'conflict', 'held by user_bo', 'user_cy', 'bo@example.com', 'user_bo', 409, 188056, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (6, 1795514268285449757, 'clerk', 'local', 0, 238, 'msg_3', 2, 1, '', 'user.updated', 'duplicate', 'duplicate of #3', 'user_ada', 'lovelace@example.com', '', 200, 285351, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (7, 1795514268289469178, 'clerk', 'local', 0, 233, 'msg_7', 1, 1, '', 'user.created', 'created', '', 'user_eve', 'eve@example.com', '', 400, 1106977, 0, '', 0, 1795514268418870610);
INSERT INTO "delivery" VALUES (8, 1795514268323701679, 'clerk', 'resend', 3, 238, 'msg_3', 3, 1, '', 'user.updated', '', '', 'user_ada', 'lovelace@example.com', '', 0, 208704, 500, '', 1, 0);
INSERT INTO "delivery" VALUES (9, 1795514268337734063, 'clerk', 'local', 0, 143, 'msg_9', 1, 1, '', 'user.deleted', 'deleted', '', 'user_bo', 'bo@example.com', '', 200, 458428, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (10, 1795514268343635269, 'clerk', 'local', 0, 143, 'msg_10', 1, 1, '', 'user.deleted', 'deleted', '', 'user_di', '', '', 200, 370341, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (11, 1795514268348400714, 'clerk', 'local', 0, 231, 'msg_11', 1, 1, '', 'user.created', 'stale', 'user deleted by #10', 'user_di', 'di@example.com', '', 200, 471574, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (12, 1795514268352605898, 'clerk', 'local', 0, 154, 'msg_12', 1, 1, '', 'session.created', 'unhandled', '', NULL, '', '', 200, 264541, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (13, 1795514268356269105, 'clerk', 'local', 0, 183, 'msg_13', 1, 1, '', 'user.created', 'missing-email', '', 'user_none', '', '', 400, 135096, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (14, 1795514268361371768, 'clerk', 'local', 0, 239, 'msg_14', 1, 1, '', 'user.created', 'conflict', 'held by user_ada', 'user_late', 'lovelace@example.com', 'user_ada', 409, 353420, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (15, 1795514268364472340, 'clerk', 'local', 0, 233, 'msg_15', 1, 0, 'wrong-secret', 'user.created', 'rejected', '', NULL, '', '', 400, 1278993, 0, '', 1, 0);
INSERT INTO "delivery" VALUES (16, 1795514268371690961, 'clerk', 'local', 0, 229, 'msg_16', 1, 1, '', 'user.created', 'created', '', 'user_d', 'd@example.com', '', 200, 242800, 0, '', 0, 0);
INSERT INTO "delivery" VALUES (17, 1795514268375819319, 'clerk', 'local', 0, 230, 'msg_17', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'di@example.com', '', 400, 1013018, 0, '', 0, 1795514268423641555);
INSERT INTO "delivery" VALUES (18, 1795514268380379435, 'clerk', 'local', 0, 233, 'msg_18', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'later@example.com', '', 200, 284258, 0, '', 0, 0);
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
INSERT INTO "payload" VALUES (1, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41074', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_1"],"Svix-Signature":["v1,DpF+a/Mxd4/YxrRfmTMSR4KnfUJPLxSbRIxRp2NVKPA="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347901000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (2, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41090', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_2"],"Svix-Signature":["v1,QIbmyoYEJdVaLZUzz0b2XQukVtYOBnukwbsxaWnIgH4="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_bo","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347902000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (3, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41106', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,Apaui5unXa3UMiAo5SbuviGp+Stz/S9HMDOer40RAwg="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (4, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41110', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_4"],"Svix-Signature":["v1,yz2TqzYahlWvS211Ixvxh7Tpwp8N6Cs4uXPmLc/z01o="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"old@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347801000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (5, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41122', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_5"],"Svix-Signature":["v1,tBAiZOQmL4+TIRZtUq9uZan26ErKRMKjXAPSqWr9KTc="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_cy","heldBy":"user_bo"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_cy","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347905000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (6, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41132', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,Apaui5unXa3UMiAo5SbuviGp+Stz/S9HMDOer40RAwg="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"Already processed"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (7, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41146', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_7"],"Svix-Signature":["v1,+GDLPSs/a+QeBArEbieBP5SXciEG+FOXw1Y8JlOn+v8="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hG8K, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hG8K"}],"secret":"whsec_…hG8K (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":7}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"eve@example.com","id":"idn_1"}],"id":"user_eve","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (8, 'POST', '/api/webhooks/clerk', '127.0.0.1:40535', '', '{"Accept-Encoding":["gzip"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,Apaui5unXa3UMiAo5SbuviGp+Stz/S9HMDOer40RAwg="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, CLERK_WEBHOOK_SECRET.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (CLERK_WEBHOOK_SECRET)"}', CAST('' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (9, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41148', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_9"],"Svix-Signature":["v1,eBppkegX07+9XEHkIz2srQRIPVzdemQebZjTamRmzDQ="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_bo","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347909000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (10, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41162', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_10"],"Svix-Signature":["v1,nYBBHHbe/6zNUy5h3Of4XTV5kOkSDO2l8erUJ21Wj2c="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_di","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347910000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (11, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41178', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_11"],"Svix-Signature":["v1,fnszkB4riS1VWBUUCHoSC6NuNqlM22FHh3Ho99R5Gkc="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_di","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347911000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (12, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41194', '{"Accept-Encoding":["gzip"],"Content-Length":["154"],"Svix-Id":["msg_12"],"Svix-Signature":["v1,rh/S8JmIt2CWosrkgJ/rM4YmkY2Oq5LU+E2w6N23LWA="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"Event type not handled"}' AS BLOB), CAST('{"data":{"id":"sess_1","object":"session","user_id":"user_ada"},"instance_id":"ins_1","object":"event","timestamp":1795347912000,"type":"session.created"}' AS BLOB));
INSERT INTO "payload" VALUES (13, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41200', '{"Accept-Encoding":["gzip"],"Content-Length":["183"],"Svix-Id":["msg_13"],"Svix-Signature":["v1,Ge/vfOhVhesVgO9EshMIuaSmPPIihByHeS7ahUoX+jA="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User has no email address","userId":"user_none"}' AS BLOB), CAST('{"data":{"email_addresses":[],"id":"user_none","object":"user","primary_email_address_id":null},"instance_id":"ins_1","object":"event","timestamp":1795347913000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (14, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41206', '{"Accept-Encoding":["gzip"],"Content-Length":["239"],"Svix-Id":["msg_14"],"Svix-Signature":["v1,vYgma75TlCZTGJVU7A/pKQHCpd/jDNsOXXMBf4WpjVk="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_late","heldBy":"user_ada"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_late","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347914000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (15, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41222', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_15"],"Svix-Signature":["v1,ld8jqPktICfZts4y2DcBN0txvjfcNZtQxEHt3jUCyps="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signed with another secret","detail":"Nothing about it looks like Svix (User-Agent Go-http-client/1.1), and its signature was not made over this body with whsec_…sCfj (--clerk-secret). That secret verified another delivery 0s ago, so this one comes from another endpoint. Ruled out by recomputing: 49 other forms of key and content, 28 other forms of the body, 1 other known secret.","fix":"Clerk Dashboard → Webhooks → the endpoint whose URL ends in \"/api/webhooks/clerk\" → Signing Secret → into CLERK_WEBHOOK_SECRET, then start hooktop again: it has its secret from --clerk-secret, which goes before any .env file. Each endpoint has a secret of its own. For a signed test run: hooktop trigger user.created.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"well-formed"},{"name":"secrets","ok":false,"detail":"1 secret tried, none matches"},{"name":"others","ok":true,"detail":"1 other secret tried (--stripe-secret), none explains it"},{"name":"forms","ok":true,"detail":"49 forms of key and content tried"},{"name":"body","ok":true,"detail":"28 forms of the body tried"},{"name":"sender","ok":false,"detail":"User-Agent Go-http-client/1.1, not Svix''s","hint":true},{"name":"address","ok":false,"detail":"127.0.0.1, this machine","hint":true},{"name":"message id","ok":false,"detail":"msg_15, not in Svix''s form: msg_ and 27 letters and digits","hint":true},{"name":"instance","ok":true,"detail":"ins_1, as in the deliveries that verified","hint":true}]}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":15}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"one@example.com","id":"idn_1"}],"id":"user_one","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (16, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41230', '{"Accept-Encoding":["gzip"],"Content-Length":["229"],"Svix-Id":["msg_16"],"Svix-Signature":["v1,JgpT5nFuNhOJekXQtQiUHBkKeJ2E7C5u8mUY3GhPTWU="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"d@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347916000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (17, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41246', '{"Accept-Encoding":["gzip"],"Content-Length":["230"],"Svix-Id":["msg_17"],"Svix-Signature":["v1,nTyd4LHsfKd7gA3QgG0XeizJQ1h4w/v7oZCsVY5zT44="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…hG8K, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…hG8K"}],"secret":"whsec_…hG8K (--clerk-secret)"}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":17}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (18, 'POST', '/api/webhooks/clerk', '127.0.0.1:43419', '127.0.0.1:41248', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_18"],"Svix-Signature":["v1,hOqolH5dPHKb29CEnRgeFwVJkHMPmtZmx8Ld93cqF0Q="],"Svix-Timestamp":["1795514268"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…sCfj, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…sCfj"}],"secret":"whsec_…sCfj (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"later@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347918000,"type":"user.updated"}' AS BLOB));
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
INSERT INTO "forward" VALUES (1, 8, 1795514268326568658, 'http://127.0.0.1:40535/api/webhooks/clerk', 500, '', 2605585, 0, '{"Content-Length":["13"],"Content-Type":["text/plain; charset=utf-8"],"Date":["Tue, 24 Nov 2026 09:57:48 GMT"],"X-Content-Type-Options":["nosniff"]}', CAST('no such user
' AS BLOB));
CREATE TABLE change (
    delivery_id INTEGER PRIMARY KEY,
    user_id     TEXT NOT NULL,
    before      TEXT,
    after       TEXT
) STRICT;
INSERT INTO "change" VALUES (1, 'user_ada', NULL, '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:48.262Z","updatedAt":"2026-11-24T09:57:48.262Z"}');
INSERT INTO "change" VALUES (2, 'user_bo', NULL, '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:48.267Z","updatedAt":"2026-11-24T09:57:48.267Z"}');
INSERT INTO "change" VALUES (3, 'user_ada', '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:48.262Z","updatedAt":"2026-11-24T09:57:48.262Z"}', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-11-24T09:57:48.262Z","updatedAt":"2026-11-24T09:57:48.272Z"}');
INSERT INTO "change" VALUES (7, 'user_eve', NULL, '{"id":"user_eve","email":"eve@example.com","createdAt":"2026-11-24T09:57:48.417Z","updatedAt":"2026-11-24T09:57:48.417Z"}');
INSERT INTO "change" VALUES (9, 'user_bo', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:48.267Z","updatedAt":"2026-11-24T09:57:48.267Z"}', NULL);
INSERT INTO "change" VALUES (16, 'user_d', NULL, '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:48.371Z","updatedAt":"2026-11-24T09:57:48.371Z"}');
INSERT INTO "change" VALUES (17, 'user_d', '{"id":"user_d","email":"later@example.com","createdAt":"2026-11-24T09:57:48.371Z","updatedAt":"2026-11-24T09:57:48.38Z"}', '{"id":"user_d","email":"di@example.com","createdAt":"2026-11-24T09:57:48.371Z","updatedAt":"2026-11-24T09:57:48.423Z"}');
INSERT INTO "change" VALUES (18, 'user_d', '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:48.371Z","updatedAt":"2026-11-24T09:57:48.371Z"}', '{"id":"user_d","email":"later@example.com","createdAt":"2026-11-24T09:57:48.371Z","updatedAt":"2026-11-24T09:57:48.38Z"}');
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
CREATE TABLE user_state (
    user_id     TEXT NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    delivery_id INTEGER NOT NULL,
    deleted_at  INTEGER,
    email       TEXT NOT NULL DEFAULT '',
    row         TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "user_state" VALUES ('user_ada', 1795347903000, 3, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_bo', 1795347909000, 9, 1795514268337734063, 'bo@example.com', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:48.267Z","updatedAt":"2026-11-24T09:57:48.267Z"}');
INSERT INTO "user_state" VALUES ('user_d', 1795348000000, 17, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_di', 1795347910000, 10, 1795514268343635269, '', NULL);
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
INSERT INTO "tally" VALUES (1, 18, 1, 5, 0, 1795514268380379435);
CREATE TABLE remembered (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('delivery', 18);
INSERT INTO "sqlite_sequence" VALUES ('forward', 1);
INSERT INTO "sqlite_sequence" VALUES ('hooktop_version', 4);
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
COMMIT;
