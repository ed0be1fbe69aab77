package registration

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	firstURL  = "https://one.example/api/webhooks/clerk"
	secondURL = "https://two.example/api/webhooks/clerk"
	secret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

var mine = Owner{Host: "laptop", Folder: "shop", Identity: "ada\x00machine-1\x00/home/ada/shop"}

// svix is an application at Svix.
type svix struct {
	endpoints []svixapi.Endpoint
	cannot    []svixapi.Capability
	fails     map[string]error // by call, once each
	before    func(call string)
	calls     []string
	// unnamed leaves uids out of answers; knows is "id" or "uid" if only that is
	// taken in paths.
	unnamed bool
	knows   string
}

// answered returns an endpoint as it is answered.
func (s *svix) answered(e svixapi.Endpoint) svixapi.Endpoint {
	if s.unnamed {
		e.UID = ""
	}
	return e
}

// named reports whether a path names an endpoint.
func (s *svix) named(e svixapi.Endpoint, name string) bool {
	return s.knows != "uid" && e.ID == name || s.knows != "id" && e.UID == name
}

func (s *svix) Endpoint(_ context.Context, name string) (svixapi.Endpoint, bool, error) {
	for _, e := range s.endpoints {
		if s.named(e, name) {
			return e, true, s.call("get")
		}
	}
	return svixapi.Endpoint{}, false, s.call("get")
}

func (s *svix) call(name string) error {
	if s.before != nil {
		s.before(name)
	}
	s.calls = append(s.calls, name)
	err := s.fails[name]
	delete(s.fails, name)
	return err
}

func (s *svix) Can(c svixapi.Capability) bool { return !slices.Contains(s.cannot, c) }

func (s *svix) Endpoints(context.Context) iter.Seq2[svixapi.Endpoint, error] {
	return func(yield func(svixapi.Endpoint, error) bool) {
		if err := s.call("list"); err != nil {
			yield(svixapi.Endpoint{}, err)
			return
		}
		for _, e := range slices.Clone(s.endpoints) {
			if !yield(s.answered(e), nil) {
				return
			}
		}
	}
}

func (s *svix) CreateEndpoint(_ context.Context, n svixapi.NewEndpoint) (svixapi.Endpoint, error) {
	if err := s.call("create"); err != nil {
		return svixapi.Endpoint{}, err
	}
	if slices.ContainsFunc(s.endpoints, func(e svixapi.Endpoint) bool { return e.UID == n.UID }) {
		return svixapi.Endpoint{}, &svixapi.Error{Status: 409}
	}
	e := svixapi.Endpoint{ID: fmt.Sprintf("ep_%d", len(s.endpoints)+1), UID: n.UID, URL: n.URL, Description: n.Description, EventTypes: n.EventTypes}
	s.endpoints = append(s.endpoints, e)
	return e, nil
}

func (s *svix) PatchEndpoint(_ context.Context, id string, c svixapi.EndpointChange) (svixapi.Endpoint, error) {
	if err := s.call("patch"); err != nil {
		return svixapi.Endpoint{}, err
	}
	i := slices.IndexFunc(s.endpoints, func(e svixapi.Endpoint) bool { return s.named(e, id) })
	if i < 0 {
		return svixapi.Endpoint{}, &svixapi.Error{Status: 404}
	}
	e := &s.endpoints[i]
	if c.URL != "" {
		e.URL = c.URL
	}
	if len(c.EventTypes) > 0 {
		e.EventTypes = c.EventTypes
	}
	e.Disabled = e.Disabled && !c.Enable
	return s.answered(*e), nil
}

func (s *svix) DeleteEndpoint(_ context.Context, gone svixapi.Endpoint) error {
	if err := s.call("delete"); err != nil {
		return err
	}
	s.endpoints = slices.DeleteFunc(s.endpoints, func(e svixapi.Endpoint) bool { return e.UID == gone.UID })
	return nil
}

func (s *svix) Secret(_ context.Context, name string) (webhook.Secret, error) {
	if !slices.ContainsFunc(s.endpoints, func(e svixapi.Endpoint) bool { return s.named(e, name) }) {
		return webhook.Secret{}, &svixapi.Error{Status: 404}
	}
	return webhook.NewSecret(secret, webhook.Source{}), s.call("secret")
}

func (s *svix) registrar(o Owner) *Registrar {
	return &Registrar{Owner: o, Open: func(context.Context) (API, error) { return s, s.call("open") }}
}

