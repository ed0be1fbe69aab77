package receiver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/intake"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// The sender closes the connection, or stalls.

func TestAnIncompleteBodyIsKept(t *testing.T) {
	signed := signedHeader(t, clerkText, now)
	head := func(length int) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", clerkPath, signed, length)
	}
	// Like ReadTimeout, but from when the headers have arrived: however slow the
	// machine, it does not end before the sender has begun.
	quick := func(s *http.Server) {
		h := s.Handler
		s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
				t.Error(err)
			}
			h.ServeHTTP(w, r)
		})
	}
	for _, c := range []struct {
		name, raw string
		serve     func(*http.Server)
		closes    bool // the sender ends its side
		detail    string
	}{
		{"the sender ends before its Content-Length", head(1000) + clerkText, nil, true, fmt.Sprintf("after %d.", len(clerkText))},
		{"the sender ends without a byte", head(1000), nil, true, "after 0."},
		{"the sender pauses for too long", head(1000) + clerkText, quick, false, fmt.Sprintf("after %d.", len(clerkText))},
		{"a length beyond what is allowed, and no body", head(1 << 30), quick, false, "1073741824 bytes"},
		{"the longest possible length", strings.Replace(head(0), "Content-Length: 0", "Content-Length: 9223372036854775807", 1) + "x", quick, false, "after 1."},
		{"chunks that pause for too long", "POST " + clerkPath + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + signed + "\r\n5\r\n{\"typ\r\n", quick, false, "after 5 bytes."},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, nil, c.serve)
			conn := dial(t, g.public)
			if _, err := io.WriteString(conn, c.raw); err != nil {
				t.Fatal(err)
			}
			if c.closes {
				if err := conn.CloseWrite(); err != nil {
					t.Fatal(err)
				}
			}
			got := readAnswer(t, conn, "POST")
			if got.status != 400 || !strings.Contains(got.body, `"code":"incomplete-body"`) {
				t.Errorf("%d %s", got.status, got.body)
			}
			d := g.one(t)
			_, sent, _ := strings.Cut(c.raw, "\r\n\r\n")
			if strings.Contains(c.raw, "chunked") {
				sent = `{"typ`
			}
			if d.Verdict.Code != webhook.IncompleteBody || !strings.Contains(d.Verdict.Detail, c.detail) || string(d.Body) != sent || d.Bytes != int64(len(sent)) {
				t.Errorf("kept %q of %d, %+v", d.Body, d.Bytes, d.Verdict)
			}
		})
	}
}

func TestATooShortContentLengthCutsTheBody(t *testing.T) {
	g := start(t, nil, nil)
	raw := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 10\r\n\r\n%s", clerkPath, signedHeader(t, clerkText, now), clerkText)
	got := exchange(t, g.public, raw)
	if d := g.one(t); got.status != 400 || d.Verdict.Code != webhook.WrongSecret || string(d.Body) != clerkText[:10] {
		t.Errorf("%d %s, kept %q", got.status, got.body, d.Body)
	}
}

// Such a sender must find the answer, and not a connection that was reset.
func TestASenderThatWritesAllFirstGetsTheAnswerToATooLargeBody(t *testing.T) {
	g := start(t, nil, nil)
	body := strings.Repeat("x", intake.MaxDrain)
	request := post(clerkPath, signedHeader(t, body, now), body) // before it dials: it takes a while
	conn := dial(t, g.public)
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatalf("reset while it wrote: %v", err)
	}
	if got := readAnswer(t, conn, "POST"); got.status != 413 || !strings.Contains(got.body, "too-large") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if d := g.one(t); d.Bytes != intake.MaxDrain || d.Body != nil || !strings.Contains(d.Verdict.Detail, "8388608 bytes") {
		t.Errorf("%d bytes: %s", d.Bytes, d.Verdict.Detail)
	}
}

