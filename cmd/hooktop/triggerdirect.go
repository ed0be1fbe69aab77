package main

import (
	"context"
	"fmt"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/pace"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/saved"
)

// sendDirect sends to a URL, past the door, and says what the answers mean.
func (p *program) sendDirect(ctx context.Context, h *hooktop, o triggerRequest, t receiver.Trigger, paced *pace.Pacer) error {
	if h.settings.Secrets.Local() {
		p.stderr.Say("note: signing with hooktop's own secret in %s, because CLERK_WEBHOOK_SIGNING_SECRET is not set", h.settings.LocalSecretFile())
	}
	refused := false
	err := o.each(ctx, t, paced, func(m receiver.Message) error {
		d := t.Direct(ctx, h.forwarder, o.to, m)
		refused = refused || d.Forwards[0].Failed()
		if h.settings.JSON {
			return p.stdout.Object(ndjson.NewDirect(d, h.settings.App()))
		}
		return p.out(h.settings).Line("%s", print.Direct(d, h.settings.App()))
	})
	if err == nil && refused {
		return exit.ErrSilent
	}
	return err
}

// printCommand shows each signed request as a command, and sends nothing.
func (p *program) printCommand(ctx context.Context, h *hooktop, o triggerRequest, t receiver.Trigger, paced *pace.Pacer) error {
	target := o.to
	if target == "" {
		target = "http://" + h.settings.Addr + t.Endpoint.Path
		if door, ok := running.On(ctx, h.store); ok {
			target = door.URL + t.Endpoint.Path
		}
	}
	return o.each(ctx, t, paced, func(m receiver.Message) error {
		_, err := fmt.Fprintln(p.stdout.Data(), saved.CurlCommand(target, m.Header, m.Body))
		return err
	})
}
