package tui

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// reverifying returns a dashboard whose rejected deliveries verify when re-verified,
// except for those in stubborn.
func reverifying(s *memory, stubborn ...int64) Dashboard {
	d := dashboard(s)
	judge := func(id int64) webhook.Delivery {
		x := s.at(id)
		if !slices.Contains(stubborn, id) {
			x.Verdict = webhook.Verdict{Verified: true, Title: "Signature verified"}
			x.Outcome, x.Email, x.ReverifiedAt = webhook.Updated, "bo@example.com", noon
		}
		return *x
	}
	d.Reverify = func(_ context.Context, id int64) (webhook.Delivery, error) { return judge(id), nil }
	d.ReverifyAll = func(context.Context) (judged, verified int, err error) {
		for i := range s.rows {
			if s.rows[i].Outcome == webhook.Rejected {
				judged++
				if judge(s.rows[i].ID).Verdict.Verified {
					verified++
				}
			}
		}
		return judged, verified, nil
	}
	return d
}

func TestReverifyingTheSelectedDelivery(t *testing.T) {
	s := story(false)
	x := newTerminal(t, reverifying(s), 120, 36).keys("n")
	x.shows("R re-verify", "Signed with another secret")
	x.keys("R").shows("Re-verify", "● #1023  user.updated", "○ all: the", "enter re-verify")
	x.keys("enter").shows("#1023 now verifies and is applied: updated")
	x.send(changedMsg{})
	x.shows("It was rejected at first, but passed when", "The sender got a 400", "r resend")
}

func TestReverifyingWhatStaysRejected(t *testing.T) {
	x := newTerminal(t, reverifying(story(false), 1023), 120, 36).keys("n", "R", "enter")
	x.shows("#1023 still does not verify: wrong-secret")
}

func TestReverifyingAll(t *testing.T) {
	s := story(false)
	x := newTerminal(t, reverifying(s), 120, 36).keys("4", "R")
	x.shows("● all: the")
	x.hides("○ #")
	x.keys("enter").shows("now verifies and is applied")
	x.keys("R").shows("no delivery was rejected")
}

func TestAChangedSecretOffersToReverify(t *testing.T) {
	news := make(chan News, 1)
	news <- News{Text: "Clerk's secret is now whsec_…9fQ=", Rejected: 1}
	close(news)
	d := reverifying(story(false))
	d.News = news
	x := newTerminal(t, d, 120, 36)
	x.shows("✓ Clerk's secret is now whsec_…9fQ= · R re-verifies 1 rejected")
	x.keys("n", "R").shows("○ #1023", "● all: the rejected delivery")
	x.keys("esc")
	x.send(newsMsg{News{Text: "the tunnel opens"}}).shows("✓ the tunnel opens")
	x.hides("R judges")
	x.send(newsMsg{News{Text: "Clerk's signing secret is gone", Warning: true}}).shows("! Clerk's signing secret is gone")
}

func TestReverifySaysWhyItCannot(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 120, 36).keys("R")
	x.shows("cannot re-verify here")
	d := reverifying(story(false))
	d.Reverify = func(context.Context, int64) (webhook.Delivery, error) {
		return webhook.Delivery{}, hintedError{"reverify #1023: disk full", "free some space"}
	}
	d.ReverifyAll = func(context.Context) (int, int, error) { return 0, 0, errors.New("disk full") }
	x = newTerminal(t, d, 120, 36).keys("n", "R", "enter")
	x.shows("reverify #1023: disk full", "fix: free some space")
	x.keys("R", "down", "enter").shows("disk full")
}

func TestTheReverifySheetTakesTheMouse(t *testing.T) {
	x := newTerminal(t, reverifying(story(false)), 80, 24).keys("n", "R")
	at, _ := x.m.drawSheet()
	s := x.m.sheet.(*reverifySheet)
	x.run(s.click(x.m, s.first+1))
	if at.w > 80 || s.choices.at != 1 {
		t.Errorf("%+v, choice %d", at, s.choices.at)
	}
}
