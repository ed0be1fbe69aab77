package pull

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

// source is a list of messages in memory, that fails as a test says. It lists newest
// first, two on a page, and knows times to the second.
type source struct {
	mu       sync.Mutex // a test changes it between two looks
	messages []svixapi.Message
	fail     error
	// looks counts the first pages that were asked for.
	looks  int
	denied bool
	after  []time.Time
}

func (s *source) App() string                 { return "app_1" }
func (s *source) Can(svixapi.Capability) bool { return !s.denied }

// looked returns how often it was asked for what is new.
func (s *source) looked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.looks
}

// failing has the looks fail from now on; nil ends that.
func (s *source) failing(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func (s *source) Messages(_ context.Context, after time.Time, iterator string) (svixapi.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if iterator == "" {
		s.looks++
		s.after = append(s.after, after)
	}
	if s.fail != nil {
		return svixapi.Page{}, s.fail
	}
	list := slices.DeleteFunc(slices.Clone(s.messages), func(m svixapi.Message) bool { return m.At.Before(after.Truncate(time.Second)) })
	slices.SortStableFunc(list, func(a, b svixapi.Message) int { return b.At.Compare(a.At) })
	from := 0
	if iterator != "" {
		_, _ = fmt.Sscan(iterator, &from)
	}
	to := min(from+2, len(list))
	return svixapi.Page{Messages: list[from:to], Iterator: fmt.Sprint(to), Done: to == len(list)}, nil
}

func (s *source) Message(_ context.Context, id string) (svixapi.Message, error) {
	for _, m := range s.messages {
		if m.ID == id {
			return m, nil
		}
	}
	return svixapi.Message{}, &svixapi.Error{Status: http.StatusNotFound}
}

func (s *source) add(id string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, svixapi.Message{ID: id, EventType: "user.created", Payload: []byte(`{"id":"` + id + `"}`), At: at})
}

// rig is a Puller in a bubble, with what it delivered and said.
type rig struct {
	*source
	config    Config
	delivered []string
	said      []string
	kept      map[string]string
	known     map[string]bool
}

func newRig() *rig {
	g := &rig{source: &source{}, kept: map[string]string{}, known: map[string]bool{}}
	g.config = Config{
		Open: func(context.Context) (Source, error) { return g.source, nil },
		Deliver: func(_ context.Context, m svixapi.Message) error {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.delivered = append(g.delivered, m.ID)
			return nil
		},
		Known: func(_ context.Context, ids []string) (map[string]bool, error) { return g.known, nil },
		Remember: func(_ context.Context, name, value string) error {
			g.kept[name] = value
			return nil
		},
		Remembered: func(_ context.Context, name string) (string, error) { return g.kept[name], nil },
		Say:        func(text string) { g.said = append(g.said, text) },
	}
	return g
}

// open starts the Puller and waits for its first look.
func (g *rig) open(t *testing.T) *Puller {
	t.Helper()
	p := Open(t.Context(), g.config)
	synctest.Wait()
	return p
}

func (g *rig) got() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.Join(g.delivered, " ")
}

// wait lets fake time pass, and what is due then happen.
func wait(d time.Duration) {
	time.Sleep(d) // of the bubble: it takes no time
	synctest.Wait()
}

func TestMessagesAreDeliveredOnceAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig()
		begun := time.Now()
		g.add("b", begun.Add(-time.Hour))
		g.add("c", begun.Add(-time.Minute))
		g.add("a", begun.Add(-2*time.Hour))
		g.add("too-old", begun.Add(-25*time.Hour))
		p := g.open(t)
		if g.got() != "a b c" || p.Status().State != Live || p.Status().LastHeard.IsZero() {
			t.Fatalf("delivered %q, %+v", g.got(), p.Status())
		}
		if len(g.said) != 1 || !strings.Contains(g.said[0], "24 hours") {
			t.Errorf("said %q", g.said)
		}
		wait(2 * time.Second)
		if g.looked() != 2 || g.got() != "a b c" {
			t.Errorf("%d looks, delivered %q", g.looked(), g.got())
		}
		g.add("d", begun.Add(-90*time.Second)) // is listed late
		g.add("e", begun.Add(time.Second))
		wait(2 * time.Second)
		if g.got() != "a b c d e" {
			t.Errorf("delivered %q", g.got())
		}
		if err := p.Close(); err != nil || p.Status().State != Off {
			t.Errorf("%v %+v", err, p.Status())
		}
		looks := g.looked()
		wait(time.Minute)
		if g.looked() != looks {
			t.Error("it looks after it was closed")
		}
	})
}

func TestWhatCameWhileItWasOffIsDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig()
		g.add("a", time.Now().Add(-time.Minute))
		_ = g.open(t).Close()
		for i, id := range []string{"b", "c", "d", "e", "f"} { // more than a page
			g.add(id, time.Now().Add(time.Duration(i)*time.Hour))
		}
		wait(10 * 24 * time.Hour)
		g.said, g.known = nil, map[string]bool{"a": true, "c": true} // c came through the relay meanwhile
		p := g.open(t)
		if g.got() != "a b d e f" || len(g.said) != 1 || !strings.Contains(g.said[0], "4 messages") {
			t.Errorf("delivered %q, said %q", g.got(), g.said)
		}
		_ = p.Close()
		g.known = map[string]bool{}
		p = g.open(t)
		if first := g.after[len(g.after)-1]; first.Before(g.messages[len(g.messages)-1].At.Add(-time.Hour)) {
			t.Errorf("it begins again at %v", first)
		}
		_ = p.Close()
	})
}

