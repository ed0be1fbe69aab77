package tui

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestArrivalsDoNotMoveTheSelection(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 120, 36).keys("j", "j", "j")
	selected := func() (int, string) {
		for i, l := range strings.Split(x.screen(), "\n") {
			if _, after, ok := strings.Cut(l, "▶"); ok {
				return i, strings.Split(after, "│")[0]
			}
		}
		return -1, ""
	}
	row, text := selected()
	for range 100 {
		var ds []webhook.Delivery
		for range 10 {
			ds = append(ds, happened{kind: "user.updated", outcome: webhook.Updated, id: boID, email: "new@example.com"}.delivery(0))
		}
		x.arrive(s, ds...)
		if r, now := selected(); r != row || now != text {
			t.Fatalf("the selection went from line %d %q to line %d %q", row, text, r, now)
		}
	}
	x.shows("‖ 1,000 new ↑ g", "#1021")
	x.keys("g").shows("new@example.com", "#2024")
	x.hides("‖")
}

func TestTheTopFollowsNewDeliveries(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 120, 36)
	x.arrive(s, happened{kind: "user.created", outcome: webhook.Created, id: diID, email: "fresh@example.com"}.delivery(0))
	x.shows("▶12:04:07.00 ✓ 200 user.created", "fresh@example.com", "#1025")
	x.keys("j")
	x.arrive(s, happened{kind: "user.created", outcome: webhook.Created, id: diID, email: "later@example.com"}.delivery(0))
	x.shows("‖ 1 new ↑ g", "#1024")
	x.hides("later@example.com")
	x.keys("k", "k", "k").shows("later@example.com", "#1026", "following")
}

func TestNothingIsHiddenIfThereIsRoom(t *testing.T) {
	s := &memory{}
	x := newTerminal(t, dashboard(s), 120, 36)
	x.arrive(s, happened{kind: "user.created", outcome: webhook.Created, id: diID, email: "di@example.com"}.delivery(0))
	x.keys("enter", "r", "enter").shows("re #1", "resent #1 to hooktop", "─ #1 ", "1–2 of 2")
}

func TestTroublesAreShown(t *testing.T) {
	troubles := make(chan error, 1)
	troubles <- hintedError{"a delivery could not be kept: disk full", "free some space"}
	close(troubles)
	d := dashboard(story(false))
	d.Troubles = troubles
	newTerminal(t, d, 120, 36).shows("a delivery could not be kept: disk full", "fix: free some space")
}

func TestAnOpenDeliveryStaysOpen(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 80, 24).keys("enter")
	x.arrive(s, happened{kind: "user.deleted", outcome: webhook.Deleted, id: diID, email: "di@example.com"}.delivery(0))
	x.shows("#1024")
}

func TestEveryRowCanBeReached(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 80, 24)
	seen := map[int64]bool{}
	for range 1100 {
		seen[x.m.selectedID()] = true
		if n := len(x.m.lists[0].rows); n > 2*x.m.lists[0].limit() {
			t.Fatalf("%d rows are held in memory", n)
		}
		x.keys("down")
	}
	if len(seen) != 1024 {
		t.Errorf("going down met %d of 1,024 deliveries", len(seen))
	}
	clear(seen)
	for range 1100 {
		seen[x.m.selectedID()] = true
		if n := len(x.m.lists[0].rows); n > 2*x.m.lists[0].limit() {
			t.Fatalf("%d rows are held in memory", n)
		}
		x.keys("up")
	}
	if len(seen) != 1024 || !x.m.lists[0].follow {
		t.Errorf("going up met %d of 1,024 deliveries, following %v", len(seen), x.m.lists[0].follow)
	}
	x.keys("G").shows("▶#1    11:58", "1,007–1,024 of 1,024")
	if id := x.m.selectedID(); id != 1 {
		t.Errorf("G selects #%d", id)
	}
}

func TestNJumpsBetweenFailures(t *testing.T) {
	x := newTerminal(t, toApp(dashboard(story(true))), 120, 36)
	x.keys("n").shows("#1023")
	x.keys("n").shows("#1022")
	x.keys("n").shows("#1019")
	x.keys("n").shows("no older failure", "#1019")
	x.keys("N", "N", "N").shows("no newer failure", "#1023")
}

