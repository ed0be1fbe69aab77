package receiver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// These are the lines of the table of answers in the interface, over a real socket.
func TestEachOutcomeHasItsAnswer(t *testing.T) {
	body := func(kind, data string) string {
		return `{"type":"` + kind + `","timestamp":1716883200000,"data":` + data + `}`
	}
	user := `{"id":"user_1","email_addresses":[{"id":"a","email_address":"a@b.c"}]}`
	for _, c := range []struct {
		name, body string
		outcome    webhook.Outcome // what the store decides, "" where the body does
		status     int
		answer     string
	}{
		{"a user is created", clerkText, webhook.Created, 200, `{"message":"User created"}`},
		{"a user is updated", body("user.updated", user), webhook.Updated, 200, `{"message":"User updated"}`},
		{"a user is unchanged", body("user.updated", user), webhook.Unchanged, 200, `{"message":"User unchanged"}`},
		{"a user is deleted", body("user.deleted", user), webhook.Deleted, 200, `{"message":"User deleted"}`},
		{"a message comes twice", clerkText, webhook.Duplicate, 200, `{"message":"Already processed"}`},
		{"an event is older than the row", clerkText, webhook.Stale, 200, `{"message":"Stale event ignored"}`},
		{"an address belongs to another", clerkText, webhook.Conflict, 409, `{"message":"Email already belongs to another user","userId":"user_1","heldBy":"user_2"}`},
		{"a type is not handled", body("session.created", "{}"), "", 200, `{"message":"Event type not handled"}`},
		{"a user has no address", body("user.created", `{"id":"user_1"}`), "", 400, `{"message":"User has no email address","userId":"user_1"}`},
		{"a body is not JSON", "{", "", 400, `{"message":"Malformed event","detail":"the body is not a Clerk event: no JSON at byte 1","delivery":1}`},
		{"a deletion names no user", body("user.deleted", "{}"), "", 400, `{"message":"Malformed event","detail":"data has no user id","delivery":1}`},
		{"an empty body is signed", "", "", 400, `{"message":"Malformed event","detail":"the body is not a Clerk event: there is nothing in it","delivery":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, func(g *rig) {
				g.shelf.settle = func(_ context.Context, d *webhook.Delivery) error {
					if c.outcome != "" {
						d.Outcome, d.HeldBy = c.outcome, "user_2"
					}
					return nil
				}
			}, nil)
			got := exchange(t, g.public, post(clerkPath, signedHeader(t, c.body, now), c.body))
			if got.status != c.status || strings.TrimSpace(got.body) != c.answer || got.header.Get("Content-Type") != "application/json" {
				t.Errorf("%d %s (%s), want %d %s", got.status, got.body, got.header, c.status, c.answer)
			}
			d := g.one(t)
			if !d.Verdict.Verified || string(d.Body) != c.body || d.Bytes != int64(len(c.body)) || d.Origin != webhook.Tunnel ||
				d.MessageID != "msg_1" || d.Provider != "clerk" || d.At != now || d.Answer.Status != c.status {
				t.Errorf("captured %+v", d)
			}
			if told := <-g.captured; told.ID != 1 {
				t.Errorf("reported #%d", told.ID)
			}
		})
	}
}

func TestAFailedCaptureIsAnsweredWith500AndReported(t *testing.T) {
	broken := errors.New("disk full")
	g := start(t, func(g *rig) {
		g.shelf.settle = func(context.Context, *webhook.Delivery) error { return broken }
	}, nil)
	got := exchange(t, g.public, post(clerkPath, signedHeader(t, clerkText, now), clerkText))
	if got.status != 500 || got.body != `{"message":"Not captured"}`+"\n" {
		t.Errorf("%d %s", got.status, got.body)
	}
	select {
	case err := <-g.lost:
		if !errors.Is(err, broken) {
			t.Errorf("lost: %v", err)
		}
	case <-g.captured:
		t.Error("it was reported as captured")
	}
}

func TestTheAnswerComesAfterTheCommit(t *testing.T) {
	for name, outcome := range map[string]webhook.Outcome{"applied": webhook.Created, "rejected": webhook.Rejected} {
		t.Run(name, func(t *testing.T) {
			answered := httptest.NewRecorder()
			answered.Code = 0
			s := &shelf{settle: func(_ context.Context, d *webhook.Delivery) error {
				d.Outcome = outcome
				if answered.Code != 0 || answered.Body.Len() != 0 {
					t.Errorf("answered before the commit: %d %s", answered.Code, answered.Body)
				}
				return nil
			}}
			told := false
			r := &Receiver{
				Store: s, MaxBody: 4096, Now: func() time.Time { return now },
				Endpoints: []Endpoint{{clerkPath, providers.Clerk{}, knowing(secret)}},
				Captured:  func(webhook.Delivery) { told = answered.Body.Len() > 0 },
			}
			r.Public().ServeHTTP(answered, httptest.NewRequest(http.MethodPost, clerkPath, strings.NewReader(clerkText)))
			if answered.Code == 0 || !told {
				t.Errorf("answered %d, told after it: %v", answered.Code, told)
			}
		})
	}
}

func TestADeliveryIsKeptThoughItsSenderGoesAway(t *testing.T) {
	gone := make(chan context.Context, 1)
	capturing := make(chan struct{})
	g := start(t, func(g *rig) {
		g.shelf.settle = func(ctx context.Context, _ *webhook.Delivery) error {
			capturing <- struct{}{}
			<-(<-gone).Done()
			return ctx.Err()
		}
	}, func(s *http.Server) {
		inner := s.Handler
		s.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			gone <- req.Context()
			inner.ServeHTTP(w, req)
		})
	})
	conn := dial(t, g.public)
	if _, err := io.WriteString(conn, post(clerkPath, signedHeader(t, clerkText, now), clerkText)); err != nil {
		t.Fatal(err)
	}
	<-capturing
	conn.Close()
	select {
	case d := <-g.captured:
		if d.Outcome != webhook.Created || d.ID != 1 {
			t.Errorf("captured %+v", d)
		}
	case err := <-g.lost:
		t.Errorf("lost: %v", err)
	}
}

func TestTheRequestIsStoredUnchanged(t *testing.T) {
	g := start(t, nil, nil)
	body := "\xef\xbb\xbf{\r\n\"a\": 1.0}\n\x00\xff"
	header := signedHeader(t, body, now) + "X-Two: one\r\nX-Two: two,three\r\nx-lower: \t v \r\nSvix-Signature: v1,second\r\nHooktop-Origin: trigger\r\nHooktop-Parent: 9\r\n"
	exchange(t, g.public, post(clerkPath+"?x=%20y&x=2", header, body))
	d := g.one(t)
	if string(d.Body) != body || d.Method != "POST" || d.URL != clerkPath+"?x=%20y&x=2" || d.Host != "example.com" || !strings.HasPrefix(d.RemoteAddr, "127.0.0.1:") {
		t.Errorf("kept %+v", d.Request)
	}
	for name, want := range map[string][]string{
		"X-Two": {"one", "two,three"}, "X-Lower": {"v"}, "Hooktop-Origin": {"trigger"}, "Hooktop-Parent": {"9"},
		"Content-Length": {strconv.Itoa(len(body))},
	} {
		if !slices.Equal(d.Header[name], want) {
			t.Errorf("%s: %q, want %q", name, d.Header[name], want)
		}
	}
	if len(d.Header["Svix-Signature"]) != 2 || !d.Verdict.Verified {
		t.Errorf("signatures %q, verdict %+v", d.Header["Svix-Signature"], d.Verdict)
	}
}

func TestAnImpossibleMessageIDIsDropped(t *testing.T) {
	for n, want := range map[int]int{256: 256, 257: 0, 20000: 0} {
		g := start(t, nil, nil)
		exchange(t, g.public, post(clerkPath, "Svix-Id: "+strings.Repeat("m", n)+"\r\n", "{}"))
		if d := g.one(t); len(d.MessageID) != want || len(d.Header.Get("Svix-Id")) != n {
			t.Errorf("an id of %d bytes: stored with %d, in the header with %d", n, len(d.MessageID), len(d.Header.Get("Svix-Id")))
		}
	}
}
