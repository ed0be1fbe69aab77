package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hooktop/hooktop/receiver/webhook"
)

var (
	// ErrClosed is returned by a Store that was closed.
	ErrClosed = errors.New("the database is closed")
	// ErrNotFound matches a *NotFoundError.
	ErrNotFound = webhook.ErrNotFound
)

// NotFoundError says that something is not, or no longer, in the database.
type NotFoundError struct {
	// What is missing: "delivery #12", "user user_2ab".
	What string
	fix  string
}

func (e *NotFoundError) Error() string { return "no " + e.What }

// Fix says where to look.
func (e *NotFoundError) Fix() string { return e.fix }

// Is matches ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

func noDelivery(id int64) error {
	return &NotFoundError{
		What: fmt.Sprintf("delivery #%d", id),
		fix:  "list the deliveries that are kept with `hooktop deliveries`; --keep and --keep-bytes set how much",
	}
}

// momentInFuture is the error for a moment after the newest delivery.
func momentInFuture(at, newest int64) error {
	has := fmt.Sprintf("the newest is #%d", newest)
	if newest == 0 {
		has = "there are no deliveries"
	}
	return &NotFoundError{
		What: fmt.Sprintf("delivery #%d yet: %s", at, has),
		fix:  "use an id that `hooktop deliveries` lists",
	}
}

// momentForgotten is the error for a moment whose changes retention deleted.
func momentForgotten(at, from int64) error {
	return &NotFoundError{
		What: fmt.Sprintf("users table as of #%d any more: changes before #%d were deleted", at, from),
		fix:  fmt.Sprintf("use a delivery from #%d on; a higher --keep keeps more", from),
	}
}

func noUser(id string) error {
	return &NotFoundError{What: fmt.Sprintf("user %q", id), fix: "list the users with `hooktop users`"}
}

// Kind tells the errors of a database apart by what to do about them.
type Kind int

// The kinds.
const (
	// Failed has no more specific kind.
	Failed Kind = iota
	// Busy is a write lock that another program did not release in time.
	Busy
	// Full is a disk without space, or a database at its size limit.
	Full
	// Corrupt is a damaged database.
	Corrupt
	// NotDatabase is a file that is not a SQLite database.
	NotDatabase
	// OtherProgram is another program's database.
	OtherProgram
	// ReadOnly is a file or folder without permission to write or enter it.
	ReadOnly
	// Newer is a database that a newer hooktop made.
	Newer
	// IsFolder is a folder where the file should be.
	IsFolder
	// NoFolder is a folder that cannot be created.
	NoFolder
	// FileReplaced is a database that was deleted, moved or replaced while it was open:
	// nobody would find what is written to it now.
	FileReplaced
	// OverLimit is a database with more than the limits allow, of which nothing may be
	// deleted yet.
	OverLimit
	// LogFull is a write-ahead log that cannot be emptied, because somebody reads from it.
	LogFull
	// FilesHeld is a database whose log or index was removed while others have them open.
	FilesHeld
	// Overwritten is a database that no longer fits its log, as another program wrote to it.
	Overwritten
	// Bug is a panic inside hooktop.
	Bug
)

var errFileReplaced = errors.New("the file is no longer the one that was opened")

// Error is a database that cannot be used as asked.
type Error struct {
	Kind Kind
	// Doing is what was being done: "capture delivery".
	Doing string
	// Path is the database's, as it was given.
	Path string
	Err  error
}

func (e *Error) Error() string { return e.Doing + ": " + e.what() }

