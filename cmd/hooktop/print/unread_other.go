//go:build !unix

package print

import (
	"errors"
	"os"
	"syscall"
)

// Windows' own numbers for a pipe whose reader has gone.
const (
	errorBrokenPipe = syscall.Errno(109)
	errorNoData     = syscall.Errno(232)
)

func isClosedPipe(err error) bool {
	return errors.Is(err, errorBrokenPipe) || errors.Is(err, errorNoData) || errors.Is(err, syscall.EPIPE)
}

// hasNoReader is found out by writing.
func hasNoReader(*os.File) bool { return false }