func TestStaleAnswersAreDropped(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36)
	x.hold = func(msg tea.Msg) bool { a, ok := msg.(answer); return ok && a.request == &x.m.detail.request }
	x.keys("j", "j")
	x.hold = nil
	if len(x.held) != 2 {
		t.Fatalf("%d reads were made", len(x.held))
	}
	x.send(x.held[1], x.held[0])
	if id := x.m.detail.d.ID; id != 1022 {
		t.Errorf("#%d is shown, and #1022 is selected", id)
	}
}

func TestAFailedReadIsReportedAndRepeated(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 120, 36)
	s.err = hintedError{"disk I/O error", "free some space"}
	x.send(changedMsg{})
	x.shows("disk I/O error", "free some space")
	s.err = nil
	x.send(secondMsg{}).keys("j").hides("disk I/O error")
	x.arrive(s, happened{kind: "user.created", outcome: webhook.Created, email: "back@example.com"}.delivery(0))
	x.keys("g").shows("back@example.com")
}

func TestResend(t *testing.T) {
	s := story(true)
	x := newTerminal(t, toApp(dashboard(s)), 120, 36)
	x.keys("j", "r").shows("Resend #1023", "same id", "new id", "original headers", "hooktop, as a new", appURL)
	x.keys("down", "enter", "down", "enter").shows("resent #1023 to :3000, with a new id: 200 in 38ms (#1025)")
	x.keys("g").shows("re #1023", "→200")
	x.keys("esc", "n", "n", "esc")
	for x.m.selectedID() != 1020 {
		x.keys("down")
	}
	x.keys("r", "enter").shows("resend #1020: connection refused", "fix: start the app")
	x.keys("j").hides("connection refused")
}

func TestTrigger(t *testing.T) {
	s := &memory{}
	x := newTerminal(t, firstStart(dashboard(s)), 80, 24)
	x.shows("Local mode: works offline, no account needed.", "4 Setup 2 to do")
	x.keys("t").shows("Send a test event", "user.created")
	x.keys("d", "e", "l").hides("session.created")
	x.shows("user.deleted")
	x.keys("enter").shows("sent user.deleted, signed: #1, 200 in 3ms", "▶#1 12:04:07.00 ✓ 200 user.deleted")
	x.keys("t").shows("last used", "▶ user.deleted")
}

func TestCopy(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("j", "y")
	x.shows("Copy from #1023", "curl", "message id", "the event names no user")
	x.keys("f").shows("copied the fix (170 bytes) to the terminal's clipboard and with pbcopy")
	if !strings.HasPrefix(x.clip, "Clerk Dashboard") {
		t.Errorf("the terminal was given %q", x.clip)
	}
	x.keys("y", "i").shows("no user id: the event names no user")
	x.keys("y", "b")
	if !strings.HasPrefix(x.clip, `{"data":{"created_at"`) {
		t.Errorf("the body copied is %q", x.clip)
	}
	x.m.deps.Copy = func(string) (string, error) { return "", errors.New("no room for /tmp/x") }
	x.keys("k", "y", "c").shows("to the terminal's clipboard; the system's clipboard failed: no room for /tmp/x")
}

func TestKeysThatCannotActSayWhy(t *testing.T) {
	for _, c := range []struct {
		keys []string
		says string
	}{
		{[]string{"1", "r"}, "no delivery is selected: t sends one"},
		{[]string{"1", "enter"}, "no delivery is selected: t sends one"},
		{[]string{"1", "n"}, "no delivery is selected"},
		{[]string{"1", "w"}, "no delivery is selected"},
		{[]string{"1", "]"}, "no delivery is selected"},
		{[]string{"1", "s"}, "on tab 3"},
		{[]string{"3", "r"}, "r resends a delivery: select one on tab 1"},
		{[]string{"3", "enter"}, "no user is selected"},
		{[]string{"3", "f"}, "f follows new deliveries, but only on tabs 1 and 2"},
		{[]string{"3", "n"}, "n and N jump between failures"},
		{[]string{"4", "r"}, "r resends a delivery: select one on tab 1"},
		{[]string{"4", "enter"}, "Register the endpoint at Clerk"},
		{[]string{"4", "]"}, "nothing here has tabs"},
		{[]string{"4", "tab"}, "cannot ask Clerk what it sent here"},
		{[]string{"4", "up", "up", "up", "enter"}, "cannot take a signing secret here: put it into .env.local"},
		{[]string{"1", "y", "b"}, "no body: select a delivery first"},
	} {
		t.Run(strings.Join(c.keys, " "), func(t *testing.T) {
			newTerminal(t, dashboard(&memory{}), 120, 36).keys(c.keys...).shows(c.says)
		})
	}
	bare := newTerminal(t, Dashboard{Store: &memory{}, Now: func() time.Time { return noon }}, 100, 30)
	bare.keys("t").shows("cannot send a test event here")
	bare.keys("r").shows("cannot resend here")
	bare.keys("o").shows("cannot open a browser here")
}

