package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

func TestABadDeliveryDoesNotFailTheOthers(t *testing.T) {
	s := open(t, Config{})
	must(t, another(t, s.path), `CREATE TRIGGER poison BEFORE INSERT ON payload
		WHEN (SELECT message_id FROM delivery WHERE id = NEW.delivery_id) = 'msg_7' BEGIN SELECT RAISE(ABORT, 'poison'); END`)
	const n = 100
	errs := make([]error, n)
	all := make([]*webhook.Delivery, n)
	together(t, s, n, func(i int) {
		all[i] = verified(message(i))
		errs[i] = s.Capture(t.Context(), all[i], upsert("u"+message(i), message(i)+"@b.c", 1))
	})
	for i, err := range errs {
		if (err != nil) != (i == 7) {
			t.Errorf("message %d: %v", i, err)
		}
	}
	fixed(t, errs[7], Failed)
	if d := all[7]; d.ID != 0 || d.Outcome != "" || d.Answer.Status != 0 || d.Attempt != 0 {
		t.Errorf("a failed capture set %+v", d)
	}
	if got := emails(t, s); len(got) != n-1 || got["umsg_7"] != "" {
		t.Errorf("%d users", len(got))
	}
	list, err := s.Deliveries(t.Context(), query.Page{Limit: 1000})
	if err != nil || len(list) != n-1 || list[0].ID != n-1 {
		t.Errorf("%d deliveries, %v", len(list), err)
	}
	consistent(t, s)
}

// together makes n calls wait for one transaction: another job blocks the writer until all
// are in the queue and meanwhile has returned.
func together(t *testing.T, s *Store, n int, call func(i int), meanwhile ...func()) {
	t.Helper()
	held, release := make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		err := s.do(context.Background(), "hold", func(*tx) error { held <- true; <-release; return nil })
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	for i := range n {
		wg.Go(func() { call(i) })
	}
	until(s.w, func() bool { return len(s.w.queue) == n })
	for _, f := range meanwhile {
		f()
	}
	close(release)
	wg.Wait()
}

// alone runs f while nobody else uses the connection that writes.
func alone(s *Store, f func()) {
	for !s.w.acquire() {
		runtime.Gosched()
	}
	defer s.w.release()
	f()
}

// until waits for something another goroutine does under the writer's lock.
func until(w *writer, reached func() bool) {
	for {
		w.mu.Lock()
		ok := reached()
		w.mu.Unlock()
		if ok {
			return
		}
		runtime.Gosched()
	}
}

func TestAPanicFailsOnlyItsDelivery(t *testing.T) {
	fall := false
	s := open(t, Config{Now: func() time.Time {
		if fall {
			panic("the clock fell")
		}
		return noon
	}})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	fall = true
	d := verified("m2")
	err := s.Capture(t.Context(), d, upsert("u2", "d@b.c", 1))
	fixed(t, err, Bug)
	fall = false
	if d := capture(t, s, "m2", upsert("u2", "d@b.c", 1)); d.Outcome != webhook.Created || d.ID != 2 || d.Attempt != 1 {
		t.Errorf("after the panic: %+v", d)
	}
}

func TestAFullDiskAcknowledgesNothing(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	alone(s, func() {
		if err := run(s.w.conn.Stmt(`PRAGMA max_page_count = 1`)); err != nil { // its present size
			t.Fatal(err)
		}
	})
	big := func(name string) *webhook.Delivery {
		d := verified(name)
		d.Body = make([]byte, 100_000)
		return d
	}
	var errs [20]error
	together(t, s, len(errs), func(i int) {
		errs[i] = s.Capture(t.Context(), big(message(i)), upsert(message(i), message(i), 1))
	})
	for _, err := range errs {
		fixed(t, err, Full)
	}
	if got := emails(t, s); len(got) != 1 {
		t.Errorf("users %v", got)
	}
	alone(s, func() {
		if err := run(s.w.conn.Stmt(`PRAGMA max_page_count = 1000000`)); err != nil {
			t.Fatal(err)
		}
	})
	d := big(message(1))
	if err := s.Capture(t.Context(), d, upsert("u2", "d@b.c", 1)); err != nil || d.ID != 2 || d.Outcome != webhook.Created {
		t.Errorf("with space again: %+v %v", d, err)
	}
	consistent(t, s)
}

