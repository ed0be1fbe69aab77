//go:build unix

package owner

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

func otherOwner(info fs.FileInfo) (name string, other bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !isOther(s.Uid, os.Geteuid()) {
		return "", false
	}
	id := strconv.FormatUint(uint64(s.Uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return "the user " + u.Username, true
	}
	return "the user " + id, true
}

// isOther reports whether a user's files are another's. Root can write everywhere, so
// its files are no worse; and root itself, as in a container that has somebody's folder,
// uses whose files it likes.
func isOther(uid uint32, me int) bool { return me > 0 && uid != 0 && int64(uid) != int64(me) }

func links(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink) //nolint:unconvert,gosec // its type is not the same everywhere
	}
	return 1
}
