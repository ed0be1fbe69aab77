package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// history is all that ever happened to some deliveries, and says which of them are open
// failures. It asks the store for nothing but the outcomes of deliveries.
type history struct {
	now        int
	deliveries []*happened
	successes  []success
}

// happened is a delivery with what happened to it, each with its time.
type happened struct {
	id, parent int64
	message    string
	toApp      bool
	// refusal is "rejected", "too-old", "not-applied" or "".
	refusal   string
	refusedAt int
	forwards  []attempt
	acked     bool
	gone      bool
}

type attempt struct {
	target string
	ok     bool
	at     int
}

// success is a moment at which hooktop or an app took a delivery.
type success struct {
	at      int
	by      int64
	app     bool
	target  string
	toApp   bool
	applied bool
	// reach are the messages that it counts for.
	reach map[string]bool
}

func (d *happened) key() string {
	if d.message == "" {
		return fmt.Sprint("#", d.id)
	}
	return d.message
}

func (h *history) kept() (list []*happened) {
	for _, d := range h.deliveries {
		if !d.gone {
			list = append(list, d)
		}
	}
	return list
}

func (h *history) find(id int64) *happened {
	for _, d := range h.kept() {
		if d.id == id {
			return d
		}
	}
	return nil
}

// succeed notes a success, which counts for the delivery and all that it resends.
func (h *history) succeed(d *happened, s success) {
	s.at, s.by, s.toApp, s.reach = h.now, d.id, d.toApp, map[string]bool{}
	for ; d != nil; d = h.find(d.parent) {
		s.reach[d.key()] = true
	}
	h.successes = append(h.successes, s)
}

func (h *history) take(d *happened, outcome webhook.Outcome) {
	d.refusal = ""
	switch outcome {
	case webhook.Conflict, webhook.MissingEmail, webhook.Malformed:
		d.refusal, d.refusedAt = "not-applied", h.now
	default:
	}
	h.succeed(d, success{applied: d.refusal == "" && outcome != webhook.Unhandled})
}

func (h *history) forward(d *happened, target string, ok bool) {
	if before := d.latest(h.now); !ok && !slices.ContainsFunc(before, func(a attempt) bool { return !a.ok }) {
		d.acked = false // the app had not failed when it was acknowledged
	}
	d.forwards = append(d.forwards, attempt{target, ok, h.now})
	if ok {
		h.succeed(d, success{app: true, target: target})
	}
}

// latest returns the last attempt at each target before a time.
func (d *happened) latest(before int) (list []attempt) {
	for i, a := range d.forwards {
		later := func(b attempt) bool { return b.target == a.target && b.at < before }
		if a.at < before && !slices.ContainsFunc(d.forwards[i+1:], later) {
			list = append(list, a)
		}
	}
	return list
}

func (h *history) open(d *happened) bool {
	if d.refusal != "" && !slices.ContainsFunc(h.successes, func(s success) bool { return s.ends(d) }) {
		return true
	}
	return slices.ContainsFunc(d.latest(h.now+1), func(a attempt) bool {
		return !a.ok && !slices.ContainsFunc(h.successes, func(s success) bool { return s.endsAttempt(d, a) })
	})
}

func (s success) ends(d *happened) bool {
	if s.at <= d.refusedAt || s.by == d.id || !s.reach[d.key()] {
		return false
	}
	switch d.refusal {
	case "too-old":
		return !s.app || s.toApp
	case "rejected":
		return !s.app
	}
	return !s.app && s.applied
}

func (s success) endsAttempt(d *happened, a attempt) bool {
	if !s.app || s.at <= a.at || s.by == d.id || !s.reach[d.key()] {
		return false
	}
	failed, knows := 0, false
	for _, b := range d.latest(s.at) {
		if !b.ok {
			failed++
		}
		knows = knows || b.target == s.target
	}
	return s.target == a.target || failed == 1 && !knows
}

// life is a store with the history of what was done to it.
type life struct {
	*rapid.T
	history
	s *Store
}

func (l *life) fail(err error) {
	if err != nil {
		l.Fatal(err)
	}
}

func (l *life) any() *happened { return rapid.SampledFrom(l.kept()).Draw(l.T, "delivery") }

