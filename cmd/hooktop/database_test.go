package main

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"
)

// queryRows gives the rows of a query, a line each, as any SQLite client would find
// them, whether or not hooktop runs.
func queryRows(t *testing.T, dir, text string, args ...any) (rows []string) {
	t.Helper()
	db := openDatabase(t, dir)
	defer db.Close()
	found, err := db.QueryContext(t.Context(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// change writes into the database past hooktop.
func change(t *testing.T, dir, text string, args ...any) {
	t.Helper()
	db := openDatabase(t, dir)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func openDatabase(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, ".hooktop", "hooktop.db"))+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	return db
}
