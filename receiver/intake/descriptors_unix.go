//go:build unix

package intake

import "syscall"

// affordable returns how many connections the process can have, at most most: it needs
// descriptors for its files and the app, too.
func affordable(most int) int {
	const own, least = 128, 16
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) >= uint64(most)+own { //nolint:unconvert // signed on some systems
		return most
	}
	return max(least, int(limit.Cur)-own) //nolint:gosec // it is small
}
