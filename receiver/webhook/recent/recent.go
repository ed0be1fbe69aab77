// Package recent compares a rejected delivery with the sender's last deliveries
// whose signature verified: whether this machine's clock is wrong, whether the
// request was stored and sent again, whether it comes from another environment. It
// stores nothing and proves nothing: what it adds are hints.
package recent

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// Delivery is when a delivery was signed and received, and where it comes from.
type Delivery struct {
	// At is the time of receipt, Signed that of the signature. A sender signs each
	// attempt anew, so for a live delivery they differ by the clocks and the time
	// on the way.
	At, Signed time.Time
	MessageID  string
	// InstanceID is the sender's environment (Clerk: ins_…), "" if unknown.
	InstanceID string
	// Tolerance is how far the signature's time may be from the receipt, 0 for any.
	Tolerance time.Duration
}

func (s Delivery) timely(age time.Duration) bool {
	return s.Tolerance == 0 || age >= -s.Tolerance && age <= s.Tolerance
}

// age returns how old the signature was on receipt, negative if it was ahead.
func (s Delivery) age() time.Duration { return scheme.Age(s.Signed, s.At) }

// History holds earlier deliveries whose signature verified, in time or not, newest
// first; only those of senders, since what hooktop signed itself says nothing about
// another clock. Max of them are enough.
//
// It distinguishes what a single request cannot: with a wrong clock all deliveries
// are off by the same amount; a stored request sent again is the only old one.
type History []Delivery

const (
	// Max is how many deliveries are compared; no more need be kept.
	Max = 5
	// historyLasts is how long a delivery says something about the clock, which may
	// have been set since.
	historyLasts = time.Hour
	// alike is how much the ages of live deliveries may differ.
	alike = 30 * time.Second
)

// Reconsider returns the verdict on this, a rejected delivery, improved by what the
// earlier ones say about it. It is cheap.
func (h History) Reconsider(this Delivery, v webhook.Verdict) webhook.Verdict {
	if v.Verified || len(h) == 0 {
		return v
	}
	v = h.instance(this, v)
	if v.Code != webhook.TooOld && v.Code != webhook.TooNew {
		return v
	}
	if unit, _ := webhook.UnitOf(this.Signed); unit != "" {
		return v // not a clock's fault
	}
	for _, s := range h {
		if this.MessageID != "" && s.MessageID == this.MessageID && s.Signed.Equal(this.Signed) && this.timely(s.age()) {
			return sentAgain(v, this, s)
		}
	}
	return h.clock(this, v)
}

// Instance returns the environment of the last delivery that names one, "" if none
// does.
func (h History) Instance() string {
	for _, s := range h {
		if s.InstanceID != "" {
			return s.InstanceID
		}
	}
	return ""
}

// instance compares the environment with that of the deliveries that verified.
func (h History) instance(this Delivery, v webhook.Verdict) webhook.Verdict {
	last := h.Instance()
	if last == "" || this.InstanceID == "" {
		return v
	}
	known := webhook.Quoted(last)
	if this.InstanceID == last {
		return v.With(webhook.Hint("instance", true, known+", as in the deliveries that verified"))
	}
	other := webhook.Quoted(this.InstanceID)
	if v.Code == webhook.WrongSecret {
		v.Detail += " It comes from instance " + other + ", but the deliveries that verified come from " + known + ": probably another environment's endpoint (development or production) sends here."
	}
	return v.With(webhook.Hint("instance", false, other+"; those that verified come from "+known))
}

// sentAgain returns the verdict if the same signature arrived in time before.
func sentAgain(v webhook.Verdict, this, first Delivery) webhook.Verdict {
	ago := webhook.Age(this.At.Sub(first.At).Round(time.Second))
	v.Title = "A stored request, sent again"
	v.Detail = fmt.Sprintf("The signature is right, but %s. The same message, signed at the same time, verified here %s ago: it was stored and sent again unchanged.", webhook.AgeText(this.age().Round(time.Second)), ago)
	v.Fix = "Send it with hooktop resend ID, which re-signs it."
	return v.With(webhook.Hint("clock", true, "the same signature was in time "+ago+" ago"))
}

// clock compares how late this delivery was with the last ones.
func (h History) clock(this Delivery, v webhook.Verdict) webhook.Verdict {
	var ages []time.Duration
	for _, s := range h {
		if unit, _ := webhook.UnitOf(s.Signed); unit != "" {
			continue
		}
		if s.MessageID != this.MessageID && this.At.Sub(s.At).Abs() <= historyLasts && len(ages) < Max {
			ages = append(ages, s.age().Round(time.Second))
		}
	}
	if len(ages) == 0 {
		return v
	}
	slices.Sort(ages)
	usual := ages[len(ages)/2]
	if ages[len(ages)-1]-ages[0] > alike {
		return v // they contradict each other
	}
	others := "The last delivery whose signature verified was"
	if len(ages) > 1 {
		others = fmt.Sprintf("The last %d deliveries whose signature verified were", len(ages))
	}
	off := this.age().Round(time.Second)
	switch {
	case (off - usual).Abs() <= alike:
		return wrongClock(v, off, others)
	case this.timely(usual):
		return rightClock(v, off, usual, others)
	}
	return v
}

// wrongClock returns the verdict if all were off by the same amount: then this
// machine's clock is probably wrong, since providers keep theirs right.
func wrongClock(v webhook.Verdict, off time.Duration, others string) webhook.Verdict {
	way := "ahead"
	if off < 0 {
		way = "behind"
	}
	v.Detail = fmt.Sprintf("The signature is right, but %s. %s off by the same amount, so this machine's clock looks %s by %s.", webhook.AgeText(off), others, way, webhook.Age(off.Abs()))
	v.Fix = "Check this machine's clock and set it, then resend this delivery; it is re-signed. Linux: sudo timedatectl set-ntp true; WSL: sudo hwclock -s; macOS: sudo sntp -sS time.apple.com; Windows: w32tm /resync."
	return v.With(webhook.Hint("clock", false, "this machine's looks "+way+" by "+webhook.Age(off.Abs())))
}

// rightClock returns the verdict if the others were in time.
func rightClock(v webhook.Verdict, off, usual time.Duration, others string) webhook.Verdict {
	v.Detail = fmt.Sprintf("The signature is right, but %s. %s %s, so this machine's clock looks right", webhook.AgeText(off), others, webhook.AgeText(usual))
	if off > 0 {
		v.Detail += ": most likely this request was stored and sent again, since retries are signed anew; otherwise it was held up on its way."
		v.Fix = "Send a stored request with hooktop resend ID, which re-signs it. If it was a live one, look for what holds it up: a queue, a breakpoint, a proxy."
	} else {
		v.Detail += ": most likely the signer's clock is ahead."
		v.Fix = "Check the clock of whatever signed this. Providers keep theirs right, so it was probably something else that knows the secret."
	}
	return v.With(webhook.Hint("clock", true, "this machine's looks right: "+strings.ToLower(others[:1])+others[1:]+" "+webhook.AgeText(usual)))
}
