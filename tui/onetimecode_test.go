package tui

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// withCode returns an e-mail with a code, sent a while before noon.
func withCode(code string, before time.Duration) webhook.Delivery {
	d := happened{ms: int(before.Milliseconds()), kind: "email.created", outcome: webhook.Unhandled, took: time.Millisecond}.delivery(0)
	d.Body = fmt.Appendf(nil, `{"data":{"data":{"otp_code":%q},"object":"email","to_email_address":"ada@example.com"},"object":"event","type":"email.created"}`, code)
	d.Bytes = int64(len(d.Body))
	return d
}

// codeStory returns a store whose newest delivery has a code.
func codeStory() *memory {
	s := story(false)
	s.add(withCode("424242", 0))
	return s
}

func TestTheLatestCodeIsShownOnEveryTab(t *testing.T) {
	x := newTerminal(t, dashboard(codeStory()), 120, 36)
	const says = "latest code 424242 · y o copies it"
	for _, tab := range []string{"1", "2", "3", "4"} {
		x.keys(tab).shows(says)
	}
	x.keys("1").shows("code 424242", "ONE-TIME CODE", "y o copies it")
	x.keys("y").shows("o  code", "424242, the one-time code of #1025")
	x.keys("o").shows("copied the code")
	if x.clip != "424242" {
		t.Errorf("copied %q", x.clip)
	}
	x.keys("3", "y", "o")
	if x.clip != "424242" {
		t.Errorf("from the users it copied %q", x.clip)
	}

	// Where there is something else to say, both are said.
	x = newTerminal(t, dashboard(codeStory()), 80, 24).keys("j", "j")
	x.shows("Signed with another secret", "code 424242 · y o")
}

func TestANewCodeIsShown(t *testing.T) {
	s := story(false)
	x := newTerminal(t, dashboard(s), 120, 36)
	x.hides("latest code")
	x.keys("j", "j", "3")
	x.arrive(s, withCode("111111", time.Minute), withCode("222222", time.Second))
	x.shows("latest code 222222")
	x.arrive(s, happened{kind: "user.updated", outcome: webhook.Updated, id: adaID}.delivery(0))
	x.shows("latest code 222222")

	// That of the delivery that is looked at is the one that is copied.
	x.keys("1", "g", "j", "j").shows("code of #1025 111111 · y o copies it")
	x.keys("y", "o")
	if x.clip != "111111" {
		t.Errorf("copied %q", x.clip)
	}
	many := make([]webhook.Delivery, 3*codesAtOnce)
	for i := range many {
		many[i] = happened{kind: "user.updated", outcome: webhook.Updated, id: adaID}.delivery(0)
	}
	many[codesAtOnce+7] = withCode("333333", 0)
	x.arrive(s, many...)
	x.keys("g").shows("latest code 333333")
}

func TestOnlyValidCodesAreShown(t *testing.T) {
	stranger := withCode("666666", 0)
	stranger.Verdict = webhook.Verdict{Code: webhook.WrongSecret, Title: "Signed with another secret"}
	again := withCode("666666", 0)
	again.Origin, again.ParentID = webhook.Resend, 5
	hostile := withCode("66\x1b[2J", 0)
	for name, d := range map[string]webhook.Delivery{
		"a stranger's": stranger, "one that was resent": again, "one that is none": hostile, "one that is too old to be used": withCode("666666", codeGood),
	} {
		t.Run(name, func(t *testing.T) {
			s := story(false)
			s.add(d)
			x := newTerminal(t, dashboard(s), 120, 36)
			x.hides("latest code")
			if name == "a stranger's" {
				x.hides("ONE-TIME CODE")
				x.keys("y").hides("  code")
			}
		})
	}
	// Ten minutes later it is gone from the status line, but can be copied.
	now := noon
	d := dashboard(codeStory())
	d.Now = func() time.Time { return now }
	x := newTerminal(t, d, 120, 36)
	x.shows("latest code 424242")
	now = noon.Add(codeGood)
	x.send(secondMsg{}).hides("latest code")
	x.keys("3", "y", "o")
	if x.clip != "424242" {
		t.Errorf("copied %q", x.clip)
	}
}

func TestAFailedSearchForACodeIsRepeated(t *testing.T) {
	s := codeStory()
	s.err = errors.New("disk I/O error")
	x := newTerminal(t, dashboard(s), 120, 36)
	x.hides("latest code")
	s.err = nil
	x.send(changedMsg{}).keys("esc").shows("latest code 424242")
}

func TestTriggeringAnEventShowsItsCode(t *testing.T) {
	s := story(false)
	d := dashboard(s)
	d.Trigger = func(context.Context, string) (webhook.Delivery, error) { return s.add(withCode("424242", 0)), nil }
	newTerminal(t, d, 120, 36).keys("t", "enter").shows("✓ sent user.created, signed: #1025, 200 in 1ms: code 424242")
}