func (e *Error) what() string {
	switch e.Kind {
	case Busy:
		return "another program has locked " + e.Path
	case Full:
		return "no disk space left for " + e.Path
	case Corrupt:
		return e.Path + " is damaged: " + e.Err.Error()
	case NotDatabase:
		return e.Path + " is not a SQLite database"
	case OtherProgram:
		return e.Path + " belongs to another program"
	case ReadOnly:
		return e.Path + " is not writable: " + e.Err.Error()
	case Newer:
		return e.Path + " was made by a newer hooktop: " + e.Err.Error()
	case IsFolder:
		return e.Path + " is a folder"
	case FileReplaced:
		said := e.Path + " was deleted, moved or replaced while it was in use"
		if !errors.Is(e.Err, errFileReplaced) {
			said += "; " + e.Err.Error()
		}
		return said
	case FilesHeld:
		return "the -wal or -shm file of " + e.Path + " was removed while another program has it open"
	case Overwritten:
		return e.Path + " was overwritten while it was in use: " + e.Err.Error()
	case NoFolder, OverLimit, LogFull, Bug, Failed:
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Fix says what to do about it.
func (e *Error) Fix() string {
	if _, ok := errors.AsType[foreignTrigger](e.Err); ok {
		return "remove it with DROP TRIGGER in `sqlite3 " + e.Path + "`, or choose another file with --db"
	}
	switch e.Kind {
	case Busy:
		return "close the other program (a database browser with unsaved changes?), then try again"
	case Full:
		return "free some disk space, then try again; a lower --keep-bytes keeps less"
	case Corrupt:
		return "stop every hooktop and move " + e.Path + " away with its -wal and -shm files; hooktop then creates a new one, and `sqlite3 FILE .recover` may save the old data"
	case NotDatabase, OtherProgram:
		return "choose another file with --db"
	case ReadOnly:
		return "give yourself read and write permission on the file and its folder, or choose another file with --db"
	case Newer:
		return "update hooktop, or choose another file with --db"
	case IsFolder:
		return "choose a file inside it: --db " + e.Path + "/hooktop.db"
	case NoFolder:
		return "create the folder yourself, or choose another file with --db"
	case FileReplaced:
		return "put it back or restart hooktop; nothing is captured until then"
	case OverLimit:
		return "start hooktop with --yes to delete the oldest deliveries, or with a higher --keep and --keep-bytes"
	case LogFull:
		return "close database browsers and other programs that have " + e.Path + " open"
	case FilesHeld:
		return "close the other program (a database browser, Prisma Studio, another hooktop?); nothing is captured until then"
	case Overwritten:
		return "restart hooktop to use the file as it is now; to restore a copy of a database, stop hooktop first"
	case Bug:
		return "this is a bug in hooktop: please report it with the message above"
	case Failed:
	}
	return "check the disk that holds " + e.Path + ", or choose another file with --db"
}

// fail gives an error its kind. Canceled contexts, closed stores and missing rows are not
// faults of the database.
func (s *Store) fail(doing string, err error) error {
	if s.closed.Load() {
		err = ErrClosed
	}
	if errors.Is(err, ErrClosed) || errors.Is(err, ErrNotFound) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	var own *Error
	if errors.As(err, &own) {
		return &Error{Kind: own.Kind, Doing: doing, Path: s.path, Err: own.Err}
	}
	return &Error{Kind: kindOf(err), Doing: doing, Path: s.path, Err: err}
}

// kindOf decides by the error's code, never by its text.
func kindOf(err error) Kind {
	switch {
	case errors.Is(err, errFileReplaced):
		return FileReplaced
	case errors.Is(err, syscall.ENOSPC):
		return Full
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ReadOnly
	}
	switch code(err) & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return Busy
	case sqlite3.SQLITE_FULL:
		return Full
	case sqlite3.SQLITE_CORRUPT:
		return Corrupt
	case sqlite3.SQLITE_NOTADB:
		return NotDatabase
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return ReadOnly
	case sqlite3.SQLITE_IOERR:
		// the log's index cannot grow: the system gives no other hint of a full disk
		if code(err) == sqlite3.SQLITE_IOERR_SHMSIZE {
			return Full
		}
	}
	return Failed
}

// code returns SQLite's extended result code, 0 for other errors.
func code(err error) int {
	var e interface{ Code() int } // of database/sql's driver and of the writer's connection
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}
