package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// sentFew is how far a delivery's time may lie from its receipt in a clock that
// is well: Svix stamps each attempt as it makes it, in whole seconds.
const sentFew = 30 * time.Second

// alike is how much the offsets of one wrong clock may differ. A stored request
// that was sent again has an offset that grows.
const alike = 10 * time.Second

// clock measures this machine's clock against the newest senders: those that
// came from outside and verified, and those that were refused for their time.
func (x *Checker) clock(ctx context.Context) []Finding {
	f := Finding{Name: "clock", Status: Unknown, Text: "not known until a delivery arrives from outside"}
	if x.Store == nil {
		return []Finding{f}
	}
	proven, err := x.stamps(ctx, "origin:tunnel|relay is:verified", 1)
	if err != nil {
		return []Finding{fault("clock", Unknown, err)}
	}
	refused, err := x.stamps(ctx, "origin:tunnel|relay code:too-old|too-new since:24h", 5)
	if err != nil {
		return []Finding{fault("clock", Unknown, err)}
	}
	if len(proven) > 0 { // what verified since shows that the clock was put right
		refused = slices.DeleteFunc(refused, func(s stamp) bool { return s.received.Before(proven[0].received) })
	}
	switch {
	case len(refused) > 1 && spread(refused) <= alike:
		f.Status, f.Text = Failed, fmt.Sprintf("this machine's clock %s: the last %d deliveries were rejected for their time, all off by the same amount", apart(refused[0].off()), len(refused))
		f.Fix = []string{"set the clock (a VM's or WSL's stops while the machine sleeps), then run hooktop reverify"}
	case len(refused) > 0:
		f.Status, f.Text = Warning, fmt.Sprintf("#%d was rejected for its timestamp: this machine's clock %s, or an old request was sent again", refused[0].id, apart(refused[0].off()))
		f.Fix = []string{"check the clock; to send an old request again use hooktop resend, which re-signs it"}
	case len(proven) == 0:
	case proven[0].off().Abs() > sentFew:
		f.Status, f.Text = Warning, fmt.Sprintf("according to #%d, this machine's clock %s: once it is off by 5 min, nothing verifies any more", proven[0].id, apart(proven[0].off()))
		f.Fix = []string{"turn on time synchronization (NTP)"}
	default:
		f.Status = OK
		f.Text = fmt.Sprintf("matches the last verified sender: #%d, %.0f s apart", proven[0].id, proven[0].off().Abs().Seconds())
	}
	return []Finding{f}
}

// stamp is when a delivery was signed, and received here.
type stamp struct {
	id             int64
	message        string
	sent, received time.Time
}

// off is how far this machine's clock is ahead of the sender's; the way of the
// delivery is a part of it.
func (s stamp) off() time.Duration { return s.received.Sub(s.sent) }

// stamps are the times of the newest deliveries that a filter wants.
func (x *Checker) stamps(ctx context.Context, filter string, most int) (list []stamp, err error) {
	f, err := query.Parse(filter, x.Now())
	if err != nil {
		return nil, err
	}
	found, err := x.Store.Search(ctx, query.Page{Filter: f, Limit: most})
	if err != nil {
		return nil, err
	}
	for _, d := range found.Deliveries {
		whole, err := x.Store.Delivery(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		if at, ok := providers.SignedAt(whole.Header); ok && !slices.ContainsFunc(list, stamp{message: d.MessageID}.again) {
			list = append(list, stamp{d.ID, d.MessageID, at, d.At})
		}
	}
	return list, nil
}

// again reports whether another stamp is of the same message, and so proves nothing more.
func (s stamp) again(other stamp) bool { return s.message != "" && s.message == other.message }

// spread is how far the offsets lie apart.
func spread(list []stamp) time.Duration {
	low, high := list[0].off(), list[0].off()
	for _, s := range list {
		low, high = min(low, s.off()), max(high, s.off())
	}
	return high - low
}

// apart says how far a clock is off: "looks 7 min ahead".
func apart(off time.Duration) string {
	way := "ahead"
	if off < 0 {
		way = "behind"
	}
	off = off.Abs().Round(time.Second)
	if off < 2*time.Minute {
		return fmt.Sprintf("looks %d s %s", int(off.Seconds()), way)
	}
	if off < 2*time.Hour {
		return fmt.Sprintf("looks %d min %s", int(off.Round(time.Minute).Minutes()), way)
	}
	return fmt.Sprintf("looks %d h %s", int(off.Round(time.Hour).Hours()), way)
}
