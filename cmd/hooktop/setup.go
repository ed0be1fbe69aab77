package main

import (
	"context"
	"maps"
	"os"
	"sync"
	"time"

	"github.com/hooktop/hooktop/tui"
)

// setup is what the Setup tab says: what was found, and what remains. It costs
// little: what takes long was found by the last look.
func (h *hooktop) setup() tui.Setup {
	s := h.settings
	set := tui.Setup{
		Local: s.Secrets.Local(), LocalURL: h.receiver.Door.URL + s.ClerkPath(), Apps: h.apps(), Database: s.DB, Notices: h.noticed(),
		Page: "https://dashboard.clerk.com/last-active?path=webhooks",
	}
	if public := h.publicURL(); public != "" {
		set.PublicURL = public + s.ClerkPath()
	}
	found := h.checkup.last()
	refused := found["users-db"]
	if h.users != nil {
		delete(found, "users-db") // it is in the line that is there anyway
	}
	set.Steps = h.exam().steps(context.Background(), found)
	set.Steps = append(set.Steps, h.usersDBStep(refused)...)
	return set
}

// exam is a look at the set-up of the hooktop that runs.
func (h *hooktop) exam() *exam {
	return &exam{s: h.settings, getenv: os.Getenv, store: h.store, running: h, now: time.Now}
}

// checkup is what the last look found, by check.
type checkup struct {
	mu    sync.Mutex
	found map[string][]finding
	// again asks for the next look at once.
	again chan struct{}
}

// soon has the next look made at once. It waits for nothing.
func (c *checkup) soon() {
	select {
	case c.again <- struct{}{}:
	default: // it is to be made already
	}
}

func (c *checkup) last() map[string][]finding {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.found)
}

// lookAgain is how often a hooktop that runs looks at its set-up: a fix is seen
// soon, and next to nothing is asked of the machine.
const lookAgain = 10 * time.Second

// keepLooking looks at the set-up now and then, for the Setup tab, until end is
// called.
func (h *hooktop) keepLooking(ctx context.Context) (end func()) {
	ctx, halt := context.WithCancel(ctx)
	done := make(chan struct{})
	again := time.NewTicker(lookAgain)
	go func() {
		defer close(done)
		defer again.Stop()
		for {
			h.look(ctx)
			select {
			case <-again.C:
			case <-h.checkup.again:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() {
		halt()
		<-done
	}
}

// look makes the checks that take long, and keeps what they found.
func (h *hooktop) look(ctx context.Context) {
	x := h.exam()
	x.readFiles()
	x.meet(ctx)
	var checks []check
	for _, c := range x.checks() {
		if !c.live {
			checks = append(checks, c)
		}
	}
	found := map[string][]finding{}
	for i, findings := range x.run(ctx, checks) {
		found[checks[i].name] = findings
	}
	if ctx.Err() != nil {
		return
	}
	h.checkup.mu.Lock()
	defer h.checkup.mu.Unlock()
	h.checkup.found = found
}
