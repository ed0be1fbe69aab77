//go:build unix

package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// harm is done to the files of a database while it is in use.
type harm struct {
	name string
	do   func(t *testing.T, path string)
	// kind is that of the error afterwards; -1 if everything goes on.
	kind Kind
	// gone is set if nothing need be at the path any more.
	gone bool
}

var goesOn = Kind(-1)

func removed(suffixes ...string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		for _, s := range suffixes {
			ok(t, os.Remove(path+s))
		}
	}
}

var harms = []harm{
	{name: "nothing", do: func(*testing.T, string) {}, kind: goesOn},
	{name: "the log removed", do: removed("-wal"), kind: goesOn},
	{name: "the index removed", do: removed("-shm"), kind: goesOn},
	{name: "both removed", do: removed("-wal", "-shm"), kind: goesOn},
	{name: "all removed", do: removed("", "-wal", "-shm"), kind: goesOn},
	{name: "the database removed", do: removed(""), kind: goesOn},
	{name: "the folder removed", do: func(t *testing.T, path string) { ok(t, os.RemoveAll(filepath.Dir(path))) }, kind: goesOn},
	{name: "the log moved", do: func(t *testing.T, path string) { ok(t, os.Rename(path+"-wal", path+"-wal.away")) }, kind: goesOn},
	{name: "the index moved", do: func(t *testing.T, path string) { ok(t, os.Rename(path+"-shm", path+"-shm.away")) }, kind: goesOn},
	{name: "the log emptied", do: func(t *testing.T, path string) { ok(t, os.Truncate(path+"-wal", 0)) }, kind: goesOn},
	{name: "the log cut off", do: func(t *testing.T, path string) { ok(t, os.Truncate(path+"-wal", 10_000)) }, kind: goesOn},
	{name: "the log replaced by an empty one", do: func(t *testing.T, path string) {
		ok(t, os.Remove(path+"-wal"))
		ok(t, os.WriteFile(path+"-wal", nil, 0o600))
	}, kind: goesOn},
	{name: "the log edited as editors save", do: func(t *testing.T, path string) { replaceByCopy(t, path+"-wal") }, kind: goesOn},
	{name: "the index replaced by a copy", do: func(t *testing.T, path string) { replaceByCopy(t, path+"-shm") }, kind: goesOn},
	{name: "the database moved", do: func(t *testing.T, path string) { ok(t, os.Rename(path, path+".away")) }, kind: FileReplaced, gone: true},
	{name: "the folder moved", do: func(t *testing.T, path string) { ok(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+".away")) }, kind: FileReplaced, gone: true},
	{name: "the database replaced by a copy", do: func(t *testing.T, path string) { replaceByCopy(t, path) }, kind: FileReplaced, gone: true},
	{name: "a copy restored over it", do: func(t *testing.T, path string) { overwrite(t, path+".old", path) }, kind: goesOn},
}

// overwrite does what cp does.
func overwrite(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	ok(t, err)
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC|os.O_CREATE, 0o600)
	ok(t, err)
	_, err = f.Write(b)
	ok(t, errors.Join(err, f.Close()))
}

func replaceByCopy(t *testing.T, path string) {
	t.Helper()
	overwrite(t, path, path+".copy")
	ok(t, os.Rename(path+".copy", path))
}

// What was acknowledged is in the files at the path, as they are after a kill, whatever
// somebody does to them meanwhile.
func TestAcknowledgedDeliveriesSurviveHarmToTheFiles(t *testing.T) {
	for _, h := range harms {
		for _, tended := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, tended %v", h.name, tended), func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "folder", "hooktop.db")
				s := open(t, Config{Path: path})
				acknowledged := map[int64]bool{}
				n := 0
				add := func() (last error) {
					for range 5 {
						n++
						d := verified(message(n))
						err := s.Capture(t.Context(), d, upsert(message(n), message(n), 1))
						if err == nil {
							acknowledged[d.ID] = true
						} else {
							last = err
						}
					}
					return last
				}
				ok(t, add())
				overwrite(t, path, path+".old")
				ok(t, add())
				if tended {
					isTended(t, path)
				}
				before := len(acknowledged)
				h.do(t, path)
				err := add()
				if h.kind == goesOn {
					ok(t, err)
				} else if e := new(Error); !errors.As(err, &e) || e.Kind != h.kind || e.Fix() == "" || len(acknowledged) != before {
					t.Errorf("captured %d with %v", len(acknowledged)-before, err)
				}
				if h.gone {
					return
				}
				survives(t, path, acknowledged)
				h.do(t, path) // once more
				ok(t, add())
				survives(t, path, acknowledged)
				if c, err := s.Counts(t.Context()); err != nil || c.Deliveries != int64(len(acknowledged)) {
					t.Errorf("%+v, %v", c, err)
				}
				ok(t, s.Close())
				survives(t, path, acknowledged)
			})
		}
	}
}

// tended waits until the log is copied into the database, as it is when nothing comes.
func isTended(t *testing.T, path string) {
	t.Helper()
	look := another(t, path)
	for busy, log, copied := 0, 1, 0; log != copied; time.Sleep(time.Millisecond) {
		ok(t, look.QueryRowContext(t.Context(), `PRAGMA wal_checkpoint(NOOP)`).Scan(&busy, &log, &copied))
	}
	ok(t, look.Close())
}

// survives opens a copy of the files, as another process would after a kill.
func survives(t *testing.T, path string, acknowledged map[int64]bool) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "hooktop.db")
	for _, suffix := range []string{"", "-wal"} {
		from, err := os.Open(path + suffix)
		if errors.Is(err, os.ErrNotExist) && suffix != "" {
			continue
		}
		ok(t, err)
		to, err := os.Create(copied + suffix)
		ok(t, err)
		_, err = io.Copy(to, from)
		ok(t, errors.Join(err, to.Close()))
		// from stays open: closing it would drop SQLite's locks
		t.Cleanup(func() { _ = from.Close() })
	}
	s := open(t, Config{Path: copied})
	for id := range acknowledged {
		d, err := s.Delivery(t.Context(), id)
		if err != nil || d.Outcome != webhook.Created || d.Change == nil {
			t.Errorf("acknowledged #%d: %+v, %v", id, d.Outcome, err)
		}
	}
	if faults, err := s.QuickCheck(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("%q, %v", faults, err)
	}
	consistent(t, s)
}

func TestHarmIsToldOnce(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	ok(t, os.Remove(s.abs+"-wal"))
	capture(t, s, "m2", upsert("u2", "b@b.c", 1))
	capture(t, s, "m3", upsert("u3", "c@b.c", 1))
	select {
	case i := <-s.Incidents():
		if i.Err != nil || i.Text == "" {
			t.Errorf("told %+v", i)
		}
	case <-time.After(time.Minute):
		t.Fatal("nothing was told")
	}
	select {
	case i := <-s.Incidents():
		t.Errorf("told again: %+v", i)
	default:
	}
}

// A checkpoint of another program is no harm.
func TestACheckpointByAnotherProgramIsNoHarm(t *testing.T) {
	s := open(t, Config{})
	for n := range 20 {
		capture(t, s, message(n), upsert(message(n), message(n), 1))
		if n%5 == 4 {
			must(t, another(t, s.abs), `PRAGMA wal_checkpoint(`+[]string{"PASSIVE", "FULL", "RESTART", "TRUNCATE"}[n/5]+`)`)
		}
	}
	select {
	case i := <-s.Incidents():
		t.Errorf("told %+v", i)
	default:
	}
}
