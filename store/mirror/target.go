package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Target is the database that the users are copied to.
type Target struct {
	config *pgconn.Config
	name   string
	schema string // "" for the server's own choice
}

// prismaParameters are the parameters of Prisma's URLs that the server does not know.
var prismaParameters = []string{"connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size", "pgbouncer", "sslaccept", "sslidentity", "schema"}

// ParseTarget reads a URL as apps have it in DATABASE_URL, including Prisma's parameters.
// The error has a Fix and holds no part of the URL.
func ParseTarget(text string) (Target, error) {
	bad := &Error{what: "not the URL of a PostgreSQL database", fix: "write postgres://USER:PASSWORD@HOST:5432/DATABASE"}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return Target{}, bad
	}
	q := u.Query()
	schema := q.Get("schema")
	for _, name := range prismaParameters {
		q.Del(name)
	}
	u.RawQuery = q.Encode()
	config, err := pgconn.ParseConfig(u.String())
	if err != nil {
		return Target{}, bad
	}
	if schema != "" {
		config.RuntimeParams["search_path"] = identifier(schema)
	}
	config.RuntimeParams["application_name"] = "hooktop"
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	name := fmt.Sprintf("postgres://%s:%d/%s", config.Host, config.Port, config.Database)
	if schema != "" && schema != "public" {
		name += "?schema=" + schema
	}
	return Target{config, name, schema}, nil
}

// String returns the target's URL without the password.
func (t Target) String() string { return t.name }

// Hosts returns every host that may be connected to: the others are tried if the first
// does not answer. A path is a socket of this machine.
func (t Target) Hosts() []string {
	if t.IsZero() {
		return nil
	}
	hosts := []string{t.config.Host}
	for _, f := range t.config.Fallbacks {
		if !slices.Contains(hosts, f.Host) {
			hosts = append(hosts, f.Host)
		}
	}
	return hosts
}

// IsZero reports whether there is no target.
func (t Target) IsZero() bool { return t.config == nil }

// Check returns what is wrong with the target. away means that it does not answer now, and
// may later.
func (t Target) Check(ctx context.Context) (away bool, err error) {
	conn, err := t.connect(ctx)
	if err != nil {
		return true, err
	}
	defer conn.close(ctx) //nolint:errcheck // nothing was written
	err = t.check(ctx, conn)
	var e *Error
	return errors.As(err, &e) && !e.schema, err
}

func (t Target) connect(ctx context.Context) (*session, error) {
	conn, err := pgconn.ConnectConfig(ctx, t.config.Copy())
	if err != nil {
		return nil, t.explain(err)
	}
	return &session{conn}, nil
}

// columns are the model's, each as Prisma creates it. added is how to add it to a table that
// has rows, "" for the same.
var columns = []struct{ name, ddl, added string }{
	{"id", `TEXT NOT NULL PRIMARY KEY`, `TEXT UNIQUE`},
	{"email", `VARCHAR(320) NOT NULL UNIQUE`, `VARCHAR(320) UNIQUE`},
	{"stripeCustomerId", `TEXT UNIQUE`, ""},
	{"stripeSubscriptionId", `TEXT UNIQUE`, ""},
	{"stripePriceId", `TEXT`, ""},
	{"subscriptionStatus", `VARCHAR(64)`, ""},
	{"subscriptionCurrentPeriodEnd", `TIMESTAMP(3)`, ""},
	{"cancelAtPeriodEnd", `BOOLEAN NOT NULL DEFAULT false`, ""},
	{"planKey", `VARCHAR(128)`, ""},
	{"createdAt", `TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP`, ""},
	{"updatedAt", `TIMESTAMP(3) NOT NULL`, `TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP`},
}

// check requires the table and the columns that are written.
func (t Target) check(ctx context.Context, conn *session) error {
	rows, err := conn.rows(ctx, `SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('"User"') AND attnum > 0 AND NOT attisdropped`)
	if err != nil {
		return t.explain(err)
	}
	var have []string
	for _, row := range rows {
		have = append(have, row[0])
	}
	var all, missing, add []string
	for _, c := range columns {
		all = append(all, fmt.Sprintf("%q %s", c.name, c.ddl))
		if !slices.Contains(have, c.name) {
			missing = append(missing, c.name)
			add = append(add, fmt.Sprintf("ADD COLUMN %q %s", c.name, cmp.Or(c.added, c.ddl)))
		}
	}
	switch {
	case len(have) == 0:
		return &Error{schema: true, what: t.name + ` has no table "User"`, fix: "create it with your app's migrations, or with: " + t.makeSchema() + "CREATE TABLE " + t.table() + " (" + strings.Join(all, ", ") + ")"}
	case len(missing) > 0:
		return &Error{schema: true, what: fmt.Sprintf(`table "User" in %s has no column %s`, t.name, strings.Join(missing, ", ")), fix: "add it with your app's migrations, or with: ALTER TABLE " + t.table() + " " + strings.Join(add, ", ")}
	}
	return nil
}

// table returns the name of the table for a client with another search path, such as psql.
func (t Target) table() string {
	if t.schema == "" {
		return `"User"`
	}
	return identifier(t.schema, "User")
}

// makeSchema returns the statement to run before creating the table.
func (t Target) makeSchema() string {
	if t.schema == "" || t.schema == "public" {
		return ""
	}
	return "CREATE SCHEMA IF NOT EXISTS " + identifier(t.schema) + "; "
}

// Error is a target that cannot be written to.
type Error struct {
	what, fix string
	schema    bool
	cause     error
}

func (e *Error) Error() string { return "users-db: " + e.what }

// Fix says what to do.
func (e *Error) Fix() string { return e.fix }

func (e *Error) Unwrap() error { return e.cause }

// sourceError is a fault of hooktop's own database, not of the target.
type sourceError struct{ error }

// uniqueLines joins the distinct lines of a text: the attempts with and without TLS fail
// alike.
func uniqueLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// explain turns an error into what keeps the target from being written to, without the
// password.
func (t Target) explain(err error) error {
	if err == nil {
		return nil
	}
	var own *Error
	var source sourceError
	if errors.As(err, &own) {
		return err
	}
	if errors.As(err, &source) {
		return source.error
	}
	reason, fix := err, "start it, or correct --users-db; changes are kept and applied once it answers"
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &pg):
		reason = pg
		if strings.HasPrefix(pg.Code, "28") {
			fix = "correct the user and the password in --users-db"
		} else if strings.HasPrefix(pg.Code, "42") {
			fix = `its user needs SELECT, INSERT, UPDATE and DELETE on "User"`
		}
	case errors.As(err, &connect):
		reason = connect.Unwrap()
	}
	text := uniqueLines(reason.Error())
	if t.config.Password != "" {
		text = strings.ReplaceAll(text, t.config.Password, "…")
	}
	return &Error{what: t.name + " does not answer: " + text, fix: fix, cause: err}
}
