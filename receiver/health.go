package receiver

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// probeEvery is how often an app that is not running is probed.
const probeEvery = 2 * time.Second

// Health knows whether something listens where deliveries are forwarded to, so
// that "your app is not running" appears before a delivery fails.
//
// It probes a target at the start and until something listens, and again after a
// forward that got no answer; an app that answers is left alone.
type Health struct {
	dial    appclient.Dial
	changed chan struct{}
	wake    chan struct{}

	mu   sync.Mutex
	apps []*watched
}

// watched is a target and what is known about it.
type watched struct {
	target, addr string
	known        bool // it was probed, or answered
	trouble      string
	suspect      bool // it has failed to answer since
}

// NewHealth returns a Health that probes through dial; nil for the network.
func NewHealth(dial appclient.Dial) *Health {
	return &Health{dial: dial, changed: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
}

// Changed has capacity 1: one pending signal says that the state of an app
// changed.
func (h *Health) Changed() <-chan struct{} { return h.changed }

// Of returns the state of a target: known is false before the first probe, trouble
// is "" if something listens.
func (h *Health) Of(target string) (trouble string, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if a := h.app(target); a != nil {
		return a.trouble, a.known
	}
	return "", false
}

// Watch watches these targets and no others.
func (h *Health) Watch(targets ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var apps []*watched
	for _, target := range targets {
		a := h.app(target)
		if a == nil {
			a = &watched{target: target, addr: appclient.Address(target)}
		}
		apps = append(apps, a)
	}
	h.apps = apps
	nudge(h.wake)
}

// Heard takes note of how a forward ended.
func (h *Health) Heard(target string, sent webhook.Forward) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := h.app(target)
	switch {
	case a == nil:
	case sent.Status != 0:
		h.set(a, "")
	default:
		a.suspect = true
		nudge(h.wake)
	}
}

// Run probes until ctx ends.
func (h *Health) Run(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-h.wake: // what it is about is probed now
		default:
		}
		var again <-chan time.Time
		if h.probe(ctx) {
			again = time.After(probeEvery)
		}
		select {
		case <-ctx.Done():
		case <-again:
		case <-h.wake:
		}
	}
}

// probe probes each app that is not known to listen, and reports whether one does
// not.
func (h *Health) probe(ctx context.Context) (missing bool) {
	var probing sync.WaitGroup
	h.mu.Lock()
	for _, a := range h.apps {
		if a.known && a.trouble == "" && !a.suspect {
			continue
		}
		a.suspect = false
		probing.Go(func() {
			trouble := appclient.Probe(ctx, h.dial, a.addr)
			h.mu.Lock()
			defer h.mu.Unlock()
			if ctx.Err() == nil {
				h.set(a, trouble)
			}
		})
	}
	h.mu.Unlock()
	probing.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.apps, func(a *watched) bool { return !a.known || a.trouble != "" })
}

// set sets the state of an app. The lock is held.
func (h *Health) set(a *watched, trouble string) {
	if a.known && a.trouble == trouble {
		return
	}
	a.known, a.trouble = true, trouble
	nudge(h.changed)
}

func (h *Health) app(target string) *watched {
	for _, a := range h.apps {
		if a.target == target {
			return a
		}
	}
	return nil
}

// nudge signals that something changed; one pending signal is enough.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
