package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	// leaveIn is how long the readers may take to let go of their connections, and othersIn
	// how long other processes may: another hooktop notices as soon as this one.
	leaveIn  = 3 * time.Second
	othersIn = time.Second
	// most is how much memory a copy may take whose pages are in no file any more.
	most = 512 << 20
)

// plan is what has to be done while no connection is open, before new ones are made.
type plan struct {
	// log is a copy of the log that goes in its place, db one of the whole database.
	log, db string
	// spare is a copy for the case that the database does not fit its log.
	spare string
	// cut means that what is left of the log is of no use.
	cut bool
	// incomplete means that something is lost.
	incomplete bool
	// check means that the database may not fit its log.
	check bool
	// text says what happened.
	text string
}

// mend saves what is committed and puts the files back, so that everything is where others
// find it. It fails if that cannot be proven; then nothing may be acknowledged.
func (g *guard) mend(f found) error {
	if g.lost != nil {
		return g.lost
	}
	if g.away {
		return g.comeBack(0)
	}
	if f.touched {
		f.touched = false
		if f.overwritten = !g.isCheckpoint(); !f.overwritten {
			g.settle()
		}
	}
	if f.logShort && g.isWhole() {
		f.logShort = false
		g.settle()
	}
	switch {
	case f.dbMissing && isDeleted(g.db):
		return g.restore()
	case f.dbMissing, f.dbOther:
		return g.replaced(f)
	case f == found{}:
		return nil
	}
	return g.reattach(f)
}

// reattach closes all connections, mends the files, and opens them again: SQLite then reads
// the log as after a crash.
func (g *guard) reattach(f found) (err error) {
	p := plan{check: f.overwritten, text: g.whatHappened(f)}
	if f.logShort {
		left, _, err := g.checkpoint("NOOP")
		if err == nil && left == 0 {
			if _, _, err := g.checkpoint("TRUNCATE"); err == nil && f == (found{logShort: true}) {
				g.settle() // what was cut off is in the database
				return nil
			}
		} else if p.db, err = g.copyDatabase(g.path + ".saved"); err != nil {
			p.text, p.incomplete = filepath.Base(g.path)+"-wal was cut off by another program; what was received in the last moments before that is lost", true
		}
		p.cut = true
	}
	if f.overwritten && g.size <= most {
		p.spare, _ = g.copyDatabase(g.path + ".saved")
	}
	if f.logMissing {
		if p.log, err = g.copyLog(); err != nil {
			return g.refusal(Failed, "save the log: %w", err)
		}
		if !f.indexGone && !f.overwritten {
			_, _, _ = g.checkpoint("PASSIVE") // the copy holds it as well
		}
	}
	if !g.leave() {
		return errors.Join(g.refusal(Busy, "the files changed while they are read"), g.returned())
	}
	g.plan = p
	return g.comeBack(othersIn)
}

func (g *guard) whatHappened(f found) string {
	name := filepath.Base(g.path)
	switch {
	case f.overwritten:
		return name + " was written to by another program; hooktop checked it, and everything received is in it"
	case f.logShort:
		return name + "-wal was cut off by another program; hooktop wrote everything received to " + name
	case f.indexGone && (f.logMissing || f.logOther):
		return name + "-wal and -shm were removed; hooktop put everything received back"
	case f.indexGone:
		return name + "-shm was removed; hooktop made it again, and nothing is lost"
	}
	return name + "-wal was removed; hooktop put everything received back"
}

// leave closes all connections without a checkpoint. It reports whether the files are free.
func (g *guard) leave() bool {
	if !g.away {
		g.away = true
		g.w.conn.KeepLog()
		_ = g.w.conn.Close() // its statements have ended
	}
	return g.w.store.gate.shut(leaveIn)
}

// returned opens the connections again that leave closed.
func (g *guard) returned() error {
	conn, err := g.w.store.openWriting(context.Background())
	if err != nil {
		return err
	}
	g.w.conn, g.w.stmts, g.away = conn, newStatements(conn), false
	g.w.store.gate.reopen()
	g.w.seenVersion, err = g.w.version()
	return err
}

