package receiver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// replyWithin is how long an app may take that answers the sender, from the
// receipt: what Svix waits, less a second for the way there and back.
const replyWithin = SendTimeout - time.Second

// Answerer sends a committed delivery to the app that is to answer its sender.
// The forward that it gives has Answered set, and is recorded.
type Answerer func(context.Context, webhook.Delivery) webhook.Forward

// Answerer gives who answers a delivery that verified: the app of the first
// route that takes it, nil where none does.
func (f *Forwarder) Answerer(d webhook.Delivery) Answerer {
	targets := f.Targets(d)
	if len(targets) == 0 {
		return nil
	}
	return func(ctx context.Context, d webhook.Delivery) webhook.Forward { return f.answer(ctx, d, targets) }
}

// answer sends a delivery to the first of its targets while the sender waits,
// and has it forwarded to the others. It takes no turn in the target's lane:
// the sender waits for its answer before it sends what is to come after, and
// another sender must not wait for it. Nor is it tried again here: the sender
// does that, for it hears of the failure.
func (f *Forwarder) answer(ctx context.Context, d webhook.Delivery, targets []string) webhook.Forward {
	f.mu.Lock()
	f.enqueue(d.ID, targets[1:])
	running, ended := f.running, f.ended
	if !ended {
		f.sending.Add(1)
		defer f.sending.Done()
	}
	f.mu.Unlock()
	if running == nil {
		running = context.WithoutCancel(ctx)
	}
	sent := *f.notSent(d.ID, targets[0], stoppedFirst)
	if !ended {
		// A sender that goes away does not take it from the app.
		sent = *f.sendTo(running, d, targets[0], max(replyWithin-f.Now().Sub(d.At), time.Second))
	}
	if sent.Failure == "" && (sent.Status < 200 || sent.Status > 599) { // to net/http these are not final, or none
		sent.Failure, sent.Error = webhook.InvalidStatus, fmt.Sprintf("its status %d ends no request", sent.Status)
	}
	given := webhook.Answer{Status: sent.Status, Body: sent.Body}
	if sent.Failure != "" {
		given = webhook.NoAppAnswer(sent)
	}
	sent.Answered = &given
	if ended {
		f.Lost(fmt.Errorf("forward #%d: %s", d.ID, sent.Error))
		return sent
	}
	f.record(context.WithoutCancel(ctx), &sent)
	return sent
}

// passedOn are the headers of the app's answer that its sender gets: what says
// how to read the body, and what Svix reads (Retry-After; Webhook-Delivery ends
// its attempts). Not those that speak of a site, such as Set-Cookie and
// Strict-Transport-Security: the public host is not the app's.
var passedOn = []string{"Content-Type", "Content-Encoding", "Content-Language", "Retry-After", "Location", "Allow", "Webhook-Delivery", webhook.AuthReason}

// replyAs gives a sender the answer of the app, or why there is none.
func replyAs(w http.ResponseWriter, sent webhook.Forward) {
	if sent.Failure != "" {
		reply(w, *sent.Answered)
		return
	}
	h := w.Header()
	h["Content-Type"] = nil // none is guessed
	for _, name := range passedOn {
		if values := sent.Header.Values(name); len(values) > 0 {
			h[http.CanonicalHeaderKey(name)] = values
		}
	}
	w.WriteHeader(sent.Status)
	_, _ = w.Write(sent.Body) // a sender that went away sends again
}
