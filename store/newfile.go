package store

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
)

// newFile makes in an empty database what all files in schema make, one after the other. It
// is written by go test ./store -run TestANewFile -update, and the same test compares it with
// them. Going through all versions would be most of the time that the first start takes.
//
//go:embed newfile.sql
var newFile string

// createTables makes the tables of an empty database. It changes no other.
func createTables(ctx context.Context, db *sql.DB) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`) // the first error counts
		}
	}()
	var tables int
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return err
	}
	if tables == 0 {
		if _, err := conn.ExecContext(ctx, newFile); err != nil {
			return err
		}
	}
	_, err = conn.ExecContext(ctx, `COMMIT`)
	return err
}
