package tui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// usersAt returns the users without later changes.
func (s *memory) usersAt(at int64) []webhook.UserRecord {
	users := slices.Clone(s.users)
	for i := len(s.rows) - 1; i >= 0 && at > 0 && s.rows[i].ID > at; i-- {
		c := s.rows[i].Change
		if c == nil {
			continue
		}
		users = slices.DeleteFunc(users, func(r webhook.UserRecord) bool { return r.ID == c.UserID })
		if c.Before != nil {
			users = append(users, webhook.UserRecord{User: *c.Before, DeliveryID: s.rows[i].ID - 1})
		}
	}
	return users
}

func (s *memory) Moment(_ context.Context, at int64) (webhook.Moment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := webhook.Moment{At: at, KnownFrom: s.forgotten}
	if at == 0 && len(s.rows) > 0 {
		m.At = s.rows[len(s.rows)-1].ID
	}
	for _, d := range s.rows {
		switch {
		case d.Change == nil || d.ID < s.forgotten:
		case d.ID < m.At:
			m.Before = d.ID
		case d.ID == m.At:
			m.Users = append(m.Users, d.Change.UserID)
		case m.After == 0:
			m.After = d.ID
		}
	}
	return m, s.err
}

func TestTheUsersTableAtAnEarlierTime(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 120, 36).keys("3")
	x.shows("as of #1,024 (now)  ‹ ›", "12 users, 1 deleted")
	x.keys(">").shows("this is the current table")
	// the newest delivery is a change itself, and the table the same
	x.keys("<").shows("as of #1,024  ‹ ›  esc now", "ada@example.com", "as it was at #1,024")
	if got := marksOf(x); got != "ada@example.com" {
		t.Errorf("#1024 marks %q", got)
	}
	x.shows("after #1,024, user.created ada@example.com, 12:04:05.91", "esc now")
	x.keys("<").shows("as of #1,022", "ada@old.example", "after #1,022, user.updated bo@example.com, ")
	if got := marksOf(x); got != "bo@example.com" {
		t.Errorf("#1022 marks %q", got)
	}
	x.keys("‹").shows("as of #1,020", "bo@old.example")
	x.keys("‹", "‹").shows("as of #8", "cy@example.com")
	x.hides("cy@example.com      —      deleted")
	x.keys("<").shows("this is the first change", "as of #8")
	x.keys("›").shows("as of #1,016", "cy@example.com")
	// what arrives leaves the past alone
	x.arrive(s, happened{kind: "user.updated", id: boID, email: "bo@example.com"}.delivery(0))
	x.shows("as of #1,016")
	x.keys("esc").shows("as of #1,025 (now)", "bo@example.com")
	x.hides("esc now")
}

func TestTheSelectedUserStaysSelectedInThePast(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("3", "down", "<", "<", "<")
	if sel := x.m.users.sel; sel != boID {
		t.Errorf("selected is %s", sel)
	}
	x.shows("╭─ bo@old.example")
	// its history ends where the table does
	x.hides("#1022")
	x.keys("enter", "esc", "esc").shows("(now)", "#1022")
}

func TestDroppedChangesCannotBeVisited(t *testing.T) {
	s := story(false)
	s.forgotten = 1020
	x := newTerminal(t, dashboard(s), 120, 36).keys("3", "<", "<", "<", "<")
	x.shows("changes before #1020 were dropped", "as of #1,020")
	x = newTerminal(t, dashboard(&memory{}), 120, 36).keys("3", "<")
	x.shows("no delivery has changed a user yet")
	newTerminal(t, dashboard(s), 120, 36).keys("<").shows("‹ and › show the users table at another time, but only on tab 3")
}

// withDroppedDelivery returns a store that dropped a delivery but not the table after it.
type withDroppedDelivery struct {
	*memory
	gone int64
}

func (s withDroppedDelivery) Delivery(ctx context.Context, id int64) (webhook.Delivery, error) {
	if id == s.gone {
		return webhook.Delivery{}, hintedError{"no delivery", "list the ones that are kept"}
	}
	return s.memory.Delivery(ctx, id)
}

func (s withDroppedDelivery) Deliveries(ctx context.Context, p query.Page) ([]webhook.Delivery, error) {
	rows, err := s.memory.Deliveries(ctx, p)
	return slices.DeleteFunc(slices.Clone(rows), func(d webhook.Delivery) bool { return d.ID == s.gone }), err
}

func TestTheOldestKnownTableCanBeVisited(t *testing.T) {
	d := dashboard(story(false))
	d.Store = withDroppedDelivery{story(false), 1020}
	x := newTerminal(t, d, 120, 36).keys("3", "<", "<", "<")
	x.shows("as of #1,020", "after #1,020 (dropped): the oldest known table", "ada@old.example")
}

// marksOf returns the addresses of the rows that are marked as changed.
func marksOf(x *terminal) string {
	var found []string
	for line := range strings.Lines(x.screen()) {
		if row, _, _ := strings.Cut(line, "││"); strings.Contains(row, "● ") && strings.Contains(row, "@") {
			for _, word := range strings.Fields(row) {
				if strings.Contains(word, "@") {
					found = append(found, word)
				}
			}
		}
	}
	return strings.Join(found, " ")
}
