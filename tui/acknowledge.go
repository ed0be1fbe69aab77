package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
	"github.com/hooktop/hooktop/tui/text"
)

// acknowledgedAtOnce is how many failures of a cause are acknowledged in one commit.
const acknowledgedAtOnce = 500

// cannotAcknowledge returns why the key a does nothing. On an empty tab of failures it takes
// back the last acknowledgement: its row is gone and cannot be selected.
func (m *model) cannotAcknowledge() string {
	d := m.selected()
	switch {
	case m.deps.Acknowledge == nil:
		return "cannot acknowledge failures here"
	case m.tab > tabFailures:
		return "a acknowledges failures, but only on tabs 1 and 2"
	case len(m.marks) > 0:
		if len(m.marks.of(hasOpenFailure)) == 0 && len(m.marks.of(isAcknowledged)) == 0 {
			return "none of the marked deliveries is a failure"
		}
		return ""
	case d == nil && m.tab == tabFailures && len(m.acknowledged) > 0:
		return ""
	case d == nil:
		return noDelivery
	case hasOpenFailure(d), isAcknowledged(d):
		return ""
	case d.ResolvedBy != 0 && d.HasFailed():
		return fmt.Sprintf("#%d is resolved: %s", d.ID, resolution.Text(*d))
	}
	return fmt.Sprintf("#%d is not a failure", d.ID)
}

func hasOpenFailure(d *webhook.Delivery) bool { return d.Failed() }

func isAcknowledged(d *webhook.Delivery) bool { return !d.AcknowledgedAt.IsZero() }

// acknowledge acknowledges the selected failure, the marked ones or those of the
// selected cause; where all of them are acknowledged, it takes that back.
func (m *model) acknowledge() tea.Cmd {
	d := m.selected()
	switch {
	case len(m.marks) > 0:
		if ids := m.marks.of(hasOpenFailure); len(ids) > 0 {
			return m.setAcknowledged(ids, false)
		}
		return m.setAcknowledged(m.marks.of(isAcknowledged), true)
	case d == nil:
		return m.setAcknowledged(m.acknowledged, true)
	case m.causes.shown(m):
		return m.acknowledgeCause(m.causes.selected().Cause)
	}
	return m.setAcknowledged([]int64{d.ID}, isAcknowledged(d))
}

func (m *model) setAcknowledged(ids []int64, undo bool) tea.Cmd {
	set := m.deps.Acknowledge
	return m.inBackground("acknowledging "+text.Plural(len(ids), "failure"), func(ctx context.Context) (func() tea.Cmd, error) {
		changed, err := set(ctx, undo, ids...)
		return func() tea.Cmd { return m.sayAcknowledged(changed, undo) }, err
	})
}

// acknowledgeCause acknowledges all failures of a cause.
func (m *model) acknowledgeCause(cause webhook.Cause) tea.Cmd {
	set, store, newest := m.deps.Acknowledge, m.deps.Store, m.counts.Newest
	return m.inBackgroundStoppable("acknowledging "+string(cause), func(ctx context.Context) (func() tea.Cmd, error) {
		var all []int64
		for after := int64(0); ; {
			page := query.Page{Cause: cause, OldestFirst: true, After: after, Before: newest + 1, Limit: acknowledgedAtOnce}
			list, err := store.Deliveries(ctx, page)
			if err != nil || len(list) == 0 {
				return func() tea.Cmd { return m.sayAcknowledged(all, false) }, err
			}
			var ids []int64
			for _, d := range list {
				ids = append(ids, d.ID)
			}
			after = ids[len(ids)-1]
			changed, err := set(ctx, false, ids...)
			if err != nil {
				return nil, err
			}
			all = append(all, changed...)
		}
	})
}

// sayAcknowledged says what was changed, and remembers it for the next a.
func (m *model) sayAcknowledged(ids []int64, undo bool) tea.Cmd {
	m.acknowledged = ids
	if undo {
		m.acknowledged = nil
	}
	for _, id := range ids {
		if d, ok := m.marks[id]; ok {
			if d.AcknowledgedAt = m.now; undo {
				d.AcknowledgedAt = webhook.Delivery{}.AcknowledgedAt
			}
			m.marks[id] = d
		}
	}
	what := text.Plural(len(ids), "failure")
	if len(ids) == 1 {
		what = fmt.Sprintf("#%d", ids[0])
	}
	switch {
	case len(ids) == 0:
		return m.setStatus(note("nothing to acknowledge: it is already resolved or acknowledged"))
	case undo && len(ids) == 1:
		return m.setStatus(good(what + " counts again"))
	case undo:
		return m.setStatus(good(what + " count again"))
	case len(m.marks) > 0:
		return m.setStatus(good("acknowledged " + what + " · a again: undo"))
	}
	return m.setStatus(good("acknowledged " + what + " · is:acknowledged on tab 1 lists them, a undoes it"))
}
