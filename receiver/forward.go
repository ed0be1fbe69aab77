package receiver

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// recordedAtOnce is how many answers are recorded in one commit at most.
const recordedAtOnce = 256

// Why what waited for an app was not sent there.
const (
	stoppedFirst = "hooktop was stopped first"
	changedFirst = "the app to forward to was changed first"
)

// Recorder keeps what was sent on. Delivery gives a delivery whole; Keep stores
// one that was sent and not received; RecordForward the app's answers, all of
// them or none.
type Recorder interface {
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
	Keep(ctx context.Context, d *webhook.Delivery) error
	RecordForward(ctx context.Context, fs ...*webhook.Forward) error
}

// Forwarder sends deliveries on to the apps under development: each verified
// one by itself, to every target in order, and any as a resend.
type Forwarder struct {
	Store     Recorder
	Endpoints Endpoints
	// Instance returns where a resend without a target goes.
	Instance func(context.Context) (Instance, error)
	Now      func() time.Time
	// Insecure takes an app's certificate whoever signed it.
	Insecure bool
	// Dial makes the connections to apps; nil for the network.
	Dial Dial
	// Retry says when what an app did not take is sent on again; nil for never.
	Retry Schedule
	// Health, if any, hears how the apps answer.
	Health *Health
	// Lost is called where an attempt could not be recorded. It must not block.
	Lost func(error)

	client  *http.Client
	answers chan *webhook.Forward

	mu      sync.Mutex
	routes  []Route
	queues  map[string]*targetQueue // by target
	running context.Context         // nil before Run
	ended   bool
	sending sync.WaitGroup // the lanes that run, and the senders that wait for an app
}

// NewForwarder fills in what a Forwarder needs to run. The routes are those
// that verified deliveries go on by, until Redirect changes them.
func NewForwarder(f *Forwarder, routes ...Route) *Forwarder {
	f.queues = map[string]*targetQueue{}
	f.answers = make(chan *webhook.Forward, recordedAtOnce)
	f.client = newClient(f.Insecure, f.Dial)
	f.Redirect(routes...)
	return f
}

// Routes are those that verified deliveries go on by.
func (f *Forwarder) Routes() []Route {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.routes)
}

// Redirect has what is enqueued from now on go by other routes. What waits for
// a target that none of them leads to is recorded as not sent.
func (f *Forwarder) Redirect(routes ...Route) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.routes = Distinct(routes)
	var targets []string
	for _, r := range f.routes {
		if !slices.Contains(targets, r.Target) {
			targets = append(targets, r.Target)
		}
	}
	for target, l := range f.queues {
		if !slices.Contains(targets, target) {
			delete(f.queues, target)
			if l.end != nil {
				l.end()
			}
		}
	}
	for _, target := range targets {
		if f.queues[target] == nil {
			f.queues[target] = newTargetQueue(target)
			f.startQueue(f.queues[target])
		}
	}
	if f.Health != nil {
		f.Health.Watch(targets...)
	}
}

// startQueue runs a lane, if the forwarder runs. The lock is held.
func (f *Forwarder) startQueue(l *targetQueue) {
	if f.running == nil || f.ended {
		return
	}
	running := f.running
	ctx, end := context.WithCancel(running)
	l.end = end
	f.sending.Go(func() {
		defer end()
		f.run(ctx, running, l)
	})
}

// Targets are where a delivery goes, in the order of the routes.
func (f *Forwarder) Targets(d webhook.Delivery) []string { return targetsFor(f.Routes(), d) }

// Enqueue has a captured delivery forwarded to each of its targets, after those
// before it. It waits for nothing: where too many wait already for an app, what
// is recorded is that this one was not sent there.
func (f *Forwarder) Enqueue(d webhook.Delivery) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.enqueue(d.ID, targetsFor(f.routes, d))
}

