package receiver

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/recent"
)

// seeing returns a receiver with a clock that can be set, in seconds from now.
func seeing(t *testing.T) (g *rig, clock *atomic.Int64) {
	clock = &atomic.Int64{}
	g = start(t, func(g *rig) {
		g.Now = func() time.Time { return now.Add(time.Duration(clock.Load()) * time.Second) }
	}, nil)
	return g, clock
}

// last returns the delivery that was captured last.
func (g *rig) last(t *testing.T) webhook.Delivery {
	t.Helper()
	all := g.shelf.all()
	if len(all) == 0 {
		t.Fatal("nothing was captured")
	}
	return all[len(all)-1]
}

func TestAReplayIsToldFromAWrongClock(t *testing.T) {
	g, clock := seeing(t)
	first := post(clerkPath, signedAs(t, "msg_1", clerkText, now), clerkText)
	exchange(t, g.public, first)
	clock.Store(600)
	exchange(t, g.public, first)
	if v := g.last(t).Verdict; v.Code != webhook.TooOld || v.Title != "A stored request, sent again" || !strings.Contains(v.Fix, "hooktop resend") {
		t.Errorf("a replay: %+v", v)
	}
	exchange(t, g.public, post(clerkPath, signedAs(t, "msg_2", clerkText, now.Add(600*time.Second)), clerkText))
	exchange(t, g.public, post(clerkPath, signedAs(t, "msg_3", clerkText, now), clerkText))
	if v := g.last(t).Verdict; v.Code != webhook.TooOld || !strings.Contains(v.Detail, "this machine's clock looks right") {
		t.Errorf("an old one while others are in time: %+v", v)
	}
}