func (l *life) added(d *webhook.Delivery) *happened {
	h := &happened{id: d.ID, parent: d.ParentID, message: d.MessageID, toApp: d.Origin == webhook.Resend && d.Outcome == ""}
	l.deliveries = append(l.deliveries, h)
	return h
}

// event is what a message says: one of them wants the holder's address, one has no address.
func (l *life) event(message string) webhook.Event {
	switch message {
	case "m2":
		return webhook.Event{Type: "user.updated", Outcome: webhook.MissingEmail, UserID: "u2", At: second(2)}
	case "m3":
		return upsert("waits", "held@b.c", 3)
	}
	return upsert("u1", "u1@b.c", 1)
}

// arrive receives a delivery, which resends another if parent is not nil.
func (l *life) arrive(message string, code webhook.Code, parent *happened) {
	d := verified(message)
	if parent != nil {
		d.Origin, d.ParentID = webhook.Resend, parent.id
	}
	if code != "" {
		d.Verdict, d.Outcome = webhook.Verdict{Code: code}, webhook.Rejected
		d.Answer.Status = 400
	}
	e := l.event(message)
	if parent != nil && message != parent.message && rapid.Bool().Draw(l.T, "repaired") {
		e = upsert("u1", "u1@b.c", 1)
	}
	l.fail(l.s.Capture(l.Context(), d, e))
	h := l.added(d)
	switch {
	case code == webhook.TooOld:
		h.refusal, h.refusedAt = "too-old", l.now
	case code != "":
		h.refusal, h.refusedAt = "rejected", l.now
	default:
		l.take(h, d.Outcome)
	}
}

func (l *life) send(d *happened) {
	target, ok := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(l.T, "target"), rapid.Bool().Draw(l.T, "ok")
	f := webhook.Forward{DeliveryID: d.id, Target: target, Status: 500}
	if ok {
		f.Status = 200
	}
	l.fail(l.s.RecordForward(l.Context(), &f))
	l.forward(d, target, ok)
}

func (l *life) resend() {
	parent := l.any()
	message := parent.message
	if rapid.Bool().Draw(l.T, "new") {
		message = fmt.Sprint("new", l.now)
	}
	if rapid.Bool().Draw(l.T, "here") {
		l.arrive(message, "", parent)
		return
	}
	d := verified(message)
	d.Origin, d.ParentID = webhook.Resend, parent.id
	l.fail(l.s.Keep(l.Context(), d))
	h := l.added(d)
	l.now++
	l.send(h)
}

func (l *life) reverify() {
	rejected := slices.DeleteFunc(l.kept(), func(d *happened) bool { return d.refusal != "rejected" && d.refusal != "too-old" })
	if len(rejected) == 0 {
		return
	}
	h := rapid.SampledFrom(rejected).Draw(l.T, "rejected")
	d, err := l.s.Delivery(l.Context(), h.id)
	l.fail(err)
	d.Verdict = webhook.Verdict{Verified: true}
	l.fail(l.s.Reverify(l.Context(), &d, l.event(h.message)))
	h.acked = false
	l.take(h, d.Outcome)
}

func (l *life) acknowledge() {
	h, undo := l.any(), rapid.Bool().Draw(l.T, "undo")
	want := !undo && l.open(h) && !h.acked || undo && h.acked
	changed, err := l.s.Acknowledge(l.Context(), undo, h.id)
	l.fail(err)
	if (len(changed) == 1) != want {
		l.Fatalf("acknowledging #%d, undo %v, changed %v", h.id, undo, changed)
	}
	if want {
		h.acked = !undo
	}
}

// free gives the held address away, and reads what that applied.
func (l *life) free() {
	l.fail(l.s.Capture(l.Context(), verified(""), remove("holder", 99)))
	l.deliveries = append(l.deliveries, &happened{id: l.deliveries[len(l.deliveries)-1].id + 1})
	for _, h := range l.kept() {
		d, err := l.s.Delivery(l.Context(), h.id)
		l.fail(err)
		if h.refusal == "not-applied" && d.Outcome != webhook.Conflict && d.Outcome != webhook.MissingEmail {
			h.refusal = ""
		}
	}
}

