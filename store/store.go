// Package store keeps deliveries, and the users they made, in one SQLite file that several
// processes may have open at once.
//
// It decides what a verified event does to a user, and writes the delivery, the user and the
// change in one transaction: either all of it is on disk or nothing. It verifies no
// signatures, opens no sockets and logs nothing.
//
// Where to look: capture.go stores a delivery, staleness.go says when an event is out of
// date (addresswait.go: also older than one that waits), applyuser.go and stripe.go change
// the users, pending.go and addresswait.go hold the events that have to wait, retention.go
// deletes what is more than limits.go allows (deletion.go: which first; hold.go: nothing
// before lower limits are confirmed; space.go: the file's size), rebuild.go replays them all, filter*.go
// search them.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/writeconn"
)

// Config says where the database is and how much it keeps.
type Config struct {
	// Path is the file. Its folder is created if it does not exist.
	Path string
	// Keep is the number of accepted deliveries kept. 0 deletes none: for commands that only
	// read, or add a few beside the hooktop that runs. A tenth as many rejected ones are
	// kept, at least one.
	Keep int64
	// KeepBytes and KeepRejectedBytes are the bytes of accepted and of rejected deliveries
	// that are kept, as Usage counts them; 0 for no limit.
	KeepBytes, KeepRejectedBytes int64
	// Unconfirmed limits that are lower than the last ones delete nothing before
	// ConfirmLimits.
	Unconfirmed Unconfirmed
	// Parse reads the event in a verified body, as it was read when the delivery was
	// captured. The snapshot that Rebuild starts from is made with it. With nil no snapshot
	// is made, and Rebuild fails once a delivery was deleted.
	Parse func(provider string, body []byte) webhook.Event
	// Now is the clock, nil for the system's.
	Now func() time.Time
	// Wait is how long a write waits for another program's lock, 0 for 5 s.
	Wait time.Duration
}

const (
	defaultWait = 5 * time.Second
	// readers is the number of connections for reading. Each has a page cache of up to 2
	// MiB.
	readers = 4
	// checkpoint is the length of the write-ahead log, in pages of 4 KiB, at which it is
	// copied back into the database.
	checkpoint = 1000
	// cacheSize lets the connection that writes keep in memory what is only in the log: 6 MB.
	cacheSize = "cache_size(-6000)"
)

// Store is an open database. Its methods may be called from any goroutine.
type Store struct {
	path string
	// limits are in force, only who uses the writer's connection uses them; wanted are the
	// configuration's.
	limits, wanted Limits
	refusal        refusal
	now            func() time.Time

	parse func(provider string, body []byte) webhook.Event

	read    *sql.DB
	queries queries
	w       *writer
	feed    feed
	budget  searchBudget
	// abs is the path as it was when the file was opened, wait how long to wait for its lock.
	abs  string
	wait time.Duration
	// gate makes the connections of read.
	gate *gate
	// incidents holds what nobody has heard yet.
	incidents chan Incident
	// changed has capacity 1: one pending signal is enough.
	changed chan struct{}

	closing sync.Once
	closed  atomic.Bool
	close   error
}

// Open opens the database, creates it if it does not exist, and migrates an older one. ctx
// bounds only the opening. The error is an *Error.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{path: c.Path, wanted: limitsOf(c), now: c.Now, parse: c.Parse, budget: defaultBudget(), changed: make(chan struct{}, 1), incidents: make(chan Incident, 4)}
	if s.now == nil {
		s.now = time.Now
	}
	if c.Wait <= 0 {
		c.Wait = defaultWait
	}
	if err := s.open(ctx, c.Wait, c.Unconfirmed); err != nil {
		return nil, s.fail("open the database", err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, wait time.Duration, unconfirmed Unconfirmed) (err error) {
	if err := makeFile(ctx, s.path, wait); err != nil {
		return err
	}
	abs, err := filepath.Abs(s.path)
	if err != nil {
		return err
	}
	s.abs, s.wait = abs, wait
	conn, err := s.openWriting(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close())
		}
	}()
	timeout := "busy_timeout(" + strconv.FormatInt(wait.Milliseconds(), 10) + ")"
	reading, err := connector(abs, timeout, "query_only(1)")
	if err != nil {
		return err
	}
	s.gate = newGate(reading, readers)
	s.read = s.gate.pool
	defer func() {
		if err != nil {
			err = errors.Join(err, s.read.Close())
		}
	}()
	if err := upToDate(ctx, s.read, func() (*sql.DB, error) { return connect(abs, timeout, "synchronous(FULL)", "temp_store(MEMORY)") }); err != nil {
		return err
	}
	if err := onlyOwnTriggers(ctx, s.read); err != nil {
		return err
	}
	s.queries.db = s.read
	s.w, err = newWriter(s, conn, unconfirmed)
	return err
}

