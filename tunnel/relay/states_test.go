package relay

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

func with(c *http.Client) func(*Config) { return func(config *Config) { config.HTTP = c } }

func TestADroppedConnectionIsRestoredWithTheSameToken(t *testing.T) {
	s := serve(t, standin.Options{})
	a := &app{}
	r := open(t, s, a, nil)
	first := live(t, r)
	for drops := 1; drops <= 3; drops++ {
		s.Drop()
		until(t, r, "live again", func(st tunnel.Status) bool { return st.State == tunnel.Live && s.Starts() == drops+1 })
		if status, _, _ := send(t, http.MethodPost, first.URL, nil, nil); status != http.StatusOK || len(a.seen()) != drops {
			t.Errorf("answered %d, and the handler saw %d", status, len(a.seen()))
		}
	}
	for _, f := range s.Frames() {
		if f.Token != string(token) {
			t.Errorf("it listened with %s", f.Token)
		}
	}
}

// Each way in which the service may end or refuse a connection.
func TestTheStatusSaysWhyThereIsNoConnection(t *testing.T) {
	page := func(status int, header http.Header) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			for name, values := range header {
				w.Header()[name] = values
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<html>\x1b[31mno</html>"))
			return true
		}
	}
	closing := func(code websocket.StatusCode, reason string) func(string) standin.Reply {
		return func(string) standin.Reply { return standin.Reply{Code: code, Reason: reason} }
	}
	for _, c := range []struct {
		name    string
		options standin.Options
		down    bool
		code    Code
		failed  bool
		fix     string
	}{
		{name: "another listener has the token", options: standin.Options{Start: func(string) standin.Reply { return standin.InUse }}, code: CodeInUse, fix: "stop the other hooktop"},
		{name: "a rejected token", options: standin.Options{Start: closing(1008, "Invalid token: "+string(token))}, code: CodeRejected, failed: true, fix: "relay.json"},
		{name: "a policy that is not about tokens", options: standin.Options{Start: closing(1008, "maintenance\x1b[2J")}, code: CodeClosed, fix: "automatically"},
		{name: "a restart of the service", options: standin.Options{Start: closing(1012, "")}, code: CodeClosed, fix: "automatically"},
		{name: "another token confirmed", options: standin.Options{Start: func(string) standin.Reply { return standin.Reply{Token: "c_0000000000"} }}, code: CodeOtherToken, fix: "relay.json"},
		{name: "no confirmation", options: standin.Options{Start: func(string) standin.Reply { return standin.Reply{Silent: true} }}, code: CodeNoAnswer, fix: "relay.test"},
		{name: "a page", options: standin.Options{Handshake: page(200, nil)}, code: CodeHTTP, fix: "HOOKTOP_RELAY_URL"},
		{name: "not found", options: standin.Options{Handshake: page(404, nil)}, code: CodeHTTP, fix: "HOOKTOP_RELAY_URL"},
		{name: "too many requests", options: standin.Options{Handshake: page(429, nil)}, code: CodeHTTP, fix: "automatically"},
		{name: "a redirect to elsewhere", options: standin.Options{Handshake: page(302, http.Header{"Location": {"http://other.test/"}})}, code: CodeHTTP, fix: "HOOKTOP_RELAY_URL"},
		{name: "a proxy that wants a password", options: standin.Options{Handshake: page(407, nil)}, code: CodeHTTP, fix: "HTTPS_PROXY"},
		{name: "no network", down: true, code: CodeUnreachable, fix: "relay.test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, c.options, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
				net.down.Store(c.down)
				r := open(t, s, &app{}, with(client))
				st := until(t, r, "not live for a reason", func(st tunnel.Status) bool {
					return st.Err != "" && (st.State == tunnel.Failed || !st.NextTry.IsZero())
				})
				if want := map[bool]tunnel.State{false: tunnel.Connecting, true: tunnel.Failed}[c.failed]; st.State != want || st.Code != string(c.code) {
					t.Errorf("%s, code %q, %s", st.State, st.Code, st.Err)
				}
				if !strings.Contains(st.Fix, c.fix) || strings.ContainsAny(st.Err+st.Fix, "\x1b\n") || strings.Contains(st.Err+st.Fix, string(token)) {
					t.Errorf("%q, fix %q", st.Err, st.Fix)
				}
				if st.URL != r.URL() || st.NextTry.IsZero() != c.failed || st.Proof != tunnel.ProofNone {
					t.Errorf("status %+v", st)
				}
				starts := s.Starts()
				time.Sleep(time.Minute)
				if tried := s.Starts() > starts; c.failed && tried {
					t.Error("it tried again")
				}
			})
		})
	}
}

