package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/clerkapi/standin"
)

// escapes are what a terminal obeys: the clipboard (OSC 52), a title, a cleared
// screen, hidden text (SGR 8), the same with one byte (C1), text turned around.
const escapes = "\x1b]52;c;UFdO\x07\x1b]0;TITLE\x07\x1b[2J\x1b[8m\u009b8m\u009d52;c;UFdO\u009c\u202eevil\u2066\u200b\r\n\x7f"

// ownStyles are the escape sequences that hooktop's own styles make.
var ownStyles = regexp.MustCompile(`\x1b\[(|0|1|2|1;33|33;1|34|33)m`)

// wantOwnStyles wants text that a terminal shows, and no escape sequences but
// those of hooktop's own styles.
func wantOwnStyles(t *testing.T, what, out string) {
	t.Helper()
	plain := ownStyles.ReplaceAllString(out, "")
	for line := range strings.Lines(plain) {
		for i, r := range strings.TrimSuffix(line, "\n") {
			if _, n := utf8.DecodeRuneInString(line[i:]); !unicode.IsPrint(r) || r == utf8.RuneError && n == 1 {
				t.Errorf("%s printed %U in %q", what, r, line)
				return
			}
		}
	}
}

// hostileValue returns a value of a column with escape sequences in it: JSON
// keeps its form, and has them in every string.
func hostileValue(value string) string {
	var v any
	if (strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[")) && json.Unmarshal([]byte(value), &v) == nil {
		text, err := json.Marshal(hostileJSON(v))
		if err == nil {
			return string(text)
		}
	}
	return value + escapes
}

func hostileJSON(v any) any {
	switch v := v.(type) {
	case string:
		return v + escapes
	case []any:
		for i := range v {
			v[i] = hostileJSON(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = hostileJSON(v[key])
		}
	}
	return v
}

// textColumn is a column of the database that can hold text.
type textColumn struct{ table, name string }

// textColumns returns every column of every table that can hold text.
func textColumns(t *testing.T, db *sql.DB) (all []textColumn) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND upper(c.type) NOT IN ('INTEGER', 'INT', 'REAL', 'BOOLEAN')
		ORDER BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c textColumn
		if err := rows.Scan(&c.table, &c.name); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// makeHostile puts escape sequences into a column, and returns in how many rows.
func makeHostile(t *testing.T, db *sql.DB, c textColumn) (changed int) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf(`SELECT rowid, CAST(%q AS TEXT), typeof(%q) FROM %q WHERE %q IS NOT NULL`, c.name, c.name, c.table, c.name))
	if err != nil {
		return 0 // a table without rowids
	}
	defer rows.Close()
	type cell struct {
		id          int64
		value, kind string
	}
	var cells []cell
	for rows.Next() {
		var one cell
		if err := rows.Scan(&one.id, &one.value, &one.kind); err != nil {
			t.Fatal(err)
		}
		cells = append(cells, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, one := range cells {
		value := any(hostileValue(one.value))
		if one.kind == "blob" {
			value = []byte(hostileValue(one.value))
		}
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`UPDATE %q SET %q = ? WHERE rowid = ?`, c.table, c.name), value, one.id); err == nil {
			changed++
		}
	}
	return changed
}

