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

	series pace.Series
	stop   bool
	dryRun bool
}

func (m *batch) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&m.where, "where", "", "resend all deliveries that match, oldest first")
	flags.StringVar(&m.series.Rate, "rate", "", "send at most this many, such as 5/s or 30/m")
	flags.BoolVar(&m.series.KeepTimes, "as-of", false, "keep the original pauses, each up to 10 s")
	flags.BoolVar(&m.stop, "stop-on-failure", false, "stop at the first failure")
	flags.BoolVar(&m.dryRun, "dry-run", false, "list what would be sent, send nothing")
	config.NameValues(flags, "where", "FILTER", "rate", "RATE")
}

func (m *batch) check() (err error) {
	if m.filter, err = parseFilter([]string{m.where}); err != nil {
		return err
	}
	return m.series.Check()
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
	run := &batchRun{program: p, settings: s, hooktop: h, batch: m, total: len(queue)}
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
func (m *batch) queue(ctx context.Context, db *store.Store) (queue []pace.Queued, err error) {
	if m.given {
		for d, err := range db.All(ctx, query.Page{Filter: m.filter, OldestFirst: true}) {
			if err != nil {
				return nil, err
			}
			queue = append(queue, pace.Queued{ID: d.ID, At: d.At})
		}
		return queue, nil
	}
	for _, id := range m.ids {
		q := pace.Queued{ID: id}
		if m.series.KeepTimes || m.dryRun {
			d, err := db.Delivery(ctx, id)
			if err != nil {
				return nil, webhook.Unsent(id, err)
			}
			q.At = d.At
		}
		queue = append(queue, q)
	}
	return queue, nil
}

func (p *program) dryRun(ctx context.Context, h *hooktop, how webhook.Resending, queue []pace.Queued) error {
	s, unsigned := h.settings, 0
	for _, q := range queue {
		d, err := h.store.Delivery(ctx, q.ID)
		if errors.Is(err, webhook.ErrNotFound) {
			continue // it was deleted meanwhile
		}
		if err != nil {
			return err
		}
		if how.Mode != webhook.Verbatim && !how.SignRejected && !h.forwarder.Vouched(ctx, d) {
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
	batch    batch
	bar      *print.Progress

	total, sent, failed int
	// unsigned are those that were not sent because nothing vouches for them.
	unsigned int

	refused webhook.Delivery // the last that was
	said    print.Text       // the advice that was given last
}

// all sends the queued deliveries one at a time, each after the answer to the last.
func (r *batchRun) all(ctx context.Context, queue []pace.Queued) error {
	r.bar.Begin("sending", int64(len(queue)))
	return r.batch.series.Each(ctx, queue, &pace.Pacer{Now: time.Now, Wait: pace.Sleep}, func(id int64) (more bool, err error) {
		err = r.one(ctx, id)
		return r.failed == 0 || !r.batch.stop, err
	})
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
	case err != nil && (!r.batch.given || exit.FixOf(err) == "" || errors.As(err, &broken)):
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
		d, err := r.hooktop.forwarder.Resend(ctx, id, r.batch.how, target)
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
		return "no delivery matches " + r.batch.filter.String()
	}
	text := fmt.Sprintf("sent %d: %d accepted, %d rejected", r.sent, r.sent-r.failed, r.failed)
	text += leftUnsigned(r.unsigned)
	if left := r.total - r.sent - r.unsigned; left > 0 {
		text += fmt.Sprintf("; %d not sent", left)
	}
	return text
}
