//go:build unix

package unanswered

import (
	"errors"
	"syscall"
)

// isAlive reports whether a process runs.
func isAlive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
