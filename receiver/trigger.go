package receiver

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Trigger signs synthetic events and sends them through the front door, so
// that everything happens to them that happens to a real one.
type Trigger struct {
	Endpoint Endpoint
	Door     func(context.Context) (Door, error)
	Users    Users
	Now      func() time.Time
}

// Users lists the users that are there.
type Users interface {
	Users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error)
}

// Send makes one event, sends it, and returns once it is committed.
func (t Trigger) Send(ctx context.Context, s webhook.Sample) (Receipt, error) {
	secrets := t.Endpoint.Secrets()
	if len(secrets) == 0 {
		return Receipt{}, errNoSecret
	}
	s.At = t.Now()
	if err := t.subject(ctx, &s); err != nil {
		return Receipt{}, err
	}
	body, err := t.Endpoint.Provider.Sample(s)
	if err != nil {
		return Receipt{}, err
	}
	header := http.Header{
		"Content-Type": {"application/json"},
		"Accept":       {"*/*"},
		"User-Agent":   {"hooktop trigger"},
	}
	err = t.Endpoint.Provider.Sign(header, secrets[0], t.Endpoint.Provider.NewMessageID(), s.At, body)
	if err != nil {
		return Receipt{}, err
	}
	door, err := t.Door(ctx)
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := door.Send(ctx, t.Endpoint.Path, header, body, webhook.Trigger, 0)
	if err != nil {
		return receipt, fmt.Errorf("trigger %s: %w", s.Type, err)
	}
	return receipt, nil
}

// subject lets an event that is not about a new user be about the one that
// changed last, if there is one: a user.updated after a user.created updates it.
func (t Trigger) subject(ctx context.Context, s *webhook.Sample) error {
	if s.UserID != "" || strings.HasSuffix(s.Type, ".created") {
		return nil
	}
	users, err := t.Users.Users(ctx, webhook.UserPage{Sort: webhook.ByRecent, Limit: 1})
	if err != nil {
		return fmt.Errorf("trigger %s: %w", s.Type, err)
	}
	if len(users) == 0 {
		return nil
	}
	s.UserID = users[0].ID
	if s.Email == "" && strings.HasSuffix(s.Type, ".updated") {
		s.Email = tagged(users[0].Email)
	}
	return nil
}

// tagged is another address of the same person: ada+x7q2@example.com.
func tagged(email string) string {
	name, domain, ok := strings.Cut(email, "@")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, "+")
	return name + "+" + strings.ToLower(rand.Text()[:4]) + "@" + domain
}
