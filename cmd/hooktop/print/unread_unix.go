//go:build unix

package print

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// hasNoReader asks the system whether the other end of a pipe was closed.
func hasNoReader(f *os.File) bool {
	fds := []unix.PollFd{{Fd: int32(f.Fd())}} //nolint:gosec // a descriptor is small
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
