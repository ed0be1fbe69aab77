package writeconn

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Stmt is a statement. It must not run again before it has ended.
type Stmt struct {
	c    *Conn
	text string
	p    uintptr // 0 before it first runs
	row  Row

	// buffer holds the texts and blobs it is given: SQLite reads them there until it ends.
	buffer uintptr
	size   int
}

var errClosed = errors.New("the connection is closed")

// keptBuffer is the largest buffer that is kept for the next run.
const keptBuffer = 64 << 10

// Exec runs the statement to its end.
func (s *Stmt) Exec(args ...any) error {
	rc, err := s.start(args)
	for rc == sqlite3.SQLITE_ROW {
		rc, err = s.step()
	}
	s.end()
	return err
}

// Insert runs the statement and returns the id of the row it inserted.
func (s *Stmt) Insert(args ...any) (id int64, err error) {
	if err = s.Exec(args...); err != nil {
		return 0, err
	}
	return sqlite3.Xsqlite3_last_insert_rowid(s.c.tls, s.c.db), err
}

// Change runs the statement and returns how many rows it changed.
func (s *Stmt) Change(args ...any) (n int64, err error) {
	if err = s.Exec(args...); err != nil {
		return 0, err
	}
	return int64(sqlite3.Xsqlite3_changes(s.c.tls, s.c.db)), err
}

// Row runs the statement for one row. Its Scan, which must be called, ends it: the error is
// sql.ErrNoRows if there is none.
func (s *Stmt) Row(args ...any) *Row {
	rc, err := s.start(args)
	if err == nil && rc != sqlite3.SQLITE_ROW {
		err = sql.ErrNoRows
	}
	s.row = Row{s: s, err: err, only: true}
	return &s.row
}

// Each runs the statement and calls scan for each row.
func (s *Stmt) Each(args []any, scan func(*Row) error) error {
	defer s.end() // also if scan panics
	rc, err := s.start(args)
	row := &Row{s: s}
	for err == nil && rc == sqlite3.SQLITE_ROW {
		if err = scan(row); err == nil {
			rc, err = s.step()
		}
	}
	return err
}

// start prepares the statement if this is its first run, gives it the arguments and makes
// the first step.
func (s *Stmt) start(args []any) (rc int32, err error) {
	if s.c.db == 0 {
		return 0, errClosed
	}
	if s.p == 0 {
		if err := s.prepare(); err != nil {
			return 0, err
		}
	}
	if err := s.bind(args); err != nil {
		return 0, err
	}
	return s.step()
}

func (s *Stmt) prepare() error {
	text, err := s.c.cstring(s.text)
	if err != nil {
		return err
	}
	defer sqlite3.Xsqlite3_free(s.c.tls, text)
	rc := sqlite3.Xsqlite3_prepare_v3(s.c.tls, s.c.db, text, -1, sqlite3.SQLITE_PREPARE_PERSISTENT, s.c.result, 0)
	if rc != sqlite3.SQLITE_OK {
		return s.c.fail(rc)
	}
	s.p = libc.AtomicLoadPUintptr(s.c.result)
	return nil
}

// step makes the next step. rc is SQLITE_ROW or SQLITE_DONE unless there is an error.
func (s *Stmt) step() (rc int32, err error) {
	rc = sqlite3.Xsqlite3_step(s.c.tls, s.p)
	if rc != sqlite3.SQLITE_ROW && rc != sqlite3.SQLITE_DONE {
		return rc, s.c.fail(rc)
	}
	return rc, nil
}

// end lets the statement run again. An error of its last step is told by step.
func (s *Stmt) end() {
	if s.p != 0 {
		sqlite3.Xsqlite3_reset(s.c.tls, s.p)
	}
	if s.size > keptBuffer {
		s.free()
	}
}

func (s *Stmt) finalize() {
	sqlite3.Xsqlite3_finalize(s.c.tls, s.p)
	s.p = 0
	s.free()
}

func (s *Stmt) free() {
	sqlite3.Xsqlite3_free(s.c.tls, s.buffer)
	s.buffer, s.size = 0, 0
}

// bind gives the statement its arguments, in order. They are copied: SQLite must not point
// to memory of Go's.
func (s *Stmt) bind(args []any) error {
	if err := s.reserve(args); err != nil {
		return err
	}
	tls, used := s.c.tls, 0
	for i, arg := range args {
		var rc int32
		n := int32(i + 1) //nolint:gosec // a few dozen
		switch v := plain(arg).(type) {
		case nil:
			rc = sqlite3.Xsqlite3_bind_null(tls, s.p, n)
		case int64:
			rc = sqlite3.Xsqlite3_bind_int64(tls, s.p, n, v)
		case int:
			rc = sqlite3.Xsqlite3_bind_int64(tls, s.p, n, int64(v))
		case bool:
			rc = sqlite3.Xsqlite3_bind_int64(tls, s.p, n, integer(v))
		case string:
			copy(libc.GoBytes(s.buffer, s.size)[used:], v)
			rc = sqlite3.Xsqlite3_bind_text(tls, s.p, n, s.buffer+uintptr(used), int32(len(v)), 0) //nolint:gosec // SQLite's limit is 1 GB
			used += len(v)
		case []byte:
			copy(libc.GoBytes(s.buffer, s.size)[used:], v)
			rc = sqlite3.Xsqlite3_bind_blob(tls, s.p, n, s.buffer+uintptr(used), int32(len(v)), 0) //nolint:gosec // SQLite's limit is 1 GB
			used += len(v)
		default:
			return fmt.Errorf("argument %d of a statement has a type that it cannot store", i+1)
		}
		if rc != sqlite3.SQLITE_OK {
			return s.c.fail(rc)
		}
	}
	return nil
}

// reserve makes the buffer large enough.
func (s *Stmt) reserve(args []any) (err error) {
	need := 1 // an empty blob needs an address, or it would be NULL
	for _, arg := range args {
		switch v := plain(arg).(type) {
		case string:
			need += len(v)
		case []byte:
			need += len(v)
		}
	}
	if need <= s.size {
		return nil
	}
	s.free()
	if s.buffer, err = s.c.alloc(need); err == nil {
		s.size = need
	}
	return err
}

// plain returns what a pointer to a text points to, and any other argument as it is.
func plain(arg any) any {
	p, ok := arg.(*string)
	switch {
	case !ok:
		return arg
	case p == nil:
		return nil
	}
	return *p
}

func integer(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
