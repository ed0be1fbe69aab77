package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// matchingApps is the target that means the apps that match each delivery. No
// URL is like it.
const matchingApps = "*"

// openResendMarked asks where to resend all marked deliveries.
func (m *model) openResendMarked() tea.Cmd {
	s := &resendSheet{many: m.marks.ids(), modes: options{n: len(resendModes())}, vouched: true}
	s.rejected = len(m.marks.of(func(d *webhook.Delivery) bool { return !signatureHolds(d.Verdict) }))
	for _, a := range m.setup.Apps {
		if !slices.Contains(s.targets, a.URL) {
			s.targets = append(s.targets, a.URL)
		}
	}
	if len(s.targets) > 1 || len(m.setup.Apps) == 1 && m.setup.Apps[0].Pattern != (query.Pattern{}) {
		s.targets = slices.Insert(s.targets, 0, matchingApps)
	}
	s.targets = append(s.targets, "")
	m.sheet = s
	return nil
}

// route returns the apps that each marked delivery goes to.
func (s *resendSheet) route(m *model) func(id int64) ([]string, error) {
	target := s.targets[s.target]
	if target != matchingApps {
		return func(int64) ([]string, error) { return []string{target}, nil }
	}
	taken := map[int64][]string{}
	for _, id := range s.many {
		d := m.marks[id]
		for _, a := range m.setup.Apps {
			if a.Pattern.Takes(d.Provider, d.Type) && !slices.Contains(taken[id], a.URL) {
				taken[id] = append(taken[id], a.URL)
			}
		}
	}
	return func(id int64) ([]string, error) {
		if len(taken[id]) == 0 {
			return nil, noAppMatches(id)
		}
		return taken[id], nil
	}
}

// noAppMatches is the error for a delivery that no app takes.
type noAppMatches int64

func (id noAppMatches) Error() string { return fmt.Sprintf("no app takes #%d", int64(id)) }

// Fix says what to do about it.
func (noAppMatches) Fix() string { return "choose one app to send it to, or press F" }
