package tunnel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel/standin"
)

func TestARequestArrivesUnchanged(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, config(s))
	serve(t, tun, echo)
	st := until(t, tun, "live", in(Live))
	if st.URL != public || tun.URL() != public || tun.Addr().String() != domain {
		t.Errorf("URL %q, %q, Addr %q, want %s", st.URL, tun.URL(), tun.Addr(), public)
	}
	if st.LastHeard.IsZero() || st.Since.IsZero() || st.Attempt != 0 || st.Err != "" {
		t.Errorf("status while live: %+v", st)
	}

	c := client(t, s)
	res := mustPost(t, c, domain, "{\n\t\"a\" : 1 }\r\n\x00\xff")
	for name, want := range map[string]string{
		"Seen-From":   standin.ClientAddr,
		"Seen-Method": "POST " + domain + hook,
		"Seen-Id":     "msg_1,msg_2",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	big := make([]byte, 1<<20)
	for i := range big {
		big[i] = byte(rand.Uint32())
	}
	mustPost(t, c, domain, string(big))

	a := s.Auths()[0]
	if a.Extra.Authtoken != token || a.Extra.ClientType != "hooktop" || a.Extra.Version != "1.2.3" {
		t.Errorf("signed in as %+v", a.Extra)
	}
}

func TestAnAnswerArrivesBeforeTheBodyWasRead(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, config(s))
	serve(t, tun, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
	})
	until(t, tun, "live", in(Live))
	res, body, err := post(testContext(t), client(t, s), domain, strings.Repeat("x", 3<<20))
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusRequestEntityTooLarge || body != "too large\n" {
		t.Errorf("answer %s %q", res.Status, body)
	}
}

func TestTheEdgeLetsThroughOnlyWhatTheConfigSays(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Config)
		url    string
		policy string
	}{
		"one path": {
			url:    "",
			policy: `{"on_http_request":[{"expressions":["!(req.method == 'POST' && (req.url.path == '/api/webhooks/clerk'))"],"actions":[{"type":"deny","config":{"status_code":404}}]}]}`,
		},
		"two paths, one with a quote, and a bare domain": {
			change: func(c *Config) { c.Paths, c.Domain = []string{"/a'b", "/c"}, "Hooks.Example.COM" },
			url:    "https://hooks.example.com",
			policy: `{"on_http_request":[{"expressions":["!(req.method == 'POST' && (req.url.path == '/a\\'b' || req.url.path == '/c'))"],"actions":[{"type":"deny","config":{"status_code":404}}]}]}`,
		},
		"no paths": {
			change: func(c *Config) { c.Paths = nil },
			policy: `{"on_http_request":[{"expressions":["!(req.method == 'POST')"],"actions":[{"type":"deny","config":{"status_code":404}}]}]}`,
		},
		"no policy, and a domain as a URL": {
			change: func(c *Config) { c.NoEdgePolicy, c.Domain = true, "https://hooks.example.com/" },
			url:    "https://hooks.example.com",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, standin.Options{})
			c := config(s)
			if test.change != nil {
				test.change(&c)
			}
			until(t, listen(t, c), "live", in(Live))
			b := s.Binds()[0]
			if b.URL() != test.url || b.TrafficPolicy() != test.policy || b.Extra.PoolingEnabled {
				t.Errorf("bind\n url %q\nwant %q\n policy %s\nwant    %s\n pooling %v", b.URL(), test.url, b.TrafficPolicy(), test.policy, b.Extra.PoolingEnabled)
			}
		})
	}
}

