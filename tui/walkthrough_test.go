package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// No part of a pasted secret but its last four characters is ever shown or kept,
// whatever the functions say of it.
func TestASecretIsNeverShown(t *testing.T) {
	for _, size := range [][2]int{{50, 10}, {80, 24}, {120, 36}} {
		d := newcomer(&memory{}, local, keyless)
		check := d.CheckSecret
		d.CheckSecret = func(s string) string {
			if why := check(s); why != "" {
				return why + ": " + s
			}
			return ""
		}
		var taken []string
		d.SaveSecret = func(_ context.Context, s string, write bool) (string, error) {
			if taken = append(taken, s); write {
				return "", hintedError{"cannot write " + s, "write " + s + " yourself"}
			}
			return "the secret is " + s, nil
		}
		var kept []string
		d = withMemory(d, map[string]string{}, &kept)
		x := newTerminal(t, d, size[0], size[1])
		safe := func(after string) {
			t.Helper()
			body := strings.TrimPrefix(pasted, "whsec_")
			frame := x.m.View()
			for _, shown := range append(kept, x.screen(), frame.WindowTitle, x.clip) {
				for i := 0; i+6 <= len(body)-4; i++ {
					if strings.Contains(shown, body[i:i+6]) {
						t.Fatalf("%dx%d, after %s: %q is shown:\n%s", size[0], size[1], after, body[i:i+6], shown)
					}
				}
			}
		}
		x.keys("enter", "paste:CLERK_WEBHOOK_SIGNING_SECRET=\""+pasted+"\"\n")
		safe("pasting")
		x.keys("x")
		safe("typing")
		x.keys("paste:sk_" + pasted[6:])
		safe("pasting another key")
		x.keys("enter")
		safe("trying another key")
		if len(taken) > 0 {
			t.Errorf("what has the wrong form was taken: %q", taken)
		}
		x.keys("paste:"+pasted, "down", "enter")
		safe("a failed write")
		if x.m.sheet == nil {
			t.Error("an error closes the sheet")
		}
		x.keys("up", "enter")
		safe("using it")
		if x.m.sheet != nil || !slices.Equal(taken, []string{pasted, pasted}) {
			t.Errorf("taken %q", taken)
		}
		x.shows("…Sw01")
		x.keys("enter", "paste:"+pasted, "esc", "enter")
		safe("cancelling")
		if s, ok := x.m.sheet.(*secretSheet); !ok || s.typed != "" {
			t.Error("a cancelled secret is kept")
		}
	}
}

// The relay is offered once; only y agrees, and any other key does what it always does.
func TestTheRelayIsOffered(t *testing.T) {
	for _, c := range []struct {
		key              string
		opened, declined bool
		shows            string
	}{
		{"y", true, false, "chose relay"},
		{"n", false, true, "no relay"},
		{"esc", false, false, "can be chosen at any time"},
		{"t", false, false, "Send a test event"},
		{"?", false, false, "─ Keys ─"},
		{"1", false, false, "▌1 Deliveries"},
		{"enter", false, false, "How Clerk reaches this machine"},
	} {
		d := newcomer(&memory{}, local, func(s *Setup) { s.OfferRelay = true })
		var opened, declined bool
		d.OpenTunnel = func(_ context.Context, kind string) error { opened = kind == Relay; return nil }
		d.DeclineRelay = func(context.Context) error { declined = true; return nil }
		x := newTerminal(t, d, 80, 40)
		x.shows("Use Clerk's relay?", "can read what passes")
		x.keys(c.key).hides("Use Clerk's relay?")
		x.shows(c.shows)
		if opened != c.opened || declined != c.declined {
			t.Errorf("%s: opened %v, declined %v", c.key, opened, declined)
		}
		x.send(secondMsg{}).keys("esc").hides("Use Clerk's relay?")
	}
}