// comeBack carries out the plan once nobody else has the files open, and opens them.
func (g *guard) comeBack(wait time.Duration) error {
	if now, err := os.Stat(g.path); g.plan.db == "" && (err != nil || !os.SameFile(now, g.dbFile)) {
		return g.stay(g.refusal(FileReplaced, "%w", errFileReplaced))
	}
	alone := lockDatabase(g.db, wait)
	if !alone {
		if err := fitsLog(g.db, g.path); err != nil {
			return g.stay(g.refusal(FilesHeld, "%w", err))
		}
	} else if err := g.carryOut(); err != nil {
		unlockDatabase(g.db)
		return g.stay(g.refusal(Failed, "put the files back: %w", err))
	}
	err := g.returned()
	if err == nil {
		err = g.verify()
	}
	if err != nil {
		g.leave()
		unlockDatabase(g.db)
		if g.plan.spare != "" { // what this process saw before fits by itself
			g.plan.db, g.plan.spare, g.plan.cut = g.plan.spare, "", true
			return g.comeBack(wait)
		}
		if !g.plan.check && !errors.Is(err, errIncomplete) {
			return g.stay(g.refusal(kindOf(err), "%w", err))
		}
		g.lost = g.refusal(Overwritten, "%w", g.setLogAside(err))
		return g.stay(g.lost)
	}
	if err := g.watch(); err != nil {
		g.leave()
		unlockDatabase(g.db)
		return g.stay(g.refusal(kindOf(err), "%w", err))
	}
	_, _, _ = g.checkpoint("PASSIVE") // or later
	g.settle()
	if g.plan.spare != "" {
		_ = os.Remove(g.plan.spare)
	}
	g.told = ""
	g.say(Incident{Text: g.plan.text})
	g.plan, g.told = plan{}, ""
	g.w.store.nudge()
	return nil
}

// stay fails whoever wants a connection meanwhile.
func (g *guard) stay(err error) error {
	g.w.store.gate.refuse(err)
	return err
}

// carryOut puts the copies in their places. Nobody has the files open.
func (g *guard) carryOut() error {
	log := g.path + "-wal"
	if g.plan.cut {
		if err := os.Truncate(log, 0); err != nil && !isMissing(err) {
			return err
		}
		g.plan.cut = false
	}
	if g.plan.db != "" {
		if err := os.Rename(g.plan.db, g.path); err != nil {
			return err
		}
		g.plan.db = ""
		if now, err := os.Stat(g.path); err == nil {
			g.dbFile = now
		}
	}
	if g.plan.log != "" {
		if there, err := os.Stat(log); err == nil && there.Size() > 0 {
			return errAnotherLog
		}
		if err := os.Rename(g.plan.log, log); err != nil {
			return err
		}
		g.plan.log = ""
	}
	if now, err := os.Stat(g.path); err == nil && now.Size() == 0 {
		// SQLite deletes the log of an empty database; all of it may be in there.
		if err := os.Truncate(g.path, 4096); err != nil {
			return err
		}
	}
	return syncFolder(filepath.Dir(g.path))
}

var errIncomplete = errors.New("it is incomplete")

// verify reports whether everything is there that was acknowledged.
func (g *guard) verify() error {
	var newest int64
	if err := g.w.stmts.lastID.Row().Scan(&newest); err != nil && g.newest > 0 {
		return err
	}
	if g.plan.incomplete {
		g.newest = newest
	}
	if newest < g.newest {
		return fmt.Errorf("%w: the newest delivery in it is #%d, not #%d", errIncomplete, newest, g.newest)
	}
	if !g.plan.check {
		return nil
	}
	var said string
	if err := g.w.conn.Stmt(`PRAGMA quick_check(1)`).Row().Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return errors.New(said)
	}
	return nil
}

// setLogAside renames the log of a database that was overwritten with something else, which
// SQLite would mix into it at the next start.
func (g *guard) setLogAside(why error) error {
	if !g.plan.check || !lockDatabase(g.db, 0) {
		return why
	}
	defer unlockDatabase(g.db)
	aside := g.path + "-wal.saved"
	if err := os.Rename(g.path+"-wal", aside); err != nil {
		return why
	}
	return fmt.Errorf("%w; the log that belongs to what it was before is now %s", why, aside)
}

