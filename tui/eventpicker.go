package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// eventChoice is a line of the picker: an event, a story, or a heading.
type eventChoice struct {
	name    string
	heading bool
}

// lastUsed and stories are the headings of the events sent last and of the
// stories.
const (
	lastUsed   = "last used"
	stories    = "stories"
	storyBegin = "story:"
)

// familyOf returns the event type without its last word: user for user.created.
func familyOf(event string) string {
	if strings.HasPrefix(event, storyBegin) {
		return stories
	}
	if i := strings.LastIndexByte(event, '.'); i > 0 {
		return event[:i]
	}
	return event
}

// eventChoices returns the events in the order in which they are offered: the
// ones sent last, the first family, the stories, the other families.
func eventChoices(events, recent []string) []eventChoice {
	left := slices.Clone(events)
	var choices []eventChoice
	take := func(heading string, of func(string) bool) {
		var rest []string
		for _, e := range left {
			if !of(e) {
				rest = append(rest, e)
				continue
			}
			if heading != "" {
				choices = append(choices, eventChoice{heading, true})
				heading = ""
			}
			choices = append(choices, eventChoice{name: e})
		}
		left = rest
	}
	for i, e := range recent {
		if i == 0 {
			choices = append(choices, eventChoice{lastUsed, true})
		}
		take("", func(other string) bool { return other == e })
	}
	var families []string
	for _, e := range left {
		if f := familyOf(e); !slices.Contains(families, f) {
			families = append(families, f)
		}
	}
	if at := slices.Index(families, stories); at > 1 {
		families = slices.Insert(slices.Delete(families, at, at+1), 1, stories)
	}
	for _, f := range families {
		take(f, func(e string) bool { return familyOf(e) == f })
	}
	return choices
}

// matchingChoices returns the choices that contain every word typed, in their
// name or description. The headings are left out once something is typed.
func matchingChoices(choices []eventChoice, typed string, about func(string) string) []eventChoice {
	words := strings.Fields(strings.ToLower(typed))
	if len(words) == 0 {
		return choices
	}
	return slices.DeleteFunc(slices.Clone(choices), func(p eventChoice) bool {
		all := strings.ToLower(p.name + " " + about(p.name))
		return p.heading || slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) })
	})
}

const (
	// maxRecent is how many events are remembered as last used.
	maxRecent = 5
	// recentKey is the name they are remembered under.
	recentKey = "trigger.recent"
)

// recentMsg holds the events sent last in earlier runs.
type recentMsg struct {
	recent string
	err    error
}

// recall reads what was remembered.
func (m *model) recallEvents() tea.Cmd {
	ask, ctx := m.deps.Remembered, m.ctx
	if ask == nil {
		return nil
	}
	return func() tea.Msg {
		recent, err := ask(ctx, recentKey)
		return recentMsg{recent, err}
	}
}

// recentlySent takes the remembered events that still exist.
func (m *model) recentlySent(msg recentMsg) tea.Cmd {
	if msg.err != nil {
		return m.setStatus(failure(msg.err))
	}
	for _, e := range strings.Split(msg.recent, "\n") {
		if slices.Contains(m.deps.Events, e) && !slices.Contains(m.recent, e) && len(m.recent) < maxRecent {
			m.recent = append(m.recent, e)
		}
	}
	return nil
}

// used notes an event as the one sent last. The function it returns remembers
// that for the next run, outside the event loop.
func (m *model) used(event string) (keep func(context.Context) error) {
	rest := slices.DeleteFunc(slices.Clone(m.recent), func(e string) bool { return e == event })
	m.recent = slices.Insert(rest[:min(len(rest), maxRecent-1)], 0, event)
	remember, value := m.deps.Remember, strings.Join(m.recent, "\n")
	if remember == nil {
		return func(context.Context) error { return nil }
	}
	return func(ctx context.Context) error { return remember(ctx, recentKey, value) }
}
