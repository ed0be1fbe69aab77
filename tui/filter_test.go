package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// types types into the filter's editor and applies it.
func (x *terminal) types(text string) *terminal {
	return x.keys(text).send(filterMsg{x.m.bar.edits})
}

// listed returns the ids in the list.
func (x *terminal) listed() (ids []int64) {
	for _, d := range x.m.list().rows {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestAFilterIsAppliedWhenTypingStops(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("/", "is:stale")
	x.shows("user.created") // nothing was applied yet
	x.send(filterMsg{x.m.bar.edits - 1}).shows("1,024", "duplicate of #31")
	x.send(filterMsg{x.m.bar.edits}).hides("duplicate of #31")
	x.shows("stale, 4 s older", "1–1 of 1 ")
	x.keys("enter").shows("/ is:stale ✕", "1–1 of 1 ")
	x.keys("/", " email:ada").send(filterMsg{x.m.bar.edits}).shows("No delivery matches", "is:stale email:ada", "esc goes back")
	x.keys("enter").shows("esc clears the filter", "/ edits it")
	x.keys("esc", "/").types("is:stale").keys("enter", "/").types(" ada").keys("esc").shows("/ is:stale ✕", "stale, 4 s older")
	x.keys("esc").shows("1–30 of 1,024", "duplicate of #31")
	x.hides("✕")
}

func TestAFilterErrorIsMarkedAndLeavesTheList(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("/").types("is:stale")
	x.types(" isx:stale").shows("stale, 4 s older", `unknown key "isx", at character 10`, "fix: the keys are type: user:")
	x.keys("enter")
	if !x.m.bar.open {
		t.Error("enter keeps a filter that cannot be understood")
	}
	x.types(" x").shows("unknown key")
	x.keys("esc", "/").types("is:st").hides("unknown")
	x.shows("tab  stale")
	x.keys("enter").shows(`unknown state "st", at character 4`)
	x.keys("esc").hides("✕")
	x.shows("1–30 of 1,024")
}

func TestEscBacksOutOneThingAtATime(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 80, 24).keys("/", "is:stale", "enter", "enter", "t")
	x.shows("Send a test event")
	x.keys("esc").hides("Send a test event")
	x.shows("─ #1017") // the detail
	x.keys("esc").shows("▶", "/ is:stale ✕", "1–1 of 1 ")
	x.keys("/", " ada").keys("esc").shows("/ is:stale ✕")
	x.keys("left", "h").shows("/ is:stale ✕") // they go back, and clear nothing
	x.keys("esc").hides("✕")
	if x.keys("esc"); x.quit {
		t.Error("esc quits")
	}
}

func TestTheFilterWorksOnTabs1And2(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("/", "email:ada", "enter")
	x.shows("/ email:ada ✕")
	x.keys("2").shows("/ email:ada ✕", "conflict", "1–1 of 1 ")
	x.hides("wrong-secret")
	x.keys("3").hides("✕")
	x.keys("/").shows("/ filters only on tabs 1 and 2; user:user_2ab finds a user's deliveries")
	x.keys("4", "/").shows("/ filters deliveries, but only on tabs 1 and 2")
	x.keys("1").shows("/ email:ada ✕")
}

func TestTheFilterChipCanBeClicked(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}, {50, 10}} {
		x := newTerminal(t, dashboard(story(false)), size[0], size[1]).keys("/", "type:user.created|user.updated|user.deleted", "enter")
		line := []rune(strings.Split(x.screen(), "\n")[1])
		at := slices.Index(line, '✕')
		if at < 0 {
			t.Fatalf("%v: no ✕ in %s", size, string(line))
		}
		click := func(col int) { x.send(tea.MouseClickMsg{X: col, Y: 1, Button: tea.MouseLeft}) }
		click(at - 4)
		if !x.m.bar.open {
			t.Errorf("%v: a click on the filter does not edit it", size)
		}
		x.send(tea.MouseClickMsg{X: 5, Y: 5, Button: tea.MouseLeft})
		if x.m.bar.open || x.m.bar.text == "" {
			t.Errorf("%v: a click beside the editor does not keep the filter", size)
		}
		if click(at); x.m.bar.text != "" {
			t.Errorf("%v: a click on ✕ leaves %q", size, x.m.bar.text)
		}
	}
}

func TestEarlierFiltersComeBack(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36)
	x.keys("/", "is:stale", "enter", "/", " ada", "enter", "esc", "/", "x")
	value := func(want string) {
		t.Helper()
		if got := x.m.bar.input.Value(); got != want {
			t.Errorf("the editor has %q, not %q", got, want)
		}
	}
	x.keys("up")
	value("is:stale ada")
	x.keys("up")
	value("is:stale")
	x.keys("up")
	value("is:stale")
	x.keys("down", "down")
	value("x")
	x.keys("down")
	value("x")
	x.keys("up", "up").send(filterMsg{x.m.bar.edits}).shows("stale, 4 s older", "1–1 of 1 ")
}

