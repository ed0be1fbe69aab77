package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// twoAppsStory returns the story with #1022 forwarded to two apps, one of which
// failed at first.
func twoAppsStory() *memory {
	s := story(true)
	d := s.at(1022)
	taken := webhook.Forward{ID: 1022, DeliveryID: 1022, At: d.At.Add(time.Millisecond), Target: appURL, Status: 200, Duration: 12 * time.Millisecond}
	gone := webhook.Forward{ID: 1023, DeliveryID: 1022, At: d.At, Target: "http://localhost:4000/api/webhooks/clerk", Failure: webhook.NotRunning, Error: "nothing listens at localhost:4000: is the app running?"}
	d.Forwards = []webhook.Forward{gone, taken}
	d.AppStatus, d.AppFailure, d.AppError = 0, gone.Failure, gone.Error
	return s
}

// failedLast returns the story with an app that failed on the newest delivery.
func failedLast() *memory {
	s := story(true)
	s.at(1024).AppStatus = 500
	return s
}

// silentLast returns the story with an app that did not answer the newest delivery.
func silentLast() *memory {
	s := story(true)
	s.at(1024).AppStatus, s.at(1024).AppFailure = 0, webhook.NotRunning
	return s
}

// runningAgain returns the dashboard of an app that was found to run.
func runningAgain(d Dashboard) Dashboard {
	was := d.Setup
	d.Setup = func() Setup {
		s := was()
		s.Apps = slices.Clone(s.Apps)
		for i := range s.Apps {
			s.Apps[i].Known = true
		}
		return s
	}
	return d
}

// A filter that hides the newest deliveries says nothing about the app.
func TestTheHeaderShowsNoAnswerOfAFilteredList(t *testing.T) {
	s := story(true)
	s.at(1022).AppStatus = 418
	d := toApp(dashboard(s))
	d.Remembered = func(context.Context, string) (string, error) { return "#1022", nil }
	x := newTerminal(t, d, 160, 40)
	x.shows("1–1 of 1")
	if head, _, _ := strings.Cut(x.screen(), "\n"); strings.Contains(head, "418") {
		t.Errorf("the header is %q", head)
	}
}

func TestTheHeaderShowsTheStateOfTheApps(t *testing.T) {
	with := func(apps ...App) Dashboard {
		d := dashboard(&memory{})
		d.Setup = func() Setup { return Setup{Apps: apps} }
		return d
	}
	app := func(url, trouble string, known bool) App {
		return App{Route: url, URL: url, Known: known, Trouble: trouble}
	}
	for _, c := range []struct {
		name string
		d    Dashboard
		want string
		not  string
	}{
		{"none", with(), "→ no app", ""},
		{"not looked at yet", with(app("http://localhost:3000", "", false)), "→ :3000   ", "✓"},
		{"running", with(app("http://localhost:3000", "", true)), "→ :3000 ✓", ""},
		{"not running", with(app("http://localhost:3000", "nothing listens at localhost:3000", true)), "→ :3000 ✗ your app is not running", "✓"},
		{"two that run", with(app("http://localhost:3000", "", true), app("http://localhost:4000", "", true)), "→ 2 apps ✓", ""},
		{"one of two that runs", with(app("http://localhost:3000", "", true), app("http://localhost:4000", "nothing listens at localhost:4000", true)), "→ 2 apps ✗ 1 not running", "✓"},
		{"two routes to one", with(app("http://localhost:3000", "", true), App{Route: "user.*=http://localhost:3000", URL: "http://localhost:3000", Known: true}), "→ :3000 ✓", "apps"},
		{"an app that failed last", toApp(dashboard(failedLast())), "→ :3000 ✗ 500   ", "✓"},
		{"an app that did not answer last", toApp(dashboard(silentLast())), "→ :3000 ✗   ", "✓"},
		{"an app that did not answer last, and runs again", runningAgain(toApp(dashboard(silentLast()))), "→ :3000 ✓", "✗ 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newTerminal(t, c.d, 160, 40)
			head, _, _ := strings.Cut(x.screen(), "\n")
			if !strings.Contains(head, c.want) || c.not != "" && strings.Contains(head, c.not) {
				t.Errorf("the header is %q", head)
			}
		})
	}
	x := newTerminal(t, with(app("http://localhost:3000", "nothing listens at localhost:3000", true)), 80, 24).keys("1")
	x.shows("→ :3000 ✗", "nothing listens at localhost:3000: start your app", "F: another app")
}

