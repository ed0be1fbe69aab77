package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// The database computes why a delivery failed, with the same result as
// webhook.Delivery.Cause.
func TestTheDatabaseAndTheCodeNameTheSameCause(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	s := open(t, Config{})
	db := another(t, s.path)
	n := 0
	for _, outcome := range []webhook.Outcome{"", webhook.Created, webhook.Rejected, webhook.Conflict, webhook.MissingEmail, webhook.Malformed, webhook.Stale} {
		for _, code := range []webhook.Code{"", webhook.WrongSecret} {
			for _, failure := range append(webhook.ForwardFailures(), "", "one of tomorrow") {
				for _, app := range []int{0, 200, 300, 400} {
					for _, status := range []int{0, 200, 400} {
						for _, origin := range []webhook.Origin{webhook.Tunnel, webhook.Resend} {
							n++
							d := webhook.Delivery{Outcome: outcome, Verdict: webhook.Verdict{Code: code, Verified: code == ""}, AppFailure: failure, AppStatus: app, Answer: webhook.Answer{Status: status}, Origin: origin}
							must(t, db, `INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, attempt, verified, code, type, outcome, note, email, held_by, status, duration, app_status, app_failure, failed)
								VALUES (?, 1, 'clerk', ?, 0, 1, 1, ?, ?, '', ?, '', '', '', ?, 1, ?, ?, ?)`, n, string(origin), d.Verdict.Verified, string(code), string(outcome), status, app, string(failure), d.Failed())
							var got string
							if err := db.QueryRowContext(t.Context(), `SELECT cause FROM delivery WHERE id = ?`, n).Scan(&got); err != nil {
								t.Fatal(err)
							}
							if want := d.Cause(); webhook.Cause(got) != want || (want == "") == d.Failed() {
								t.Errorf("%+v: the database says %q, the vocabulary %q", d, got, want)
							}
						}
					}
				}
			}
		}
	}
}

func TestFailuresAreGroupedByCause(t *testing.T) {
	s := open(t, Config{})
	if list, err := s.Causes(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("where nothing failed: %v, %v", list, err)
	}
	capture(t, s, "msg_1", upsert("user_1", "ada@example.com", 1))
	for n := range 3 {
		d := rejected(fmt.Sprintf("msg_r%d", n))
		d.Type, d.UserID, d.Email = "user.updated", "", ""
		if n == 1 {
			d.Type, d.Email = "user.created", "bo@example.com"
		}
		d.Verdict.Title = fmt.Sprintf("Signed with another secret, %d", n)
		if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	capture(t, s, "msg_2", upsert("user_2", "ada@example.com", 2)) // held by user_1
	for _, app := range []webhook.Forward{{DeliveryID: 1, Status: 401}, {DeliveryID: 5, Status: 500}} {
		if err := s.RecordForward(t.Context(), &app); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Causes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		cause          webhook.Cause
		title          string
		count          int64
		oldest, newest int64
		types, whom    string
	}
	var got []row
	for _, f := range list {
		got = append(got, row{f.Cause, f.Title, f.Count, f.Oldest.ID, f.Newest.ID, fmt.Sprint(f.Types), fmt.Sprint(f.Whom)})
		if f.More {
			t.Errorf("%s: not all are counted", f.Cause)
		}
	}
	want := []row{
		{"conflict", "Another user holds the e-mail address", 1, 5, 5, "[user.updated]", "[ada@example.com]"}, // ours goes before the app's
		{"wrong-secret", "Signed with another secret, 2", 3, 2, 4, "[user.updated user.created]", "[bo@example.com]"},
		{"app 401", "Your app answered 401 Unauthorized", 1, 1, 1, "[user.updated]", "[ada@example.com]"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, c := range []struct {
		name string
		page query.Page
		want []int64
	}{
		{"those of one cause", query.Page{Cause: "wrong-secret", Limit: 10}, []int64{4, 3, 2}},
		{"from one on", query.Page{Cause: "wrong-secret", Before: 4, Limit: 10}, []int64{3, 2}},
		{"back", query.Page{Cause: "wrong-secret", After: 2, Limit: 1}, []int64{3}},
		{"with a filter", query.Page{Cause: "wrong-secret", Filter: filter(t, "type:user.created"), Limit: 10}, []int64{3}},
		{"with a filter that matches none", query.Page{Cause: "app 401", Filter: filter(t, "is:rejected"), Limit: 10}, nil},
		{"a cause that nothing has", query.Page{Cause: "too-old", Limit: 10}, nil},
	} {
		found, err := s.Deliveries(t.Context(), c.page)
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for _, d := range found {
			ids = append(ids, d.ID)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, ids, c.want)
		}
	}
}

func TestCountingTheFailuresOfACauseIsBounded(t *testing.T) {
	s := open(t, Config{})
	must(t, another(t, s.path), `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n <= ?1)
		INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, attempt, verified, code, type, outcome, note, email, held_by, status, duration, failed)
		SELECT n, n, 'clerk', 'tunnel', 0, 1, 1, 0, iif(n <= ?1, 'too-old', 'too-new'), '', 'rejected', '', printf('ada%d@example.com', n), '', 400, 1, 1 FROM c`, maxCounted+1)
	list, err := s.Causes(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if f := list[0]; f.Cause != "too-new" || f.Count != 1 || f.More {
		t.Errorf("got %s %d %v", f.Cause, f.Count, f.More)
	}
	f := list[1]
	if f.Count != maxCounted || !f.More || f.Oldest.ID != 1 || f.Newest.ID != maxCounted+1 || len(f.Whom) != maxNamed {
		t.Errorf("got %d %v, %d to %d, %d named", f.Count, f.More, f.Oldest.ID, f.Newest.ID, len(f.Whom))
	}
}
