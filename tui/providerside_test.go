package tui

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Clerk is asked only if hooktop registered there or the user looked, and not too often.
func TestClerkIsAskedNoMoreThanNeeded(t *testing.T) {
	asked, now := 0, noon
	var err error
	change := withSecret
	make := func() *terminal {
		d := newcomer(&memory{}, relayed, change)
		d.Now = func() time.Time { return now }
		d.ProviderSide = func(context.Context) (ProviderSide, error) { asked++; return clerksSide(inbox), err }
		return newTerminal(t, d, 120, 36)
	}
	want := func(n int, when string) {
		t.Helper()
		if asked != n {
			t.Errorf("%s: asked %d times, want %d", when, asked, n)
		}
	}
	x := make().keys("4")
	want(0, "on the Setup tab")
	x.keys("tab")
	want(1, "in the pane")
	x.send(changedMsg{})
	want(1, "at once after a delivery")
	now = now.Add(askSoon)
	x.send(secondMsg{})
	want(2, "soon after a delivery")
	now = now.Add(askAgain - time.Second)
	x.send(secondMsg{})
	want(2, "after a while")
	now = now.Add(time.Second)
	x.send(secondMsg{})
	want(3, "after a longer while")
	err = errors.New("no answer")
	now = now.Add(askAgain)
	x.send(secondMsg{})
	want(4, "with an error")
	x.shows("Could not ask again: no answer", "#1,024") // what was known stays
	now = now.Add(askAgain)
	x.send(secondMsg{})
	want(4, "soon after an error")
	now = now.Add(askLater)
	x.keys("1").send(secondMsg{})
	want(4, "on another tab")
	asked, err, change = 0, nil, registered
	make().keys("4")
	want(1, "once it is registered")
}

// r has Clerk send the selected message again; the selection is a message, whatever
// comes.
func TestClerkSendsAgain(t *testing.T) {
	side, sent := clerksSide(inbox), ""
	d := newcomer(story(false), relayed, registered)
	d.ProviderSide = func(context.Context) (ProviderSide, error) { return side, nil }
	d.ProviderResend = func(_ context.Context, id string) error { sent = id; return nil }
	x := newTerminal(t, d, 120, 36).keys("4", "r")
	x.shows("press tab for those")
	x.keys("tab", "down", "down", "down").shows("▶11:52:07", "the relay's inbox answered")
	side.Messages = append([]ProviderMessage{{ID: "msg_new", Event: "user.deleted", At: noon, State: MessagePending}}, side.Messages...)
	x.m.side.due = true
	x.send(secondMsg{}).shows("▶11:52:07", "user.deleted")
	x.keys("enter").shows("it did not arrive here: r asks Clerk to send it again")
	if x.keys("r").shows("asked Clerk to send msg_2n4missing again"); sent != "msg_2n4missing" {
		t.Errorf("sent %q", sent)
	}
	x.keys("y", "m").shows("copied the message id")
	if x.clip != "msg_2n4missing" {
		t.Errorf("copied %q", x.clip)
	}
	x.keys("home", "down", "enter")
	side.CannotResend = "Clerk's token may not resend"
	x = newTerminal(t, d, 120, 36).keys("4", "tab", "r")
	x.shows("Clerk's token may not resend")
	x.keys("down").keys("up").keys("enter").hides("─ #1023")
}

// Clerk's side is a pane of its own on a small screen, and says why there is none.
func TestClerksSideOnASmallScreen(t *testing.T) {
	x := newTerminal(t, newcomer(story(false), relayed, registered), 80, 24).keys("4")
	x.shows("─ Setup ─").size(80, 24).keys("tab").shows("Clerk's side", "SENT BY CLERK", "q back")
	x.keys("q").shows("─ Setup ─")
	x = newTerminal(t, newcomer(&memory{}, relayed, keyless), 80, 24).keys("4", "tab")
	x.shows("Clerk's side needs CLERK_SECRET_KEY in .env.local")
}
