package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed schema/*.sql
var schema embed.FS

// newFile makes in an empty database what all files in schema make, one after the other. It
// is written by go test ./store -run TestANewFile -update, and the same test compares it with
// them. Going through all versions would be most of the time that the first start takes.
//
//go:embed newfile.sql
var newFile string

const (
	// versionTable has a row for each version that the database went through, the last of
	// which is its own. Older hooktops wrote it with goose.
	versionTable = "hooktop_version"
	versions     = `CREATE TABLE IF NOT EXISTS hooktop_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
	INSERT INTO hooktop_version (version_id, is_applied) SELECT 0, 1 WHERE NOT EXISTS (SELECT 1 FROM hooktop_version)`
	newestVersion = `SELECT ifnull(max(version_id), 0) FROM hooktop_version WHERE is_applied`
)

// upToDate brings the schema up to date. If it is up to date already, that costs one read;
// otherwise it opens a connection that writes.
func upToDate(ctx context.Context, read *sql.DB, write func() (*sql.DB, error)) (err error) {
	known, err := newestSchema()
	if err != nil {
		return err
	}
	if have, err := schemaVersion(ctx, read); err != nil || have == known {
		return err
	}
	db, err := write()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return migrate(ctx, db)
}

// migrate brings the schema up to date.
func migrate(ctx context.Context, db *sql.DB) error {
	known, err := newestSchema()
	if err != nil {
		return err
	}
	// If several processes open a new file at once, one wins; the others fail on
	// its tables and try again, as long as the version grows and a few times more.
	last := int64(-1)
	for try := 0; ; try++ {
		have, err := schemaVersion(ctx, db)
		if err != nil {
			return err
		}
		if have > known {
			return &Error{Kind: Newer, Err: fmt.Errorf("its schema has version %d, this hooktop supports up to %d", have, known)}
		}
		if have == known {
			return nil
		}
		if have > last {
			last, try = have, 0
		}
		if have == 0 && try == 0 {
			err = createTables(ctx, db)
		} else if err = migrateUp(ctx, db, known); err == nil {
			return nil
		}
		if err != nil && (try == 10 || ctx.Err() != nil) {
			return err
		}
	}
}

// foreignTrigger is the name of a trigger that hooktop did not make.
type foreignTrigger string

func (t foreignTrigger) Error() string {
	return fmt.Sprintf("it has a trigger that hooktop did not make: %.80q", string(t))
}

// onlyOwnTriggers refuses a database with another's trigger. It would run with each write,
// and the database may have come with a stranger's folder.
func onlyOwnTriggers(ctx context.Context, db *sql.DB) (err error) {
	rows, err := db.QueryContext(ctx, `SELECT name, ifnull(sql, '') FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	own := squeezed(newFile)
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		if text = squeezed(text); !strings.HasPrefix(text, "CREATE TRIGGER ") || !strings.Contains(own, text+";") {
			return foreignTrigger(name)
		}
	}
	return rows.Err()
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// newestSchema returns the version of the last file in schema.
func newestSchema() (int64, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return 0, err
	}
	return versionOf(names[len(names)-1])
}

// versionOf returns the number that a file's name begins with.
func versionOf(name string) (int64, error) {
	number, _, _ := strings.Cut(path.Base(name), "_")
	return strconv.ParseInt(number, 10, 64)
}

// schemaVersion returns the version of the database's schema, 0 for an empty file.
func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var own, all int64
	err := db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = ?), count(*) FROM sqlite_schema WHERE type = 'table'`,
		versionTable).Scan(&own, &all)
	if err != nil {
		return 0, err
	}
	if own == 0 {
		if all > 0 {
			return 0, &Error{Kind: OtherProgram, Err: errors.New("none of its tables are hooktop's")}
		}
		return 0, nil
	}
	var v int64
	err = db.QueryRowContext(ctx, newestVersion).Scan(&v)
	return v, err
}

// createTables makes the tables of an empty database. It changes no other.
func createTables(ctx context.Context, db *sql.DB) error {
	return locked(ctx, db, func(conn *sql.Conn) error {
		var tables int
		if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil || tables > 0 {
			return err
		}
		_, err := conn.ExecContext(ctx, newFile)
		return err
	})
}

// migrateUp goes through the versions up to one of them, each in a transaction of its own,
// and leaves out those that the database has: another process may be migrating it as well.
func migrateUp(ctx context.Context, db *sql.DB, to int64) error {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		version, err := versionOf(name)
		if err != nil {
			return err
		}
		if version > to {
			return nil
		}
		text, err := schema.ReadFile(name)
		if err != nil {
			return err
		}
		err = locked(ctx, db, func(conn *sql.Conn) error { return applyVersion(ctx, conn, version, string(text)) })
		if err != nil {
			return fmt.Errorf("schema version %d: %w", version, err)
		}
	}
	return nil
}

// applyVersion brings the schema to a version, from the one before.
func applyVersion(ctx context.Context, conn *sql.Conn, version int64, text string) error {
	if _, err := conn.ExecContext(ctx, versions); err != nil {
		return err
	}
	var have int64
	if err := conn.QueryRowContext(ctx, newestVersion).Scan(&have); err != nil || have >= version {
		return err
	}
	if _, err := conn.ExecContext(ctx, text); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, `INSERT INTO `+versionTable+` (version_id, is_applied) VALUES (?, 1)`, version)
	return err
}

// locked runs f in a transaction that has the write lock from its beginning.
func locked(ctx context.Context, db *sql.DB, f func(*sql.Conn) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if err = f(conn); err == nil {
		_, err = conn.ExecContext(ctx, `COMMIT`)
	}
	if err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`) // the first error counts
	}
	return err
}
