package intake

import "sync/atomic"

// Turned counts what was turned away since the start.
type Turned struct {
	// TooMuch are requests refused because too much was in flight.
	TooMuch int64
	// Slow are requests whose body came too slowly when there was no room left.
	Slow int64
	// Rejected are requests that failed verification and were refused without being
	// stored, because too many of them came beside good ones.
	Rejected int64
	// Dropped are idle or slow connections that were closed to make room for others.
	Dropped int64
	// Headers are requests with too many header lines.
	Headers int64
	// NoDescriptors is how often no connection could be accepted because the process
	// had no file descriptor left.
	NoDescriptors int64
}

// Requests is the number of requests that were turned away.
func (t Turned) Requests() int64 { return t.TooMuch + t.Slow + t.Rejected + t.Headers }

// Since returns what was turned away after before.
func (t Turned) Since(before Turned) Turned {
	return Turned{
		t.TooMuch - before.TooMuch, t.Slow - before.Slow, t.Rejected - before.Rejected, t.Dropped - before.Dropped,
		t.Headers - before.Headers, t.NoDescriptors - before.NoDescriptors,
	}
}

// turned counts while others read.
type turned struct {
	tooMuch, slow, rejected, dropped, headers, noDescriptors atomic.Int64

	changed chan struct{} // has capacity 1
}

func (t *turned) add(n *atomic.Int64) {
	n.Add(1)
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// Turned returns what was turned away so far.
func (g *Gate) Turned() Turned {
	if g == nil {
		return Turned{}
	}
	t := &g.turned
	return Turned{t.tooMuch.Load(), t.slow.Load(), t.rejected.Load(), t.dropped.Load(), t.headers.Load(), t.noDescriptors.Load()}
}

// Changed receives when Turned has changed. It has capacity 1: one pending signal is
// enough.
func (g *Gate) Changed() <-chan struct{} { return g.turned.changed }
