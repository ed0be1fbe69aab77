package intake

import "time"

// rank is how much a connection deserves its place: the lowest class goes first, and
// within it the lowest value.
type rank struct {
	class int
	value float64
}

func (r rank) before(other rank) bool {
	return r.class < other.class || r.class == other.class && r.value < other.value
}

// The classes. Connections that are younger than the grace go after the others.
const (
	idleLong = iota
	headSlow
	bodySlow
	answerUnread
	idleYoung
	headYoung
	bodyYoung
	inLane
	kept // it does not make room
)

// rank returns how much a connection deserves its place.
func (c *conn) rank(now time.Time) rank {
	c.mu.Lock()
	defer c.mu.Unlock()
	age := now.Sub(c.since)
	young := age < c.gate.limits.Grace
	oldest := -age.Seconds()
	choose := func(long, short int) rank {
		if young {
			return rank{short, oldest}
		}
		return rank{long, oldest}
	}
	switch {
	case c.dropped:
		return rank{kept, 0}
	case c.phase == idle:
		return choose(idleLong, idleYoung)
	case c.phase == head:
		return choose(headSlow, headYoung)
	case c.phase == body && young:
		return rank{bodyYoung, oldest}
	case c.phase == body:
		return rank{bodySlow, c.speed(now)}
	case c.phase == answering:
		return choose(answerUnread, kept)
	case c.phase == waiting:
		return rank{inLane, oldest}
	}
	return rank{kept, 0}
}

// dropOne has the connection that deserves its place least make room, and reports
// whether there was one. The caller holds g.mu.
func (g *Gate) dropOne(now time.Time) bool {
	var worst *conn
	least := rank{kept, 0}
	for _, c := range g.conns {
		if r := c.rank(now); r.before(least) {
			worst, least = c, r
		}
	}
	if worst == nil {
		return false
	}
	g.delist(worst)
	if worst.drop() {
		g.turned.add(&g.turned.dropped)
	}
	return true
}

// press has the slowest bodies dropped until n bytes of the budget will be free. by
// is the connection that needs them.
func (g *Gate) press(n int64, by *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if now.Sub(g.pressed) < pressEvery { // what was dropped then is about to be free
		return
	}
	g.pressed = now
	for n > 0 {
		var worst *conn
		var least rank
		for _, c := range g.conns {
			if r := c.rank(now); c != by && r.class == bodySlow && c.holds() > 0 && (worst == nil || r.before(least)) {
				worst, least = c, r
			}
		}
		if worst == nil {
			return
		}
		n -= worst.holds()
		g.delist(worst)
		worst.drop()
	}
}

// holds returns what the request took of the shared budget.
func (c *conn) holds() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.paid
}
