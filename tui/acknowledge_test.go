package tui

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// acknowledging returns a dashboard that acknowledges the failures of s.
func acknowledging(s *memory) Dashboard {
	d := dashboard(s)
	d.Acknowledge = func(_ context.Context, undo bool, ids ...int64) (changed []int64, err error) {
		for _, id := range ids {
			x := s.at(id)
			if x.Failed() && !undo {
				x.AcknowledgedAt, changed = noon, append(changed, id)
			} else if undo && !x.AcknowledgedAt.IsZero() {
				x.AcknowledgedAt, changed = time.Time{}, append(changed, id)
			}
		}
		return changed, nil
	}
	return d
}

func acknowledgedIDs(s *memory) (ids []int64) {
	for _, d := range s.rows {
		if !d.AcknowledgedAt.IsZero() {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// The first a acknowledges, the second undoes it.
func TestFailuresAreAcknowledged(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want []int64
		says string
		back []int64
	}{
		{"the selected one", []string{"n"}, []int64{1023}, "acknowledged #1023", nil},
		{"one of the failures", []string{"2"}, []int64{1023}, "acknowledged #1023", []int64{1019, 1023}},
		{"marked ones, of which one is a failure", []string{"space", "j", "space"}, []int64{1023}, "a again: undo", nil},
		{"marked failures", []string{"2", "space", "j", "space"}, []int64{1019, 1023}, "acknowledged 2 failures", nil},
		{"a cause", []string{"2", "c"}, []int64{1023}, "acknowledged #1023", []int64{1019, 1023}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := story(false)
			x := newTerminal(t, acknowledging(s), 120, 36).keys(c.keys...)
			x.keys("a").shows(c.says)
			if got := acknowledgedIDs(s); !slices.Equal(got, c.want) {
				t.Fatalf("acknowledged %v, want %v", got, c.want)
			}
			x.send(changedMsg{})
			x.keys("a")
			if got := acknowledgedIDs(s); !slices.Equal(got, c.back) {
				t.Errorf("after another a %v, want %v", got, c.back)
			}
		})
	}
}

// On the tab of failures the row is gone; once none is left, a takes the last back.
func TestTheLastAcknowledgedFailureIsTakenBack(t *testing.T) {
	s := story(false)
	x := newTerminal(t, acknowledging(s), 120, 36).keys("2", "a").send(changedMsg{})
	x.keys("a").send(changedMsg{})
	x.shows("✗ 0")
	x.keys("a").shows("#1019 counts again")
	if got := acknowledgedIDs(s); !slices.Equal(got, []int64{1023}) {
		t.Errorf("acknowledged %v", got)
	}
}

func TestAcknowledgingSaysWhyItCannot(t *testing.T) {
	s := story(false)
	s.at(1019).ResolvedBy, s.at(1019).ResolvedHow, s.at(1019).ResolvedStatus = 1020, webhook.ByResend, 200
	d := acknowledging(s)
	newTerminal(t, d, 120, 36).keys("a").shows("#1024 is not a failure")
	newTerminal(t, d, 120, 36).keys("space", "a").shows("none of the marked deliveries is a failure")
	newTerminal(t, d, 120, 36).keys("3", "a").shows("a acknowledges failures, but only on tabs 1 and 2")
	newTerminal(t, d, 120, 36).keys("j", "j", "j", "j", "j", "a").shows("#1019 is resolved: resent as #1020: 200")
	d.Acknowledge = func(context.Context, bool, ...int64) ([]int64, error) { return nil, errors.New("the disk is on fire") }
	newTerminal(t, d, 120, 36).keys("n", "a").shows("the disk is on fire")
	d.Acknowledge = nil
	newTerminal(t, d, 120, 36).keys("n", "a").shows("cannot acknowledge failures here")
}

// What was dealt with says how, in the row and first of all in the diagnosis.
func TestAResolvedFailureSaysSo(t *testing.T) {
	for _, c := range []struct {
		name  string
		d     webhook.Delivery
		shows []string
	}{
		{"resolved", webhook.Delivery{ResolvedBy: 1020, ResolvedHow: webhook.ByResend, ResolvedStatus: 200}, []string{"» 400", "» resent as #1020: 200", "WHAT WENT WRONG", "Signed with another secret"}},
		{"acknowledged", webhook.Delivery{AcknowledgedAt: noon.Add(-time.Hour)}, []string{"- 400", "- acknowledged: wrong-secret", "1h ago. a undoes it.", "WHAT WENT WRONG"}},
	} {
		for _, w := range []int{80, 120, 200} {
			s := story(false)
			x := s.at(1023)
			x.ResolvedBy, x.ResolvedHow, x.ResolvedStatus, x.AcknowledgedAt = c.d.ResolvedBy, c.d.ResolvedHow, c.d.ResolvedStatus, c.d.AcknowledgedAt
			screen := newTerminal(t, acknowledging(s), w, 36).keys("j")
			screen.shows(c.shows[0], "✗ 1")
			screen.keys("enter").shows(c.shows[1:]...)
		}
	}
}

// The Forwards tab lists what became of the resends.
func TestTheForwardsTabShowsTheResends(t *testing.T) {
	s := story(true)
	s.at(1023).Resends = []int64{1021, 1022}
	s.at(1021).AppStatus, s.at(1022).AppStatus = 200, 401
	x := newTerminal(t, toApp(dashboard(s)), 120, 36).keys("j", "[", "[")
	x.shows("✗ sent as #1022: 401", "✓ sent as #1021: 200")
	x.hides("Not forwarded")
}

// F inside the resend sheet comes back to it.
func TestTheResendSheetComesBackAfterF(t *testing.T) {
	d := resending(toApp(dashboard(story(true))), new([]string), nil)
	d.Redirect = func(string) error { return nil }
	newTerminal(t, d, 120, 36).keys("r", "F").keys("4", "enter").shows("Resend #1024")
	newTerminal(t, d, 120, 36).keys("r", "F", "esc").shows("Resend #1024")
	newTerminal(t, d, 120, 36).keys("space", "r", "F", "enter").shows("Resend the marked delivery")
}
