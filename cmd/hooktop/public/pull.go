package public

import (
	"context"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/receiver/pull"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/tunnel"
)

// openPull reads Clerk's messages in place of receiving them.
func (s *Side) openPull() {
	s.add(Pull, link{connection: puller{pull.Open(s.life, pull.Config{
		Open: s.source, Deliver: s.Deliver, Known: s.Known, Remember: s.Remember, Remembered: s.Remembered, Say: s.Warn,
	})}})
}

// source asks Clerk for access to its messages at Svix.
func (s *Side) source(ctx context.Context) (pull.Source, error) {
	clerk, err := account.Open(s.Settings, s.Settings.YesProduction)
	if err != nil {
		return nil, err
	}
	return svixapi.Open(ctx, clerk.Portal, svixapi.Config{URL: strings.TrimSpace(s.Settings.Services.Svix), Attempts: 1})
}

// puller is a pull.Puller with the status that all connections have.
type puller struct{ *pull.Puller }

func (p puller) Status() tunnel.Status {
	s := p.Puller.Status()
	return tunnel.Status{
		Kind: Pull, State: tunnel.State(s.State), Since: s.Since, LastHeard: s.LastHeard, Latency: s.Latency,
		Code: s.Code, Err: s.Err, Fix: s.Fix, Attempt: s.Attempt, NextTry: s.NextTry, Lost: s.Lost,
	}
}
