package registration

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

func TestEveryUnexpectedAnswerEndsInManualSteps(t *testing.T) {
	refusals := map[string]error{
		"401": &svixapi.Error{Status: 401}, "403": &svixapi.Error{Status: 403, Code: "insufficient access"}, "404": &svixapi.Error{Status: 404},
		"429": &svixapi.Error{Status: 429}, "500": &svixapi.Error{Status: 500}, "HTML": &svixapi.Error{Status: 200, Foreign: true},
		"nothing": &svixapi.Error{}, "too late": context.DeadlineExceeded, "anything": errors.New("\x1b[31mboo"),
	}
	temporary := []string{"429", "500", "nothing", "too late"}
	for _, step := range []struct {
		call  string
		step  Step
		there bool
	}{{"open", Opening, false}, {"list", Looking, false}, {"create", Creating, false}, {"patch", Changing, true}, {"secret", ReadingSecret, true}} {
		for name, refusal := range refusals {
			t.Run(step.call+"/"+name, func(t *testing.T) {
				s := &svix{}
				if step.there {
					s.endpoints = []svixapi.Endpoint{{ID: "ep_1", UID: mine.UID(), URL: secondURL}}
				}
				s.before = func(call string) {
					if call == step.call {
						s.fails = map[string]error{call: refusal} // each time
					}
				}
				reg, err := s.registrar(mine).Register(t.Context(), firstURL)
				var m *Manual
				if !errors.As(err, &m) || m.Step != step.step || m.Temporary() != slices.Contains(temporary, name) {
					t.Fatalf("%v", err)
				}
				for _, part := range []string{Dashboard, firstURL} {
					if !strings.Contains(m.Fix(), part) {
						t.Errorf("the fix lacks %s: %s", part, m.Fix())
					}
				}
				if strings.Contains(m.Fix()+m.Error(), secret) {
					t.Error("it shows the secret")
				}
				if (reg.ID != "") != (step.step == ReadingSecret) {
					t.Errorf("registered %+v", reg)
				}
			})
		}
	}
}

func TestAMissingCapabilityEndsInManualSteps(t *testing.T) {
	for _, c := range []struct {
		cannot svixapi.Capability
		there  bool
		step   Step
		calls  string
	}{
		{svixapi.ManageEndpoint, false, Creating, "open list"},
		{svixapi.ManageEndpoint, true, Changing, "open list"},
		{svixapi.ViewEndpointSecret, true, ReadingSecret, "open list patch"},
	} {
		s := &svix{cannot: []svixapi.Capability{c.cannot}}
		if c.there {
			s.endpoints = []svixapi.Endpoint{{ID: "ep_1", UID: mine.UID(), URL: secondURL}}
		}
		var m *Manual
		_, err := s.registrar(mine).Register(t.Context(), firstURL)
		if !errors.As(err, &m) || m.Step != c.step || !strings.Contains(m.Error(), string(c.cannot)) || m.Temporary() || strings.Join(s.calls, " ") != c.calls {
			t.Errorf("%s: %v, calls %v", c.cannot, err, s.calls)
		}
	}
}

func TestHowLongToWaitComesFromTheServer(t *testing.T) {
	m := &Manual{cause: slow(time.Minute)}
	if m.Wait() != time.Minute || !m.Temporary() {
		t.Errorf("%v, %v", m.Wait(), m.Temporary())
	}
}

type slow time.Duration

func (slow) Error() string         { return "429" }
func (s slow) Wait() time.Duration { return time.Duration(s) }
func (slow) Temporary() bool       { return true }
