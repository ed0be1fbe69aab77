//go:build linux || darwin

package doctor

import (
	"syscall"
)

// freeSpace is how many bytes a user may still write where a folder is.
func freeSpace(dir string) (bytes uint64, ok bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
