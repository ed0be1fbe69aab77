package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// causeByText is how the fifth migration found the cause of a failure: by the words of its
// error. An older database must have the same counts afterwards.
const causeByText = `CASE
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
END`

// failureTexts are all errors a forward has failed with, and their codes.
var failureTexts = []struct {
	text string
	code webhook.Failure
}{
	{"nothing listens at localhost:3000: is the app running?", webhook.NotRunning},
	{"no whole answer within 15 s", webhook.Timeout},
	{"net/http: timeout awaiting response headers", webhook.Timeout},
	{"dial tcp 10.0.0.1:80: i/o timed out", webhook.Timeout},
	{"context deadline exceeded", webhook.Timeout},
	{"not sent: hooktop was stopped first", webhook.NotSent},
	{"not sent: 65536 deliveries were waiting for the app already", webhook.NotSent},
	{"not sent: sign: timeout of the key", webhook.Timeout}, // so it was counted
	{"it closed the connection without a whole answer", webhook.ConnectionClosed},
	{"unexpected EOF", webhook.ConnectionClosed},
	{"read: connection reset by peer", webhook.ConnectionClosed},
	{"tls: failed to verify certificate: x509: certificate signed by unknown authority", webhook.UntrustedCertificate},
	{"its answer broke off after 12 bytes: no whole answer within 15 s", webhook.PartialAnswer},
	{"its answer broke off after 12 bytes: it closed the connection without a whole answer", webhook.PartialAnswer},
	{"its status 999 ends no request", webhook.InvalidStatus},
	{"hooktop was stopped before it answered", webhook.Interrupted},
	{"the target is not a URL", webhook.InvalidTarget},
	{"dial tcp: lookup app.test: no such host", webhook.NoAnswer},
	{"Nothing listens", webhook.NoAnswer},
}

// The same failures have the same causes, found by code instead of text.
func TestAnOlderDatabaseCountsItsFailuresAsBefore(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		if o.version >= 10 {
			return // it wrote the codes itself
		}
		db := another(t, o.path)
		db.SetMaxOpenConns(1) // so that all is one transaction
		must(t, db, `BEGIN`)
		for i, f := range failureTexts {
			for j, status := range []int{0, 200, 500} {
				id := int64(1000 + 10*i + j)
				must(t, db, `INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, attempt, verified, code, type, outcome, note, email, held_by, status, duration, app_status, app_error, failed)
					VALUES (?, 1, 'clerk', 'tunnel', 0, 1, 1, 1, '', 'user.created', 'created', '', '', '', 200, 1, ?, ?, 1)`, id, status, f.text)
				must(t, db, `INSERT INTO forward (delivery_id, at, target, status, error, duration, truncated, header, body) VALUES (?, 1, 'http://ä', ?, ?, 1, 0, '{}', x'00ff')`, id, status, f.text)
				must(t, db, barePayload, id)
				must(t, db, `UPDATE tally SET deliveries = deliveries + 1, failures = failures + 1`)
			}
		}
		must(t, db, `COMMIT`)
		counted := func(cause string) []string {
			return lines(t, db, `SELECT why || ' ' || count(*) FROM (SELECT `+cause+` AS why FROM delivery WHERE failed = 1) GROUP BY why ORDER BY 1`)
		}
		was := counted(causeByText)
		if o.version >= 5 && !slices.Equal(was, counted("cause")) {
			t.Fatal("it did not count by these texts")
		}
		s := o.open(t)
		if is := counted("cause"); !slices.Equal(is, was) {
			t.Errorf("counted %q, were %q", is, was)
		}
		groups, err := s.Causes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var grouped []string
		for _, g := range groups {
			grouped = append(grouped, fmt.Sprint(g.Cause, " ", g.Count))
		}
		slices.Sort(grouped)
		slices.Sort(was)
		if !slices.Equal(grouped, was) {
			t.Errorf("grouped %q, were %q", grouped, was)
		}
		for i, f := range failureTexts {
			d := whole(t, s, int64(1000+10*i))
			if got := d.Forwards[0].Failure; got != f.code || d.AppFailure != f.code || !got.Valid() {
				t.Errorf("%q: %s, in the row %s, want %s", f.text, got, d.AppFailure, f.code)
			}
			if said := webhook.FailureSaid(f.text); said != f.code {
				t.Errorf("%q read from a file: %s, want %s", f.text, said, f.code)
			}
			if cause := lines(t, db, `SELECT cause FROM delivery WHERE id = ?`, d.ID); d.Cause() != webhook.Cause(cause[0]) {
				t.Errorf("%q: %s, and the database says %s", f.text, d.Cause(), cause)
			}
		}
		consistent(t, s)
	})
}

