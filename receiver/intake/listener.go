package intake

import (
	"errors"
	"net"
	"syscall"
	"time"
)

const (
	// slotWithin is how long a connection waits for a place while hooktop works on all
	// others, and slotEvery how often it looks for one.
	slotWithin = 200 * time.Millisecond
	slotEvery  = 5 * time.Millisecond
	// writeBuffer is how much of the answers on a connection may wait to be read.
	writeBuffer = 64 << 10
	// descriptorsEach is how many connections make room when no descriptor is left,
	// and descriptorsAgain how long it then takes until the next try.
	descriptorsEach  = 16
	descriptorsAgain = 20 * time.Millisecond
)

// Listen returns a listener whose connections count among the gate's. When there are
// too many, one of them makes room for the next: the idle first, then the slowest.
func (g *Gate) Listen(l net.Listener) net.Listener {
	if g == nil {
		return l
	}
	return &listener{l, g}
}

type listener struct {
	net.Listener
	gate *Gate
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		switch {
		case outOfDescriptors(err):
			l.gate.freeDescriptors()
			time.Sleep(descriptorsAgain)
		case err != nil:
			return nil, err
		default:
			if admitted := l.gate.admit(c); admitted != nil {
				return admitted, nil
			}
			l.gate.turned.add(&l.gate.turned.tooMuch)
			l.gate.sendAway(c)
		}
	}
}

func outOfDescriptors(err error) bool {
	for _, no := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// freeDescriptors has some connections make room.
func (g *Gate) freeDescriptors() {
	g.turned.add(&g.turned.noDescriptors)
	g.mu.Lock()
	defer g.mu.Unlock()
	for range descriptorsEach {
		if !g.dropOne(time.Now()) {
			return
		}
	}
}

// admit gives a connection a place, nil if there is none.
func (g *Gate) admit(raw net.Conn) net.Conn {
	if tcp, ok := raw.(*net.TCPConn); ok { // answers are short; who reads none of many is slow sooner
		_ = tcp.SetWriteBuffer(writeBuffer)
	}
	c := &conn{Conn: raw, gate: g, since: time.Now()}
	for waited := time.Duration(0); ; waited += slotEvery {
		if g.enlist(c) {
			return c
		}
		if waited >= slotWithin {
			return nil
		}
		time.Sleep(slotEvery)
	}
}

// enlist gives a connection a place if there is one, or one can be made.
func (g *Gate) enlist(c *conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.conns) >= g.limits.Connections && !g.dropOne(time.Now()) {
		return false
	}
	c.at = len(g.conns)
	g.conns = append(g.conns, c)
	return true
}

// leave takes a connection off the list.
func (g *Gate) leave(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.delist(c)
}

// delist does that for who holds g.mu, which guards the places, too.
func (g *Gate) delist(c *conn) {
	if c.at < 0 {
		return
	}
	last := len(g.conns) - 1
	g.conns[c.at] = g.conns[last]
	g.conns[c.at].at = c.at
	g.conns[last] = nil
	g.conns, c.at = g.conns[:last], -1
}

// sendAway tells a connection that there is no room, without keeping others waiting.
func (g *Gate) sendAway(c net.Conn) {
	select {
	case g.refusing <- struct{}{}:
		go func() {
			defer func() { <-g.refusing }()
			answerRaw(c, ErrFull)
			_ = c.Close()
		}()
	default:
		_ = c.Close()
	}
}
