//go:build !unix

package unanswered

import "os"

// isAlive reports whether a process runs.
func isAlive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return p.Release() == nil
}