func TestTabCompletes(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("/", "ty")
	x.shows("tab  type:")
	x.keys("tab", "tab").shows("/ type:customer.subscription.*▏")
	x.keys("esc", "/", "type:us", "tab").shows("/ type:user.▏", "user.* user.created user.deleted user.updated")
	x.keys("del", "tab").shows("/ type:user.deleted▏")
	x.hides("tab  ")
	x.keys(" is:fa", "tab").shows("/ type:user.deleted is:failed▏")
	x.keys(" nothing", "tab").shows("is:failed nothing▏")
}

// remembering returns a dashboard that remembers between starts.
func remembering(d Dashboard, kept map[string]string) Dashboard {
	d.Remember = func(_ context.Context, name, value string) error { kept[name] = value; return nil }
	d.Remembered = func(_ context.Context, name string) (string, error) { return kept[name], nil }
	return d
}

func TestAFilterSurvivesARestart(t *testing.T) {
	kept := map[string]string{}
	s := story(false)
	newTerminal(t, remembering(dashboard(s), kept), 120, 36).keys("/", "is:stale", "enter")
	before := s.searches
	x := newTerminal(t, remembering(dashboard(s), kept), 120, 36)
	x.shows("/ is:stale ✕", "1–1 of 1 ")
	if n := s.searches - before; n != 1 {
		t.Errorf("the list was read %d times", n)
	}
	x.keys("esc")
	x = newTerminal(t, remembering(dashboard(s), kept), 120, 36)
	x.hides("✕")
	x.keys("/", "up").shows("/ is:stale▏")
	kept[rememberedFilter] = "gone:x"
	newTerminal(t, remembering(dashboard(s), kept), 120, 36).shows("1–30 of 1,024")
	d := remembering(dashboard(s), kept)
	d.Remembered = func(context.Context, string) (string, error) {
		return "", hintedError{"disk I/O error", "free some space"}
	}
	newTerminal(t, d, 120, 36).shows("disk I/O error", "1–30 of 1,024")
	d = remembering(dashboard(s), kept)
	d.Remember = func(context.Context, string, string) error { return errors.New("the disk is full") }
	newTerminal(t, d, 120, 36).keys("/", "is:stale", "enter").shows("the disk is full", "/ is:stale ✕")
}

// rare returns a store with one delivery in ten of the type rare.
func rare(n int) *memory {
	s := &memory{}
	for i := 1; i <= n; i++ {
		h := happened{kind: "user.updated", outcome: webhook.Updated, id: adaID, email: "ada@example.com"}
		if i%10 == 0 {
			h.kind = "rare"
		}
		s.add(h.delivery(0))
	}
	return s
}

func everyTenth(from, to int) (ids []int64) {
	for i := from; i >= to; i -= 10 {
		ids = append(ids, int64(i))
	}
	return ids
}

func TestASearchContinuesAsFarAsTheScreenNeeds(t *testing.T) {
	s := rare(10_000)
	s.reach = 100
	x := newTerminal(t, dashboard(s), 80, 24)
	x.keys("/").types("type:rare")
	n := len(x.listed())
	if n < 2*x.m.list().h || n > 4*x.m.list().h || !slices.Equal(x.listed(), everyTenth(10_000, 10_000-10*(n-1))) {
		t.Fatalf("%d are listed: %v", n, x.listed())
	}
	x.shows(fmt.Sprintf("1–18 of %d+", n))
	x.keys("enter")
	seen := map[int64]bool{}
	for range 1100 {
		seen[x.m.selectedID()] = true
		x.keys("down")
	}
	if len(seen) != 1000 || x.m.selectedID() != 10 {
		t.Errorf("going down met %d of 1,000, and ended at #%d", len(seen), x.m.selectedID())
	}
	clear(seen)
	for range 1100 {
		seen[x.m.selectedID()] = true
		x.keys("up")
	}
	if len(seen) != 1000 || x.m.selectedID() != 10_000 || !x.m.list().follow {
		t.Errorf("going up met %d of 1,000, and ended at #%d", len(seen), x.m.selectedID())
	}
	for want := int64(10_000); want > 7000; want -= 10 { // what went out of memory comes back
		if id := x.m.selectedID(); id != want {
			t.Fatalf("going down again came to #%d, not #%d", id, want)
		}
		x.keys("down")
	}
	x.keys("G")
	if id := x.m.selectedID(); id != 10 || x.listed()[0] < 150 {
		t.Errorf("G selects #%d of %v", id, x.listed())
	}
	x.keys("g")
	if id := x.m.selectedID(); id != 10_000 {
		t.Errorf("g selects #%d", id)
	}
}

