package relay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/tunnel"
)

const (
	// margin is what a clock may be wrong by, as far as that can be told here.
	margin = 2 * time.Second
	// tooOld is the age from which providers' signatures are no longer accepted.
	tooOld = 5 * time.Minute
	// maxSeen is how many of the requests that arrived are recognized in the history.
	maxSeen = 4096
	// maxRecent is how many of them the next run recognizes.
	maxRecent = 32
)

// retries are the waits before the history is asked again after a passing fault.
var retries = []time.Duration{2 * time.Second, 10 * time.Second}

// missed knows from when to when nobody listened, and brings what was sent then.
//
// What the history returns goes through the handler like everything else, at the time
// it is fetched. The history's own times prove nothing, so a request whose signature
// is too old by now is rejected as that: only the sender can send it again.
type missed struct {
	relay *Relay

	mu        sync.Mutex
	since     time.Time // from when on requests may have been missed; zero for none
	restarted bool      // since is from an earlier run: what arrived before is unknown
	after     string    // the id to ask the history with
	seen      map[digest]bool
	order     []digest // oldest first
}

// begin takes up where an earlier run ended.
func (m *missed) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = map[digest]bool{}
	t := m.relay.config.Tokens
	if t == nil {
		return
	}
	before := t.lastHeard(m.relay.config.Provider, m.relay.config.Token)
	m.after = before.History
	for _, d := range before.Recent {
		m.arrivedAs(d)
	}
	if m.restarted = before.At != nil; m.restarted {
		m.since = *before.At
		lost := m.sinceText(m.since)
		m.relay.update(func(s *tunnel.Status) { s.Lost = lost })
	}
}

// remember stores when the relay was last heard, unless something before that may
// still be missing.
func (m *missed) remember(at time.Time) {
	m.mu.Lock()
	since := m.since
	now := heard{&at, m.after, slices.Clone(m.order[max(0, len(m.order)-maxRecent):])}
	m.mu.Unlock()
	if t := m.relay.config.Tokens; t != nil && since.IsZero() {
		t.setHeard(m.relay.config.Provider, m.relay.config.Token, now)
	}
}

// leave notes that nobody listens from now on.
func (m *missed) leave(heard time.Time) {
	m.remember(heard)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.since.IsZero() {
		m.since, m.restarted = heard, false
	}
}

func (m *missed) sinceText(heard time.Time) string {
	return "requests sent since " + clock(heard, m.relay.now()) + " may be lost: while nobody listens, the relay's inbox usually answers the sender itself"
}

// arrived notes a request, so that it is recognized in the history.
func (m *missed) arrived(e *event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.arrivedAs(digestOf(e))
}

// arrivedAs notes a request. The caller holds m.mu.
func (m *missed) arrivedAs(d digest) {
	if m.seen[d] {
		return
	}
	m.seen[d] = true
	if m.order = append(m.order, d); len(m.order) > maxSeen {
		delete(m.seen, m.order[0])
		m.order = m.order[1:]
	}
}

// catchUp fetches in the background what was missed. The function that it returns
// ends that, and waits for the request that is being handled.
func (m *missed) catchUp(ctx context.Context) (stop func()) {
	m.mu.Lock()
	since := m.since
	m.mu.Unlock()
	if since.IsZero() {
		m.remember(m.relay.now())
		return func() {}
	}
	until := m.relay.now()
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if lost, over := m.fetch(ctx, since, until); over {
			m.mu.Lock()
			m.since = time.Time{}
			m.mu.Unlock()
			m.relay.update(func(s *tunnel.Status) { s.Lost = lost })
			m.remember(m.relay.now())
		}
	}()
	return func() {
		cancel()
		select {
		case <-done:
		case <-m.relay.force:
		}
	}
}

// fetch has the handler answer what was missed. It returns what may be lost all the
// same, and false if it was ended before.
func (m *missed) fetch(ctx context.Context, since, until time.Time) (lost string, over bool) {
	m.mu.Lock()
	after := m.after
	m.mu.Unlock()
	gap := fmt.Sprintf("nobody listened from %s to %s", clock(since, until), clock(until, until))
	found, err := m.ask(ctx, after)
	if ctx.Err() != nil {
		return "", false
	}
	if err != nil || !found.answers {
		return gap + ": requests sent then may be lost, as the relay's inbox usually answers the sender itself; have the sender send them again", true
	}
	brought, old := 0, 0
	for _, p := range m.between(found, since, until) {
		if ctx.Err() != nil {
			return "", false
		}
		if !p.at.IsZero() && m.relay.now().Sub(p.at.Add(-found.ahead)) > tooOld {
			old++
		}
		m.arrived(&p.what)
		m.relay.events.handle(ctx, &p.what)
		brought++
	}
	m.mu.Lock()
	m.after = found.after
	m.mu.Unlock()
	return m.report(gap, brought, old, found.more), true
}

// report says what became of the requests that were missed.
func (m *missed) report(gap string, brought, old int, more bool) string {
	if brought > 0 && m.relay.config.Note != nil {
		m.relay.config.Note(fmt.Sprintf("%s: fetched %s from the inbox's history", gap, requests(brought)))
	}
	switch {
	case more:
		return fmt.Sprintf("%s: the inbox's history holds more than the %s that hooktop read, so others may be lost", gap, requests(brought))
	case old > 0:
		return fmt.Sprintf("%s: %d of %s sent then came over 5 min ago, too old for their signatures; have the sender send them again", gap, old, requests(brought))
	}
	return ""
}

func requests(n int) string {
	if n == 1 {
		return "1 request"
	}
	return fmt.Sprintf("%d requests", n)
}

// ask lists the history, again after a passing fault.
func (m *missed) ask(ctx context.Context, after string) (listing, error) {
	for attempt := 0; ; attempt++ {
		found, err := m.relay.list(ctx, after)
		if err == nil || errors.Is(err, errNoHistory) || attempt == len(retries) {
			return found, err
		}
		timer := time.NewTimer(retries[attempt])
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return found, ctx.Err()
		}
	}
}

// between returns, in order, the requests that were sent while nobody listened and
// did not arrive.
func (m *missed) between(l listing, since, until time.Time) []past {
	from, to := since.Add(l.ahead-margin), until.Add(l.ahead+margin)
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.restarted {
		from = from.Add(-silence) // the connection may have been dead before that was noticed
	}
	var all []past
	for _, p := range l.past {
		inside := p.at.IsZero() || !p.at.Before(from) && !p.at.After(to)
		if inside && !m.seen[digestOf(&p.what)] {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b past) int { return a.at.Compare(b.at) })
	return all
}

// digest identifies a request: by its body and what its sender signed it with.
type digest string

func digestOf(e *event) digest {
	h := sha256.New()
	_, _ = h.Write(e.Body)
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "svix-") || strings.HasPrefix(lower, "webhook-") || lower == "stripe-signature" {
			_, _ = io.WriteString(h, "\n"+lower+":"+strings.Join(e.Headers[name], ","))
		}
	}
	return digest(hex.EncodeToString(h.Sum(nil)[:8]))
}

// clock returns a time of day, with the date if that is not today's.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format("2 Jan 15:04:05")
}
