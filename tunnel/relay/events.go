package relay

import (
	"context"
	"net/http"
	"sync"

	"github.com/hooktop/hooktop/tunnel"
)

const (
	maxRunning = 16   // requests in the handler
	maxPending = 1024 // with those that wait for it
	maxWaiting = 64 << 20
)

// events are the requests between the relay and the handler.
type events struct {
	relay   *Relay
	running chan struct{} // holds one for each request in the handler

	mu      sync.Mutex
	pending int
	bytes   int64
	idle    chan struct{} // closed when pending becomes 0; nil if nobody waits for it
}

// pass has the handler answer a request. It returns at once: pings wait behind it.
// What cannot be handled now is answered 503, so that the sender tries again.
func (ev *events) pass(l *link, e *event) {
	r := ev.relay
	now := r.now()
	r.update(func(s *tunnel.Status) {
		if s.State == tunnel.Live {
			s.Proven = now
		}
	})
	if r.isClosing() {
		ev.answer(l, e.ID, refusal(http.StatusServiceUnavailable, "hooktop stops"))
		return
	}
	ev.mu.Lock()
	full := ev.pending >= maxPending || ev.bytes+int64(len(e.Body)) > max(maxWaiting, int64(len(e.Body)))
	if !full {
		ev.pending++
		ev.bytes += int64(len(e.Body))
	}
	ev.mu.Unlock()
	release := func() {}
	if !full && r.config.Reserve != nil {
		var ok bool
		if release, ok = r.config.Reserve(e.size()); !ok {
			ev.finished(e)
			full = true
		}
	}
	if full {
		r.note("more requests at a time than hooktop takes; the sender is told to send them again")
		ev.answer(l, e.ID, refusal(http.StatusServiceUnavailable, "too many requests at a time"))
		return
	}
	r.missed.arrived(e)
	go func() {
		defer ev.finished(e)
		defer release()
		ev.reply(l, e.ID, ev.handle(l.ctx, e))
	}()
}

// refuse answers an event that makes no sense, but has an id. It says that the fault
// lies between the sender and here, so that the sender tries again; an event that is
// too large stays that.
func (ev *events) refuse(l *link, in incoming) {
	status := http.StatusBadGateway
	if in.problem == tooLong {
		status = http.StatusRequestEntityTooLarge
	}
	ev.answer(l, in.id, refusal(status, "the relay sent "+in.problem))
}

// handle returns the handler's answer to a request, or why it never got there.
func (ev *events) handle(ctx context.Context, e *event) (a *answer) {
	ev.running <- struct{}{}
	defer func() { <-ev.running }()
	req, status, problem := e.request(ctx, ev.relay.addresses.inboxHost())
	if req == nil {
		ev.relay.note("the relay sent " + problem)
		return refusal(status, problem)
	}
	a = newAnswer()
	defer func() {
		if p := recover(); p != nil {
			if p != http.ErrAbortHandler { //nolint:errorlint // it is never wrapped
				ev.relay.note("a bug in hooktop: a request was not handled")
			}
			a = refusal(http.StatusInternalServerError, "hooktop failed on it")
		}
	}()
	ev.relay.config.Handler.ServeHTTP(a, req)
	return a
}

// answer sends an answer without making anybody wait.
func (ev *events) answer(l *link, id []byte, a *answer) { go ev.reply(l, id, a) }

// reply sends an answer on the connection that the request came on. If that ended,
// the relay has told the sender so.
func (ev *events) reply(l *link, id []byte, a *answer) { _ = l.write(a.frame(id)) }

func (ev *events) finished(e *event) {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	ev.pending--
	ev.bytes -= int64(len(e.Body))
	if ev.pending == 0 && ev.idle != nil {
		close(ev.idle)
		ev.idle = nil
	}
}

// drain waits until every request is answered, the connection ends, or Shutdown runs
// out of time. Then it says goodbye.
func (ev *events) drain(l *link) {
	ev.mu.Lock()
	idle := make(chan struct{})
	if ev.pending == 0 {
		close(idle)
	} else {
		ev.idle = idle
	}
	ev.mu.Unlock()
	select {
	case <-idle:
		l.goodbye()
	case <-l.ended: //nolint:errcheck // why makes no difference here
	case <-ev.relay.force:
	}
}
