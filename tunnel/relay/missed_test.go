package relay

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// gap is a relay in a bubble that loses its connection.
type gap struct {
	*Relay
	t     *testing.T
	s     *standin.Server
	net   *pipes
	http  *http.Client
	app   *app
	notes *notes
	sent  int
}

func openGap(t *testing.T, net *pipes, s *standin.Server, client *http.Client, change func(*Config)) *gap {
	g := &gap{t: t, s: s, net: net, http: client, app: &app{}, notes: &notes{}}
	g.Relay = open(t, s, g.app, func(c *Config) {
		c.HTTP, c.Note = client, g.notes.add
		if change != nil {
			change(c)
		}
	})
	return g
}

// post sends one more message to the inbox, and returns the status.
func (g *gap) post() int {
	g.t.Helper()
	g.sent++
	req, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, g.s.Inbox()+string(token)+"/", strings.NewReader(fmt.Sprintf("body %d", g.sent)))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Svix-Id", fmt.Sprintf("msg_%d", g.sent))
	res, err := g.http.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// away has the relay lose its connection for a while; meanwhile n messages are sent.
func (g *gap) away(d time.Duration, n int) {
	g.t.Helper()
	g.s.Reject(true)
	g.s.Drop()
	until(g.t, g.Relay, "away", in(tunnel.Reconnecting))
	for range n {
		if status := g.post(); status != http.StatusOK {
			g.t.Fatalf("the inbox of nobody answered %d", status)
		}
		time.Sleep(time.Second)
	}
	time.Sleep(d)
	g.s.Reject(false)
	live(g.t, g.Relay)
	time.Sleep(time.Minute) // for the history
	synctest.Wait()
}

// bodies returns what the handler saw, in order.
func (g *gap) bodies() string {
	var all []string
	for _, got := range g.app.seen() {
		all = append(all, strings.TrimPrefix(string(got.body), "body "))
	}
	return strings.Join(all, " ")
}

func TestWhatWasMissedIsFetchedFromTheHistoryOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		options standin.Options
	}{
		{"of everything", standin.Options{}},
		{"of what nobody listened to", standin.Options{OwnHistory: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, c.options, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
				g := openGap(t, net, s, client, nil)
				live(t, g.Relay)
				g.post()
				time.Sleep(time.Minute)
				g.post()
				for range 3 {
					g.away(10*time.Second, 2)
					if st := g.Status(); st.Lost != "" || st.State != tunnel.Live {
						t.Errorf("status %+v", st)
					}
					g.post()
				}
				if got := g.bodies(); got != "1 2 3 4 5 6 7 8 9 10 11" {
					t.Errorf("the handler saw %s", got)
				}
				if said := g.notes.seen(); len(said) != 3 || !strings.Contains(said[0], "2 requests") {
					t.Errorf("noted %q", said)
				}
				if got := g.app.seen()[2]; got.header.Get("Svix-Id") != "msg_3" || got.method != http.MethodPost {
					t.Errorf("fetched %+v", got)
				}
			})
		})
	}
}

// The signatures of old requests no longer verify; nothing here changes that.
func TestWhatWasMissedLongAgoIsFetchedAndSaidToBeTooOld(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		g := openGap(t, net, s, client, nil)
		live(t, g.Relay)
		g.away(time.Hour, 3)
		if st := g.Status(); !strings.Contains(st.Lost, "3 of 3 requests") {
			t.Errorf("lost %q", st.Lost)
		}
		g.away(time.Second, 0)
		if st := g.Status(); st.Lost != "" {
			t.Errorf("after a reconnect without loss: %q", st.Lost)
		}
		if got := g.bodies(); got != "1 2 3" {
			t.Errorf("the handler saw %s", got)
		}
	})
}