// A proxy that opens TLS, or a wrong host, may be mended while hooktop runs.
func TestAnInvalidCertificateIsNamed(t *testing.T) {
	other := httptest.NewUnstartedServer(http.NotFoundHandler())
	other.Config.ErrorLog = log.New(io.Discard, "", 0)
	other.StartTLS()
	defer other.Close()
	r := open(t, nil, &app{}, func(c *Config) { c.URL = "wss" + strings.TrimPrefix(other.URL, "https") })
	st := until(t, r, "not live for a reason", func(st tunnel.Status) bool { return st.Err != "" })
	if st.State != tunnel.Connecting || st.Code != string(CodeCertificate) || !strings.Contains(st.Fix, "TLS inspection") {
		t.Errorf("status %+v", st)
	}
}

func TestAWrongAddressFailsAtOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		code   Code
		fix    string
	}{
		{"the relay's", func(c *Config) { c.URL = "https://relay.example.com" }, CodeAddress, "HOOKTOP_RELAY_URL"},
		{"the inbox's", func(c *Config) { c.Inbox = "relay.example.com/in" }, CodeAddress, "HOOKTOP_RELAY_INBOX"},
		{"the token", func(c *Config) { c.Token = "AbCd123456" }, CodeRejected, "relay.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := open(t, nil, &app{}, c.change)
			if st := until(t, r, "failed", in(tunnel.Failed)); st.Code != string(c.code) || !strings.Contains(st.Fix, c.fix) {
				t.Errorf("status %+v", st)
			}
		})
	}
}

// The official clients wait 0, 100 ms, 1 s and then 5 s.
func TestAttemptsAreSpacedAsThoseOfTheOfficialClients(t *testing.T) {
	for _, c := range []struct {
		name    string
		options standin.Options
		down    bool
		want    []time.Duration
	}{
		{"no network", standin.Options{}, true, []time.Duration{0, 0, 100 * time.Millisecond, time.Second, 5 * time.Second, 5 * time.Second, 5 * time.Second, 5 * time.Second}},
		{"in use", standin.Options{Start: func(string) standin.Reply { return standin.InUse }}, false, []time.Duration{
			0, time.Second, time.Second, time.Second, 5 * time.Second, 5 * time.Second, 5 * time.Second, 30 * time.Second, 30 * time.Second,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, c.options, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
				var mu sync.Mutex
				var waits []time.Duration
				last := time.Now()
				net.dialed = func() {
					mu.Lock()
					defer mu.Unlock()
					waits = append(waits, time.Since(last))
					last = time.Now()
				}
				net.down.Store(c.down)
				open(t, s, &app{}, with(client))
				time.Sleep(3 * time.Minute)
				mu.Lock()
				defer mu.Unlock()
				if len(waits) < len(c.want) || !slices.Equal(waits[:len(c.want)], c.want) {
					t.Errorf("waited %v", waits)
				}
			})
		})
	}
}

func TestTheWaitStartsOverAfterAWhileLive(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		net.down.Store(true)
		r := open(t, s, &app{}, with(client))
		time.Sleep(time.Minute)
		net.down.Store(false)
		live(t, r)
		time.Sleep(livedLong)
		dropped := time.Now()
		s.Drop()
		until(t, r, "live again", func(st tunnel.Status) bool { return st.State == tunnel.Live && s.Starts() == 2 })
		if took := time.Since(dropped); took != 0 {
			t.Errorf("it took %v", took)
		}
	})
}

func TestATokenInUseIsTakenOnceItIsFree(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		first := open(t, s, &app{}, with(client))
		live(t, first)
		second := open(t, s, &app{}, with(client))
		until(t, second, "refused", func(st tunnel.Status) bool { return st.Code == string(CodeInUse) && st.State == tunnel.Connecting })
		time.Sleep(10 * time.Minute)
		if st := first.Status(); st.State != tunnel.Live {
			t.Errorf("the first one lost it: %+v", st)
		}
		if err := first.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if st := until(t, second, "live", in(tunnel.Live)); st.Err != "" || st.Code != "" {
			t.Errorf("status %+v", st)
		}
	})
}

// A token may also be taken away later, by a copy of the database.
func TestALiveRelayThatLosesItsTokenSaysSo(t *testing.T) {
	var taken bool
	bubble(t, standin.Options{Start: func(string) standin.Reply {
		if taken {
			return standin.InUse
		}
		return standin.Reply{}
	}}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		r := open(t, s, &app{}, with(client))
		live(t, r)
		taken = true
		s.CloseListener(string(token), websocket.StatusPolicyViolation, standin.InUse.Reason)
		st := until(t, r, "refused", func(st tunnel.Status) bool { return st.Code == string(CodeInUse) && st.Attempt > 3 })
		if st.State != tunnel.Reconnecting || st.Lost == "" {
			t.Errorf("status %+v", st)
		}
	})
}

