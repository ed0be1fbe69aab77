package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// deliveries is the list of deliveries, of all or of those that failed.
type deliveries struct {
	window[webhook.Delivery, int64]
	failures bool

	// follow keeps the newest delivery selected. seen is what seenTotal was when
	// it ended.
	follow bool
	seen   int64

	lane   lane
	loaded bool
	stale  bool

	w       int
	target  bool // there is an app now
	needs   needs
	columns columns
}

func newDeliveries(failures bool) *deliveries {
	l := &deliveries{failures: failures, follow: true}
	l.key = func(d webhook.Delivery) int64 { return d.ID }
	return l
}

func (l *deliveries) setSize(w, h int, app bool) {
	if l.w != w {
		l.needs = needs{}
	}
	l.w, l.target = w, app
	l.setHeight(h)
}

// prepare gives the columns what the rows need.
func (l *deliveries) prepare(now time.Time) {
	n := need(l.rows, now)
	n.app = n.app || l.target
	l.needs = n.from(l.needs)
	l.columns = layColumns(l.w, l.needs)
}

// reading is a question to the store and what is done with the rows.
type reading struct {
	pages []webhook.Page
	put   func(rows [][]webhook.Delivery)
}

func (l *deliveries) ask(m *model, r reading) tea.Cmd {
	store := m.d.Store
	return l.lane.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		rows := make([][]webhook.Delivery, len(r.pages))
		for i, p := range r.pages {
			var err error
			if rows[i], err = store.Deliveries(ctx, p); err != nil {
				return nil, fmt.Errorf("read the deliveries: %w", err)
			}
		}
		return func() tea.Cmd {
			l.loaded = true
			r.put(rows)
			m.noteApp(l.rows)
			return nil
		}, nil
	})
}

func (l *deliveries) page(p webhook.Page) webhook.Page {
	p.Failures = l.failures
	p.Limit = min(max(p.Limit, l.limit()), 1000)
	return p
}

// newest shows the top of the list and follows it.
func (l *deliveries) newest(m *model) tea.Cmd {
	l.follow = true
	p := l.page(webhook.Page{})
	return l.ask(m, reading{[]webhook.Page{p}, func(rows [][]webhook.Delivery) {
		l.first, l.last = true, len(rows[0]) < p.Limit
		l.rows = rows[0]
		l.selectAt(0)
	}})
}

// bottom shows the end of the list.
func (l *deliveries) bottom(m *model) tea.Cmd {
	l.unfollow(m)
	// Ids begin with 1, and no page asks for what comes after 0.
	p, one := l.page(webhook.Page{After: 1}), l.page(webhook.Page{Before: 2})
	return l.ask(m, reading{[]webhook.Page{p, one}, func(rows [][]webhook.Delivery) {
		l.first, l.last = len(rows[0]) < p.Limit, true
		l.rows = append(rows[0][:len(rows[0]):len(rows[0])], rows[1]...)
		l.selectAt(len(l.rows) - 1)
	}})
}

// jump selects a delivery, wherever in the list it is.
func (l *deliveries) jump(m *model, id int64) tea.Cmd {
	l.unfollow(m)
	if i := l.index(id); i >= 0 {
		l.selectAt(i)
		return nil
	}
	above, below := l.page(webhook.Page{After: id}), l.page(webhook.Page{Before: id + 1})
	return l.ask(m, reading{[]webhook.Page{above, below}, func(rows [][]webhook.Delivery) {
		l.first, l.last = len(rows[0]) < above.Limit, len(rows[1]) < below.Limit
		l.rows = append(rows[0][:len(rows[0]):len(rows[0])], rows[1]...)
		l.top = max(len(rows[0])-l.h/3, 0)
		l.selectAt(len(rows[0]))
	}})
}

