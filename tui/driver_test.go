package tui

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
)

// terminal drives the model as Bubble Tea would, and runs its commands at once.
type terminal struct {
	t    testing.TB
	m    *model
	quit bool
	clip string
	hold func(tea.Msg) bool // answers that are kept back
	held []tea.Msg
}

func (x *terminal) send(msgs ...tea.Msg) *terminal {
	for _, msg := range msgs {
		_, cmd := x.m.Update(msg)
		x.run(cmd)
	}
	return x
}

func (x *terminal) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			x.run(c)
		}
	case tea.QuitMsg:
		x.quit = true
	default:
		if v := reflect.ValueOf(msg); v.Kind() == reflect.String {
			x.clip = v.String()
			return
		}
		if x.hold != nil && x.hold(msg) {
			x.held = append(x.held, msg)
			return
		}
		x.send(msg)
	}
}

// keys presses keys: letters, or names such as enter. In the filter's editor
// names of no key are typed.
func (x *terminal) keys(names ...string) *terminal {
	for _, name := range names {
		if what, paste := strings.CutPrefix(name, "paste:"); paste {
			x.send(tea.PasteMsg{Content: what})
			continue
		}
		if k := keyNamed(name); !x.m.bar.open || k.Code != []rune(name)[0] {
			x.send(k)
			continue
		}
		for _, r := range name {
			x.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return x
}

func keyNamed(name string) tea.KeyPressMsg {
	switch name {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	case "tab":
		return tea.KeyPressMsg{Code: tea.KeyTab}
	case "up":
		return tea.KeyPressMsg{Code: tea.KeyUp}
	case "down":
		return tea.KeyPressMsg{Code: tea.KeyDown}
	case "pgdown":
		return tea.KeyPressMsg{Code: tea.KeyPgDown}
	case "pgup":
		return tea.KeyPressMsg{Code: tea.KeyPgUp}
	case "end":
		return tea.KeyPressMsg{Code: tea.KeyEnd}
	case "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case "home":
		return tea.KeyPressMsg{Code: tea.KeyHome}
	case "left":
		return tea.KeyPressMsg{Code: tea.KeyLeft}
	case "ctrl+z":
		return tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}
	case "ctrl+c":
		return tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

func (x *terminal) size(w, h int) *terminal { return x.send(tea.WindowSizeMsg{Width: w, Height: h}) }

// screen returns what a terminal shows. It is drawn on cells, so that widths and
// clipping count.
func (x *terminal) screen() string {
	b := uv.NewScreenBuffer(max(x.m.w, 1), max(x.m.h, 1))
	b.Method = ansi.GraphemeWidth
	uv.NewStyledString(x.m.View().Content).Draw(b, b.Bounds())
	lines := strings.Split(strings.ReplaceAll(b.String(), "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func (x *terminal) shows(what ...string) *terminal {
	x.t.Helper()
	s := x.screen()
	for _, w := range what {
		if !strings.Contains(s, w) {
			x.t.Errorf("the screen does not show %q:\n%s", w, s)
		}
	}
	return x
}

// styledAs returns what a terminal gets for text that begins in a style.
func styledAs(look draw.Style, s string) string {
	styled := draw.NewLine(len(s)+1).Put(look, s+".").Styled().String()
	return styled[:strings.LastIndex(styled, ".")]
}

func (x *terminal) hides(what string) *terminal {
	x.t.Helper()
	if s := x.screen(); strings.Contains(s, what) {
		x.t.Errorf("the screen shows %q:\n%s", what, s)
	}
	return x
}

// arrive commits deliveries and says so.
func (x *terminal) arrive(s *memory, ds ...webhook.Delivery) {
	for _, d := range ds {
		s.add(d)
	}
	x.send(changedMsg{})
}

type hintedError struct{ what, fix string }

func (e hintedError) Error() string { return e.what }
func (e hintedError) Fix() string   { return e.fix }

const publicURL = "https://ada.ngrok-free.dev/api/webhooks/clerk"

// dashboard returns a dashboard like cmd's, over a store in memory.
func dashboard(s *memory) Dashboard {
	return Dashboard{
		Store: s, Now: func() time.Time { return noon },
		Providers: []string{"clerk", "stripe"},
		Events:    []string{"user.created", "user.updated", "user.deleted", "session.created", "customer.subscription.updated"},
		Connection: func() Connection {
			return Connection{State: Live, URL: publicURL, LastProof: noon, Latency: 12 * time.Millisecond}
		},
		Setup: func() Setup {
			return Setup{
				LocalURL: "http://127.0.0.1:4747/api/webhooks/clerk", PublicURL: publicURL, Database: ".hooktop/hooktop.db",
				Steps: []Step{
					{State: StepDone, Name: "receiver", Text: "http://127.0.0.1:4747/api/webhooks/clerk"},
					{State: StepDone, Name: "database", Text: ".hooktop/hooktop.db"},
					{State: StepOptional, Name: "app", Text: "--forward-to http://localhost:3000/api/webhooks/clerk"},
				},
			}
		},
		Trigger: func(_ context.Context, e string) (webhook.Delivery, error) {
			d := happened{kind: e, outcome: webhook.Created, id: diID, email: "di@example.com", took: 3 * time.Millisecond}.delivery(0)
			d.Origin, d.At = webhook.Trigger, noon
			return s.add(d), nil
		},
		Resend: func(_ context.Context, id int64, _ webhook.Resending, target string) (webhook.Delivery, error) {
			if id == 1020 {
				return webhook.Delivery{}, hintedError{"connection refused", "start the app"}
			}
			d := *s.at(id)
			d.Origin, d.ParentID, d.Outcome, d.Answer = webhook.Resend, id, "", webhook.Answer{}
			d.AppStatus, d.Duration = 200, 38*time.Millisecond
			d.Forwards = []webhook.Forward{{At: noon, Target: target, Status: 200, Duration: 38 * time.Millisecond}}
			return s.add(d), nil
		},
		Curl:    func(context.Context, int64) (string, error) { return "curl -X POST http://127.0.0.1:4747/", nil },
		Copy:    func(string) (string, error) { return "pbcopy", nil },
		OpenURL: func(string) error { return nil },
		Redirect: func(routes string) error {
			if strings.Contains(routes, "nowhere") {
				return hintedError{`"nowhere" is not an http or https URL`, "write the URL of your app's webhook route"}
			}
			return nil
		},
	}
}

// complete adds the functions that a dashboard lacks, as cmd does.
func complete(d Dashboard) Dashboard {
	if d.Edit == nil {
		d.Edit = func(context.Context, int64, bool) (tea.ExecCommand, error) { return stubEditor{}, nil }
		d.Edited = func(context.Context, int64) ([]webhook.Delivery, error) { return nil, nil }
	}
	if d.Reverify == nil {
		d.Reverify = func(_ context.Context, id int64) (webhook.Delivery, error) { return webhook.Delivery{ID: id}, nil }
		d.ReverifyAll = func(context.Context) (judged, verified int, err error) { return 0, 0, nil }
	}
	if d.Export == nil {
		d = exportingTo(d, new([]Export))
	}
	return d
}

// toApp makes a dashboard forward to an app.
func toApp(d Dashboard) Dashboard {
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Apps = []App{{Route: appURL, URL: appURL}}
		return s
	}
	return d
}

// toApps makes a dashboard forward to two apps, of which one is not running.
func toApps(d Dashboard) Dashboard {
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Apps = []App{
			{Route: "clerk:user.*=" + appURL, Pattern: query.Pattern{Provider: "clerk", Type: "user.*"}, URL: appURL, Known: true},
			{Route: "http://localhost:4000", URL: "http://localhost:4000", Known: true, Trouble: "nothing listens at localhost:4000"},
		}
		s.Steps = append(s.Steps[:2:2], Step{State: StepFailed, Name: "app", Text: "nothing listens at localhost:4000: start your app", Lines: []string{"clerk:user.* goes on to " + appURL, "F forwards to another"}})
		return s
	}
	return d
}

// notRunning makes the one app of a dashboard one that does not run.
func notRunning(d Dashboard) Dashboard {
	d = toApp(d)
	setup := d.Setup
	d.Setup = func() Setup {
		s := setup()
		s.Apps[0].Known, s.Apps[0].Trouble = true, "nothing listens at localhost:3000"
		return s
	}
	return d
}

// firstStart makes a dashboard that has nothing yet.
func firstStart(d Dashboard) Dashboard {
	d.Connection = func() Connection { return Connection{State: Local} }
	d.Setup = func() Setup {
		return Setup{
			LocalURL: "http://127.0.0.1:4747/api/webhooks/clerk", Database: ".hooktop/hooktop.db", Local: true,
			Notices: []string{"port 4747 was taken: listening on 4748"},
			Steps: []Step{
				{State: StepDone, Name: "receiver", Text: "http://127.0.0.1:4747/api/webhooks/clerk"},
				{State: StepDone, Name: "database", Text: ".hooktop/hooktop.db   0 deliveries, 0 users"},
				{State: StepTodo, Name: "secret", Text: "none found; using a local one (whsec_…9fQ=)", Lines: []string{"put CLERK_WEBHOOK_SECRET=whsec_… into .env.local", "(Clerk Dashboard → Webhooks → endpoint → Signing Secret)"}},
				{State: StepFailed, Name: "tunnel", Text: "no ngrok token: set NGROK_AUTHTOKEN or run", Lines: []string{"ngrok config add-authtoken …"}},
				{State: StepOptional, Name: "app", Text: "--forward-to http://localhost:3000/api/webhooks/clerk"},
			},
		}
	}
	return d
}

func newTerminal(t testing.TB, d Dashboard, w, h int) *terminal {
	t.Helper()
	t.Setenv("NO_COLOR", "")
	t.Setenv("TMUX", "")
	x := &terminal{t: t, m: newModel(context.Background(), d)}
	x.m.after = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	x.run(x.m.Init())
	return x.size(w, h)
}
