
-- Codes for what only the wording of a text told before. receiver/webhook lists their
-- values: Failure, Reason, Voucher.

-- Why an app gave no complete answer; '' if it did. error says it in words.
ALTER TABLE forward ADD COLUMN failure TEXT NOT NULL DEFAULT '';
UPDATE forward SET failure = CASE
    WHEN error GLOB 'nothing listens*' THEN 'not-running'
    WHEN error GLOB 'no whole answer within*' OR error GLOB '*timeout*' OR error GLOB '*timed out*' OR error GLOB '*deadline exceeded*' THEN 'timeout'
    WHEN error GLOB 'not sent*' THEN 'not-sent'
    WHEN error GLOB 'its answer broke off*' THEN 'partial-answer'
    WHEN error GLOB 'it closed the connection*' OR error GLOB '*EOF*' OR error GLOB '*connection reset*' THEN 'connection-closed'
    WHEN error GLOB '*certificate*' OR error GLOB '*x509*' THEN 'untrusted-certificate'
    WHEN error GLOB 'its status *' THEN 'invalid-status'
    WHEN error GLOB 'hooktop was stopped before*' THEN 'interrupted'
    WHEN error GLOB 'the target is not a URL*' THEN 'invalid-target'
    ELSE 'no-answer'
END WHERE error <> '';

-- The same beside app_error. The cause reads it; a generated column can only be
-- altered by creating it again.
DROP INDEX delivery_cause;
ALTER TABLE delivery DROP COLUMN cause;
ALTER TABLE delivery ADD COLUMN app_failure TEXT NOT NULL DEFAULT '';

-- The reason for the outcome, and the delivery it refers to, 0 for none. note says
-- both in words.
ALTER TABLE delivery ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN related_id INTEGER NOT NULL DEFAULT 0;

-- The delivery that resolved a failure, 0 for none, and when a person marked the
-- failure as needing no more attention, in nanoseconds since 1970.
ALTER TABLE delivery ADD COLUMN resolved_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN acknowledged_at INTEGER NOT NULL DEFAULT 0;

-- What makes the event true: without a voucher it changes no user. unverified is 1 if
-- there was no signature to verify; then verified is 0 and the delivery is not
-- rejected.
ALTER TABLE delivery ADD COLUMN unverified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN vouched_by TEXT CHECK (vouched_by IN ('signature', 'provider-api'));

-- The bytes of the texts and blobs in the payload and the forwards of a delivery,
-- which can be large. tally has the sum of all and of the rejected.
ALTER TABLE delivery ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN rejected_bytes INTEGER NOT NULL DEFAULT 0;

