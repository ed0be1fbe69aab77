package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// withEvents makes a dashboard send every event.
func withEvents(d Dashboard) Dashboard {
	d.Events = append(providers.Clerk{}.Samples(), "story:signup", "story:account", "story:team")
	d.About = func(e string) string {
		s, _, _ := providers.StoryNamed(e)
		return s.About
	}
	return d
}

// withMemory makes a dashboard remember in a map and note what is sent.
func withMemory(d Dashboard, memory map[string]string, sent *[]string) Dashboard {
	d.Remember = func(_ context.Context, key, value string) error { memory[key] = value; return nil }
	d.Remembered = func(_ context.Context, key string) (string, error) { return memory[key], nil }
	send := d.Trigger
	d.Trigger = func(ctx context.Context, e string) (webhook.Delivery, error) {
		*sent = append(*sent, e)
		return send(ctx, e)
	}
	return d
}

func TestThePickerFindsAnEvent(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want string
	}{
		{"the first one at once", nil, "user.created"},
		{"the next one", []string{"down"}, "user.updated"},
		{"past a heading", []string{"down", "down", "down"}, "story:signup"},
		{"up from the first to the last", []string{"up"}, "permission.deleted"},
		{"and down again to the first", []string{"up", "down"}, "user.created"},
		{"the next family", []string{"tab", "tab"}, "session.created"},
		{"the family before, and so the last", []string{"shift+tab"}, "permission.created"},
		{"the start of its own family", []string{"tab", "down", "down", "shift+tab"}, "story:signup"},
		{"past the last family the first", []string{"shift+tab", "tab"}, "user.created"},
		{"a screen on", []string{"pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown"}, "permission.deleted"},
		{"a screen on and back", []string{"pgdown", "pgup"}, "user.created"},
		{"by what is typed", []string{"s", "m", "s"}, "sms.created"},
		{"by words in any order", []string{"c", "r", "e", "space", "w", "a", "i"}, "waitlistEntry.created"},
		{"in capitals", []string{"F", "R", "E", "E"}, "subscriptionItem.freeTrialEnding"},
		{"by what a story tells", []string{"j", "o", "i", "n", "s"}, "story:team"},
		{"j and k are letters here", []string{"j", "k"}, ""},
		{"nothing, where nothing is found", []string{"x", "x"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent []string
			x := newTerminal(t, withMemory(withEvents(dashboard(story(false))), map[string]string{}, &sent), 80, 24)
			x.keys("t").keys(c.keys...).keys("enter")
			if c.want == "" {
				if x.shows("no event matches", "0 of 49"); len(sent) != 0 {
					t.Errorf("sent %q", sent)
				}
				return
			}
			if !slices.Equal(sent, []string{c.want}) {
				t.Errorf("sent %q, want %s\n%s", sent, c.want, x.screen())
			}
		})
	}
}

// Every event can be chosen. The choice is always visible, with its heading above
// it if there is room for both.
func TestThePickerKeepsTheChoiceVisible(t *testing.T) {
	for _, size := range [][2]int{{minW, minH}, {80, 24}, {120, 36}, {60, 14}} {
		for _, key := range []string{"down", "up", "pgdown", "pgup", "tab", "shift+tab"} {
			x := newTerminal(t, withEvents(dashboard(story(false))), size[0], size[1]).keys("t")
			seen := map[string]bool{}
			for range 60 {
				s, ok := x.m.sheet.(*triggerSheet)
				if !ok {
					t.Fatal("the sheet is gone")
				}
				name := s.found[s.at].name
				if s.found[s.at].heading {
					t.Fatalf("the heading %s is chosen", name)
				}
				x.shows("▶ " + name)
				seen[name] = true
				x.keys(key)
			}
			if (key == "up" || key == "down") && len(seen) != len(x.m.deps.Events) {
				t.Errorf("%s comes past %d of %d", key, len(seen), len(x.m.deps.Events))
			}
		}
	}
	newTerminal(t, withEvents(dashboard(story(false))), 80, 24).keys("t").shows("user", "user.created", "stories", "story:signup", "49 of 49", "enter send")
}

func TestThePickerRemembersAcrossRuns(t *testing.T) {
	memory, sent := map[string]string{}, []string{}
	d := withMemory(withEvents(dashboard(story(false))), memory, &sent)
	x := newTerminal(t, d, 80, 24)
	x.keys("t", "s", "m", "s", "enter").keys("t", "r", "o", "l", "e", "space", "d", "e", "l", "enter")
	x.keys("t").shows("last used", "▶ role.deleted")
	x.keys("enter")
	if want := []string{"sms.created", "role.deleted", "role.deleted"}; !slices.Equal(sent, want) {
		t.Fatalf("sent %q", sent)
	}
	again := newTerminal(t, d, 80, 24).keys("t")
	again.shows("last used", "▶ role.deleted", "sms.created", "49 of 49")
	for range 2 * maxRecent {
		again.keys("enter", "t", "up")
	}
	if n := len(strings.Split(memory[recentKey], "\n")); n != maxRecent {
		t.Errorf("%d are remembered: %q", n, memory[recentKey])
	}

	// What is no event any more, or twice, or none at all, is forgotten.
	memory[recentKey] = "sms.created\n\x1b[2J\nuser.exploded\nsms.created\nuser\n"
	x = newTerminal(t, d, 80, 24).keys("t")
	x.shows("▶ sms.created")
	if !slices.Equal(x.m.recent, []string{"sms.created"}) {
		t.Errorf("it recalls %q", x.m.recent)
	}

	d.Remember = func(context.Context, string, string) error { return errors.New("the disk is full") }
	newTerminal(t, d, 80, 24).keys("t", "enter").shows("sent sms.created", "the disk is full")
}

func TestThePickerAndTheMouse(t *testing.T) {
	var sent []string
	x := newTerminal(t, withMemory(withEvents(dashboard(story(false))), map[string]string{}, &sent), 80, 24).keys("t")
	click := func(what string) {
		t.Helper()
		at, lines := x.m.drawSheet()
		for i, l := range lines {
			if strings.Contains(l.String(), what) {
				x.send(tea.MouseClickMsg{X: at.x + 6, Y: at.y + i, Button: tea.MouseLeft})
				return
			}
		}
		t.Fatalf("%s is not on the screen:\n%s", what, x.screen())
	}
	click("user.deleted")
	x.shows("▶ user.deleted")
	click("stories")
	x.shows("▶ user.deleted")
	x.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	x.shows("▶ story:team")
	if len(sent) != 0 {
		t.Fatalf("sent %q", sent)
	}
	click("story:team")
	if !slices.Equal(sent, []string{"story:team"}) || x.m.sheet != nil {
		t.Errorf("sent %q", sent)
	}
}
