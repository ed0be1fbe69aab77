package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// FileState describes the file of a database.
type FileState struct {
	// Version is the schema's.
	Version int64
	// Bytes is the size of the file, LogBytes that of the write-ahead log beside it.
	Bytes, LogBytes int64
	// Mode holds the file's permissions.
	Mode fs.FileMode
}

// FileState describes the file, not its content.
func (s *Store) FileState(ctx context.Context) (c FileState, err error) {
	if c.Version, err = schemaVersion(ctx, s.read); err != nil {
		return c, s.fail("read the version", err)
	}
	info, err := os.Stat(s.abs)
	if err != nil {
		return c, s.fail("check the database file", err)
	}
	c.Bytes, c.Mode = info.Size(), info.Mode()
	switch log, err := os.Stat(s.abs + "-wal"); {
	case err == nil:
		c.LogBytes = log.Size()
	case !errors.Is(err, fs.ErrNotExist):
		return c, s.fail("check the database's log file", err)
	}
	return c, nil
}

// maxFaults is the most faults QuickCheck looks for.
const maxFaults = 5

// QuickCheck reads the whole database and returns what is damaged in it, in SQLite's words;
// nothing if it is sound. Damage it cannot read past is an *Error of kind Corrupt. A
// gigabyte takes seconds, bounded by ctx. Writers do not wait for it.
func (s *Store) QuickCheck(ctx context.Context) (faults []string, err error) {
	rows, err := s.read.QueryContext(ctx, `PRAGMA quick_check(`+strconv.Itoa(maxFaults)+`)`)
	if err != nil {
		return nil, s.fail("check the database", err)
	}
	defer rows.Close()
	for rows.Next() {
		var said string
		if err := rows.Scan(&said); err != nil {
			return nil, s.fail("check the database", err)
		}
		if said != "ok" {
			faults = append(faults, said)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail("check the database", err)
	}
	return faults, nil
}

// removeIfSame removes a file unless another one took its place.
func removeIfSame(path string, file os.FileInfo) {
	if now, err := os.Lstat(path); err == nil && file != nil && os.SameFile(now, file) {
		_ = os.Remove(path) // else SQLite finds out that it does not fit
	}
}

// syncFile makes a file durable.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes the names in a folder durable, where the system can.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, os.ErrInvalid) {
		err = nil
	}
	return errors.Join(err, f.Close())
}
