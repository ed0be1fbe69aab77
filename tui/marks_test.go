package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// anyway marks what is signed although nothing vouches for it.
const anyway = " anyway"

// resending makes a dashboard note what it resends, and fail for some.
func resending(d Dashboard, into *[]string, broken map[int64]error) Dashboard {
	d.Resend = func(_ context.Context, id int64, how webhook.Resending, target string) (webhook.Delivery, error) {
		text := strings.TrimSpace(fmt.Sprint(id, " ", how.Mode, " ", target))
		if how.SignRejected {
			text += anyway
		}
		*into = append(*into, text)
		if err := broken[id]; err != nil {
			return webhook.Delivery{}, err
		}
		return webhook.Delivery{ID: 2000 + id, AppStatus: 200}, nil
	}
	return d
}

func TestMarksSurviveArrivalsAndFilters(t *testing.T) {
	s := story(true)
	x := newTerminal(t, dashboard(s), 120, 36).keys("j", "space", "j", "space", "k")
	x.shows("◆12:04:05.42", "●12:04:05.17", "2 marked · 1–30 of 1,024", "not following")
	x.arrive(s, happened{kind: "user.created", id: diID}.delivery(0))
	x.shows("◆12:04:05", "●12:04:05", "1 new", "2 marked · 2–")
	x.keys("/", "type:session.*", "enter")
	x.hides("●12:04:05")
	x.shows("2 marked · 1–")
	x.keys("2").shows("2 marked")
	x.keys("1", "esc").shows("removed 2 marks", "/ type:session.*")
	x.hides("2 marked")
	x.keys("esc")
	x.hides("/ type:session.*")
	x.keys("space", "space").hides("marked ·")
	x.keys("2", "c", "space").shows("space marks deliveries")
	x.keys("3", "space").shows("space marks deliveries, but only on tabs 1 and 2")
	newTerminal(t, dashboard(&memory{}), 80, 24).keys("1", "space").shows("no delivery is selected")
}

func TestEscLeavesTheDetailBeforeItRemovesMarks(t *testing.T) {
	x := newTerminal(t, dashboard(story(true)), 120, 36).keys("space", "enter", "esc")
	x.shows("1 marked")
	x.keys("r", "esc").shows("1 marked")
	x.keys("h").shows("1 marked")
	x.keys("esc").shows("removed 1 mark")
}

func TestMarkedDeliveriesAreResentOldestFirst(t *testing.T) {
	for _, c := range []struct {
		name   string
		make   func(Dashboard) Dashboard
		keys   []string
		broken map[int64]error
		want   []string
		says   []string
	}{
		{"to the app", toApp, []string{"r", "enter", "down", "enter"}, nil, []string{"1022 same " + appURL + anyway, "1023 same " + appURL + anyway, "1024 same " + appURL + anyway}, []string{"✓ resent 3, re-signed: 3 accepted, 0 rejected"}},
		{"as new, to hooktop itself", toApp, []string{"r", "tab", "down", "enter"}, nil, []string{"1022 new", "1023 new", "1024 new"}, []string{"sent 3, with a new id"}},
		{"each to its own", toApps, []string{"r", "enter", "down", "enter"}, nil, []string{
			"1022 same " + appURL + anyway, "1022 same http://localhost:4000" + anyway, "1023 same " + appURL + anyway, "1023 same http://localhost:4000" + anyway, "1024 same " + appURL + anyway, "1024 same http://localhost:4000" + anyway,
		}, []string{"3 accepted"}},
		{"one is passed over", toApp, []string{"r", "enter", "down", "enter"}, map[int64]error{1023: hintedError{"its body was not kept", "raise --max-body"}}, []string{"1022 same " + appURL + anyway, "1023 same " + appURL + anyway, "1024 same " + appURL + anyway}, []string{"✗ resent 3, re-signed: 2 accepted, 1 rejected: resend #1023: its body was not kept", "raise --max-body"}},
		{"one is gone", toApp, []string{"r", "enter", "down", "enter"}, map[int64]error{1022: fmt.Errorf("resend: %w", webhook.ErrNotFound)}, []string{"1022 same " + appURL + anyway, "1023 same " + appURL + anyway, "1024 same " + appURL + anyway}, []string{"2 accepted, 1 rejected"}},
		{"nothing can be done", toApp, []string{"r", "enter", "down", "enter"}, map[int64]error{1022: errors.New("the disk is on fire")}, []string{"1022 same " + appURL + anyway}, []string{"resent 1, re-signed: 0 accepted, 1 rejected; 2 not sent: resend #1022: the disk is on fire"}},
		{
			"what never verified is left out", toApp,
			[]string{"r", "enter", "enter"},
			map[int64]error{1023: webhook.ErrNeverVerified},
			[]string{"1022 same " + appURL, "1023 same " + appURL, "1024 same " + appURL},
			[]string{"✓ resent 2, re-signed: 2 accepted, 0 rejected; left out 1 that never verified", "1 marked"},
		},
		{"nothing is signed", toApp, []string{"r", "enter", "esc"}, nil, nil, []string{"3 marked"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var did []string
			d := resending(c.make(dashboard(story(true))), &did, c.broken)
			x := newTerminal(t, d, 120, 36).keys("space", "j", "space", "j", "space", "k").keys(c.keys...)
			x.shows(c.says...)
			if !slices.Equal(did, c.want) {
				t.Errorf("resent %q", did)
			}
			switch c.name {
			case "nothing can be done":
				x.shows("2 marked") // those that were not sent
			case "what never verified is left out", "nothing is signed":
			default:
				x.hides("marked") // or one key more would send them again
			}
		})
	}
	x := newTerminal(t, toApp(dashboard(story(true))), 120, 36).keys("j", "space", "j", "space", "r")
	x.shows("Resend the 2 marked deliveries", "Oldest first.")
	x.keys("tab").shows("1 rejected: sent only if")
}

