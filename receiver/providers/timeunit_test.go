package providers

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/recent"
)

// dated is a delivery that is signed rightly over any time.
func dated(t interface{ Fatal(...any) }, stamp int64) webhook.Request {
	head := fmt.Sprintf("%s.%d.", autopsyID, stamp)
	return webhook.Request{Method: "POST", URL: "/api/webhooks/clerk", Body: []byte(clerkBody), Header: http.Header{
		"Svix-Id": {autopsyID}, "Svix-Timestamp": {fmt.Sprint(stamp)}, "Svix-Signature": {v1(hmacOf(decoded(t, autopsyOurs), head+clerkBody))},
	}}
}

func TestATimeInAnotherUnitIsNamed(t *testing.T) {
	history := recent.History{{At: autopsyAt, Signed: autopsyAt, MessageID: "other"}}
	for _, c := range []struct {
		name, unit string
		stamp      int64
		also       bool
	}{
		{"Date.now()", "milliseconds", autopsyAt.UnixMilli() + 17, false},
		{"Date.now() of a stored request", "milliseconds", autopsyAt.UnixMilli() - 3_600_000, true},
		{"microseconds", "microseconds", autopsyAt.UnixMicro(), false},
		{"nanoseconds", "nanoseconds", autopsyAt.UnixNano(), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := Verify(Clerk{}, dated(t, c.stamp), autopsyAt, autopsyKeys.Secrets)
			v = history.Reconsider(recent.Delivery{At: autopsyAt, Signed: v.SignedAt, MessageID: autopsyID}, v)
			if v.Code != webhook.TooNew || v.Title != "Its time is in "+c.unit+", not in seconds" || !strings.Contains(v.Fix, "Math.floor(Date.now() / 1000)") {
				t.Errorf("%s: %s\n%s\n%s", v.Code, v.Title, v.Detail, v.Fix)
			}
			if strings.Contains(v.Detail, "60 min old") != c.also || strings.Contains(v.Detail+v.Fix, "clock") {
				t.Errorf("%s\n%s", v.Detail, v.Fix)
			}
		})
	}
}

// Whatever a sender claims, no sentence has a number that ran over.
func TestAnyTimeIsSaidInSentences(t *testing.T) {
	negative := regexp.MustCompile(`-\d+ (s|min|h|days)`)
	rapid.Check(t, func(t *rapid.T) {
		stamps := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1e11 - 1, 1e11, math.MaxInt64}),
			rapid.Map(rapid.Int64Range(-1e6, 1e6), func(off int64) int64 { return autopsyAt.Unix() + off }))
		secrets := rapid.SampledFrom([][]webhook.Secret{{autopsyOurs}, {autopsyRotated}}).Draw(t, "secrets")
		v := Verify(Clerk{}, dated(t, stamps.Draw(t, "stamp")), autopsyAt, secrets)
		var h recent.History
		for i := range rapid.IntRange(0, 6).Draw(t, "before") {
			h = append(h, recent.Delivery{At: autopsyAt.Add(-time.Second), Signed: time.Unix(stamps.Draw(t, "earlier"), 0), MessageID: fmt.Sprint(i)})
		}
		v = h.Reconsider(recent.Delivery{At: autopsyAt, Signed: v.SignedAt, MessageID: autopsyID}, v)
		if said := fmt.Sprintf("%s %s %s %v", v.Title, v.Detail, v.Fix, v.Checks); negative.MatchString(said) || strings.Contains(said, "106751 days") {
			t.Fatal(said)
		}
	})
}
