package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/hooktop/hooktop/store/writeconn"
)

const (
	// maxBatch is the most jobs in one transaction: a new job should not have to wait for
	// many more than that.
	maxBatch = 256
	// pollInterval is how often the writer checks whether another process committed.
	pollInterval = 250 * time.Millisecond
)

// writer owns the one connection that writes. Everything that waits when it is ready is
// committed together: a commit costs one write to the disk, however much is in it.
//
// Who finds the connection free uses it: a caller commits its own job at once, without
// waking anybody. What arrives meanwhile waits in the queue, for the goroutine.
type writer struct {
	store *Store
	conn  *writeconn.Conn
	stmts *statements
	guard guard

	mu     sync.Mutex
	queue  []*job
	busy   bool // somebody uses the connection
	closed bool
	// wake has capacity 1; done is closed when the goroutine has ended.
	wake chan struct{}
	done chan struct{}

	// Only who uses the connection uses what follows.
	batch []*job
	// seenVersion is the data_version at the last check.
	seenVersion int64
	trim        trim
}

// job is one change. It may be applied more than once: only the last time counts.
type job struct {
	apply func(*tx) error
	// done has capacity 1, so that the writer never waits for a caller who left.
	done chan error
}

func newWriter(s *Store, conn *writeconn.Conn, unconfirmed Unconfirmed) (*writer, error) {
	w := &writer{store: s, conn: conn, stmts: newStatements(conn), wake: make(chan struct{}, 1), done: make(chan struct{})}
	w.guard = guard{w: w, path: s.abs}
	var err error
	if w.seenVersion, err = w.version(); err != nil {
		return nil, err
	}
	if err := w.guard.watch(); err != nil {
		return nil, err
	}
	w.guard.tend()
	if err := w.startRetention(s.wanted, unconfirmed); err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

// do has a job committed and waits for it. If nobody writes, it is committed here: ctx cannot
// end that early.
func (s *Store) do(ctx context.Context, doing string, apply func(*tx) error) error {
	j := &job{apply: apply, done: make(chan error, 1)}
	if err := s.w.add(ctx, j); err != nil {
		return s.fail(doing, err)
	}
	if err := j.wait(ctx); err != nil {
		return s.fail(doing, err)
	}
	return nil
}

func (j *job) wait(ctx context.Context) error {
	select {
	case err := <-j.done: // perhaps ctx has ended too, but it is committed
		return err
	default:
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// add commits a job, or queues it if somebody else uses the connection.
func (w *writer) add(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return ErrClosed
	}
	if w.busy || len(w.queue) > 0 {
		w.queue = append(w.queue, j)
		w.mu.Unlock()
		return nil // who uses the connection wakes the goroutine afterwards
	}
	w.busy = true
	w.mu.Unlock()
	defer w.release()
	w.batch = append(w.batch[:0], j)
	w.commit()
	return nil
}

// acquire takes the connection if it is free, and everything that waits.
func (w *writer) acquire() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy {
		return false
	}
	w.busy = true
	w.takeBatch()
	return true
}

// release frees the connection and wakes the goroutine if there is something to do.
func (w *writer) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = false
	if len(w.queue) > 0 || w.trim.due || w.closed {
		w.nudge()
	}
}

func (w *writer) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// finish ends the goroutine once the queue is empty.
func (w *writer) finish() {
	w.mu.Lock()
	w.closed = true
	w.nudge()
	w.mu.Unlock()
	<-w.done
}

// close closes the connection. The files are mended first, for the last time.
func (w *writer) close() error {
	defer w.guard.close()
	if w.guard.before() != nil {
		w.conn.KeepLog()
	}
	return w.conn.Close()
}

// run commits what waits.
func (w *writer) run() {
	defer close(w.done)
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	w.nudge()
	for {
		poll := false
		select {
		case <-w.wake:
		case <-tick.C:
			poll = true
		}
		if !w.acquire() {
			continue // release wakes it
		}
		if poll {
			w.guard.idle()
			w.pollOthers()
			w.rest()
		}
		for len(w.batch) > 0 || w.trim.due || w.trim.space.shrinking {
			if len(w.batch) > 0 {
				w.commit()
			} else if !w.trim.due {
				w.shrink()
			}
			// Delete a few after each batch: neither waits long for the other.
			w.deleteExcess()
			w.mu.Lock()
			w.takeBatch()
			closing := w.closed && len(w.batch) == 0
			w.mu.Unlock()
			if closing {
				break // the next start deletes the rest
			}
		}
		w.release()
		if w.ended() {
			return
		}
	}
}

