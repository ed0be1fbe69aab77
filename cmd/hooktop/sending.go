package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func (p *program) triggerCommand() *cobra.Command {
	events := webhook.Clerk{}.Samples()
	var sample webhook.Sample
	var set []string
	var count int
	cmd := &cobra.Command{
		Use:   "trigger EVENT",
		Short: "Build, sign and send a synthetic event, offline",
		Long: "Builds an event as Clerk would send it, signs it and sends it through hooktop's front door: to the\n" +
			"hooktop that runs on the same database, else through a receiver in this process.\n\n" +
			"Events: " + strings.Join(events, ", ") + ".\n" +
			"Without --user-id, user.updated and user.deleted are about the user that changed last.",
		Example: "hooktop trigger user.created --email ada@example.com\n" +
			"hooktop trigger user.updated --set data.first_name=Grace --set data.public_metadata.plan='\"pro\"'\n" +
			"hooktop trigger user.created --count 10",
		ValidArgs: events,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("trigger takes one event type", "choose one of: "+strings.Join(events, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			sample.Type = args[0]
			if count < 1 {
				return usage(fmt.Sprintf("--count %d sends nothing", count), "write a number from 1 up")
			}
			for _, text := range set {
				a, err := webhook.ParseAssignment(text)
				if err != nil {
					return asUsage(err)
				}
				sample.Set = append(sample.Set, a)
			}
			s, err := resolve(cmd, p.getenv)
			if err != nil {
				return err
			}
			return p.trigger(cmd.Context(), s, sample, count)
		},
	}
	addOptions(cmd.Flags(), sendOptions)
	cmd.Flags().StringVar(&sample.Email, "email", "", "the user's e-mail address (default: made up)")
	cmd.Flags().StringVar(&sample.UserID, "user-id", "", "the user's id (default: made up, or the user that changed last)")
	cmd.Flags().StringArrayVar(&set, "set", nil, "set a value in the body, PATH=VALUE; repeatable (data.first_name=Ada)")
	cmd.Flags().IntVar(&count, "count", 1, "how many to send")
	return cmd
}

func (p *program) trigger(ctx context.Context, s *settings, sample webhook.Sample, count int) error {
	h, err := p.begin(ctx, s, 0)
	if err != nil {
		return err
	}
	defer p.close(h)
	// What is sent here is forwarded below, before the command ends.
	h.receiver.Captured = func(webhook.Delivery) {}
	var refused webhook.Delivery
	for n := range count {
		each := sample
		each.Email = numbered(sample, n)
		receipt, err := h.trigger(ctx, each)
		if err != nil {
			return triggerFailed(err)
		}
		d, err := h.store.Delivery(ctx, receipt.DeliveryID)
		if err != nil {
			return err
		}
		if h.local != nil && s.forwardTo != "" && d.Verdict.Verified {
			h.forwarder.Forward(ctx, d.ID)
			if d, err = h.store.Delivery(ctx, d.ID); err != nil {
				return err
			}
		}
		if err := p.sent(s, d); err != nil {
			return err
		}
		if d.Failed() {
			refused = d
		}
	}
	if h.local == nil && s.forwardGiven {
		fmt.Fprintln(p.stderr, "note: the hooktop that runs on this database forwards as it was started; --forward-to was not used") //nolint:errcheck // a word aside
	}
	switch v := refused.Verdict; {
	case refused.ID == 0:
		return nil
	case v.Code == webhook.WrongSecret:
		return failed("the hooktop that runs on this database verifies with another secret than this command signs with",
			"give both the same: put CLERK_WEBHOOK_SECRET into .env.local and start hooktop again")
	case !v.Verified:
		return failed(v.Title, v.Fix)
	default:
		return errSilent // the line says it
	}
}

// numbered gives each of several new users an address of its own:
// ada@example.com, ada+2@example.com …
func numbered(s webhook.Sample, n int) string {
	name, domain, ok := strings.Cut(s.Email, "@")
	if n == 0 || !ok || s.UserID != "" || !strings.HasSuffix(s.Type, ".created") {
		return s.Email
	}
	return fmt.Sprintf("%s+%d@%s", name, n+1, domain)
}

// triggerFailed is wrong usage where the event itself cannot be built.
func triggerFailed(err error) error {
	if fixOf(err) != "" {
		return asUsage(err)
	}
	return err
}

// trigger sends one event through the door.
func (h *hooktop) trigger(ctx context.Context, sample webhook.Sample) (receiver.Receipt, error) {
	t := receiver.Trigger{Endpoint: h.receiver.Endpoints[0], Door: h.door, Users: h.store, Now: h.receiver.Now}
	return t.Send(ctx, sample)
}

func (p *program) resendCommand() *cobra.Command {
	var to, as string
	cmd := &cobra.Command{
		Use:   "resend ID...",
		Short: "Send captured deliveries again, signed afresh",
		Long: "Sends captured deliveries again, with their bytes as they were: to --to URL, else to --forward-to, else\n" +
			"to hooktop itself. A signature is stale after five minutes, so it is made afresh:\n\n" +
			"  same      the same message id: the app sees a retry\n" +
			"  new       a new message id: the app sees a new event\n" +
			"  verbatim  the captured headers, stale or not",
		Example: "hooktop resend 42 --to http://localhost:3000/api/webhooks/clerk\nhooktop resend 42 43 --as new",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("resend takes the id of a delivery, or several", "hooktop deliveries lists them")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			mode := webhook.Mode(as)
			switch mode {
			case webhook.Same, webhook.New, webhook.Verbatim:
			default:
				return usage(fmt.Sprintf("--as: there is no way %q to resend", as), "choose same, new or verbatim")
			}
			s, err := resolve(cmd, p.getenv)
			if err != nil {
				return err
			}
			if to != "" {
				u, err := webURL(to)
				if err != nil {
					return usage("--to: "+err.Error(), "write the URL of your app's webhook route, such as http://localhost:3000/api/webhooks/clerk")
				}
				s.forwardTo = u.String()
			}
			return p.resend(cmd.Context(), s, ids, mode)
		},
	}
	addOptions(cmd.Flags(), sendOptions)
	cmd.Flags().StringVar(&to, "to", "", "the URL to send to")
	cmd.Flags().StringVar(&as, "as", string(webhook.Same), "same, new or verbatim")
	return cmd
}

