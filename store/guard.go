package store

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
)

// SQLite keeps what was committed last in a log beside the database (-wal), and an index of
// it (-shm), and goes on writing to them after somebody removed, replaced or emptied them:
// such a commit is gone with the process. So the writer looks at all three files before each
// commit, again before anybody hears of it, and four times a second when idle. What it finds
// is mended by mend.go, before anything is acknowledged.

// guard knows the files that the connections have open. Only the writer's goroutine uses it.
type guard struct {
	w    *writer
	path string

	// db and log are open like the connections' own. Closing db would drop SQLite's locks on
	// it, so it is closed last. The log is nil where it cannot be removed while it is open.
	db, log                 *os.File
	dbFile, logFile, ixFile os.FileInfo
	// changed, size and logSize are the database's and its log's when they were last ours.
	changed       time.Time
	size, logSize int64
	// logNow is the log's size at the last look.
	logNow int64
	// copied is how much of the log was copied into the database when we looked last, head the
	// beginning of the log then: SQLite starts it again after it was copied as a whole.
	copied int64
	head   [32]byte
	// newest is the last delivery that is known to be committed.
	newest int64
	// commits counts transactions, tended those at the last look when idle.
	commits, tended uint64
	settled         bool

	// away means that no connection is open: the files are somebody else's for now.
	away bool
	plan plan
	// lost is why nothing can be stored any more, until hooktop is started again.
	lost error
	// keptIn is where everything received is, of a database that is no longer at its path.
	keptIn string
	// told is what was said last, so that it is said once.
	told string
}

// found is what is wrong with the files.
type found struct {
	// dbMissing and dbOther are about the path: nothing there, or another file.
	dbMissing, dbOther bool
	// overwritten means that somebody other than SQLite wrote to the database.
	overwritten bool
	// logMissing, logOther and logShort are about the log: removed, another one, cut off.
	logMissing, logOther, logShort bool
	// indexGone means that the index was removed or is another one.
	indexGone bool
	// touched means that the database was written to; a checkpoint of another process does
	// that, too.
	touched bool
}

// watch notes the files that the connections have just opened.
func (g *guard) watch() (err error) {
	if g.dbFile, err = os.Stat(g.path); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // files that are open cannot be removed there
		return nil
	}
	if err := g.holdDatabase(); err != nil {
		return err
	}
	log, err := os.Open(g.path + "-wal")
	if err != nil {
		return err
	}
	if g.log != nil {
		_ = g.log.Close() // it was only read
	}
	g.log = log
	if g.logFile, err = log.Stat(); err != nil {
		return err
	}
	if g.ixFile, err = os.Stat(g.path + "-shm"); err != nil {
		return err
	}
	g.settle()
	return nil
}