// wanted is the read that the list needs now, nil where it needs none.
func (l *deliveries) wanted(m *model) tea.Cmd {
	if !l.lane.idle() {
		return nil
	}
	switch {
	case !l.loaded, l.stale && l.follow, len(l.rows) == 0 && l.stale:
		l.stale = false
		return l.newest(m)
	case l.stale:
		l.stale, l.first = false, false
		p := l.page(webhook.Page{Before: l.rows[0].ID + 1, Limit: len(l.rows)})
		return l.ask(m, reading{[]webhook.Page{p}, func(rows [][]webhook.Delivery) {
			l.last = len(rows[0]) < p.Limit
			l.replace(rows[0])
		}})
	case l.wantsBefore():
		p := l.page(webhook.Page{After: l.rows[0].ID})
		return l.ask(m, reading{[]webhook.Page{p}, func(rows [][]webhook.Delivery) {
			l.first = len(rows[0]) < p.Limit
			l.before(rows[0])
		}})
	case l.wantsAfter():
		p := l.page(webhook.Page{Before: l.rows[len(l.rows)-1].ID})
		return l.ask(m, reading{[]webhook.Page{p}, func(rows [][]webhook.Delivery) {
			l.last = len(rows[0]) < p.Limit
			l.after(rows[0])
		}})
	}
	return nil
}

// failure jumps to the next older failure, or the next newer one.
func (l *deliveries) failure(m *model, older bool) tea.Cmd {
	d := l.selected()
	if d == nil {
		return m.say(cannot("no delivery is selected"))
	}
	p, what := webhook.Page{Before: d.ID, Failures: true, Limit: 1}, "older"
	if !older {
		p, what = webhook.Page{After: d.ID, Failures: true, Limit: 1}, "newer"
	}
	store := m.d.Store
	return m.find.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		rows, err := store.Deliveries(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("look for a failure: %w", err)
		}
		return func() tea.Cmd {
			if len(rows) == 0 {
				return m.say(cannot("no " + what + " failure"))
			}
			return l.jump(m, rows[0].ID)
		}, nil
	})
}

func (l *deliveries) unfollow(m *model) {
	if l.follow {
		l.follow, l.seen = false, l.total(m)
	}
}

// total grows by one with each delivery of the list.
func (l *deliveries) total(m *model) int64 {
	if l.failures {
		return m.counts.Failures
	}
	return m.counts.Newest
}

// step moves the selection; to come to the very top is to follow again.
func (l *deliveries) step(m *model, by int) {
	if !l.move(by) {
		return
	}
	if l.at == 0 && l.first && !l.stale {
		l.follow = true
		return
	}
	l.unfollow(m)
}

func (l *deliveries) press(m *model, act action) tea.Cmd {
	switch act {
	case actUp:
		l.step(m, -1)
	case actDown:
		l.step(m, 1)
	case actPageUp:
		l.step(m, -max(l.h-1, 1))
	case actPageDown:
		l.step(m, max(l.h-1, 1))
	case actNewest, actTop:
		return l.newest(m)
	case actOldest, actBottom:
		return l.bottom(m)
	case actFollow:
		if !l.follow {
			return l.newest(m)
		}
		l.unfollow(m)
		return m.say(note("following ended: the selection stays where it is"))
	default:
	}
	return nil
}

// wheel scrolls; the top of the list is followed, everything else is not.
func (l *deliveries) wheel(m *model, by int) {
	top := l.top
	l.scroll(by)
	if l.top != top {
		l.unfollow(m)
	}
}

func (l *deliveries) view(m *model, focused bool) []string {
	if len(l.rows) == 0 {
		return l.empty(m)
	}
	out := make([]string, 0, l.h)
	for i := range l.visible() {
		d := &l.rows[l.top+i]
		out = append(out, m.st.deliveryRow(d, l.w, l.columns, m.now, rowLook{selected: d.ID == l.sel, focused: focused, code: m.codes.in(d.ID, m.now)}))
	}
	return out
}

// foot is where in the list the screen is.
func (l *deliveries) foot(m *model) string {
	total := m.counts.Deliveries
	if l.failures {
		total = m.counts.Failures
	}
	if len(l.rows) == 0 || total == 0 {
		return ""
	}
	if from, ok := l.place(total); ok {
		to := from + int64(len(l.visible())) - 1
		return fmt.Sprintf("%s–%s of %s", grouped(from), grouped(to), grouped(max(total, to))) + dropped(m.counts.Dropped)
	}
	return "of " + grouped(total) + dropped(m.counts.Dropped)
}

// dropped says that older deliveries are no longer kept.
func dropped(n int64) string {
	if n == 0 {
		return ""
	}
	return " · " + grouped(n) + " older dropped"
}

// place is the number, from 1, of the first visible row, where it can be told.
func (l *deliveries) place(total int64) (int64, bool) {
	switch {
	case l.first:
		return int64(l.top) + 1, true
	case l.last:
		return max(total-int64(len(l.rows)-l.top)+1, 1), true
	}
	return 0, false
}
