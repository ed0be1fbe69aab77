package mirror

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/store/mirror/pgtest"
)

func TestAMissingTableOrColumnIsReportedWithItsDDL(t *testing.T) {
	r := newRig(t)
	away, err := r.target.Check(t.Context())
	var e *Error
	if away || !errors.As(err, &e) || !strings.Contains(e.Error(), `has no table "User"`) {
		t.Fatalf("away %t: %v", away, err)
	}
	ddl := e.Fix()[strings.Index(e.Fix(), "CREATE TABLE"):]
	r.exec(ddl) // it is what is expected
	if _, err := r.target.Check(t.Context()); err != nil {
		t.Errorf("after its own DDL: %v", err)
	}
	r.exec(`ALTER TABLE "User" DROP COLUMN "planKey", DROP COLUMN "cancelAtPeriodEnd"`)
	_, err = r.target.Check(t.Context())
	if !errors.As(err, &e) || !strings.Contains(e.Error(), "cancelAtPeriodEnd, planKey") {
		t.Fatalf("without two columns: %v", err)
	}
	r.exec(e.Fix()[strings.Index(e.Fix(), "ALTER TABLE"):])
	if _, err := r.target.Check(t.Context()); err != nil {
		t.Errorf("after its own DDL: %v", err)
	}
	if err := r.server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	away, err = r.target.Check(t.Context())
	if !away || err == nil || strings.Contains(err.Error(), pgtest.Password) {
		t.Errorf("away %t: %v", away, err)
	}
}

// psql does not know the schema in the URL, and the table has rows.
func TestTheDDLForATableInASchemaRunsAsItIsPrinted(t *testing.T) {
	r := newRig(t)
	target, err := ParseTarget(r.server.URL() + "&schema=" + url.QueryEscape(`my "app"`))
	if err != nil {
		t.Fatal(err)
	}
	printed := func(from string) string {
		t.Helper()
		away, err := target.Check(t.Context())
		var e *Error
		if away || !errors.As(err, &e) || !strings.Contains(e.Fix(), from) {
			t.Fatalf("away %t: %v", away, err)
		}
		return e.Fix()[strings.Index(e.Fix(), from):]
	}
	r.exec(printed("CREATE SCHEMA"))
	r.exec(`INSERT INTO "my ""app"""."User" ("id", "email", "updatedAt") VALUES ('user_app', 'app@example.com', now())`)
	for _, c := range columns {
		r.exec(`ALTER TABLE "my ""app"""."User" DROP COLUMN "` + c.name + `"`)
		r.exec(printed("ALTER TABLE"))
		if _, err := target.Check(t.Context()); err != nil {
			t.Errorf("after its own DDL for %s: %v", c.name, err)
		}
	}
	r.target = target
	r.capture(1, upsert("user_1", "one@example.com"))
	r.run()
	r.caughtUp()
	conn := r.connect()
	defer conn.Close(context.Background())
	var email string
	if err := conn.QueryRow(t.Context(), `SELECT "email" FROM "my ""app"""."User" WHERE "id" = 'user_1'`).Scan(&email); err != nil || email != "one@example.com" {
		t.Errorf("the target has address %q, %v", email, err)
	}
}

// The attempts with and without TLS fail alike.
func TestATargetThatDoesNotAnswerIsReportedOnce(t *testing.T) {
	target, err := ParseTarget("postgres://ada:hunter2@127.0.0.1:1/app")
	if err != nil {
		t.Fatal(err)
	}
	away, err := target.Check(t.Context())
	if !away || err == nil || strings.Count(err.Error(), "dial error") != 1 || strings.Contains(err.Error(), "\n") {
		t.Errorf("away %t: %v", away, err)
	}
}

func TestATargetIsNamedWithoutItsPassword(t *testing.T) {
	for _, test := range []struct{ url, name string }{
		{"postgres://ada:hunter2@db.example.com/app", "postgres://db.example.com:5432/app"},
		{"postgresql://ada:hunter2@localhost:5433/app?schema=hooks&connection_limit=1&pgbouncer=true&sslmode=disable", "postgres://localhost:5433/app?schema=hooks"},
		{"mysql://ada:hunter2@localhost/app", ""},
		{"postgres://ada:hunter2@local host/app", ""},
		{"postgres://ada:hunter2@localhost:port/app", ""},
	} {
		target, err := ParseTarget(test.url)
		if (err == nil) != (test.name != "") {
			t.Errorf("%s: %v", test.url, err)
			continue
		}
		if err != nil {
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the password: %v", err)
			}
			continue
		}
		if target.String() != test.name {
			t.Errorf("%s has the name %s", test.url, target)
		}
		if test.name != "" && strings.Contains(test.url, "schema") && (target.config.RuntimeParams["search_path"] != `"hooks"` || target.config.RuntimeParams["connection_limit"] != "") {
			t.Errorf("%s: %v", test.url, target.config.RuntimeParams)
		}
	}
}
