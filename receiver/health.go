package receiver

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// lookEvery is how often an app that does not run is looked for.
	lookEvery = 2 * time.Second
	// maxLook is how long a look may take.
	maxLook = 2 * time.Second
)

// Health knows whether something listens where deliveries go on to, so that
// "your app is not running" is said before a delivery fails for it.
//
// A look is a TCP connection that is closed again: a request would be in the
// app's log, run its middleware and, in a dev server, compile a page. It is made
// at the start and until something listens, and again after a forward that got
// no answer; an app that answers is left alone.
type Health struct {
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	changed chan struct{}
	wake    chan struct{}

	mu   sync.Mutex
	apps []*watched
}

// watched is a target with what is known of it.
type watched struct {
	target, addr string
	known        bool // it was looked at, or answered
	trouble      string
	suspect      bool // it gave no answer since
}

// NewHealth makes a Health that looks through dial; nil for the network.
func NewHealth(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *Health {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return &Health{dial: dial, changed: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
}

// Changed has a capacity of one: the state of an app is another one.
func (h *Health) Changed() <-chan struct{} { return h.changed }

// Of says how a target is: known is false before the first look, trouble is ""
// where something listens.
func (h *Health) Of(target string) (trouble string, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if a := h.app(target); a != nil {
		return a.trouble, a.known
	}
	return "", false
}

// Watch has these targets watched, and no others.
func (h *Health) Watch(targets ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var apps []*watched
	for _, target := range targets {
		a := h.app(target)
		if a == nil {
			a = &watched{target: target, addr: address(target)}
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

// Run looks until ctx ends.
func (h *Health) Run(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-h.wake: // what it is about is looked at now
		default:
		}
		var again <-chan time.Time
		if h.look(ctx) {
			again = time.After(lookEvery)
		}
		select {
		case <-ctx.Done():
		case <-again:
		case <-h.wake:
		}
	}
}

// look looks at each app that is not known to listen, and says whether one does
// not.
func (h *Health) look(ctx context.Context) (missing bool) {
	var looking sync.WaitGroup
	h.mu.Lock()
	for _, a := range h.apps {
		if a.known && a.trouble == "" && !a.suspect {
			continue
		}
		a.suspect = false
		looking.Go(func() {
			trouble := h.knock(ctx, a.addr)
			h.mu.Lock()
			defer h.mu.Unlock()
			if ctx.Err() == nil {
				h.set(a, trouble)
			}
		})
	}
	h.mu.Unlock()
	looking.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.apps, func(a *watched) bool { return !a.known || a.trouble != "" })
}

// nothingListens begins what is said of an app that does not run.
const nothingListens = "nothing listens at "

// knock says why nothing listens at an address, "" where something does.
func (h *Health) knock(ctx context.Context, addr string) (trouble string) {
	ctx, cancel := context.WithTimeout(ctx, maxLook)
	defer cancel()
	conn, err := h.dial(ctx, "tcp", addr)
	var timeout interface{ Timeout() bool }
	var op *net.OpError
	switch {
	case err == nil:
		_ = conn.Close() // it said all there was to know
		return ""
	case connectionRefused(err):
		return nothingListens + addr
	case errors.As(err, &timeout) && timeout.Timeout():
		return addr + " cannot be reached"
	case errors.As(err, &op):
		return addr + " cannot be reached: " + op.Err.Error()
	}
	return addr + " cannot be reached: " + err.Error()
}

// connectionRefused says whether an error is that nothing listens.
func connectionRefused(err error) bool {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "dial" {
		return false
	}
	var dns *net.DNSError // whose server may refuse, too
	return !errors.As(err, &dns) &&
		(errors.Is(err, syscall.ECONNREFUSED) || strings.Contains(op.Err.Error(), "refused")) // Windows has a number of its own
}

// set takes the state of an app. The lock is held.
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

// nudge says that there is something to see, to whoever looks next.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// address is a target's host with its port.
func address(target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return target
	case u.Port() != "":
		return u.Host
	case u.Scheme == "https":
		return net.JoinHostPort(u.Hostname(), "443")
	}
	return net.JoinHostPort(u.Hostname(), "80")
}