// A key that was meant for something else agrees to nothing.
func TestTheRelayIsNotOfferedOverOtherKeys(t *testing.T) {
	offer := false
	d := newcomer(&memory{}, local)
	setup := d.Setup
	d.Setup = func() Setup { s := setup(); s.OfferRelay = offer; return s }
	d.OpenTunnel = func(context.Context, string) error { t.Error("the relay was opened"); return nil }
	x := newTerminal(t, d, 80, 24).keys("j")
	offer = true
	x.send(secondMsg{}).hides("Use Clerk's relay?")
	newTerminal(t, d, 40, 8).keys("y") // where nobody can read the question
	x = newTerminal(t, d, 80, 24)
	x.size(40, 8).keys("y")
}

// The relay's sentence is read at any size at which it can be agreed to.
func TestTheRelaysWarningIsWhole(t *testing.T) {
	d := newcomer(&memory{}, local, func(s *Setup) { s.OfferRelay = true })
	for w := minW; w < 140; w += 3 {
		for h := minH; h < 40; h++ {
			screen := strings.Join(strings.FieldsFunc(newTerminal(t, d, w, h).screen(), func(r rune) bool { return strings.ContainsRune(" \n│", r) }), " ")
			for _, word := range []string{"Whoever knows the inbox's URL or token", "Svix's servers see", "y use the relay"} {
				for part := range strings.SplitSeq(word, " ") {
					if !strings.Contains(screen, part) {
						t.Fatalf("%dx%d does not say %q", w, h, part)
					}
				}
			}
		}
	}
}

func TestChoosingATunnel(t *testing.T) {
	var opened []string
	d := newcomer(&memory{}, local)
	d.OpenTunnel = func(_ context.Context, kind string) error {
		if opened = append(opened, kind); kind == Pull {
			return hintedError{"there is no CLERK_SECRET_KEY", "put it into .env.local"}
		}
		return nil
	}
	x := newTerminal(t, d, 80, 24).keys("enter", "down", "enter")
	x.shows("there is no ngrok token", "NGROK_AUTHTOKEN") // and the sheet stays
	x.keys("down", "enter").shows("✗ there is no CLERK_SECRET_KEY", "put it into .env.local")
	x.keys("up", "up", "enter").shows("Use Clerk's relay?")
	x.keys("esc").shows("How Clerk reaches this machine")
	x.keys("enter", "y").shows("chose relay")
	if !slices.Equal(opened, []string{Pull, Relay}) {
		t.Errorf("opened %q", opened)
	}
	agreed := newcomer(&memory{}, local, func(s *Setup) { s.Tunnels[0].Agreed = true })
	newTerminal(t, agreed, 80, 24).keys("enter", "enter").shows("chose relay")
}

// E shows what will change, asks for what is there first, and changes nothing before
// enter.
func TestRegisteringShowsFirstWhatItChanges(t *testing.T) {
	d := nothingSent(newcomer(story(false), relayed, withSecret))
	done := 0
	register := d.Register
	d.Register = func(ctx context.Context) (Registration, error) { done++; return register(ctx) }
	x := newTerminal(t, d, 100, 30)
	x.hold = func(msg tea.Msg) bool { a, ok := msg.(answer); return ok && a.request == &x.m.side.request }
	x.keys("1", "E", "enter")
	if done > 0 {
		t.Error("it registers before it shows what changes")
	}
	x.hides("asking Clerk")
	x.send(sideSlowMsg{x.m.side.request.n}).shows("asking Clerk …")
	x.hold = nil
	x.send(x.held[0]).shows("ep_2n4Rk8sUqv0c", "now https://old.ngrok-free.dev/api/webhooks/clerk", "adds user.updated, user.deleted; the others stay", "Experimental")
	x.keys("enter").shows("updated the endpoint ep_2n4Rk8sUqv0c", "before: https://old", "added: user.deleted", "it was disabled", "whsec_…Sw01")
	x.keys("enter").shows("wrote whsec_…Sw01 to .env.local")
	if done != 1 {
		t.Errorf("registered %d times", done)
	}
}

