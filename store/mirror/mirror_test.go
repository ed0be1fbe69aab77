package mirror

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/store/mirror/pgtest"
)

// rig is a store, a real PostgreSQL and the mirror between them.
type rig struct {
	*store.Store
	t      *testing.T
	server *pgtest.Server
	target Target
	told   chan Status
}

// table is an app's table, with a column of its own.
const table = `CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" VARCHAR(320) NOT NULL UNIQUE, "stripeCustomerId" TEXT UNIQUE, "stripeSubscriptionId" TEXT UNIQUE,
	"stripePriceId" TEXT, "subscriptionStatus" VARCHAR(64), "subscriptionCurrentPeriodEnd" TIMESTAMP(3), "cancelAtPeriodEnd" BOOLEAN NOT NULL DEFAULT false,
	"planKey" VARCHAR(128), "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" TIMESTAMP(3) NOT NULL, "role" TEXT NOT NULL DEFAULT 'member')`

// hang is how long a test waits for something; only a failing test waits that long.
const hang = 5 * time.Minute

func newRig(t *testing.T) *rig {
	t.Helper()
	server, err := pgtest.Start(t.Context())
	if errors.Is(err, pgtest.ErrNotInstalled) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Remove() })
	db, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "hooktop.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	target, err := ParseTarget(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	return &rig{db, t, server, target, make(chan Status, 1000)}
}

// run runs the mirror until the test ends.
func (r *rig) run() { r.t.Helper(); r.runFrom(r.Store) }

// start runs it until stop, or until the test ends.
func (r *rig) start() (stop func()) { r.t.Helper(); return r.runFrom(r.Store) }

func (r *rig) runFrom(source Source) (stop func()) {
	r.t.Helper()
	return r.runWith(source, func(ctx context.Context, _ time.Duration) error { return wait(ctx, time.Millisecond) })
}

func (r *rig) runWith(source Source, wait func(context.Context, time.Duration) error) (stop func()) {
	r.t.Helper()
	if err := r.MirrorTo(r.t.Context(), r.target.String()); err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	m := &Mirror{Target: r.target, Source: source, Tell: func(s Status) { r.told <- s }, Wait: wait}
	var ended sync.WaitGroup
	ended.Go(func() { m.Run(ctx) })
	stop = func() { cancel(); ended.Wait() }
	r.t.Cleanup(stop)
	return stop
}

func (r *rig) exec(text string, args ...any) {
	r.t.Helper()
	conn := r.connect()
	defer conn.Close(context.Background())
	if _, err := conn.Exec(r.t.Context(), text, args...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) connect() *pgx.Conn {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), r.server.URL())
	if err != nil {
		r.t.Fatal(err)
	}
	return conn
}

// rows is "User" there, by id.
func (r *rig) rows(columns string) map[string]string {
	r.t.Helper()
	conn := r.connect()
	defer conn.Close(context.Background())
	found, err := conn.Query(r.t.Context(), `SELECT "id", concat_ws(' ', `+columns+`) FROM "User"`)
	if err != nil {
		r.t.Fatal(err)
	}
	defer found.Close()
	rows := map[string]string{}
	for found.Next() {
		var id, row string
		if err := found.Scan(&id, &row); err != nil {
			r.t.Fatal(err)
		}
		rows[id] = row
	}
	return rows
}

func (r *rig) capture(n int, e webhook.Event) {
	r.t.Helper()
	e.At = time.UnixMilli(1716883200000 + int64(n)).UTC()
	d := &webhook.Delivery{Provider: "clerk", MessageID: fmt.Sprint("msg_", n), Verdict: webhook.Verdict{Verified: true}}
	if err := r.Capture(r.t.Context(), d, e); err != nil {
		r.t.Error(err)
	}
}

func upsert(id, email string) webhook.Event {
	return webhook.Event{Type: "user.updated", Action: webhook.Upsert, UserID: id, Email: email}
}

// caughtUp waits until nothing is left to apply.
func (r *rig) caughtUp() {
	r.t.Helper()
	late := time.After(hang)
	for {
		left, err := r.MirrorChanges(r.t.Context(), 0, 1)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(left) == 0 {
			return
		}
		select {
		case <-late:
			r.t.Fatalf("%+v is not applied", left)
		case <-time.After(time.Millisecond):
		}
	}
}

func (r *rig) next() Status {
	r.t.Helper()
	select {
	case s := <-r.told:
		return s
	case <-time.After(hang):
		r.t.Fatal("no status was reported")
		return Status{}
	}
}