func TestARefusalBeforeTheFirstURLIsPermanent(t *testing.T) {
	refuse := func(code int, text string) string { return standin.Refuse(code, text) }
	for name, test := range map[string]struct {
		auth, bind string
		code       string
		err, fix   string // parts that are facts: what ngrok said, where to go
	}{
		"revoked token":      {auth: refuse(107, "Your authtoken: "+token), code: "ERR_NGROK_107", err: "(ERR_NGROK_107)", fix: "NGROK_AUTHTOKEN"},
		"malformed token":    {auth: refuse(105, "Your authtoken: "+token), code: "ERR_NGROK_105", err: "(ERR_NGROK_105)", fix: "NGROK_AUTHTOKEN"},
		"unverified account": {auth: refuse(4018, "Usage of ngrok requires a verified account"), code: "ERR_NGROK_4018", err: "(ERR_NGROK_4018)", fix: "NGROK_AUTHTOKEN"},
		"not reserved":       {bind: refuse(319, "Domain not reserved"), code: "ERR_NGROK_319", err: "(ERR_NGROK_319)", fix: "https://dashboard.ngrok.com/domains"},
		"an unknown code": {
			bind: refuse(99999, "Token "+token+" is not\x1b[31m allowed\nhere"), code: "ERR_NGROK_99999",
			err: ": Token [token] is not[31m allowed here (ERR_NGROK_99999)", fix: "https://ngrok.com/docs/errors/err_ngrok_99999",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, standin.Options{
				OnAuth: func(standin.Auth) string { return test.auth },
				OnBind: func(standin.Bind) string { return test.bind },
			})
			tun := listen(t, config(s))
			until(t, tun, "failed", in(Failed))
			_, err := tun.Accept()
			var e *Error
			if !errors.As(err, &e) || e.Code != test.code {
				t.Fatalf("Accept: %v, want code %s", err, test.code)
			}
			st := tun.Status()
			if st.State != Failed || st.Code != test.code || !strings.Contains(st.Err, test.err) || !strings.Contains(st.Fix, test.fix) || strings.Contains(st.Err+st.Fix, token) || st.URL != "" {
				t.Errorf("status %+v", st)
			}
			if err := s.WaitSessions(testContext(t), 0); err != nil {
				t.Error(err)
			}
			if n := len(s.Auths()); n != 1 {
				t.Errorf("%d sign-ins, want 1", n)
			}
		})
	}
}

func TestTemporaryErrorsAreRetried(t *testing.T) {
	t.Run("no network at first", func(t *testing.T) {
		s := start(t, standin.Options{})
		addr, goOnline := offlineAddr(t, s.Addr())
		c := config(s)
		c.ConnectAddr = addr
		tun := listen(t, c)
		serve(t, tun, echo)
		st := until(t, tun, "in error", func(s Status) bool { return s.Err != "" })
		if st.State != Connecting || st.Code != "" || st.Attempt < 2 ||
			!strings.Contains(st.Err, "dial tcp "+addr) || !strings.Contains(st.Fix, addr) {
			t.Errorf("status %+v", st)
		}
		goOnline()
		st = until(t, tun, "live", in(Live))
		if st.Err != "" || st.Fix != "" || st.Attempt != 0 {
			t.Errorf("status once live %+v", st)
		}
		mustPost(t, client(t, s), domain, "{}")
	})
	t.Run("a certificate that is not ngrok's", func(t *testing.T) {
		other, err := standin.Start(standin.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := config(start(t, standin.Options{}))
		c.CAs = other.CAs()
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		tun := listen(t, c)
		st := until(t, tun, "in error", func(s Status) bool { return s.Err != "" })
		if st.State != Connecting || !strings.Contains(st.Fix, "TLS inspection") && !strings.Contains(st.Fix, "connect_cas") {
			t.Errorf("status %+v", st)
		}
		// The SDK reads and writes at the same time: now and then it reports that the
		// connection has gone, but not why.
		st = until(t, tun, "failing because of the certificate", func(s Status) bool { return strings.Contains(s.Err, "x509:") })
		if st.State != Connecting || !strings.Contains(st.Fix, "connect_cas") {
			t.Errorf("status %+v", st)
		}
	})
	t.Run("the account has reached its limit of agents", func(t *testing.T) {
		refusals := make(chan string, 1)
		refusals <- standin.Refuse(108, "Your account is limited to 3 simultaneous ngrok agent sessions.")
		s := start(t, standin.Options{OnAuth: func(standin.Auth) string {
			select {
			case r := <-refusals:
				return r
			default:
				return ""
			}
		}})
		tun := listen(t, config(s))
		st := until(t, tun, "refused", func(s Status) bool { return s.Err != "" })
		if st.State != Connecting || st.Code != "ERR_NGROK_108" || st.Fix == "" {
			t.Errorf("status %+v", st)
		}
		st = until(t, tun, "live", in(Live))
		if st.Err != "" || st.Code != "" || st.Fix != "" || st.Attempt != 0 {
			t.Errorf("status once live %+v", st)
		}
	})
}

// offlineAddr returns an address where nothing listens until goOnline is called.
// From then on it leads to another address.
func offlineAddr(t *testing.T, to string) (addr string, goOnline func()) {
	t.Helper()
	addr = freeAddr(t)
	return addr, func() {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				near, err := l.Accept()
				if err != nil {
					return
				}
				far, err := net.Dial("tcp", to)
				if err != nil {
					_ = near.Close()
					return
				}
				go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
				go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
			}
		}()
	}
}

