package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/edit"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/instruction"
)

func (p *program) resendCommand() *cobra.Command {
	var to, as string
	var many batch
	var signRejected bool
	var editFirst bool
	var format edit.Format
	cmd := &cobra.Command{
		Use:   "resend ID... | --where FILTER",
		Short: "Send captured deliveries again, re-signed",
		Long: `Sends captured deliveries again with their original bodies: to the URL in
--to; without it, to the app that --forward-to names; without either, to
hooktop itself. Signatures expire after five minutes, so each delivery is
signed again:

  same      the same message id: the app sees a retry
  new       a new message id: the app sees a new event
  verbatim  the original headers, expired or not

It goes to the path in the URL or, if there is none, to its provider's webhook
path, with the headers that the provider sends; --forward-header adds others.
A delivery whose signature never verified may be a stranger's, and your app
would believe it. It is only signed with --sign-rejected.

--where resends all that match; hooktop deliveries --help explains filters.
--edit opens the body in $VISUAL or $EDITOR and signs it as a new message.`,
		Example: `hooktop resend 42 --to 3000
hooktop resend 42 43 --as new
hooktop resend --where 'app:5xx since:1h' --dry-run`,
		Args: func(cmd *cobra.Command, args []string) error {
			if many.given = cmd.Flags().Changed("where"); many.given && len(args) > 0 {
				return exit.Usage("ids and --where cannot be combined", "hooktop deliveries FILTER lists what a filter matches")
			}
			if len(args) == 0 && !many.given {
				return exit.Usage("resend needs the id of a delivery, or several", "hooktop deliveries lists them")
			}
			return nil
		},
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			mode := webhook.Mode(as)
			if err := checkMode(as); err != nil {
				return err
			}
			if err := many.check(); err != nil {
				return err
			}
			if err := checkEditing(cmd, len(ids), mode); err != nil {
				return err
			}
			s, err := p.resolve(cmd, config.Forwards)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("to") {
				u, err := parseTo(to)
				if err != nil {
					return err
				}
				target, err := unmasked(u.String(), s.Forwarding.Routes)
				if err != nil {
					return err
				}
				s.Forwarding.Routes = []receiver.Route{{Target: target}}
			}
			many.ids, many.how = ids, webhook.Resending{Mode: mode, SignRejected: signRejected}
			if editFirst {
				if !cmd.Flags().Changed("as") {
					many.how.Mode = webhook.New
				}
				return p.resendEdited(cmd.Context(), s, ids[0], many.how, format)
			}
			return p.resend(cmd.Context(), s, many)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	config.AddStripeFlags(cmd.Flags())
	config.AddForwardFlags(cmd.Flags())
	flags := cmd.Flags()
	many.addFlags(flags)
	flags.BoolVar(&signRejected, "sign-rejected", false, "also sign deliveries that never verified")
	flags.BoolVar(&editFirst, "edit", false, "edit the body first")
	flags.BoolVar(&format.Raw, "raw", false, "with --edit: do not format the body, accept any bytes")
	flags.StringVar(&to, "to", "", "the URL to send to")
	flags.StringVar(&as, "as", string(webhook.Same), "how to sign, as described above")
	config.NameValues(flags, "to", "URL", "as", "same|new|verbatim")
	return cmd
}

func checkMode(as string) error {
	switch webhook.Mode(as) {
	case webhook.Same, webhook.New, webhook.Verbatim:
		return nil
	}
	return exit.Usage(fmt.Sprintf("--as: unknown mode %q", as), "choose same, new or verbatim")
}

// parseIDs reads ids of deliveries: 42 or #42.
func parseIDs(args []string) ([]int64, error) {
	ids := make([]int64, len(args))
	for i, text := range args {
		id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
		if err != nil || id < 1 {
			return nil, exit.Usage(fmt.Sprintf("%q is not the id of a delivery", text), "ids are numbers such as 42; hooktop deliveries lists them")
		}
		ids[i] = id
	}
	return ids, nil
}

// resendTargets are where a delivery is resent to: the apps whose routes take
// it, and hooktop itself where there are no routes.
func (h *hooktop) resendTargets(ctx context.Context, id int64) ([]string, error) {
	if len(h.forwarder.Routes()) == 0 {
		return []string{""}, nil
	}
	d, err := h.store.Delivery(ctx, id)
	if err != nil {
		return nil, webhook.Unsent(id, err)
	}
	targets := h.forwarder.Targets(d)
	if len(targets) == 0 {
		return nil, webhook.Unsent(id, exit.Failure("no --forward-to route matches "+cmp.Or(d.Type, "it"), "name the app with --to URL"))
	}
	return targets, nil
}

// shownTargets are the apps of the routes, without passwords; "" where there are
// none.
func (h *hooktop) shownTargets() string {
	var shown []string
	for _, a := range h.apps() {
		shown = append(shown, a.URL)
	}
	return strings.Join(shown, ", ")
}

// printSent prints a delivery that this command sent, with the app's answer and, for
// people, what that means and what to do. said is the advice that was given
// last: of a series that fails alike it is given once.
func (p *program) printSent(s *config.Settings, d webhook.Delivery, said *print.Text) error {
	out := p.out(s)
	if !s.JSON {
		out.Say("%s", print.DeliveryLine(d)) // what was done is done
		for _, f := range d.Forwards {
			out.Say("%s", print.ForwardLine(f))
			if advice := print.Advice(advice.On(d, f, s.App())); f.Failed() && advice != *said {
				out.Say("%s", advice)
				*said = advice
			}
		}
		return nil
	}
	if err := out.Object(ndjson.NewDelivery(d)); err != nil {
		return err
	}
	for _, f := range d.Forwards {
		if err := out.Object(ndjson.NewForward(f, advice.On(d, f, s.App()))); err != nil {
			return err
		}
	}
	return nil
}

// notAppliedError is the error of a delivery that was not taken: what keeps it here, with
// its fix. What an app answered, its line says.
func notAppliedError(d webhook.Delivery) error {
	switch d.Outcome {
	case webhook.Rejected:
		return exit.Failure(d.Verdict.Title, instruction.ForTerminal(d.Verdict.Fix, d.ID))
	case webhook.Conflict, webhook.MissingEmail, webhook.Malformed:
		e := advice.ExplainOutcome(&d)
		return exit.Failure(e.Title, e.Fix)
	default:
		return exit.ErrSilent
	}
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

// parseTo reads the URL of a --to.
func parseTo(text string) (*url.URL, error) {
	if strings.TrimSpace(text) == "" { // a script's variable is not set: no other target is meant
		return nil, exit.Usage("--to is empty", "write the URL of your app, such as http://localhost:3000/api/webhooks/clerk, or leave --to out")
	}
	u, err := receiver.ParseURL(text)
	if err != nil {
		return nil, exit.Usage("--to: "+err.Error(), exit.FixOf(err))
	}
	return u, nil
}