UPDATE delivery SET
    vouched_by = iif(verified, 'signature', NULL),
    app_failure = CASE
        WHEN app_error = '' THEN ''
        WHEN app_error GLOB 'nothing listens*' THEN 'not-running'
        WHEN app_error GLOB 'no whole answer within*' OR app_error GLOB '*timeout*' OR app_error GLOB '*timed out*'
            OR app_error GLOB '*deadline exceeded*' THEN 'timeout'
        WHEN app_error GLOB 'not sent*' THEN 'not-sent'
        WHEN app_error GLOB 'its answer broke off*' THEN 'partial-answer'
        WHEN app_error GLOB 'it closed the connection*' OR app_error GLOB '*EOF*' OR app_error GLOB '*connection reset*' THEN 'connection-closed'
        WHEN app_error GLOB '*certificate*' OR app_error GLOB '*x509*' THEN 'untrusted-certificate'
        WHEN app_error GLOB 'its status *' THEN 'invalid-status'
        WHEN app_error GLOB 'hooktop was stopped before*' THEN 'interrupted'
        WHEN app_error GLOB 'the target is not a URL*' THEN 'invalid-target'
        ELSE 'no-answer'
    END,
    reason = CASE outcome
        WHEN 'duplicate' THEN iif(note GLOB 'duplicate of #[1-9]*', 'duplicate-of', '')
        WHEN 'stale' THEN CASE
            WHEN note GLOB 'superseded by #[1-9]*' THEN 'superseded'
            WHEN note GLOB 'user deleted by #[1-9]*' THEN 'user-deleted'
            WHEN note GLOB '* older than #[1-9]*, which waits' THEN 'older-than-waiting'
            WHEN note GLOB '* older' OR note GLOB '* older, linked by #*' THEN 'older'
            WHEN note GLOB 'customer deleted*' THEN 'customer-deleted'
            WHEN note GLOB 'of the same second*' THEN 'same-second'
            ELSE '' END
        WHEN 'conflict' THEN CASE
            WHEN note GLOB 'held by *' THEN 'address-held'
            WHEN note GLOB 'customer or subscription held by *' THEN 'customer-held'
            ELSE '' END
        WHEN 'unlinked' THEN CASE
            WHEN note GLOB '*, who had it, was deleted by #[1-9]*' THEN 'customer-of-deleted'
            WHEN note GLOB 'no user has customer *' THEN 'no-customer'
            ELSE '' END
        WHEN 'synced' THEN CASE
            WHEN note GLOB 'nothing changed*' THEN 'nothing-changed'
            WHEN note GLOB 'confirms what is known*' THEN 'confirmed'
            WHEN note GLOB 'linked by #[1-9]*' THEN 'linked-later'
            ELSE '' END
        WHEN 'unhandled' THEN iif(note <> '', 'body', '')
        WHEN 'malformed' THEN iif(note <> '', 'body', '')
        WHEN 'missing-email' THEN iif(note <> '', 'body', '')
        ELSE iif(note GLOB 'applied by #[1-9]*', 'applied-later', '')
    END,
    -- A CAST reads the digits that a text begins with. The names of users and
    -- customers before them may hold anything.
    related_id = CASE outcome
        WHEN 'duplicate' THEN iif(note GLOB 'duplicate of #[1-9]*', CAST(substr(note, 15) AS INTEGER), 0)
        WHEN 'stale' THEN CASE
            WHEN note GLOB 'superseded by #[1-9]*' THEN CAST(substr(note, 16) AS INTEGER)
            WHEN note GLOB 'user deleted by #[1-9]*' THEN CAST(substr(note, 18) AS INTEGER)
            WHEN note GLOB '* older than #[1-9]*, which waits' THEN CAST(substr(note, instr(note, '#') + 1) AS INTEGER)
            ELSE 0 END
        WHEN 'conflict' THEN iif(note GLOB 'held by * since #[1-9]*', CAST(substr(note, length(rtrim(note, '0123456789')) + 1) AS INTEGER), 0)
        WHEN 'unlinked' THEN iif(note GLOB '*, who had it, was deleted by #[1-9]*', CAST(substr(note, length(rtrim(note, '0123456789')) + 1) AS INTEGER), 0)
        WHEN 'synced' THEN iif(note GLOB 'linked by #[1-9]*', CAST(substr(note, 12) AS INTEGER), 0)
        ELSE iif(note GLOB 'applied by #[1-9]*', CAST(substr(note, 13) AS INTEGER), 0)
    END,
    stored_bytes = coalesce((SELECT octet_length(method) + octet_length(url) + octet_length(host) + octet_length(remote_addr)
            + octet_length(header) + octet_length(verdict) + octet_length(answer) + octet_length(body)
            FROM payload WHERE delivery_id = delivery.id), 0)
        + coalesce((SELECT sum(octet_length(target) + octet_length(error) + octet_length(header) + octet_length(body))
            FROM forward WHERE delivery_id = delivery.id), 0);
UPDATE tally SET stored_bytes = (SELECT coalesce(sum(stored_bytes), 0) FROM delivery),
    rejected_bytes = (SELECT coalesce(sum(stored_bytes), 0) FROM delivery WHERE outcome = 'rejected');

-- A freed address, or a successful verification later, resolved a failure. Where the
-- reason names the delivery behind it, resolved_by does too.
UPDATE delivery SET resolved_by = CASE WHEN held_by <> '' OR reason = 'duplicate-of' THEN related_id ELSE id END
WHERE outcome NOT IN ('conflict', 'missing-email', 'malformed') AND (held_by <> '' OR reverified_at <> 0);

-- Why a delivery failed, in the words of webhook.Delivery.Cause. The index holds only
-- failures, by cause and then by id: it counts them, and lists those of one cause.
ALTER TABLE delivery ADD COLUMN cause TEXT GENERATED ALWAYS AS (CASE
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
END) VIRTUAL;
CREATE INDEX delivery_cause ON delivery(failed, cause) WHERE failed = 1;
