package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"modernc.org/sqlite"
)

// stamp is the time at which a migration ran.
var stamp = regexp.MustCompile(`(INSERT INTO "hooktop_version" VALUES \(\d+, \d+, 1), '[^']*'`)

// forgets is when a message may be forgotten: some time after the migration.
var forgets = regexp.MustCompile(`(INSERT INTO "message" VALUES \(.*), \d{19}\)`)

func (o older) state(t *testing.T) string {
	t.Helper()
	return forgets.ReplaceAllString(stamp.ReplaceAllString(dumped(t, another(t, o.path)), "$1"), "$1")
}

// upTo returns the database migrated to another version.
func (o older) upTo(t *testing.T, version int64) string {
	t.Helper()
	o.path = loaded(t, o.dump)
	if err := migrateUp(t.Context(), another(t, o.path), version); err != nil {
		t.Fatal(err)
	}
	return o.state(t)
}

// interrupted stops the seventh migration half way, where it alters rows. A migration is
// applied whole or not at all, and opening the database again finishes the work.
func interrupted(t *testing.T, statement string, open func(o older)) {
	t.Helper()
	eachOlder(t, func(t *testing.T, o older) {
		if o.version >= 7 {
			return
		}
		db := another(t, o.path)
		must(t, db, `CREATE TRIGGER halt AFTER UPDATE ON change BEGIN SELECT `+statement+`; END`)
		open(o)
		if v, err := schemaVersion(t.Context(), db); err != nil || v != 6 {
			t.Fatalf("the version is %d, %v", v, err)
		}
		if n := count(t, db, `SELECT count(*) FROM sqlite_schema WHERE name = 'halt'`); n != 1 {
			t.Fatalf("%d triggers", n)
		}
		must(t, db, `DROP TRIGGER halt`)
		if o.state(t) != o.upTo(t, 6) {
			t.Error("the database is in neither the old nor the new state")
		}
		o.open(t)
		now, err := newestSchema()
		if err != nil {
			t.Fatal(err)
		}
		if o.state(t) != o.upTo(t, now) {
			t.Error("after opening again it differs from an undisturbed migration")
		}
	})
}

func TestAMigrationThatFailsLeavesTheDatabaseAsItWas(t *testing.T) {
	interrupted(t, `RAISE(ABORT, 'no')`, func(o older) {
		if s, err := Open(t.Context(), Config{Path: o.path}); err == nil {
			t.Errorf("the database was opened: %v", s.Close())
		}
	})
}

// olderDB names the database to a process that is killed while it migrates it.
const olderDB = "HOOKTOP_TEST_OLDER_DB"

func TestAKillInAMigrationLeavesTheDatabaseAsItWas(t *testing.T) {
	if path := os.Getenv(olderDB); path != "" {
		dieMigrating(t, path)
	}
	interrupted(t, `die()`, func(o older) {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), olderDB+"="+o.path)
		if out, err := child.CombinedOutput(); err == nil || len(out) > 0 {
			t.Errorf("the process was not killed: %v %s", err, out)
		}
	})
}

// dieMigrating kills its process at the statement in the trigger.
func dieMigrating(t *testing.T, path string) {
	sqlite.MustRegisterScalarFunction("die", 0, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err == nil {
			select {} // until it is dead
		}
		return nil, err
	})
	_, err := Open(context.Background(), Config{Path: path})
	t.Fatalf("the process is still alive: %v", err)
}

func TestAnotherProgramsTriggerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hooktop.db")
	reopen := func() error {
		s, err := Open(t.Context(), Config{Path: path})
		if err == nil {
			err = s.Close()
		}
		return err
	}
	if err := reopen(); err != nil {
		t.Fatal(err)
	}
	db := another(t, path)
	must(t, db, `CREATE VIEW mine AS SELECT id FROM delivery`)
	if err := reopen(); err != nil {
		t.Errorf("with a view: %v", err)
	}
	must(t, db, `CREATE TRIGGER planted AFTER INSERT ON delivery BEGIN DELETE FROM "User"; END`)
	var own *Error
	if err := reopen(); !errors.As(err, &own) || !strings.Contains(err.Error(), "planted") || !strings.Contains(own.Fix(), "DROP TRIGGER") {
		t.Errorf("with a trigger: %v", err)
	}
}
