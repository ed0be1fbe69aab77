package receiver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Trigger signs made-up events and sends them to hooktop's own endpoint, where
// everything happens to them that happens to real ones.
type Trigger struct {
	Endpoint Endpoint
	// Endpoints are those of all providers: a story can have several senders.
	Endpoints Endpoints
	Instance  func(context.Context) (Instance, error)
	Users     Users
	Now       func() time.Time
}

// Users lists the users here, and returns one of them.
type Users interface {
	Users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error)
	User(ctx context.Context, id string) (webhook.UserRecord, error)
}

// Message is a signed request, ready to be sent. Its signature is valid for five
// minutes.
type Message struct {
	// Endpoint says who sends it and where it goes.
	Endpoint Endpoint
	Type     string // of the event, "" if the body has none
	ID       string
	Header   http.Header
	Body     []byte
}

// Send makes one event, sends it, and returns once it is committed.
func (t Trigger) Send(ctx context.Context, s webhook.Sample) (Receipt, error) {
	m, err := t.Make(ctx, s)
	if err != nil {
		return Receipt{}, err
	}
	return t.Post(ctx, m)
}

// Make builds a sample as of now and signs it. An event that does not create a user
// is about the user that changed last, if there is one.
func (t Trigger) Make(ctx context.Context, s webhook.Sample) (Message, error) {
	s.At = t.Now()
	if err := t.subject(ctx, &s); err != nil {
		return Message{}, err
	}
	body, err := t.Endpoint.Provider.Sample(s)
	if err != nil {
		return Message{}, err
	}
	return t.Sign(s.Type, body)
}

// Tell begins a story now. Each of its steps is made and signed when its time
// comes.
func (t Trigger) Tell(ctx context.Context, story webhook.Story, s webhook.Sample) ([]webhook.Step, error) {
	s.Type, s.At = webhook.StoryPrefix+story.Name, t.Now()
	if err := t.subject(ctx, &s); err != nil {
		return nil, err
	}
	return story.Tell(s), nil
}

// For returns the trigger for another provider; "" is this one.
func (t Trigger) For(provider string) Trigger {
	if e := t.Endpoints.of(provider); e != nil {
		t.Endpoint = *e
	}
	return t
}

// Sign signs a body byte for byte.
func (t Trigger) Sign(event string, body []byte) (Message, error) {
	secret, err := t.Endpoint.SigningSecret()
	if err != nil {
		return Message{}, err
	}
	m := Message{Endpoint: t.Endpoint, Type: event, ID: providers.NewMessageID(t.Endpoint.Provider), Body: body, Header: http.Header{
		"Content-Type": {"application/json"},
		"Accept":       {"*/*"},
		"User-Agent":   {"hooktop trigger"},
	}}
	if err := t.Endpoint.Provider.Signing().SignMessage(m.Header, secret, m.ID, t.Now(), body); err != nil {
		return Message{}, err
	}
	return m, nil
}

// Post sends a message to hooktop's own endpoint and returns once it is committed.
func (t Trigger) Post(ctx context.Context, m Message) (Receipt, error) {
	instance, err := t.Instance(ctx)
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := instance.Send(ctx, m.Endpoint.Path, m.Header, m.Body, webhook.Trigger, 0)
	if err != nil {
		return receipt, fmt.Errorf("trigger %s: %w", m.Type, err)
	}
	return receipt, nil
}

// Direct sends a message straight to an app; hooktop does not store it. The
// delivery is what the app was sent, with the verdict of a verifier that has the
// same secret; its one forward is the app's answer.
func (t Trigger) Direct(ctx context.Context, f *Forwarder, target string, m Message) webhook.Delivery {
	d := webhook.Delivery{
		At: t.Now(), Provider: m.Endpoint.Provider.Name(), Origin: webhook.Trigger, Type: m.Type, MessageID: m.ID, Attempt: 1, Bytes: int64(len(m.Body)),
		Request: webhook.Request{Method: http.MethodPost, URL: m.Endpoint.Path, Header: m.Header, Body: m.Body},
	}
	d.Verdict = providers.Verify(m.Endpoint.Provider, d.Request, d.At, m.Endpoint.Secrets())
	sent := f.send(ctx, target, forwardable(m.Header), m.Body, SendTimeout)
	d.AppStatus, d.AppFailure, d.AppError, d.Duration = sent.Status, sent.Failure, sent.Error, sent.Duration
	d.Forwards = []webhook.Forward{sent}
	return d
}

// subject tells a sample which user changed last: a user.updated after a
// user.created updates that user.
func (t Trigger) subject(ctx context.Context, s *webhook.Sample) error {
	if s.Type == "user.created" {
		return nil
	}
	if s.UserID != "" {
		// A missing user is made up; a database that cannot be read fails when the
		// event is captured.
		if u, err := t.Users.User(ctx, s.UserID); err == nil {
			s.Last = &u.User
		}
		return nil
	}
	users, err := t.Users.Users(ctx, webhook.UserPage{Sort: webhook.ByRecent, Limit: 1})
	if err != nil {
		return fmt.Errorf("trigger %s: %w", s.Type, err)
	}
	if len(users) > 0 {
		s.Last = &users[0].User
	}
	return nil
}