// registers registers and has to succeed.
func (s *svix) registers(t *testing.T, o Owner, url string) Registered {
	t.Helper()
	reg, err := s.registrar(o).Register(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if reg.URL != url || reg.Secret.Reveal() != secret {
		t.Errorf("registered %+v", reg)
	}
	return reg
}

func TestRegisterChangesOnlyWhatIsNotInOrder(t *testing.T) {
	in := func(change func(*svixapi.Endpoint)) svixapi.Endpoint {
		e := svixapi.Endpoint{ID: "ep_1", UID: mine.UID(), URL: firstURL, EventTypes: Events()}
		change(&e)
		return e
	}
	for _, c := range []struct {
		name   string
		there  []svixapi.Endpoint
		want   Registered
		calls  string
		events []string
	}{
		{"nothing there", nil, Registered{Created: true, Added: Events()}, "open list create secret", Events()},
		{"in order", []svixapi.Endpoint{in(func(*svixapi.Endpoint) {})}, Registered{}, "open list secret", Events()},
		{"another URL", []svixapi.Endpoint{in(func(e *svixapi.Endpoint) { e.URL = secondURL })}, Registered{Was: secondURL}, "open list patch secret", Events()},
		{"disabled", []svixapi.Endpoint{in(func(e *svixapi.Endpoint) { e.Disabled = true })}, Registered{Enabled: true}, "open list patch secret", Events()},
		{"all events", []svixapi.Endpoint{in(func(e *svixapi.Endpoint) { e.EventTypes = nil })}, Registered{}, "open list secret", nil},
		{
			"somebody added one and removed one",
			[]svixapi.Endpoint{in(func(e *svixapi.Endpoint) { e.EventTypes = []string{"session.created", "user.updated", "user.created"} })},
			Registered{Added: []string{"user.deleted"}},
			"open list patch secret",
			[]string{"session.created", "user.updated", "user.created", "user.deleted"},
		},
		{"the host has another name now", []svixapi.Endpoint{in(func(e *svixapi.Endpoint) { e.UID = Owner{Host: "laptop.wifi.example", Identity: mine.Identity}.UID() })}, Registered{}, "open list secret", Events()},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &svix{endpoints: c.there}
			got := s.registers(t, mine, firstURL)
			if got.Created != c.want.Created || got.Was != c.want.Was || got.Enabled != c.want.Enabled || !slices.Equal(got.Added, c.want.Added) || !slices.Equal(got.Events, c.events) {
				t.Errorf("%+v", got)
			}
			if calls := strings.Join(s.calls, " "); calls != c.calls {
				t.Errorf("calls: %s", calls)
			}
			if e := s.endpoints[0]; len(s.endpoints) != 1 || e.URL != firstURL || e.Disabled || !slices.Equal(e.EventTypes, c.events) {
				t.Errorf("at Svix: %+v", s.endpoints)
			}
			s.calls = nil
			if again := s.registers(t, mine, firstURL); again.Created || again.Was != "" || again.Enabled || len(again.Added) > 0 || strings.Join(s.calls, " ") != "open list secret" {
				t.Errorf("again: %+v, calls %v", again, s.calls)
			}
		})
	}
}

// Uids are optional in answers, and a proxy or another server may know endpoints by
// one of the two names only.
func TestAnEndpointIsFoundByEitherName(t *testing.T) {
	for _, unnamed := range []bool{false, true} {
		for _, knows := range []string{"", "id", "uid"} {
			if unnamed && knows == "id" {
				continue // nothing says whose it is
			}
			s := &svix{unnamed: unnamed, knows: knows}
			s.registers(t, mine, firstURL)
			got := s.registers(t, mine, secondURL)
			if got.Created || got.Was != firstURL || got.UID != mine.UID() || len(s.endpoints) != 1 {
				t.Errorf("uids left out: %v, knows %q: %+v", unnamed, knows, got)
			}
			if _, removed, err := s.registrar(mine).Unregister(t.Context()); !removed || err != nil || len(s.endpoints) != 0 {
				t.Errorf("uids left out: %v, knows %q: removed %v, %v", unnamed, knows, removed, err)
			}
		}
	}
}

func TestTwoOwnersHaveTwoEndpoints(t *testing.T) {
	s := &svix{endpoints: []svixapi.Endpoint{{ID: "ep_theirs", URL: "https://prod.example", EventTypes: []string{"user.created"}, Disabled: true}, {ID: "ep_odd", UID: "hooktop-", URL: firstURL}}}
	strangers := slices.Clone(s.endpoints)
	owners := []Owner{
		mine,
		{Host: "laptop", Folder: "shop", Identity: "bob\x00machine-1\x00/home/ada/shop"},
		{Host: "laptop", Folder: "shop", Identity: "ada\x00machine-2\x00/home/ada/shop"},
		{Host: "laptop", Folder: "shop", Identity: "ada\x00machine-1\x00/home/ada/shop2"},
	}
	for i, o := range owners {
		s.registers(t, o, fmt.Sprintf("https://%d.example/", i))
	}
	before := slices.Clone(s.endpoints)
	s.registers(t, owners[2], secondURL)
	if _, removed, err := s.registrar(owners[1]).Unregister(t.Context()); !removed || err != nil {
		t.Errorf("removed %v, %v", removed, err)
	}
	if _, removed, err := s.registrar(owners[1]).Unregister(t.Context()); removed || err != nil {
		t.Errorf("again: removed %v, %v", removed, err)
	}
	want := append(strangers, before[2], before[4], before[5])
	want[3].URL = secondURL
	if len(before) != 6 || !reflect.DeepEqual(s.endpoints, want) {
		t.Errorf("%+v", s.endpoints)
	}
	if e, found, err := s.registrar(owners[0]).Find(t.Context()); !found || err != nil || e.UID != owners[0].UID() {
		t.Errorf("found %+v, %v, %v", e, found, err)
	}
}