func TestQuitAndBack(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 80, 24).keys("enter", "q")
	if x.quit {
		t.Error("q quits from a detail that covers the list")
	}
	x.keys("esc", "esc", "esc")
	if x.quit {
		t.Error("esc quits")
	}
	if x.keys("q"); !x.quit {
		t.Error("q does not quit")
	}
	x = newTerminal(t, dashboard(story(false)), 80, 24).keys("enter", "t", "ctrl+c")
	if !x.quit {
		t.Error("ctrl+c does not quit from a sheet")
	}
}

func TestMouse(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36)
	click := func(x0, y0 int) { x.send(tea.MouseClickMsg{X: x0, Y: y0, Button: tea.MouseLeft}) }
	click(10, 5)
	if id := x.m.selectedID(); id != 1022 || x.m.focus != focusList {
		t.Errorf("a click selects #%d, focus %v", id, x.m.focus)
	}
	if click(10, 5); x.m.focus != focusDetail {
		t.Error("a second click does not open")
	}
	if click(77, 3); x.m.detail.tab != tabRequest {
		t.Errorf("a click on a tab of the detail shows tab %d", x.m.detail.tab)
	}
	x.send(tea.MouseWheelMsg{X: 10, Y: 10, Button: tea.MouseWheelDown})
	if x.m.lists[0].top != wheelLines || x.m.selectedID() != 1021 {
		t.Errorf("the wheel shows row %d, selected #%d", x.m.lists[0].top, x.m.selectedID())
	}
	if click(34, 1); x.m.tab != tabUsers {
		t.Errorf("a click on a tab shows tab %d", x.m.tab)
	}
	x.keys("m").shows("mouse off: drag to select text")
	if x.m.View().MouseMode != tea.MouseModeNone {
		t.Error("m leaves the mouse on")
	}
}

func TestSlowWorkShowsASpinner(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36)
	x.hold = func(msg tea.Msg) bool { _, ok := msg.(doneMsg); return ok }
	x.keys("r", "enter").hides("resending")
	x.send(spinMsg{}).shows("resending #1024 to hooktop")
	x.keys("r", "enter").shows("resending #1024")
	if len(x.held) != 1 {
		t.Errorf("it was resent %d times", len(x.held))
	}
	x.hold = nil
	x.send(x.held[0]).shows("resent #1024 to hooktop")
}

