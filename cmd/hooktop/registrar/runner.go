package registrar

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/registration"
)

// Options say what a Runner works with.
type Options struct {
	// Registrar returns what registers: anew each time, as the key may be another.
	Registrar func() (*registration.Registrar, error)
	// URL returns Clerk's public webhook URL, "" while there is none.
	URL func() string
	// Took takes up a registration, its secret above all.
	Took func(ctx context.Context, r registration.Registered)
	// Tell tells the user what Run did, and Failed what it could not do; again: it
	// tries again automatically.
	Tell   func(text string, warning bool)
	Failed func(err error, again bool)
}

// Runner registers for the hooktop that runs, one registration at a time.
type Runner struct {
	Options

	turn  chan struct{} // full during a registration
	retry chan struct{} // room for one

	mu    sync.Mutex
	state State
}

// NewRunner returns a runner that has registered nothing yet.
func NewRunner(o Options) *Runner {
	return &Runner{Options: o, turn: make(chan struct{}, 1), retry: make(chan struct{}, 1)}
}

// Retry has Run try again what failed: the key may be another now.
func (r *Runner) Retry() {
	select {
	case r.retry <- struct{}{}:
	default:
	}
}

// State is how registering went so far.
type State struct {
	// Busy: a registration is under way.
	Busy bool
	// Last is the last registration, nil for none, and At when that was.
	Last *registration.Registered
	At   time.Time
	// Err is why the last attempt failed, nil if it did not.
	Err error
}

// State returns how it went so far.
func (r *Runner) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// errNoURL says that there is nothing to register.
func errNoURL() error {
	return exit.Failure("there is no public URL to register yet", "choose a tunnel: --tunnel relay needs no account, --tunnel ngrok a token")
}

// Register registers the public URL now.
func (r *Runner) Register(ctx context.Context) (registration.Registered, error) {
	url := r.URL()
	if url == "" {
		return registration.Registered{}, errNoURL()
	}
	return r.register(ctx, url)
}

func (r *Runner) register(ctx context.Context, url string) (reg registration.Registered, err error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return reg, ctx.Err()
	}
	r.note(func(s *State) { s.Busy = true })
	registrar, err := r.Registrar()
	if err == nil {
		limited, cancel := context.WithTimeout(ctx, maxSilence)
		reg, err = registrar.Register(limited, url)
		cancel()
	}
	if err == nil {
		r.Took(ctx, reg)
	}
	r.note(func(s *State) {
		s.Busy = false
		switch {
		case err == nil:
			s.Last, s.At, s.Err = &reg, time.Now(), nil
		case !errors.Is(err, context.Canceled):
			s.Err = err
		}
	})
	return reg, err
}

func (r *Runner) note(change func(*State)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.state)
}

// The waits before a registration is tried again: firstWait doubles up to maxWait.
const (
	firstWait = 5 * time.Second
	maxWait   = 5 * time.Minute
)

// maxSilence is how long one registration may take: a server that does not answer
// must not keep the manual steps from the user.
const maxSilence = 25 * time.Second

// Run registers the public URL, and again when moved receives and it is another one,
// until ctx ends. What failed for a while is tried again; what failed for good is
// told, and tried again with the next URL or after Retry.
func (r *Runner) Run(ctx context.Context, moved <-chan struct{}) {
	done, pause := "", firstWait
	var again <-chan time.Time
	for {
		if url := r.URL(); url != "" && url != done {
			done = url
			again, pause = r.attempt(ctx, url, pause)
		}
		select {
		case <-ctx.Done():
			return
		case <-moved:
			if r.URL() != done {
				pause = firstWait
			}
		case <-r.retry:
			if r.State().Err != nil {
				done, pause = "", firstWait
			}
		case <-again:
			done, again = "", nil
		}
	}
}

// attempt registers a URL and tells how it went. again receives when to try once more,
// nil for never; next is how long to wait after that.
func (r *Runner) attempt(ctx context.Context, url string, pause time.Duration) (again <-chan time.Time, next time.Duration) {
	reg, err := r.register(ctx, url)
	var manual *registration.Manual
	switch {
	case err == nil:
		r.Tell(Changes(reg), len(reg.Notes) > 0)
		return nil, firstWait
	case ctx.Err() != nil:
		return nil, pause
	case !temporary(err):
		r.Failed(err, false)
		return nil, firstWait
	case pause == firstWait:
		r.Failed(err, true)
	}
	wait := pause
	if errors.As(err, &manual) {
		wait = max(wait, manual.Wait())
	}
	return time.After(wait), min(2*pause, maxWait)
}

// TriedAgain returns an error whose fix also says that hooktop tries again. The manual
// steps stay: nobody knows how long Clerk or Svix will be away.
func TriedAgain(err error) error { return triedAgain{err} }

type triedAgain struct{ error }

func (t triedAgain) Unwrap() error { return t.error }

func (t triedAgain) Fix() string {
	const again = "hooktop tries again until it works"
	if fix := exit.FixOf(t.error); fix != "" {
		return again + "\n" + fix
	}
	return again
}