// remove deletes the oldest deliveries, as retention does.
func (l *life) remove() {
	n := rapid.IntRange(1, 3).Draw(l.T, "deleted")
	class := rapid.SampledFrom([]deliveryClass{rejectedClass, acceptedClass}).Draw(l.T, "class")
	l.fail(l.s.do(l.Context(), "delete", func(t *tx) error {
		u, err := l.s.w.usage()
		if err != nil {
			return err
		}
		if class == rejectedClass {
			l.s.limits.Rejected = max(1, u.Rejected-int64(n))
		} else {
			l.s.limits.Accepted = max(1, u.Accepted-int64(n))
		}
		defer func() { l.s.limits = Limits{} }()
		l.s.w.trim.reset()
		_, err = l.s.w.deleteOldest(t, u)
		return err
	}))
	left, err := queryColumn[int64](l.Context(), l.s.read, `SELECT id FROM delivery`)
	l.fail(err)
	for _, h := range l.kept() {
		h.gone = !slices.Contains(left, h.id)
	}
}

func (l *life) check() {
	var failed, acked []int64
	for _, h := range l.kept() {
		d, err := l.s.Delivery(l.Context(), h.id)
		l.fail(err)
		open := l.open(h)
		if d.Failed() != (open && !h.acked) || d.AcknowledgedAt.IsZero() == h.acked {
			l.Fatalf("#%d: failed %v, acknowledged %v, resolved by #%d; want open %v, acknowledged %v\n%+v\n%+v",
				d.ID, d.Failed(), !d.AcknowledgedAt.IsZero(), d.ResolvedBy, open, h.acked, *h, l.successes)
		}
		if d.HasFailed() && open != (d.ResolvedBy == 0) {
			l.Fatalf("#%d: resolved by #%d, want open %v", d.ID, d.ResolvedBy, open)
		}
		if d.Failed() {
			failed = append(failed, d.ID)
		}
		if h.acked {
			acked = append(acked, d.ID)
		}
	}
	c, err := l.s.Counts(l.Context())
	l.fail(err)
	causes, err := l.s.Causes(l.Context())
	l.fail(err)
	var byCause int64
	for _, cause := range causes {
		byCause += cause.Count
	}
	if int(c.Failures) != len(failed) || int(byCause) != len(failed) {
		l.Fatalf("counted %d, by cause %d, want %v", c.Failures, byCause, failed)
	}
	for name, p := range map[string]query.Page{"the page": {Failures: true}, "is:failed": {Filter: l.filter("is:failed")}} {
		p.Limit, p.OldestFirst = 999, true
		list, err := l.s.Deliveries(l.Context(), p)
		l.fail(err)
		if !slices.Equal(ids(list), failed) {
			l.Fatalf("%s: %v, want %v", name, ids(list), failed)
		}
	}
	list, err := l.s.Deliveries(l.Context(), query.Page{Filter: l.filter("is:acknowledged"), Limit: 999, OldestFirst: true})
	l.fail(err)
	if !slices.Equal(ids(list), acked) {
		l.Fatalf("is:acknowledged: %v, want %v", ids(list), acked)
	}
}

func (l *life) filter(text string) query.Filter {
	f, err := query.Parse(text, noon)
	l.fail(err)
	return f
}

func TestTheOpenFailuresFollowTheModel(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		s, err := Open(t.Context(), Config{Path: file(t), Now: func() time.Time { return noon }})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		l := &life{T: r, s: s}
		d := verified("holder")
		l.fail(s.Capture(t.Context(), d, upsert("holder", "held@b.c", 1)))
		l.added(d)
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			l.now++
			switch do := rapid.IntRange(0, 14).Draw(r, "do"); {
			case do < 4 || len(l.kept()) == 0:
				l.arrive(rapid.SampledFrom([]string{"", "m1", "m2", "m3"}).Draw(r, "message"),
					rapid.SampledFrom([]webhook.Code{"", "", webhook.WrongSecret, webhook.TooOld}).Draw(r, "code"), nil)
			case do < 7:
				if h := l.any(); h.refusal != "rejected" && h.refusal != "too-old" {
					l.send(h)
				}
			case do < 10:
				l.resend()
			case do < 11:
				l.reverify()
			case do < 12:
				l.acknowledge()
			case do < 13:
				l.free()
			case do < 14:
				l.remove()
			}
			l.check()
		}
		consistent(t, s)
	})
}