func TestFSetsTheApp(t *testing.T) {
	var asked []string
	var apps []App
	d := dashboard(story(false))
	setup := d.Setup
	d.Setup = func() Setup { s := setup(); s.Apps = apps; return s }
	d.Redirect = func(routes string) error {
		asked = append(asked, routes)
		switch routes {
		case "nowhere":
			return hintedError{`"nowhere" is not an http or https URL`, "write the URL of your app's webhook route"}
		case "":
			apps = nil
		default:
			apps = []App{{Route: "http://localhost:" + routes, URL: "http://localhost:" + routes}}
		}
		return nil
	}
	x := newTerminal(t, d, 120, 36)
	x.keys("F").shows("Forward to", "Not set", "Empty for none")
	x.keys("3", "0", "0", "0", "enter").shows("verified deliveries are now forwarded to localhost:3000", "→ :3000")
	x.keys("F").shows("http://localhost:3000▏")
	x.keys("enter").hides("Forward to")
	if len(asked) != 1 {
		t.Errorf("what is unchanged is set again: %q", asked)
	}
	clear := func() {
		for range len("http://localhost:3000") {
			x.send(tea.KeyPressMsg{Code: tea.KeyBackspace})
		}
	}
	x.keys("F")
	clear()
	x.send(tea.PasteMsg{Content: "now\nhere"})
	x.send(tea.KeyPressMsg{Code: tea.KeyLeft}, tea.KeyPressMsg{Code: tea.KeyLeft}, tea.KeyPressMsg{Code: tea.KeyLeft}, tea.KeyPressMsg{Code: tea.KeyLeft}, tea.KeyPressMsg{Code: tea.KeyBackspace})
	x.shows("now▏here")
	x.keys("enter").shows("is not an http or https URL", "fix: write the URL", "→ :3000")
	x.keys("F", "q").shows("http://localhost:3000q▏") // a letter is a letter
	x.keys("esc").hides("Forward to")
	x.keys("F")
	clear()
	x.keys("enter").shows("deliveries are no longer forwarded", "→ no app")
	if strings.Join(asked, "|") != "3000|nowhere|" {
		t.Errorf("asked %q", asked)
	}

	d.Redirect = nil
	newTerminal(t, d, 120, 36).keys("F").shows("cannot change the app here")
}

func TestResendOffersMatchingAppsFirst(t *testing.T) {
	d := dashboard(story(false))
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Apps = []App{
			{Route: "session.*=http://localhost:1", Pattern: query.Pattern{Type: "session.*"}, URL: "http://localhost:1"},
			{Route: "user.*=http://localhost:2", Pattern: query.Pattern{Type: "user.*"}, URL: "http://localhost:2"},
			{Route: "clerk=http://localhost:2", Pattern: query.Pattern{Provider: "clerk"}, URL: "http://localhost:2"},
		}
		return s
	}
	x := newTerminal(t, d, 120, 36).keys("j", "r")
	s := x.screen()
	if first, second := strings.Index(s, "● http://localhost:2"), strings.Index(s, "○ http://localhost:1"); first < 0 || second < first || strings.Count(s, "http://localhost:2") != 1 {
		t.Errorf("the targets are not in order:\n%s", s)
	}
	x.keys("F").shows("Forward to") // from the sheet, too
}

func TestADeliveryThatNoAppTakes(t *testing.T) {
	d := dashboard(story(false))
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Apps = []App{{Route: "email.*=http://localhost:1", Pattern: query.Pattern{Type: "email.*"}, URL: "http://localhost:1"}}
		return s
	}
	newTerminal(t, d, 120, 36).keys("enter", "]", "]", "]", "]").shows("no app takes user.created", "email.*=http://localhost:1")
	newTerminal(t, toApp(dashboard(story(false))), 120, 36).keys("enter", "]", "]", "]", "]").shows("Not forwarded to", "localhost:3000/api/webhooks/clerk.")
}

func TestARedirectErrorIsShown(t *testing.T) {
	d := dashboard(story(false))
	d.Redirect = func(string) error { return errors.New("no\x1b[2J") }
	x := newTerminal(t, d, 120, 36).keys("F", "1", "enter")
	x.shows("✗ no")
	x.hides("\x1b")
}
