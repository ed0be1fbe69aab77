package receiver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// replyWithin is how long after the receipt an app may take to answer the sender:
// as long as Svix waits, less a second for the way there and back.
const replyWithin = SendTimeout - time.Second

// Answerer sends a committed delivery to the app that answers its sender. The
// forward that it returns has Answered set, and is recorded.
type Answerer func(context.Context, webhook.Delivery) webhook.Forward

// Answerer returns the app that answers the sender of a verified delivery: that of
// the first route that matches, nil if none does.
func (f *Forwarder) Answerer(d webhook.Delivery) Answerer {
	targets := f.Targets(d)
	if len(targets) == 0 {
		return nil
	}
	return func(ctx context.Context, d webhook.Delivery) webhook.Forward { return f.answer(ctx, d, targets) }
}

// answer sends a delivery to the first of its targets while the sender waits, and
// enqueues it for the others. It skips the target's queue: the sender waits for
// the answer before it sends the next one, and other senders must not wait for
// it. It does not retry either: the sender does that, because it is told of the
// failure.
func (f *Forwarder) answer(ctx context.Context, d webhook.Delivery, targets []string) webhook.Forward {
	f.mu.Lock()
	f.queued.add(d, len(targets)-1)
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
		// The app gets it even if the sender goes away.
		sent = *f.sendTo(running, d, targets[0], max(replyWithin-f.Now().Sub(d.At), time.Second))
	}
	if sent.Failure == "" && (sent.Status < 200 || sent.Status > 599) { // net/http does not send these as a final answer
		sent.Failure, sent.Error = webhook.InvalidStatus, fmt.Sprintf("its status %d is not a final answer", sent.Status)
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

// passedOn are the headers of the app's answer that the sender gets: those that
// say how to read the body, and those that Svix reads (Retry-After;
// Webhook-Delivery ends its attempts). Headers about a site, such as Set-Cookie
// and Strict-Transport-Security, are left out: the public host is not the app's.
var passedOn = []string{"Content-Type", "Content-Encoding", "Content-Language", "Retry-After", "Location", "Allow", "Webhook-Delivery", webhook.AuthReason}

// replyAs answers a sender as the app did, or says why the app did not.
func replyAs(w http.ResponseWriter, sent webhook.Forward) {
	if sent.Failure != "" {
		reply(w, *sent.Answered)
		return
	}
	h := w.Header()
	h["Content-Type"] = nil // or net/http guesses one
	for _, name := range passedOn {
		if values := sent.Header.Values(name); len(values) > 0 {
			h[http.CanonicalHeaderKey(name)] = values
		}
	}
	w.WriteHeader(sent.Status)
	_, _ = w.Write(sent.Body) // a sender that went away sends again
}
