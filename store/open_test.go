package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestOnlyTheOwnerCanReadTheFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no modes")
	}
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	dir := filepath.Dir(s.path)
	for path, want := range map[string]fs.FileMode{
		dir: 0o700 | fs.ModeDir, s.path: 0o600, s.path + "-wal": 0o600, s.path + "-shm": 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s is %v, want %v", filepath.Base(path), info.Mode(), want)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, ".gitignore")); err != nil || string(b) != "*\n" {
		t.Errorf(".gitignore: %q %v", b, err)
	}
}

func TestAnExistingFolderIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	open(t, Config{Path: filepath.Join(dir, "odd name?%41#.db")})
	if _, err := os.Stat(filepath.Join(dir, ".gitignore")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a .gitignore in the user's own folder: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "odd name?%41#.db")); err != nil {
		t.Error(err)
	}
}

func TestTheDatabaseIsDurable(t *testing.T) {
	s := open(t, Config{})
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000"} {
		var got any
		var err error
		alone(s, func() { err = s.w.conn.Stmt("PRAGMA " + pragma).Row().Scan(&got) })
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s is %v, want %q (%v)", pragma, got, want, err)
		}
	}
}

func TestTheUsersTableIsTheModel(t *testing.T) {
	s := open(t, Config{})
	rows, err := s.read.QueryContext(t.Context(), `SELECT name || ' ' || type || ' ' || coalesce(dflt_value, '-') || CASE WHEN "notnull" THEN ' NOT NULL' ELSE '' END
		FROM pragma_table_info('User')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		got = append(got, column)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"id TEXT - NOT NULL", "email TEXT - NOT NULL", "stripeCustomerId TEXT -", "stripeSubscriptionId TEXT -", "stripePriceId TEXT -",
		"subscriptionStatus TEXT -", "subscriptionCurrentPeriodEnd DATETIME -", "cancelAtPeriodEnd BOOLEAN false NOT NULL", "planKey TEXT -",
		"createdAt DATETIME CURRENT_TIMESTAMP NOT NULL", "updatedAt DATETIME - NOT NULL",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestCapturedDeliveriesAreThereAfterReopening(t *testing.T) {
	path := file(t)
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	capture(t, s, "m2", remove("u1", 2))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, Config{Path: path})
	if d := capture(t, s, "m1", upsert("u1", "a@b.c", 1)); d.ID != 3 || d.Outcome != webhook.Duplicate {
		t.Errorf("%+v", d)
	}
	if d := capture(t, s, "m3", upsert("u1", "a@b.c", 3)); d.Note != "user deleted by #2" {
		t.Errorf("%+v", d)
	}
	c, err := s.Counts(t.Context())
	if err != nil || c.Deliveries != 4 || c.Newest != 4 || c.Deleted != 1 || c.Users != 0 {
		t.Errorf("%+v %v", c, err)
	}
}

func TestSeveralProcessesMayOpenANewFileAtOnce(t *testing.T) {
	path := file(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := Open(t.Context(), Config{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			d := verified(message(i))
			if err := s.Capture(t.Context(), d, upsert(message(i), message(i), 1)); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := emails(t, open(t, Config{Path: path})); len(got) != 8 {
		t.Errorf("users %v", got)
	}
}

// Switching a new file to the log locks it for a moment, and a second process that switches
// it does not wait: SQLite gives up at once.
func TestOpenWaitsForAnotherWriterOfANewFile(t *testing.T) {
	path := file(t)
	if err := makeFile(t.Context(), path, time.Second); err != nil {
		t.Fatal(err)
	}
	db, err := connect(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"PRAGMA user_version = 1", "BEGIN IMMEDIATE"} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	release := func() {
		if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}

	_, err = Open(t.Context(), Config{Path: path, Wait: time.Millisecond})
	var e *Error
	if !errors.As(err, &e) || e.Kind != Busy {
		t.Errorf("while the lock is held: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, Config{Path: path}); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}

	opened := make(chan error, 1)
	go func() {
		s, err := Open(t.Context(), Config{Path: path, Wait: time.Minute})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		t.Errorf("Open did not wait: %v", err)
		release()
	case <-time.After(50 * time.Millisecond): // who gives up does so at once
		release()
		if err := <-opened; err != nil {
			t.Error(err)
		}
	}
}

func TestTwoProcessesShareOneDatabase(t *testing.T) {
	a := open(t, Config{})
	b := open(t, Config{Path: a.path})
	quiet(t, a)
	quiet(t, b)

	first := capture(t, a, "m1", upsert("u1", "a@b.c", 1))
	changed(t, a)
	changed(t, b)
	again := capture(t, b, "m1", upsert("u1", "a@b.c", 1))
	changed(t, b)
	changed(t, a)
	if first.ID != 1 || again.ID != 2 || again.Outcome != webhook.Duplicate || again.Attempt != 2 {
		t.Errorf("first %+v, again %+v", first, again)
	}
	var wg sync.WaitGroup
	for i, s := range []*Store{a, b} {
		for n := range 50 {
			wg.Go(func() {
				d := verified(message(100*i + n + 100))
				if err := s.Capture(t.Context(), d, upsert(d.MessageID, d.MessageID, 1)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	c, err := b.Counts(t.Context())
	if err != nil || c.Deliveries != 102 || c.Newest != 102 || c.Users != 101 {
		t.Errorf("%+v %v", c, err)
	}
	consistent(t, a)
}

// changed waits for the signal.
func changed(t *testing.T, s *Store) {
	t.Helper()
	select {
	case <-s.Changed():
	case <-time.After(2 * time.Minute): // a hang
		t.Fatal("no signal")
	}
}

// quiet consumes the signal that another's opening may have left.
func quiet(t *testing.T, s *Store) {
	t.Helper()
	select {
	case <-s.Changed():
	default:
	}
}

func TestOtherProgramsChangesAreNoticed(t *testing.T) {
	s := open(t, Config{})
	must(t, another(t, s.path), `INSERT INTO "User" (id, email, "updatedAt") VALUES ('u1', 'a@b.c', 0)`)
	changed(t, s)
}

func TestInstancesStoreTheirAddress(t *testing.T) {
	s := open(t, Config{})
	one := Instance{ID: "a", URL: "http://127.0.0.1:4747", Token: "t", PID: 7, StartedAt: noon}
	two := Instance{ID: "b", URL: "http://127.0.0.1:4748", Token: "u", PID: 8, StartedAt: noon.Add(time.Second)}
	moved := one
	moved.URL = "http://127.0.0.1:5000"
	for _, i := range []Instance{one, two, moved} {
		if err := s.SetInstance(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Instances(t.Context())
	if err != nil || !reflect.DeepEqual(got, []Instance{two, moved}) {
		t.Errorf("%+v %v", got, err)
	}
	for _, id := range []string{"b", "b", "unknown"} {
		if err := s.RemoveInstance(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if got, err := s.Instances(t.Context()); err != nil || !reflect.DeepEqual(got, []Instance{moved}) {
		t.Errorf("%+v %v", got, err)
	}
}