// parseIDs reads ids of deliveries: 42 or #42.
func parseIDs(args []string) ([]int64, error) {
	ids := make([]int64, len(args))
	for i, text := range args {
		id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
		if err != nil || id < 1 {
			return nil, usage(fmt.Sprintf("%q is not the id of a delivery", text), "ids are numbers such as 42; hooktop deliveries lists them")
		}
		ids[i] = id
	}
	return ids, nil
}

func (p *program) resend(ctx context.Context, s *settings, ids []int64, mode webhook.Mode) error {
	if err := exists(s); err != nil {
		return err
	}
	target := s.forwardTo
	h, err := p.begin(ctx, s, 0)
	if err != nil {
		return err
	}
	defer p.close(h)
	h.receiver.Captured = func(webhook.Delivery) {}
	refused := false
	for _, id := range ids {
		d, err := h.forwarder.Resend(ctx, id, mode, target)
		if err != nil {
			return err
		}
		if err := p.sent(s, d); err != nil {
			return err
		}
		refused = refused || d.Failed()
	}
	if refused {
		return errSilent
	}
	return nil
}

// sent prints a delivery that this command sent, with the app's answer.
func (p *program) sent(s *settings, d webhook.Delivery) error {
	w := p.colour(p.stdout, s)
	if !s.json {
		fmt.Fprintln(w, deliveryText(d)) //nolint:errcheck // what was done is done
		for _, f := range d.Forwards {
			fmt.Fprintln(w, forwardText(f)) //nolint:errcheck // likewise
		}
		return nil
	}
	if err := ndjson(p.stdout, deliveryObject(d)); err != nil {
		return err
	}
	for _, f := range d.Forwards {
		if err := ndjson(p.stdout, forwardObject(f)); err != nil {
			return err
		}
	}
	return nil
}

// close ends what a command opened, and says what went wrong on the way.
func (p *program) close(h *hooktop) {
	h.stop()
	p.reportTroubles(h)
	_ = h.store.Close() // every answer was given after its commit
}

func (p *program) reportTroubles(h *hooktop) {
	for {
		select {
		case err := <-h.troubles:
			report(p.stderr, err)
		default:
			return
		}
	}
}