// Where registering is not possible, the manual steps have the URL to paste.
func TestRegisteringByHand(t *testing.T) {
	opened := ""
	d := refusing(newcomer(&memory{}, relayed, withSecret))
	d.OpenURL = func(url string) error { opened = url; return nil }
	x := newTerminal(t, d, 80, 24).keys("E", "enter")
	x.shows("CLERK_SECRET_KEY is not valid", "2 Or create the endpoint by hand", inbox)
	if x.keys("y"); x.clip != inbox {
		t.Errorf("copied %q", x.clip)
	}
	x.shows("Register the endpoint at Clerk")
	if x.keys("o"); opened != "https://dashboard.clerk.com/last-active?path=webhooks" {
		t.Errorf("opened %q", opened)
	}
	x.keys("enter").shows("Experimental") // once more
	x = newTerminal(t, newcomer(&memory{}, tunnelled, keyless), 80, 24).keys("E")
	x.shows("there is no CLERK_SECRET_KEY", publicURL, "user.created, user.updated, user.deleted")
}

func TestRegisteringSaysWhyItCannot(t *testing.T) {
	for _, c := range []struct {
		at   Connection
		says string
	}{
		{local, "no public URL to register: choose a tunnel on Setup (4)"},
		{connecting, "the tunnel is connecting: register once it is live"},
		{retrying, "the tunnel is reconnecting"},
		{refused, "no public URL to register"},
		{pulling, "pull reads Clerk's messages: it needs no endpoint"},
	} {
		newTerminal(t, newcomer(story(false), c.at, withSecret), 120, 30).keys("1", "E").shows(c.says)
	}
}

// The example is asked for, waited for and seen to arrive.
func TestAnExampleArrives(t *testing.T) {
	s := &memory{}
	now := noon
	d := newcomer(s, relayed, registered)
	d.Now = func() time.Time { return now }
	asked := ""
	d.SendExample = func(_ context.Context, event string) error { asked = event; return nil }
	x := newTerminal(t, d, 80, 24).keys("4").send(secondMsg{})
	x.shows("▶4 ○ example", "◌ arrival")
	x.keys("enter").shows("✓ example", "waiting for the example …")
	if asked != "user.created" {
		t.Errorf("asked for %q", asked)
	}
	now = noon.Add(20 * time.Second)
	x.send(secondMsg{}).shows("waiting for the example … 20s", "what Clerk says about it")

	old := happened{kind: "user.created", outcome: webhook.Created, id: diID}.delivery(1)
	old.At = noon.Add(-time.Hour)
	x.arrive(s, old)
	x.shows("waiting for the example … 20s")

	wrong := *rejectedDelivery().at(1)
	wrong.At = now
	x.arrive(s, wrong)
	x.shows("▶5 ✗ arrival   #2 user.created, rejected now: Signed with another secret", "next enter: see the cause and the fix")

	right := *verifiedDelivery().at(1)
	right.At = now
	x.arrive(s, right)
	x.shows("Set up: deliveries from Clerk arrive and verify.", "▶5 ✓ arrival   #3 user.created, verified, now")
	x.keys("enter").shows("─ #3")

	right.Outcome = webhook.MissingEmail
	x.arrive(s, right)
	x.keys("4").shows("! arrival   #4 user.created, verified, now, but: missing-email", "enter see the cause and the fix")
}

func TestAnExampleThatClerkRefuses(t *testing.T) {
	x := newTerminal(t, noAnswer(newcomer(&memory{}, relayed, registered)), 80, 24).keys("4", "enter")
	x.shows("✗ example   Clerk's key may not send examples (403)", "Testing → Send")
}

// Until the user moves, the next step is selected; what they chose stays.
func TestTheNextStepIsSelected(t *testing.T) {
	facts := Setup{}
	d := newcomer(&memory{}, relayed, func(s *Setup) { facts = *s })
	d.Setup = func() Setup { return facts }
	x := newTerminal(t, d, 80, 24)
	x.shows("▶3 ○ endpoint")
	facts.Registered = &Registration{Endpoint: hooktop, URL: inbox}
	x.send(secondMsg{}).shows("▶1 ○ secret") // which registering did not read
	facts.Secret = "whsec_…LaSw, read from Clerk"
	x.send(secondMsg{}).shows("▶4 ○ example")
	x.keys("up", "up").shows("▶2 ✓ tunnel")
	facts.Registered = nil
	x.send(secondMsg{}).shows("▶2 ✓ tunnel", "next enter: register it")
}

