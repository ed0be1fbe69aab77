// Package registrar registers the endpoint at Clerk for the hooktop that runs: at the
// start and whenever its public URL changes (runner.go), and on demand. It also says
// what a registration came to, as text and as JSON.
//
// What is registered is up to receiver/registration; what follows from it is handed
// over.
package registrar

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/machine"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

// New returns a registrar for the instance whose key the settings have, and for the
// working folder. The error is of wrong set-up: no key, or that of a production
// instance.
func New(s *config.Settings) (*registration.Registrar, error) {
	clerk, err := account.Open(s, s.YesProduction)
	if err != nil {
		return nil, err
	}
	return over(s, clerk.Portal), nil
}

// over returns a registrar that gets its links to Svix from links.
func over(s *config.Settings, links func(context.Context) (portal.Link, error)) *registration.Registrar {
	return &registration.Registrar{Owner: machine.Owner("."), Open: func(ctx context.Context) (registration.API, error) {
		client, err := svixapi.Open(ctx, links, svixapi.Config{URL: strings.TrimSpace(s.Services.Svix)})
		if err != nil {
			return nil, err
		}
		return client, nil
	}}
}

// WebhookURL returns the URL to register for one that the user named: Clerk's path is
// appended to a URL without one. A relay's inbox has one.
func WebhookURL(text, path string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + strings.TrimSpace(text)
	}
	u, err := receiver.ParseURL(text)
	if err != nil {
		return "", exit.Usage(fmt.Sprintf("--url: %v", err), "write the public URL that leads here, such as https://hooks.example.com")
	}
	if u.User != nil {
		return "", exit.Usage("--url must not contain a user name or password", "leave them out: hooktop checks the signature instead")
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path, u.RawPath = path, ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), nil
}

// Failed gives an error of a registration its exit code: that of wrong set-up if Clerk
// refused the key.
func Failed(err error) error {
	var manual *registration.Manual
	switch {
	case err == nil || !errors.As(err, &manual):
		return err
	case KeyRefused(err):
		return exit.AsUsage(err)
	}
	return exit.Failure(err.Error(), exit.FixOf(err))
}

// KeyRefused reports whether an error says that Clerk refused the key.
func KeyRefused(err error) bool {
	var clerk *clerkapi.Error
	return errors.As(err, &clerk) && clerk.KeyRefused()
}

// Inspector returns what asks Clerk about the endpoint, for doctor.
func Inspector(s *config.Settings) func(context.Context) (doctor.Registered, error) {
	return func(ctx context.Context) (doctor.Registered, error) {
		clerk, err := account.Open(s, s.YesProduction)
		if err != nil {
			return doctor.Registered{}, err
		}
		e, secret, found, err := over(s, clerk.ExistingPortal).Inspect(ctx) // it only looks
		if !found {
			return doctor.Registered{}, err
		}
		seen := doctor.Registered{ID: e.ID, URL: e.URL, Disabled: e.Disabled, Missing: registration.Missing(e)}
		if err == nil {
			seen.Secret = &secret
		}
		return seen, err
	}
}

// temporary reports whether the same may succeed later.
func temporary(err error) bool {
	var manual *registration.Manual
	return errors.As(err, &manual) && manual.Temporary()
}
