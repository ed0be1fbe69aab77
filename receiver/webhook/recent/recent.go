// Package recent tells what the last deliveries of a sender, whose signature held,
// say about one that was rejected: whether this machine's clock is wrong, whether it
// was stored and sent again, whether it comes from another environment. It keeps
// nothing and proves nothing: what it adds are hints.
package recent

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// Delivery is a delivery as its signature and its body date and place it.
type Delivery struct {
	// At is the time of receipt, Signed that of the signature: a sender signs
	// each attempt afresh, so that of a live delivery the two tell the clocks'
	// difference and the way's length.
	At, Signed time.Time
	MessageID  string
	// InstanceID is the sender's environment (Clerk: ins_…), "" if not known.
	InstanceID string
	// Tolerance is how far the signature's time may lie from the receipt, 0 for
	// any distance.
	Tolerance time.Duration
}

func (s Delivery) timely(age time.Duration) bool {
	return s.Tolerance == 0 || age >= -s.Tolerance && age <= s.Tolerance
}

// age is how old the signature was on receipt, negative for one ahead.
func (s Delivery) age() time.Duration { return scheme.Age(s.Signed, s.At) }

// History are the sightings of earlier deliveries whose signature held (in time
// or not), newest first; of senders alone, since what hooktop signed itself says
// nothing about another's clock. A few are enough: Max. The empty
// history has nothing to say.
//
// It tells apart what one request cannot: a clock that is wrong, by which all
// deliveries are off alike, and a stored request that was sent again, which
// alone is old. What it adds are hints: that clocks agree is likely, not proven.
type History []Delivery

const (
	// Max is how many sightings are looked at: more need not be kept.
	Max = 5
	// historyLasts is how long a sighting tells about the clock: one may have
	// been set, or have slept, since.
	historyLasts = time.Hour
	// alike is how far the ages of live deliveries lie from each other.
	alike = 30 * time.Second
)

// Reconsider gives a rejected delivery's verdict what earlier ones tell about
// it. this is the rejected one. It costs nothing to speak of.
func (h History) Reconsider(this Delivery, v webhook.Verdict) webhook.Verdict {
	if v.Verified || len(h) == 0 {
		return v
	}
	v = h.instance(this, v)
	if v.Code != webhook.TooOld && v.Code != webhook.TooNew {
		return v
	}
	if unit, _ := webhook.UnitOf(this.Signed); unit != "" {
		return v // that is no clock's doing
	}
	for _, s := range h {
		if this.MessageID != "" && s.MessageID == this.MessageID && s.Signed.Equal(this.Signed) && this.timely(s.age()) {
			return sentAgain(v, this, s)
		}
	}
	return h.clock(this, v)
}

// instance compares the environment with that of the deliveries that verified.
func (h History) instance(this Delivery, v webhook.Verdict) webhook.Verdict {
	i := slices.IndexFunc(h, func(s Delivery) bool { return s.InstanceID != "" })
	if i < 0 || this.InstanceID == "" {
		return v
	}
	known := webhook.Quoted(h[i].InstanceID)
	if this.InstanceID == h[i].InstanceID {
		return v.With(webhook.Hint("instance", true, known+", as in the deliveries that verified"))
	}
	other := webhook.Quoted(this.InstanceID)
	if v.Code == webhook.WrongSecret {
		v.Detail += " It says that it is of the instance " + other + "; those that verified are of " + known + ": probably the endpoint of another environment, development or production, sends here."
	}
	return v.With(webhook.Hint("instance", false, other+"; those that verified are of "+known))
}

// sentAgain: the same signature was here before, in time.
func sentAgain(v webhook.Verdict, this, first Delivery) webhook.Verdict {
	ago := webhook.Age(this.At.Sub(first.At).Round(time.Second))
	v.Title = "A stored request, sent again"
	v.Detail = fmt.Sprintf("The signature is right, and %s. The same message with the same signature's time verified here %s ago: it was stored and sent again as it was.", webhook.AgeText(this.age().Round(time.Second)), ago)
	v.Fix = "Send it with hooktop resend ID, which signs it afresh."
	return v.With(webhook.Hint("clock", true, "the same signature was in time "+ago+" ago"))
}

// clock compares how late the last deliveries were with this one.
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
	others := "The last delivery whose signature held was"
	if len(ages) > 1 {
		others = fmt.Sprintf("The last %d deliveries whose signature held were", len(ages))
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

// wrongClock: all were off by the same, so this machine's clock is, for a
// provider's are kept right.
func wrongClock(v webhook.Verdict, off time.Duration, others string) webhook.Verdict {
	v.Title = "This machine's clock looks wrong"
	way := "ahead"
	if off < 0 {
		way = "behind"
	}
	v.Detail = fmt.Sprintf("The signature is right, and %s. %s off by as much, so this machine's clock looks %s by %s.", webhook.AgeText(off), others, way, webhook.Age(off.Abs()))
	v.Fix = "Set this machine's clock; then resend this one, signed afresh. Linux: sudo timedatectl set-ntp true; WSL: sudo hwclock -s; macOS: sudo sntp -sS time.apple.com; Windows: w32tm /resync."
	return v.With(webhook.Hint("clock", false, "this machine's looks "+way+" by "+webhook.Age(off.Abs())))
}

// rightClock: the others were in time, so it is this one that is off.
func rightClock(v webhook.Verdict, off, usual time.Duration, others string) webhook.Verdict {
	v.Detail = fmt.Sprintf("The signature is right, and %s. %s %s, so this machine's clock looks right", webhook.AgeText(off), others, webhook.AgeText(usual))
	if off > 0 {
		v.Title = "A stored request, sent again"
		v.Detail += ": this one was stored and sent again, for retries are signed afresh."
		v.Fix = "Send it with hooktop resend ID, which signs it afresh."
	} else {
		v.Detail += ": the clock of who signed this one is ahead."
		v.Fix = "Set the sender's clock; the provider's own are kept right, so this was signed by something else that knows the secret."
	}
	return v.With(webhook.Hint("clock", true, "this machine's looks right: "+strings.ToLower(others[:1])+others[1:]+" "+webhook.AgeText(usual)))
}