// openWriting makes the connection that writes.
func (s *Store) openWriting(ctx context.Context) (*writeconn.Conn, error) {
	conn, err := writeconn.Open(s.abs, s.wait)
	if err != nil {
		return nil, err
	}
	if err := run(conn.Stmt(`PRAGMA auto_vacuum = INCREMENTAL`)); err != nil { // a new file can be shortened
		return nil, errors.Join(err, conn.Close())
	}
	if err := switchToWAL(ctx, conn, s.wait); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	for _, pragma := range []string{"synchronous(FULL)", "temp_store(MEMORY)", cacheSize, "wal_autocheckpoint(" + strconv.Itoa(checkpoint) + ")", "journal_size_limit(" + strconv.Itoa(logLimit) + ")"} {
		if err := run(conn.Stmt("PRAGMA " + pragma)); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// Close finishes the writes that wait and closes the database. Later calls return ErrClosed.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.w.finish()
		s.closed.Store(true)
		err := errors.Join(s.read.Close(), s.w.close()) // the last one copies the log back
		if err != nil {
			s.close = &Error{Kind: kindOf(err), Doing: "close the database", Path: s.path, Err: err}
		}
	})
	return s.close
}

// Changed receives a value soon after the database changed: at once if this Store changed
// it, within a quarter of a second if another process did. Several changes may give one
// value.
func (s *Store) Changed() <-chan struct{} { return s.changed }

func (s *Store) nudge() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// makeFile creates the file before SQLite does: its log and index get the file's mode. It
// waits while the files beside it are not those that other processes have open.
func makeFile(ctx context.Context, path string, wait time.Duration) error {
	if path == "" {
		return &Error{Kind: NoFolder, Err: errors.New("the path of the database is empty")}
	}
	if err := makeFolder(filepath.Dir(path)); err != nil {
		if kindOf(err) == Full {
			return err
		}
		return &Error{Kind: NoFolder, Err: err}
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return &Error{Kind: IsFolder, Err: fmt.Errorf("%s is a folder", path)}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(waitForFiles(ctx, f, path, wait), f.Close())
}

// makeFolder creates the folder. An existing one is left alone: it may be the user's
// project, where a .gitignore would hide everything.
func makeFolder(dir string) error {
	info, err := os.Stat(dir)
	if err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("*\n"), 0o600)
}

// connect opens a pool of one connection that gets the pragmas.
func connect(abs string, pragmas ...string) (*sql.DB, error) {
	c, err := connector(abs, pragmas...)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	return db, nil
}

// connector makes connections that get the pragmas.
func connector(abs string, pragmas ...string) (driver.Connector, error) {
	path := filepath.ToSlash(abs)
	if path[0] != '/' { // C:/…
		path = "/" + path
	}
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{"_pragma": pragmas}.Encode()}
	return sqlite.NewConnector(dsn.String())
}

// switchToWAL switches a new file to the write-ahead log.
// This is the one step for which SQLite does not wait for a lock: it reads before it writes,
// and gives up at once if another program that opens the same new file holds the lock. So
// the waiting is done here.
func switchToWAL(ctx context.Context, conn *writeconn.Conn, wait time.Duration) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	over := time.NewTimer(wait)
	defer over.Stop()
	for late := false; ; {
		err := run(conn.Stmt(`PRAGMA journal_mode = WAL`))
		if err == nil || late || kindOf(err) != Busy {
			return err
		}
		select {
		case <-tick.C:
		case <-over.C:
			late = true // try once more: this process may have been suspended
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
