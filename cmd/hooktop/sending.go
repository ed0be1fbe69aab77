package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/receiver/webhook"
)

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