// A service that never pings is alive for as long as it answers our pings.
func TestSilenceIsNoticed(t *testing.T) {
	bubble(t, standin.Options{PingEvery: -1}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		r := open(t, s, &app{}, with(client))
		live(t, r)
		time.Sleep(time.Hour)
		synctest.Wait()
		if st := r.Status(); st.State != tunnel.Live || s.Starts() != 1 || time.Since(st.LastHeard) > pingEvery {
			t.Fatalf("a quiet hour: %+v, %d starts", st, s.Starts())
		}
		frozen := time.Now()
		s.Freeze()
		st := until(t, r, "reconnecting", in(tunnel.Reconnecting))
		if took := time.Since(frozen); took > silence || st.Code != string(CodeSilent) || st.Err == "" || st.Fix == "" || st.Lost == "" {
			t.Errorf("after %v: %+v", took, st)
		}
		s.Drop()
		s.Thaw()
		until(t, r, "live", in(tunnel.Live))
	})
}

func TestTheServicesPingsAreAnswered(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		r := open(t, s, &app{}, with(client))
		live(t, r)
		time.Sleep(time.Hour)
		if s.Starts() != 1 || s.Pongs() < 170 {
			t.Errorf("%d starts, %d pongs", s.Starts(), s.Pongs())
		}
	})
}

// A laptop that sleeps: its link is dead, its timers stood still, and the wall clock
// is minutes ahead when it wakes.
func TestASleepingComputerReconnectsWhenItWakes(t *testing.T) {
	for _, c := range []struct {
		name  string
		slept time.Duration
		dead  bool
		code  Code   // "" if the connection survives
		text  string // in what is said
	}{
		{"12 minutes, and the link is dead", 12 * time.Minute, true, CodeSlept, "12 min"},
		{"12 minutes, and the link seems alive", 12 * time.Minute, false, CodeSlept, "12 min"},
		{"20 seconds, and the link is dead", 20 * time.Second, true, CodeSlept, "23 s"},
		{"20 seconds, and the link is alive", 20 * time.Second, false, "", ""},
		{"5 seconds", 5 * time.Second, false, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, standin.Options{}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
				var wall sleeper
				r := open(t, s, &app{}, func(config *Config) { config.HTTP, config.Now = client, wall.now })
				live(t, r)
				time.Sleep(time.Minute)
				synctest.Wait()
				heard := r.Status().LastHeard
				if c.dead {
					s.Freeze()
				}
				wall.sleep(c.slept)
				woke := time.Now()
				if c.code == "" {
					time.Sleep(time.Minute)
					if st := r.Status(); st.State != tunnel.Live || s.Starts() != 1 {
						t.Errorf("%+v, %d starts", st, s.Starts())
					}
					return
				}
				st := until(t, r, "reconnecting", in(tunnel.Reconnecting))
				if took := time.Since(woke); took > clockTick+checkWithin {
					t.Errorf("noticed after %v", took)
				}
				if st.Code != string(c.code) || !strings.Contains(st.Err, c.text) || !strings.Contains(st.Lost, heard.Format(time.TimeOnly)) || st.NextTry.After(wall.now()) {
					t.Errorf("status %+v", st)
				}
				s.Drop()
				s.Thaw()
				again := until(t, r, "live again", in(tunnel.Live))
				if took := time.Since(woke); took > clockTick+checkWithin+dialWithin || again.Err != "" {
					t.Errorf("live after %v: %+v", took, again)
				}
			})
		})
	}
}

// While it waits for the next attempt, waking makes it at once.
func TestWakingEndsTheWait(t *testing.T) {
	bubble(t, standin.Options{Start: func(string) standin.Reply { return standin.InUse }}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		var wall sleeper
		r := open(t, s, &app{}, func(config *Config) { config.HTTP, config.Now = client, wall.now })
		time.Sleep(5 * time.Minute) // it waits 30 s by now
		until(t, r, "waiting", func(st tunnel.Status) bool { return st.NextTry.Sub(wall.now()) > 20*time.Second })
		starts, woke := s.Starts(), time.Now()
		wall.sleep(time.Hour)
		if err := s.Until(t.Context(), func() bool { return s.Starts() > starts }); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(woke); took > clockTick {
			t.Errorf("tried after %v", took)
		}
	})
}

// A stand-in may listen anywhere: its address is a host alone, perhaps.
func TestAnAddressWithoutAPathIsTriedBothWays(t *testing.T) {
	for _, path := range []string{"/api/v1/listen/", "/", "/elsewhere"} {
		t.Run(path, func(t *testing.T) {
			s := serve(t, standin.Options{Path: path})
			r := open(t, s, &app{}, func(c *Config) {
				if path != "/elsewhere" {
					c.URL = "ws://" + s.Addr()
				}
			})
			live(t, r)
		})
	}
}