// The reason says what the note said.
func TestAnOlderDatabaseGetsReasons(t *testing.T) {
	type row struct {
		outcome  webhook.Outcome
		note     string
		heldBy   string
		judged   int64 // reverified_at
		reason   webhook.Reason
		related  int64
		resolved int64
	}
	const self = -1
	rows := []row{
		{webhook.Duplicate, "duplicate of #31", "", 0, webhook.DuplicateOf, 31, 0},
		{webhook.Duplicate, "duplicate of #31", "", 5, webhook.DuplicateOf, 31, 31},
		{webhook.Duplicate, "duplicate of #31", "user_2", 0, webhook.DuplicateOf, 31, 31},
		{webhook.Stale, "4 s older", "", 0, webhook.Older, 0, 0},
		{webhook.Stale, "4 s older, linked by #9", "", 0, webhook.Older, 0, 0},
		{webhook.Stale, "4 s older", "", 5, webhook.Older, 0, self},
		{webhook.Stale, "4 s older", "user_2", 0, webhook.Older, 0, 0},
		{webhook.Stale, "12 min older than #7, which waits", "", 0, webhook.OlderThanWaiting, 7, 0},
		{webhook.Stale, "superseded by #70", "user_2", 0, webhook.Superseded, 70, 70},
		{webhook.Stale, "user deleted by #12", "", 0, webhook.UserDeleted, 12, 0},
		{webhook.Stale, "user deleted by #12", "user_2", 0, webhook.UserDeleted, 12, 12},
		{webhook.Stale, "user deleted by #12, linked by #9", "", 0, webhook.UserDeleted, 12, 0},
		{webhook.Stale, "customer deleted", "", 0, webhook.CustomerDeleted, 0, 0},
		{webhook.Stale, "of the same second, and before what is known", "", 0, webhook.SameSecond, 0, 0},
		{webhook.Conflict, "held by user_2 since #4", "user_2", 0, webhook.AddressHeld, 4, 0},
		{webhook.Conflict, "held by user_2", "user_2", 5, webhook.AddressHeld, 0, 0},
		{webhook.Conflict, "customer or subscription held by user_2", "user_2", 0, webhook.CustomerHeld, 0, 0},
		{webhook.Created, "applied by #8", "user_2", 0, webhook.AppliedLater, 8, 8},
		{webhook.Created, "", "", 0, "", 0, 0},
		{webhook.Created, "", "", 5, "", 0, self},
		{webhook.Unlinked, "no user has customer cus_1", "", 0, webhook.NoCustomer, 0, 0},
		{webhook.Unlinked, "no user has customer #9, who had it, was deleted by #3: user_2, who had it, was deleted by #14", "", 0, webhook.CustomerOfDeleted, 14, 0},
		{webhook.Synced, "linked by #21", "", 0, webhook.LinkedLater, 21, 0},
		{webhook.Synced, "nothing changed, linked by #21", "", 0, webhook.NothingChanged, 0, 0},
		{webhook.Synced, "confirms what is known", "", 0, webhook.Confirmed, 0, 0},
		{webhook.Unhandled, "it is of no customer", "", 0, webhook.InBody, 0, 0},
		{webhook.Malformed, "superseded by #70", "", 0, webhook.InBody, 0, 0}, // the sender's words
		{webhook.MissingEmail, "", "", 5, "", 0, 0},
		{webhook.Rejected, "", "", 0, "", 0, 0},
		{"", "", "", 0, "", 0, 0},
	}
	eachOlder(t, func(t *testing.T, o older) {
		if o.version >= 10 {
			return // it wrote the codes itself
		}
		db := another(t, o.path)
		db.SetMaxOpenConns(1)
		must(t, db, `BEGIN`)
		for i, r := range rows {
			must(t, db, `INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, attempt, verified, code, type, outcome, note, email, held_by, status, duration, failed)
				VALUES (?, 1, 'clerk', 'tunnel', 0, 1, 1, ?, '', '', ?, ?, '', ?, 200, 1, 0)`, 1000+i, r.outcome != webhook.Rejected, string(r.outcome), r.note, r.heldBy)
			if o.version >= 3 {
				must(t, db, `UPDATE delivery SET reverified_at = ? WHERE id = ?`, r.judged, 1000+i)
			}
			must(t, db, barePayload, 1000+i)
			must(t, db, `UPDATE tally SET deliveries = deliveries + 1, rejected = rejected + ?`, r.outcome == webhook.Rejected)
		}
		must(t, db, `COMMIT`)
		s := o.open(t)
		for i, r := range rows {
			d := whole(t, s, int64(1000+i))
			want := r.resolved
			switch {
			case r.judged != 0 && o.version < 3:
				want = 0
			case want == self:
				want = d.ID
			}
			if d.Reason != r.reason || d.RelatedID != r.related || d.ResolvedBy != want || d.Note != r.note || !d.Reason.Valid() {
				t.Errorf("%s %q, held by %q, judged again %d: %q #%d, resolved by #%d, want %q #%d and #%d",
					r.outcome, r.note, r.heldBy, r.judged, d.Reason, d.RelatedID, d.ResolvedBy, r.reason, r.related, want)
			}
			if voucher := d.VouchedBy(); (voucher == webhook.BySignature) != (r.outcome != webhook.Rejected) {
				t.Errorf("%s %q is vouched for by %q", r.outcome, r.note, voucher)
			}
		}
		consistent(t, s)
	})
}

// barePayload is the empty payload of each delivery.
const barePayload = `INSERT INTO payload (delivery_id, method, url, host, remote_addr, header, verdict, answer, body)
	VALUES (?, 'POST', '/ü', '', '', '{}', '{}', x'', x'00ff')`
