package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// tableHistory is the point in time that the users table shows.
type tableHistory struct {
	// moment is what the table shows; its At is 0 for now.
	moment  webhook.Moment
	request request
}

// inPast reports whether the table shows an earlier time.
func (p *tableHistory) inPast() bool { return p.moment.At > 0 }

// mark reports whether the user changed in the moment that is shown.
func (p *tableHistory) mark(id string) bool {
	for _, u := range p.moment.Users {
		if u == id {
			return true
		}
	}
	return false
}

// step moves the table to the previous or next change. After the last change
// comes now.
func (u *users) step(m *model, back bool) tea.Cmd {
	store, at := m.deps.Store, u.history.moment.At
	if at == 0 && !back {
		return m.setStatus(cannot("this is the current table: ‹ goes back in time"))
	}
	return u.history.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		to, end, err := nextMoment(ctx, store, at, back)
		if err != nil {
			return nil, fmt.Errorf("look back: %w", err)
		}
		var made *webhook.Delivery
		if to.At > 0 && end == "" {
			// The delivery of the oldest known table may have been dropped.
			if d, err := store.Delivery(ctx, to.At); err == nil {
				made = &d
			}
		}
		return func() tea.Cmd {
			if end != "" {
				return m.setStatus(cannot(end))
			}
			return tea.Batch(u.describeMoment(m, to, made), u.showMoment(m, to))
		}, nil
	})
}

// nextMoment returns the moment of the next change in a direction, the zero
// moment for now; end says why there is none.
func nextMoment(ctx context.Context, store Store, at int64, back bool) (to webhook.Moment, end string, err error) {
	here, err := store.Moment(ctx, at)
	if err != nil {
		return to, "", err
	}
	next := here.After
	switch {
	case at == 0 && len(here.Users) > 0:
		return here, "", nil // the newest delivery is a change itself
	case back:
		next = here.Before
	case next == 0:
		return to, "", nil
	}
	switch {
	case next > 0:
		to, err = store.Moment(ctx, next)
		return to, "", err
	case here.KnownFrom > 0:
		return to, fmt.Sprintf("changes before #%d were dropped: raise --keep to keep more", here.KnownFrom), nil
	case at == 0:
		return to, "no delivery has changed a user yet", nil
	}
	return to, "this is the first change", nil
}

// describeMoment says what changed in a moment: its row may not be visible.
// made is the delivery, nil if it was dropped.
func (u *users) describeMoment(m *model, to webhook.Moment, made *webhook.Delivery) tea.Cmd {
	switch {
	case to.At == 0:
		return m.setStatus(note("the current table"))
	case made == nil:
		return m.setStatus(note("after #" + text.Grouped(to.At) + " (dropped): the oldest known table"))
	}
	said := fmt.Sprintf("after #%s, %s %s, %s", text.Grouped(to.At), eventName(made), subjectOf(made), when(made.At, m.now, timeDate-1))
	if more := len(to.Users) - 1; more > 0 {
		said += ", and " + text.Plural(more, "other user") + " that waited for it"
	}
	return m.setStatus(note(said))
}

// showMoment shows the table at a moment, the zero one for now. The selected
// user stays selected if it is there.
func (u *users) showMoment(m *model, to webhook.Moment) tea.Cmd {
	u.history.moment, u.above = to, nil
	u.changed = nil
	m.user.wantedID = ""
	sel := u.sel
	return u.ask(m, webhook.UserPage{}, func(rows []webhook.UserRecord) {
		u.first, u.last = true, len(rows) < u.limit()
		u.sel = sel
		u.keep(rows)
	})
}

// now goes back to the present.
func (u *users) now(m *model) tea.Cmd {
	u.history.request.drop()
	return u.showMoment(m, webhook.Moment{})
}

// timeChips show at the right of the tabs what time the table shows, in as many
// words as fit.
func (m *model) timeChips(room int) []draw.Chip {
	if m.tab != tabUsers || m.counts.Newest == 0 {
		return nil
	}
	st, p := &m.styles, &m.users.history
	keys := st.Key.Chip("‹ ›")
	forms := [][]draw.Chip{
		{st.Dim.Chip("as of #" + text.Grouped(m.counts.Newest) + " (now)  "), keys, draw.Gap(1)},
		{keys, draw.Gap(1)},
	}
	if p.inPast() {
		at := "#" + text.Grouped(p.moment.At)
		forms = [][]draw.Chip{
			{st.Warn.Chip("as of " + at), draw.Gap(2), keys, draw.Gap(2), st.Key.Chip("esc"), st.Dim.Chip(" now ")},
			{st.Warn.Chip("as of " + at), draw.Gap(2), keys, draw.Gap(1)},
			{st.Warn.Chip(at), draw.Gap(1)},
		}
	}
	for _, f := range forms {
		if draw.ChipsWidth(f) <= room {
			return f
		}
	}
	return nil
}
