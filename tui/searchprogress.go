package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/text"
)

// searchProgress is how far the store was searched for filter matches. A search
// returns what it found in its time, and the list searches on as far as the
// screen needs.
type searchProgress struct {
	// low and high are the first and last id that were searched.
	low, high int64
	// otherFilter says that the rows match another filter.
	otherFilter bool
	// jump is a delivery to select once the filter that hid it is cleared.
	jump int64
	// slow says that the search has taken long enough to show it.
	slow bool
}

// lateAnswers is how many ids are searched again because their app may have
// responded late.
const lateAnswers = 1000

// lookedDown notes how far down a search went.
func (l *deliveries) lookedDown(f query.Found) { l.search.low, l.last = f.Upto, f.Done }

// lookedUp notes how far up a search went.
func (l *deliveries) lookedUp(f query.Found) { l.search.high, l.first = f.Upto, f.Done }

// wantsBefore and wantsAfter report whether the screen needs rows that may
// exist.
func (l *deliveries) wantsBefore() bool {
	return l.window.wantsBefore() || len(l.rows) == 0 && l.loaded && !l.first
}

func (l *deliveries) wantsAfter() bool {
	return l.window.wantsAfter() || len(l.rows) == 0 && l.loaded && !l.last
}

// above returns the id above which to search.
func (l *deliveries) above(m *model) int64 {
	if len(l.rows) == 0 {
		return l.search.high
	}
	if m.bar.text == "" {
		return l.rows[0].ID
	}
	return max(l.rows[0].ID, l.search.high-lateAnswers)
}

func (l *deliveries) foundAbove(found []query.Found) {
	f := found[0]
	l.lookedUp(f)
	if len(l.rows) == 0 {
		l.rows = f.Deliveries
		l.selectAt(len(l.rows) - 1)
		return
	}
	tail := l.rows[len(l.rows)-1].ID
	l.before(f.Deliveries)
	if t := l.rows[len(l.rows)-1].ID; t != tail {
		l.search.low = t
	}
	l.top = max(min(l.top, len(l.rows)-l.h), 0)
}

func (l *deliveries) foundBelow(found []query.Found) {
	f := found[0]
	l.lookedDown(f)
	if len(l.rows) == 0 {
		l.rows = f.Deliveries
		l.selectAt(0)
		return
	}
	head := l.rows[0].ID
	l.after(f.Deliveries)
	if h := l.rows[0].ID; h != head {
		l.search.high = h
	}
}

// refresh reads a page again. A filter's search may end before it gets to all
// the rows found before: those are read again by their ids, so that nothing has
// to be searched for twice.
func (l *deliveries) refresh(m *model, p query.Page, put func(rows []webhook.Delivery)) tea.Cmd {
	pages := []query.Page{p}
	had := l.rows
	if !p.Filter.IsZero() && !l.search.otherFilter && len(had) > 0 {
		again := p
		again.Before, again.Filter = 0, p.Filter.And(query.IDs(idsOf(had)...))
		again.Limit = len(had)
		pages = append(pages, again)
	}
	fromTop, other := p.Before == 0, l.search.otherFilter
	return l.ask(m, reading{pages, func(found []query.Found) {
		f := found[0]
		rows := f.Deliveries
		switch {
		case len(rows) >= p.Limit, f.Done, other, l.search.high < f.Upto-1:
			l.lookedDown(f)
		default: // below it, what was known before holds
			l.search.low = min(l.search.low, f.Upto)
			if len(found) > 1 {
				rows = append(rows[:len(rows):len(rows)], below(f.Upto, still(had, found[1]))...)
			}
		}
		if l.search.high = max(l.search.high, f.From); other || fromTop {
			l.search.high = f.From
		}
		if most := 2 * l.limit(); fromTop && len(rows) > most {
			rows, l.last, l.search.low = rows[:most:most], false, rows[most-1].ID
		}
		l.search.otherFilter = false
		put(rows)
	}})
}

// renew shows what another filter matches. The selected delivery stays selected
// if it is among the first matches.
func (l *deliveries) renew(m *model) tea.Cmd {
	selected, follow := l.sel, l.follow
	return l.refresh(m, l.page(m, query.Page{}), func(rows []webhook.Delivery) {
		l.first, l.rows = true, rows
		if i := l.index(selected); i >= 0 && !follow {
			l.selectAt(i)
			return
		}
		l.follow = true
		l.selectAt(0)
	})
}

func idsOf(rows []webhook.Delivery) []int64 {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// still returns rows as they are now; those that a search did not reach are
// returned as they were.
func still(had []webhook.Delivery, now query.Found) []webhook.Delivery {
	if now.Done || len(now.Deliveries) == len(had) {
		return now.Deliveries
	}
	return append(now.Deliveries[:len(now.Deliveries):len(now.Deliveries)], below(now.Upto, had)...)
}

// below returns the rows below an id.
func below(id int64, rows []webhook.Delivery) []webhook.Delivery {
	for i := range rows {
		if rows[i].ID < id {
			return rows[i:]
		}
	}
	return nil
}

// searching reports whether a search for filter matches is running.
func (l *deliveries) searching(m *model) bool {
	return m.bar.text != "" && l.request.busy && (l.search.otherFilter || l.wantsAfter() || l.wantsBefore())
}

// watchSearch checks on a search after a while.
func (m *model) watchSearch() tea.Cmd {
	if m.bar.ticking || !m.list().searching(m) {
		return nil
	}
	m.bar.ticking = true
	return m.after(slowly, searchTickMsg{})
}

// searchTick shows that a search is still running.
func (m *model) searchTick() tea.Cmd {
	l := m.list()
	l.search.slow = l.searching(m)
	if m.bar.ticking = l.search.slow; !l.search.slow {
		return nil
	}
	m.doing.turn++
	return m.after(spins, searchTickMsg{})
}

// searchFoot returns which of the matches are shown. The total is known only at
// the end.
func (l *deliveries) searchFoot() string {
	if len(l.rows) == 0 {
		return ""
	}
	total := text.Grouped(len(l.rows))
	if !l.first || !l.last {
		total += "+"
	}
	if !l.first {
		return "of " + total
	}
	return fmt.Sprintf("%s–%s of %s", text.Grouped(l.top+1), text.Grouped(int64(l.top+len(l.visible()))), total)
}
