//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/store/mirror/pgtest"
)

func startPostgres(t *testing.T) *pgtest.Server {
	t.Helper()
	server, err := pgtest.Start(t.Context())
	if errors.Is(err, pgtest.ErrNotInstalled) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Remove() })
	return server
}

func execPostgres(t *testing.T, server *pgtest.Server, text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// emailThere waits until a user there has an address.
func emailThere(t *testing.T, server *pgtest.Server, id, email string) {
	t.Helper()
	eventually(t, email+" there", func() bool {
		conn, err := pgx.Connect(t.Context(), server.URL())
		if err != nil {
			return false
		}
		defer conn.Close(context.Background())
		var have string
		return conn.QueryRow(t.Context(), `SELECT "email" FROM "User" WHERE "id" = $1`, id).Scan(&have) == nil && have == email
	})
}

func TestTheUsersGoOnToTheAppsDatabaseAlsoAfterItWasAway(t *testing.T) {
	server, dir := startPostgres(t), t.TempDir()
	env := append(withSecret(), "HOOKTOP_USERS_DB="+server.URL())
	args := []string{"listen", "--tunnel", "off", "--addr", "127.0.0.1:0"}
	_, stderr, code := runHooktop(t, dir, env, args...)
	ddl := strings.Index(stderr, "CREATE TABLE")
	if code != exit.CodeUsage || !strings.Contains(stderr, `has no table "User"`) || ddl < 0 || strings.Contains(stderr, pgtest.Password) {
		t.Fatalf("without the table: exit code %d, %s", code, stderr)
	}
	execPostgres(t, server, strings.TrimSpace(stderr[ddl:]))

	// A user that was there before.
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--user-id", "user_0", "--email", "zero@example.com")
	text := start(t, dir, env, args...)
	text.says("users-db     postgres://")
	emailThere(t, server, "user_0", "zero@example.com")
	mustRun(t, dir, env, "trigger", "user.created", "--user-id", "user_1", "--email", "one@example.com")
	emailThere(t, server, "user_1", "one@example.com")
	if err := server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustRun(t, dir, env, "trigger", "user.updated", "--user-id", "user_1", "--email", "later@example.com") // answered without it
	text.complains("does not answer")
	text.complains("fix: start it, or correct --users-db; changes are kept and applied once it answers")
	// A hooktop that does not apply them looks in meanwhile, and stops nothing.
	p, ready := startListening(t, dir, withSecret(), "--tunnel", "off")
	post(t, http.DefaultClient, clerkURL(t, ready), "msg_2", userEvent("user.created", "user_2", "two@example.com", time.Now()))
	p.next("delivery")
	if err := server.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	text.complains("is back and is being sent the changes it missed")
	emailThere(t, server, "user_1", "later@example.com")
	emailThere(t, server, "user_2", "two@example.com")
	for _, said := range []string{text.output(), text.complaints()} {
		if strings.Contains(said, pgtest.Password) {
			t.Errorf("it shows the password: %s", said)
		}
	}
	text.interrupt()
	p.interrupt()
	// Where nobody applies them any more, nothing is written down for it.
	startListening(t, dir, withSecret(), "--tunnel", "off")
	if targets := queryRows(t, dir, `SELECT name FROM mirror_target`); len(targets) != 0 {
		t.Errorf("it still writes down changes for %q", targets)
	}
}

// What the app's database refuses is not only said once, as it happens.
func TestWhatTheAppsDatabaseDoesNotTakeStaysInSetup(t *testing.T) {
	server, dir := startPostgres(t), t.TempDir()
	env := append(withSecret(), "HOOKTOP_USERS_DB="+server.URL())
	found, code := diagnosed(t, dir, env, "--addr", "127.0.0.1:0")
	wantFinding(t, found["users-db"], "failed", `has no table "User"`)
	fix, _ := found["users-db"]["fix"].(string)
	ddl := strings.Index(fix, "CREATE TABLE")
	if code != exit.CodeFailed || ddl < 0 {
		t.Fatalf("exit code %d, %v", code, found["users-db"])
	}
	execPostgres(t, server, fix[ddl:])
	found, _ = diagnosed(t, dir, env, "--addr", "127.0.0.1:0")
	wantFinding(t, found["users-db"], "ok", `has the table "User"`)
	execPostgres(t, server, `INSERT INTO "User" ("id", "email", "updatedAt") VALUES ('user_old', 'ada@example.com', now()), ('user_older', 'bo@example.com', now())`)

	dashboard := func() *terminal {
		return openTerminal(t, 160, 44, command(t.Context(), t, dir, append(env, "NO_COLOR=1"), "--addr", "127.0.0.1:0", "--tunnel", "off"))
	}
	d := dashboard()
	d.see("? help")
	d.press("4")
	d.see("✓ users-db")
	mustRun(t, dir, env, "trigger", "user.created", "--user-id", "user_1", "--email", "ada@example.com")
	d.see("! users-db", "refuses the change to user_1; hooktop keeps retrying", "duplicate key value", "correct the rows or the columns there", "the Users tab (3) shows user_1")
	mustRun(t, dir, env, "trigger", "user.created", "--user-id", "user_2", "--email", "bo@example.com")
	d.see("refuses the changes to 2 users; hooktop keeps retrying", "the Users tab (3) shows user_1")
	found, code = diagnosed(t, dir, env)
	wantFinding(t, found["users-db"], "warning", "refuses the changes to 2 users")
	if fix, _ := found["users-db"]["fix"].(string); code != exit.CodeDone || !strings.Contains(fix, "hooktop users user_1") || strings.Contains(fmt.Sprint(found), pgtest.Password) {
		t.Errorf("exit code %d, %v", code, found["users-db"])
	}
	d.press("q")
	d.ends()
	wantNoPassword(t, "the dashboard", d.written())

	execPostgres(t, server, `DELETE FROM "User" WHERE "id" IN ('user_old', 'user_older')`)
	d = dashboard() // each start tries them at once
	emailThere(t, server, "user_2", "bo@example.com")
	emailThere(t, server, "user_1", "ada@example.com")
	d.press("4")
	d.see("✓ users-db")
	d.press("q")
	d.ends()
}

func TestAUsersDBThatIsNoPostgreSQLIsWrongSetUp(t *testing.T) {
	_, stderr, code := runHooktop(t, t.TempDir(), append(withSecret(), "HOOKTOP_USERS_DB=mysql://ada:"+password+"@localhost/app"), "listen", "--tunnel", "off")
	if code != exit.CodeUsage || !strings.Contains(stderr, "error: HOOKTOP_USERS_DB: not a PostgreSQL URL") || !strings.Contains(stderr, "fix: write postgres://") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	wantNoPassword(t, "the error", stderr)
}
