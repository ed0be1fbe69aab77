package tui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// deliveries is the list of deliveries: all, or those that failed, that match
// the filter.
type deliveries struct {
	window[webhook.Delivery, int64]
	failures bool
	search   searchProgress
	// cause limits the list to the failures of one cause.
	cause webhook.Cause

	// follow keeps the newest delivery selected. seen is the total when
	// following ended.
	follow bool
	seen   int64

	request request
	loaded  bool
	stale   bool

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

// prepare lays out the columns for the rows.
func (l *deliveries) prepare(now time.Time) {
	n := need(l.rows, now)
	n.app = n.app || l.target
	l.needs = n.from(l.needs)
	l.columns = layColumns(l.w, l.needs)
}

// reading is a query of the store and what to do with its results.
type reading struct {
	pages []query.Page
	put   func(found []query.Found)
}

func (l *deliveries) ask(m *model, r reading) tea.Cmd {
	store := m.deps.Store
	return l.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		found := make([]query.Found, len(r.pages))
		for i, p := range r.pages {
			var err error
			if found[i], err = store.Search(ctx, p); err != nil {
				return nil, fmt.Errorf("read the deliveries: %w", err)
			}
		}
		return func() tea.Cmd {
			l.loaded = true
			r.put(found)
			if l == m.lists[0] && m.bar.text == "" { // else the newest forward may be hidden
				m.rememberApp(l.rows)
			}
			m.marks.renew(l.rows)
			return nil
		}, nil
	})
}

func (l *deliveries) page(m *model, p query.Page) query.Page {
	p.Failures, p.Cause, p.Filter = l.failures, l.cause, m.bar.filter(m.now)
	p.Limit = min(max(p.Limit, l.limit()), 1000)
	return p
}

// newest goes to the top of the list and follows it.
func (l *deliveries) newest(m *model) tea.Cmd {
	l.follow = true
	return l.refresh(m, l.page(m, query.Page{}), func(rows []webhook.Delivery) {
		l.first = true
		l.rows = rows
		l.selectAt(0)
	})
}

// bottom goes to the end of the list.
func (l *deliveries) bottom(m *model) tea.Cmd {
	l.unfollow(m)
	return l.ask(m, reading{[]query.Page{l.page(m, query.Page{OldestFirst: true})}, func(found []query.Found) {
		l.search.otherFilter = false
		l.lookedUp(found[0])
		l.lookedDown(query.Found{Upto: 1, Done: true})
		l.rows = found[0].Deliveries
		slices.Reverse(l.rows)
		l.selectAt(len(l.rows) - 1)
	}})
}

// jump selects a delivery, wherever it is in the list. It clears the filter if
// that hides it.
func (l *deliveries) jump(m *model, id int64) tea.Cmd {
	l.unfollow(m)
	if i := l.index(id); i >= 0 && !l.search.otherFilter {
		l.selectAt(i)
		return nil
	}
	above, below := l.page(m, query.Page{After: id}), l.page(m, query.Page{Before: id + 1})
	pages := []query.Page{above, below}
	if m.bar.text != "" {
		pages = append(pages, query.Page{Filter: query.IDs(id).And(below.Filter), Failures: l.failures, Limit: 1})
	}
	return l.ask(m, reading{pages, func(found []query.Found) {
		if len(found) > 2 && len(found[2].Deliveries) == 0 {
			m.dropFilterHiding(id)
			return
		}
		l.search.otherFilter = false
		l.lookedUp(found[0])
		l.lookedDown(found[1])
		rows := found[0].Deliveries
		l.rows = append(rows[:len(rows):len(rows)], found[1].Deliveries...)
		l.top = max(len(rows)-l.h/3, 0)
		l.selectAt(len(rows))
	}})
}

