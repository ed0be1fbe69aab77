package public

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// patience is how long a test waits for what comes at once; only a failing one waits
// that long.
const patience = time.Minute

// memory stands in for the values that the database keeps between starts.
type memory struct {
	mu     sync.Mutex
	values map[string]string
	warned []string
}

func (m *memory) set(_ context.Context, name, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[name] = value
	return nil
}

func (m *memory) get(_ context.Context, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.values[name], nil
}

func (m *memory) warn(text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.warned = append(m.warned, text)
}

func (m *memory) warnings() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.warned)
}

// runs makes a side ready to open, and has it end with the test.
func (m *memory) runs(t *testing.T, s *Side) *Side {
	t.Helper()
	life, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		s.Shutdown(ctx)
		end()
		running.Wait()
	})
	s.life, s.Go, s.Warn, s.Remember, s.Remembered = life, running.Go, m.warn, m.set, m.get
	s.Handler = http.NotFoundHandler()
	s.Relayed = func(string) http.Handler { return http.NotFoundHandler() }
	s.Serve = func(net.Listener, http.Handler) func(context.Context) { return nil }
	return s
}

// until waits until a snapshot is as wanted.
func until(t *testing.T, s *Side, changed <-chan struct{}, what string, met func(Snapshot) bool) Snapshot {
	t.Helper()
	late := time.After(patience)
	for {
		if now := s.Snapshot(); met(now) {
			return now
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("never %s: %+v", what, s.Snapshot())
		}
	}
}

