// Package interrupt ends hooktop at ctrl+c, SIGTERM and SIGHUP. A command that has
// something to bring to an end, such as an open database, says so with InOrder; any
// other ends at once, whatever it waits for: a file on a disk that does not answer
// cannot be given up in any other way.
package interrupt

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

const (
	// Pause is how long after the first signal a further one means "at once". Before
	// that it is the same wish again: a shell, a package manager and timeout each pass
	// on what the terminal has sent already.
	Pause = time.Second
	// grace is how long a command has that has nothing to bring to an end.
	grace = 250 * time.Millisecond
)

// key is where a context has whether a command ends in order: an atomic.Bool.
type key struct{}

// Context returns a context that ends at the first signal, so that what is under way
// can end well. A later one ends the program at once.
func Context(parent context.Context) (ctx context.Context, stop func()) {
	inOrder := new(atomic.Bool)
	ctx, cancel := context.WithCancelCause(context.WithValue(parent, key{}, inOrder))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		cancel(exit.ErrInterrupted)
		first, late := time.Now(), time.After(grace)
		for {
			select {
			case <-late:
				if !inOrder.Load() {
					os.Exit(exit.CodeInterrupted)
				}
			case <-signals:
				if time.Since(first) > Pause {
					os.Exit(exit.CodeInterrupted)
				}
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// InOrder says that from now on the program has something to bring to an end.
func InOrder(ctx context.Context) {
	if inOrder, ok := ctx.Value(key{}).(*atomic.Bool); ok {
		inOrder.Store(true)
	}
}
