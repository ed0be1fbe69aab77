// Package providers holds the senders of webhooks that hooktop knows, a family of
// files for each: how it signs, what its events say, the samples and stories that
// it makes, and what to do about its secrets. providers.go has the only list.
//
// It decides no verdict and keeps nothing: receiver/webhook verifies and explains
// what a provider says of itself here.
package providers

import (
	"net/http"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// All returns the senders that hooktop knows.
func All() []webhook.Provider { return []webhook.Provider{Clerk{}, Stripe{}} }

// Claimed names the provider whose headers a request bears; ok is false where
// it bears none.
func Claimed(h http.Header) (name, title string, ok bool) {
	for _, p := range All() {
		if p.Signing().Bears(h) {
			return p.Name(), p.Title(), true
		}
	}
	return "", "", false
}

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
