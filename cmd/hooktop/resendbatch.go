package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/pace"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

// batch are deliveries to be sent again, one after the other.
type batch struct {
	ids []int64
	how webhook.Resending

	given  bool // --where
	where  string
	filter query.Filter

	rate string
	// every is the time from one to the next, 0 for none.
	every time.Duration
	// keepTimes keeps the times between the originals.
	keepTimes bool
	stop      bool
	dryRun    bool
}

func (m *batch) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&m.where, "where", "", "resend all deliveries that match, oldest first")
	flags.StringVar(&m.rate, "rate", "", "send at most this many, such as 5/s or 30/m")
	flags.BoolVar(&m.keepTimes, "as-of", false, "keep the original pauses, each up to 10 s")
	flags.BoolVar(&m.stop, "stop-on-failure", false, "stop at the first failure")
	flags.BoolVar(&m.dryRun, "dry-run", false, "list what would be sent, send nothing")
	config.NameValues(flags, "where", "FILTER", "rate", "RATE")
}

// maxGap is the longest time between two that --as-of keeps.
const maxGap = 10 * time.Second

func (m *batch) check() (err error) {
	if m.filter, err = parseFilter([]string{m.where}); err != nil {
		return err
	}
	if m.rate == "" {
		return nil
	}
	if m.keepTimes {
		return exit.Usage("--rate and --as-of cannot be combined", "choose one of them")
	}
	m.every, err = pace.Parse(m.rate)
	return err
}

// queuedDelivery is one of a series, with the time of its receipt.
type queuedDelivery struct {
	id int64
	at time.Time
}

func (p *program) resend(ctx context.Context, s *config.Settings, m batch) error {
	h, err := p.beginExisting(ctx, s)
	if err != nil {
		return err
	}
	defer p.close(h)
	h.forwardNothing()
	queue, err := m.queue(ctx, h.store)
	if err != nil {
		return err
	}
	if m.dryRun {
		return p.dryRun(ctx, h, m.how, queue)
	}
	run := &batchRun{program: p, settings: s, hooktop: h, series: m, total: len(queue)}
	if run.total > 1 { // of one there is nothing to show
		run.bar = p.progress()
	}
	err = run.all(ctx, queue)
	run.bar.Clear()
	if (m.given || run.total > 1 && run.unsigned > 0) && !s.JSON {
		p.stderr.Say("%s", run)
	}
	switch {
	case err != nil:
		return err
	case run.failed > 0:
		return notAppliedError(run.refused)
	case run.unsigned > 0:
		return exit.ErrSilent // it was said of each
	}
	return nil
}

// queue is what there is to send, oldest first or as it was named. What a
// resend makes is not among it.
func (m *batch) queue(ctx context.Context, db *store.Store) (queue []queuedDelivery, err error) {
	if m.given {
		for d, err := range db.All(ctx, query.Page{Filter: m.filter, OldestFirst: true}) {
			if err != nil {
				return nil, err
			}
			queue = append(queue, queuedDelivery{d.ID, d.At})
		}
		return queue, nil
	}
	for _, id := range m.ids {
		q := queuedDelivery{id: id}
		if m.keepTimes || m.dryRun {
			d, err := db.Delivery(ctx, id)
			if err != nil {
				return nil, webhook.Unsent(id, err)
			}
			q.at = d.At
		}
		queue = append(queue, q)
	}
	return queue, nil
}

func (p *program) dryRun(ctx context.Context, h *hooktop, how webhook.Resending, queue []queuedDelivery) error {
	s, unsigned := h.settings, 0
	for _, q := range queue {
		d, err := h.store.Delivery(ctx, q.id)
		if errors.Is(err, webhook.ErrNotFound) {
			continue // it was deleted meanwhile
		}
		if err != nil {
			return err
		}
		if how.Mode != webhook.Verbatim && !how.SignRejected && !h.forwarder.Vouched(d) {
			unsigned++
		}
		if err := printRow(p.out(s), s, ndjson.NewDelivery(d), func() print.Text { return print.DeliveryLine(d) }); err != nil {
			return err
		}
	}
	if !s.JSON {
		p.stderr.Say("would send %d to %s%s", len(queue)-unsigned, cmp.Or(h.shownTargets(), "hooktop itself"), leftUnsigned(unsigned))
	}
	return nil
}

