package mirror

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// session is a connection to the target. It speaks the protocol through pgconn alone: the
// types of pgx would be a twelfth of the program. Values travel as text, and no statement
// has a name: a pool between here and the server may forget those.
type session struct{ conn *pgconn.PgConn }

// errRolledBack is what a COMMIT comes to after an error that nobody noticed.
var errRolledBack = errors.New("the server rolled the transaction back")

func (s *session) close(ctx context.Context) error { return s.conn.Close(ctx) }

// run executes one statement without parameters.
func (s *session) run(ctx context.Context, text string) error {
	return s.conn.Exec(ctx, text).Close()
}

// commit fails if the server rolls back instead.
func (s *session) commit(ctx context.Context) error {
	results, err := s.conn.Exec(ctx, `COMMIT`).ReadAll()
	if err != nil {
		return err
	}
	if len(results) != 1 || results[0].CommandTag.String() != "COMMIT" {
		return errRolledBack
	}
	return nil
}

// rollback does nothing after a commit.
func (s *session) rollback(ctx context.Context) {
	if s.conn.TxStatus() != 'I' {
		_ = s.run(context.WithoutCancel(ctx), `ROLLBACK`) // the first error counts
	}
}

// within runs f in a savepoint, and undoes what it did if it fails.
func (s *session) within(ctx context.Context, f func() error) error {
	if err := s.run(ctx, `SAVEPOINT change`); err != nil {
		return err
	}
	if err := f(); err != nil {
		return errors.Join(err, s.run(ctx, `ROLLBACK TO change; RELEASE change`))
	}
	return s.run(ctx, `RELEASE change`)
}

// rows returns the rows that a statement selects, as text.
func (s *session) rows(ctx context.Context, text string, args ...any) ([][]string, error) {
	result := s.conn.ExecParams(ctx, text, values(args), nil, nil, nil).Read()
	if result.Err != nil {
		return nil, result.Err
	}
	rows := make([][]string, len(result.Rows))
	for i, row := range result.Rows {
		for _, value := range row {
			rows[i] = append(rows[i], string(value))
		}
	}
	return rows, nil
}

// values are a statement's parameters as text, nil for NULL.
func values(args []any) [][]byte {
	list := make([][]byte, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case string:
			list[i] = []byte(v)
		case bool:
			list[i] = fmt.Append(nil, v)
		case *string:
			if v != nil {
				list[i] = []byte(*v)
			}
		case time.Time:
			list[i] = timestamp(v)
		case *time.Time:
			if v != nil {
				list[i] = timestamp(*v)
			}
		}
	}
	return list
}

// timestamp is a time as TIMESTAMP reads it: that of UTC, as Prisma writes it.
func timestamp(t time.Time) []byte {
	return []byte(t.UTC().Format("2006-01-02 15:04:05.999999"))
}

// identifier quotes a name.
func identifier(parts ...string) string {
	for i, part := range parts {
		parts[i] = `"` + strings.ReplaceAll(strings.ReplaceAll(part, "\x00", ""), `"`, `""`) + `"`
	}
	return strings.Join(parts, ".")
}
