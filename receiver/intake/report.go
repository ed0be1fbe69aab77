package intake

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	// reportAfter is how long what is turned away is counted before it is told, and
	// reportEvery how long until it is told again.
	reportAfter = time.Second
	reportEvery = 10 * time.Second
)

// Report tells what is turned away until ctx ends: a flood is told in a few lines.
func (g *Gate) Report(ctx context.Context, tell func(Turned)) {
	var told Turned
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.turned.changed:
		}
		if !sleep(ctx, reportAfter) {
			return
		}
		now := g.Turned()
		if news := now.Since(told); news != (Turned{}) {
			tell(news)
		}
		if told = now; !sleep(ctx, reportEvery-reportAfter) {
			return
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Text says what was turned away.
func (t Turned) Text() string {
	var said []string
	add := func(n int64, one, many, why string) {
		switch n {
		case 0:
		case 1:
			said = append(said, "1 "+one+why)
		default:
			said = append(said, fmt.Sprintf("%d %s%s", n, many, why))
		}
	}
	add(t.TooMuch, "request", "requests", ": too much in flight")
	add(t.Slow, "request", "requests", " whose body came too slowly")
	add(t.Rejected, "request", "requests", " that failed verification, in favor of good ones")
	add(t.Headers, "request", "requests", " with too many header lines")
	var all []string
	if len(said) > 0 {
		all = append(all, "turned away "+strings.Join(said, ", "))
	}
	said = nil
	if add(t.Dropped, "connection", "connections", " that were idle or slow, to make room"); len(said) > 0 {
		all = append(all, "closed "+said[0])
	}
	if t.NoDescriptors > 0 {
		all = append(all, "ran out of file descriptors; raise the limit with ulimit -n")
	}
	return strings.Join(all, "; ")
}