func TestAnEndlessBodyIsCutOff(t *testing.T) {
	g := start(t, nil, nil)
	conn := dial(t, g.public)
	go func() {
		_, _ = io.WriteString(conn, "POST "+clerkPath+" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
		chunk := "10000\r\n" + strings.Repeat("x", 1<<16) + "\r\n"
		for {
			if _, err := io.WriteString(conn, chunk); err != nil {
				return
			}
		}
	}()
	d := <-g.captured
	if d.Verdict.Code != webhook.TooLarge || d.Bytes != 4097+intake.MaxDrain || d.Body != nil {
		t.Errorf("%d bytes, %+v", d.Bytes, d.Verdict)
	}
}

func TestSlowAndLongHeadersAreCutOff(t *testing.T) {
	t.Run("headers that never end", func(t *testing.T) {
		g := start(t, nil, func(s *http.Server) { s.ReadHeaderTimeout = 50 * time.Millisecond })
		conn := dial(t, g.public)
		if _, err := io.WriteString(conn, "POST "+clerkPath+" HTTP/1.1\r\nHost: x\r\nSvix-Id: msg_"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(conn); isTimeout(err) {
			t.Error("the connection stays open")
		}
	})
	t.Run("a connection that is idle", func(t *testing.T) {
		g := start(t, nil, func(s *http.Server) { s.IdleTimeout = 50 * time.Millisecond })
		conn := dial(t, g.public)
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(conn); isTimeout(err) {
			t.Error("the connection stays open")
		}
	})
	t.Run("headers of 64 KiB", func(t *testing.T) {
		g := start(t, nil, nil)
		conn := dial(t, g.public)
		go func() {
			_, _ = io.WriteString(conn, "POST "+clerkPath+" HTTP/1.1\r\nHost: x\r\nSvix-Id: "+strings.Repeat("m", 64<<10)+"\r\n\r\n")
		}()
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != 431 || len(g.shelf.all()) != 0 {
			t.Errorf("%v %v", res, err)
		}
	})
	t.Run("every limit is set", func(t *testing.T) {
		s := Server(http.NotFoundHandler(), nil)
		if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
			t.Errorf("%+v", s)
		}
		if s.ErrorLog == nil {
			t.Error("net/http writes to standard error")
		}
	})
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestAWrongSecretSaysWhetherTheSecretVerifiedLately(t *testing.T) {
	at := now
	g := start(t, func(g *rig) {
		g.Now = func() time.Time { return at }
	}, nil)
	wrong := func() string {
		t.Helper()
		exchange(t, g.public, post(clerkPath, signedHeader(t, clerkText, at), clerkText+" "))
		all := g.shelf.all()
		v := all[len(all)-1].Verdict
		if v.Code != webhook.WrongSecret {
			t.Fatalf("verdict %+v", v)
		}
		return v.Detail
	}
	const none = "No delivery has verified since hooktop started."
	if got := wrong(); !strings.HasSuffix(got, none) {
		t.Errorf("at first: %s", got)
	}
	h := http.Header{}
	if err := (providers.Clerk{}).Signing().SignMessage(h, secret, "msg_2", at, []byte(clerkText)); err != nil {
		t.Fatal(err)
	}
	for _, origin := range []webhook.Origin{webhook.Trigger, webhook.Resend} {
		if _, err := g.Self.Send(t.Context(), clerkPath, h, []byte(clerkText), origin, 0); err != nil {
			t.Fatal(err)
		}
		if got := wrong(); !strings.HasSuffix(got, none) {
			t.Errorf("after a %s, which proves nothing: %s", origin, got)
		}
	}
	exchange(t, g.public, post(clerkPath, signedHeader(t, clerkText, at), clerkText))
	at = at.Add(90 * time.Second)
	if got, want := wrong(), "with whsec_…LaSw (TEST in a test). That secret verified another delivery 90 s ago."; !strings.HasSuffix(got, want) {
		t.Errorf("after a delivery: %s", got)
	}
}
