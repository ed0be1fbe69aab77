package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
)

// FileState is how the file of a database is.
type FileState struct {
	// Version is the schema's.
	Version int64
	// Bytes is the length of the file, LogBytes that of the write-ahead log
	// beside it.
	Bytes, LogBytes int64
	// Mode is the file's.
	Mode fs.FileMode
}

// FileState looks at the file, not at what is in it.
func (s *Store) FileState(ctx context.Context) (c FileState, err error) {
	if c.Version, err = schemaVersion(ctx, s.read); err != nil {
		return c, s.fail("read the version", err)
	}
	info, err := os.Stat(s.abs)
	if err != nil {
		return c, s.fail("look at the database", err)
	}
	c.Bytes, c.Mode = info.Size(), info.Mode()
	switch log, err := os.Stat(s.abs + "-wal"); {
	case err == nil:
		c.LogBytes = log.Size()
	case !errors.Is(err, fs.ErrNotExist):
		return c, s.fail("look at the log", err)
	}
	return c, nil
}

// maxFaults is how many faults QuickCheck looks for.
const maxFaults = 5

// QuickCheck reads the whole database and gives what is damaged in it, as
// SQLite puts it; none where it is sound. Damage that it cannot read past is an
// *Error of kind Corrupt. A gigabyte takes seconds: ctx bounds
// it. Nobody who writes waits for it.
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