// ended reports whether the writer is closed and nothing waits any more.
func (w *writer) ended() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed && len(w.queue) == 0 && !w.busy
}

// takeBatch moves the queue to the batch. It does not wait for more: that would cost the
// waiting callers more than it saves.
func (w *writer) takeBatch() {
	n := min(len(w.queue), maxBatch)
	w.batch = append(w.batch[:0], w.queue[:n]...)
	rest := copy(w.queue, w.queue[n:])
	clear(w.queue[rest:])
	w.queue = w.queue[:rest]
}

// commit writes the batch in one transaction and tells each job whether it succeeded.
func (w *writer) commit() {
	errs := make([]error, len(w.batch))
	err, failed := w.commitAll()
	if failed && len(w.batch) > 1 {
		err = w.commitEach(errs)
	}
	for i, j := range w.batch {
		if err != nil {
			errs[i] = err
		}
		j.done <- errs[i]
		w.batch[i] = nil
	}
	if err == nil {
		w.store.nudge()
	}
}

// commitAll applies the jobs in one transaction, all or none. failed means that one of them
// is the cause of the error.
func (w *writer) commitAll() (err error, failed bool) {
	err = w.transact(func(t *tx) error {
		for _, j := range w.batch {
			if err := recoverPanic(t, j.apply); err != nil {
				failed = true
				return err
			}
		}
		return nil
	})
	return err, failed
}

// commitEach applies each job in a savepoint of its own, so that its failure undoes only its
// own changes.
func (w *writer) commitEach(errs []error) error {
	return w.transact(func(t *tx) (broken error) {
		for i, j := range w.batch {
			if errs[i], broken = t.savepoint(j.apply); broken != nil {
				return broken
			}
		}
		return nil
	})
}

// transact runs f in a transaction, from taking the write lock to the commit on disk.
func (w *writer) transact(f func(*tx) error) (err error) {
	if err := w.guard.before(); err != nil {
		return err
	}
	if err := run(w.stmts.begin); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// SQLite may have rolled back already: then this does nothing
			_ = run(w.stmts.rollback)
		}
	}()
	t := &tx{statements: w.stmts, now: w.store.now}
	if err := t.readNextID(); err != nil {
		return err
	}
	if err := f(t); err != nil {
		return err
	}
	if err := w.tally(t); err != nil {
		return err
	}
	if err := run(w.stmts.commit); err != nil {
		return err
	}
	if err := w.guard.after(t.next - 1); err != nil {
		w.store.feed.forget() // whether it is there is for the database to say
		return err
	}
	w.store.feed.add(t.captured, t.lastForward)
	return nil
}

// readNextID reads the last id under the write lock: nobody else can take the next.
func (t *tx) readNextID() error {
	err := t.lastID.Row().Scan(&t.next)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	t.next++
	return nil
}

// tally adds what the batch changed to the totals.
func (w *writer) tally(t *tx) error {
	if t.deliveries == 0 && t.rejected == 0 && t.failures == 0 && t.dropped == 0 && t.lastVerified == 0 && t.bytes == 0 && t.rejectedBytes == 0 {
		return nil
	}
	var deliveries, rejected, bytes, rejectedBytes int64
	err := t.addTally.Row(t.deliveries, t.rejected, t.failures, t.dropped, t.lastVerified, t.bytes, t.rejectedBytes).
		Scan(&deliveries, &rejected, &bytes, &rejectedBytes)
	if err != nil {
		return err
	}
	w.noteTotals(t, newUsage(deliveries, rejected, bytes, rejectedBytes))
	return nil
}

// pollOthers signals the readers if another process has committed.
func (w *writer) pollOthers() {
	v, err := w.version()
	// After an error the next poll tries again, or the next capture reports
	// what is wrong with the database.
	if err == nil && v != w.seenVersion {
		w.seenVersion = v
		w.store.feed.forget()
		w.trim.reset() // it may have added some, or reverified an old rejected one
		w.trim.due = w.store.limits != (Limits{})
		w.store.nudge()
	}
}

// version changes with the commits of other connections, not with this one's.
func (w *writer) version() (v int64, err error) {
	err = w.stmts.dataVersion.Row().Scan(&v)
	return v, err
}