// wanted returns the read that the list needs now, nil if it needs none.
func (l *deliveries) wanted(m *model) tea.Cmd {
	if !l.request.idle() {
		return nil
	}
	switch {
	case l.search.jump != 0:
		id := l.search.jump
		l.search.jump = 0
		return l.jump(m, id)
	case l.loaded && l.search.otherFilter:
		l.stale = false
		return l.renew(m)
	case !l.loaded, l.stale && l.follow, len(l.rows) == 0 && l.stale:
		l.stale = false
		return l.newest(m)
	case l.stale:
		l.stale, l.first = false, false
		return l.refresh(m, l.page(m, query.Page{Before: l.rows[0].ID + 1, Limit: len(l.rows)}), l.replace)
	case l.wantsBefore():
		return l.ask(m, reading{[]query.Page{l.page(m, query.Page{After: l.above(m)})}, l.foundAbove})
	case l.wantsAfter():
		return l.ask(m, reading{[]query.Page{l.page(m, query.Page{Before: l.search.low})}, l.foundBelow})
	}
	return nil
}

// failure jumps to the next older or newer failure.
func (l *deliveries) failure(m *model, older bool) tea.Cmd {
	d := l.selected()
	if d == nil {
		return m.setStatus(cannot("no delivery is selected"))
	}
	p, what := query.Page{Before: d.ID, Failures: true, Cause: l.cause, Limit: 1}, "older"
	if !older {
		p, what = query.Page{After: d.ID, Failures: true, Cause: l.cause, Limit: 1}, "newer"
	}
	p.Filter = m.bar.filter(m.now)
	store := m.deps.Store
	return m.findingFailure.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		rows, err := store.Deliveries(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("look for a failure: %w", err)
		}
		return func() tea.Cmd {
			if len(rows) == 0 {
				return m.setStatus(cannot("no " + what + " failure"))
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

// total returns a number that grows by one with each delivery of the list.
func (l *deliveries) total(m *model) int64 {
	switch {
	case l.cause != "":
		return m.causes.count(l.cause)
	case l.failures:
		return m.counts.Failures
	}
	return m.counts.Newest
}

// step moves the selection. Reaching the top follows new deliveries again.
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
		return m.setStatus(note("no longer following new deliveries"))
	default:
	}
	return nil
}

// wheel scrolls, and stops following.
func (l *deliveries) wheel(m *model, by int) {
	top := l.top
	l.scroll(by)
	if l.top != top {
		l.unfollow(m)
	}
}

func (l *deliveries) view(m *model, focused bool) []draw.Styled {
	if len(l.rows) == 0 {
		return l.empty(m)
	}
	out := make([]draw.Styled, 0, l.h)
	for i := range l.visible() {
		d := &l.rows[l.top+i]
		out = append(out, m.styles.deliveryRow(d, l.w, l.columns, m.now, rowLook{selected: d.ID == l.sel, marked: m.marks[d.ID].ID != 0, focused: focused, code: m.codes.in(d.ID, m.now)}))
	}
	return out
}

// foot returns which rows of the list are shown.
func (l *deliveries) foot(m *model) string {
	if m.bar.text != "" {
		return l.searchFoot()
	}
	total := m.counts.Deliveries
	if l.failures {
		total = l.total(m)
	}
	if len(l.rows) == 0 || total == 0 {
		return ""
	}
	if from, ok := l.place(total); ok {
		to := from + int64(len(l.visible())) - 1
		return fmt.Sprintf("%s–%s of %s", text.Grouped(from), text.Grouped(to), text.Grouped(max(total, to))) + dropped(m.counts)
	}
	return "of " + text.Grouped(total) + dropped(m.counts)
}

// dropped says how many older deliveries are no longer kept.
func dropped(c webhook.Counts) string {
	switch {
	case c.NotDeleting:
		return " · over the limit: see Setup"
	case c.Dropped == 0:
		return ""
	}
	return " · " + text.Grouped(c.Dropped) + " older ones dropped"
}

// place returns the number, from 1, of the first visible row, if it is known.
func (l *deliveries) place(total int64) (int64, bool) {
	switch {
	case l.first:
		return int64(l.top) + 1, true
	case l.last:
		return max(total-int64(len(l.rows)-l.top)+1, 1), true
	}
	return 0, false
}
