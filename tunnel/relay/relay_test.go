package relay

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

func TestRequestsAreAnsweredByteForByte(t *testing.T) {
	long := make([]byte, 1<<20+7)
	_, _ = rand.Read(long)
	for _, o := range []struct {
		name    string
		options standin.Options
	}{
		{"text frames", standin.Options{}},
		{"binary frames", standin.Options{Binary: true}},
		{"a ping before the confirmation", standin.Options{PingFirst: true}},
	} {
		t.Run(o.name, func(t *testing.T) {
			s := serve(t, o.options)
			a := &app{reply: func(w http.ResponseWriter, _ *http.Request, body []byte) {
				w.Header().Set("X-Answer", "a <b> & c")
				w.WriteHeader(http.StatusAccepted)
				_, _ = w.Write(body)
			}}
			r := open(t, s, a, nil)
			live(t, r)
			for _, body := range [][]byte{nil, []byte(`{"a": 1,  "b":"<&>"}`), {0, 0xff, 0xfe, '\r', '\n', 0}, long} {
				status, header, text := send(t, http.MethodPost, r.URL(), http.Header{"Svix-Id": {"msg_1"}, "X-Two": {"a", "b"}}, body)
				if status != http.StatusAccepted || header.Get("X-Answer") != "a <b> & c" || !bytes.Equal(text, body) {
					t.Fatalf("the sender of %d bytes got %d %v and %d bytes", len(body), status, header, len(text))
				}
				seen := a.seen()
				if got := seen[len(seen)-1]; got.method != http.MethodPost || got.path != "/" || got.host != s.Addr() ||
					got.header.Get("Svix-Id") != "msg_1" || got.header.Get("X-Two") != "a, b" || !bytes.Equal(got.body, body) {
					t.Fatalf("the handler got %s %s%s %v and %d bytes of %d", got.method, got.host, got.path, got.header, len(got.body), len(body))
				}
			}
		})
	}
}

func TestTheMethodIsKept(t *testing.T) {
	s := serve(t, standin.Options{})
	a := &app{}
	r := open(t, s, a, nil)
	live(t, r)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		if status, _, _ := send(t, method, r.URL(), nil, nil); status != http.StatusOK {
			t.Errorf("%s was answered %d", method, status)
		}
		seen := a.seen()
		if got := seen[len(seen)-1].method; got != method {
			t.Errorf("%s became %s", method, got)
		}
	}
}

func TestALiveRelaySaysWhatItKnows(t *testing.T) {
	s := serve(t, standin.Options{})
	r := open(t, s, &app{}, nil)
	if url := s.Inbox() + string(token) + "/"; r.URL() != url || r.Status().URL != url {
		t.Errorf("the URL is %s, in the status %s", r.URL(), r.Status().URL)
	}
	before := until(t, r, "live with a latency", func(s tunnel.Status) bool { return s.State == tunnel.Live && s.Latency > 0 })
	if before.Kind != "relay" || before.LastHeard.IsZero() || before.Proof != tunnel.ProofPassed || before.Proven.IsZero() ||
		before.Attempt != 0 || !before.NextTry.IsZero() || before.Err+before.Fix+before.Code+before.Lost != "" {
		t.Errorf("the status is %+v", before)
	}
	send(t, http.MethodPost, r.URL(), nil, nil)
	if after := r.Status(); !after.Proven.After(before.Proven) || !after.LastHeard.After(before.LastHeard) {
		t.Errorf("a delivery proved nothing: %+v", after)
	}
}

// What the relay must not get in an answer: it failed its senders on that.
func TestAnswersHoldNoHeadersAboutAConnection(t *testing.T) {
	s := serve(t, standin.Options{})
	r := open(t, s, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Content-Encoding", "Te", "Trailer", "Upgrade", "Proxy-Authenticate", "Host", "X-Hop"} {
			w.Header().Set(name, "x-hop")
		}
		w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
		w.Header()["Vary"] = []string{"a", "b"}
		w.Header()["Content-Type"] = nil
		w.Header().Set("Retry-After", "3")
	}), nil)
	live(t, r)
	status, header, _ := send(t, http.MethodPost, r.URL(), nil, []byte("x"))
	if status != http.StatusOK || header.Get("Retry-After") != "3" || header.Get("Vary") != "a, b" || header.Get("Set-Cookie") != "a=1" {
		t.Errorf("answered %d %v", status, header)
	}
	text := string(s.Frames()[1].Text)
	for _, name := range []string{"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Content-Encoding", `"Te"`, "Trailer", "Upgrade", "Proxy-Authenticate", "Host", "X-Hop", "Content-Type"} {
		if strings.Contains(text, name) {
			t.Errorf("the answer holds %s: %s", name, text)
		}
	}
}

func TestRequestsAreHandledAtTheSameTimeWithinABound(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		gate, noted, a := make(chan struct{}), &notes{}, &app{}
		a.reply = func(http.ResponseWriter, *http.Request, []byte) { <-gate }
		r := open(t, s, a, func(c *Config) { c.HTTP, c.Note = client, noted.add })
		live(t, r)
		event := func(n int) {
			frame := fmt.Sprintf(`{"type":"event","version":1,"data":{"id":%d,"method":"POST","headers":{},"body":""}}`, n)
			if err := s.Send(t.Context(), string(token), false, []byte(frame)); err != nil {
				t.Fatal(err)
			}
		}
		for n := range maxPending {
			event(n)
		}
		synctest.Wait()
		if n := len(a.seen()); n != maxRunning {
			t.Errorf("%d are in the handler", n)
		}
		event(maxPending)
		event(maxPending + 1)
		synctest.Wait()
		if got := answerTo(s.Frames(), fmt.Sprint(maxPending)); got != http.StatusServiceUnavailable || len(noted.seen()) != 1 {
			t.Errorf("one more was answered %d, noted %q", got, noted.seen())
		}
		close(gate)
		synctest.Wait()
		for n := range maxPending {
			if got := answerTo(s.Frames(), fmt.Sprint(n)); got != http.StatusOK {
				t.Errorf("request %d was answered %d", n, got)
			}
		}
	})
}

func TestAHandlerThatPanicsIsAnswered500(t *testing.T) {
	s := serve(t, standin.Options{})
	r := open(t, s, http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) { panic("no") }), nil)
	live(t, r)
	for range 2 {
		if status, _, _ := send(t, http.MethodPost, r.URL(), nil, nil); status != http.StatusInternalServerError {
			t.Errorf("answered %d", status)
		}
	}
}
