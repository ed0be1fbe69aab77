package webhook

import (
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// UnitOf returns the unit that a sender counted in where its time cannot be
// meant in seconds: the seconds of the year 5138 are the milliseconds of 1973.
// It is "" for seconds. seconds is the time that was meant.
func UnitOf(sent time.Time) (unit string, seconds time.Time) {
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

// otherUnit is UnitOf for a provider that counts in seconds.
func (e *evidence) otherUnit() (unit string, seconds time.Time) {
	if e.signing.Unit != scheme.Seconds {
		return "", e.sentAt
	}
	return UnitOf(e.sentAt)
}

// wrongUnit is the verdict on a right signature whose time is in another unit.
func (e *evidence) wrongUnit(by *Secret, unit string, meant time.Time) *Verdict {
	v := &Verdict{
		Code:   TooNew,
		Title:  "Its time is in " + unit + ", not in seconds",
		Detail: "The signature is right, but its time, " + QuoteShort(e.message.Timestamp) + ", is in " + unit + "; the time has to be whole seconds since 1970.",
		Fix:    "Sign and send the seconds since 1970, as " + e.title + " does: Math.floor(Date.now() / 1000).",
		Secret: by.FullName(),
	}
	if age := scheme.Age(meant, e.at); !e.signing.Timely(age) {
		v.Detail += " In seconds it would be rejected too: " + AgeText(age) + e.allowed() + "."
	}
	return v
}
