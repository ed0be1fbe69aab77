package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// sent is what was to be resent.
type sent struct {
	mode   webhook.Mode
	target string
}

func noting(d Dashboard, into *[]sent) Dashboard {
	send := d.Resend
	d.Resend = func(ctx context.Context, id int64, how webhook.Resending, target string) (webhook.Delivery, error) {
		*into = append(*into, sent{how.Mode, target})
		return send(ctx, id, how, target)
	}
	return d
}

func TestWaysToSignThatHooktopRefusesCannotBeChosen(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(Dashboard) Dashboard
		keys []string
		want sent
	}{
		{"alone: as it was", nil, []string{"r", "enter"}, sent{webhook.Verbatim, ""}},
		{"alone: and nothing else", nil, []string{"r", "up", "up", "down", "enter"}, sent{webhook.Verbatim, ""}},
		{"to the app: as one likes, after a warning", toApp, []string{"r", "enter", "down", "enter"}, sent{webhook.Same, appURL}},
		{"to the app, then to hooktop", toApp, []string{"r", "tab", "enter"}, sent{webhook.Verbatim, ""}},
		{"to hooktop and back", toApp, []string{"r", "down", "tab", "tab", "enter"}, sent{webhook.Verbatim, appURL}},
		{"with the secret of today", func(d Dashboard) Dashboard {
			d.Vouched = func(_ context.Context, d webhook.Delivery) bool { return len(d.Body) > 0 }
			return d
		}, []string{"r", "enter"}, sent{webhook.Same, ""}},
		{"with a secret that is still another", func(d Dashboard) Dashboard {
			d.Vouched = func(context.Context, webhook.Delivery) bool { return false }
			return d
		}, []string{"r", "enter"}, sent{webhook.Verbatim, ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var did []sent
			d := noting(dashboard(story(true)), &did)
			if c.make != nil {
				d = c.make(d)
			}
			x := newTerminal(t, d, 120, 36).keys("j").keys(c.keys...)
			if len(did) != 1 || did[0] != c.want {
				t.Errorf("sent %+v, want %+v\n%s", did, c.want, x.screen())
			}
		})
	}
	x := newTerminal(t, dashboard(story(true)), 80, 24).keys("j", "r")
	x.shows("signature not valid", "a stranger's request change your users")
	at, lines := x.m.drawSheet()
	for i, l := range lines {
		if strings.Contains(l.String(), "new id") {
			x.send(tea.MouseClickMsg{X: at.x + 5, Y: at.y + i, Button: tea.MouseLeft})
		}
	}
	x.shows("● original headers")
	for _, code := range []webhook.Code{webhook.TooOld, webhook.TooNew} {
		s := story(true)
		s.at(1023).Verdict.Code = code
		newTerminal(t, dashboard(s), 80, 24).keys("j", "r").shows("● same id")
	}
}

// What a stranger may have written is signed only once that was said.
func TestWhatNeverVerifiedIsSignedOnlyAfterAWarning(t *testing.T) {
	var did []string
	x := newTerminal(t, resending(toApp(dashboard(story(true))), &did, nil), 120, 36).keys("j", "r", "enter")
	x.shows("Sign #1023?", "a stranger may have written it", "your app believes it", "● do not sign it")
	x.keys("enter").shows("nothing was signed or sent")
	x.keys("r", "enter", "down", "esc", "r", "down", "down", "enter") // its original headers need no signature
	x.keys("r", "enter", "down", "enter").shows("resent #1023")
	if want := []string{"1023 verbatim " + appURL, "1023 same " + appURL + anyway}; !slices.Equal(did, want) {
		t.Errorf("resent %q", did)
	}
	x.keys("y").shows("its signature never verified")

	// The row of one that came too late does not tell; then what signs asks.
	s := story(true)
	s.at(1023).Verdict.Code = webhook.TooOld
	d := toApp(dashboard(s))
	did = nil
	resend := resending(d, &did, nil).Resend
	d.Resend = func(ctx context.Context, id int64, how webhook.Resending, target string) (webhook.Delivery, error) {
		if !how.SignRejected {
			return webhook.Delivery{}, webhook.Unsent(id, webhook.ErrNeverVerified)
		}
		return resend(ctx, id, how, target)
	}
	var edits []bool
	d.Edited = func(context.Context, int64) ([]webhook.Delivery, error) { return nil, nil }
	d.Edit = func(_ context.Context, id int64, signRejected bool) (tea.ExecCommand, error) {
		if edits = append(edits, signRejected); !signRejected {
			return nil, webhook.Unsent(id, webhook.ErrNeverVerified)
		}
		return nil, errors.New("the editor opens")
	}
	x = newTerminal(t, d, 120, 36).keys("j", "r", "enter").shows("Sign #1023?")
	x.keys("down", "enter").shows("resent #1023")
	x.keys("e").shows("Sign #1023?", "○ edit it, then sign it and send it")
	x.keys("esc", "e", "down", "enter").shows("the editor opens")
	if !slices.Equal(did, []string{"1023 same " + appURL + anyway}) || !slices.Equal(edits, []bool{false, false, true}) {
		t.Errorf("resent %q, edited %v", did, edits)
	}
}

