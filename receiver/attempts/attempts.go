// Package attempts compares what Svix says that it sent to an endpoint with what
// arrived here: each message arrived, failed, is missing although Svix counts it as a
// success, was never tried, or is still on its way. It names the cause as far as what
// was read proves it, and says "likely" with the alternatives otherwise.
//
// It changes nothing at Svix and stores nothing: both are handed over.
//
// Where to look: attempts.go joins the two sides, choose.go finds the endpoint,
// cause.go and why.go say why a message did not arrive, endpointcause.go what is
// wrong with the endpoint itself, retry.go when Svix tries again.
package attempts

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// API is what is read of Svix: *svixapi.Client.
type API interface {
	Can(svixapi.Capability) bool
	Endpoints(ctx context.Context) iter.Seq2[svixapi.Endpoint, error]
	Attempts(ctx context.Context, endpoint string, from time.Time) iter.Seq2[svixapi.Attempt, error]
	MessagesSince(ctx context.Context, from time.Time) iter.Seq2[svixapi.Message, error]
}

// Arrivals returns the deliveries that are stored of some messages, by message id,
// oldest first.
type Arrivals func(ctx context.Context, provider string, messages []string) (map[string][]webhook.Delivery, error)

// Here is what is known of this side.
type Here struct {
	// Provider is whose messages they are.
	Provider string
	// URL is the webhook URL that the endpoint should have, "" if it is not known:
	// no hooktop is running, or it has no public URL. Then URLs are not compared.
	URL string
	// Path is the webhook path, Kind how deliveries get here: "ngrok", "relay",
	// "pull", or "" for none or the user's own tunnel.
	Path, Kind string
	// Inbox is the base of the relay's inbox URLs.
	Inbox string
	// Events are the event types that are wanted.
	Events []string
}

// State is how a message fared.
type State string

// The states. The dashboard and NDJSON use the same words.
const (
	Arrived State = "arrived"
	// Failed: the last attempt failed. It may have arrived all the same: then it was
	// rejected here, or the answer came too late.
	Failed State = "failed"
	// Missing: Svix counts it as a success, and it did not arrive here.
	Missing State = "missing"
	// NeverTried: Svix has the message and did not send it to this endpoint.
	NeverTried State = "never-tried"
	// Pending: it is being sent.
	Pending State = "pending"
)

// Message is a message of the provider's, and how it fared.
type Message struct {
	ID, Event string
	At        time.Time
	State     State
	// Delivery is the newest delivery of it here, 0 for none; Verdict and Origin are
	// that delivery's.
	Delivery int64
	Verdict  webhook.VerdictState
	Origin   webhook.Origin
	// Attempts are those that Svix made at this endpoint, newest first.
	Attempts []svixapi.Attempt
	// NextTry is about when Svix tries again, zero if it does not.
	NextTry time.Time
	// Reason is why it did not arrive, nil if it did, or if it is on its way.
	Reason *Reason
}

// Last returns the newest attempt, and whether there is one.
func (m Message) Last() (svixapi.Attempt, bool) {
	if len(m.Attempts) == 0 {
		return svixapi.Attempt{}, false
	}
	return m.Attempts[0], true
}

// Side is the provider's side of an endpoint.
type Side struct {
	At    time.Time
	Since time.Time
	// Endpoint is the endpoint, nil if there is none for this place; Others is how
	// many there are besides it.
	Endpoint *svixapi.Endpoint
	Others   int
	// Messages are the newest messages, newest first. More is set if there are older
	// ones since Since that are not in it.
	Messages []Message
	More     bool
	// MessagesUnread is why the application's messages could not be listed: then
	// what was never tried is not known. "" if they could.
	MessagesUnread string
	// Problems are what is wrong with the endpoint.
	Problems []Reason
}

// Count returns how many messages are in a state.
func (s Side) Count(state State) (n int) {
	for _, m := range s.Messages {
		if m.State == state {
			n++
		}
	}
	return n
}

// MaxMessages is how many messages are compared at most.
const MaxMessages = 200

// maxAttempts ends the reading of attempts: a message has at most 8 automatic ones.
const maxAttempts = 10 * MaxMessages

