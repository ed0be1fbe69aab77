package receiver

import (
	"context"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// explainedAtOnce is the longest body, in bytes, for which the cause is searched
	// before the sender is answered.
	explainedAtOnce = 64 << 10
	// explainShare is the share of one core that searches take in the long run: one
	// part in so many. A burst, such as during set-up, may take explainBurst at
	// once.
	explainShare = 8
	explainBurst = time.Second
	// turnPatience is how long a rejected delivery waits for the search before its
	// own, so that its sender is told the cause.
	turnPatience = 50 * time.Millisecond
	// explainWaiting is how many rejected deliveries may wait for their search; in a
	// flood, the rest keeps the verdict it has.
	explainWaiting = 256
)

// VerdictUpdater gives a rejected delivery a better verdict.
type VerdictUpdater interface {
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
	UpdateVerdict(ctx context.Context, id int64, v webhook.Verdict) error
}

// Explainer searches for the cause of a rejection: at once if that is quick and
// searches have not taken too much lately, otherwise after the sender was
// answered. However many bad requests arrive, good ones do not wait for it.
type Explainer struct {
	store VerdictUpdater
	keys  func(provider string) webhook.Keyring
	now   func() time.Time

	waiting chan unexplained
	// turn is held by whoever searches, who alone reads and writes the rest: the time
	// that searches may take now, and when that was computed.
	turn     chan struct{}
	spare    time.Duration
	computed time.Time
}

// unexplained is a captured delivery that waits for its diagnosis, and the bodies of its
// sender that had verified by then.
type unexplained struct {
	id     int64
	bodies [][]byte
}

// NewExplainer returns an explainer. keys returns the keys that a provider's
// signatures are tried with; it is called for each search.
func NewExplainer(store VerdictUpdater, keys func(provider string) webhook.Keyring, now func() time.Time) *Explainer {
	return &Explainer{store: store, keys: keys, now: now, waiting: make(chan unexplained, explainWaiting), turn: make(chan struct{}, 1), spare: explainBurst}
}

// atOnce explains a delivery before it is captured, and reports whether it did;
// otherwise it must be enqueued once it has an id.
func (e *Explainer) atOnce(d *webhook.Delivery, p webhook.Provider, bodies [][]byte) (done bool) {
	if len(d.Body) > explainedAtOnce {
		return false
	}
	patience := time.NewTimer(turnPatience)
	defer patience.Stop()
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-patience.C:
		return false
	}
	if e.wait() > 0 {
		return false
	}
	e.search(d, p, bodies)
	return true
}

// wait returns how long until the next search may begin. The caller has the turn.
func (e *Explainer) wait() time.Duration {
	now := e.now()
	if !e.computed.IsZero() {
		e.spare = min(explainBurst, e.spare+max(0, now.Sub(e.computed))/explainShare)
	}
	e.computed = now
	return max(0, -e.spare*explainShare)
}

// search explains a delivery. The caller has the turn.
func (e *Explainer) search(d *webhook.Delivery, p webhook.Provider, bodies [][]byte) {
	began := e.now()
	keys := e.keys(p.Name())
	keys.Bodies = bodies
	d.Verdict = providers.Explain(p, d.Request, d.At, d.Verdict, keys)
	e.spare -= e.now().Sub(began)
}

// enqueue lets a captured delivery be explained later. It never blocks.
func (e *Explainer) enqueue(id int64, bodies [][]byte) {
	select {
	case e.waiting <- unexplained{id, bodies}:
	default:
	}
}

// Run explains enqueued deliveries until ctx ends.
func (e *Explainer) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case u := <-e.waiting:
			if !e.later(ctx, u) {
				return
			}
		}
	}
}

// later explains one delivery when its turn comes; false if ctx ended first.
func (e *Explainer) later(ctx context.Context, u unexplained) bool {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return false
	}
	rest := time.NewTimer(e.wait())
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
		return false
	}
	d, err := e.store.Delivery(ctx, u.id)
	p, ok := providers.Named(d.Provider)
	if err == nil && ok && webhook.Explainable(d.Verdict) {
		e.search(&d, p, u.bodies)
		// If it cannot be stored, because the delivery is gone or the disk is full, the
		// verdict stays as it was: true, if less helpful.
		_ = e.store.UpdateVerdict(ctx, u.id, d.Verdict)
	}
	return true
}
