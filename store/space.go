package store

import (
	"os"
	"time"
)

// The file stays bounded because deleted pages are used again. After a large deletion the
// space goes back to the disk: new files can be shortened step by step
// (auto_vacuum=INCREMENTAL), which older ones cannot before they were rewritten once; that is
// done if they are small.

const (
	// pageBytes is the size of a page.
	pageBytes = 4096
	// minFree is how many free pages are left in the file in any case.
	minFree = (4 << 20) / pageBytes
	// maxRewritten is how many used pages are rewritten in one go: 32 MiB take less than
	// half a second.
	maxRewritten = (32 << 20) / pageBytes
	// expireEvery is how often messages are forgotten.
	expireEvery = time.Minute
	// logChecked is after how many stored bytes the log's length is looked at.
	logChecked = 8 << 20
)

// The lengths of the log from which on deliveries are refused: first junk, then all. Only a
// reader that never ends makes it so long.
const (
	maxLogRejected = 512 << 20
	maxLog         = 2 << 30
)

// logLimit is to what length the log is cut once all of it is in the database.
const logLimit = 32 << 20

// space is what the writer's goroutine knows of the file.
type space struct {
	// freed means that there may be pages to give back; shrinking, that there are.
	freed, shrinking bool
	// rewritten is set after an older file was rewritten, or could not be.
	rewritten bool
	// expired is when messages were last forgotten.
	expired time.Time
	// logged counts what was stored since the log was looked at; emptied is when a log that
	// was too long was last copied into the database.
	logged  int64
	emptied time.Time
}

// rest does what can wait until nothing is to be stored.
func (w *writer) rest() {
	if w.store.wanted == (Limits{}) || len(w.batch) > 0 {
		return
	}
	s := &w.trim.space
	if s.freed {
		s.freed = false
		w.lookAtSpace()
	}
	w.noteLog(w.trim.added.bytes)
	w.trim.added = excess{}
	if now := w.store.now(); now.Sub(s.expired) >= expireEvery || now.Before(s.expired) {
		if more, err := w.expireMessages(); err != nil || !more {
			s.expired = now
		}
	}
}

// lookAtSpace decides whether the file is to be shortened.
func (w *writer) lookAtSpace() {
	var pages, free, auto int64
	err := w.stmts.retention.pages.Row().Scan(&pages, &free, &auto)
	if err != nil {
		return // tried again after the next deletion
	}
	used, s := pages-free, &w.trim.space
	const incremental = 2
	if auto != incremental {
		if !s.rewritten && used <= maxRewritten {
			s.rewritten = true
			w.rewrite()
		}
		return
	}
	s.shrinking = free > max(minFree, used/8)
}

// rewrite makes an older file one that can be shortened.
func (w *writer) rewrite() {
	if w.guard.before() != nil {
		return
	}
	defer w.guard.settle()
	// On an error the file stays as it is, and its free pages are used again.
	_ = run(w.conn.Stmt(`VACUUM`)) // opening the file asked for auto_vacuum
}

// shrink gives a few pages back.
func (w *writer) shrink() {
	w.trim.space.shrinking = false
	if w.guard.before() == nil && run(w.stmts.retention.vacuum) == nil {
		w.guard.settle()
		w.lookAtSpace()
	}
}

// noteLog looks at the log now and then, and refuses deliveries if it has become too long.
func (w *writer) noteLog(added int64) {
	w.emptyLog()
	s := &w.trim.space
	if s.logged += added; s.logged < logChecked {
		return
	}
	s.logged = 0
	info, err := os.Stat(w.store.abs + "-wal")
	if err != nil || info.Size() < maxLogRejected {
		return
	}
	w.store.refusal.rejectedLog.Store(true)
	w.store.refusal.log.Store(info.Size() >= maxLog)
}

// emptyEvery is how often a log that was too long is copied into the database.
const emptyEvery = time.Second

// emptyLog copies a log that was too long into the database, as far as readers let it, and
// lets deliveries in again if that is all of it: the next write then begins the log anew.
func (w *writer) emptyLog() {
	r, s, now := &w.store.refusal, &w.trim.space, w.store.now()
	if !r.log.Load() && !r.rejectedLog.Load() || now.Sub(s.emptied) < emptyEvery && !now.Before(s.emptied) {
		return
	}
	s.emptied = now
	var busy, pages, done int64
	err := w.stmts.retention.logState.Row().Scan(&busy, &pages, &done)
	w.guard.settle()
	if err != nil || busy != 0 || done < pages {
		return
	}
	r.log.Store(false)
	r.rejectedLog.Store(false)
}
