package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/registrar"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
)

// newRunner returns what registers the endpoint at Clerk for this hooktop.
func (h *hooktop) newRunner() *registrar.Runner {
	return registrar.NewRunner(registrar.Options{
		Registrar: func() (*registration.Registrar, error) { return registrar.New(h.settings) },
		URL:       func() string { return h.public.Snapshot().Registrable() },
		Took:      h.registered,
		Tell:      func(text string, warning bool) { h.tell(tui.News{Text: text, Warning: warning}) },
		Failed:    h.notRegistered,
	})
}

// registered takes up the secret of the endpoint that was registered.
func (h *hooktop) registered(ctx context.Context, r registration.Registered) {
	h.fetched(ctx, r.Secret)
	o := registrar.NewObject(r)
	o.Running = true
	h.printEndpoint(o)
}

// notRegistered tells what could not be registered: at once, and what to do by hand.
func (h *hooktop) notRegistered(err error, again bool) {
	if again {
		err = registrar.TriedAgain(err)
	}
	h.trouble(err)
	h.printEndpoint(registrar.NewFailure(err, exit.FixOf(err)))
}

// printEndpoint has --json print what became of the endpoint. It waits for nobody.
func (h *hooktop) printEndpoint(o registrar.Object) {
	select {
	case h.endpoints <- o:
	default:
	}
}

// fetched takes up the signing secret that was read from Clerk.
func (h *hooktop) fetched(ctx context.Context, secret webhook.Secret) {
	h.takeUp(ctx, h.settings.Secrets.Fetch(providers.Clerk{}, secret))
}

// handedOver is what hooktop endpoint register hands to the hooktop that runs.
type handedOver struct {
	Secret string `json:"secret"`
}

// takeSecret takes up a secret that another command of hooktop's read from Clerk.
func (h *hooktop) takeSecret(ctx context.Context, body []byte) (any, error) {
	var said handedOver
	if json.Unmarshal(body, &said) != nil {
		return nil, errors.New("not JSON")
	}
	if _, err := (providers.Clerk{}).CheckSecret(said.Secret); err != nil {
		return nil, err
	}
	h.fetched(context.WithoutCancel(ctx), webhook.NewSecret(said.Secret, registrar.FromClerk()))
	return struct{}{}, nil
}

// registerNow registers for the dashboard.
func (h *hooktop) registerNow(ctx context.Context) (tui.Registration, error) {
	r, err := h.registrar.Register(ctx)
	if err != nil {
		return tui.Registration{}, err
	}
	return shownRegistration(r, h.registrar.State()), nil
}

func shownRegistration(r registration.Registered, state registrar.State) tui.Registration {
	return tui.Registration{
		Endpoint: r.ID, URL: r.URL, Was: r.Was, Events: r.Events, Created: r.Created, Enabled: r.Enabled, Added: r.Added,
		Secret: r.Secret.FullName(), At: state.At,
	}
}

// registrationSetup adds to the Setup tab how registering went.
func (h *hooktop) registrationSetup(set *tui.Setup) {
	state := h.registrar.State()
	set.Events, set.Registering = registration.Events(), state.Busy
	if _, err := registrar.New(h.settings); err != nil {
		set.CannotRegister = err.Error()
	}
	if state.Last != nil {
		shown := shownRegistration(*state.Last, state)
		set.Registered = &shown
	}
	if state.Err != nil {
		set.RegisterFailed = tui.Problem{Text: state.Err.Error(), Fix: exit.FixOf(state.Err)}
	}
}