func TestAnotherEndpointAtTheSameURLIsSaid(t *testing.T) {
	s := &svix{endpoints: []svixapi.Endpoint{{ID: "ep_theirs", URL: "https://ONE.example/api/webhooks/clerk"}}}
	if got := s.registers(t, mine, firstURL); !got.Created || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "ep_theirs") {
		t.Errorf("%+v", got)
	}
}

func TestRacesEndWithOneEndpoint(t *testing.T) {
	t.Run("created meanwhile", func(t *testing.T) {
		s := &svix{}
		s.before = func(call string) {
			if call == "create" && len(s.endpoints) == 0 {
				s.endpoints = []svixapi.Endpoint{{ID: "ep_1", UID: mine.UID(), URL: secondURL, EventTypes: Events()}}
			}
		}
		if got := s.registers(t, mine, firstURL); got.Created || got.Was != secondURL || len(s.endpoints) != 1 {
			t.Errorf("%+v, %+v", got, s.endpoints)
		}
	})
	t.Run("deleted meanwhile", func(t *testing.T) {
		s := &svix{endpoints: []svixapi.Endpoint{{ID: "ep_old", UID: mine.UID(), URL: secondURL}}}
		s.before = func(call string) {
			if call == "patch" {
				s.endpoints = nil
			}
		}
		if got := s.registers(t, mine, firstURL); !got.Created || len(s.endpoints) != 1 {
			t.Errorf("%+v, %+v", got, s.endpoints)
		}
	})
	t.Run("killed between creating and the rest", func(t *testing.T) {
		s := &svix{fails: map[string]error{"secret": errors.New("killed")}}
		if _, err := s.registrar(mine).Register(t.Context(), firstURL); err == nil {
			t.Fatal("no error")
		}
		if got := s.registers(t, mine, firstURL); got.Created || len(s.endpoints) != 1 {
			t.Errorf("%+v, %+v", got, s.endpoints)
		}
	})
	t.Run("a taken uid that no list shows", func(t *testing.T) {
		s := &svix{}
		s.before = func(call string) {
			if call == "create" {
				s.fails = map[string]error{"create": &svixapi.Error{Status: 409}}
			}
		}
		var m *Manual
		if _, err := s.registrar(mine).Register(t.Context(), firstURL); !errors.As(err, &m) || m.Step != Creating || len(s.calls) > 10 {
			t.Errorf("%v, calls %v", err, s.calls)
		}
	})
}

// stubborn answers 200 and changes nothing.
type stubborn struct{ *svix }

func (s stubborn) PatchEndpoint(context.Context, string, svixapi.EndpointChange) (svixapi.Endpoint, error) {
	return s.endpoints[0], nil
}

func TestAnAnswerThatChangedNothingIsNotBelieved(t *testing.T) {
	for _, e := range []svixapi.Endpoint{
		{ID: "ep_1", UID: mine.UID(), URL: secondURL},
		{ID: "ep_1", UID: mine.UID(), URL: firstURL, Disabled: true},
		{ID: "ep_1", UID: mine.UID(), URL: firstURL, EventTypes: []string{"user.created"}},
	} {
		r := &Registrar{Owner: mine, Open: func(context.Context) (API, error) { return stubborn{&svix{endpoints: []svixapi.Endpoint{e}}}, nil }}
		var m *Manual
		if _, err := r.Register(t.Context(), firstURL); !errors.As(err, &m) || m.Step != Changing {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestACancelledRegistrationIsNotAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &svix{fails: map[string]error{"list": errors.New("the connection broke")}}
	s.before = func(call string) {
		if call == "list" {
			cancel()
		}
	}
	var m *Manual
	if _, err := s.registrar(mine).Register(ctx, firstURL); !errors.Is(err, context.Canceled) || errors.As(err, &m) {
		t.Errorf("%v", err)
	}
}

func TestUIDs(t *testing.T) {
	for _, o := range []Owner{mine, {}, {Host: "Ada's MacBook Pro.local", Folder: "\x1b[31m" + strings.Repeat("ü", 300)}, {Host: strings.Repeat("x", 500)}, {Host: "日本"}} {
		uid := o.UID()
		if !strings.HasPrefix(uid, svixapi.OwnPrefix) || len(uid) > 80 || strings.Trim(uid, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" || !o.Owns(uid) || (Owner{Identity: "other"}).Owns(uid) {
			t.Errorf("%q", uid)
		}
		if d := o.description(); len(d) > 200 || strings.ContainsAny(d, "\x1b") {
			t.Errorf("%q", d)
		}
	}
}
