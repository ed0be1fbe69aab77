
-- Why a delivery failed, in the words of webhook.Delivery.Cause. The index holds only
-- failures, by cause and then by id: it counts them, and lists those of one cause.
ALTER TABLE delivery ADD COLUMN cause TEXT GENERATED ALWAYS AS (CASE
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
END) VIRTUAL;
CREATE INDEX delivery_cause ON delivery(failed, cause) WHERE failed = 1;
