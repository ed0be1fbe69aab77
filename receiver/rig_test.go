package receiver

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	clerkPath = "/api/webhooks/clerk"
	clerkText = `{"data":{"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_1"},"timestamp":1716883200000,"type":"user.created"}`
)

var (
	now    = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	secret = webhook.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", webhook.Source{Variable: "TEST", File: "a test"})
	other  = webhook.NewSecret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", webhook.Source{Variable: "OTHER", File: "a test"})
)

// shelf keeps deliveries in memory instead of the store. The test says what an
// event does to the users.
type shelf struct {
	// settle, if any, decides the outcome that the store would, or fails.
	settle func(ctx context.Context, d *webhook.Delivery) error
	// recorded, if any, gets every forward.
	recorded chan webhook.Forward
	fail     error

	mu   sync.Mutex
	kept []webhook.Delivery
}

func (s *shelf) Capture(ctx context.Context, d *webhook.Delivery, e webhook.Event) error {
	if d.Outcome == "" {
		d.Outcome, d.Note = e.Outcome, e.Note
		d.UserID, d.Email = e.UserID, e.Email
	}
	if d.Outcome == "" {
		d.Outcome = webhook.Created
	}
	if s.settle != nil {
		if err := s.settle(ctx, d); err != nil {
			return err
		}
	}
	s.add(d)
	return nil
}

func (s *shelf) add(d *webhook.Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.ID = int64(len(s.kept) + 1)
	if !d.AppAnswers {
		d.Answer = webhook.AnswerTo(*d)
	}
	s.kept = append(s.kept, *d)
}

func (s *shelf) Keep(_ context.Context, d *webhook.Delivery) error {
	if s.fail != nil {
		return s.fail
	}
	s.add(d)
	return nil
}

func (s *shelf) Delivery(ctx context.Context, id int64) (webhook.Delivery, error) {
	if err := ctx.Err(); err != nil {
		return webhook.Delivery{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id < 1 || id > int64(len(s.kept)) {
		return webhook.Delivery{}, fmt.Errorf("no delivery #%d: %w", id, webhook.ErrNotFound)
	}
	return s.kept[id-1], nil
}

func (s *shelf) RecordForward(ctx context.Context, fs ...*webhook.Forward) error {
	if err := cmp.Or(s.fail, ctx.Err()); err != nil {
		return err
	}
	for _, f := range fs {
		s.mu.Lock()
		d := &s.kept[f.DeliveryID-1]
		d.Forwards = append(d.Forwards, *f)
		said, _ := webhook.DecidingForward(d.Forwards)
		d.AppStatus, d.AppFailure, d.AppError = said.Status, said.Failure, said.Error
		if f.Answered != nil {
			d.Answer = *f.Answered
		}
		s.mu.Unlock()
		if s.recorded != nil {
			s.recorded <- *f
		}
	}
	return nil
}

func (s *shelf) all() []webhook.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]webhook.Delivery{}, s.kept...)
}

// rig is a receiver behind two real sockets.
type rig struct {
	*Receiver
	shelf         *shelf
	local, public string // addresses
	captured      chan webhook.Delivery
	lost          chan error
}

// start serves a receiver; change, if any, alters it first, serve the servers.
func start(t *testing.T, change func(*rig), serve func(*http.Server)) *rig {
	t.Helper()
	g := &rig{shelf: &shelf{}, captured: make(chan webhook.Delivery, 100), lost: make(chan error, 100)}
	g.Receiver = &Receiver{
		Store:     g.shelf,
		Endpoints: []Endpoint{{clerkPath, providers.Clerk{}, knowing(secret)}},
		MaxBody:   4096,
		Now:       func() time.Time { return now },
		Self:      NewInstance(),
		Captured:  func(d webhook.Delivery) { g.captured <- d },
		Lost:      func(_ webhook.Delivery, err error) { g.lost <- err },
	}
	listeners := [2]net.Listener{listen(t), listen(t)}
	g.local, g.public = listeners[0].Addr().String(), listeners[1].Addr().String()
	g.Self.URL = "http://" + g.local
	if change != nil {
		change(g)
	}
	for i, h := range []http.Handler{g.Local(), g.Public()} {
		server := Server(h, nil)
		server.ReadHeaderTimeout = hang // a machine that stands still is no slow sender
		if serve != nil {
			serve(server)
		}
		done := make(chan error, 1)
		go func() { done <- server.Serve(listeners[i]) }()
		t.Cleanup(func() {
			_ = server.Close()
			if err := <-done; !errors.Is(err, http.ErrServerClosed) {
				t.Errorf("serve: %v", err)
			}
		})
	}
	return g
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// one returns the only delivery that was captured.
func (g *rig) one(t *testing.T) webhook.Delivery {
	t.Helper()
	all := g.shelf.all()
	if len(all) != 1 {
		t.Fatalf("%d deliveries were captured", len(all))
	}
	return all[0]
}

// answer is what a sender got.
type answer struct {
	status int
	header http.Header
	body   string
}

// nowhere returns an address where nothing listens. A connection holds it, or
// another listener could get it.
func nowhere(t *testing.T) string {
	t.Helper()
	l := listen(t)
	t.Cleanup(func() { _ = l.Close() })
	return dial(t, l.Addr().String()).LocalAddr().String()
}

// hang is how long a test waits for what should happen at once; only a failing
// test waits that long.
const hang = 2 * time.Minute

// dial opens a connection that no test hangs on.
func dial(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(hang)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

// readAnswer reads one answer, to a request of that method.
func readAnswer(t *testing.T, conn net.Conn, method string) answer {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("half an answer: %v", err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

// exchange writes a request as it stands and reads the answer.
func exchange(t *testing.T, addr, raw string) answer {
	t.Helper()
	conn := dial(t, addr)
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(raw, " ")
	return readAnswer(t, conn, method)
}

// signedHeader returns the header lines that sign a body at that time.
func signedHeader(t *testing.T, body string, at time.Time) string {
	t.Helper()
	return signedAs(t, "msg_1", body, at)
}

// signedAs signs it as a message of its own.
func signedAs(t *testing.T, message, body string, at time.Time) string {
	t.Helper()
	h := http.Header{}
	if err := (providers.Clerk{}).Signing().SignMessage(h, secret, message, at, []byte(body)); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := h.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// post returns a whole request with these header lines and a length.
func post(path, header, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: example.com\r\n%sContent-Length: %d\r\n\r\n%s", path, header, len(body), body)
}

func fixOf(err error) string {
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		return fixer.Fix()
	}
	return ""
}

// knowing returns the secrets of an endpoint that do not change.
func knowing(secrets ...webhook.Secret) func() []webhook.Secret {
	return func() []webhook.Secret { return secrets }
}
