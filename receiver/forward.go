package receiver

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// recordedAtOnce is how many answers are recorded in one commit, at most.
const recordedAtOnce = 256

// Why a delivery that waited for an app was not sent.
const (
	stoppedFirst = "hooktop was stopped first"
	changedFirst = "the target was changed before its turn"
)

// Recorder stores what was sent. Delivery returns a whole delivery; Keep stores one
// that was sent and not received; RecordForward stores apps' answers, all or none.
type Recorder interface {
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
	Keep(ctx context.Context, d *webhook.Delivery) error
	RecordForward(ctx context.Context, fs ...*webhook.Forward) error
}

// Forwarder sends deliveries on to the apps under development: each verified one
// automatically, to every target in order, and any as a resend.
type Forwarder struct {
	Store     Recorder
	Endpoints Endpoints
	// Instance returns where a resend without a target goes.
	Instance func(context.Context) (Instance, error)
	Now      func() time.Time
	// Header is set on every request to an app, in place of the delivery's own headers
	// of these names. It may hold secrets: it is not part of a delivery, and is never
	// stored or shown.
	Header http.Header
	// Insecure accepts an app's certificate whoever signed it.
	Insecure bool
	// Dial makes the connections to apps; nil for the network.
	Dial appclient.Dial
	// Retry says when a delivery that an app rejected is sent again; nil for never.
	Retry Schedule
	// Health, if any, is told how the apps answer.
	Health *Health
	// Lost is called if an attempt could not be recorded. It must not block.
	Lost func(error)

	queued  queuedUsers
	client  *appclient.Client
	answers chan *webhook.Forward

	mu      sync.Mutex
	routes  []Route
	queues  map[string]*targetQueue // by target
	running context.Context         // nil before Run
	ended   bool
	sending sync.WaitGroup // the queues that run, and the senders that wait for an app
}

// NewForwarder fills in what a Forwarder needs to run. Verified deliveries are
// forwarded by these routes until Redirect changes them.
func NewForwarder(f *Forwarder, routes ...Route) *Forwarder {
	f.queues = map[string]*targetQueue{}
	f.answers = make(chan *webhook.Forward, recordedAtOnce)
	f.client = appclient.New(f.Insecure, f.Dial)
	f.Redirect(routes...)
	return f
}

// Routes returns the current routes.
func (f *Forwarder) Routes() []Route {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.routes)
}

// Redirect replaces the routes for what is enqueued from now on. What waits for a
// target that is no longer in them is recorded as not sent.
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

// startQueue runs a target queue if the forwarder runs. The lock is held.
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

// Targets returns where a delivery goes, in the order of the routes.
func (f *Forwarder) Targets(d webhook.Delivery) []string {
	return f.Endpoints.targetsFor(f.Routes(), d)
}

// Enqueue lets a captured delivery be forwarded to each of its targets, after
// those before it. It never blocks: if an app's queue is full, the delivery is
// recorded as not sent.
func (f *Forwarder) Enqueue(d webhook.Delivery) {
	f.mu.Lock()
	defer f.mu.Unlock()
	targets := f.Endpoints.targetsFor(f.routes, d)
	f.queued.add(d, len(targets))
	f.enqueue(d.ID, targets)
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
			default: // too many are not sent to record them all
			}
		}
		f.Lost(fmt.Errorf("forward #%d: not sent: %s", id, why))
		f.queued.end(id, false, f.Now())
	}
}

// Run forwards what is enqueued until ctx ends. What still waits then is recorded
// as not sent, so that it can be resent.
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

// recordAll records answers as they arrive; if they arrive faster than the disk
// commits, many in one commit, so that the next delivery does not wait for it.
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
		f.recordBatch(ctx, batch)
		for _, sent := range batch {
			f.queued.end(sent.DeliveryID, sent.Failure == "", f.Now())
		}
	}
}

func (f *Forwarder) recordBatch(ctx context.Context, batch []*webhook.Forward) {
	if len(batch) > 1 && f.Store.RecordForward(ctx, batch...) == nil {
		return
	}
	for _, sent := range batch { // one by one, to find the one that fails
		f.record(ctx, sent)
	}
}

// notSent is the forward of a delivery that does not go to its target.
func (f *Forwarder) notSent(id int64, target, why string) *webhook.Forward {
	return &webhook.Forward{
		DeliveryID: id, At: f.Now(), Target: webhook.WithoutPassword(target), Failure: webhook.NotSent, Error: "not sent: " + why,
	}
}

// Forward sends a captured delivery to all its targets and records the answers.
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

// sendOn sends a captured delivery to a target; it returns nil if the delivery
// could not be read.
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
	header, err := f.freshened(ctx, &d, target)
	if err != nil {
		return f.notSent(d.ID, target, err.Error())
	}
	sent := f.send(ctx, f.Endpoints.TargetFor(target, d.Provider), header, d.Body, within)
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