func startRelay(t *testing.T) (*standin.Server, []string) {
	t.Helper()
	server, err := standin.Start(standin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server, []string{"HOOKTOP_RELAY_URL=" + server.URL(), "HOOKTOP_RELAY_INBOX=" + server.Inbox()}
}

// The user may choose another way while hooktop runs, and then no other opens by itself.
func TestAnotherWayIsChosenWhileItRuns(t *testing.T) {
	server, env := startRelay(t)
	m := &memory{values: map[string]string{}}
	s := m.runs(t, sideOf(t, relay.Unasked, append(env, signingSecret), nil))
	changed := s.Watch()
	if err := s.Open(s.life); err != nil || s.IsOpen() {
		t.Fatalf("open: %t, %v", s.IsOpen(), err)
	}
	if err := s.Use(t.Context(), Relay); err != nil {
		t.Fatal(err)
	}
	live := until(t, s, changed, "live", func(n Snapshot) bool { return n.State == tunnel.Live })
	if live.Kind != Relay || live.URL != live.Clerk() || !strings.HasPrefix(live.URL, server.Inbox()) || !s.Agreed() {
		t.Errorf("live is %+v, agreed: %t", live, s.Agreed())
	}
	if err := s.Use(t.Context(), Off); err != nil {
		t.Fatal(err)
	}
	if off := s.Snapshot(); off.State != tunnel.Off || off.URL != "" || len(off.Webhooks) != 0 || s.IsOpen() {
		t.Errorf("off is %+v", off)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := server.Until(ctx, func() bool { return server.Starts() == 1 && !server.Listening(tokenOf(live)) }); err != nil {
		t.Error("it still listens at the relay")
	}
	if said, err := s.OpenLate(); said != "" || err != nil || s.IsOpen() {
		t.Errorf("it opened again: %q %v", said, err)
	}
	if err := s.Use(t.Context(), Relay); err != nil {
		t.Fatal(err)
	}
	if again := until(t, s, changed, "live again", func(n Snapshot) bool { return n.State == tunnel.Live }); again.URL != live.URL {
		t.Errorf("the URL was %s and is %s", live.URL, again.URL)
	}
	if err := s.Use(t.Context(), Ngrok); err == nil || !s.IsOpen() {
		t.Errorf("what cannot be opened closed what was: %v", err)
	}
	if got := m.warnings(); len(got) != 0 {
		t.Errorf("it warned of %q", got)
	}
}

func tokenOf(n Snapshot) string {
	parts := strings.Split(strings.Trim(n.URL, "/"), "/")
	return parts[len(parts)-1]
}

// A webhook URL that differs from the last one is warned of, once, and is remembered
// without the relay's token.
func TestANewURLIsWarnedOf(t *testing.T) {
	_, env := startRelay(t)
	const before = "https://old.example/api/webhooks/clerk"
	first := sideOf(t, relay.Agreed, append(env, signingSecret), nil)
	values := map[string]string{"webhook URL of clerk": before, "webhook URL of stripe": "https://old.example/api/webhooks/stripe"}
	for start, want := range []int{1, 0} {
		m := &memory{values: values}
		s := m.runs(t, &Side{Settings: first.Settings}) // the same folder, so the same token
		changed := s.Watch()
		if err := s.Open(s.life); err != nil {
			t.Fatal(err)
		}
		live := until(t, s, changed, "live", func(n Snapshot) bool { return n.State == tunnel.Live && len(n.Was) == want })
		got := m.warnings()
		if len(got) != want || want == 1 && (!strings.Contains(got[0], before) || !strings.Contains(got[0], live.Clerk()) || live.Was["clerk"] != before) {
			t.Errorf("start %d: %q, was %v", start, got, live.Was)
		}
		s.Shutdown(t.Context())
		if kept := values["webhook URL of clerk"]; kept == "" || kept == before || strings.Contains(kept, tokenOf(live)) {
			t.Errorf("it remembers %s", kept)
		}
	}
}

type fixed tunnel.Status

func (f fixed) Status() tunnel.Status        { return tunnel.Status(f) }
func (fixed) Changed() <-chan struct{}       { return nil }
func (fixed) Shutdown(context.Context) error { return nil }

func TestTheWorstOfSeveralCounts(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		clerk, stripe tunnel.Status
		state         tunnel.State
		err           string
	}{
		{tunnel.Status{State: tunnel.Live}, tunnel.Status{State: tunnel.Live}, tunnel.Live, ""},
		{tunnel.Status{State: tunnel.Live}, tunnel.Status{State: tunnel.Reconnecting, Err: "dropped"}, tunnel.Reconnecting, "Stripe: dropped"},
		{tunnel.Status{State: tunnel.Failed, Err: "refused"}, tunnel.Status{State: tunnel.Live}, tunnel.Failed, "Clerk: refused"},
		{tunnel.Status{State: tunnel.Reconnecting, Err: "dropped"}, tunnel.Status{State: tunnel.Failed, Err: "refused"}, tunnel.Failed, "Stripe: refused"},
	} {
		c.clerk.LastHeard, c.stripe.LastHeard = at, at.Add(time.Second)
		got := combine([]link{{connection: fixed(c.clerk), provider: "clerk"}, {connection: fixed(c.stripe), provider: "stripe"}})
		if got.State != c.state || got.Err != c.err || !got.LastHeard.Equal(at) {
			t.Errorf("%s and %s: %+v", c.clerk.State, c.stripe.State, got)
		}
	}
}

// Somebody may choose a tunnel in the moment in which hooktop stops.
func TestNothingOpensAfterShutdown(t *testing.T) {
	_, env := startRelay(t)
	m := &memory{values: map[string]string{}}
	s := m.runs(t, sideOf(t, relay.Agreed, append(env, signingSecret), nil))
	if err := s.Open(s.life); err != nil || !s.IsOpen() {
		t.Fatalf("open: %t, %v", s.IsOpen(), err)
	}
	before := len(s.opened())
	s.Shutdown(t.Context())
	if err := s.Use(t.Context(), Relay); err == nil || len(s.opened()) != before {
		t.Errorf("%d are open after Shutdown, %d before: %v", len(s.opened()), before, err)
	}
	if said, err := s.OpenLate(); said != "" || err != nil {
		t.Errorf("it opened: %q %v", said, err)
	}
}
