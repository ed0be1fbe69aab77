// Package running finds the hooktop that runs on a database, or in a folder above
// this one. It starts none and sends nothing to it.
package running

import (
	"context"
	"errors"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/proof"
	"github.com/hooktop/hooktop/store"
)

// AskPatience is how long a hooktop on this machine may take to say that it
// is there. If it is missed, the command bypasses it, and the delivery is not
// forwarded: on a machine that is busy with tests or a build, a second is too
// short.
const AskPatience = 5 * time.Second

// On returns the hooktop that runs on this database, the newest if there are
// several.
func On(ctx context.Context, s *store.Store) (receiver.Instance, bool) {
	i, ok := newest(ctx, s)
	return receiver.Instance{URL: i.URL, ID: i.ID, Token: i.Token}, ok
}

// Since returns when the hooktop that runs on this database was started, zero if
// none runs.
func Since(ctx context.Context, s *store.Store) time.Time {
	i, ok := newest(ctx, s)
	if !ok {
		return time.Time{}
	}
	return i.StartedAt
}

const (
	// maxAsked is how many stored addresses are asked, the newest first. There is seldom
	// more than one.
	maxAsked = 32
	// maxSlow is after how many that take too long to answer it gives up.
	maxSlow = 2
)

func newest(ctx context.Context, s *store.Store) (store.Instance, bool) {
	instances, err := s.Instances(ctx)
	if err != nil {
		return store.Instance{}, false
	}
	slowOnes := 0
	for _, i := range instances[:min(len(instances), maxAsked)] {
		look, cancel := context.WithTimeout(ctx, AskPatience)
		err := receiver.Instance{URL: i.URL, ID: i.ID, Token: i.Token}.Check(look)
		slow := look.Err() != nil
		cancel()
		if err == nil {
			return i, true
		}
		switch {
		case slow:
			if slowOnes++; slowOnes == maxSlow {
				return store.Instance{}, false
			}
		case Gone(err):
			_ = s.RemoveInstance(ctx, i.ID) // it was killed; a leftover is harmless
		}
	}
	return store.Instance{}, false
}

// Gone reports whether the hooktop that stored its address is not there any more, by
// what came of asking it. An older release proves nothing, and may still run.
func Gone(err error) bool { return !errors.Is(err, proof.ErrUnproven) }
