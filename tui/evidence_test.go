package tui

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
)

func TestDifferentBytesAreShownOneBelowTheOther(t *testing.T) {
	const before = "The signature is valid, with whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local), for the same JSON written without spaces. "
	text := func(s string) webhook.Excerpt { return webhook.Excerpt{Text: []byte(s)} }
	end := func(s string) webhook.Excerpt { return webhook.Excerpt{Text: []byte(s), Ends: true} }
	for _, c := range []struct {
		name            string
		parts           webhook.BodyDifference
		signed, arrived string
	}{
		{"blanks and line breaks", webhook.BodyDifference{Offset: 1, Signed: text(`{"data"`), Arrived: text("{\r\n\t \"da")}, `{"data"`, `{␍␊␉·"da`},
		{"an end", webhook.BodyDifference{Offset: 9, Signed: end(`created"}`), Arrived: text("created\"}\n")}, `created"} (its end)`, `created"}␊`},
		{"what cannot be seen", webhook.BodyDifference{Offset: 0, Signed: end("{}"), Arrived: text("\ufeff{}")}, `{} (its end)`, `\ufeff{}`},
		{"escapes of JSON's", webhook.BodyDifference{Offset: 22, Signed: text(`café \u003cb`), Arrived: text("café <b")}, `café·\u003cb`, `café·<b`},
		{"half a character", webhook.BodyDifference{Offset: 1, Signed: text("a\xc3"), Arrived: text("b")}, `a\xc3`, `b`},
		{"words of ours within", webhook.BodyDifference{Offset: 1, Signed: text(`x, arrived is "y"`), Arrived: text("z")}, `x,·arrived·is·"y"`, `z`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, w := range []int{40, 54, 78, 118} {
				st := &styles{}
				d := draw.NewDoc(&st.Styles, w)
				evidence(d, st, webhook.Verdict{Detail: before + c.parts.String() + " It is 400 s old, too.", Difference: &c.parts})
				text := draw.Screen(d.Lines).Plain()
				for _, want := range []string{"The signature is valid", "First difference at byte", "  signed   " + c.signed, "  arrived  " + c.arrived, "It is 400 s old, too."} {
					if !strings.Contains(text, want) {
						t.Errorf("%d cells lack %q:\n%s", w, want, text)
					}
				}
				if strings.Contains(text, "was signed,") {
					t.Errorf("it is said twice:\n%s", text)
				}
			}
		})
	}
	for _, plain := range []string{"", "It was signed with whsec_…5jsl.", `First difference at byte 1: "a" was signed, "b" arrived.`} {
		st := &styles{}
		d := draw.NewDoc(&st.Styles, 78)
		if evidence(d, st, webhook.Verdict{Detail: plain}); strings.TrimSpace(draw.Screen(d.Lines).Plain()) != plain {
			t.Errorf("%q became %q", plain, d.Lines)
		}
	}
}

func TestFailedChecksAreNotListedAsRuledOut(t *testing.T) {
	s := story(false)
	bad := s.at(1023)
	bad.Verdict.Checks = append(bad.Verdict.Checks[:2:2], webhook.Check{Name: "secrets", Detail: "1 secret tried, none matches"})
	x := newTerminal(t, dashboard(s), 120, 36).keys("j")
	text := x.screen()
	found, ruled := strings.Index(text, "PROBLEM"), strings.Index(text, "RULED OUT")
	failed, passed := strings.Index(text, "✗ secrets"), strings.Index(text, "✓ headers")
	if found < 0 || failed < found || ruled < failed || passed < ruled {
		t.Errorf("FOUND %d, ✗ %d, RULED OUT %d, ✓ %d:\n%s", found, failed, ruled, passed, text)
	}
	bad.Verdict.Checks = bad.Verdict.Checks[:2]
	newTerminal(t, dashboard(s), 120, 36).keys("j").hides("FOUND")
	newTerminal(t, dashboard(s), 120, 36).shows("CHECKS PASSED")
}

// What a header says is a hint, whether it looks right or not.
func TestHintsAreNotListedAsChecks(t *testing.T) {
	s := story(false)
	bad := s.at(1023)
	bad.Verdict.Checks = []webhook.Check{
		{Name: "headers", OK: true, Detail: "all there"},
		{Name: "secrets", Detail: "1 secret tried, none matches"},
		{Name: "sender", OK: true, Hint: true, Detail: "User-Agent Svix-Webhooks/1.84.0"},
		{Name: "address", Hint: true, Detail: "198.51.100.7, none of Svix's"},
	}
	text := newTerminal(t, dashboard(s), 120, 36).keys("j").screen()
	place := func(part string) int { return strings.Index(text, part) }
	looks := place("HINTS (headers can be faked)")
	if looks < 0 || place("RULED OUT") > looks || place("✓ headers") > looks || place("✗ secrets") > looks || place("✓ sender") < looks || place("✗ address") < looks {
		t.Errorf("HINTS at %d:\n%s", looks, text)
	}
}

