package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/saved"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// directLine is what an app answered to what hooktop kept nothing of: a
// forward without ids, with the answer whole, and what it means.
type directLine struct {
	Kind       string              `json:"kind"`
	ID         *int64              `json:"id"`
	DeliveryID *int64              `json:"delivery_id"`
	At         time.Time           `json:"at"`
	Event      *string             `json:"event"`
	MessageID  string              `json:"message_id"`
	Target     string              `json:"target"`
	Status     *int                `json:"status"`
	DurationMS float64             `json:"duration_ms"`
	Error      *string             `json:"error"`
	Failure    *string             `json:"failure"`
	Headers    map[string][]string `json:"headers"`
	Body       *string             `json:"body"`
	BodyBase64 []byte              `json:"body_base64"`
	Truncated  bool                `json:"truncated"`
	Says       *string             `json:"says"`
	Fix        *string             `json:"fix"`
}

// sendDirect sends to a URL, past the door, and says what the answers mean.
func (p *program) sendDirect(ctx context.Context, h *hooktop, o triggerRequest, t receiver.Trigger, paced *pacer) error {
	if h.settings.Secrets.Local() {
		p.stderr.Say("note: signing with hooktop's own secret in %s, because CLERK_WEBHOOK_SECRET is not set", h.settings.LocalSecretFile())
	}
	refused := false
	err := o.each(ctx, t, paced, func(m receiver.Message) error {
		d := t.Direct(ctx, h.forwarder, o.to, m)
		refused = refused || d.Forwards[0].Failed()
		if h.settings.JSON {
			return p.stdout.Object(directObject(d))
		}
		return p.out(h.settings).Line("%s", directText(d))
	})
	if err == nil && refused {
		return exit.ErrSilent
	}
	return err
}

func directObject(d webhook.Delivery) directLine {
	f := d.Forwards[0]
	line := directLine{
		Kind: "forward", At: f.At.UTC(), Event: ndjson.Null(d.Type), MessageID: d.MessageID, Target: f.Target, Status: ndjson.Null(f.Status),
		DurationMS: ndjson.Milliseconds(f.Duration), Failure: ndjson.Null(string(f.Failure)), Error: ndjson.Null(f.Error), Headers: ndjson.Headers(f.Header), Truncated: f.Truncated,
	}
	line.Body, line.BodyBase64 = ndjson.Body(f.Body)
	says, fix := advice.On(d, f)
	line.Says, line.Fix = ndjson.Null(says), ndjson.Null(fix)
	return line
}

// directText is an app's answer in a line and, where it did not take the
// event, what it said, what that means and what to do.
func directText(d webhook.Delivery) print.Text {
	f := d.Forwards[0]
	event, at := cmp.Or(d.Type, "?"), print.Faint(print.Time(f.At))
	line := print.Sprintf("%s %s %s %s %s", at, print.StatusStyle(f.Status)(print.Sprintf("→ %d", f.Status)), event, f.Target, print.Duration(f.Duration))
	if f.Status == 0 {
		line = print.Sprintf("%s %s %s %s %s", at, print.Bad("→ ✗"), event, f.Target, f.Error)
	}
	lines := []print.Text{line}
	if said := print.AnswerHead(f.Body); f.Failed() && said != "" {
		lines = append(lines, print.Sprintf("  it said: %s", said))
	}
	if advice := print.Advice(d, f); !advice.IsEmpty() {
		lines = append(lines, advice)
	}
	return print.Join("\n", lines...)
}

// printCommand shows each signed request as a command, and sends nothing.
func (p *program) printCommand(ctx context.Context, h *hooktop, o triggerRequest, t receiver.Trigger, paced *pacer) error {
	target := o.to
	if target == "" {
		target = "http://" + h.settings.Addr + t.Endpoint.Path
		if door, ok := runningDoor(ctx, h.store); ok {
			target = door.URL + t.Endpoint.Path
		}
	}
	return o.each(ctx, t, paced, func(m receiver.Message) error {
		_, err := fmt.Fprintln(p.stdout.Data(), saved.CurlCommand(target, m.Header, m.Body))
		return err
	})
}