// enqueue is Enqueue with the lock held.
func (f *Forwarder) enqueue(id int64, targets []string) {
	for _, target := range targets {
		l, why := f.queues[target], ""
		switch {
		case f.ended:
			why = stoppedFirst
		case l == nil:
			why = changedFirst
		case !l.waiting.add(id):
			why = fmt.Sprintf("%d deliveries were waiting for the app already", l.waiting.most)
		default:
			continue
		}
		if !f.ended {
			select {
			case f.answers <- f.notSent(id, target, why):
				continue
			default: // so many are not sent that they are not all recorded
			}
		}
		f.Lost(fmt.Errorf("forward #%d: not sent: %s", id, why))
	}
}

// Run forwards what is enqueued until ctx ends. What waits then is recorded as
// not sent, so that a resend can make up for it.
func (f *Forwarder) Run(ctx context.Context) {
	var recording sync.WaitGroup
	recording.Go(func() { f.recordAll(context.WithoutCancel(ctx), f.answers) })
	f.mu.Lock()
	f.running = ctx
	for _, l := range f.queues {
		f.startQueue(l)
	}
	f.mu.Unlock()
	<-ctx.Done()
	f.mu.Lock()
	f.ended = true
	f.mu.Unlock()
	f.sending.Wait()
	close(f.answers)
	recording.Wait()
}

// recordAll records answers as they come, many in one commit where they come
// faster than the disk is, so that the next delivery need not wait for it.
func (f *Forwarder) recordAll(ctx context.Context, answers <-chan *webhook.Forward) {
	for first := range answers {
		batch := []*webhook.Forward{first}
		for len(batch) < recordedAtOnce {
			select {
			case next, ok := <-answers:
				if ok {
					batch = append(batch, next)
					continue
				}
			default:
			}
			break
		}
		if len(batch) > 1 && f.Store.RecordForward(ctx, batch...) == nil {
			continue
		}
		for _, sent := range batch { // one by one: that says which one fails
			f.record(ctx, sent)
		}
	}
}

// notSent is the forward of a delivery that does not go to its target.
func (f *Forwarder) notSent(id int64, target, why string) *webhook.Forward {
	return &webhook.Forward{
		DeliveryID: id, At: f.Now(), Target: webhook.WithoutPassword(target), Failure: webhook.NotSent, Error: "not sent: " + why,
	}
}

// Forward sends one captured delivery to all its targets and records the
// answers.
func (f *Forwarder) Forward(ctx context.Context, d webhook.Delivery) {
	var sending sync.WaitGroup
	for _, target := range f.Targets(d) {
		sending.Go(func() {
			if sent := f.sendOn(ctx, d.ID, target); sent != nil {
				f.record(context.WithoutCancel(ctx), sent)
			}
		})
	}
	sending.Wait()
}

// sendOn sends one captured delivery to a target; nil where it could not be
// read.
func (f *Forwarder) sendOn(ctx context.Context, id int64, target string) *webhook.Forward {
	d, err := f.Store.Delivery(context.WithoutCancel(ctx), id)
	if err != nil {
		f.Lost(fmt.Errorf("forward #%d: %w", id, err))
		return nil
	}
	return f.sendTo(ctx, d, target, SendTimeout)
}

// sendTo sends a captured delivery to a target.
func (f *Forwarder) sendTo(ctx context.Context, d webhook.Delivery, target string, within time.Duration) *webhook.Forward {
	header := forwardable(d.Header)
	if err := f.freshen(&d, header); err != nil {
		return f.notSent(d.ID, target, err.Error())
	}
	sent := f.send(ctx, TargetFor(target, d), header, d.Body, within)
	sent.DeliveryID = d.ID
	if f.Health != nil {
		f.Health.Heard(target, sent)
	}
	return &sent
}

func (f *Forwarder) record(ctx context.Context, sent *webhook.Forward) {
	if err := f.Store.RecordForward(ctx, sent); err != nil {
		f.Lost(fmt.Errorf("record the forward of #%d: %w", sent.DeliveryID, err))
	}
}
