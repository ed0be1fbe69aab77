package proof

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A program at the address gets one request before it has proven itself: a nonce, and
// nothing that is secret.
func TestNothingIsSentToAProgramThatCannotProveItself(t *testing.T) {
	const token = "TOKEN-OF-THE-REAL-ONE"
	proves := func(s *Self) http.HandlerFunc {
		return func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set(idHeader, s.ID)
			w.Header().Set(Header, s.Answer(req.Header.Get(Header)))
		}
	}
	for _, c := range []struct {
		name  string
		serve func(self *Self) http.HandlerFunc
		want  error
	}{
		{"the hooktop itself", proves, nil},
		{"a program that knows the ID", func(s *Self) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(idHeader, s.ID) }
		}, ErrUnproven},
		{"a program that returns the nonce", func(s *Self) http.HandlerFunc {
			return func(w http.ResponseWriter, req *http.Request) {
				w.Header().Set(idHeader, s.ID)
				w.Header().Set(Header, req.Header.Get(Header))
			}
		}, ErrUnproven},
		{"a program with another token", func(s *Self) http.HandlerFunc { return proves(&Self{s.URL, s.ID, "another"}) }, ErrUnproven},
		{"a program that passes the question on", func(s *Self) http.HandlerFunc {
			return proves(&Self{"http://127.0.0.1:1", s.ID, token}) // the answer of the real one, which is elsewhere
		}, ErrUnproven},
		{"a redirect", func(*Self) http.HandlerFunc {
			return func(w http.ResponseWriter, req *http.Request) {
				http.Redirect(w, req, "http://example.com/", http.StatusTemporaryRedirect)
			}
		}, ErrOther},
		{"an endless answer", func(s *Self) http.HandlerFunc {
			return func(w http.ResponseWriter, req *http.Request) {
				proves(s)(w, req)
				_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
			}
		}, ErrOther},
	} {
		t.Run(c.name, func(t *testing.T) {
			self := &Self{ID: "ID", Token: token}
			var mu sync.Mutex
			var heard strings.Builder
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				mu.Lock()
				_ = req.Header.Write(&heard)
				mu.Unlock()
				c.serve(self)(w, req)
			}))
			defer s.Close()
			self.URL = s.URL
			client, err := self.Connect(t.Context(), time.Minute)
			if !errors.Is(err, c.want) {
				t.Fatalf("it returned %v", err)
			}
			if err == nil {
				client.CloseIdleConnections()
			}
			mu.Lock()
			defer mu.Unlock()
			if strings.Contains(heard.String(), token) {
				t.Errorf("it was told the token:\n%s", heard.String())
			}
		})
	}
}

// What comes after the proof goes to the program that gave it, not to the one that has
// the port by then.
func TestOnlyTheProvenConnectionIsUsed(t *testing.T) {
	self := &Self{ID: "ID", Token: "TOKEN"}
	var mu sync.Mutex
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		w.Header().Set(idHeader, self.ID)
		w.Header().Set(Header, self.Answer(req.Header.Get(Header)))
		w.Header().Set("Connection", "close")
	}))
	defer s.Close()
	self.URL = s.URL
	client, err := self.Connect(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/", strings.NewReader("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if res, err := client.Do(req); err == nil {
		_ = res.Body.Close()
		t.Error("another connection was made")
	}
	mu.Lock()
	defer mu.Unlock()
	if asked != 1 {
		t.Errorf("it was asked %d times", asked)
	}
}

func TestOnlyAddressesOfThisMachineAreAsked(t *testing.T) {
	for address, want := range map[string]string{
		"http://127.0.0.1:4747": "127.0.0.1:4747",
		"http://127.8.9.1:80":   "127.8.9.1:80",
		"http://[::1]:4747":     "[::1]:4747",
	} {
		if got, err := localAddress(address); err != nil || got != want {
			t.Errorf("%s: %q, %v", address, got, err)
		}
	}
	for _, address := range []string{
		"", "127.0.0.1:4747", "http://", "http://127.0.0.1", "http://127.0.0.1:", "http://127.0.0.1:0", "http://127.0.0.1:99999",
		"http://localhost:4747", "http://hooks.example.com:4747", "http://127.0.0.1.nip.io:80", "http://2130706433:80", "http://0x7f.1:80", "http://127.1:80",
		"http://0.0.0.0:4747", "http://[::]:4747", "http://[::ffff:127.0.0.1]:4747", "http://[::ffff:7f00:1]:80", "http://[fe80::1%25eth0]:80",
		"http://8.8.8.8:80", "http://169.254.169.254:80", "http://192.0.2.7:4747", "http://224.0.0.1:80", "http://255.255.255.255:80",
		"http://user:pass@127.0.0.1:4747", "http://127.0.0.1:80@example.com", "http://127.0.0.1:80@example.com:80",
		"http://127.0.0.1:4747/path", "http://127.0.0.1:4747?q", "http://127.0.0.1:4747#x", "http://127.0.0.1:4747/",
		"https://127.0.0.1:4747", "HTTP://127.0.0.1:4747", "unix:///run/x.sock", "http:127.0.0.1:80", "http://127.0.0.1:0080", "\x7f",
	} {
		if got, err := localAddress(address); err == nil {
			t.Errorf("%q was taken for %s", address, got)
		}
	}
}

// A hooktop may listen at one of this machine's other addresses alone.
func TestThisMachinesOwnAddressesAreAsked(t *testing.T) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		n, ok := a.(*net.IPNet)
		if !ok || n.IP.To4() == nil || !n.IP.IsGlobalUnicast() {
			continue
		}
		if _, err := localAddress("http://" + n.IP.String() + ":4747"); err != nil {
			t.Error(err)
		}
	}
}

func TestStrangeNoncesGetNoAnswer(t *testing.T) {
	s := Self{URL: "http://127.0.0.1:1", ID: "ID", Token: "T"}
	for _, nonce := range []string{"", "short", strings.Repeat("x", 65)} {
		if s.Answer(nonce) != "" {
			t.Errorf("%q was answered", nonce)
		}
	}
	if nonce := strings.Repeat("n", 26); s.Answer(nonce) == "" || (Self{URL: s.URL, ID: s.ID}).Answer(nonce) != "" {
		t.Error("the token does not decide")
	}
}

func TestAnEndedContextEndsTheQuestion(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it says nothing
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := (Self{"http://" + l.Addr().String(), "ID", "T"}).Connect(ctx, time.Minute); err == nil || ctx.Err() == nil {
		t.Errorf("it returned %v", err)
	}
}
