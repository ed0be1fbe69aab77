package print

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// errUnread is the end of what reads the output: head has seen its lines.
var errUnread = errors.New("nobody reads the output any more")

// Unread reports whether an error means that nobody reads the output any more.
func Unread(err error) bool { return errors.Is(err, errUnread) || isClosedPipe(err) }

// unreadLook is how often the output is looked at.
const unreadLook = 300 * time.Millisecond

// SurvivePipes makes a closed pipe an error of writing, which otherwise kills the
// program, until release is called.
func SurvivePipes() (release func()) {
	pipes := make(chan os.Signal, 1)
	signal.Notify(pipes, syscall.SIGPIPE)
	return func() { signal.Stop(pipes) }
}

// WhileRead returns a context that ends when nobody reads the output any more, with an
// error that Unread knows, also while there is nothing to write.
func (o *Output) WhileRead(ctx context.Context) context.Context {
	f, ok := o.stream.(*os.File)
	if !ok || !isPipe(f) {
		return ctx
	}
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		look := time.NewTicker(unreadLook)
		defer look.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
				if hasNoReader(f) {
					cancel(errUnread)
					return
				}
			}
		}
	}()
	return ctx
}

// isPipe reports whether a stream goes to another program.
func isPipe(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0
}
