package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed schema/*.sql
var schema embed.FS

// versionTable is goose's table, under a name that no other program's goose uses.
const versionTable = "hooktop_version"

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
		} else if err = migrateUp(ctx, db); err == nil {
			return nil
		}
		if err != nil && (try == 10 || ctx.Err() != nil) {
			return err
		}
	}
}

// newestSchema returns the version of the last file in schema.
func newestSchema() (int64, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(names[len(names)-1])
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
	var v sql.NullInt64
	err = db.QueryRowContext(ctx, `SELECT max(version_id) FROM `+versionTable+` WHERE is_applied`).Scan(&v)
	return v.Int64, err
}

func migrateUp(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(schema, "schema")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}
