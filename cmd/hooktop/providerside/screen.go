package providerside

import (
	"context"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/tui"
)

// Screen looks for the dashboard.
func (a *Asker) Screen(ctx context.Context) (tui.ProviderSide, error) {
	side, err := a.Look(ctx, a.Now().Add(-DefaultSince))
	if err != nil {
		return tui.ProviderSide{}, err
	}
	s := onScreen(side)
	client, err := a.open(ctx)
	if err == nil && !client.Can(svixapi.CreateAttempts) {
		const why = "the access that Clerk gives does not allow it"
		s.CannotResend, s.CannotSendExample = why, why
	}
	return s, nil
}

// Unready says why Svix cannot be asked, "" if it can.
func (a *Asker) Unready() string {
	err := a.Ready()
	if err == nil {
		return ""
	}
	return err.Error() + ": " + exit.FixOf(err)
}

func onScreen(side attempts.Side) tui.ProviderSide {
	s := tui.ProviderSide{More: side.More}
	if e := side.Endpoint; e != nil {
		s.Endpoint, s.URL, s.Disabled, s.Events = e.ID, e.URL, e.Disabled, e.EventTypes
	}
	for _, p := range side.Problems {
		s.Causes = append(s.Causes, tui.Problem{Text: p.Text, Fix: p.Fix})
	}
	for _, m := range side.Messages {
		s.Messages = append(s.Messages, messageOnScreen(m))
	}
	return s
}

func messageOnScreen(m attempts.Message) tui.ProviderMessage {
	o := tui.ProviderMessage{
		ID: m.ID, Event: m.Event, At: m.At, State: tui.MessageState(m.State), Delivery: m.Delivery,
		Attempts: len(m.Attempts), NextTry: m.NextTry,
	}
	if last, tried := m.Last(); tried {
		o.Status = last.StatusCode
	}
	if m.Reason != nil {
		o.Reason, o.Fix = m.Reason.Text, m.Reason.Fix
	}
	return o
}
