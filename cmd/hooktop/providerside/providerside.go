// Package providerside asks Svix what it sent to this folder's endpoint at Clerk, next
// to what arrived here, and has it send messages again. The endpoint commands, the
// dashboard and doctor share it.
//
// What a message's fate means is up to receiver/attempts. It prints nothing.
//
// Where to look: providerside.go asks, again.go has messages sent again, report.go is
// what --json prints, table.go the same for people, screen.go for the dashboard.
package providerside

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/svixapi"
)

// Asker asks Svix about the endpoint of this folder. Many goroutines may use it.
type Asker struct {
	Settings *config.Settings
	// Own reports whether an endpoint's uid is that of this folder.
	Own func(uid string) bool
	// Arrivals finds deliveries that are stored, by message.
	Arrivals attempts.Arrivals
	// Here returns what is known of the hooktop that runs here.
	Here func(ctx context.Context) attempts.Here
	Now  func() time.Time

	mu     sync.Mutex
	client *svixapi.Client // nil before it is needed
	key    clerkapi.Key    // the one that it was opened with
}

// DefaultSince is how far back Look goes if nothing else is asked for.
const DefaultSince = 24 * time.Hour

// Ready returns why Svix cannot be asked, such as that there is no key; nil if it can.
func (a *Asker) Ready() error {
	_, err := account.Open(a.Settings, a.Settings.YesProduction)
	return err
}

// open returns the client. It is kept for the next time, while the key is the same.
func (a *Asker) open(ctx context.Context) (*svixapi.Client, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key, err := account.Find(a.Settings.Current())
	if err != nil {
		return nil, err
	}
	if a.client != nil && a.key == key {
		return a.client, nil
	}
	clerk, err := account.Open(a.Settings, a.Settings.YesProduction)
	if err != nil {
		return nil, err
	}
	client, err := svixapi.Open(ctx, clerk.ExistingPortal, // it only looks
		svixapi.Config{URL: strings.TrimSpace(a.Settings.Services.Svix)})
	if err != nil {
		return nil, err
	}
	a.client, a.key = client, key
	return client, nil
}

// endpoint returns the client and this folder's endpoint, nil for none.
func (a *Asker) endpoint(ctx context.Context, here attempts.Here) (*svixapi.Client, *svixapi.Endpoint, int, error) {
	client, err := a.open(ctx)
	if err != nil {
		return nil, nil, 0, asExit(err)
	}
	e, others, err := attempts.Choose(ctx, client, a.Own, here.URL)
	return client, e, others, asExit(err)
}

// Look compares what Svix sent since a time with what arrived here. Without an
// endpoint, the result says so.
func (a *Asker) Look(ctx context.Context, since time.Time) (attempts.Side, error) {
	here := a.Here(ctx)
	client, e, others, err := a.endpoint(ctx, here)
	if err != nil {
		return attempts.Side{}, err
	}
	if e == nil {
		side := attempts.Side{At: a.Now(), Since: since, Others: others}
		if here.Kind != "pull" { // which needs none
			side.Problems = []attempts.Reason{attempts.None()}
		}
		return side, nil
	}
	side, err := attempts.Compare(ctx, client, a.Arrivals, here, *e, since, a.Now())
	side.Others = others
	return side, asExit(err)
}

// mine returns this folder's endpoint; without one, the error has a Fix.
func (a *Asker) mine(ctx context.Context) (*svixapi.Client, svixapi.Endpoint, error) {
	client, e, _, err := a.endpoint(ctx, a.Here(ctx))
	if err != nil {
		return nil, svixapi.Endpoint{}, err
	}
	if e == nil {
		none := attempts.None()
		return nil, svixapi.Endpoint{}, exit.Failure(strings.TrimSuffix(none.Text, "."), none.Fix)
	}
	if !client.Can(svixapi.CreateAttempts) {
		return nil, *e, exit.Failure("the access that Clerk gives does not allow it to send messages again (CreateAttempts)", "resend them in the Clerk Dashboard: "+svixapi.Dashboard)
	}
	return client, *e, nil
}

// asExit gives an error the exit code of wrong set-up if Clerk refused the key.
func asExit(err error) error {
	var refused *clerkapi.Error
	if errors.As(err, &refused) && refused.KeyRefused() {
		return exit.AsUsage(err)
	}
	return err
}

// notFound says that a message is not there.
func notFound(id string, err error) error {
	var said *svixapi.Error
	if errors.As(err, &said) && said.NotFound() {
		return exit.Failure(fmt.Sprintf("Svix has no message %.80q for this endpoint", id), "hooktop endpoint status lists the messages")
	}
	return asExit(err)
}
