package receiver

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// sending is a request that is ready, with what a verifier makes of it.
type sending struct {
	outgoing
	id       string
	delivery webhook.Delivery
}

// prepare makes the requests of a step, which are sent at once; first are those
// whose messages it repeats. A repeat is signed afresh, as Svix does.
func (g *torment) prepare(number int, s step, first []sending) (all []sending, err error) {
	for n := range max(s.times, 1) {
		m := sending{outgoing: outgoing{method: s.method}}
		g.ordeal.Requests++
		switch {
		case first != nil:
			m.id, m.body = first[n].id, first[n].body
		case n > 0 && !s.apart:
			m.id, m.body = all[0].id, all[0].body
		default:
			m.id = numbered("msg_torture"+g.run, 31, g.ordeal.Requests)
			if m.body, err = g.body(number, s.user+n, s); err != nil {
				return nil, err
			}
		}
		if err := g.sign(&m, s); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// numbered is an id of so many letters, as long as the provider's.
func numbered(prefix string, letters, n int) string {
	return fmt.Sprintf("%s%0*d", prefix, letters-len(prefix), n)
}

// user is a user of a case, address one of the case's addresses.
func (g *torment) user(number, who int) string {
	return numbered("user_torture"+g.run, 32, 100*number+who)
}

func (g *torment) address(number int, letter string) string {
	return fmt.Sprintf("torture+%s.%d%s@example.com", g.run, number, letter)
}

// body is what a step sends: the bytes of a captured delivery, or a sample.
func (g *torment) body(number, who int, s step) ([]byte, error) {
	if s.given != nil {
		if !slices.Contains(g.given, s.given) {
			g.given = append(g.given, s.given)
		}
		return s.given.Body, nil
	}
	user, letter := g.user(number, who), s.email
	if !slices.Contains(g.users, user) {
		g.users = append(g.users, user)
	}
	if letter == "" {
		letter = string(rune('a' + who))
	}
	body, err := g.Endpoint.Provider.Sample(webhook.Sample{
		Type: s.event, At: g.Now().Add(-s.ago), UserID: user, Email: g.address(number, letter), Set: s.set,
	})
	if err != nil {
		return nil, fmt.Errorf("make a %s: %w", s.event, err)
	}
	if s.written != nil {
		return s.written(body), nil
	}
	return plainly(body), nil
}

// sign signs a request, spoils it where the step wants that, and has a verifier
// judge the result.
func (g *torment) sign(m *sending, s step) error {
	secrets := g.Endpoint.Secrets()
	if len(secrets) == 0 {
		return noSecret(g.Endpoint.Provider)
	}
	provider, at := g.Endpoint.Provider, g.Now()
	m.header = http.Header{"Content-Type": {"application/json"}, "Accept": {"*/*"}, "User-Agent": {"hooktop torture"}}
	if m.method == "" {
		m.method = http.MethodPost
		if err := provider.Sign(m.header, secrets[0], m.id, at.Add(-s.signed), m.body); err != nil {
			return err
		}
	} else {
		m.header.Del("Content-Type")
		m.body = nil
	}
	other := m.header.Clone()
	if err := provider.Sign(other, stranger(), m.id, at.Add(-s.signed), m.body); err != nil {
		return err
	}
	m.forged = other.Get("Svix-Signature")
	if s.spoil != nil {
		s.spoil(&m.outgoing)
	}
	m.delivery = webhook.Delivery{
		At: at, Provider: provider.Name(), Origin: webhook.Trigger, MessageID: m.id, Bytes: int64(len(m.body)),
		Request: webhook.Request{Method: m.method, Header: m.header, Body: m.body},
	}
	m.delivery.Verdict = provider.Verify(m.delivery.Request, at, secrets)
	return nil
}

// send sends requests at once and gives the answers in their order.
func (g *torment) send(ctx context.Context, all []sending) []webhook.Forward {
	answers := make([]webhook.Forward, len(all))
	var under sync.WaitGroup
	for i, m := range all {
		under.Go(func() {
			answers[i] = g.Forwarder.exchange(ctx, m.method, g.Target, m.header, m.body, g.Within)
		})
	}
	under.Wait()
	return answers
}
