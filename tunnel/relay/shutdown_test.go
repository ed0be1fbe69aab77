package relay

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

const request = `{"type":"event","version":1,"data":{"id":"e1","method":"POST","headers":{},"body":""}}`

func TestShutdownWaitsForTheLastAnswer(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		gate, a := make(chan struct{}), &app{}
		a.reply = func(http.ResponseWriter, *http.Request, []byte) { <-gate }
		r := open(t, s, a, with(client))
		live(t, r)
		ask := func(frame string) {
			if err := s.Send(t.Context(), string(token), false, []byte(frame)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		ask(request)
		if err := r.Close(); err != nil || r.Status().State != tunnel.Off {
			t.Errorf("closed: %v, %+v", err, r.Status())
		}
		_ = r.Close()
		ask(strings.Replace(request, "e1", "e2", 1))
		if got := answerTo(s.Frames(), `"e2"`); got != http.StatusServiceUnavailable || len(a.seen()) != 1 {
			t.Errorf("one that came then was answered %d, the handler saw %d", got, len(a.seen()))
		}
		done := make(chan error, 1)
		go func() { done <- r.Shutdown(t.Context()) }()
		synctest.Wait()
		select {
		case err := <-done:
			t.Errorf("Shutdown returned %v before the answer", err)
		default:
		}
		close(gate)
		if err := <-done; err != nil || answerTo(s.Frames(), `"e1"`) != http.StatusOK {
			t.Errorf("Shutdown returned %v, %d frames", err, len(s.Frames()))
		}
		synctest.Wait()
		if s.Listening(string(token)) {
			t.Error("the token is still taken")
		}
	})
}

func TestShutdownIsCutWhenItsTimeIsOver(t *testing.T) {
	bubble(t, standin.Options{}, func(t *testing.T, _ *pipes, s *standin.Server, client *http.Client) {
		over := make(chan struct{})
		a := &app{reply: func(_ http.ResponseWriter, req *http.Request, _ []byte) {
			<-req.Context().Done()
			close(over)
		}}
		r := open(t, s, a, with(client))
		live(t, r)
		if err := s.Send(t.Context(), string(token), false, []byte(request)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		if err := r.Shutdown(ctx); err == nil || time.Since(began) > 6*time.Second {
			t.Errorf("Shutdown returned %v after %v", err, time.Since(began))
		}
		<-over
	})
}

// A relay can be closed in every state, also with a link that stands still.
func TestARelayCanBeClosedInEveryState(t *testing.T) {
	for _, c := range []struct {
		name    string
		options standin.Options
		prepare func(*testing.T, *pipes, *standin.Server, *Relay)
	}{
		{"while it dials", standin.Options{}, func(_ *testing.T, _ *pipes, s *standin.Server, _ *Relay) { synctest.Wait() }},
		{"while it waits for the confirmation", standin.Options{Start: func(string) standin.Reply { return standin.Reply{Silent: true} }}, func(*testing.T, *pipes, *standin.Server, *Relay) { synctest.Wait() }},
		{"while it waits for the next attempt", standin.Options{Start: func(string) standin.Reply { return standin.InUse }}, func(*testing.T, *pipes, *standin.Server, *Relay) { time.Sleep(time.Minute) }},
		{"with a link that stands still", standin.Options{}, func(t *testing.T, _ *pipes, s *standin.Server, r *Relay) {
			live(t, r)
			s.Freeze()
		}},
		{"after it failed", standin.Options{Start: func(string) standin.Reply { return standin.Reply{Code: 1008, Reason: "bad token"} }}, func(t *testing.T, _ *pipes, _ *standin.Server, r *Relay) {
			until(t, r, "failed", in(tunnel.Failed))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, c.options, func(t *testing.T, net *pipes, s *standin.Server, client *http.Client) {
				r := open(t, s, &app{}, with(client))
				c.prepare(t, net, s, r)
				began := time.Now()
				if err := r.Shutdown(t.Context()); err != nil || time.Since(began) > 3*time.Second {
					t.Errorf("Shutdown returned %v after %v", err, time.Since(began))
				}
				if st := r.Status(); st.State != tunnel.Off && st.State != tunnel.Failed {
					t.Errorf("status %+v", st)
				}
			})
		})
	}
}

func TestTheRelayClosesWithItsContext(t *testing.T) {
	s := serve(t, standin.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	r := Open(ctx, Config{Token: token, Handler: &app{}, URL: s.URL(), Inbox: s.Inbox()})
	live(t, r)
	cancel()
	until(t, r, "off", in(tunnel.Off))
	if err := r.Shutdown(soon(t)); err != nil {
		t.Error(err)
	}
}
