package tui

import (
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

// marks are the marked deliveries by id, as they were last listed. They stay,
// whatever arrives and whatever the filter is.
type marks map[int64]webhook.Delivery

// ids returns the ids of the marked deliveries, oldest first.
func (k marks) ids() []int64 { return slices.Sorted(maps.Keys(k)) }

// of returns the ids of the marked deliveries that match a condition, oldest
// first.
func (k marks) of(holds func(d *webhook.Delivery) bool) (ids []int64) {
	for _, id := range k.ids() {
		if d := k[id]; holds(&d) {
			ids = append(ids, id)
		}
	}
	return ids
}

// renew updates the marked deliveries.
func (k marks) renew(rows []webhook.Delivery) {
	if len(k) == 0 {
		return
	}
	for _, d := range rows {
		if _, marked := k[d.ID]; marked {
			k[d.ID] = d
		}
	}
}

func isRejected(d *webhook.Delivery) bool { return d.Outcome == webhook.Rejected }

func (m *model) cannotMark() string {
	switch {
	case m.tab > tabFailures:
		return "space marks deliveries, but only on tabs 1 and 2"
	case m.causes.shown(m):
		return "space marks deliveries: first press enter to list those of a cause"
	}
	return m.nothingSelected()
}

// toggleMark marks the selected delivery, or takes its mark away.
func (m *model) toggleMark() tea.Cmd {
	if d := m.selected(); m.marks[d.ID].ID != 0 {
		delete(m.marks, d.ID)
	} else {
		m.marks[d.ID] = *d
	}
	m.list().unfollow(m) // or the next space marks what has arrived meanwhile
	return nil
}

// unmark removes all marks.
func (m *model) unmark() tea.Cmd {
	n := int64(len(m.marks))
	clear(m.marks)
	if n == 1 {
		return m.setStatus(note("removed 1 mark"))
	}
	return m.setStatus(note("removed " + text.Grouped(n) + " marks"))
}

// markedOnes names the marked deliveries in a sentence.
func markedOnes(n int) string {
	if n == 1 {
		return "the marked delivery"
	}
	return "the " + text.Grouped(n) + " marked deliveries"
}
