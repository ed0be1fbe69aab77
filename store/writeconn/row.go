package writeconn

import (
	"database/sql"
	"fmt"
	"reflect"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Row is the row at which a statement is.
type Row struct {
	s    *Stmt
	err  error
	only bool
}

// Scan copies the columns to what dest points to, as database/sql does. What it copies stays
// valid.
func (r *Row) Scan(dest ...any) error {
	if r.only {
		defer r.s.end()
	}
	if r.err != nil {
		return r.err
	}
	if n := int(sqlite3.Xsqlite3_column_count(r.s.c.tls, r.s.p)); n != len(dest) {
		return fmt.Errorf("a row has %d columns, not %d", n, len(dest))
	}
	for i, d := range dest {
		if err := r.column(int32(i), d); err != nil { //nolint:gosec // a few dozen
			return err
		}
	}
	return nil
}

// column copies one column. The types that most statements read come first: any other is
// set by reflection.
func (r *Row) column(i int32, dest any) error {
	kind := sqlite3.Xsqlite3_column_type(r.s.c.tls, r.s.p, i)
	switch d := dest.(type) {
	case *int64:
		if kind == sqlite3.SQLITE_INTEGER {
			*d = r.integer(i)
			return nil
		}
	case *string:
		if kind == sqlite3.SQLITE_TEXT {
			*d = r.text(i)
			return nil
		}
	case *[]byte:
		if kind == sqlite3.SQLITE_TEXT || kind == sqlite3.SQLITE_BLOB {
			*d = r.blob(i)
			return nil
		}
	case *any:
		*d = r.value(i, kind)
		return nil
	case *sql.NullString:
		*d = sql.NullString{}
		if kind == sqlite3.SQLITE_TEXT {
			*d = sql.NullString{String: r.text(i), Valid: true}
		}
		if kind == sqlite3.SQLITE_TEXT || kind == sqlite3.SQLITE_NULL {
			return nil
		}
		return d.Scan(r.value(i, kind))
	case *sql.NullInt64:
		*d = sql.NullInt64{}
		if kind == sqlite3.SQLITE_INTEGER {
			*d = sql.NullInt64{Int64: r.integer(i), Valid: true}
		}
		if kind == sqlite3.SQLITE_INTEGER || kind == sqlite3.SQLITE_NULL {
			return nil
		}
	case sql.Scanner:
		return d.Scan(r.value(i, kind))
	default:
		return r.reflected(i, kind, dest)
	}
	return r.mismatch(i, kind)
}

// reflected sets a value whose type has a name, such as an outcome, or is a bool or an int.
func (r *Row) reflected(i, kind int32, dest any) error {
	v := reflect.ValueOf(dest)
	if v.Kind() != reflect.Pointer {
		return r.mismatch(i, kind)
	}
	switch v = v.Elem(); {
	case kind == sqlite3.SQLITE_TEXT && v.Kind() == reflect.String:
		v.SetString(r.text(i))
	case kind == sqlite3.SQLITE_INTEGER && v.CanInt():
		v.SetInt(r.integer(i))
	case kind == sqlite3.SQLITE_INTEGER && v.Kind() == reflect.Bool:
		v.SetBool(r.integer(i) != 0)
	default:
		return r.mismatch(i, kind)
	}
	return nil
}

func (r *Row) mismatch(i, kind int32) error {
	return fmt.Errorf("column %d of a row has SQLite's type %d, which does not fit", i+1, kind)
}

func (r *Row) value(i, kind int32) any {
	switch kind {
	case sqlite3.SQLITE_INTEGER:
		return r.integer(i)
	case sqlite3.SQLITE_FLOAT:
		return sqlite3.Xsqlite3_column_double(r.s.c.tls, r.s.p, i)
	case sqlite3.SQLITE_TEXT:
		return r.text(i)
	case sqlite3.SQLITE_BLOB:
		return r.blob(i)
	}
	return nil
}

func (r *Row) integer(i int32) int64 { return sqlite3.Xsqlite3_column_int64(r.s.c.tls, r.s.p, i) }

func (r *Row) text(i int32) string {
	p := sqlite3.Xsqlite3_column_text(r.s.c.tls, r.s.p, i)
	return string(libc.GoBytes(p, r.length(i)))
}

func (r *Row) blob(i int32) []byte {
	p := sqlite3.Xsqlite3_column_blob(r.s.c.tls, r.s.p, i)
	return append([]byte{}, libc.GoBytes(p, r.length(i))...)
}

func (r *Row) length(i int32) int { return int(sqlite3.Xsqlite3_column_bytes(r.s.c.tls, r.s.p, i)) }