func TestABatchShowsItsProgressAndCanBeStopped(t *testing.T) {
	var did []string
	x := newTerminal(t, resending(toApp(dashboard(story(true))), &did, nil), 120, 36).keys("space", "j", "space", "j", "space")
	x.hold = func(msg tea.Msg) bool { _, is := msg.(batchMsg); return is }
	x.keys("r", "enter").shows("Sign 1 of the 3 marked deliveries?", "may have written them")
	x.keys("enter").send(spinMsg{}).shows("resent 0 of 3 …  esc stops")
	x.send(x.held[0]).shows("resent 1 of 3 …")
	x.keys("t").keys("esc") // a sheet closes before it
	x.shows("resent 1 of 3 …")
	x.keys("r").shows("Resend")
	x.keys("enter", "enter").shows("resent 1 of 3 …")
	x.keys("esc")
	x.hold = nil
	x.send(x.held[1]).shows("resent 2, re-signed: 2 accepted, 0 rejected; 1 not sent", "1 marked")
	if len(did) != 2 {
		t.Errorf("resent %q", did)
	}
	x.send(x.held[1]) // a stale one
	x.keys("esc").shows("removed 1 mark")
}

func TestMarkedDeliveriesAreReverified(t *testing.T) {
	s := story(false)
	x := newTerminal(t, reverifying(s), 120, 36).keys("space", "R")
	x.shows("the marked delivery was not rejected")
	x.keys("j", "space", "R").shows("● 1 rejected of the 2 marked deliveries", "○ all: the")
	x.keys("enter").shows("✓ re-verified 1: 1 verifies now, 0 still do not")
	x.send(changedMsg{})
	x.keys("R").shows("no delivery was rejected")
	x = newTerminal(t, reverifying(story(false), 1023), 120, 36).keys("j", "space", "R")
	x.shows("● the marked delivery")
	x.keys("enter")
	x.shows("! re-verified 1: 0 verify now, 1 still do not")
	x.keys("R", "down", "enter").shows("re-verified")
	newTerminal(t, reverifying(story(false)), 120, 36).keys("space", "j", "y").shows("Copy from #1023")
}

func TestAMarkEndsFollowingAndIsKeptUpToDate(t *testing.T) {
	s := failureStory()
	x := newTerminal(t, reverifying(s), 120, 36).keys("space")
	x.arrive(s, happened{kind: "user.created", id: diID}.delivery(0))
	x.shows("◆12:04:05", "1 new")
	x.keys("esc", "n", "space", "R", "enter").shows("re-verified 1: 1 verifies now")
	x.send(changedMsg{})
	x.keys("R").shows("the marked delivery was not rejected")
}
