package tunnel

import (
	"cmp"
	"net/url"
	"time"

	"golang.ngrok.com/ngrok/v2"
)

// boundAt takes note of where ngrok put the endpoint, now or after a reconnect.
func (s *session) boundAt(public string) {
	u, err := url.Parse(public)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return
	}
	s.tunnel.mu.Lock()
	defer s.tunnel.mu.Unlock()
	s.url = "https://" + u.Host
}

// handleEvent is called by the SDK, which waits for it and sometimes holds a lock:
// it must not block or call the SDK.
func (s *session) handleEvent(event ngrok.Event) {
	t := s.tunnel
	switch event := event.(type) {
	case *ngrok.EventAgentConnectSucceeded:
		t.mu.Lock()
		defer t.mu.Unlock()
		if s.bound && !s.ended {
			s.refusals, s.broken = 0, nil
			t.connected(cmp.Or(s.url, t.status.URL))
		}
	case *ngrok.EventAgentHeartbeatReceived:
		t.mu.Lock()
		defer t.mu.Unlock()
		if !s.ended {
			t.set(func(st *Status) {
				st.LastHeard, st.Latency = t.now(), event.Latency
			})
		}
	case *ngrok.EventAgentDisconnected:
		if event.Error != nil {
			s.dropped(t.explain(event.Error))
		}
	}
}

func (s *session) dropped(e *Error) {
	t := s.tunnel
	t.mu.Lock()
	defer t.mu.Unlock()
	if !s.bound {
		if s.firstRefusal == nil {
			s.firstRefusal = e
			s.refused <- e
		}
		return
	}
	if s.ended {
		return
	}
	if t.ended() || e.permanent(running) {
		t.linked = false
		select {
		case s.lost <- e:
		default:
		}
		return
	}
	first := t.linked
	s.reconnecting(e)
	if first {
		return // the SDK makes its next attempt at once
	}
	t.retryAfter(sdkBackoff(s.refusals))
	s.refusals++
}

// reconnecting takes note that the connection dropped, or that an attempt to restore
// it failed. The caller holds tunnel.mu.
func (s *session) reconnecting(e *Error) {
	t := s.tunnel
	if s.broken != nil {
		e, s.broken = s.broken, nil
	}
	if t.linked {
		t.linked = false
		t.endTest()
		since := t.now()
		if e.silent {
			since = t.status.LastHeard
		}
		t.down(since)
		t.set(func(st *Status) { st.Attempt = 0 })
	}
	t.set(func(st *Status) {
		if st.State == Live {
			st.State = Reconnecting
		}
		st.Attempt++
		st.Code, st.Err, st.Fix = e.Code, e.Error(), e.Fix()
		st.NextTry, st.Proof = time.Time{}, ProofNone
	})
}

// sdkBackoff returns how long the SDK waits after an attempt to reconnect failed for
// the n-th time since the connection dropped, from 0.
func sdkBackoff(n int) time.Duration {
	return min(minBackoff<<min(n, 10), maxBackoff)
}

// cut breaks the connection to ngrok, so that the SDK makes a new one. The caller
// holds tunnel.mu.
func (s *session) cut(why *Error) {
	if s.conn != nil {
		s.broken = why
		_ = s.conn.Close()
	}
}

// renew has the session replaced by a new one. The caller holds tunnel.mu.
func (s *session) renew() {
	select {
	case s.stale <- struct{}{}:
	default:
	}
}