func TestHelpHasEveryKey(t *testing.T) {
	for _, w := range []int{80, 120} {
		x := newTerminal(t, dashboard(story(false)), w, 120).keys("?")
		s := x.screen()
		for _, g := range keyMap() {
			for _, b := range g.bindings {
				if !strings.Contains(s, " "+b.show+" ") || !strings.Contains(s, b.long) {
					t.Errorf("%d columns: the help lacks %s %s", w, b.show, b.long)
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, g := range keyMap() {
		for _, b := range g.bindings {
			if k := b.keys[0]; len(k) < 3 && k != "up" && b.show != k {
				t.Errorf("the help writes %s for %s", b.show, k)
			}
			for _, k := range b.keys {
				if seen[k] {
					t.Errorf("%s means two things", k)
				}
				seen[k] = true
			}
		}
	}
}

func TestSetupIsShownFirstOnlyIfThereAreNoDeliveries(t *testing.T) {
	newTerminal(t, firstStart(dashboard(&memory{})), 80, 24).shows("▌4 Setup")
	newTerminal(t, firstStart(dashboard(story(false))), 80, 24).shows("▌1 Deliveries", "4 Setup 2 to do")
}

func TestASlowReadDoesNotShowAnotherDelivery(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36)
	x.hold = func(msg tea.Msg) bool { a, ok := msg.(answer); return ok && a.request == &x.m.detail.request }
	x.keys("j").shows("─ #1024")
	x.send(slowMsg{&x.m.detail, x.m.detail.request.n}).shows("reading #1023")
	x.keys("y").shows("the delivery is still being read")
	x.keys("esc").hides("─ #1024")
	x.hold = nil
	x.send(x.held[0]).shows("─ #1023", "Signed with another secret")
}

func TestConnectionStates(t *testing.T) {
	for state, want := range map[Connection][]string{
		{State: Live, URL: publicURL, LastProof: noon, Latency: 12 * time.Millisecond}: {"● live 12 ms", publicURL},
		{State: Live, URL: publicURL, LastProof: noon.Add(-time.Minute)}:               {"◐ live, proven 1m ago"},
		{State: Connecting}: {"◌ connecting"},
		{State: Reconnecting, URL: publicURL, Reason: "no answer for 30 s"}: {"◐ reconnecting", "no public URL: no answer for 30 s"},
		{State: Failed, Reason: "bad token", Fix: "copy it anew"}:           {"✗ failed", "no public URL: bad token", "4: the fix"},
		{State: Own, URL: publicURL}:                                        {"◐ own, unproven", publicURL},
		{State: Own, URL: publicURL, Proof: ProofPassed, Proven: noon}:      {"● own tunnel", publicURL},
		unproven: {"◐ live, unproven", "not proven: cannot look up ada.ngrok-free.dev from here"},
		retrying: {"◐ reconnecting", "no public URL, next try in 8 s: no answer for 25 s"},
		refused:  {"✗ failed", "(ERR_NGROK_334)", "4: the fix"},
		relayed:  {"● relay 38 ms   webhooks.clerk.com  "},
		pulling:  {"● pull 180 ms"},
		{State: Connecting, Kind: Relay, URL: inbox, Reason: "cannot reach the relay", NextTry: noon.Add(4 * time.Second)}: {"◌ connecting, next try in 4 s", "no public URL, next try in 4 s: cannot reach the relay"},
		connecting:     {"◌ connecting: testing the URL"},
		{State: Local}: {"○ local"},
	} {
		d := dashboard(story(false))
		d.Connection = func() Connection { return state }
		x := newTerminal(t, d, 140, 30)
		x.shows(want...)
		if state.State == Failed {
			x.keys("4").shows(strings.Fields(state.Fix)[0])
		}
		x.keys("1", "j").shows("#1023")
	}
}

func TestLongErrorsKeepTheirFix(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 60, 20)
	x.m.setStatus(failure(hintedError{strings.Repeat("very long trouble ", 40), "the fix itself"}))
	x.m.dirty = true
	x.shows("the fix itself", "? help  q quit")
}

// hugeBody returns a body with a line of a megabyte and forty thousand short ones.
func hugeBody(tb testing.TB) *terminal {
	tb.Helper()
	s := story(false)
	s.at(1024).Body = []byte(`{"a":"` + strings.Repeat("x", 1<<20) + `","b":[` + strings.Repeat("1,", 40000) + `1]}`)
	return newTerminal(tb, dashboard(s), 120, 36).keys("]", "]")
}

// Counts allocations instead of time: a key costs a screen, and each line no more
// than its position.
func TestOnlyTheVisiblePartOfAHugeBodyIsDrawn(t *testing.T) {
	x := hugeBody(t)
	const most, room = 10_000, 32 << 20 // of forty thousand lines one each would be more
	for _, k := range []string{"w", "w", "enter", "end", "w", "end"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		x.keys(k)
		x.screen()
		runtime.ReadMemStats(&after)
		if n, size := after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc; n > most || size > room {
			t.Errorf("%s makes %d things of %d KiB in all", k, n, size>>10)
		}
		if p := x.m.detail; len(p.pieces) < 40_000 || len(p.doc.Lines) > 36 {
			t.Errorf("%s: of %d pieces %d lines are kept as text", k, len(p.pieces), len(p.doc.Lines))
		}
	}
}

// BenchmarkAHugeBody measures a key that formats the body again.
func BenchmarkAHugeBody(b *testing.B) {
	x := hugeBody(b)
	for b.Loop() {
		x.keys("w")
		x.screen()
	}
}
