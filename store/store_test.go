package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// noon is when the tests take place.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func file(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), ".hooktop", "hooktop.db")
}

func open(t testing.TB, c Config) *Store {
	t.Helper()
	if c.Path == "" {
		c.Path = file(t)
	}
	if c.Now == nil {
		c.Now = func() time.Time { return noon }
	}
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// another opens the same file as another program would.
func another(t testing.TB, path string) *sql.DB {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := connect(abs, "busy_timeout(1000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func must(t testing.TB, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func count(t testing.TB, db *sql.DB, text string, args ...any) (n int64) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), text, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

// verified returns a delivery of a message as the receiver passes it on.
func verified(message string) *webhook.Delivery {
	return &webhook.Delivery{
		At: noon.Add(-time.Millisecond), Provider: "clerk", Origin: webhook.Local, MessageID: message,
		Request: webhook.Request{
			Method: http.MethodPost, URL: "/api/webhooks/clerk", Host: "localhost",
			Header: http.Header{"Svix-Id": {message}}, Body: []byte(`{"type":"user.created"}`),
		},
		Verdict: webhook.Verdict{Verified: true},
	}
}

func rejected(message string) *webhook.Delivery {
	d := verified(message)
	d.Verdict = webhook.Verdict{Code: webhook.WrongSecret, Title: "Signed with another secret"}
	d.Outcome = webhook.Rejected
	return d
}

// second is an event's time, that many seconds into the story.
func second(n int) time.Time { return noon.Add(time.Duration(n-1000) * time.Second) }

func upsert(user, email string, at int) webhook.Event {
	return webhook.Event{Type: "user.updated", Action: webhook.Upsert, UserID: user, Email: email, At: second(at)}
}

func remove(user string, at int) webhook.Event {
	return webhook.Event{Type: "user.deleted", Action: webhook.Remove, UserID: user, At: second(at)}
}

// capture stores the event as a message of its own name.
func capture(t testing.TB, s *Store, message string, e webhook.Event) webhook.Delivery {
	t.Helper()
	d := verified(message)
	if err := s.Capture(t.Context(), d, e); err != nil {
		t.Fatal(err)
	}
	return *d
}

// emails are the rows of "User".
func emails(t testing.TB, s *Store) map[string]string {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), `SELECT id, email FROM "User"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	m := map[string]string{}
	for rows.Next() {
		var id, email string
		if err := rows.Scan(&id, &email); err != nil {
			t.Fatal(err)
		}
		m[id] = email
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

// fixed asserts the kind of an error and that it comes with a fix.
func fixed(t testing.TB, err error, want Kind) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if e.Kind != want {
		t.Errorf("kind %d, want %d: %v", e.Kind, want, err)
	}
	if e.Fix() == "" {
		t.Errorf("no fix for: %v", err)
	}
}

// consistent asserts that the totals match a count.
func consistent(t testing.TB, s *Store) {
	t.Helper()
	var got, want string
	err := s.read.QueryRowContext(context.Background(), `SELECT
		(SELECT deliveries || ' ' || rejected || ' ' || failures || ' ' || stored_bytes || ' ' || rejected_bytes FROM tally),
		(SELECT count(*) || ' ' || coalesce(sum(outcome = 'rejected'), 0) || ' ' || coalesce(sum(failed), 0) || ' ' ||
			coalesce(sum(stored_bytes), 0) || ' ' || coalesce(sum(stored_bytes) FILTER (WHERE outcome = 'rejected'), 0) FROM delivery)`).Scan(&got, &want)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("tally %q, counted %q", got, want)
	}
	off, err := queryColumn[string](context.Background(), s.read, `SELECT printf('#%d: %d, not %d', id, stored_bytes, really) FROM (
		SELECT id, stored_bytes, coalesce((SELECT octet_length(method) + octet_length(url) + octet_length(host) + octet_length(remote_addr)
				+ octet_length(header) + octet_length(verdict) + octet_length(answer) + octet_length(body) FROM payload WHERE delivery_id = id), 0)
			+ coalesce((SELECT sum(octet_length(target) + octet_length(error) + octet_length(header) + octet_length(body)) FROM forward WHERE delivery_id = delivery.id), 0)
			AS really FROM delivery) WHERE stored_bytes <> really`)
	if err != nil || len(off) > 0 {
		t.Errorf("stored bytes: %q %v", off, err)
	}
}

func message(n int) string { return fmt.Sprintf("msg_%d", n) }
