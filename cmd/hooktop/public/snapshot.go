package public

import (
	"cmp"
	"maps"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/tunnel"
)

// Snapshot is the public side at one moment.
type Snapshot struct {
	// Status is that of the connection, of several the one in the worst state. Its
	// URL is Clerk's inbox where each provider has one, else the base of all webhook
	// URLs. State is off where hooktop opened nothing.
	tunnel.Status
	// Webhooks has the public webhook URL of each provider, its path included. It is
	// empty while there is none.
	Webhooks map[string]string
	// Was has the URLs that other ones have replaced since the last start.
	Was map[string]string
}

// Snapshot returns the public side as it is now.
func (s *Side) Snapshot() Snapshot {
	s.mu.Lock()
	kind, links, own, was := s.kind, s.links, s.own, s.was
	s.mu.Unlock()
	now := Snapshot{Status: tunnel.Status{State: tunnel.Off, URL: s.Settings.PublicURL}, Webhooks: map[string]string{}, Was: was}
	if own != nil {
		now.Status = own.Status()
	}
	if len(links) > 0 {
		now.Status = combine(links)
		now.Kind = kind
	}
	for _, l := range links {
		if l.provider != "" {
			now.Webhooks[l.provider] = l.webhook
		}
	}
	if len(now.Webhooks) > 0 {
		now.URL = now.Clerk()
		return now
	}
	for provider, path := range s.Settings.Paths {
		if now.URL != "" {
			now.Webhooks[provider] = now.URL + path
		}
	}
	return now
}

// SameNews reports whether other says the same but for heartbeats and retries.
func (n Snapshot) SameNews(other Snapshot) bool {
	return n.Kind == other.Kind && n.State == other.State && n.URL == other.URL && n.Code == other.Code &&
		n.Proof == other.Proof && n.Lost == other.Lost && maps.Equal(n.Webhooks, other.Webhooks) && maps.Equal(n.Was, other.Was)
}

// Registrable returns Clerk's webhook URL once Clerk may be told of it, "" before: the
// connection is up, and nothing else was seen to answer there.
func (n Snapshot) Registrable() string {
	own := n.Kind == "" && n.Proof != tunnel.ProofPending && n.Proof != tunnel.ProofFailed
	if n.State == tunnel.Live || own {
		return n.Clerk()
	}
	return ""
}

// Clerk returns Clerk's public webhook URL, "" while there is none.
func (n Snapshot) Clerk() string { return n.Webhooks[providers.Clerk{}.Name()] }

// Object returns what --json prints of it.
func (n Snapshot) Object() ndjson.Tunnel {
	line := ndjson.Tunnel{
		Kind: "tunnel", State: string(n.State), PublicURL: ndjson.Null(n.URL), Error: ndjson.Null(n.Err), Fix: ndjson.Null(n.Fix),
		Tunnel: ndjson.Null(n.Kind), Code: ndjson.Null(n.Code), Attempt: ndjson.Null(n.Attempt), NextTryAt: ndjson.Time(n.NextTry),
		SelfTest: ndjson.Null(string(n.Proof)), ProvenAt: ndjson.Time(n.Proven), LastHeardAt: ndjson.Time(n.LastHeard),
		PreviousURLs: n.Was, Lost: ndjson.Null(n.Lost),
	}
	if n.Proof == tunnel.ProofUnknown {
		line.Error, line.Fix, line.Unproven = nil, nil, ndjson.Null(n.Err)
	}
	if n.Latency > 0 {
		latency := ndjson.Milliseconds(n.Latency)
		line.LatencyMS = &latency
	}
	if len(n.Webhooks) > 0 {
		line.WebhookURLs = n.Webhooks
	}
	return line
}

// combine returns the status of the link that is in the worst state, with the URL of
// the first and the oldest sign of life.
func combine(links []link) tunnel.Status {
	worst := links[0].named(len(links))
	heard, url, lost := worst.LastHeard, worst.URL, worst.Lost
	for _, l := range links[1:] {
		status := l.named(len(links))
		if rank(status.State) > rank(worst.State) {
			worst = status
		}
		if status.LastHeard.Before(heard) {
			heard = status.LastHeard
		}
		lost = cmp.Or(lost, status.Lost)
	}
	worst.LastHeard, worst.URL, worst.Lost = heard, url, lost
	return worst
}

// named returns the link's status. If there are several links, its texts begin with
// the provider.
func (l link) named(of int) tunnel.Status {
	status := l.Status()
	if of > 1 && status.Err != "" {
		status.Err = title(l.provider) + ": " + status.Err
	}
	if of > 1 && status.Lost != "" {
		status.Lost = title(l.provider) + ": " + status.Lost
	}
	return status
}

func title(provider string) string {
	if p, ok := providers.Named(provider); ok {
		return p.Title()
	}
	return provider
}

// rank orders states from good to bad.
func rank(state tunnel.State) int {
	switch state {
	case tunnel.Live:
		return 0
	case tunnel.Connecting:
		return 1
	case tunnel.Reconnecting:
		return 2
	case tunnel.Off:
		return 3
	default: // failed
		return 4
	}
}
