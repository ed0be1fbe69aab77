package store

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// heavy is a delivery as large as Clerk's.
func heavy(n int64) (*webhook.Delivery, webhook.Event) {
	id := fmt.Sprintf("msg_2b%025d", n)
	user := fmt.Sprintf("user_2b%025d", n)
	email := fmt.Sprintf("ada%d@example.com", n)
	body := []byte(`{"type":"user.created","data":{"id":"` + user + `","email":"` + email + `","rest":"` + strings.Repeat("x", 3300) + `"}}`)
	d := &webhook.Delivery{
		At: time.Now(), Provider: "clerk", Origin: webhook.Local, MessageID: id, Type: "user.created",
		Request: webhook.Request{
			Method: http.MethodPost, URL: "/api/webhooks/clerk", Host: "abc.ngrok.app", RemoteAddr: "127.0.0.1:40000", Body: body,
			Header: http.Header{
				"Svix-Id": {id}, "Svix-Timestamp": {"1795348800"}, "Svix-Signature": {"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
				"Content-Type": {"application/json"}, "User-Agent": {"Svix-Webhooks/1.40.0"}, "Accept": {"*/*"},
				"Content-Length": {fmt.Sprint(len(body))}, "Accept-Encoding": {"gzip"},
			},
		},
		Verdict: webhook.Verdict{Verified: true, Secret: "whsec_…LaSw", Checks: []webhook.Check{
			{Name: "headers", OK: true, Detail: "all three are there"},
			{Name: "time", OK: true, Detail: "1 s old"},
			{Name: "signature", OK: true, Detail: "holds with CLERK_WEBHOOK_SECRET"},
		}},
	}
	return d, webhook.Event{Type: d.Type, Action: webhook.Upsert, UserID: user, Email: email, At: d.At}
}

func BenchmarkCapture(b *testing.B) {
	for _, bench := range []struct {
		name    string
		callers int
		single  bool
	}{
		{"1 caller", 1, false},
		{"64 callers", 64, false},
		{"64 callers, one transaction each", 64, true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s := open(b, Config{Now: time.Now, Keep: 10_000_000})
			var n atomic.Int64
			var one sync.Mutex
			times := make([]time.Duration, b.N)
			b.ReportAllocs()
			b.ResetTimer()
			used := cpuTime()
			var wg sync.WaitGroup
			for range bench.callers {
				wg.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						d, e := heavy(i)
						start := time.Now()
						if bench.single {
							one.Lock()
						}
						err := s.Capture(b.Context(), d, e)
						if bench.single {
							one.Unlock()
						}
						times[i-1] = time.Since(start)
						if err != nil || d.Outcome != webhook.Created {
							b.Error(d.Outcome, err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64((cpuTime()-used).Nanoseconds())/float64(b.N)/1000, "cpu-µs/op")
			b.ReportMetric(fileSize(b, s)/float64(stored(b, s)), "file/payload")
			slices.Sort(times)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
			b.ReportMetric(float64(times[b.N/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(times[b.N*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// fileSize returns the size of the database once its log is copied back.
func fileSize(b *testing.B, s *Store) float64 {
	b.Helper()
	must(b, another(b, s.path), `PRAGMA wal_checkpoint(TRUNCATE)`)
	state, err := s.FileState(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return float64(state.Bytes)
}

// stored returns the bytes of the payloads.
func stored(b *testing.B, s *Store) int64 {
	b.Helper()
	n, err := queryColumn[int64](b.Context(), s.read, `SELECT stored_bytes FROM tally`)
	if err != nil {
		b.Fatal(err)
	}
	return n[0]
}

// million makes a database of a million deliveries about a hundred thousand users, a tenth
// rejected and as many failed.
func million(b *testing.B) *Store {
	b.Helper()
	if testing.Short() {
		b.Skip("makes a million rows")
	}
	s := open(b, Config{Now: func() time.Time { return noon }, Keep: 10_000_000})
	other := another(b, s.path)
	must(b, other, `PRAGMA synchronous = OFF`)
	const n = ` WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000) `
	must(b, other, n+`INSERT INTO delivery (id, at, provider, origin, parent_id, bytes, message_id, attempt, verified, code, type,
		outcome, note, user_id, email, held_by, status, duration, failed)
		SELECT n, ?1 - (1000000 - n) * 1000000, 'clerk', 'tunnel', 0, 3395, printf('msg_2b%025d', n), 1, n % 10 <> 0,
			iif(n % 10, '', 'wrong-secret'), iif(n % 100000 = 5, 'user.deleted', 'user.updated'), iif(n % 10, 'updated', 'rejected'), '', printf('user_2b%025d', n % 100000),
			printf('ada%d@example.com', n % 100000), '', iif(n % 10, 200, 400), 400000, n % 10 = 0 FROM c`, noon.UnixNano())
	must(b, other, n+`INSERT INTO "User" (id, email, "planKey", "createdAt", "updatedAt") SELECT printf('user_2b%025d', n), printf('ada%d@example.com', n),
		iif(n % 2, NULL, 'pro'), '2026-11-22T10:00:00.000+00:00', '2026-11-22T10:00:00.000+00:00' FROM c WHERE n <= 100000`)
	must(b, other, n+`INSERT INTO user_state (user_id, version, delivery_id) SELECT printf('user_2b%025d', n), 1, 900000 + n FROM c WHERE n <= 100000`)
	must(b, other, `UPDATE tally SET deliveries = 1000000, rejected = 100000, failures = 100000`)
	return s
}

func BenchmarkReadAMillion(b *testing.B) {
	s := million(b)
	user := fmt.Sprintf("user_2b%025d", 4711)
	plan := "pro"
	middle := &webhook.UserRecord{User: webhook.User{ID: fmt.Sprintf("user_2b%025d", 50_000), PlanKey: &plan}}
	for _, bench := range []struct {
		name string
		read func() error
	}{
		{"newest page", func() error { _, err := s.Deliveries(b.Context(), query.Page{Limit: 50}); return err }},
		{"page in the middle", func() error {
			_, err := s.Deliveries(b.Context(), query.Page{Before: 500_000, Limit: 50})
			return err
		}},
		{"failures by cause", func() error { _, err := s.Causes(b.Context()); return err }},
		{"failures of a cause", func() error {
			_, err := s.Deliveries(b.Context(), query.Page{Cause: "wrong-secret", Before: 500_000, Limit: 50})
			return err
		}},
		{"failures", func() error {
			_, err := s.Deliveries(b.Context(), query.Page{Failures: true, Before: 500_000, Limit: 50})
			return err
		}},
		{"of a user", func() error {
			_, err := s.Deliveries(b.Context(), query.Page{UserID: user, Limit: 50})
			return err
		}},
		{"counts", func() error { _, err := s.Counts(b.Context()); return err }},
		{"users by recent", func() error {
			_, err := s.Users(b.Context(), webhook.UserPage{Sort: webhook.ByRecent, Limit: 50, Deleted: true})
			return err
		}},
		{"users by e-mail", func() error {
			_, err := s.Users(b.Context(), webhook.UserPage{Sort: webhook.ByEmail, Limit: 50, Deleted: true})
			return err
		}},
		{"users by plan, in the middle of a plan", func() error {
			_, err := s.Users(b.Context(), webhook.UserPage{Sort: webhook.ByPlan, After: middle, Limit: 50, Deleted: true})
			return err
		}},
		{"users by status, in the middle of those without", func() error {
			_, err := s.Users(b.Context(), webhook.UserPage{Sort: webhook.ByStatus, Before: middle, Limit: 50, Deleted: true})
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				if err := bench.read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFilterAMillion lists a page, or searches everything for something that is not
// there. Only the newest 50,000 have bodies.
func BenchmarkFilterAMillion(b *testing.B) {
	s := million(b)
	d, _ := heavy(0)
	header := encodeHeader(d.Header)
	other := another(b, s.path)
	must(b, other, `PRAGMA synchronous = OFF`)
	must(b, other, `INSERT INTO payload SELECT id, 'POST', '/', '', '', ?1, '{}', x'', CAST(?2 AS BLOB) FROM delivery WHERE id > 950000`, header, d.Body)
	for _, bench := range []struct{ name, filter string }{
		{"a type that most have", "type:user.*"},
		{"a type that few have", "type:user.deleted"},
		{"a user", fmt.Sprintf("user:user_2b%025d", 4711)},
		{"a code", "code:wrong-secret"},
		{"the failures of a user", fmt.Sprintf("is:failed user:user_2b%025d", 4710)},
		{"the last minute", "since:1m"},
		{"an hour ago", "before:15m"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			p := query.Page{Limit: 50, Filter: filter(b, bench.filter)}
			for b.Loop() {
				if list, err := s.Deliveries(b.Context(), p); err != nil || len(list) == 0 {
					b.Fatal(len(list), err)
				}
			}
		})
	}
	for _, bench := range []struct {
		name, filter string
		above        int64
	}{{"an address", "email:nobody", 0}, {"a text", "nobody", 950_000}} {
		f := filter(b, bench.filter)
		b.Run(bench.name+" that nobody has, one search", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Search(b.Context(), query.Page{Limit: 50, Filter: f}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bench.name+" that nobody has, to the end", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Deliveries(b.Context(), query.Page{Limit: 50, Filter: f, After: bench.above}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	path := file(b)
	for b.Loop() {
		s, err := Open(b.Context(), Config{Path: path})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkOpenANewFile(b *testing.B) {
	for b.Loop() {
		s, err := Open(b.Context(), Config{Path: file(b)})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkBareCommit is the lower limit for one caller: one row, on disk.
func BenchmarkBareCommit(b *testing.B) {
	db := another(b, filepath.Join(b.TempDir(), "bare.db"))
	must(b, db, `PRAGMA journal_mode = WAL`)
	must(b, db, `PRAGMA synchronous = FULL`)
	must(b, db, `CREATE TABLE bare (body BLOB)`)
	body := make([]byte, 3400)
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		start := time.Now()
		must(b, db, `INSERT INTO bare VALUES (?)`, body)
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
}
