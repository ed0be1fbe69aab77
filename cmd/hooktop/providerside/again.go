package providerside

import (
	"context"
	"slices"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/svixapi"
)

// CheckRecover returns an error with a Fix if Svix cannot recover since that time.
func CheckRecover(since, now time.Time) error {
	const fix = "pass --since 2h: Svix recovers at most the last 14 days (336h)"
	switch ago := now.Sub(since); {
	case ago < 0:
		return exit.Usage("--since is in the future", fix)
	case ago > svixapi.MaxRecover+time.Minute: // 336h was counted from a moment ago
		return exit.Usage("--since is more than 14 days ago", fix)
	}
	return nil
}

// Recovery is what was asked of Svix.
type Recovery struct {
	Endpoint svixapi.Endpoint
	Since    time.Time
	// Failed are the messages that Svix sends again: those whose attempts all failed,
	// as far as its list goes. Missing are those that it leaves out, because it counts
	// an answer as a success, although nothing arrived here.
	Failed, Missing []attempts.Message
	// Problems are what keeps the messages from arriving this time, too.
	Problems []attempts.Reason
}

// Recover has Svix send again what failed since a time: CheckRecover says which times
// are right. Svix does it in the background.
func (a *Asker) Recover(ctx context.Context, since time.Time) (Recovery, error) {
	client, e, err := a.mine(ctx)
	if err != nil {
		return Recovery{}, err
	}
	side, err := attempts.Compare(ctx, client, a.Arrivals, a.Here(ctx), e, since, a.Now())
	if err != nil {
		return Recovery{}, asExit(err)
	}
	r := Recovery{Endpoint: e, Since: since, Problems: side.Problems}
	for _, m := range side.Messages {
		switch m.State {
		case attempts.Failed:
			if !slices.ContainsFunc(m.Attempts, func(a svixapi.Attempt) bool { return a.Status == svixapi.Succeeded }) {
				r.Failed = append(r.Failed, m)
			}
		case attempts.Missing:
			r.Missing = append(r.Missing, m)
		case attempts.Arrived, attempts.NeverTried, attempts.Pending:
		}
	}
	_, err = client.Recover(ctx, e.ID, since)
	return r, asExit(err)
}

// Resend has Svix send a message to this folder's endpoint again.
func (a *Asker) Resend(ctx context.Context, message string) error {
	client, e, err := a.mine(ctx)
	if err != nil {
		return err
	}
	if e.Disabled {
		return exit.Failure("the endpoint is disabled, so Svix sends nothing to it", "hooktop endpoint register enables it")
	}
	return notFound(message, client.Resend(ctx, message, e.ID))
}

// Example has Svix send its example of an event to this folder's endpoint.
func (a *Asker) Example(ctx context.Context, event string) error {
	client, e, err := a.mine(ctx)
	if err != nil {
		return err
	}
	_, err = client.SendExample(ctx, e.ID, event)
	return asExit(err)
}
