package tunnel

import (
	"net"
	"sync"
)

// trackedConn is counted until it is closed, so that the session can wait for
// the last answer.
type trackedConn struct {
	net.Conn
	closed func()
}

func (t *Tunnel) track(c net.Conn) net.Conn {
	t.mu.Lock()
	t.open++
	t.mu.Unlock()
	return &trackedConn{Conn: c, closed: sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.open--; t.open == 0 {
			select {
			case t.idle <- struct{}{}:
			default:
			}
		}
	})}
}

func (c *trackedConn) Close() error {
	err := c.Conn.Close() // the answer has been sent when this returns
	c.closed()
	return err
}

// handOver passes a connection to Accept, or closes it when the tunnel has ended.
// The SDK holds a lock while a connection waits, so each one must be taken.
func (t *Tunnel) handOver(c net.Conn) {
	c = t.track(c)
	select {
	case t.conns <- c:
		return
	case <-t.closing:
	case <-t.failed:
	}
	_ = c.Close()
}

// drain waits until the open connections are closed, the session is lost or
// Shutdown runs out of time.
func (t *Tunnel) drain(lost <-chan *Error) {
	for {
		t.mu.Lock()
		open := t.open
		t.mu.Unlock()
		if open == 0 {
			return
		}
		select {
		case <-t.idle:
		case <-lost: //nolint:errcheck // why it was lost makes no difference here
			return
		case <-t.force:
			return
		}
	}
}
