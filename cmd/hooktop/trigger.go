package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/pace"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

// triggerRequest is what trigger was asked to send.
type triggerRequest struct {
	sample webhook.Sample
	// story is told in the sample's place, nil for none.
	story *webhook.Story
	// body is sent as it is, nil where one is to be made.
	body []byte
	// provider signs it.
	provider webhook.Provider
	count    int
	every    time.Duration
	// to is a URL that it is sent straight to, "" for hooktop's own door. print
	// shows it and sends nothing.
	to    string
	print bool
}

// triggerFlags are the flags as they were written.
type triggerFlags struct {
	email, userID, file, rate, to string
	set                           []string
	count                         int
	print                         bool
}

func (p *program) triggerCommand() *cobra.Command {
	var f triggerFlags
	cmd := &cobra.Command{
		Use:   "trigger [EVENT|story:NAME]",
		Short: "Build, sign and send a synthetic event, offline",
		Long: `Builds an event as its provider would send it, signs it and sends it to the
hooktop that runs on the same database, or in a folder above in the same
repository. If none is running, trigger receives it itself.

` + eventsText() + "\n" + storiesText() + `
Made-up values are derived from the user's id, so that session.ended ends the
session that session.created began. Without --user-id, an event that does not
create a user is about the most recently changed user.`,
		Example: `hooktop trigger user.created --email ada@example.com
hooktop trigger user.updated --set data.first_name=Grace
hooktop trigger story:signup --rate 1/s
hooktop trigger session.created --count 100 --rate 10/s
hooktop trigger user.created --to 3000
hooktop show 42 --json | jq -j .body |
  hooktop trigger --file -`,
		PreRunE:           p.useHooktopAbove,
		ValidArgsFunction: completeEvents,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 0 && f.file == "" {
				return exit.Usage("trigger takes one event type", "hooktop trigger user.created; hooktop trigger --help lists all; --file sends your own body")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := p.order(cmd.Context(), f, args, cmd.Flags())
			if err != nil {
				return err
			}
			s, err := p.resolve(cmd, config.Forwards)
			if err != nil {
				return err
			}
			if o.print && s.JSON {
				return exit.Usage("--print and --json cannot be combined", "leave one of them out")
			}
			return p.trigger(cmd.Context(), s, o)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	config.AddStripeFlags(cmd.Flags())
	config.AddForwardFlags(cmd.Flags())
	flags := cmd.Flags()
	flags.StringVar(&f.email, "email", "", "the user's e-mail address; made up if missing")
	flags.StringVar(&f.userID, "user-id", "", "the user's id; by default made up, or the last changed user's")
	flags.StringArrayVar(&f.set, "set", nil, "set a value in the body (data.first_name=Ada); repeatable")
	flags.StringVar(&f.file, "file", "", "send this JSON file byte for byte (at most 32 MiB); - reads stdin")
	flags.IntVar(&f.count, "count", 1, "how many to send")
	flags.StringVar(&f.rate, "rate", "", "send at most this many, such as 10/s or 30/m")
	flags.StringVar(&f.to, "to", "", "send straight to this URL; hooktop does not keep it")
	flags.BoolVar(&f.print, "print", false, "print the signed request as a curl command, send nothing")
	config.NameValues(flags, "email", "ADDRESS", "user-id", "ID", "set", "PATH=VALUE", "file", "FILE", "count", "N", "rate", "RATE", "to", "URL")
	return cmd
}

// order reads what is to be sent out of the flags.
func (p *program) order(ctx context.Context, f triggerFlags, args []string, flags *pflag.FlagSet) (triggerRequest, error) {
	o := triggerRequest{sample: webhook.Sample{UserID: f.userID, Email: f.email}, count: f.count, print: f.print}
	if f.count < 1 {
		return o, exit.Usage(fmt.Sprintf("--count must be at least 1, not %d", f.count), "write a number such as 3")
	}
	var event string
	if len(args) > 0 {
		event = args[0]
	}
	if err := o.choose(event, f); err != nil {
		return o, err
	}
	for _, text := range f.set {
		a, err := sample.ParseAssignment(text)
		if err != nil {
			return o, exit.AsUsage(err)
		}
		o.sample.Set = append(o.sample.Set, a)
	}
	if f.file != "" {
		if err := p.readEvent(ctx, &o, f.file); err != nil {
			return o, err
		}
	}
	if flags.Changed("to") {
		u, err := parseTo(f.to)
		if err != nil {
			return o, err
		}
		o.to = u.String()
	}
	if f.rate == "" {
		return o, nil
	}
	every, err := pace.Parse(f.rate)
	if err == nil && !flags.Changed("count") && o.story == nil {
		err = exit.Usage("--rate needs --count: this sends one event", "add --count")
	}
	o.every = every
	return o, err
}

// choose settles which event or story is to be made, and that the flags go
// together.
func (o *triggerRequest) choose(event string, f triggerFlags) error {
	o.sample.Type = event
	story, teller, isStory := providers.StoryNamed(event)
	sampler, isSample := providers.Sampler(event)
	switch {
	case f.file != "" && isStory:
		return exit.Usage("--file and "+event+" cannot be combined: a story has several events", "leave one of them out")
	case f.file != "" && (len(f.set) > 0 || f.email != "" || f.userID != ""):
		return exit.Usage("--file is sent unchanged", "edit the file instead of passing --set, --email or --user-id")
	case f.file != "":
		return nil
	case isStory && len(f.set) > 0:
		return exit.Usage("--set cannot change a story, which has several events", "a story takes only --email and --user-id")
	case isStory:
		o.story, o.provider = &story, teller
		return nil
	case isSample:
		o.provider = sampler
		return nil
	}
	return unknownEvent(event)
}