// A public URL that changed is kept in mind until the sender knows it.
func TestAChangedURLIsKeptInMind(t *testing.T) {
	s, c, facts := story(false), tunnelled, Setup{}
	d := newcomer(s, c, func(s *Setup) { withSecret(s); facts = *s })
	d.Connection, d.Setup = func() Connection { return c }, func() Setup { return facts }
	x := newTerminal(t, d, 120, 30).keys("1")
	x.hides("changed")
	c.URL = "https://new.ngrok-free.dev/api/webhooks/clerk"
	x.m.now = x.m.now.Add(time.Second)
	d.Now = func() time.Time { return noon.Add(time.Minute) }
	x.m.deps.Now = d.Now
	x.send(connectionMsg{}).shows("the public URL changed · 4: what to do")
	x.keys("4").shows("✗ endpoint  the public URL changed: Clerk may", "next enter: register it")
	facts.Registered = &Registration{Endpoint: hooktop, URL: c.URL}
	x.send(secondMsg{}).keys("1").hides("changed")
	facts.Registered = nil
	x.send(secondMsg{}).shows("the public URL changed")
	late := *verifiedDelivery().at(1)
	late.At = noon.Add(2 * time.Minute)
	x.arrive(s, late)
	x.hides("changed")

	c.Was = "https://old.ngrok-free.dev/api/webhooks/clerk" // in the last run
	x = newTerminal(t, d, 120, 30).keys("1")
	x.send(secondMsg{})
	if s.rows = nil; !newTerminal(t, d, 120, 30).m.urlChanged() {
		t.Error("another URL than in the last run is no change")
	}
}

// What the header says beside the state holds still while the latency changes.
func TestTheHeaderHoldsStill(t *testing.T) {
	at := -1
	for _, took := range []time.Duration{0, 3 * time.Millisecond, 12 * time.Millisecond, 120 * time.Millisecond, 1500 * time.Millisecond} {
		c := tunnelled
		c.Latency = took
		x := newTerminal(t, newcomer(story(false), c, withSecret), 120, 30)
		line, _, _ := strings.Cut(x.screen(), "\n")
		is := len([]rune(line[:strings.Index(line, "https://")]))
		if at < 0 {
			at = is
		}
		if is != at {
			t.Errorf("%v: the URL is at %d, was at %d", took, is, at)
		}
	}
}

// A click selects a step, and one more does it.
func TestClickingOnSetup(t *testing.T) {
	x := newTerminal(t, newcomer(story(false), relayed, registered), 120, 36).keys("4")
	row := func(s string) int {
		for i, line := range strings.Split(x.screen(), "\n") {
			if strings.Contains(line, s) {
				return i
			}
		}
		t.Fatalf("%q is not shown", s)
		return 0
	}
	click := func(col, row int) {
		x.send(tea.MouseClickMsg{X: col, Y: row, Button: tea.MouseLeft})
	}
	y := row("secret ")
	click(8, y)
	x.shows("▶1 ✓ secret").hides("Signing secret ─")
	click(8, y)
	x.shows("─ Signing secret")
	x.keys("esc")
	y = row("did not arrive")
	click(80, y)
	x.shows("▶11:52:07", "the relay's inbox answered")
	x.send(tea.MouseWheelMsg{X: 80, Y: y, Button: tea.MouseWheelDown})
}

// A click outside answers nothing.
func TestClickingBesideTheOffer(t *testing.T) {
	d := newcomer(&memory{}, local, func(s *Setup) { s.OfferRelay = true })
	d.OpenTunnel = func(context.Context, string) error { t.Error("opened"); return nil }
	x := newTerminal(t, d, 80, 24)
	x.send(tea.MouseClickMsg{X: 1, Y: 22, Button: tea.MouseLeft}).hides("Use Clerk's relay?")
}
