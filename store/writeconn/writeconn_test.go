package writeconn

import (
	"bytes"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

func open(t *testing.T) *Conn {
	t.Helper()
	c, err := Open(filepath.Join(t.TempDir(), "odd name?%41#.db"), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func exec(t *testing.T, c *Conn, text string, args ...any) {
	t.Helper()
	if err := c.Stmt(text).Exec(args...); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsStoredIsRead(t *testing.T) {
	c := open(t)
	type outcome string
	text, none := "a pointed text", (*string)(nil)
	large := bytes.Repeat([]byte{0, 0xff, 7}, keptBuffer)
	var (
		i          int64
		n          int
		yes        bool
		s          string
		named      outcome
		b, empty   []byte
		null, it   any
		some, not  sql.NullString
		count, non sql.NullInt64
		real       sql.NullFloat64
	)
	for range 2 { // the second time with what the first left in the buffers
		err := c.Stmt(`SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1.5`).
			Row(int64(-1<<63), 7, true, "a\x00b\xff", "created", large, []byte{}, nil, "any", &text, none, int64(3), nil).
			Scan(&i, &n, &yes, &s, &named, &b, &empty, &null, &it, &some, &not, &count, &non, &real)
		if err != nil {
			t.Fatal(err)
		}
		if i != -1<<63 || n != 7 || !yes || s != "a\x00b\xff" || named != "created" || !bytes.Equal(b, large) || empty == nil || len(empty) != 0 ||
			null != nil || it != "any" || some.String != text || not.Valid || count.Int64 != 3 || non.Valid || real.Float64 != 1.5 {
			t.Errorf("read %v %v %v %q %v %v %v %v %v %v %v %v %v", i, n, yes, s, named, len(b), empty, null, it, some, not, count, real)
		}
	}
	var kind string
	if err := c.Stmt(`SELECT typeof(?)`).Row([]byte{}).Scan(&kind); err != nil || kind != "blob" {
		t.Errorf("an empty blob is stored as %s (%v)", kind, err)
	}
}

func TestAStatementRunsInsideAnother(t *testing.T) {
	c := open(t)
	exec(t, c, `CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT)`)
	for _, text := range []string{"x", "yy", "zzz"} {
		if _, err := c.Stmt(`INSERT INTO a (text) VALUES (?)`).Insert(text); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := c.Stmt(`SELECT id, text || ? FROM a ORDER BY id`).Each([]any{"!"}, func(r *Row) error {
		var id int64
		var text, again string
		if err := r.Scan(&id, &text); err != nil {
			return err
		}
		got = append(got, text)
		if err := c.Stmt(`SELECT text FROM a WHERE id = ?`).Row(id).Scan(&again); err != nil {
			return err
		}
		if again+"!" != text {
			t.Errorf("%q inside %q", again, text)
		}
		return nil
	})
	if err != nil || strings.Join(got, " ") != "x! yy! zzz!" {
		t.Errorf("%q, %v", got, err)
	}
	if n, err := c.Stmt(`DELETE FROM a WHERE id > ?`).Change(1); err != nil || n != 2 {
		t.Errorf("deleted %d, %v", n, err)
	}
}

func TestAStatementRunsAgainAfterAnError(t *testing.T) {
	c := open(t)
	exec(t, c, `CREATE TABLE a (id TEXT PRIMARY KEY)`)
	insert := c.Stmt(`INSERT INTO a VALUES (?)`)
	exec(t, c, `INSERT INTO a VALUES (?)`, "x")
	var e *Error
	if err := insert.Exec("x"); !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || !strings.Contains(e.Error(), "a.id") {
		t.Errorf("a second x: %v", err)
	}
	if err := insert.Exec(struct{}{}); err == nil {
		t.Error("a struct was stored")
	}
	if err := insert.Exec("y"); err != nil {
		t.Error(err)
	}
	if err := c.Stmt(`SELECT id FROM a WHERE id = 'z'`).Row().Scan(new(string)); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("no row: %v", err)
	}
	if err := c.Stmt(`SELECT id FROM a`).Row().Scan(new(int64)); err == nil {
		t.Error("a text was read as a number")
	}
	if err := c.Stmt(`SELECT nothing`).Exec(); err == nil {
		t.Error("a wrong statement ran")
	}
	func() {
		defer func() { _ = recover() }()
		_ = c.Stmt(`SELECT id FROM a`).Each(nil, func(*Row) error { panic("in the middle") })
	}()
	exec(t, c, `DROP TABLE a`) // not while a statement reads it
}

func TestOpeningAFolderFails(t *testing.T) {
	var e *Error
	if _, err := Open(t.TempDir(), time.Second); !errors.As(err, &e) || e.Code()&0xff != sqlite3.SQLITE_CANTOPEN {
		t.Errorf("got %v", err)
	}
}