// reserializedStory returns a story with a delivery whose body was serialized again.
func reserializedStory() *memory {
	s := story(false)
	d := happened{kind: "user.created", outcome: webhook.Rejected}.delivery(1025)
	d.At = noon
	parts := &webhook.BodyDifference{
		Offset:  1,
		Signed:  webhook.Excerpt{Text: []byte(`{"data":{"bio":"café`)},
		Arrived: webhook.Excerpt{Text: []byte("{\n  \"data\": {\n    \"bi")},
	}
	d.Verdict = webhook.Verdict{
		Code: webhook.BodyReserialized, Title: "The body was rewritten on its way",
		Detail: `The signature is valid, with whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env.local), for the same JSON written without spaces. ` + parts.String(), Difference: parts,
		Fix: "Something parses the JSON and writes it again on the way. Pass the raw body on: express.raw({type: 'application/json'}) before express.json(); await req.text(), not req.json(), in a Next.js route; rawBody in Fastify; no JSON transformation in a proxy.",
		Checks: []webhook.Check{
			{Name: "headers", OK: true, Detail: "svix-id, svix-timestamp, svix-signature"},
			{Name: "time", OK: true, Detail: "0 s old, 300 s allowed"},
			{Name: "others", OK: true, Detail: "1 other secret tried, none of them alone explains it"},
			{Name: "forms", OK: true, Detail: "37 forms of the key and the signed content tried"},
			{Name: "body", OK: true, Detail: "5 forms of the body tried"},
		},
	}
	d.Answer = webhook.AnswerTo(d)
	s.add(d)
	return s
}

// tooOldStory returns a story with a verbatim resend that the app rejected.
func tooOldStory() *memory {
	s := story(true)
	d := happened{kind: "user.created", id: adaID, email: "ada@example.com", app: 400, parent: 8}.delivery(1025)
	d.At, d.Answer, d.MessageID = noon, webhook.Answer{}, message(8)
	d.Verdict = webhook.Verdict{
		Code: webhook.TooOld, Title: "Signed too long ago", Detail: "The signature is right, but it is 2 h old; 300 s are allowed.",
		Fix:    "Send a stored delivery with hooktop resend ID, which signs it afresh.",
		Checks: []webhook.Check{{Name: "headers", OK: true, Detail: "all there"}, {Name: "time", Detail: "2 h old, 300 s allowed"}},
	}
	s.add(d)
	return s
}

func TestAResendThatDoesNotVerifySaysSo(t *testing.T) {
	x := newTerminal(t, toApp(dashboard(tooOldStory())), 120, 36)
	x.shows("Resend of #8, to the app", "It was rejected by hooktop, too: signed too long", "✗ time")
	x.hides("The signature is valid")
	x.keys("y", "f")
	if want := "Send a stored delivery with r, which signs it afresh."; x.clip != want {
		t.Errorf("the fix copied is %q", x.clip)
	}
	x.keys("]", "]", "]", "]").shows("It was rejected by hooktop, too", "Send a stored delivery")
}

func TestTheCopiedFixIsOnTheScreen(t *testing.T) {
	for _, id := range []int64{1023, 1022, 1019} {
		for _, tabs := range []int{0, 4} {
			x := newTerminal(t, toApp(dashboard(story(true))), 200, 60)
			for x.m.selectedID() != id {
				x.keys("j")
			}
			for range tabs {
				x.keys("]")
			}
			x.clip = ""
			x.keys("y", "f")
			flat := func(s string) string { return strings.Join(strings.Fields(s), "") }
			var pane []string
			for _, l := range strings.Split(x.screen(), "\n") {
				if _, right, ok := strings.Cut(l, "││"); ok {
					pane = append(pane, strings.TrimSuffix(right, "│"))
				}
			}
			shown := flat(strings.Join(pane, ""))
			if x.clip == "" && strings.Contains(shown, "yfcopiesit") || !strings.Contains(shown, flat(x.clip)) {
				t.Errorf("#%d, tab %d: %q was copied from\n%s", id, tabs, x.clip, x.screen())
			}
		}
	}
}
