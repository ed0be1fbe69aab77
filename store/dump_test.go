package store

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dumped returns a database as SQL that creates it again: its pragmas, the tables with all
// rows, and then the indexes and triggers, so that no trigger fires on the inserts.
func dumped(t testing.TB, db *sql.DB) string {
	t.Helper()
	var b strings.Builder
	for _, pragma := range []string{"application_id", "user_version"} {
		fmt.Fprintf(&b, "PRAGMA %s = %d;\n", pragma, count(t, db, "PRAGMA "+pragma))
	}
	b.WriteString("BEGIN;\n")
	for _, table := range lines(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`) {
		for _, text := range lines(t, db, `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`, table) {
			b.WriteString(text + ";\n")
		}
		insertions(t, db, &b, table)
	}
	b.WriteString("DELETE FROM sqlite_sequence;\n")
	insertions(t, db, &b, "sqlite_sequence")
	for _, text := range lines(t, db, `SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid`) {
		b.WriteString(text + ";\n")
	}
	b.WriteString("COMMIT;\n")
	return b.String()
}

// insertions writes a table's rows, without generated columns.
func insertions(t testing.TB, db *sql.DB, b *strings.Builder, table string) {
	t.Helper()
	var columns, values []string
	for _, name := range lines(t, db, `SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid`, table) {
		name = `"` + name + `"`
		columns = append(columns, name)
		// A body as text can be read, and compared.
		values = append(values, `CASE typeof(`+name+`) WHEN 'blob' THEN 'CAST(' || quote(CAST(`+name+` AS TEXT)) || ' AS BLOB)' ELSE quote(`+name+`) END`)
	}
	for _, row := range lines(t, db, `SELECT `+strings.Join(values, ` || ', ' || `)+` FROM "`+table+`" ORDER BY `+strings.Join(columns, ", ")) {
		fmt.Fprintf(b, "INSERT INTO %q VALUES (%s);\n", table, row)
	}
}

// lines are the rows of a query with one text column.
func lines(t testing.TB, db *sql.DB, text string, args ...any) []string {
	t.Helper()
	list, err := queryColumn[string](t.Context(), db, text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}

// loaded returns a new file into which a dump was loaded.
func loaded(t testing.TB, dump string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "hooktop.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db := another(t, path)
	must(t, db, "PRAGMA journal_mode = WAL")
	must(t, db, dump)
	return path
}
