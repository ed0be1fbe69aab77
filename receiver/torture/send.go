package torture

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// request is a request about to be sent.
type request struct {
	method string
	header http.Header
	body   []byte
	// id is its message id, delivery what a correct verifier makes of it.
	id       string
	delivery webhook.Delivery
	// forged is a signature made with a secret that the app does not have.
	forged string
}

// prepare makes the requests of a step, which are sent at once. first are the
// requests whose messages it repeats, nil for none; a repeat is signed again, as
// Svix does.
func (r *run) prepare(number int, s step, first []request) (all []request, err error) {
	for n := range max(s.times, 1) {
		q := request{method: s.method}
		r.summary.Requests++
		switch {
		case first != nil:
			q.id, q.body = first[n].id, first[n].body
		case n > 0 && !s.apart:
			q.id, q.body = all[0].id, all[0].body
		default:
			q.id = numbered("msg_torture"+r.id, 31, r.summary.Requests)
			if q.body, err = r.body(number, s.user+n, s); err != nil {
				return nil, err
			}
		}
		if err := r.sign(&q, s); err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	return all, nil
}

// numbered returns an id of that many letters, as long as the provider's.
func numbered(prefix string, letters, n int) string {
	return fmt.Sprintf("%s%0*d", prefix, letters-len(prefix), n)
}

// user returns the id of a user of a case.
func (r *run) user(number, who int) string {
	return numbered("user_torture"+r.id, 32, 100*number+who)
}

// address returns an e-mail address of a case.
func (r *run) address(number int, letter string) string {
	return fmt.Sprintf("torture+%s.%d%s@example.com", r.id, number, letter)
}

// body returns what a step sends: the bytes of a captured delivery, or a sample.
func (r *run) body(number, who int, s step) ([]byte, error) {
	if s.given != nil {
		if !slices.Contains(r.given, s.given) {
			r.given = append(r.given, s.given)
		}
		return s.given.Body, nil
	}
	user, letter := r.user(number, who), s.email
	if !slices.Contains(r.users, user) {
		r.users = append(r.users, user)
	}
	if letter == "" {
		letter = string(rune('a' + who))
	}
	body, err := r.Endpoint.Provider.Sample(webhook.Sample{
		Type: s.event, At: r.Now().Add(-s.ago), UserID: user, Email: r.address(number, letter), Set: s.set,
	})
	if err != nil {
		return nil, fmt.Errorf("make a %s: %w", s.event, err)
	}
	if s.written != nil {
		return s.written(body), nil
	}
	return plainly(body), nil
}

// sign signs a request, spoils it if the step says so, and verifies the result.
func (r *run) sign(q *request, s step) error {
	secret, err := r.Endpoint.SigningSecret()
	if err != nil {
		return err
	}
	provider, at := r.Endpoint.Provider, r.Now()
	q.header = http.Header{"Content-Type": {"application/json"}, "Accept": {"*/*"}, "User-Agent": {"hooktop torture"}}
	if q.method == "" {
		q.method = http.MethodPost
		if err := provider.Signing().SignMessage(q.header, secret, q.id, at.Add(-s.signed), q.body); err != nil {
			return err
		}
	} else {
		q.header.Del("Content-Type")
		q.body = nil
	}
	other := q.header.Clone()
	if err := provider.Signing().SignMessage(other, stranger(), q.id, at.Add(-s.signed), q.body); err != nil {
		return err
	}
	q.forged = other.Get("Svix-Signature")
	if s.spoil != nil {
		s.spoil(q)
	}
	q.delivery = webhook.Delivery{
		At: at, Provider: provider.Name(), Origin: webhook.Trigger, MessageID: q.id, Bytes: int64(len(q.body)),
		Request: webhook.Request{Method: q.method, Header: q.header, Body: q.body},
	}
	q.delivery.Verdict = providers.Verify(provider, q.delivery.Request, at, r.Endpoint.Secrets())
	return nil
}

// send sends requests at once and returns the answers in their order.
func (r *run) send(ctx context.Context, all []request) []webhook.Forward {
	answers := make([]webhook.Forward, len(all))
	var sending sync.WaitGroup
	for i, q := range all {
		sending.Go(func() {
			answers[i] = r.App.Exchange(ctx, q.method, r.Target, q.header, q.body, r.Within)
		})
	}
	sending.Wait()
	return answers
}