// Nothing is claimed of a history that does not show that it has this inbox's requests.
func TestWithoutAHistoryTheLossIsSaid(t *testing.T) {
	answer := func(status int, kind, text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(text))
		})
	}
	for name, h := range map[string]http.Handler{
		"empty":                  answer(200, "application/json", `{"iterator":"","data":[]}`),
		"without data":           answer(200, "application/json", `{}`),
		"not for such tokens":    answer(400, "application/json", `{"detail":"Invalid token"}`),
		"not there":              answer(404, "text/plain", "not found"),
		"unauthorized":           answer(401, "application/json", `{}`),
		"a page":                 answer(200, "text/html", "<html>"),
		"broken for now":         answer(503, "text/plain", ""),
		"too many requests":      answer(429, "text/plain", ""),
		"a redirect elsewhere":   http.RedirectHandler("http://other.test/", http.StatusFound),
		"data that is an object": answer(200, "application/json", `{"data":{"a":1}}`),
		"a body not in base64":   answer(200, "application/json", `{"data":[{"id":"a","body":"?"}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, standin.Options{History: h}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
				g := openGap(t, net, s, client, nil)
				first := live(t, g.Relay)
				if first.Lost != "" {
					t.Errorf("lost %q before anything was", first.Lost)
				}
				dropped := time.Now()
				g.away(2*time.Minute, 1)
				st := g.Status()
				if st.State != tunnel.Live || !strings.Contains(st.Lost, "may be lost") || !strings.Contains(st.Lost, dropped.Format(time.TimeOnly)) {
					t.Errorf("status %+v", st)
				}
				if got := g.bodies(); got != "" {
					t.Errorf("the handler saw %s", got)
				}
			})
		})
	}
}

func TestABrokenHistoryIsAskedAgain(t *testing.T) {
	asked := 0
	bubble(t, standin.Options{History: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte(`{"iterator":"a","data":[{"id":"a","method":"POST","created_at":"not a time","body":"Ym9keSAx","headers":{}}]}`))
	})}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		g := openGap(t, net, s, client, nil)
		live(t, g.Relay)
		g.away(time.Second, 0)
		if st := g.Status(); st.Lost != "" || g.bodies() != "1" {
			t.Errorf("the handler saw %s, lost %q", g.bodies(), st.Lost)
		}
	})
}

// A history without an end is read up to a bound, and that is said.
func TestTheHistoryIsReadWithinABound(t *testing.T) {
	pages := 0
	bubble(t, standin.Options{History: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		pages++
		_, _ = fmt.Fprintf(w, `{"iterator":"%d","data":[{"id":"%d","body":"","headers":{"svix-id":"msg_%d"}}]}`, pages, pages, pages)
	})}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		g := openGap(t, net, s, client, nil)
		live(t, g.Relay)
		g.away(time.Second, 0)
		if st := g.Status(); pages != maxPages || !strings.Contains(st.Lost, "more than") || len(g.app.seen()) != maxPages {
			t.Errorf("%d pages, the handler saw %d, lost %q", pages, len(g.app.seen()), st.Lost)
		}
	})
}

// A single page may be as long as its server likes.
func TestALongPageOfTheHistoryIsReadWithinABound(t *testing.T) {
	var data []string
	for n := range 2 * maxPast {
		data = append(data, fmt.Sprintf(`{"id":"%d","body":"","headers":{"svix-id":"msg_%d"}}`, n, n))
	}
	bubble(t, standin.Options{History: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"iterator":"end","data":[%s]}`, strings.Join(data, ","))
	})}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		g := openGap(t, net, s, client, nil)
		live(t, g.Relay)
		g.away(time.Second, 0)
		if st := g.Status(); !strings.Contains(st.Lost, "more than") || len(g.app.seen()) != maxPast {
			t.Errorf("the handler saw %d, lost %q", len(g.app.seen()), st.Lost)
		}
	})
}

// The inbox's clock is an hour ahead of ours.
func TestAClockThatIsAheadMissesNothing(t *testing.T) {
	bubble(t, standin.Options{Now: func() time.Time { return time.Now().Add(time.Hour) }}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		g := openGap(t, net, s, client, nil)
		live(t, g.Relay)
		g.post()
		g.away(time.Second, 2)
		if st := g.Status(); st.Lost != "" || g.bodies() != "1 2 3" {
			t.Errorf("the handler saw %s, lost %q", g.bodies(), st.Lost)
		}
	})
}

// What came while hooktop did not run is fetched at the next start; what arrived
// before is not, and nothing is fetched twice.
func TestWhatCameBetweenTwoRunsIsFetched(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		tokens := TokensBeside(filepath.Join(t.TempDir(), "hooktop.db"))
		if err := tokens.update(func(f *tokensFile) { f.Tokens["clerk"] = keptToken{Token: token} }, nil); err != nil {
			t.Fatal(err)
		}
		keep := func(c *Config) { c.Tokens = tokens }
		run := func(sent int) *gap {
			g := openGap(t, net, s, client, keep)
			g.sent = sent
			return g
		}
		stop := func(g *gap) {
			if err := g.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		first := run(0)
		live(t, first.Relay)
		first.post()
		time.Sleep(time.Minute)
		if st := first.Status(); st.Lost != "" {
			t.Errorf("the first run lost %q", st.Lost)
		}
		stop(first)
		time.Sleep(10 * time.Second)
		first.post()
		first.post()
		time.Sleep(10 * time.Second)

		second := run(3)
		if st := second.Status(); st.State != tunnel.Connecting && st.State != tunnel.Live {
			t.Errorf("status %+v", st)
		}
		live(t, second.Relay)
		time.Sleep(time.Minute)
		second.post()
		if got := second.bodies(); got != "2 3 4" || second.Status().Lost != "" {
			t.Errorf("the second run saw %s, lost %q", got, second.Status().Lost)
		}
		stop(second)
		time.Sleep(time.Minute)

		third := run(4)
		live(t, third.Relay)
		time.Sleep(time.Minute)
		if got := third.bodies(); got != "" || third.Status().Lost != "" {
			t.Errorf("the third run saw %s, lost %q", got, third.Status().Lost)
		}
	})
}

// A process that is killed remembers when it was last heard to the minute.
func TestAKilledRunIsRemembered(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
		tokens := TokensBeside(filepath.Join(t.TempDir(), "hooktop.db"))
		if err := tokens.update(func(f *tokensFile) { f.Tokens["clerk"] = keptToken{Token: token} }, nil); err != nil {
			t.Fatal(err)
		}
		g := openGap(t, net, s, client, func(c *Config) { c.Tokens = tokens })
		live(t, g.Relay)
		time.Sleep(time.Hour)
		synctest.Wait()
		if heard := tokens.lastHeard("clerk", token); heard.At == nil || time.Since(*heard.At) > 90*time.Second {
			t.Errorf("last heard %v", heard.At)
		}
	})
}