func TestBothTablesAreEqualAfterAnAbsence(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand deliveries, each on the disk")
	}
	r := newRig(t)
	r.exec(table)
	r.run()
	const n, users = 10_000, 700
	var senders sync.WaitGroup
	deliver := func(from, to int) {
		for worker := range 64 {
			senders.Go(func() {
				for i := from + worker; i < to; i += 64 {
					id := fmt.Sprintf("user_%d", i*7919%users)
					switch {
					case i%23 == 0:
						r.capture(i, webhook.Event{Type: "user.deleted", Action: webhook.Remove, UserID: fmt.Sprintf("user_%d", i%users)})
					case i%5 == 0: // an address that goes from one user to another
						r.capture(i, upsert(id, fmt.Sprintf("shared%d@example.com", i%40)))
					default:
						r.capture(i, upsert(id, fmt.Sprintf("u%d@example.com", i)))
					}
				}
			})
		}
		senders.Wait()
	}
	deliver(1, n/3)
	if err := r.server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	deliver(n/3, 2*n/3)
	if s := r.next(); s.Err == nil || s.Refused || !strings.Contains(s.Err.Error(), "does not answer") {
		t.Errorf("with the target stopped the status is %+v", s)
	}
	if err := r.server.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	deliver(2*n/3, n)
	r.caughtUp()
	here := map[string]string{}
	page := webhook.UserPage{Sort: webhook.ByID, Limit: 1000}
	rows, err := r.Users(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range rows {
		here[u.ID] = fmt.Sprint(u.Email, " ", u.CreatedAt.Format("2006-01-02 15:04:05.000"), " ", u.UpdatedAt.Format("2006-01-02 15:04:05.000"))
	}
	const format = `, 'YYYY-MM-DD HH24:MI:SS.MS')`
	there := r.rows(`"email", to_char("createdAt"` + format + `, to_char("updatedAt"` + format)
	if len(here) == 0 || !maps.Equal(here, there) {
		t.Errorf("%d users here, %d there", len(here), len(there))
		for id, row := range here {
			if there[id] != row {
				t.Fatalf("%s is %q here, %q there", id, row, there[id])
			}
		}
	}
}

// unlucky is a source that stops something at the worst moment: the server while changes are
// applied, and hooktop before it has deleted them from the queue.
type unlucky struct {
	*store.Store
	inTransaction, applied func()
	reads                  atomic.Int32
	lettingGo              sync.Once
}

func (u *unlucky) MirrorChanges(ctx context.Context, after int64, most int) ([]webhook.RowChange, error) {
	if u.reads.Add(1) == 2 { // the first read is before the transaction
		u.inTransaction()
	}
	return u.Store.MirrorChanges(ctx, after, most)
}

func (u *unlucky) MirrorApplied(ctx context.Context, applied, refused []webhook.RowChange) (err error) {
	u.lettingGo.Do(func() { u.applied(); err = errors.New("it ended") })
	if err != nil {
		return err
	}
	return u.Store.MirrorApplied(ctx, applied, refused)
}

func TestStoppingAtTheWorstMomentLosesNothing(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	stopped, twice := make(chan struct{}), false
	source := &unlucky{Store: r.Store, inTransaction: func() {
		if err := r.server.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		close(stopped)
	}, applied: func() { twice = true }}
	if err := r.MirrorTo(t.Context(), r.target.String()); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		r.capture(i+1, upsert(fmt.Sprint("user_", i), fmt.Sprintf("u%d@example.com", i)))
		r.capture(i+101, upsert(fmt.Sprint("user_", i), fmt.Sprintf("later%d@example.com", i)))
	}
	r.runFrom(source)
	<-stopped
	if s := r.next(); s.Err == nil || s.Refused {
		t.Errorf("with the server stopped the status is %+v", s)
	}
	if err := r.server.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.caughtUp()
	got := r.rows(`"email"`)
	if len(got) != 20 || got["user_7"] != "later7@example.com" || !twice {
		t.Errorf("the target has %v", got)
	}
}

func TestTheAppsOwnColumnsAreLeftAlone(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.capture(1, upsert("user_before", "before@example.com")) // before there was a target
	r.capture(2, upsert("user_gone", "gone@example.com"))
	r.capture(3, webhook.Event{Action: webhook.Remove, UserID: "user_gone"})
	r.exec(`INSERT INTO "User" ("id", "email", "updatedAt") VALUES ('user_app', 'app@example.com', now()), ('user_gone', 'gone@example.com', now())`)
	r.run()
	r.caughtUp()
	r.exec(`UPDATE "User" SET "role" = 'admin', "stripeCustomerId" = 'cus_of_the_app', "planKey" = 'pro' WHERE "id" = 'user_before'`)
	r.capture(4, upsert("user_before", "after@example.com"))
	r.caughtUp()
	want := map[string]string{"user_before": "after@example.com admin cus_of_the_app pro", "user_app": "app@example.com member"}
	if got := r.rows(`"email", "role", "stripeCustomerId", "planKey"`); !maps.Equal(got, want) {
		t.Errorf("the target has %v, want %v", got, want)
	}
}

func TestARefusedRowDoesNotHoldUpTheOthers(t *testing.T) {
	r := newRig(t)
	r.exec(table)
	r.exec(`INSERT INTO "User" ("id", "email", "updatedAt") VALUES ('user_app', 'taken@example.com', now())`)
	r.exec(`CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW."email" LIKE '%@spam.example' THEN RAISE EXCEPTION 'no address at spam.example'; END IF; RETURN NEW; END $$`)
	r.exec(`CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON "User" FOR EACH ROW EXECUTE FUNCTION guard()`)
	r.capture(1, upsert("user_1", "one@example.com"))
	r.capture(2, upsert("user_2", "taken@example.com"))
	r.capture(3, upsert("user_3", "three@example.com"))
	r.capture(4, upsert("user_4", "four@spam.example"))
	r.run()
	r.caughtUp()
	for _, of := range []struct{ user, word string }{{"user_2", "taken@example.com"}, {"user_4", "no address at spam.example"}} {
		s := r.nextOf(of.user)
		var e *RefusedError
		if !s.Refused || !errors.As(s.Err, &e) || !strings.Contains(e.Error(), of.word) || e.Fix() == "" {
			t.Errorf("the status of %s is %+v", of.user, s)
		}
	}
	if got := r.rows(`"email"`); len(got) != 3 || got["user_2"] != "" {
		t.Errorf("the target has %v", got)
	}
}
