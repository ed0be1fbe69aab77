package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// scenes are the screens of the goldens and of the sweep.
var scenes = []struct {
	name  string
	make  func() Dashboard
	keys  []string
	large bool // is drawn at 200 columns too
}{
	{"deliveries", func() Dashboard { return dashboard(story(false)) }, []string{"j"}, true},
	{"app", func() Dashboard { return toApp(dashboard(story(true))) }, []string{"j", "j", "enter"}, true},
	{"conflict", func() Dashboard { return dashboard(story(false)) }, []string{"2", "j", "enter"}, false},
	{"request", func() Dashboard { return dashboard(story(false)) }, []string{"enter", "]"}, false},
	{"body", func() Dashboard { return dashboard(story(false)) }, []string{"enter", "]", "]", "pgdown"}, true},
	{"body-search", func() Dashboard { return dashboard(story(false)) }, []string{"enter", "]", "]", "/", "i", "d", "enter", "n"}, false},
	{"body-raw", func() Dashboard { return dashboard(story(false)) }, []string{"enter", "]", "]", "p"}, false},
	{"change", func() Dashboard { return dashboard(story(false)) }, []string{"enter", "]", "]", "]"}, false},
	{"forwards", func() Dashboard { return toApp(dashboard(story(true))) }, []string{"j", "j", "enter", "]", "]", "]", "]"}, false},
	{"tries", func() Dashboard { return dashboard(story(false)) }, []string{"j", "j", "j", "enter", "[", "down"}, false},
	{"users", func() Dashboard { return dashboard(story(false)) }, []string{"3"}, true},
	{"past", func() Dashboard { return dashboard(story(false)) }, []string{"3", "<", "<", "down", "<"}, true},
	{"history", func() Dashboard { return dashboard(story(false)) }, []string{"3", "enter", "down"}, false},
	{"row", func() Dashboard { return dashboard(story(false)) }, []string{"3", "enter", "]"}, false},
	{"setup", func() Dashboard { return firstStart(dashboard(&memory{})) }, nil, true},
	{"setup-live", func() Dashboard { return toApp(dashboard(story(true))) }, []string{"4"}, false},
	{"empty", func() Dashboard { return dashboard(&memory{}) }, nil, true},
	{"empty-local", func() Dashboard { return firstStart(dashboard(&memory{})) }, []string{"1"}, false},
	{"empty-failures", func() Dashboard { return dashboard(&memory{}) }, []string{"2"}, false},
	{"empty-users", func() Dashboard { return dashboard(&memory{}) }, []string{"3"}, false},
	{"resend", func() Dashboard { return toApp(dashboard(story(true))) }, []string{"j", "r"}, false},
	{"resend-alone", func() Dashboard { return dashboard(story(false)) }, []string{"j", "r"}, false},
	{"resend-failed", func() Dashboard { return dashboard(story(false)) }, []string{"j", "j", "j", "j", "r", "enter"}, false},
	{"marked", func() Dashboard { return toApp(dashboard(story(true))) }, []string{"j", "space", "j", "space", "j", "j", "space", "k"}, false},
	{"resend-marked", func() Dashboard { return toApps(dashboard(story(true))) }, []string{"j", "space", "j", "space", "r", "up", "tab", "tab", "tab", "down"}, false},
	{"resent-marked", func() Dashboard { return dashboard(story(false)) }, []string{"j", "space", "j", "j", "j", "space", "r", "enter"}, false},
	{"reverify-marked", func() Dashboard { return reverifying(story(false)) }, []string{"j", "space", "j", "space", "R"}, false},
	{"export", func() Dashboard { return exportingTo(dashboard(story(false)), new([]Export)) }, []string{"x"}, false},
	{"export-marked", func() Dashboard { return exportingTo(dashboard(story(false)), new([]Export)) }, []string{"space", "j", "space", "x", "down", "space", "tab"}, false},
	{"exported", func() Dashboard { return exportingTo(dashboard(story(false)), new([]Export)) }, []string{"x", "enter"}, false},
	{"trigger", func() Dashboard { return dashboard(story(false)) }, []string{"t", "down"}, false},
	{"picker", func() Dashboard { return withEvents(dashboard(story(false))) }, []string{"t"}, true},
	{"picker-used", func() Dashboard {
		return withMemory(withEvents(dashboard(story(false))), map[string]string{recentKey: "email.created\nstory:signup\nuser.updated"}, new([]string))
	}, []string{"t", "pgdown", "down"}, false},
	{"picker-typed", func() Dashboard { return withEvents(dashboard(story(false))) }, []string{"t", "c", "r", "e", "a", "t", "e", "d", "down"}, false},
	{"picker-none", func() Dashboard { return withEvents(dashboard(story(false))) }, []string{"t", "x", "y"}, false},
	{"code", func() Dashboard { return dashboard(codeStory()) }, []string{"enter"}, false},
	{"code-and-failure", func() Dashboard { return dashboard(codeStory()) }, []string{"j", "j"}, false},
	{"code-copy", func() Dashboard { return dashboard(codeStory()) }, []string{"y"}, false},
	{"pulled", func() Dashboard { return dashboard(pulledStory()) }, []string{"enter"}, false},
	{"copy", func() Dashboard { return dashboard(story(false)) }, []string{"j", "y"}, false},
	{"rewritten", func() Dashboard { return dashboard(reserializedStory()) }, []string{"enter"}, false},
	{"too-old", func() Dashboard { return toApp(dashboard(tooOldStory())) }, []string{"enter"}, false},
	{"dated", func() Dashboard { return dashboard(storeOfSeveralDays()) }, nil, true},
	{"receiving", func() Dashboard { return receiving(dashboard(&memory{})) }, []string{"4"}, false},
	{"target", func() Dashboard { return toApps(dashboard(story(true))) }, []string{"F"}, false},
	{"target-none", func() Dashboard { return dashboard(story(false)) }, []string{"F"}, false},
	{"two-apps", func() Dashboard { return toApps(dashboard(twoAppsStory())) }, []string{"j", "j", "enter"}, true},
	{"setup-apps", func() Dashboard { return toApps(dashboard(story(true))) }, []string{"4"}, false},
	{"not-running", func() Dashboard { return notRunning(dashboard(story(true))) }, nil, true},
	{"filter", func() Dashboard { return dashboard(story(false)) }, []string{"/", "type:user.* -is:stale", "enter", "j"}, true},
	{"filter-open", func() Dashboard { return dashboard(story(false)) }, []string{"/", "type:user.* is:"}, true},
	{"filter-wrong", func() Dashboard { return dashboard(story(false)) }, []string{"/", "type:user.* isx:stale ada", "enter"}, false},
	{"filter-none", func() Dashboard { return dashboard(story(false)) }, []string{"/", "email:nobody@example.com", "enter"}, false},
	{"filter-failures", func() Dashboard { return dashboard(story(false)) }, []string{"2", "/", "code:wrong-secret", "enter"}, false},
	{"filter-long", func() Dashboard { return dashboard(story(false)) }, []string{"/", "type:user.created|user.updated|user.deleted email:example.com since:1h", "enter"}, false},
	{"causes", func() Dashboard { return toApp(dashboard(failureStory())) }, []string{"2", "c"}, true},
	{"causes-detail", func() Dashboard { return toApp(dashboard(failureStory())) }, []string{"2", "c", "j", "j", "tab"}, false},
	{"causes-one", func() Dashboard { return toApp(dashboard(failureStory())) }, []string{"2", "c", "j", "j", "enter"}, false},
	{"causes-none", func() Dashboard { return dashboard(&memory{}) }, []string{"2", "c"}, false},
	{"walk-start", func() Dashboard { return newcomer(&memory{}, local, keyless) }, nil, true},
	{"walk-key", func() Dashboard { return newcomer(&memory{}, local) }, nil, true},
	{"walk-offer", func() Dashboard { return newcomer(&memory{}, local, func(s *Setup) { s.OfferRelay = true }) }, nil, false},
	{"walk-secret", func() Dashboard { return newcomer(&memory{}, local, keyless) }, []string{"enter"}, false},
	{"walk-secret-wrong", func() Dashboard { return newcomer(&memory{}, local, keyless) }, []string{"enter", "paste:sk_test_abcdefghijklmnopqrstuvwxyz"}, false},
	{"walk-secret-right", func() Dashboard { return newcomer(&memory{}, local, keyless) }, []string{"enter", "paste:" + pasted}, false},
	{"walk-secret-failed", func() Dashboard { return newcomer(&memory{}, local, keyless) }, []string{"enter", "paste:" + pasted, "down", "enter"}, false},
	{"walk-secret-used", func() Dashboard { return newcomer(&memory{}, local, keyless) }, []string{"enter", "paste:" + pasted, "enter"}, false},
	{"walk-tunnels", func() Dashboard { return newcomer(&memory{}, local) }, []string{"enter", "down"}, false},
	{"walk-relay", func() Dashboard { return newcomer(&memory{}, local) }, []string{"enter", "enter"}, false},
	{"walk-connecting", func() Dashboard { return newcomer(&memory{}, connecting) }, nil, false},
	{"walk-connected", func() Dashboard { return newcomer(&memory{}, relayed) }, nil, false},
	{"walk-register", func() Dashboard { return nothingSent(newcomer(&memory{}, relayed)) }, []string{"E"}, false},
	{"walk-registered", func() Dashboard { return newcomer(&memory{}, relayed) }, []string{"E", "enter"}, false},
	{"walk-register-refused", func() Dashboard { return refusing(newcomer(&memory{}, relayed)) }, []string{"E", "enter"}, false},
	{"walk-register-keyless", func() Dashboard { return newcomer(&memory{}, tunnelled, keyless) }, []string{"E"}, false},
	{"walk-by-hand", func() Dashboard { return newcomer(&memory{}, relayed, byHand) }, nil, false},
	{"walk-by-hand-steps", func() Dashboard { return newcomer(&memory{}, relayed, byHand) }, []string{"4", "enter"}, false},
	{"walk-example", func() Dashboard { return newcomer(&memory{}, relayed, registered) }, []string{"4"}, false},
	{"walk-waiting", func() Dashboard { return newcomer(&memory{}, relayed, registered) }, []string{"4", "enter"}, false},
	{"walk-example-refused", func() Dashboard { return noAnswer(newcomer(&memory{}, relayed, registered)) }, []string{"4", "enter"}, false},
	{"walk-arrived", func() Dashboard { return newcomer(verifiedDelivery(), relayed, registered) }, []string{"4"}, true},
	{"walk-rejected", func() Dashboard { return newcomer(rejectedDelivery(), relayed, registered) }, []string{"4"}, false},
	{"walk-pull", func() Dashboard { return newcomer(&memory{}, pulling, withSecret) }, []string{"4"}, false},
	{"walk-own", func() Dashboard { return newcomer(&memory{}, ownTunnel, withSecret) }, []string{"4"}, false},
	{"walk-unproven", func() Dashboard { return newcomer(&memory{}, unproven, withSecret) }, []string{"4"}, false},
	{"walk-reconnecting", func() Dashboard { return newcomer(&memory{}, retrying, registered) }, []string{"4"}, false},
	{"walk-failed", func() Dashboard { return newcomer(&memory{}, refused, withSecret) }, []string{"4"}, false},
	{"walk-moved", func() Dashboard { return newcomer(&memory{}, tunnelled, registered) }, []string{"4"}, false},
	{"side", func() Dashboard { return newcomer(story(false), relayed, registered) }, []string{"4", "tab", "down", "down"}, true},
	{"side-nothing", func() Dashboard { return nothingSent(newcomer(&memory{}, relayed, registered)) }, []string{"4", "tab"}, false},
	{"side-no-answer", func() Dashboard { return noAnswer(newcomer(&memory{}, relayed, registered)) }, []string{"4", "tab"}, false},
	{"side-resend", func() Dashboard { return newcomer(story(false), relayed, registered) }, []string{"4", "tab", "down", "down", "down", "r"}, false},
	{"unproven", func() Dashboard { return newcomer(story(false), unproven, withSecret) }, []string{"1"}, false},
	{"reconnecting", func() Dashboard { return newcomer(story(false), retrying, registered) }, []string{"1"}, false},
	{"failed", func() Dashboard { return newcomer(story(false), refused, withSecret) }, []string{"1"}, false},
	{"lost", func() Dashboard { c := relayed; c.Lost = retrying.Lost; return newcomer(story(false), c, registered) }, []string{"1"}, false},
	{"help", func() Dashboard { return dashboard(story(false)) }, []string{"?"}, true},
}

func TestScreens(t *testing.T) {
	for _, s := range scenes {
		for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 60}} {
			if size[0] == 200 && !s.large {
				continue
			}
			t.Run(fmt.Sprintf("%s-%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				x := newTerminal(t, complete(s.make()), size[0], size[1]).keys(s.keys...)
				golden.RequireEqual(t, x.screen())
			})
		}
	}
}
