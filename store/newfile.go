package store

import (
	"context"
	"database/sql"
	_ "embed"
)

// newFile makes in an empty database what all files in schema make, one after the other. It
// is written by go test ./store -run TestANewFile -update, and the same test compares it with
// them. Going through all versions would be most of the time that the first start takes.
//
//go:embed newfile.sql
var newFile string

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
