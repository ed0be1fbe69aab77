package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hooktop/hooktop/store/writeconn"
)

// gate makes the connections that read, and can take them all back: whoever wants one while
// the files of the database are mended waits, or is told why there is none.
type gate struct {
	driver.Connector
	pool *sql.DB
	size int

	waiting atomic.Int64
	// opening is held for reading while a connection is made.
	opening sync.RWMutex

	mu sync.Mutex
	// open is closed while connections are made as usual.
	open    chan struct{}
	refused error
}

func newGate(c driver.Connector, size int) *gate {
	g := &gate{Connector: c, size: size, open: make(chan struct{})}
	close(g.open)
	g.pool = sql.OpenDB(g)
	g.pool.SetMaxOpenConns(size)
	g.pool.SetMaxIdleConns(size)
	return g
}

// Connect makes a connection once the gate is open.
func (g *gate) Connect(ctx context.Context) (driver.Conn, error) {
	for {
		g.mu.Lock()
		open, refused := g.open, g.refused
		g.mu.Unlock()
		if refused != nil {
			return nil, refused
		}
		select {
		case <-open:
		default:
			g.waiting.Add(1)
			select {
			case <-open:
				g.waiting.Add(-1)
			case <-ctx.Done():
				g.waiting.Add(-1)
				return nil, ctx.Err()
			}
			continue
		}
		g.opening.RLock()
		if g.isOpen() {
			defer g.opening.RUnlock()
			return g.connect(ctx)
		}
		g.opening.RUnlock()
	}
}

// connect makes a connection that leaves the log alone when it is closed: only the one that
// writes copies it back.
func (g *gate) connect(ctx context.Context) (driver.Conn, error) {
	c, err := g.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := writeconn.KeepLog(c); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (g *gate) isOpen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
		return true
	default:
		return false
	}
}

// shut closes the connections that are idle now, and the others when they become so. It
// reports whether none is left in time.
func (g *gate) shut(within time.Duration) bool {
	g.mu.Lock()
	select {
	case <-g.open:
		g.open = make(chan struct{})
	default:
	}
	g.mu.Unlock()
	g.opening.Lock()   // none is being made
	g.opening.Unlock() //nolint:staticcheck // it only waits
	g.pool.SetMaxIdleConns(-1)
	for over := time.Now().Add(within); ; time.Sleep(time.Millisecond) {
		if int64(g.pool.Stats().OpenConnections) <= g.waiting.Load() {
			return true
		}
		if time.Now().After(over) {
			return false
		}
	}
}

// reopen lets connections be made again.
func (g *gate) reopen() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pool.SetMaxIdleConns(g.size)
	g.refused = nil
	select {
	case <-g.open:
	default:
		close(g.open)
	}
}

// refuse fails those that wait for a connection, and all to come.
func (g *gate) refuse(why error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refused = why
	select {
	case <-g.open:
	default:
		close(g.open)
	}
	g.open = make(chan struct{})
}
