// Package providers holds the senders of webhooks that hooktop knows, a family of
// files for each: how it signs, what its events say, the samples and stories that
// it makes, and what to do about its secrets. providers.go has the only list.
//
// It decides no verdict and keeps nothing: receiver/webhook verifies and explains
// what a provider says of itself here.
//
// Where to look:
//
//   - clerk.go, stripe.go: the provider itself. Clerk's events are read in clerk.go,
//     Stripe's in stripeevent.go, stripeobject.go and stripeplan.go (the plan's key)
//   - svixscheme.go: how Svix signs for Clerk; clerksigning.go: Clerk's variables,
//     path and fixes, and how people get it wrong; stripesigning.go: both for Stripe
//   - svixsecret.go: whether a text can be a Svix secret
//   - svixhints.go, senderhints.go: does the sender look genuine?
//   - clerksample*.go, clerkpersona.go, stripesample.go: made-up events;
//     clerkstory.go, stripestory.go: several in a row
//   - clerkuserevent.go: events made of users that Clerk's API returned
//   - clerkscan.go, stripescan.go: read a body in one pass; jsontrouble.go: what is wrong
//     with one that cannot be read
package providers

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/sample"
	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// All returns the senders that hooktop knows.
func All() []webhook.Provider { return []webhook.Provider{Clerk{}, Stripe{}} }

// Claimed returns the provider whose signature headers a request has.
func Claimed(h http.Header) (webhook.Provider, bool) {
	for _, p := range All() {
		if p.Signing().Bears(h) {
			return p, true
		}
	}
	return nil, false
}

// Verify returns the verdict on a request that was received for a provider at
// that time, with any of the secrets.
func Verify(p webhook.Provider, r webhook.Request, at time.Time, secrets []webhook.Secret) webhook.Verdict {
	return webhook.Verify(p, All(), r, at, secrets)
}

// Explain searches for the cause of a rejection that Verify could not name, with
// all secrets that are known: see webhook.Explain.
func Explain(p webhook.Provider, r webhook.Request, at time.Time, v webhook.Verdict, keys webhook.Keyring) webhook.Verdict {
	return webhook.Explain(p, All(), r, at, v, keys)
}

// SignedAt returns the time that a request's signature headers give, whoever sent
// it, and whether or not the signature is valid. A time in the far future is none:
// it is milliseconds taken for seconds.
func SignedAt(h http.Header) (at time.Time, ok bool) {
	farAhead := time.Date(2242, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, p := range All() {
		if at, ok := p.Signing().SignedAt(h); ok && at.Unix() > 0 && at.Before(farAhead) {
			return at, true
		}
	}
	return time.Time{}, false
}

// NewSecret makes a signing secret from 24 bytes of randomness, in the provider's
// form.
func NewSecret(p webhook.Provider) string {
	key := make([]byte, secretWarnsBelow)
	rand.Read(key) //nolint:errcheck // it never fails: https://pkg.go.dev/crypto/rand#Read
	if s := p.Signing(); s.Kinds[0].Keys[0].Encoding == scheme.Base64 {
		return s.Misuses.SecretPrefix + base64.StdEncoding.EncodeToString(key)
	}
	return p.Signing().Misuses.SecretPrefix + hex.EncodeToString(key)
}

// NewMessageID makes a message id in the provider's form.
func NewMessageID(p webhook.Provider) string { return sample.RandomID(p.Signing().MessageIDPrefix) }

// Names returns the names of all providers.
func Names() (names []string) {
	for _, p := range All() {
		names = append(names, p.Name())
	}
	return names
}

// Named returns the provider of that name.
func Named(name string) (webhook.Provider, bool) {
	for _, p := range All() {
		if p.Name() == name {
			return p, true
		}
	}
	return nil, false
}

func noSample(event string, known []string) error {
	return webhook.NewMistake("no sample of the event type "+webhook.QuoteShort(event), "choose one of: "+strings.Join(known, ", "))
}

// StoryNamed finds a story by story:NAME, and the provider that tells it.
func StoryNamed(name string) (webhook.Story, webhook.Provider, bool) {
	name, ok := strings.CutPrefix(name, webhook.StoryPrefix)
	if !ok {
		return webhook.Story{}, nil, false
	}
	for _, p := range All() {
		for _, s := range p.Stories() {
			if s.Name == name {
				return s, p, true
			}
		}
	}
	return webhook.Story{}, nil, false
}

// Sampler finds the provider that makes samples of an event type.
func Sampler(event string) (webhook.Provider, bool) {
	for _, p := range All() {
		for _, known := range p.Samples() {
			if known == event {
				return p, true
			}
		}
	}
	return nil, false
}
