package tui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// Every key, on every tab, with each pane in focus, with something there and
// with nothing: it does something, or it says why it cannot.
func TestEveryKeyActsOrSaysWhy(t *testing.T) {
	moves := map[action]bool{actUp: true, actDown: true, actPageUp: true, actPageDown: true, actTop: true, actBottom: true}
	tabs := [][]string{{"1"}, {"2"}, {"2", "c"}, {"3"}, {"4"}}
	for name, c := range map[string]struct {
		dashboard func() Dashboard
		starts    [][]string
	}{
		"full": {func() Dashboard { return exportingTo(toApp(reverifying(story(true))), new([]Export)) }, [][]string{
			{"1", "j", "j"},
			{"1", "j", "j", "enter"},
			{"1", "j", "enter", "]", "]"},
			{"1", "j", "j", "j", "enter", "["},
			{"1", "space", "j"},
			{"2", "j"},
			{"2", "j", "enter"},
			{"2", "c", "j"},
			{"2", "c", "j", "enter"},
			{"3", "j"},
			{"3", "j", "enter"},
			{"3", "enter", "]"},
			{"3", "<", "<"},
			{"4"},
		}},
		"newcomer": {func() Dashboard { return newcomer(story(false), relayed, registered) }, [][]string{
			{"4"},
			{"4", "home"},
			{"4", "home", "down"},
			{"4", "home", "down", "down"},
			{"4", "tab"},
			{"4", "tab", "down"},
			{"1", "j"},
		}},
		"empty": {func() Dashboard { return dashboard(&memory{}) }, tabs},
		"bare":  {func() Dashboard { return Dashboard{Store: &memory{}} }, tabs},
	} {
		for _, start := range c.starts {
			for _, g := range keyMap() {
				for _, b := range g.bindings {
					t.Run(fmt.Sprintf("%s %v, then %s", name, start, b.show), func(t *testing.T) {
						x := newTerminal(t, c.dashboard(), 120, 24).keys(start...)
						x.m.clearStatus()
						why, tab, before := b.why(x.m), x.m.tab, x.m.View().Content
						_, cmd := x.m.Update(keyNamed(b.keys[0]))
						acted := cmd != nil || x.m.View().Content != before
						x.run(cmd)
						switch said := x.m.status; {
						case why != "" && (said.what != why || said.symbol != "!"):
							t.Errorf("it says %q, want why it cannot: %q", said.what, why)
						case why == "" && said.symbol == "!" && said.fix == "" && b.act != actPast && b.act != actFuture && b.act != actNextFailure && b.act != actPrevFailure:
							t.Errorf("it says %q, but the key map says that it can", said.what)
						case moves[b.act], b.act == actTab1+action(tab), acted, said.what != "":
						case (b.act == actNewest || b.act == actOldest) && (tab == tabSetup || name != "full" && name != "newcomer"): // there is nowhere to go
						default:
							t.Error("it does nothing and does not say why")
						}
					})
				}
			}
		}
	}
}

// What the footer offers can be done.
func TestTheFooterOffersWhatWorks(t *testing.T) {
	for _, s := range scenes {
		x := newTerminal(t, complete(s.make()), 200, 60).keys(s.keys...)
		if x.m.sheet != nil || x.m.bar.open {
			continue
		}
		if len(x.m.footerHints()) == 0 {
			t.Errorf("%s: the footer is empty", s.name)
		}
		for _, k := range x.m.footerKeys() {
			if b := x.m.keys.byAct[k.act]; k.act > 0 && b == nil {
				t.Errorf("%s: %d is in no key map", s.name, k.act)
			}
		}
		for _, h := range x.m.footerHints() {
			for _, b := range x.m.keys.byAct {
				if b.show == h.key && b.why(x.m) != "" {
					t.Errorf("%s: %s %s cannot be done: %s", s.name, h.key, h.does, b.why(x.m))
				}
			}
		}
	}
}

// ctrl+c and ctrl+z work whatever is open.
func TestKeysThatWorkAnywhere(t *testing.T) {
	for _, open := range []string{"t", "F", "/", "?", "r", "E"} {
		x := newTerminal(t, dashboard(story(false)), 120, 36).keys(open)
		if cmd := x.m.press(tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}); cmd == nil {
			t.Errorf("ctrl+z does nothing after %s", open)
		}
		if x.send(keyNamed("ctrl+c")); !x.quit {
			t.Errorf("ctrl+c does not quit after %s", open)
		}
	}
}