// Compare reads Svix's side of an endpoint since a time, and compares it with what
// arrived here.
func Compare(ctx context.Context, api API, arrivals Arrivals, at Here, endpoint svixapi.Endpoint, since, now time.Time) (Side, error) {
	s := Side{At: now, Since: since, Endpoint: &endpoint, Problems: Problems(endpoint, at)}
	tried, more, err := attemptsOf(ctx, api, endpoint.ID, since)
	if err != nil {
		return s, err
	}
	s.More = more
	if err := s.list(ctx, api, tried); err != nil {
		return s, err
	}
	ids := make([]string, len(s.Messages))
	for i, m := range s.Messages {
		ids[i] = m.ID
	}
	found, err := arrivals(ctx, at.Provider, ids)
	if err != nil {
		return s, fmt.Errorf("look for the messages: %w", err)
	}
	for i := range s.Messages {
		s.Messages[i].settle(found[s.Messages[i].ID], endpoint, at, now)
	}
	return s, nil
}

// attemptsOf reads the attempts, by message, newest first. more is set if there are
// older ones.
func attemptsOf(ctx context.Context, api API, endpoint string, since time.Time) (map[string][]svixapi.Attempt, bool, error) {
	by, n := map[string][]svixapi.Attempt{}, 0
	for a, err := range api.Attempts(ctx, endpoint, since) {
		if err != nil {
			return nil, false, err
		}
		if n++; n > maxAttempts {
			return by, true, nil
		}
		by[a.MessageID] = append(by[a.MessageID], a)
	}
	for _, attempts := range by {
		slices.SortStableFunc(attempts, func(a, b svixapi.Attempt) int { return b.At.Compare(a.At) })
	}
	return by, false, nil
}

// list lists the messages that were tried and, if the application's messages can be
// read, those that were not.
func (s *Side) list(ctx context.Context, api API, tried map[string][]svixapi.Attempt) error {
	known := map[string]bool{}
	for id, attempts := range tried {
		first := attempts[len(attempts)-1]
		m := Message{ID: id, Event: first.EventType, At: first.MessageAt, Attempts: attempts}
		if m.At.IsZero() {
			m.At = first.At
		}
		known[id] = true
		s.Messages = append(s.Messages, m)
	}
	untried := 0
	for m, err := range api.MessagesSince(ctx, s.Since) {
		if err != nil && ctx.Err() != nil {
			return err
		}
		if err != nil {
			s.MessagesUnread = err.Error()
			break
		}
		if known[m.ID] {
			continue
		}
		if untried++; untried > MaxMessages {
			s.More = true
			break
		}
		s.Messages = append(s.Messages, Message{ID: m.ID, Event: m.EventType, At: m.At})
	}
	slices.SortFunc(s.Messages, func(a, b Message) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID))
	})
	if len(s.Messages) > MaxMessages {
		s.Messages, s.More = s.Messages[:MaxMessages], true
	}
	return nil
}

// settle decides how a message fared.
func (m *Message) settle(deliveries []webhook.Delivery, e svixapi.Endpoint, at Here, now time.Time) {
	sent := slices.DeleteFunc(slices.Clone(deliveries), func(d webhook.Delivery) bool { return d.Origin == webhook.Pull })
	if n := len(deliveries); n > 0 {
		newest := deliveries[n-1]
		m.Delivery, m.Verdict, m.Origin = newest.ID, newest.Verdict.State(), newest.Origin
	}
	last, tried := m.Last()
	switch {
	case !tried && len(deliveries) > 0:
		m.State = Arrived // Svix has let go of its attempts, or it was pulled
	case !tried:
		m.State, m.Reason = NeverTried, ref(whyNeverTried(*m, e))
		if !m.Reason.Certain && now.Sub(m.At) < settling {
			m.State, m.Reason = Pending, nil
		}
	case last.Status == svixapi.Pending || last.Status == svixapi.Sending:
		m.State = Pending
	case last.Status == svixapi.Succeeded && len(deliveries) > 0:
		m.State = Arrived
	case last.Status == svixapi.Succeeded:
		m.State, m.Reason = Missing, ref(whyMissing(last, at))
	default:
		m.State, m.Reason = Failed, ref(whyFailed(last, sent, at))
		m.NextTry = nextTry(m.Attempts)
	}
}

// settling is how long a message may take to its first attempt.
const settling = 10 * time.Second

func ref(r Reason) *Reason { return &r }
