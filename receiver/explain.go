package receiver

import (
	"context"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// explainedAtOnce is the longest body whose cause is searched for before
	// the sender is answered, in bytes.
	explainedAtOnce = 64 << 10
	// explainRest is how many times as long as a search took the next one
	// waits: all together take an eighth of one core at most.
	explainRest = 7
	// explainWaiting is how many rejected deliveries may wait for their search;
	// of a flood, the rest keeps what Verify said.
	explainWaiting = 256
)

// Amender gives a rejected delivery a better verdict.
type Amender interface {
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
	Amend(ctx context.Context, id int64, v webhook.Verdict) error
}

// Explainer searches for the cause of a rejection: at once where that is quick
// and there was no other search lately, else after the sender was answered.
// However many bad requests come, good ones do not wait for it.
type Explainer struct {
	store Amender
	keys  func(provider string) webhook.Keyring
	now   func() time.Time

	waiting chan int64
	// turn is taken by who searches, and next is his to read and write: when
	// the next search may begin.
	turn chan struct{}
	next time.Time
}

// NewExplainer makes an explainer. keys are what a provider's signatures are
// tried with; it is called for each search.
func NewExplainer(store Amender, keys func(provider string) webhook.Keyring, now func() time.Time) *Explainer {
	return &Explainer{store: store, keys: keys, now: now, waiting: make(chan int64, explainWaiting), turn: make(chan struct{}, 1)}
}

// atOnce explains a delivery that was not captured yet, and says whether that
// is done: else it is to be enqueued once it has an id.
func (e *Explainer) atOnce(d *webhook.Delivery, p webhook.Provider) (done bool) {
	if len(d.Body) > explainedAtOnce {
		return false
	}
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	default:
		return false
	}
	if e.now().Before(e.next) {
		return false
	}
	e.search(d, p)
	return true
}

// search is called by who has the turn.
func (e *Explainer) search(d *webhook.Delivery, p webhook.Provider) {
	began := e.now()
	d.Verdict = p.Explain(d.Request, d.At, d.Verdict, e.keys(p.Name()))
	ended := e.now()
	e.next = ended.Add(explainRest * ended.Sub(began))
}

// enqueue has a captured delivery explained later. It does not block.
func (e *Explainer) enqueue(id int64) {
	select {
	case e.waiting <- id:
	default:
	}
}

// Run explains what was put off, until ctx ends.
func (e *Explainer) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-e.waiting:
			if !e.later(ctx, id) {
				return
			}
		}
	}
}

// later explains one delivery when its turn has come; false where ctx ended
// first.
func (e *Explainer) later(ctx context.Context, id int64) bool {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return false
	}
	rest := time.NewTimer(e.next.Sub(e.now()))
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
		return false
	}
	d, err := e.store.Delivery(ctx, id)
	p, ok := webhook.ProviderNamed(d.Provider)
	if err == nil && ok && webhook.Explainable(d.Verdict) {
		e.search(&d, p)
		// What cannot be kept, for the delivery is gone or the disk is full,
		// leaves the verdict as it was: true, if less helpful.
		_ = e.store.Amend(ctx, id, d.Verdict)
	}
	return true
}