func TestAWrongClockIsRecognized(t *testing.T) {
	for name, off := range map[string]time.Duration{"ahead": -7 * time.Minute, "behind": 7 * time.Minute} {
		g, _ := seeing(t)
		for i := range 3 {
			exchange(t, g.public, post(clerkPath, signedAs(t, fmt.Sprint("msg_", i), clerkText, now.Add(off)), clerkText))
		}
		if v := g.last(t).Verdict; !strings.Contains(v.Detail, "this machine's clock looks "+name+" by 420 s") {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestAnotherInstanceIsAHint(t *testing.T) {
	g, _ := seeing(t)
	dev := strings.Replace(clerkText, `{"data"`, `{"instance_id":"ins_dev","data"`, 1)
	prod := strings.Replace(clerkText, `{"data"`, `{"instance_id":"ins_prod","data"`, 1)
	exchange(t, g.public, post(clerkPath, signedAs(t, "msg_1", dev, now), dev))
	exchange(t, g.public, post(clerkPath, byOther(t, prod), prod))
	if v := g.last(t).Verdict; v.Code != webhook.WrongSecret || !strings.Contains(v.Detail, "ins_prod, but the deliveries that verified come from ins_dev") {
		t.Errorf("%+v", v)
	}
}

func TestTheLastVerifiedDeliveryIsDatedInWords(t *testing.T) {
	for ago, want := range map[time.Duration]string{
		-time.Second: "a moment ago.", 0: "a moment ago.", 1400 * time.Millisecond: "a moment ago.",
		3 * time.Second: "3 s ago.", 90 * time.Second: "90 s ago.", 26 * time.Hour: "26 h ago.",
	} {
		if got, _ := (lastVerified{at: now, secret: secret.FullName()}).lately(now.Add(ago), []webhook.Secret{secret}); !strings.Contains(got, "another delivery "+want) {
			t.Errorf("%s: %s", ago, got)
		}
	}
}

// The secrets may change while hooktop runs.
func TestAReplacedSecretIsNotBlamed(t *testing.T) {
	by := lastVerified{at: now, secret: secret.FullName()}
	for _, c := range []struct {
		name    string
		secrets []webhook.Secret
		want    string
		known   bool
	}{
		{"it is the only one", []webhook.Secret{secret}, "That secret verified another delivery a moment ago.", true},
		{"it is one of two", []webhook.Secret{other, secret}, "whsec_…LaSw (TEST in a test) verified another delivery a moment ago.", true},
		{"another took its place", []webhook.Secret{other}, "whsec_…LaSw (TEST in a test) verified another delivery a moment ago.", false},
		{"two others took its place", []webhook.Secret{other, stripeSecret}, "whsec_…LaSw (TEST in a test) verified another delivery a moment ago.", false},
	} {
		if got, known := by.lately(now, c.secrets); got != c.want || known != c.known {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// A recently verified delivery says nothing about a body that was cut on its way.
func TestABrokenBodyIsNotBlamedOnAnotherEndpoint(t *testing.T) {
	g, _ := seeing(t)
	exchange(t, g.public, post(clerkPath, signedAs(t, "msg_1", clerkText, now), clerkText))
	exchange(t, g.public, post(clerkPath, signedAs(t, "msg_2", clerkText, now), clerkText[:30]))
	v := g.last(t).Verdict
	if v.Code != webhook.WrongSecret || strings.Contains(v.Detail, "another endpoint") || !strings.Contains(v.Detail, "breaks off at byte 30") {
		t.Errorf("%+v", v)
	}
}

// Deliveries that hooktop signed, and rejected ones, say nothing.
func TestOnlyRealSendersWithValidSignaturesAreRemembered(t *testing.T) {
	var s recentVerified
	n := 0
	note := func(origin webhook.Origin, v webhook.Verdict) {
		n++
		s.note(&webhook.Delivery{At: now, Provider: "clerk", Origin: origin, Verdict: v}, recent.Delivery{At: now, MessageID: fmt.Sprint(n)})
	}
	note(webhook.Trigger, webhook.Verdict{Verified: true})
	note(webhook.Resend, webhook.Verdict{Verified: true})
	note(webhook.Tunnel, webhook.Verdict{Code: webhook.WrongSecret})
	if got := s.of("clerk"); len(got.history) != 0 || !got.at.IsZero() {
		t.Errorf("%+v", got)
	}
	note(webhook.Tunnel, webhook.Verdict{Code: webhook.TooOld})
	if got := s.of("clerk"); len(got.history) != 1 || !got.at.IsZero() {
		t.Errorf("too old: %+v", got)
	}
	for range 20 {
		note(webhook.Local, webhook.Verdict{Verified: true, Secret: "whsec_…LaSw (X)"})
	}
	if got := s.of("clerk"); len(got.history) != recent.Max || got.at != now || got.secret == "" || len(s.of("stripe").history) != 0 {
		t.Errorf("%+v", got)
	}
}

// A right secret and the same instance: the body was changed, more likely than not.
func TestAChangedBodyOfTheSameInstanceIsNotBlamedOnTheSecret(t *testing.T) {
	dev := strings.Replace(clerkText, `{"data"`, `{"instance_id":"ins_dev","data"`, 1)
	for name, c := range map[string]struct {
		arrived string
		first   webhook.Alternative
	}{
		"a field changed":               {strings.Replace(dev, "user_", "user-", 1), webhook.BodyChanged},
		"a field dropped":               {strings.Replace(dev, `,"id":"idn_1"`, "", 1), webhook.BodyChanged},
		"no instance to tell it by":     {strings.Replace(dev, `"instance_id":"ins_dev",`, "", 1), webhook.OtherSecret},
		"another instance":              {strings.Replace(dev, "ins_dev", "ins_prod", 1), webhook.OtherSecret},
		"nothing has verified so far":   {strings.Replace(dev, "user_", "user-", 1), webhook.OtherSecret},
		"a body that no sender made up": {dev[:30], webhook.BodyChanged},
	} {
		g, _ := seeing(t)
		if name != "nothing has verified so far" {
			exchange(t, g.public, post(clerkPath, signedAs(t, "msg_1", dev, now), dev))
		}
		exchange(t, g.public, post(clerkPath, signedAs(t, "msg_2", dev, now), c.arrived))
		v := g.last(t).Verdict
		if v.Code != webhook.WrongSecret || v.Certain() || v.Possible()[0] != c.first || len(v.Possible()) != 2 {
			t.Errorf("%s: %v %v", name, v.Certain(), v.Possible())
		}
		if strings.Contains(v.Title+v.Detail, "this one comes from another endpoint") {
			t.Errorf("%s: %s", name, v.Detail)
		}
		if raw := strings.Contains(v.Fix, "express.raw"); !raw {
			t.Errorf("%s: the fix does not name the body: %s", name, v.Fix)
		}
	}
}

// The order of keys in what verified here proves that another body was sorted.
func TestSortedKeysAreUndoneWithWhatVerified(t *testing.T) {
	const unsorted = `{"type":"user.created","data":{"id":"user_1","email_addresses":[{"id":"idn_1","email_address":"ada@example.com"}],"created_at":1},"timestamp":1716883200000}`
	const sorted = `{"data":{"created_at":1,"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_1"},"timestamp":1716883200000,"type":"user.created"}`
	for _, verified := range []bool{true, false} {
		g, _ := seeing(t)
		g.Explainer = NewExplainer(amended{shelf: g.shelf}, func(string) webhook.Keyring { return webhook.Keyring{Secrets: []webhook.Secret{secret}} }, g.Now)
		if verified {
			exchange(t, g.public, post(clerkPath, signedAs(t, "msg_1", unsorted, now), unsorted))
		}
		exchange(t, g.public, post(clerkPath, signedAs(t, "msg_2", unsorted, now), sorted))
		v := g.last(t).Verdict
		if v.Certain() != verified || verified && v.Code != webhook.BodyReserialized {
			t.Errorf("one verified before: %v; %s, certain %v: %s", verified, v.Code, v.Certain(), v.Detail)
		}
	}
}
