package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/providerside"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/cmd/hooktop/waiting"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui/text"
)

// again is how long to wait for what Svix sends again.
type again struct{ timeout time.Duration }

const defaultArrival = 30 * time.Second

func (p *program) endpointRecoverCommand() *cobra.Command {
	var since string
	var w again
	cmd := &cobra.Command{
		Use:   "recover --since TIME",
		Short: "Have Svix send again what failed (experimental)",
		Long: `Asks Svix to resend to this folder's endpoint all messages that failed since a
time, at most 14 days ago, and prints what arrives.

Svix skips messages that succeeded in that time. While no hooktop is connected,
the relay answers senders itself, and Svix counts that as a success: hooktop
endpoint status lists such messages as "missing", and hooktop endpoint resend
sends them one by one.`,
		Example: `hooktop endpoint recover --since 2h
hooktop endpoint recover --since 2026-11-22T10:00 --json`,
		Args:    noArguments,
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := config.ResolveEndpoint(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			if since == "" {
				return exit.Usage("--since is missing", "write how far back: hooktop endpoint recover --since 2h")
			}
			from, err := sinceTime(since)
			if err == nil {
				err = providerside.CheckRecover(from, time.Now())
			}
			if err != nil {
				return err
			}
			return p.asking(cmd.Context(), s, func(a *providerside.Asker, db *store.Store) error {
				return p.recoverSince(cmd.Context(), s, a, db, from, w)
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "how far back: 2h, 10:00, 2026-11-22T10:00")
	w.addFlag(cmd)
	config.NameValues(cmd.Flags(), "since", "TIME")
	config.AddAccountFlags(cmd.Flags())
	return cmd
}

func (w *again) addFlag(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&w.timeout, "timeout", defaultArrival, "how long to wait for what arrives; 0 does not wait")
	config.NameValues(cmd.Flags(), "timeout", "DURATION")
}

func (p *program) endpointResendCommand() *cobra.Command {
	var w again
	cmd := &cobra.Command{
		Use:   "resend MESSAGE_ID...",
		Short: "Have Svix send messages again (experimental)",
		Long: `Asks Svix to resend messages to this folder's endpoint, and prints what arrives.
Svix resends them even if it counts them as a success. hooktop endpoint status
lists the ids.

To resend deliveries that hooktop has stored, use hooktop resend.`,
		Example: `hooktop endpoint resend msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usage("no message id", "hooktop endpoint status lists them: hooktop endpoint resend msg_…")
			}
			return nil
		},
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, ids []string) error {
			s, err := config.ResolveEndpoint(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			return p.asking(cmd.Context(), s, func(a *providerside.Asker, db *store.Store) error {
				return p.resendByProvider(cmd.Context(), s, a, db, ids, w)
			})
		},
	}
	w.addFlag(cmd)
	config.AddAccountFlags(cmd.Flags())
	return cmd
}

// recoverSince has Svix recover, and waits for what it sends.
func (p *program) recoverSince(ctx context.Context, s *config.Settings, a *providerside.Asker, db *store.Store, since time.Time, w again) error {
	after, err := newestOf(ctx, db)
	if err != nil {
		return err
	}
	r, err := a.Recover(ctx, since)
	if err != nil {
		return err
	}
	p.sayProblems(r.Problems)
	ids := make([]string, len(r.Failed))
	for i, m := range r.Failed {
		ids[i] = m.ID
	}
	if n := len(r.Missing); n > 0 {
		p.stderr.Say("note: %s counted as a success, although nothing arrived here: Svix does not send them again. hooktop endpoint resend does: %s", text.Plural(n, "message"), idsOf(r.Missing))
	}
	if len(ids) == 0 {
		p.stderr.Say("Svix lists no failed message since %s: there is nothing to wait for", print.Time(since))
		return nil
	}
	p.stderr.Say("Svix sends again what failed since %s: %s", print.Time(since), text.Plural(len(ids), "message"))
	return p.untilArrived(ctx, s, db, after, ids, w)
}

// resendByProvider has Svix send messages again, and waits for them.
func (p *program) resendByProvider(ctx context.Context, s *config.Settings, a *providerside.Asker, db *store.Store, ids []string, w again) error {
	after, err := newestOf(ctx, db)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := a.Resend(ctx, id); err != nil {
			return err
		}
	}
	return p.untilArrived(ctx, s, db, after, ids, w)
}

func newestOf(ctx context.Context, db *store.Store) (id int64, err error) {
	if db == nil {
		return 0, nil
	}
	id, _, err = db.Latest(ctx)
	return id, err
}

// idsOf lists the ids of messages, some of them if there are many.
func idsOf(messages []attempts.Message) string {
	const most = 5
	var ids []string
	for _, m := range messages[:min(len(messages), most)] {
		ids = append(ids, m.ID)
	}
	if len(messages) > most {
		ids = append(ids, "…")
	}
	return strings.Join(ids, " ")
}

// untilArrived prints the deliveries of some messages as they arrive, until there is
// one of each. Without a hooktop that receives them, it does not wait.
func (p *program) untilArrived(ctx context.Context, s *config.Settings, db *store.Store, after int64, ids []string, w again) error {
	if w.timeout <= 0 {
		return nil
	}
	runs := false
	if db != nil {
		_, runs = running.On(ctx, db)
	}
	if !runs {
		p.stderr.Say("note: no hooktop is running here, so nothing receives them; Svix tries again for a while")
		return nil
	}
	limited, cancel := context.WithTimeoutCause(ctx, w.timeout, waiting.ErrTimedOut)
	defer cancel()
	seen := map[string]bool{}
	for {
		found, err := db.Arrivals(ctx, providers.Clerk{}.Name(), ids)
		if err != nil {
			return err
		}
		if err := p.printArrivals(s, found, ids, &after, seen); err != nil {
			return err
		}
		if len(seen) == len(ids) {
			return nil
		}
		select {
		case <-limited.Done():
			if err := context.Cause(limited); !errors.Is(err, waiting.ErrTimedOut) {
				return err
			}
			return exit.Failure(fmt.Sprintf("%d of %s arrived within %s", len(seen), text.Plural(len(ids), "message"), w.timeout),
				"hooktop endpoint status says why the others did not")
		case <-db.Changed():
		}
	}
}

// printArrivals prints what arrived after a delivery and was not printed before.
func (p *program) printArrivals(s *config.Settings, found map[string][]webhook.Delivery, ids []string, after *int64, seen map[string]bool) error {
	newest := *after
	for _, id := range ids {
		for _, d := range found[id] {
			if d.ID <= *after {
				continue
			}
			seen[id], newest = true, max(newest, d.ID)
			if err := printRow(p.out(s), s, ndjson.NewDelivery(d), func() print.Text { return print.DeliveryLine(d) }); err != nil {
				return err
			}
		}
	}
	*after = newest
	return nil
}
