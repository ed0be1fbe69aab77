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

// versionTable is goose's, under a name that no other program's goose uses.
const versionTable = "hooktop_version"

// migrate brings the schema up to date. One that is costs a single read.
func migrate(ctx context.Context, db *sql.DB) error {
	known, err := newestSchema()
	if err != nil {
		return err
	}
	// Of several processes that open a new file at once one wins; the others
	// find its tables there, and look again: as long as it gets on, and then a
	// few times more.
	last := int64(-1)
	for try := 0; ; try++ {
		have, err := schemaVersion(ctx, db)
		if err != nil {
			return err
		}
		if have > known {
			return &Error{Kind: Newer, Err: fmt.Errorf("its schema is version %d, this one knows %d", have, known)}
		}
		if have == known {
			return nil
		}
		if have > last {
			last, try = have, 0
		}
		err = migrateUp(ctx, db)
		if err == nil {
			return nil
		}
		if try == 10 || ctx.Err() != nil {
			return err
		}
	}
}

// newestSchema is the version of the last file in schema.
func newestSchema() (int64, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(names[len(names)-1])
}

// schemaVersion is the schema's, 0 for a file without any.
func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var own, all int64
	err := db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = ?), count(*) FROM sqlite_schema WHERE type = 'table'`,
		versionTable).Scan(&own, &all)
	if err != nil {
		return 0, err
	}
	if own == 0 {
		if all > 0 {
			return 0, &Error{Kind: OtherProgram, Err: errors.New("it has tables, none of them hooktop's")}
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