func TestFirstMatchesShowWhileTheSearchRuns(t *testing.T) {
	s := rare(10_000)
	s.reach = 100
	x := newTerminal(t, dashboard(s), 80, 24)
	n := 0
	x.hold = func(msg tea.Msg) bool {
		a, ok := msg.(answer)
		if ok && a.request == &x.m.lists[0].request {
			n++
		}
		return ok && a.request == &x.m.lists[0].request && n > 1
	}
	x.keys("/").types("type:rare")
	x.shows("rare", "1–10 of 10+")
	x.hides("⠋")
	x.send(searchTickMsg{}).shows("⠙ type:rare") // it takes long
	x.hold = nil
	x.send(x.held[0]).send(searchTickMsg{}).shows("/ type:rare", "1–18 of 40+")
	x.keys("enter")
	x.hold = func(msg tea.Msg) bool {
		a, ok := msg.(answer)
		n++
		return ok && a.request == &x.m.lists[0].request && n > 3
	}
	x.keys("/")
	n = 0
	x.types(" nothing").shows("Searching, down to #9", "type:rare nothing", "esc goes back")
}

func TestArrivalsUnderAFilter(t *testing.T) {
	s := rare(3000)
	s.reach = 100
	x := newTerminal(t, dashboard(s), 80, 24).keys("/").types("type:rare").keys("enter")
	before := s.searches
	plain := happened{kind: "user.updated", outcome: webhook.Updated, id: boID}
	hit := happened{kind: "rare", outcome: webhook.Updated, id: boID}
	for range 50 {
		x.arrive(s, plain.delivery(0))
	}
	if n := s.searches - before; n > 250 {
		t.Errorf("50 arrivals cost %d searches", n)
	}
	x.arrive(s, hit.delivery(0))
	if id := x.m.selectedID(); id != 3051 || !slices.Contains(x.listed(), 2700) {
		t.Errorf("following, #%d is selected of %v", id, x.listed())
	}
	x.keys("j")
	selected := x.m.selectedID()
	for range 30 {
		x.arrive(s, hit.delivery(0), plain.delivery(0))
		if id := x.m.selectedID(); id != selected {
			t.Fatalf("the selection went from #%d to #%d", selected, id)
		}
	}
	x.shows("g: newest")
	for range 31 {
		x.keys("up")
	}
	if id := x.m.selectedID(); id != 3110 || !x.m.list().follow {
		t.Errorf("going up ended at #%d", id)
	}
	// more than a search looks at
	for i := range 250 {
		if s.add(plain.delivery(0)); i == 100 {
			s.add(hit.delivery(0))
		}
	}
	x.arrive(s, hit.delivery(0))
	if got := x.listed(); got[0] != 3363 || got[1] != 3213 || got[2] != 3110 || !slices.Contains(got, 2990) {
		t.Errorf("after a flood: %v", got)
	}
}

func TestLaterMatchesJoinTheList(t *testing.T) {
	s := rare(500)
	s.reach = 100
	x := newTerminal(t, dashboard(s), 120, 36).keys("/").types("app:500").keys("enter")
	x.shows("No delivery matches")
	s.at(499).AppStatus = 500
	x.send(changedMsg{}).shows("→500", "1–1 of 1 ")
	s.at(499).AppStatus = 200
	x.send(changedMsg{}).shows("No delivery matches")
}

func TestRelativeTimesMoveOn(t *testing.T) {
	now := noon
	d := dashboard(story(false))
	d.Now = func() time.Time { return now }
	x := newTerminal(t, d, 120, 36).keys("/").types("since:5s").keys("enter")
	x.shows("1–10 of 10 ")
	now = noon.Add(2 * time.Second)
	x.send(changedMsg{}).shows("1–5 of 5 ")
}

func TestNGoesToFailuresThatMatchTheFilter(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("/").types("email:ada").keys("enter")
	x.keys("n").shows("#1019")
	x.keys("n").shows("no older failure")
}

func TestOpeningAHiddenDeliveryClearsTheFilter(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("/").types("email:ada").keys("enter", "3", "down", "enter", "enter")
	x.shows("▌1 Deliveries", "─ #1022", "cleared the filter, which hid #1022")
	x.hides("✕")
	x.keys("1", "/", "up").shows("/ email:ada▏")
	x = newTerminal(t, dashboard(story(false)), 120, 36).keys("/").types("email:ada").keys("enter", "3", "enter", "enter")
	x.shows("─ #1024", "/ email:ada ✕")
}

func TestTheEditorScrollsToItsCursor(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 60, 20).keys("/", strings.Repeat("abcdefghi ", 20)+"end")
	x.shows("end▏")
	for range 100 {
		x.send(tea.KeyPressMsg{Code: tea.KeyLeft})
	}
	x.shows("▏")
	x.hides("end▏")
}
