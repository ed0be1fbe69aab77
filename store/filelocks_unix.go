//go:build unix

package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// The bytes that SQLite locks (https://www.sqlite.org/fileformat2.html, and os_unix.c):
// every connection has a shared lock on the first of the database, and on one of the index,
// for as long as it is open.
const (
	sharedFirst, sharedSize = 0x40000002, 510
	indexInUse              = 128
)

// isDeleted reports whether a file that is open has no name any more.
func isDeleted(f *os.File) bool {
	if f == nil {
		return false
	}
	info, err := f.Stat()
	if err != nil {
		return false
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && s.Nlink == 0
}

// lockDatabase keeps other processes from opening the database. It fails if one has it open
// for longer than wait. SQLite's own lock in this process replaces it.
func lockDatabase(db *os.File, wait time.Duration) bool {
	for over := time.Now().Add(wait); ; time.Sleep(5 * time.Millisecond) {
		l := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: sharedFirst, Len: sharedSize}
		if syscall.FcntlFlock(db.Fd(), syscall.F_SETLK, &l) == nil {
			return true
		}
		if !time.Now().Before(over) {
			return false
		}
	}
}

func unlockDatabase(db *os.File) {
	l := syscall.Flock_t{Type: syscall.F_UNLCK, Whence: io.SeekStart, Start: sharedFirst, Len: sharedSize}
	_ = syscall.FcntlFlock(db.Fd(), syscall.F_SETLK, &l) // the end of the process does it, too
}

// isLocked reports whether another process has a lock on some bytes of a file.
func isLocked(f *os.File, start, size int64) bool {
	l := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: start, Len: size}
	return syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &l) == nil && l.Type != syscall.F_UNLCK
}

// usedByOthers reports whether another process has the database open that is at a path.
// No connection of this process may have it open.
func usedByOthers(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return true
	}
	defer func() { _ = f.Close() }() // nothing was written
	return isLocked(f, sharedFirst, sharedSize)
}

// fitsLog fails if other processes have the database open with a log or an index that is no
// longer at its path: whoever opens it would read half of it, and write what nobody finds.
// No connection of this process may have it open.
func fitsLog(db *os.File, path string) error {
	if !isLocked(db, sharedFirst, sharedSize) {
		return nil
	}
	ix, err := os.OpenFile(path+"-shm", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%s-shm: %w", path, err)
	}
	defer func() { _ = ix.Close() }() // nothing was written
	if !isLocked(ix, indexInUse, 1) {
		return errors.New("they have another -shm file open")
	}
	log, err := os.Stat(path + "-wal")
	if err != nil {
		return err
	}
	head := make([]byte, 48)
	if _, err := ix.ReadAt(head, 0); err != nil {
		return err
	}
	if frames := int64(binary.NativeEndian.Uint32(head[16:])); frames > 0 {
		page := int64(binary.NativeEndian.Uint16(head[14:]))
		if page == 1 {
			page = 65536
		}
		if log.Size() < 32+frames*(24+page) {
			return errors.New("they have another -wal file open")
		}
	}
	return nil
}