func TestARefusedResendIsReportedOnce(t *testing.T) {
	d := dashboard(story(true))
	d.Resend = func(context.Context, int64, webhook.Resending, string) (webhook.Delivery, error) {
		return webhook.Delivery{}, &webhook.ResendError{ID: 1024, Err: errors.New("its body was not kept")}
	}
	x := newTerminal(t, d, 120, 36).keys("r", "enter")
	x.shows("✗ resend #1024: its body was not kept")
	x.hides("resend #1024: resend")
}

func TestSheetsFitOnTheSmallestScreen(t *testing.T) {
	x := newTerminal(t, toApp(dashboard(story(true))), minW, minH).keys("j", "y")
	x.shows("u  url", "f  fix", "esc cancel")
	x.keys("f").shows("copied the fix")
	x.keys("r").shows("● http://localhost", "○ hooktop, as a new", "● same id", "○ original headers", "esc cancel")
	x.keys("tab").shows("● original headers", "change your users")
}

func TestPasswordsAreNotShown(t *testing.T) {
	const target = "http://ada:hunter2@localhost:3000/api/webhooks/clerk"
	s := story(true)
	for i := range s.rows {
		for j := range s.rows[i].Forwards {
			s.rows[i].Forwards[j].Target = target
		}
	}
	s.at(1024).Forwards[0] = webhook.Forward{At: noon, Target: target, Failure: webhook.NotRunning, Error: "connection refused"}
	var did []sent
	d := noting(dashboard(s), &did)
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Apps = []App{{Route: target, URL: target}}
		return s
	}
	x := newTerminal(t, d, 200, 60)
	for _, k := range strings.Fields("enter ] ] ] ] ] esc r tab enter n enter ] ] ] ] r enter down enter y esc 4 3 1") {
		if x.keys(k); strings.Contains(x.screen(), "hunter2") {
			t.Fatalf("after %s:\n%s", k, x.screen())
		}
	}
	if len(did) != 2 || did[1].target != target {
		t.Errorf("it was sent to %+v", did)
	}
	none := dashboard(&memory{})
	none.Setup = d.Setup
	newTerminal(t, none, 120, 36).keys("1").hides("hunter2")
	for in, want := range map[string]string{
		target: "localhost:3000/api/webhooks/clerk", "https://x.dev/": "x.dev", "http://a:b@%zz/": "%zz", "plain": "plain",
	} {
		if got := shortURL(in); got != want {
			t.Errorf("%s in short is %s, want %s", in, got, want)
		}
	}
}

// receiving makes a dashboard one with a signing secret and no public URL.
func receiving(d Dashboard) Dashboard {
	d = firstStart(d)
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Local, s.Notices = false, nil
		s.Steps[2] = Step{State: StepDone, Name: "secret", Text: "whsec_…LaSw  CLERK_WEBHOOK_SECRET in .env.local"}
		return s
	}
	return d
}

func TestSetupShowsTheCurrentState(t *testing.T) {
	newTerminal(t, firstStart(dashboard(&memory{})), 80, 24).shows("Local mode: works offline, no account needed.")
	x := newTerminal(t, receiving(dashboard(&memory{})), 80, 24)
	x.shows("no public URL yet", "http://127.0.0.1:4747/api/webhooks/clerk")
	x.hides("Local mode")
	x = newTerminal(t, dashboard(story(true)), 80, 24).keys("4")
	x.shows("Set up: deliveries from Clerk arrive and verify.", "4 Setup ✓")
	d := dashboard(story(true))
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Steps = append(s.Steps, Step{State: StepWarning, Name: "files", Text: ".env.local can be read by others", Lines: []string{"chmod 600 .env.local"}})
		return s
	}
	x = newTerminal(t, d, 80, 24).keys("4")
	x.shows("4 Setup !", "! files     .env.local can be read by others", "            chmod 600 .env.local")
}

func TestSetupCountsWhatIsKeptNow(t *testing.T) {
	d := dashboard(story(false))
	d.Setup = func() Setup {
		return Setup{Steps: []Step{{State: StepDone, Name: "database", Text: ".hooktop/hooktop.db", Counted: true}}}
	}
	x := newTerminal(t, d, 120, 36).keys("4")
	x.shows("✓ database  .hooktop/hooktop.db   1,024 deliveries, 12 users")
}
