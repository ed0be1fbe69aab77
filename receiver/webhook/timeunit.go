package webhook

import (
	"math"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// unitOf names the unit that a sender counted in where its time cannot be
// meant in seconds: the seconds of the year 5138 are the milliseconds of 1973.
// It is "" for seconds. seconds is the time that was meant.
func unitOf(sent time.Time) (unit string, seconds time.Time) {
	const (
		milli = 100_000_000_000
		micro = milli * 1000
		nano  = micro * 1000
	)
	switch n := sent.Unix(); {
	case n >= nano:
		return "nanoseconds", time.Unix(0, n)
	case n >= micro:
		return "microseconds", time.UnixMicro(n)
	case n >= milli:
		return "milliseconds", time.UnixMilli(n)
	}
	return "", sent
}

// otherUnit is unitOf for a provider that counts in seconds.
func (e *evidence) otherUnit() (unit string, seconds time.Time) {
	if e.signing.Unit != scheme.Seconds {
		return "", e.sentAt
	}
	return unitOf(e.sentAt)
}

// between is how long after the signature's time the receipt was, negative
// where it was before. A sender may claim any time: what a Duration cannot hold
// twice is that far away, so that two of them can be subtracted.
func between(sent, at time.Time) time.Duration {
	const most = int64(math.MaxInt64 / 2 / time.Second)
	if n := sent.Unix(); n <= -most || n >= most {
		return time.Duration(-max(-most, min(most, n))) * time.Second
	}
	return max(-time.Duration(most)*time.Second, min(time.Duration(most)*time.Second, at.Sub(sent)))
}

// wrongUnit is the verdict on a right signature whose time is in another unit.
func (e *evidence) wrongUnit(by *Secret, unit string, meant time.Time) *Verdict {
	v := &Verdict{
		Code:   TooNew,
		Title:  "Its time is in " + unit + ", not in seconds",
		Detail: "The signature is right, and its time, " + QuoteShort(e.message.Timestamp) + ", is in " + unit + "; it has to be whole seconds since 1970.",
		Fix:    "Sign and send the seconds since 1970, as " + e.title + " does: Math.floor(Date.now() / 1000).",
		Secret: by.FullName(),
	}
	if age := scheme.Age(meant, e.at); !e.signing.Timely(age) {
		v.Detail += " In seconds it would be refused as well: " + ageText(age) + e.allowed() + "."
	}
	return v
}
