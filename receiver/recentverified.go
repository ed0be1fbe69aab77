package receiver

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/recent"
)

// recentVerified holds the last deliveries of this run with a valid signature, by
// provider; only those of real senders, because what hooktop signed itself says
// nothing about another's clock or secret.
type recentVerified struct {
	mu   sync.Mutex
	seen map[string]lastVerified
}

type lastVerified struct {
	history recent.History
	// at is when the last one verified, and secret the masked secret that it was
	// signed with.
	at     time.Time
	secret string
	// bodies are the last bodies that verified, newest first, one of each event type.
	bodies []verifiedBody
}

type verifiedBody struct {
	event string
	body  []byte
}

const (
	// maxBodies is how many bodies are kept for a sender, and maxKeptBody the longest
	// of them, in bytes.
	maxBodies   = 8
	maxKeptBody = 64 << 10
)

// note remembers a delivery with a valid signature, expired or not.
func (s *recentVerified) note(d *webhook.Delivery, this recent.Delivery) {
	if d.Origin == webhook.Trigger || d.Origin == webhook.Resend {
		return
	}
	switch d.Verdict.Code {
	case "", webhook.TooOld, webhook.TooNew:
	default:
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]lastVerified{}
	}
	of := s.seen[d.Provider]
	if slices.ContainsFunc(of.history, func(h recent.Delivery) bool {
		return h.MessageID == this.MessageID && h.Signed.Equal(this.Signed)
	}) {
		return // the same request again: its age only tells when it was replayed
	}
	// A new slice, because others may be reading the old one.
	of.history = append(recent.History{this}, of.history[:min(len(of.history), recent.Max-1)]...)
	if d.Verdict.Verified {
		of.at, of.secret = d.At, d.Verdict.Secret
		of.bodies = withBody(of.bodies, d)
	}
	s.seen[d.Provider] = of
}

// withBody returns bodies with that of a delivery as the newest, in a new slice,
// because others may be reading the old one.
func withBody(bodies []verifiedBody, d *webhook.Delivery) []verifiedBody {
	if len(d.Body) > maxKeptBody {
		return bodies
	}
	kept := []verifiedBody{{d.Type, d.Body}}
	for _, b := range bodies {
		if b.event != d.Type && len(kept) < maxBodies {
			kept = append(kept, b)
		}
	}
	return kept
}

// texts are the bodies alone.
func (s lastVerified) texts() (texts [][]byte) {
	for _, b := range s.bodies {
		texts = append(texts, b.body)
	}
	return texts
}

func (s *recentVerified) of(provider string) lastVerified {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[provider]
}

// reconsider adds to a signature that does not match what verified lately. If the
// secret that verified is still in use, and the delivery comes from the same
// instance, its body was more likely changed than signed by another endpoint.
func (s lastVerified) reconsider(this recent.Delivery, v webhook.Verdict, secrets []webhook.Secret) webhook.Verdict {
	if v.Code == webhook.WrongSecret && !v.BodyBroken {
		said, known := s.lately(this.At, secrets)
		v.Detail += " " + said
		if known && s.history.Instance() != "" && this.InstanceID == s.history.Instance() {
			v.Detail += " It comes from the same instance, " + webhook.Quoted(this.InstanceID) + "."
			v = v.Suspecting(webhook.BodyChanged)
		}
	}
	return s.history.Reconsider(this, v)
}

// lately says which delivery a secret verified last, if any, and reports
// whether that secret is still known: secrets may have changed since.
func (s lastVerified) lately(now time.Time, secrets []webhook.Secret) (said string, known bool) {
	if s.at.IsZero() {
		return "No delivery has verified since hooktop started.", false
	}
	ago := "a moment ago"
	if d := now.Sub(s.at).Round(time.Second); d >= 2*time.Second {
		ago = webhook.Age(d) + " ago"
	}
	if !slices.ContainsFunc(secrets, func(known webhook.Secret) bool { return known.FullName() == s.secret }) {
		return fmt.Sprintf("%s verified another delivery %s.", s.secret, ago), false
	}
	which := "That secret"
	if len(secrets) > 1 {
		which = s.secret
	}
	return fmt.Sprintf("%s verified another delivery %s.", which, ago), true
}
