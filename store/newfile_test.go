package store

import (
	"database/sql"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write newfile.sql")

// A new file has the same tables, and the same rows in them, as one that went through all
// versions.
func TestANewFileIsWhatTheMigrationsMake(t *testing.T) {
	migrated := script(t, func(db *sql.DB) error { return migrateUp(t.Context(), db, math.MaxInt64) })
	if *update {
		if err := os.WriteFile("newfile.sql", []byte(migrated), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	created := script(t, func(db *sql.DB) error { return createTables(t.Context(), db) })
	if created != migrated {
		t.Errorf("newfile.sql is not what the migrations make: go test ./store -run TestANewFile -update\n%s", firstDifference(created, migrated))
	}
}

// script returns an SQL script of a new database after make.
func script(t *testing.T, make func(*sql.DB) error) string {
	t.Helper()
	db, err := connect(filepath.Join(t.TempDir(), "h.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := make(db); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("-- Written by go test ./store -run TestANewFile -update. Do not edit.\n")
	var tables []string
	for _, row := range selected(t, db, `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid`) {
		fmt.Fprintf(&b, "%s;\n", row[2])
		if row[0] == "table" {
			tables = append(tables, row[1])
		}
	}
	for _, table := range tables {
		columns := selected(t, db, `SELECT group_concat('"' || name || '"'), group_concat('quote("' || name || '")', ' || '','' || ')
			FROM pragma_table_info('`+table+`') WHERE name <> 'tstamp'`)[0]
		for _, row := range selected(t, db, `SELECT `+columns[1]+` FROM "`+table+`" ORDER BY 1`) {
			fmt.Fprintf(&b, "INSERT INTO %q (%s) VALUES (%s);\n", table, columns[0], row[0])
		}
	}
	return b.String()
}

func selected(t *testing.T, db *sql.DB, text string) (list [][]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), text)
	if err != nil {
		t.Fatal(text, err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	for rows.Next() {
		row, to := make([]string, len(names)), make([]any, len(names))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(text, err)
		}
		list = append(list, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(text, err)
	}
	return list
}

// firstDifference returns the first lines that differ.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return fmt.Sprint(len(x), " lines and ", len(y))
}