// restore writes a database that was deleted to its path again.
func (g *guard) restore() error {
	if err := makeFolder(filepath.Dir(g.path)); err != nil {
		return g.refusal(FileReplaced, "%w", errFileReplaced)
	}
	saved, err := g.copyDatabase(g.path + ".saved")
	if err != nil {
		return g.refusal(FileReplaced, "%w", errFileReplaced)
	}
	if !g.leave() {
		return errors.Join(g.refusal(Busy, "the files changed while they are read"), g.returned())
	}
	removeIfSame(g.path+"-wal", g.logFile) // of the deleted one
	removeIfSame(g.path+"-shm", g.ixFile)
	if err := os.Link(saved, g.path); err != nil {
		g.lost = g.refusal(FileReplaced, "what it held is in %s", saved)
		return g.stay(g.lost)
	}
	_ = os.Remove(saved) // its other name
	if err := syncFolder(filepath.Dir(g.path)); err != nil {
		return g.stay(g.refusal(Failed, "%w", err))
	}
	if g.dbFile, err = os.Stat(g.path); err == nil {
		err = g.holdDatabase()
	}
	if err != nil {
		return g.stay(g.refusal(FileReplaced, "%w", errFileReplaced))
	}
	name := filepath.Base(g.path)
	g.plan = plan{text: name + " was deleted; hooktop wrote it again, with everything received. To start with an empty one, stop hooktop first"}
	return g.comeBack(0)
}

// replaced refuses to write to a database that has moved, or is another one now. What was
// committed is put where it can be found: into the file that moved or, if that was deleted,
// into a copy.
func (g *guard) replaced(f found) error {
	if g.keptIn == "" {
		if isDeleted(g.db) {
			if saved, err := g.copyDatabase(g.path + ".saved-" + time.Now().UTC().Format("20060102-150405")); err == nil {
				g.keptIn = saved
			}
		} else if left, _, err := g.checkpoint("PASSIVE"); err == nil && left == 0 {
			g.keptIn = "the file that was moved"
		}
		if g.keptIn != "" && f.dbOther && !usedByOthers(g.path) {
			// SQLite would mix the log into the other database.
			removeIfSame(g.path+"-wal", g.logFile)
			removeIfSame(g.path+"-shm", g.ixFile)
		}
	}
	if g.keptIn == "" {
		return g.refusal(FileReplaced, "%w", errFileReplaced)
	}
	return g.refusal(FileReplaced, "what was received is in %s", g.keptIn)
}

// copyLog copies the log that the connections have open to a file beside it.
func (g *guard) copyLog() (path string, err error) {
	path = g.path + "-wal.saved"
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	log, err := g.log.Stat()
	if err == nil {
		_, err = io.Copy(to, io.NewSectionReader(g.log, 0, log.Size()))
	}
	if err == nil {
		err = to.Sync()
	}
	return path, errors.Join(err, to.Close())
}

// copyDatabase writes what the writer's connection sees to a new file. Pages whose files are
// gone may still be in its memory.
func (g *guard) copyDatabase(path string) (string, error) {
	if db, err := g.db.Stat(); err == nil {
		kib := min(db.Size()+g.logSize, most) / 1024
		_ = run(g.w.conn.Stmt(`PRAGMA cache_size = -` + strconv.FormatInt(kib+2048, 10))) // less may do
	}
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	if err := to.Close(); err != nil {
		return "", err
	}
	if err = run(g.w.conn.Stmt(`VACUUM INTO ?`), path); err != nil {
		_ = os.Remove(path) // half of it
		return "", err
	}
	return path, syncFile(path)
}

// waitForFiles waits until the files beside a database that is to be opened are those that
// other processes have open: another hooktop mends that at once.
func waitForFiles(ctx context.Context, db *os.File, path string, wait time.Duration) error {
	head := make([]byte, 20)
	if _, err := db.ReadAt(head, 0); err != nil || head[18] != 2 {
		return nil //nolint:nilerr // a new one, or one without a log
	}
	for over := time.Now().Add(wait); ; {
		err := fitsLog(db, path)
		if err == nil {
			return nil
		}
		if time.Now().After(over) {
			return &Error{Kind: FilesHeld, Err: err}
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