// freeAddr returns a free address with a port that the system never assigns: the
// ports it assigns are above 32767 (Linux) or 49151 (macOS, Windows).
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))
		if l, err := net.Listen("tcp", addr); err == nil {
			_ = l.Close()
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}

func TestABadSetUpFailsWithoutConnecting(t *testing.T) {
	for name, test := range map[string]struct{ token, domain, names string }{
		"no token":              {" \n", "", "authtoken"},
		"a domain with a path":  {token, "https://x.ngrok.dev/hook", "https://x.ngrok.dev/hook"},
		"a domain with a space": {token, "my domain", ": my domain"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, standin.Options{})
			c := config(s)
			c.Token, c.Domain = test.token, test.domain
			tun := listen(t, c)
			st := until(t, tun, "failed", in(Failed))
			if !strings.Contains(st.Err, test.names) || st.Fix == "" {
				t.Errorf("status %+v", st)
			}
			if _, err := tun.Accept(); err == nil {
				t.Error("Accept returned a connection")
			}
			if n := len(s.Auths()); n != 0 {
				t.Errorf("%d sign-ins, want none", n)
			}
		})
	}
}

func TestAnEndpointStoppedAtNgrokFails(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, config(s))
	_, served := serve(t, tun, echo)
	until(t, tun, "live", in(Live))
	if err := s.Stop(domain, "ERR_NGROK_999", "Stopped by "+token+"."); err != nil {
		t.Fatal(err)
	}
	err := <-served
	var fixer interface{ Fix() string }
	if !errors.As(err, &fixer) || fixer.Fix() == "" {
		t.Errorf("Serve: %v", err)
	}
	st := tun.Status()
	if st.State != Failed || st.Code != "ERR_NGROK_999" || st.URL != public ||
		!strings.HasSuffix(st.Err, ": Stopped by [token]. (ERR_NGROK_999)") {
		t.Errorf("status %+v", st)
	}
}

func TestTheTunnelClosesWhenItsContextEnds(t *testing.T) {
	s := start(t, standin.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	tun := Listen(ctx, config(s))
	until(t, tun, "live", in(Live))
	cancel()
	if _, err := tun.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v, want net.ErrClosed", err)
	}
	if err := tun.Shutdown(testContext(t)); err != nil {
		t.Error(err)
	}
	if err := s.WaitUnbinds(testContext(t), 1); err != nil || len(s.Unbinds()) != 1 {
		t.Errorf("taken offline: %v, want one endpoint: %v", s.Unbinds(), err)
	}
}

func TestHeartbeatsUpdateTheStatus(t *testing.T) {
	s := start(t, standin.Options{})
	c := config(s)
	c.HeartbeatInterval = 50 * time.Millisecond // with the default tolerance, so that the link does not count as dead
	begun := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var asked atomic.Int32
	c.Now = func() time.Time { return begun.Add(time.Duration(asked.Add(1)) * time.Second) }
	tun := listen(t, c)
	st := until(t, tun, "live", in(Live))
	first := st.LastHeard
	st = until(t, tun, "beating", func(s Status) bool { return s.Latency > 0 })
	if !st.LastHeard.After(first) || !st.Since.Before(st.LastHeard) {
		t.Errorf("connected %v, status %+v", first, st)
	}
}

func ExampleListen() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tun := Listen(ctx, Config{}) // no token
	err := http.Serve(tun, http.NotFoundHandler())
	fmt.Println(err)
	var fixer interface{ Fix() string }
	if errors.As(err, &fixer) {
		fmt.Println("fix:", fixer.Fix())
	}
	// Output:
	// no ngrok authtoken found
	// fix: copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and set NGROK_AUTHTOKEN (or run "ngrok config add-authtoken")
}