// batchRun is a series under way.
type batchRun struct {
	program  *program
	settings *config.Settings
	hooktop  *hooktop
	series   batch
	bar      *print.Progress

	total, sent, failed int
	// unsigned are those that were not sent because nothing vouches for them.
	unsigned int

	refused webhook.Delivery // the last that was
	said    print.Text       // the advice that was given last
}

// all sends the queued deliveries one at a time, each after the answer to the last.
func (r *batchRun) all(ctx context.Context, queue []queuedDelivery) error {
	r.bar.Begin("sending", int64(len(queue)))
	return r.series.each(ctx, queue, &pace.Pacer{Now: time.Now, Wait: pace.Sleep}, func(id int64) (more bool, err error) {
		err = r.one(ctx, id)
		return r.failed == 0 || !r.series.stop, err
	})
}

// each calls do for every queued delivery when it is due.
func (m *batch) each(ctx context.Context, queue []queuedDelivery, paced *pace.Pacer, do func(id int64) (more bool, err error)) error {
	for i, q := range queue {
		if i+1 < len(queue) {
			paced.Every = m.gap(q.at, queue[i+1].at)
		}
		if err := paced.Next(ctx); err != nil {
			return err
		}
		if more, err := do(q.id); err != nil || !more {
			return err
		}
	}
	return nil
}

func (m *batch) gap(before, after time.Time) time.Duration {
	if m.keepTimes {
		return min(max(0, after.Sub(before)), maxGap)
	}
	return m.every
}

// one sends one, to each app that it goes to. Of several, one that nothing vouches for
// is said and passed over; of several that were not named by their ids, any that cannot
// be sent.
func (r *batchRun) one(ctx context.Context, id int64) error {
	refused, err := r.toAll(ctx, id)
	r.bar.Clear()
	var broken *store.Error
	switch {
	case r.total > 1 && errors.Is(err, webhook.ErrNeverVerified):
		r.unsigned++
		report(r.program.stderr, err)
		return nil
	case err != nil && (!r.series.given || exit.FixOf(err) == "" || errors.As(err, &broken)):
		return err
	case err != nil:
		refused = true
		report(r.program.stderr, err)
	}
	if refused {
		r.failed++
	}
	r.sent++
	aside := ""
	if r.failed > 0 {
		aside = fmt.Sprintf(", %d rejected", r.failed)
	}
	r.bar.At(int64(r.sent), aside)
	return nil
}

func (r *batchRun) toAll(ctx context.Context, id int64) (refused bool, err error) {
	targets, err := r.hooktop.resendTargets(ctx, id)
	for _, target := range targets {
		d, err := r.hooktop.forwarder.Resend(ctx, id, r.series.how, target)
		if err != nil {
			return refused, err
		}
		r.bar.Clear()
		if err := r.program.printSent(r.settings, d, &r.said); err != nil {
			return refused, err
		}
		if d.Failed() {
			refused, r.refused = true, d
		}
	}
	return refused, err
}

// leftUnsigned says how many are not sent because nothing vouches for them.
func leftUnsigned(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; left out %d that never verified (--sign-rejected signs them)", n)
}

// String says what it came to.
func (r *batchRun) String() string {
	if r.total == 0 {
		return "no delivery matches " + r.series.filter.String()
	}
	text := fmt.Sprintf("sent %d: %d accepted, %d rejected", r.sent, r.sent-r.failed, r.failed)
	text += leftUnsigned(r.unsigned)
	if left := r.total - r.sent - r.unsigned; left > 0 {
		text += fmt.Sprintf("; %d not sent", left)
	}
	return text
}
