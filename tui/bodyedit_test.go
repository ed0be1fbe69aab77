package tui

import (
	"context"
	"errors"
	"io"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// stubEditor is an editor that ends at once.
type stubEditor struct{ err error }

func (q stubEditor) Run() error        { return q.err }
func (stubEditor) SetStdin(io.Reader)  {}
func (stubEditor) SetStdout(io.Writer) {}
func (stubEditor) SetStderr(io.Writer) {}

// editingWith returns a terminal whose editor ends at once; sent then returns the
// new deliveries.
func editingWith(t *testing.T, ended error, sent func(id int64) ([]webhook.Delivery, error)) *terminal {
	d := toApp(dashboard(story(true)))
	d.Edit = func(context.Context, int64, bool) (tea.ExecCommand, error) { return stubEditor{ended}, nil }
	d.Edited = func(_ context.Context, id int64) ([]webhook.Delivery, error) { return sent(id) }
	x := newTerminal(t, d, 120, 36)
	x.m.exec = func(c tea.ExecCommand, then tea.ExecCallback) tea.Cmd {
		return func() tea.Msg { return then(c.Run()) }
	}
	return x
}

func TestEditingSaysHowItEnded(t *testing.T) {
	app := []webhook.Forward{{Target: appURL, Status: 200}}
	for _, c := range []struct {
		name  string
		ended error
		sent  []webhook.Delivery
		err   error
		says  []string
	}{
		{"sent to the app", nil, []webhook.Delivery{{ID: 1030, AppStatus: 200, Forwards: app}}, nil, []string{"✓ sent the edited #1023 to :3000, with a new id: 200 (#1030)"}},
		{"sent to hooktop", nil, []webhook.Delivery{{ID: 1030, Answer: webhook.Answer{Status: 200}}}, nil, []string{"✓ sent the edited #1023 to hooktop"}},
		{"refused by the second app", nil, []webhook.Delivery{{ID: 1030, AppStatus: 200, Forwards: app}, {ID: 1031, AppStatus: 500, Forwards: app}}, nil, []string{"! sent the edited #1023", "500 (#1031)"}},
		{"unchanged", nil, nil, nil, []string{"· #1023 was not changed, nothing was sent"}},
		{"no JSON any more", nil, nil, hintedError{"#1023 as it was edited is not JSON, at line 3", "e opens what was written once more"}, []string{"✗ #1023 as it was edited is not JSON, at line 3", "fix: e opens what was written once more"}},
		{"the editor failed", errors.New("exit status 1"), nil, nil, []string{"✗ the editor failed, nothing was sent: exit status 1", "set EDITOR to your editor"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := editingWith(t, c.ended, func(id int64) ([]webhook.Delivery, error) {
				if c.ended != nil || id != 1023 {
					t.Errorf("#%d was sent", id)
				}
				return c.sent, c.err
			})
			x.keys("j", "e").shows(c.says...)
		})
	}
}

func TestEditSaysWhyItCannot(t *testing.T) {
	newTerminal(t, dashboard(story(true)), 120, 36).keys("e").shows("cannot open an editor here")
	x := editingWith(t, nil, func(int64) ([]webhook.Delivery, error) { t.Error("it was sent"); return nil, nil })
	x.keys("3", "e").shows("e edits a delivery's body: select one on tab 1")
	x.m.deps.Edit = func(context.Context, int64, bool) (tea.ExecCommand, error) {
		return nil, hintedError{"resend #1024: its signature does not hold", "send it to your app"}
	}
	x.keys("1", "e").shows("its signature does not hold", "fix: send it to your app")
	s := story(true)
	s.at(1024).Verdict.Code = webhook.TooLarge
	d := toApp(dashboard(s))
	d.Edit, d.Edited = x.m.deps.Edit, x.m.deps.Edited
	newTerminal(t, d, 120, 36).keys("e").shows("was not kept: it is larger than --max-body")
}
