package bench

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver of the bare commit

	"github.com/hooktop/hooktop/receiver"
)

// ServeBare is the limit to compare with: it reads each body and answers 200, with the
// server that hooktop uses. It prints its address, and ends with ctx.
func ServeBare(ctx context.Context, stdout io.Writer) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := receiver.Server(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if _, err := io.ReadAll(req.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{\"message\":\"User created\"}\n")
	}), log.New(io.Discard, "", 0))
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if _, err := fmt.Fprintln(stdout, l.Addr()); err != nil {
		return err
	}
	if err := server.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}

// durable is a bare durable commit: one row, or one piece of a file.
type durable struct {
	db   *sql.DB
	stmt *sql.Stmt
	file *os.File
	body []byte
}

func newDurable(ctx context.Context, folder string, body []byte) (*durable, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "bare.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"); err != nil {
		return nil, err
	}
	stmt, err := db.PrepareContext(ctx, "INSERT INTO row (body) VALUES (?)")
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(folder, "bare.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return &durable{db, stmt, file, body}, err
}

func (d *durable) close() {
	_ = d.stmt.Close()
	_ = d.db.Close()
	_ = d.file.Close()
}

// row returns the median of commits of one row.
func (d *durable) row(ctx context.Context, lasting time.Duration) (time.Duration, error) {
	return medianOf(lasting, func() error {
		_, err := d.stmt.ExecContext(ctx, d.body)
		return err
	})
}

// append returns the median of what it takes to append to a file and sync it.
func (d *durable) append(lasting time.Duration) (time.Duration, error) {
	return medianOf(lasting, func() error {
		if _, err := d.file.Write(d.body); err != nil {
			return err
		}
		return d.file.Sync()
	})
}

// medianOf does something again and again for a while.
func medianOf(lasting time.Duration, do func() error) (time.Duration, error) {
	var took []float64
	for began := time.Now(); time.Since(began) < lasting; {
		before := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		took = append(took, float64(time.Since(before)))
	}
	return time.Duration(median(took)), nil
}
