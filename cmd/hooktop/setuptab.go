package main

import (
	"context"
	"maps"
	"os"
	"sync"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/tui"
)

// setup is what the Setup tab says: what was found, and what remains. It costs
// little: what takes long was found by the last look.
func (h *hooktop) setup() tui.Setup {
	s := h.settings
	set := tui.Setup{
		Local: s.Secrets.Local(), LocalURL: h.receiver.Self.URL + s.ClerkPath(), Apps: h.apps(), Database: s.DB, Notices: h.noticed(),
		Page: svixapi.Dashboard,
	}
	h.walkthrough(&set)
	set.CannotAskProvider = h.asker.Unready()
	h.registrationSetup(&set)
	found := h.checkup.last()
	refused := found["users-db"]
	if h.users != nil {
		delete(found, "users-db") // it is in the line that is there anyway
	}
	for _, f := range h.checker().Setup(context.Background(), found) {
		set.Steps = append(set.Steps, setupStep(f))
	}
	set.Steps = append(set.Steps, h.usersDBStep(refused)...)
	return set
}

// usersDBStep is the line of the app's database, with what the last look found.
func (h *hooktop) usersDBStep(found []doctor.Finding) []tui.Step {
	switch {
	case h.users == nil:
		return nil
	case h.users.Err() != nil:
		return []tui.Step{setupStep(doctor.UsersDBFault(doctor.Failed, h.users.Err()))}
	case len(found) > 0:
		return []tui.Step{setupStep(found[0])}
	}
	return []tui.Step{{State: tui.StepDone, Name: "users-db", Text: h.users.Target.String()}}
}

// checker is a look at the set-up of the hooktop that runs.
func (h *hooktop) checker() *doctor.Checker {
	now := &doctor.Running{
		Instance: h.receiver.Self.ID, Url: h.receiver.Self.URL, Addr: h.local.Addr().String(),
		Routes: h.forwarder.Routes(), AppTrouble: h.health.Of,
		Tunnel: h.public.Snapshot().Object(), TunnelOpen: h.public.IsOpen(),
		Refusal: func(string) error { return nil },
	}
	now.Token, now.WhyClosed = h.public.WhyClosed()
	if h.users != nil {
		now.Refusal = h.users.Refusal
	}
	return &doctor.Checker{Settings: h.settings, Getenv: os.Getenv, Store: h.store, Running: now, Now: time.Now}
}

// setupStep is a finding on the Setup tab.
func setupStep(f doctor.Finding) tui.Step {
	states := map[doctor.Status]tui.StepState{
		doctor.OK: tui.StepDone, doctor.Todo: tui.StepTodo, doctor.Warning: tui.StepWarning, doctor.Failed: tui.StepFailed, doctor.Unknown: tui.StepOptional,
	}
	return tui.Step{State: states[f.Status], Name: f.Name, Text: f.Text, Lines: f.Fix, Counted: f.Counted}
}

// setupChecks is what the last look found, by check.
type setupChecks struct {
	mu    sync.Mutex
	found map[string][]doctor.Finding
	// again asks for the next look at once.
	again chan struct{}
}

// requestCheck has the next look made at once. It waits for nothing.
func (c *setupChecks) requestCheck() {
	select {
	case c.again <- struct{}{}:
	default: // it is to be made already
	}
}

func (c *setupChecks) last() map[string][]doctor.Finding {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.found)
}

// checkEvery is how often a hooktop that runs looks at its set-up: a fix is seen
// soon, and next to nothing is asked of the machine.
const checkEvery = 10 * time.Second

// checkRegularly looks at the set-up now and then, for the Setup tab, until end is
// called.
func (h *hooktop) checkRegularly(ctx context.Context) (end func()) {
	ctx, halt := context.WithCancel(ctx)
	done := make(chan struct{})
	again := time.NewTicker(checkEvery)
	go func() {
		defer close(done)
		defer again.Stop()
		for {
			h.checkSetup(ctx)
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

// checkSetup makes the checks that take long, and keeps what they found.
func (h *hooktop) checkSetup(ctx context.Context) {
	found := h.checker().RunSlow(ctx)
	if ctx.Err() != nil {
		return
	}
	h.checkup.mu.Lock()
	defer h.checkup.mu.Unlock()
	h.checkup.found = found
}
