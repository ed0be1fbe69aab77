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
PRAGMA application_id = 0;
PRAGMA user_version = 0;
BEGIN;
CREATE TABLE hooktop_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "hooktop_version" VALUES (1, 0, 1, '2026-11-24 09:57:47');
INSERT INTO "hooktop_version" VALUES (2, 1, 1, '2026-11-24 09:57:47');
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
INSERT INTO "User" VALUES ('user_ada', 'lovelace@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:47.659+00:00', '2026-11-24T09:57:47.668+00:00');
INSERT INTO "User" VALUES ('user_d', 'later@example.com', NULL, NULL, NULL, NULL, NULL, 0, NULL, '2026-11-24T09:57:47.762+00:00', '2026-11-24T09:57:47.769+00:00');
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
) STRICT;
INSERT INTO "delivery" VALUES (1, 1795514267657905167, 'clerk', 'local', 0, 233, 'msg_1', 1, 1, '', 'user.created', 'created', '', 'user_ada', 'ada@example.com', '', 200, 1387998, 0, '', 0);
INSERT INTO "delivery" VALUES (2, 1795514267664224664, 'clerk', 'local', 0, 231, 'msg_2', 1, 1, '', 'user.created', 'created', '', 'user_bo', 'bo@example.com', '', 200, 353289, 0, '', 0);
INSERT INTO "delivery" VALUES (3, 1795514267668705180, 'clerk', 'local', 0, 238, 'msg_3', 1, 1, '', 'user.updated', 'updated', '', 'user_ada', 'lovelace@example.com', '', 200, 297804, 0, '', 0);
INSERT INTO "delivery" VALUES (4, 1795514267673877816, 'clerk', 'local', 0, 233, 'msg_4', 1, 1, '', 'user.updated', 'stale', '1 min older', 'user_ada', 'old@example.com', '', 200, 303735, 0, '', 0);
INSERT INTO "delivery" VALUES (5, 1795514267677920652, 'clerk', 'local', 0, 231, 'msg_5', 1, 1, '', 'user.created', 'conflict', 'held by user_bo', 'user_cy', 'bo@example.com', 'user_bo', 409, 297824, 0, '', 1);
INSERT INTO "delivery" VALUES (6, 1795514267681003340, 'clerk', 'local', 0, 238, 'msg_3', 2, 1, '', 'user.updated', 'duplicate', 'duplicate of #3', 'user_ada', 'lovelace@example.com', '', 200, 354121, 0, '', 0);
INSERT INTO "delivery" VALUES (7, 1795514267684627634, 'clerk', 'local', 0, 233, 'msg_7', 1, 0, 'wrong-secret', 'user.created', 'rejected', '', NULL, '', '', 400, 1106696, 0, '', 1);
INSERT INTO "delivery" VALUES (8, 1795514267719065052, 'clerk', 'resend', 3, 238, 'msg_3', 3, 1, '', 'user.updated', '', '', 'user_ada', 'lovelace@example.com', '', 0, 225056, 500, '', 1);
INSERT INTO "delivery" VALUES (9, 1795514267730360713, 'clerk', 'local', 0, 143, 'msg_9', 1, 1, '', 'user.deleted', 'deleted', '', 'user_bo', 'bo@example.com', '', 200, 496150, 0, '', 0);
INSERT INTO "delivery" VALUES (10, 1795514267736151500, 'clerk', 'local', 0, 143, 'msg_10', 1, 1, '', 'user.deleted', 'deleted', '', 'user_di', '', '', 200, 398013, 0, '', 0);
INSERT INTO "delivery" VALUES (11, 1795514267740527177, 'clerk', 'local', 0, 231, 'msg_11', 1, 1, '', 'user.created', 'stale', 'user deleted by #10', 'user_di', 'di@example.com', '', 200, 309937, 0, '', 0);
INSERT INTO "delivery" VALUES (12, 1795514267744875953, 'clerk', 'local', 0, 154, 'msg_12', 1, 1, '', 'session.created', 'unhandled', '', NULL, '', '', 200, 296281, 0, '', 0);
INSERT INTO "delivery" VALUES (13, 1795514267748614193, 'clerk', 'local', 0, 183, 'msg_13', 1, 1, '', 'user.created', 'missing-email', '', 'user_none', '', '', 400, 398064, 0, '', 1);
INSERT INTO "delivery" VALUES (14, 1795514267751957754, 'clerk', 'local', 0, 239, 'msg_14', 1, 1, '', 'user.created', 'conflict', 'held by user_ada', 'user_late', 'lovelace@example.com', 'user_ada', 409, 275402, 0, '', 1);
INSERT INTO "delivery" VALUES (15, 1795514267756685588, 'clerk', 'local', 0, 233, 'msg_15', 1, 0, 'wrong-secret', 'user.created', 'rejected', '', NULL, '', '', 400, 860379, 0, '', 1);
INSERT INTO "delivery" VALUES (16, 1795514267761827216, 'clerk', 'local', 0, 229, 'msg_16', 1, 1, '', 'user.created', 'created', '', 'user_d', 'd@example.com', '', 200, 305097, 0, '', 0);
INSERT INTO "delivery" VALUES (17, 1795514267765251801, 'clerk', 'local', 0, 230, 'msg_17', 1, 0, 'wrong-secret', 'user.updated', 'rejected', '', NULL, '', '', 400, 1189843, 0, '', 1);
INSERT INTO "delivery" VALUES (18, 1795514267769534572, 'clerk', 'local', 0, 233, 'msg_18', 1, 1, '', 'user.updated', 'updated', '', 'user_d', 'later@example.com', '', 200, 363468, 0, '', 0);
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
INSERT INTO "payload" VALUES (1, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52316', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_1"],"Svix-Signature":["v1,TbKOpKx+6sD3/3wXDsRzkzvi23DNA9WSkjm232HIxSM="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347901000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (2, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52322', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_2"],"Svix-Signature":["v1,tuxF2RLd5QiVDshyrfflqCtN7cMcjC62j/rKzOvF3bg="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_bo","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347902000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (3, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52334', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,sa6kSm+Fu+MTWBUGGXtB8GKsuIZegpe1PCavppkGDew="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (4, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52346', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_4"],"Svix-Signature":["v1,mexvnMRQ4Hq8kzK/9Txf5ogMSxRaJP5NM8gR4xz+xUk="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"old@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347801000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (5, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52362', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_5"],"Svix-Signature":["v1,2c5mWuP7QA1QUzNK92u2F8jfuGF8/M6C/n79R6obz/E="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_cy","heldBy":"user_bo"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"bo@example.com","id":"idn_1"}],"id":"user_cy","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347905000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (6, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52376', '{"Accept-Encoding":["gzip"],"Content-Length":["238"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,sa6kSm+Fu+MTWBUGGXtB8GKsuIZegpe1PCavppkGDew="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"Already processed"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (7, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52386', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_7"],"Svix-Signature":["v1,kd/W+Fh7g0b3dDIBee09DFP9dcjNI0OYwkGHdRLg6Dc="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signed with another secret","detail":"The headers are in order, but the signature was not made over this body with whsec_…fp0T (--clerk-secret). whsec_…fp0T (--clerk-secret) verified another delivery 0s ago, so this one comes from another endpoint. Ruled out: 0 other known secrets, 13 other forms of key and content, 12 other forms of the body.","fix":"Clerk Dashboard → Webhooks → the endpoint whose URL ends in \"/api/webhooks/clerk\" → Signing Secret → into CLERK_WEBHOOK_SECRET, then start hooktop again. Each endpoint has a secret of its own.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"well-formed"},{"name":"secrets","ok":false,"detail":"1 secret tried, none matches"},{"name":"forms","ok":true,"detail":"13 forms of key and content tried"},{"name":"body","ok":true,"detail":"12 forms of the body tried"}]}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":7}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"eve@example.com","id":"idn_1"}],"id":"user_eve","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (8, 'POST', '/api/webhooks/clerk', '127.0.0.1:40425', '', '{"Accept-Encoding":["gzip"],"Svix-Id":["msg_3"],"Svix-Signature":["v1,sa6kSm+Fu+MTWBUGGXtB8GKsuIZegpe1PCavppkGDew="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, CLERK_WEBHOOK_SECRET.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (CLERK_WEBHOOK_SECRET)"}', CAST('' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_ada","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347903000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (9, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52390', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_9"],"Svix-Signature":["v1,lmQuGcjgWYiJmraI/lzGlI9euXQ1cJXu0+A/gS2qvVQ="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_bo","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347909000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (10, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52406', '{"Accept-Encoding":["gzip"],"Content-Length":["143"],"Svix-Id":["msg_10"],"Svix-Signature":["v1,6IXxL9NEnJ9A2MoWdeqAI0c0z6HCSvCNeU1c7vEPxvQ="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User deleted"}' AS BLOB), CAST('{"data":{"deleted":true,"id":"user_di","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1795347910000,"type":"user.deleted"}' AS BLOB));
INSERT INTO "payload" VALUES (11, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52414', '{"Accept-Encoding":["gzip"],"Content-Length":["231"],"Svix-Id":["msg_11"],"Svix-Signature":["v1,omaZDo35h+1wA6KP1E0aSheSu3dC3xZJ6R22d6XAGFk="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"Stale event ignored"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_di","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347911000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (12, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52418', '{"Accept-Encoding":["gzip"],"Content-Length":["154"],"Svix-Id":["msg_12"],"Svix-Signature":["v1,SF6PNUlEUnGuEM8Jf6pMzqRd/YVzQb6nZmn5zbvtb0A="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"Event type not handled"}' AS BLOB), CAST('{"data":{"id":"sess_1","object":"session","user_id":"user_ada"},"instance_id":"ins_1","object":"event","timestamp":1795347912000,"type":"session.created"}' AS BLOB));
INSERT INTO "payload" VALUES (13, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52426', '{"Accept-Encoding":["gzip"],"Content-Length":["183"],"Svix-Id":["msg_13"],"Svix-Signature":["v1,2HiTKdNuZuef65L+DwijOyJ9WJ3eAHOeS+Dh1aAtfkc="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User has no email address","userId":"user_none"}' AS BLOB), CAST('{"data":{"email_addresses":[],"id":"user_none","object":"user","primary_email_address_id":null},"instance_id":"ins_1","object":"event","timestamp":1795347913000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (14, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52434', '{"Accept-Encoding":["gzip"],"Content-Length":["239"],"Svix-Id":["msg_14"],"Svix-Signature":["v1,UKb/ac3j/O038gPuXHLdY5N/pAmPDFb/H4gS3DFw/Nc="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"Email already belongs to another user","userId":"user_late","heldBy":"user_ada"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"lovelace@example.com","id":"idn_1"}],"id":"user_late","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347914000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (15, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52448', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_15"],"Svix-Signature":["v1,r0ymUqHJiO6fPPgFwW77QpdfpaeiPHht/l2jo5UpXPM="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signed with another secret","detail":"The headers are in order, but the signature was not made over this body with whsec_…fp0T (--clerk-secret). whsec_…fp0T (--clerk-secret) verified another delivery 0s ago, so this one comes from another endpoint. Ruled out: 0 other known secrets, 13 other forms of key and content, 12 other forms of the body.","fix":"Clerk Dashboard → Webhooks → the endpoint whose URL ends in \"/api/webhooks/clerk\" → Signing Secret → into CLERK_WEBHOOK_SECRET, then start hooktop again. Each endpoint has a secret of its own.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"well-formed"},{"name":"secrets","ok":false,"detail":"1 secret tried, none matches"},{"name":"forms","ok":true,"detail":"13 forms of key and content tried"},{"name":"body","ok":true,"detail":"12 forms of the body tried"}]}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":15}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"one@example.com","id":"idn_1"}],"id":"user_one","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (16, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52460', '{"Accept-Encoding":["gzip"],"Content-Length":["229"],"Svix-Id":["msg_16"],"Svix-Signature":["v1,xppsENYwi6xbMnCRQNhmRQKqcOyFvp3vRv7NxzWzVT4="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User created"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"d@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347916000,"type":"user.created"}' AS BLOB));
INSERT INTO "payload" VALUES (17, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52468', '{"Accept-Encoding":["gzip"],"Content-Length":["230"],"Svix-Id":["msg_17"],"Svix-Signature":["v1,OL3qk4ag/ma0RkIj1so5s5VqR1q1omfhl5TT9rnnjq8="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signed with another secret","detail":"The headers are in order, but the signature was not made over this body with whsec_…fp0T (--clerk-secret). whsec_…fp0T (--clerk-secret) verified another delivery 0s ago, so this one comes from another endpoint. Ruled out: 0 other known secrets, 13 other forms of key and content, 12 other forms of the body.","fix":"Clerk Dashboard → Webhooks → the endpoint whose URL ends in \"/api/webhooks/clerk\" → Signing Secret → into CLERK_WEBHOOK_SECRET, then start hooktop again. Each endpoint has a secret of its own.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"well-formed"},{"name":"secrets","ok":false,"detail":"1 secret tried, none matches"},{"name":"forms","ok":true,"detail":"13 forms of key and content tried"},{"name":"body","ok":true,"detail":"12 forms of the body tried"}]}', CAST('{"message":"Invalid webhook signature","code":"wrong-secret","delivery":17}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"di@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795348000000,"type":"user.updated"}' AS BLOB));
INSERT INTO "payload" VALUES (18, 'POST', '/api/webhooks/clerk', '127.0.0.1:44681', '127.0.0.1:52480', '{"Accept-Encoding":["gzip"],"Content-Length":["233"],"Svix-Id":["msg_18"],"Svix-Signature":["v1,E98cL2oL7WyRMEpsXq1JJ8Cjh8fiFcJJubTMFUleMhU="],"Svix-Timestamp":["1795514267"],"User-Agent":["Go-http-client/1.1"]}', '{"title":"Signature verified","detail":"Signed with whsec_…fp0T, --clerk-secret.","checks":[{"name":"headers","ok":true,"detail":"svix-id, svix-timestamp, svix-signature"},{"name":"time","ok":true,"detail":"0 s old, 300 s allowed"},{"name":"signature","ok":true,"detail":"made with whsec_…fp0T"}],"secret":"whsec_…fp0T (--clerk-secret)"}', CAST('{"message":"User updated"}' AS BLOB), CAST('{"data":{"email_addresses":[{"email_address":"later@example.com","id":"idn_1"}],"id":"user_d","object":"user","primary_email_address_id":"idn_1"},"instance_id":"ins_1","object":"event","timestamp":1795347918000,"type":"user.updated"}' AS BLOB));
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
INSERT INTO "forward" VALUES (1, 8, 1795514267721447183, 'http://127.0.0.1:40425/api/webhooks/clerk', 500, '', 1754183, 0, '{"Content-Length":["13"],"Content-Type":["text/plain; charset=utf-8"],"Date":["Tue, 24 Nov 2026 09:57:47 GMT"],"X-Content-Type-Options":["nosniff"]}', CAST('no such user
' AS BLOB));
CREATE TABLE change (
    delivery_id INTEGER PRIMARY KEY,
    user_id     TEXT NOT NULL,
    before      TEXT,
    after       TEXT
) STRICT;
INSERT INTO "change" VALUES (1, 'user_ada', NULL, '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:47.659Z","updatedAt":"2026-11-24T09:57:47.659Z"}');
INSERT INTO "change" VALUES (2, 'user_bo', NULL, '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:47.664Z","updatedAt":"2026-11-24T09:57:47.664Z"}');
INSERT INTO "change" VALUES (3, 'user_ada', '{"id":"user_ada","email":"ada@example.com","createdAt":"2026-11-24T09:57:47.659Z","updatedAt":"2026-11-24T09:57:47.659Z"}', '{"id":"user_ada","email":"lovelace@example.com","createdAt":"2026-11-24T09:57:47.659Z","updatedAt":"2026-11-24T09:57:47.668Z"}');
INSERT INTO "change" VALUES (9, 'user_bo', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:47.664Z","updatedAt":"2026-11-24T09:57:47.664Z"}', NULL);
INSERT INTO "change" VALUES (16, 'user_d', NULL, '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:47.762Z","updatedAt":"2026-11-24T09:57:47.762Z"}');
INSERT INTO "change" VALUES (18, 'user_d', '{"id":"user_d","email":"d@example.com","createdAt":"2026-11-24T09:57:47.762Z","updatedAt":"2026-11-24T09:57:47.762Z"}', '{"id":"user_d","email":"later@example.com","createdAt":"2026-11-24T09:57:47.762Z","updatedAt":"2026-11-24T09:57:47.769Z"}');
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
INSERT INTO "message" VALUES ('clerk', 'msg_17', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_18', 1, 18);
INSERT INTO "message" VALUES ('clerk', 'msg_2', 1, 2);
INSERT INTO "message" VALUES ('clerk', 'msg_3', 3, 3);
INSERT INTO "message" VALUES ('clerk', 'msg_4', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_5', 1, NULL);
INSERT INTO "message" VALUES ('clerk', 'msg_7', 1, NULL);
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
INSERT INTO "user_state" VALUES ('user_bo', 1795347909000, 9, 1795514267730360713, 'bo@example.com', '{"id":"user_bo","email":"bo@example.com","createdAt":"2026-11-24T09:57:47.664Z","updatedAt":"2026-11-24T09:57:47.664Z"}');
INSERT INTO "user_state" VALUES ('user_d', 1795347918000, 18, NULL, '', NULL);
INSERT INTO "user_state" VALUES ('user_di', 1795347910000, 10, 1795514267736151500, '', NULL);
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
INSERT INTO "tally" VALUES (1, 18, 3, 7, 0, 1795514267769534572);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('delivery', 18);
INSERT INTO "sqlite_sequence" VALUES ('forward', 1);
INSERT INTO "sqlite_sequence" VALUES ('hooktop_version', 2);
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
COMMIT;
