package mirror

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const posts = `CREATE TABLE "Post" ("id" TEXT PRIMARY KEY, "author" TEXT NOT NULL REFERENCES "User"("id") ON DELETE RESTRICT)`

// settled waits until only that many refused changes are left.
func (r *rig) settled(refused int) {
	r.t.Helper()
	r.caughtUp()
	late := time.After(hang)
	for {
		left, err := r.MirrorRefused(r.t.Context(), 0, 1000)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(left) == refused {
			return
		}
		select {
		case <-late:
			r.t.Fatalf("%+v are refused, want %d", left, refused)
		case <-time.After(time.Millisecond):
		}
	}
}

// nextOf returns the next status of a user.
func (r *rig) nextOf(user string) Status {
	r.t.Helper()
	for {
		s := r.next()
		var e *RefusedError
		if s.Taken == user || errors.As(s.Err, &e) && e.UserID == user {
			return s
		}
	}
}

func (r *rig) wantRows(columns string, want map[string]string) {
	r.t.Helper()
	if got := r.rows(columns); !maps.Equal(got, want) {
		r.t.Errorf("the target has %v, want %v", got, want)
	}
}

func TestARefusedDeletionIsAcceptedOnceTheRowsAreCorrected(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		t.Run(map[bool]string{false: "while it runs", true: "after a restart"}[restarted], func(t *testing.T) {
			r := newRig(t)
			r.exec(table)
			r.exec(posts)
			stop := r.start()
			r.capture(1, upsert("user_1", "one@example.com"))
			r.caughtUp()
			r.exec(`INSERT INTO "Post" VALUES ('post_1', 'user_1')`)
			r.capture(2, webhook.Event{Type: "user.deleted", Action: webhook.Remove, UserID: "user_1"})
			r.capture(3, upsert("user_2", "one@example.com")) // its address is blocked by that row
			r.capture(4, upsert("user_3", "three@example.com"))
			r.settled(2)
			r.wantRows(`"email"`, map[string]string{"user_1": "one@example.com", "user_3": "three@example.com"})
			if s := r.nextOf("user_1"); !s.Refused || !strings.Contains(fixOf(s.Err), "within 5 minutes") {
				t.Errorf("the status is %+v", s)
			}
			if restarted {
				stop()
			}
			r.exec(`DELETE FROM "Post"`)
			if restarted { // the first thing that it does
				r.runWith(r.Store, func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() })
			}
			r.settled(0)
			r.wantRows(`"email"`, map[string]string{"user_2": "one@example.com", "user_3": "three@example.com"})
			if s := r.nextOf("user_1"); s.Taken != "user_1" || s.Err != nil {
				t.Errorf("the status is %+v", s)
			}
		})
	}
}

func fixOf(err error) string {
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		return fixer.Fix()
	}
	return ""
}

// The columns of an older change are not lost, and an older address does not come back.
func TestTheNewestChangeOfAUserReplacesTheRefusedOnes(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.exec(`ALTER TABLE "User" ADD CHECK ("planKey" <> 'team')`)
	r.start()
	r.capture(1, upsert("user_1", "one@example.com"))
	r.subscribe(2, "user_1", "team")
	r.settled(1)
	if s := r.nextOf("user_1"); !s.Refused {
		t.Errorf("the status is %+v", s)
	}
	r.capture(3, upsert("user_1", "later@example.com"))
	r.capture(4, upsert("user_2", "one@example.com"))
	r.settled(1)
	r.wantRows(`"email", "planKey"`, map[string]string{"user_1": "later@example.com", "user_2": "one@example.com"})
	r.exec(`ALTER TABLE "User" DROP CONSTRAINT "User_planKey_check"`)
	r.settled(0)
	r.wantRows(`"email", "stripeCustomerId", "planKey"`, map[string]string{"user_1": "later@example.com cus_1 team", "user_2": "one@example.com"})
}

// subscribe links a user's customer, with a plan.
func (r *rig) subscribe(n int, user, plan string) {
	r.t.Helper()
	e := webhook.Event{
		Type: "customer.subscription.created", Action: webhook.SyncSubscription, UserID: user, At: time.UnixMilli(1716883200000 + int64(n)).UTC(),
		Subscription: &webhook.Subscription{ID: "sub_1", CustomerID: "cus_1", Users: []string{user}, Status: "active", PriceID: "price_1", PlanKey: plan},
	}
	d := &webhook.Delivery{Provider: "stripe", MessageID: fmt.Sprint("evt_", n), Verdict: webhook.Verdict{Verified: true}}
	if err := r.Capture(r.t.Context(), d, e); err != nil || d.Outcome != webhook.Synced {
		r.t.Fatalf("%s %s: %v", d.Outcome, d.Note, err)
	}
}

// The queue keeps one change of a refused user, however often it changes.
func TestOneChangeIsKeptPerRefusedUser(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.exec(`INSERT INTO "User" ("id", "email", "updatedAt") SELECT 'app_' || n, 'taken' || n || '@example.com', now() FROM generate_series(1, 400) AS n`)
	n := 0
	for range 3 {
		for i := range retryBatch + 20 {
			n++
			r.capture(n, upsert(fmt.Sprintf("user_%03d", i), fmt.Sprintf("taken%d@example.com", n)))
		}
	}
	r.start()
	r.settled(retryBatch + 20)
	r.exec(`DELETE FROM "User" WHERE "id" IN (SELECT 'app_' || n FROM generate_series(341, 360) AS n)`)
	r.settled(retryBatch) // also those behind the first ones are tried
	r.exec(`DELETE FROM "User" WHERE "id" LIKE 'app_%'`)
	r.settled(0)
	if got := r.rows(`"email"`); len(got) != retryBatch+20 {
		t.Errorf("the target has %d users", len(got))
	}
}

func TestTextPostgreSQLCannotStoreIsNotTriedAgain(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.capture(11, upsert("gone_\x00", "gone@example.com"))
	r.capture(12, webhook.Event{Type: "user.deleted", Action: webhook.Remove, UserID: "gone_\x00"})
	r.start()
	r.capture(1, upsert("user_\x00", "nul@example.com"))
	r.capture(2, upsert("user_1", "one@example.com"))
	r.settled(0)
	s := r.nextOf("user_\x00") // and of the other nothing: what cannot be there is deleted there
	var e *RefusedError
	if fix := fixOf(s.Err); !errors.As(s.Err, &e) || e.UserID != "user_\x00" || !s.Refused || !e.permanent() || fix == "" {
		t.Errorf("the status is %+v, fix %s", s, fix)
	}
	r.capture(3, webhook.Event{Type: "user.deleted", Action: webhook.Remove, UserID: "user_\x00"})
	r.settled(0)
	r.capture(4, upsert("user_2", "two@example.com"))
	r.settled(0)
	r.wantRows(`"email"`, map[string]string{"user_1": "one@example.com", "user_2": "two@example.com"})
}

func TestThePauseGrowsWhileNothingIsAccepted(t *testing.T) {
	a := retryState{pause: minRetryPause, waited: minRetryPause}
	var waited []string
	for range 7 {
		waited = append(waited, a.pause.String())
		a.finish()
		if a.due() {
			t.Error("due without a pause")
		}
		a.waited = a.pause
		if !a.due() {
			t.Error("not due after the pause")
		}
	}
	if got := strings.Join(waited, " "); got != "15s 30s 1m0s 2m0s 4m0s 5m0s 5m0s" {
		t.Errorf("the pauses are %s", got)
	}
	a.taken = true
	a.finish()
	if a.pause != minRetryPause {
		t.Errorf("after one was accepted the pause is %v", a.pause)
	}
}
