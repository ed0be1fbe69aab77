package intake

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// The errors of a request that has to be turned away: its sender should send it again.
var (
	ErrFull    = errors.New("too much is in flight")
	ErrDropped = errors.New("the body came too slowly while others waited")
)

const (
	// step is how much is taken from the budget at a time.
	step = 32 << 10
	// perHeader is about what a header costs beside its text, in bytes.
	perHeader = 200
	// roomWithin is how long a request waits for room that others make, roomEvery how
	// often it looks, and pressEvery how often others are dropped for it.
	roomWithin = 200 * time.Millisecond
	roomEvery  = 5 * time.Millisecond
	pressEvery = 50 * time.Millisecond
)

// Charge is what one request holds of the budget. Begin it before the request is
// read, and End it when nothing of the request is needed anymore. The zero Charge
// holds nothing and limits nothing.
type Charge struct {
	gate *Gate
	conn *conn
	// free is what the request may hold without asking, and paid what it took of the
	// shared budget.
	free, paid int64
	head       int64
}

// Begin charges a request's headers. After ErrFull there is nothing to End.
func (g *Gate) Begin(c *Charge, req *http.Request) error {
	if g == nil {
		return nil
	}
	*c = Charge{gate: g, conn: connOf(req.Context())}
	if c.conn != nil {
		c.free = g.limits.Free
	}
	c.head = int64(len(req.RequestURI))
	for name, values := range req.Header {
		for _, v := range values {
			c.head += perHeader + int64(len(name)+len(v))
		}
	}
	return c.hold(0)
}

// Reserve takes n bytes of the budget for a request that did not come over one of the
// gate's connections. It never waits; release gives them back.
func (g *Gate) Reserve(n int64) (release func(), ok bool) {
	if g == nil {
		return func() {}, true
	}
	if !g.take(n) {
		g.turned.add(&g.turned.tooMuch)
		return nil, false
	}
	return func() { g.used.Add(-n) }, true
}

// hold makes the charge large enough for n bytes of body, or ends it with ErrFull.
func (c *Charge) hold(n int64) error {
	need := c.head + n - c.free - c.paid
	if need <= 0 || c.gate == nil {
		return nil
	}
	need = (need + step - 1) / step * step
	if !c.gate.take(need) && !c.gate.takeLater(need, c.conn) {
		c.End()
		c.gate.turned.add(&c.gate.turned.tooMuch)
		return ErrFull
	}
	c.paid += need
	c.conn.pays(c.paid)
	return nil
}

// settle gives back what is not needed for n bytes of body.
func (c *Charge) settle(n int64) {
	over := (c.paid - max(0, c.head+n-c.free)) / step * step
	if over > 0 {
		c.paid -= over
		c.gate.used.Add(-over)
		c.conn.pays(c.paid)
	}
}

// End gives everything back.
func (c *Charge) End() {
	if c.paid > 0 {
		c.gate.used.Add(-c.paid)
		c.paid = 0
		c.conn.pays(0)
	}
}

// take takes n bytes of the shared budget, if they are there.
func (g *Gate) take(n int64) bool {
	for {
		used := g.used.Load()
		if used+n > g.shared {
			return false
		}
		if g.used.CompareAndSwap(used, used+n) {
			return true
		}
	}
}

// takeLater has the slowest bodies dropped and waits a moment for what they held.
func (g *Gate) takeLater(n int64, by *conn) bool {
	if n > g.shared {
		return false
	}
	for waited := time.Duration(0); waited < roomWithin; waited += roomEvery {
		g.press(n, by)
		time.Sleep(roomEvery)
		if g.take(n) {
			return true
		}
	}
	return false
}

// Junk is called before a rejected delivery is stored, and done after. It waits for
// its turn while good ones are stored, and reports false if that took too long: then
// the sender should send it again.
func (c *Charge) Junk(ctx context.Context) (done func(), ok bool) {
	if c.gate == nil {
		return func() {}, true
	}
	c.conn.enter(waiting)
	defer c.conn.enter(working)
	if done, ok = c.gate.lane.enter(ctx); !ok {
		c.gate.turned.add(&c.gate.turned.rejected)
	}
	return done, ok
}

// Good notes that a verified delivery is stored.
func (c *Charge) Good() {
	if c.gate != nil {
		c.gate.lane.good.Store(time.Now().UnixNano())
	}
}