// fillDatabase has a hooktop receive, reject, forward and resend, so that every
// table has rows, and returns its path.
func fillDatabase(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	app := startApp(t, 500)
	env := append(withSecret(), "STRIPE_WEBHOOK_SECRET=whsec_8cb9e3d1ac61d4e39a7c9f14ff2b11d0")
	p, ready := startListening(t, dir, env, "--forward-to", app.URL)
	for i, body := range []string{
		userEvent("user.created", "user_1", "ada@example.com", time.Now()),
		userEvent("user.updated", "user_1", "ada+2@example.com", time.Now().Add(time.Second)),
		userEvent("user.created", "user_2", "ada+2@example.com", time.Now()),
		userEvent("user.deleted", "user_3", "", time.Now()),
		`{"type":"user.created","data":{}}`,
	} {
		post(t, http.DefaultClient, clerkURL(t, ready), fmt.Sprint("msg_", i), body)
	}
	req, err := signed(t.Context(), clerkURL(t, ready), "msg_forged", "{}")
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("svix-signature", "v1,AAAA")
	if _, _, err := do(http.DefaultClient, req); err != nil {
		t.Fatal(err)
	}
	_, _, _ = runHooktop(t, dir, env, "trigger", "customer.subscription.updated")
	_, _, _ = runHooktop(t, dir, withSecret(), "resend", "1", "--to", app.URL)
	_ = p.cmd.Process.Kill()
	p.ends()
	change(t, dir, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return filepath.Join(dir, ".hooktop", "hooktop.db")
}

// What is in the database may come from an import or another program. Whichever
// column holds escape sequences, no command lets them reach the terminal.
func TestNoColumnReachesTheTerminalRaw(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs every command for every column")
	}
	original, err := os.ReadFile(fillDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("CLICOLOR_FORCE", "1")
	t.Chdir(t.TempDir())
	account, stop := standin.Start(standin.User{ID: "user_9" + escapes, Email: "nine@example.com" + escapes, Created: 1, Updated: 2})
	t.Cleanup(stop)
	env := append(withSecret(), "CLERK_API_URL="+account.URL, "CLERK_SECRET_KEY="+standin.Key)
	commands := [][]string{
		{"deliveries"},
		{"show", "1"},
		{"show", "6"},
		{"users", "--deleted"},
		{"users", "user_1"},
		{"users", "--rebuild"},
		{"wait", "type:nothing", "--timeout", "1ms", "--since", "0"},
		{"export", "--format", "curl"},
		{"reverify", "6"},
		{"resend", "1", "2"},
		{"resend", "1", "--to", "http://127.0.0.1:1/"},
		{"resend", "--where", "#1", "--dry-run"},
		{"drift"},
		{"trigger", "user.updated"},
	}
	colours := false
	check := func(t *testing.T, c textColumn, db string, args []string) {
		what := fmt.Sprintf("%s.%s: %s", c.table, c.name, strings.Join(args, " "))
		stdout, stderr, _ := inProcess(t, env, append(args, "--db", db)...)
		colours = colours || ownStyles.MatchString(stdout)
		wantOwnStyles(t, what, stdout)
		wantOwnStyles(t, what+" (stderr)", stderr)
	}
	columns, touched := 0, map[string]bool{}
	run := func(name string, cs []textColumn, commands [][]string) {
		t.Run(name, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "hooktop.db")
			if err := os.WriteFile(db, original, 0o600); err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open("sqlite", "file:"+db+"?_pragma=ignore_check_constraints(1)")
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cs {
				if makeHostile(t, raw, c) > 0 {
					columns++
					touched[c.table] = true
				}
			}
			if err := raw.Close(); err != nil {
				t.Fatal(err)
			}
			for _, args := range commands {
				check(t, cs[0], db, args)
			}
		})
	}
	db := filepath.Join(t.TempDir(), "schema.db")
	if err := os.WriteFile(db, original, 0o600); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", db)
	if err != nil {
		t.Fatal(err)
	}
	all := textColumns(t, raw)
	_ = raw.Close()
	for _, c := range all {
		commands := commands
		if c.table == "instance" {
			commands = [][]string{{"doctor", "--addr", "127.0.0.1:0"}, {"trigger", "user.updated"}}
		}
		run(c.table+"."+c.name, []textColumn{c}, commands)
	}
	for _, table := range []string{"delivery", "forward", "User"} {
		if !touched[table] {
			t.Errorf("nothing was written into %s: %v", table, touched)
		}
	}
	if columns < 30 || !colours {
		t.Errorf("%d columns of %d were hostile, colours %v", columns, len(all), colours)
	}
	t.Logf("%d columns of %d tables", columns, len(touched))
}