// What could not be stored is delivered by a later look, and nothing that came before
// it again.
func TestADeliveryThatFailsIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig()
		for i, id := range []string{"a", "b", "c"} {
			g.add(id, time.Now().Add(time.Duration(i-10)*time.Minute))
		}
		deliver := g.config.Deliver
		g.config.Deliver = func(ctx context.Context, m svixapi.Message) error {
			if m.ID == "b" && g.looked() == 1 {
				return errors.New("disk full")
			}
			return deliver(ctx, m)
		}
		p := g.open(t)
		if s := p.Status(); s.State != Connecting || !strings.Contains(s.Err, "disk full") || s.NextTry.IsZero() || g.got() != "a" {
			t.Errorf("%+v, delivered %q", s, g.got())
		}
		wait(2 * time.Second)
		if s := p.Status(); s.State != Live || s.Err != "" || !s.NextTry.IsZero() || g.got() != "a b c" {
			t.Errorf("%+v, delivered %q", s, g.got())
		}
		_ = p.Close()
	})
}

func TestTroubleThatPassesIsWaitedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig()
		p := g.open(t)
		g.failing(&svixapi.Error{Asked: "list the messages", Status: 503})
		var pauses []time.Duration
		for range 7 {
			looks := g.looked()
			begun := time.Now()
			for g.looked() == looks {
				wait(time.Second)
			}
			pauses = append(pauses, time.Since(begun))
		}
		if got := fmt.Sprint(pauses); got != "[2s 2s 4s 8s 16s 32s 1m0s]" {
			t.Errorf("waits %s", got)
		}
		s := p.Status()
		if s.State != Reconnecting || s.Code != "503" || s.Fix == "" || s.Attempt != 8 || time.Until(s.NextTry).Round(time.Second) != time.Minute || s.LastHeard.IsZero() {
			t.Errorf("%+v", s)
		}
		g.failing(nil)
		g.add("a", time.Now())
		wait(time.Minute)
		if s := p.Status(); s.State != Live || s.Code+s.Err+s.Fix != "" || s.Attempt != 0 || g.got() != "a" {
			t.Errorf("%+v, delivered %q", s, g.got())
		}
		_ = p.Close()
	})
}

func TestTroubleThatDoesNotPassIsFinal(t *testing.T) {
	never := func(*rig) {}
	for _, c := range []struct {
		name  string
		set   func(*rig)
		err   error
		state State
		fix   string
	}{
		{"the token may not list messages", never, &svixapi.Error{Status: 403, Code: "insufficient access"}, Failed, "--tunnel relay"},
		{"the capability is missing", func(g *rig) { g.denied = true }, nil, Failed, "--tunnel relay"},
		{"no such app", never, &svixapi.Error{Status: 404}, Failed, "--tunnel relay"},
		{"a web page", never, &svixapi.Error{Status: 200, Foreign: true}, Failed, "HOOKTOP_SVIX_URL"},
		{"a web page of a server in trouble", never, &svixapi.Error{Status: 502, Foreign: true}, Connecting, ""},
		{"too many requests", never, &svixapi.Error{Status: 429}, Connecting, ""},
		{"no network", never, &svixapi.Error{}, Connecting, ""},
		{"the database", never, errors.New("locked"), Connecting, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig()
				c.set(g)
				g.failing(c.err)
				p := g.open(t)
				wait(5 * time.Second)
				s := p.Status()
				if s.State != c.state || s.Err == "" || !strings.Contains(s.Fix, c.fix) || (c.state == Failed) != s.NextTry.IsZero() {
					t.Errorf("%+v", s)
				}
				if again := g.looked() > 1; again != (c.state == Connecting) {
					t.Errorf("%d looks", g.looked())
				}
				_ = p.Close()
				if want := map[State]State{Failed: Failed, Connecting: Off}[c.state]; p.Status().State != want {
					t.Errorf("closed, it is %s", p.Status().State)
				}
			})
		})
	}
}

// In a hotel, a page answers in Svix's place for a while.
func TestAPageAfterRightAnswersPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig()
		p := g.open(t)
		g.failing(&svixapi.Error{Status: 200, Foreign: true})
		wait(2 * time.Second)
		if s := p.Status(); s.State != Reconnecting {
			t.Errorf("%+v", s)
		}
		g.failing(nil)
		wait(2 * time.Second)
		if s := p.Status(); s.State != Live {
			t.Errorf("%+v", s)
		}
		_ = p.Close()
	})
}

func TestAMessageWithoutItsPayloadIsNotMissedSilently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig()
		g.add("a", time.Now().Add(-time.Minute))
		g.add("b", time.Now())
		g.messages[0].Payload = nil
		p := g.open(t)
		if s := p.Status(); s.State != Live || !strings.Contains(s.Lost, "1 message") || g.got() != "b" {
			t.Errorf("%+v, delivered %q", s, g.got())
		}
		_ = p.Close()
	})
}

// More than fits into memory at once is read again, message by message.
func TestAFloodIsDeliveredWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig()
		large := []byte(`"` + strings.Repeat("x", maxHeld/4) + `"`)
		var want []string
		for i := range 9 {
			id := fmt.Sprint("m", i)
			g.add(id, time.Now().Add(time.Duration(i-20)*time.Minute))
			g.messages[i].Payload = large
			want = append(want, id)
		}
		p := g.open(t)
		if g.got() != strings.Join(want, " ") || p.Status().Lost != "" {
			t.Errorf("delivered %q, %+v", g.got(), p.Status())
		}
		_ = p.Close()
	})
}
