package registration

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

// Dashboard is where the manual steps begin.
const Dashboard = svixapi.Dashboard

// Step is what failed.
type Step string

// The steps of a registration.
const (
	Opening       Step = "open Clerk's webhooks"
	Looking       Step = "look for the endpoint"
	Creating      Step = "create the endpoint"
	Changing      Step = "change the endpoint"
	ReadingSecret Step = "read the signing secret"
	Deleting      Step = "delete the endpoint"
)

// Manual is an error that ends in steps for a person: Clerk or Svix did not answer as
// expected.
type Manual struct {
	Step Step
	// URL is what to paste, "" if there is none.
	URL   string
	cause error
}

func (m *Manual) Error() string { return "cannot " + string(m.Step) + ": " + m.cause.Error() }

func (m *Manual) Unwrap() error { return m.cause }

// Fix returns what to do about the cause, if that is known, and the manual steps, one
// on each line.
func (m *Manual) Fix() string {
	steps := m.steps()
	var fixer interface{ Fix() string }
	if errors.As(m.cause, &fixer) && fixer.Fix() != "" {
		return fixer.Fix() + "\nor do it by hand:\n" + steps
	}
	return "do it by hand:\n" + steps
}

func (m *Manual) steps() string {
	const secret = "copy its Signing Secret into CLERK_WEBHOOK_SIGNING_SECRET in .env.local"
	steps := []string{"open " + Dashboard}
	switch m.Step {
	case ReadingSecret:
		steps = append(steps, "choose the endpoint "+m.URL, secret)
	case Deleting:
		steps = append(steps, "delete the endpoint whose description begins with hooktop")
	default:
		if m.URL != "" {
			steps = append(steps, "add an endpoint with the URL "+m.URL+" (or set the URL of yours)", "select "+strings.Join(Events(), ", "), secret)
		}
	}
	for i := range steps {
		steps[i] = string(rune('1'+i)) + ". " + steps[i]
	}
	return strings.Join(steps, "\n")
}

// Temporary reports whether the same may succeed later.
func (m *Manual) Temporary() bool {
	var t interface{ Temporary() bool }
	return errors.As(m.cause, &t) && t.Temporary() || errors.Is(m.cause, context.DeadlineExceeded)
}

// Wait returns how long the server asks to wait, 0 if it did not say.
func (m *Manual) Wait() time.Duration {
	var w interface{ Wait() time.Duration }
	if errors.As(m.cause, &w) {
		return w.Wait()
	}
	return 0
}

// unexpected is an answer that is not what was asked for.
type unexpected string

func (u unexpected) Error() string { return string(u) }

const (
	errMayNotManage = unexpected("the access that Clerk gives does not allow it to change endpoints (ManageEndpoint)")
	errMayNotRead   = unexpected("the access that Clerk gives does not allow it to read the secret (ViewEndpointSecret)")
)

// failed turns an error into a *Manual. If ctx was cancelled, it is ctx's.
func (r *Registrar) failed(ctx context.Context, err error, step Step, url string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	}
	return &Manual{Step: step, URL: url, cause: err}
}

// printable makes a server's text harmless.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, text)
}
