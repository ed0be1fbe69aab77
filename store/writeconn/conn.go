// Package writeconn is one connection to a SQLite file for one goroutine at a time. It uses
// the engine of modernc.org/sqlite directly: through database/sql a statement takes locks,
// boxes each argument and allocates for each column, which costs as much as the statement.
//
// It knows no table and no SQL but what it is given. Nothing in it may be called from two
// goroutines at once.
package writeconn

import (
	"errors"
	"fmt"
	"time"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Conn is an open connection.
type Conn struct {
	tls *libc.TLS
	db  uintptr
	// result is where SQLite stores a pointer that it returns.
	result uintptr
	stmts  map[string]*Stmt
}

// Open opens a file and creates it if it does not exist. wait is how long a statement waits
// for another connection's lock.
func Open(path string, wait time.Duration) (*Conn, error) {
	c := &Conn{tls: libc.NewTLS(), stmts: map[string]*Stmt{}}
	name, err := c.cstring(path)
	if err != nil {
		c.tls.Close()
		return nil, err
	}
	defer sqlite3.Xsqlite3_free(c.tls, name)
	if c.result, err = c.alloc(8); err != nil {
		c.tls.Close()
		return nil, err
	}
	// Without a mutex of its own, since no two goroutines use it at once.
	const flags = sqlite3.SQLITE_OPEN_READWRITE | sqlite3.SQLITE_OPEN_CREATE | sqlite3.SQLITE_OPEN_NOMUTEX
	rc := sqlite3.Xsqlite3_open_v2(c.tls, name, c.result, flags, 0)
	c.db = libc.AtomicLoadPUintptr(c.result)
	if rc != sqlite3.SQLITE_OK {
		return nil, errors.Join(c.fail(rc), c.Close())
	}
	sqlite3.Xsqlite3_extended_result_codes(c.tls, c.db, 1)
	sqlite3.Xsqlite3_busy_timeout(c.tls, c.db, int32(wait.Milliseconds())) //nolint:gosec // seconds
	return c, nil
}

// Close closes the connection and its statements.
func (c *Conn) Close() error {
	if c.db == 0 {
		return nil
	}
	for _, s := range c.stmts {
		s.finalize()
	}
	rc := sqlite3.Xsqlite3_close_v2(c.tls, c.db)
	sqlite3.Xsqlite3_free(c.tls, c.result)
	c.tls.Close()
	c.db = 0
	if rc != sqlite3.SQLITE_OK {
		return &Error{code: int(rc), text: "close"}
	}
	return nil
}

// KeepLog has Close leave the log as it is. Otherwise, if no other connection is open, it is
// copied into the database and deleted.
func (c *Conn) KeepLog() {
	if c.db != 0 {
		_ = keepLog(c.tls, c.db) // it only sets a flag
	}
}

// Stmt returns the statement with that text, which is parsed when it first runs. The
// connection keeps it, so a text must contain no value.
func (c *Conn) Stmt(text string) *Stmt {
	s, ok := c.stmts[text]
	if !ok {
		s = &Stmt{c: c, text: text}
		c.stmts[text] = s
	}
	return s
}

// Error is what SQLite says is wrong.
type Error struct {
	code int
	text string
}

func (e *Error) Error() string { return e.text }

// Code returns SQLite's extended result code.
func (e *Error) Code() int { return e.code }

// fail returns the error of the last call, in the words of modernc.org/sqlite.
func (c *Conn) fail(rc int32) error {
	text := libc.GoString(sqlite3.Xsqlite3_errstr(c.tls, rc))
	if c.db != 0 {
		if said := libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db)); said != text {
			text += ": " + said
		}
	}
	text = fmt.Sprintf("%s (%d)", text, rc)
	if rc == sqlite3.SQLITE_BUSY {
		text += " (SQLITE_BUSY)"
	}
	return &Error{code: int(rc), text: text}
}

func (c *Conn) alloc(n int) (uintptr, error) {
	p := sqlite3.Xsqlite3_malloc64(c.tls, uint64(n)) //nolint:gosec // a length
	if p == 0 {
		return 0, &Error{code: sqlite3.SQLITE_NOMEM, text: "out of memory"}
	}
	return p, nil
}

// cstring returns a copy of a text that ends with a zero byte.
func (c *Conn) cstring(s string) (uintptr, error) {
	p, err := c.alloc(len(s) + 1)
	if err != nil {
		return 0, err
	}
	b := libc.GoBytes(p, len(s)+1)
	b[copy(b, s)] = 0
	return p, nil
}