func TestACommitThatFailsAcknowledgesNothing(t *testing.T) {
	s := open(t, Config{})
	other := another(t, s.path)
	must(t, other, `CREATE TABLE parent (id INTEGER PRIMARY KEY)`)
	must(t, other, `CREATE TABLE child (id INTEGER REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED)`)
	must(t, other, `CREATE TRIGGER orphan AFTER INSERT ON delivery BEGIN INSERT INTO child VALUES (77); END`)
	alone(s, func() {
		if err := run(s.w.conn.Stmt(`PRAGMA foreign_keys = ON`)); err != nil {
			t.Fatal(err)
		}
	})
	var errs [5]error
	together(t, s, len(errs), func(i int) {
		d := verified(message(i))
		errs[i] = s.Capture(t.Context(), d, upsert(message(i), message(i), 1))
		if d.ID != 0 {
			t.Errorf("set: %+v", d)
		}
	})
	for _, err := range errs {
		fixed(t, err, Failed)
	}
	must(t, other, `DROP TRIGGER orphan`)
	if d := capture(t, s, "m1", upsert("u1", "a@b.c", 1)); d.ID != 1 {
		t.Errorf("after it: %+v", d)
	}
	consistent(t, s)
}

func TestALockedDatabaseGivesUp(t *testing.T) {
	s := open(t, Config{Wait: 20 * time.Millisecond})
	other := another(t, s.path)
	must(t, other, `BEGIN IMMEDIATE`)
	d := verified("m1")
	err := s.Capture(t.Context(), d, upsert("u1", "a@b.c", 1))
	fixed(t, err, Busy)
	if d.ID != 0 {
		t.Errorf("captured: %+v", d)
	}
	must(t, other, `ROLLBACK`)
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
}

func TestACanceledCallerDoesNotBlockTheWriter(t *testing.T) {
	s := open(t, Config{})
	ctx, cancel := context.WithCancel(t.Context())
	d := verified("m1")
	var err error
	together(t, s, 1, func(int) { err = s.Capture(ctx, d, upsert("u1", "a@b.c", 1)) }, cancel)
	if !errors.Is(err, context.Canceled) && err != nil {
		t.Errorf("got %v", err)
	}
	if err != nil && d.ID != 0 {
		t.Errorf("set although the caller left: %+v", d)
	}
	if err := s.Capture(ctx, verified("m2"), webhook.Event{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that ended before: %v", err)
	}
	capture(t, s, "m3", upsert("u3", "d@b.c", 1))
}

func TestCloseLetsWaitingCapturesFinish(t *testing.T) {
	path := file(t)
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	const n = 50
	var errs [n]error
	closed := make(chan error, 1)
	together(t, s, n, func(i int) {
		errs[i] = s.Capture(t.Context(), verified(message(i)), upsert(message(i), message(i), 1))
	}, func() {
		go func() { closed <- s.Close() }()
		until(s.w, func() bool { return s.w.closed })
	})
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	for i, err := range errs {
		if err != nil {
			t.Errorf("message %d: %v", i, err)
		}
	}
	if err := s.Capture(t.Context(), verified("late"), webhook.Event{}); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := s.Counts(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("reading after Close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log was not copied back: %v", err)
	}
	if got := len(emails(t, open(t, Config{Path: path}))); got != n {
		t.Errorf("%d users, want %d", got, n)
	}
}

func TestOpenReportsWhatIsWrongWithThePath(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	newer := file(t)
	s := open(t, Config{Path: newer})
	must(t, another(t, newer), `INSERT INTO hooktop_version (version_id, is_applied) VALUES (99, 1)`)
	foreign := filepath.Join(dir, "foreign.db")
	must(t, another(t, foreign), `CREATE TABLE "User" (id TEXT)`)

	for _, test := range []struct {
		name, path string
		want       Kind
	}{
		{"no path", "", NoFolder},
		{"a folder", dir, IsFolder},
		{"a file in the folder's place", filepath.Join(write("plain", nil), "hooktop.db"), NoFolder},
		{"a folder that cannot be created", filepath.Join(dir, "plain", "deep", "hooktop.db"), NoFolder},
		{"no database", write("text", []byte("this is no database, though it is long enough to be looked at as one")), NotDatabase},
		{"a damaged database", damaged(t), Corrupt},
		{"a newer hooktop's", newer, Newer},
		{"another program's", foreign, OtherProgram},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(t.Context(), Config{Path: test.path})
			fixed(t, err, test.want)
			t.Log(err)
		})
	}
	if _, err := s.Counts(t.Context()); err != nil {
		t.Errorf("the one that was open: %v", err)
	}
}

// damaged returns a database whose pages after the first are overwritten with noise.
func damaged(t *testing.T) string {
	t.Helper()
	path := file(t)
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(b); i++ {
		b[i] = 0xA5
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAReadOnlyDatabaseHasItsOwnErrorKind(t *testing.T) {
	s := open(t, Config{})
	_, err := s.read.ExecContext(t.Context(), `DELETE FROM delivery`)
	fixed(t, s.fail("write", err), ReadOnly)
}
