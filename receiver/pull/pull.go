// Package pull reads the messages that a provider handed to Svix, again and again,
// and has each delivered once: the way to receive without any tunnel. It goes on
// where it stopped, so what came while hooktop was off is read, too.
//
// It stores and forwards nothing itself, and changes nothing at the provider.
//
// Where to look: pull.go is the loop and its state, history.go reads what is new and
// delivers it, position.go is how far it came, trouble.go what errors mean.
package pull

import (
	"context"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

// Source is where the messages are read: *svixapi.Client.
type Source interface {
	// App is the id of the application that the messages belong to.
	App() string
	Can(svixapi.Capability) bool
	Messages(ctx context.Context, after time.Time, iterator string) (svixapi.Page, error)
	Message(ctx context.Context, id string) (svixapi.Message, error)
}

// Config says what to read and where it goes.
type Config struct {
	// Open connects to the provider's API. It is called again until it succeeds. The
	// Source gets itself a new token when one expires, and leaves it to the Puller to
	// repeat what failed.
	Open func(ctx context.Context) (Source, error)
	// Deliver stores a message as a delivery, applies and forwards it.
	Deliver func(ctx context.Context, m svixapi.Message) error
	// Known returns those of some messages, by id, that need no delivery: one is
	// stored that is vouched for.
	Known func(ctx context.Context, ids []string) (map[string]bool, error)
	// Remember keeps a text under a name for the next start, and Remembered returns
	// it, "" for none.
	Remember   func(ctx context.Context, name, value string) error
	Remembered func(ctx context.Context, name string) (string, error)
	// Say takes a sentence that the user should read, such as how far the first look
	// goes back; nil drops it. It must not block.
	Say func(string)
	// Every is the time between two looks, 0 for two seconds.
	Every time.Duration
	// Now is the clock; nil means the real one.
	Now func() time.Time
}

const (
	defaultEvery = 2 * time.Second
	// firstWait doubles with each failure, unless the server asks for more.
	firstWait = 2 * time.Second
	maxWait   = time.Minute
	// maxAsked is the longest wait that a server may ask for.
	maxAsked = 15 * time.Minute
)

// State is how the reading goes. The words are those of every connection.
type State string

// The states. Failed and Off are final.
const (
	Connecting   State = "connecting"   // has not read anything yet
	Live         State = "live"         // the last look succeeded
	Reconnecting State = "reconnecting" // the last look failed; there will be another
	Failed       State = "failed"       // cannot work; see Err and Fix
	Off          State = "off"          // closed
)

// Status holds what is known about the reading. Its texts are one line each.
type Status struct {
	State State
	Since time.Time
	// LastHeard is when the provider last answered, and Latency how long it took.
	LastHeard time.Time
	Latency   time.Duration
	// Code, Err and Fix say why it is not live, and what to do.
	Code, Err, Fix string
	// Attempt numbers the current or next look, from 1 at the start and after the
	// last success; 0 while live. NextTry is when it is made, zero while it runs and
	// while live.
	Attempt int
	NextTry time.Time
	// Lost says in one sentence which messages could not be read, "" for none.
	Lost string
}

// Puller reads messages until it is closed.
type Puller struct {
	config  Config
	source  Source // nil before it is open; for run alone
	history *history
	cancel  context.CancelFunc
	changed chan struct{}
	done    chan struct{}

	mu     sync.Mutex
	status Status
}

// Open starts to read and returns at once. The Puller closes when ctx ends.
func Open(ctx context.Context, c Config) *Puller {
	if c.Every <= 0 {
		c.Every = defaultEvery
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Say == nil {
		c.Say = func(string) {}
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &Puller{
		config: c, cancel: cancel, changed: make(chan struct{}, 1), done: make(chan struct{}),
		status: Status{State: Connecting, Since: c.Now(), Attempt: 1},
	}
	go func() {
		defer close(p.done)
		p.run(ctx)
	}()
	return p
}

// Status returns the current status.
func (p *Puller) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Changed receives after the status changed. It has room for one: a pending signal
// is enough.
func (p *Puller) Changed() <-chan struct{} { return p.changed }

// Shutdown ends the reading and waits, until ctx ends, for a message that is being
// delivered.
func (p *Puller) Shutdown(ctx context.Context) error {
	p.cancel()
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the reading and waits for a message that is being delivered.
func (p *Puller) Close() error { return p.Shutdown(context.Background()) }

// run looks again and again, until ctx ends or what is wrong does not pass.
func (p *Puller) run(ctx context.Context) {
	failures := 0
	for {
		begun := p.config.Now()
		lost, err := p.look(ctx)
		if ctx.Err() != nil {
			p.set(func(s *Status) { s.State, s.NextTry, s.Attempt = Off, time.Time{}, 0 })
			return
		}
		pause := p.config.Every
		if err == nil {
			failures = 0
			p.set(func(s *Status) {
				now := p.config.Now()
				*s = Status{State: Live, LastHeard: now, Latency: now.Sub(begun), Lost: lost}
			})
		} else {
			t := p.trouble(err)
			if t.final {
				p.set(func(s *Status) { s.State, s.Code, s.Err, s.Fix, s.NextTry = Failed, t.code, t.what, t.fix, time.Time{} })
				return
			}
			failures++
			pause = t.pause(failures)
			p.set(func(s *Status) {
				if s.State == Live {
					s.State = Reconnecting
				}
				s.Code, s.Err, s.Fix = t.code, t.what, t.fix
				s.Attempt, s.NextTry = failures+1, p.config.Now().Add(pause)
			})
		}
		if !sleep(ctx, pause) {
			continue // which ends it
		}
		p.set(func(s *Status) { s.NextTry = time.Time{} })
	}
}

// look opens the source if that was not done, and delivers what is new.
func (p *Puller) look(ctx context.Context) (lost string, err error) {
	if p.source == nil {
		source, err := p.config.Open(ctx)
		if err != nil {
			return "", err
		}
		if !source.Can(svixapi.ViewBase) {
			return "", errNotAllowed
		}
		p.source = source
	}
	if p.history == nil {
		h, err := begin(ctx, &p.config, p.source.App())
		if err != nil {
			return "", err
		}
		p.history = h
	}
	return p.history.read(ctx, p.source)
}

// set changes the status and tells whoever watches, if there is anything to tell.
func (p *Puller) set(change func(*Status)) {
	p.mu.Lock()
	was := p.status
	change(&p.status)
	if p.status.State == was.State {
		p.status.Since = was.Since
	} else {
		p.status.Since = p.config.Now()
	}
	same := p.status == was
	p.mu.Unlock()
	if same {
		return
	}
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// sleep waits, and reports whether it did so to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
