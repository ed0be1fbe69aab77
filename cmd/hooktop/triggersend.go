package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/pace"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/instruction"
)

// sender builds, signs and sends samples with the secret of a provider.
func (h *hooktop) sender(p webhook.Provider) receiver.Trigger {
	endpoint := receiver.Endpoint{Provider: p} // without a secret: signing says so
	for _, e := range h.receiver.Endpoints {
		if e.Provider.Name() == p.Name() {
			endpoint = e
		}
	}
	return receiver.Trigger{Endpoint: endpoint, Endpoints: h.receiver.Endpoints, Instance: h.door, Users: h.store, Now: pace.Increasing(h.receiver.Now)}
}

// each makes the messages of an order one after the other, each when its time
// has come, and gives them to send.
func (o triggerRequest) each(ctx context.Context, t receiver.Trigger, p *pace.Pacer, send func(receiver.Message) error) error {
	for n := range o.count {
		makers, err := o.makers(ctx, t, n)
		if err != nil {
			return err
		}
		for _, build := range makers {
			if err := p.Next(ctx); err != nil {
				return err
			}
			m, err := build()
			if err != nil {
				return asTriggerError(err)
			}
			if err := send(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// makers make the messages of the nth round: one, or those of a story.
func (o triggerRequest) makers(ctx context.Context, t receiver.Trigger, n int) ([]func() (receiver.Message, error), error) {
	sample := o.sample
	sample.Nth, sample.Email = n, numbered(o.sample, n)
	switch {
	case o.body != nil:
		return []func() (receiver.Message, error){func() (receiver.Message, error) { return t.Sign(sample.Type, o.body) }}, nil
	case o.story == nil:
		return []func() (receiver.Message, error){func() (receiver.Message, error) { return t.Make(ctx, sample) }}, nil
	}
	steps, err := t.Tell(ctx, *o.story, sample)
	if err == nil {
		err = canSign(t, o.story.Name, steps)
	}
	if err != nil {
		return nil, err
	}
	makers := make([]func() (receiver.Message, error), len(steps))
	for i, step := range steps {
		makers[i] = func() (receiver.Message, error) {
			body, err := step.Make(t.Now())
			if err != nil {
				return receiver.Message{}, err
			}
			return t.For(step.Provider).Sign(step.Type, body)
		}
	}
	return makers, nil
}

// canSign returns an error if there is no secret to sign a step of a story with.
// Half a story is not sent.
func canSign(t receiver.Trigger, story string, steps []webhook.Step) error {
	for _, step := range steps {
		e := t.For(step.Provider).Endpoint
		if _, err := e.SigningSecret(); err != nil {
			return exit.Usage(
				fmt.Sprintf("%s%s also sends %s's events, and there is no signing secret for %s", webhook.StoryPrefix, story, e.Provider.Title(), e.Provider.Title()),
				fmt.Sprintf("put %s=whsec_… into .env.local; for made-up events whsec_ and any 16 letters will do", config.RecommendedVariable(e.Provider)))
		}
	}
	return nil
}

// sendable returns the choices that there are secrets for: a story is left out
// that has another provider's events without one.
func (h *hooktop) sendable() []string {
	return slices.DeleteFunc(choices(), func(name string) bool {
		story, teller, ok := providers.StoryNamed(name)
		return ok && canSign(h.sender(teller), story.Name, story.Tell(webhook.Sample{UserID: "user_0", Email: "ada@example.com", At: time.Now()})) != nil
	})
}

// numbered gives each of several new users an address of its own:
// ada@example.com, ada+2@example.com …
func numbered(s webhook.Sample, n int) string {
	name, domain, ok := strings.Cut(s.Email, "@")
	if n == 0 || !ok || s.UserID != "" || !strings.HasSuffix(s.Type, ".created") && !strings.HasPrefix(s.Type, webhook.StoryPrefix) {
		return s.Email
	}
	return fmt.Sprintf("%s+%d@%s", name, n+1, domain)
}

// asTriggerError is wrong usage where the event itself cannot be built.
func asTriggerError(err error) error {
	if exit.FixOf(err) != "" {
		return exit.AsUsage(err)
	}
	return err
}

func (p *program) trigger(ctx context.Context, s *config.Settings, o triggerRequest) error {
	if o.to == "" && !o.print && s.Missing() {
		p.noteDatabaseAbove(s)
	}
	h, err := p.begin(ctx, s, 0)
	if err != nil {
		return err
	}
	defer p.close(h)
	h.forwardNothing() // that is done below, before the command ends
	t, paced := h.sender(o.provider), &pace.Pacer{Every: o.every, Now: time.Now, Wait: pace.Sleep}
	if u, err := url.Parse(o.to); err == nil && o.to != "" && u.Path == "" {
		u.Path = t.Endpoint.Path
		o.to = u.String()
	}
	switch {
	case o.print:
		return p.printCommand(ctx, h, o, t, paced)
	case o.to != "":
		return p.sendDirect(ctx, h, o, t, paced)
	}
	return p.sendThroughDoor(ctx, h, o, t, paced)
}

// sendThroughDoor sends as a sender does, and says what became of each.
func (p *program) sendThroughDoor(ctx context.Context, h *hooktop, o triggerRequest, t receiver.Trigger, paced *pace.Pacer) error {
	var refused webhook.Delivery
	var said print.Text
	err := o.each(ctx, t, paced, func(m receiver.Message) error {
		d, err := h.deliver(ctx, t, m)
		if err != nil {
			return asTriggerError(err)
		}
		if d.Failed() {
			refused = d
		}
		return p.printSent(h.settings, d, &said)
	})
	if err != nil {
		return err
	}
	if ignored := h.settings.Forwarding.Given; h.local == nil && len(ignored) > 0 {
		p.stderr.Say("note: the running hooktop forwards as set when it was started; ignored: %s", strings.Join(ignored, ", "))
	}
	switch {
	case refused.ID == 0:
		return nil
	case !refused.Verdict.Verified:
		return notVerifiedError(refused)
	default:
		return notAppliedError(refused)
	}
}

// notVerifiedError is the error of what this command signed and the door did not verify.
func notVerifiedError(d webhook.Delivery) error {
	if d.Verdict.Code == webhook.WrongSecret {
		return exit.Failure("the running hooktop verifies with a different secret than this command signs with",
			"use the same for both: put "+secretVar(d.Provider)+" into .env.local; the running hooktop reloads it automatically")
	}
	return exit.Failure(d.Verdict.Title, instruction.ForTerminal(d.Verdict.Fix, d.ID))
}

// deliver sends a message through the door, and on to the app where this
// process is the one that receives.
func (h *hooktop) deliver(ctx context.Context, t receiver.Trigger, m receiver.Message) (webhook.Delivery, error) {
	receipt, err := t.Post(ctx, m)
	if err != nil {
		return webhook.Delivery{}, err
	}
	d, err := h.store.Delivery(ctx, receipt.DeliveryID)
	if err != nil || h.announced || h.local == nil || !d.Verdict.Verified {
		return d, err
	}
	h.forwarder.Forward(ctx, d)
	return h.store.Delivery(ctx, d.ID)
}

// triggerEvent sends what the dashboard chose, all of a story, and gives the
// last delivery that came of it: of a story the first that was not taken.
func (h *hooktop) triggerEvent(ctx context.Context, name string) (last webhook.Delivery, err error) {
	o := triggerRequest{count: 1}
	if err := o.choose(name, triggerFlags{}); err != nil {
		return last, err
	}
	t := h.sender(o.provider)
	refused := false
	err = o.each(ctx, t, &pace.Pacer{Now: time.Now, Wait: pace.Sleep}, func(m receiver.Message) error {
		d, err := h.deliver(ctx, t, m)
		if err != nil || refused {
			return err
		}
		last, refused = d, d.Failed()
		return nil
	})
	return last, err
}

// secretVar is the variable to put a provider's signing secret into.
func secretVar(provider string) string {
	p, ok := providers.Named(provider)
	if !ok {
		p = providers.Clerk{}
	}
	return p.Signing().Variables[0]
}