// holdDatabase opens the database, unless it is open already: what is deleted can still be
// asked about then, and SQLite's locks be taken in its place.
func (g *guard) holdDatabase() error {
	if g.db != nil {
		if held, err := g.db.Stat(); err == nil && os.SameFile(held, g.dbFile) {
			return nil
		}
		_ = g.db.Close() // another file than SQLite's
		g.db = nil
	}
	db, err := os.OpenFile(g.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	g.db = db
	return nil
}

// settle takes the files as they are now: they were just written by SQLite.
func (g *guard) settle() {
	if g.log == nil || g.away {
		return
	}
	if db, err := os.Stat(g.path); err == nil && os.SameFile(db, g.dbFile) {
		if !db.ModTime().Equal(g.changed) || db.Size() != g.size {
			g.changed, g.size = db.ModTime(), db.Size()
			_, g.copied, _ = g.checkpoint("NOOP") // known again at the next one
			g.head = g.logHead()
		}
	}
	if log, err := g.log.Stat(); err == nil {
		g.logSize = log.Size()
	}
}

// isWhole reports whether the log is as long as SQLite takes it to be.
func (g *guard) isWhole() bool {
	const head, frame = 32, 24 + 4096
	left, copied, err := g.checkpoint("NOOP")
	return err == nil && (left+copied == 0 || g.logNow >= head+(left+copied)*frame)
}

func (g *guard) logHead() (head [32]byte) {
	_, _ = g.log.ReadAt(head[:], 0) // an empty one has none
	return head
}

// before is called before a transaction: it fails if what is committed now could be lost.
func (g *guard) before() error {
	f, err := g.look()
	if err != nil || f == (found{}) && !g.away && g.lost == nil {
		return err
	}
	return g.mend(f)
}

// after is called once a transaction is committed, up to delivery newest. It fails if the
// commit may be lost.
func (g *guard) after(newest int64) error {
	g.commits++
	f, err := g.look()
	if err != nil {
		return err
	}
	if f.touched && g.progressed() { // the checkpoint that followed the commit did it
		g.settle()
		f.touched = false
	}
	if f.logShort && g.isWhole() { // it was begun anew
		f.logShort = false
	}
	g.newest = max(g.newest, newest)
	if f == (found{}) {
		g.logSize = g.logNow
		return nil
	}
	return g.mend(f)
}

// look compares the files at the paths with those that are open.
func (g *guard) look() (f found, err error) {
	if g.away {
		return f, nil
	}
	db, err := os.Stat(g.path)
	switch {
	case isMissing(err):
		f.dbMissing = true
	case err != nil:
		return f, err
	case !os.SameFile(db, g.dbFile):
		f.dbOther = true
	default:
		f.touched = g.log != nil && (!db.ModTime().Equal(g.changed) || db.Size() != g.size)
	}
	if g.log == nil {
		return f, nil
	}
	log, err := os.Stat(g.path + "-wal")
	switch {
	case isMissing(err):
		f.logMissing = true
	case err != nil:
		return f, err
	case !os.SameFile(log, g.logFile):
		f.logMissing, f.logOther = log.Size() == 0, log.Size() > 0
	default:
		f.logShort, g.logNow = log.Size() < g.logSize, log.Size()
	}
	ix, err := os.Stat(g.path + "-shm")
	switch {
	case isMissing(err):
		f.indexGone = true
	case err != nil:
		return f, err
	default:
		f.indexGone = !os.SameFile(ix, g.ixFile)
	}
	return f, nil
}

func isMissing(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// idle is called four times a second when nothing is to be written. It copies the log into
// the database once nothing was written for a while, so that little depends on the log.
func (g *guard) idle() {
	f, err := g.look()
	if err != nil || g.lost != nil || g.log == nil {
		return // said, or the next capture says it
	}
	if f != (found{}) || g.away {
		if g.mend(f) != nil {
			return // said
		}
	}
	if g.commits != g.tended {
		g.tended, g.settled = g.commits, false
		return
	}
	g.tend()
}

// tend copies the log into the database.
func (g *guard) tend() {
	if g.settled || g.log == nil {
		return
	}
	if left, _, err := g.checkpoint("PASSIVE"); err == nil && left == 0 {
		g.settled = true
		g.settle()
	}
}

// checkpoint copies the log into the database, or with NOOP asks how far that is. It returns
// how many pages of the log are not in the database, and how many are.
func (g *guard) checkpoint(mode string) (left, copied int64, err error) {
	var busy, log int64
	err = g.w.conn.Stmt(`PRAGMA wal_checkpoint(`+mode+`)`).Row().Scan(&busy, &log, &copied)
	if err == nil && busy != 0 {
		err = errors.New("another program copies the log into the database")
	}
	return log - copied, copied, err
}

// isCheckpoint reports whether a write to the database that this process did not make was a
// checkpoint of another one, and no accident.
func (g *guard) isCheckpoint() bool {
	for range 20 { // it says so at its end
		if v, err := g.w.version(); err == nil && v != g.w.seenVersion {
			return true
		}
		if g.progressed() {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// progressed reports whether more of the log was copied into the database than at the last
// look.
func (g *guard) progressed() bool {
	left, copied, err := g.checkpoint("NOOP")
	return err == nil && (copied != g.copied || g.logHead() != g.head) && (copied > 0 || left == 0)
}

// say tells what happened, once.
func (g *guard) say(i Incident) {
	text := i.Text
	if i.Err != nil {
		text = i.Err.Error()
	}
	if text == g.told {
		return
	}
	g.told = text
	select {
	case g.w.store.incidents <- i:
	default: // nobody listens
	}
}

// Incident is something that happened to the files of the database while they were in use.
type Incident struct {
	// Text says what was mended. Err is set instead if nothing can be stored for now.
	Text string
	Err  error
}

// Incidents receives what happened to the files of the database.
func (s *Store) Incidents() <-chan Incident { return s.incidents }

// close closes what watch opened, after the connections.
func (g *guard) close() {
	for _, f := range []*os.File{g.log, g.db} {
		if f != nil {
			_ = f.Close() // it was only read
		}
	}
}

var errAnotherLog = errors.New("another program made a new log beside the database")

func (g *guard) refusal(kind Kind, format string, args ...any) error {
	err := &Error{Kind: kind, Doing: "use the database", Path: g.w.store.path, Err: fmt.Errorf(format, args...)}
	g.say(Incident{Err: err})
	return err
}
