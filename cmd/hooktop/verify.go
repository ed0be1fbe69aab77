package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/saved"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// errNotVerified is verify's own exit code: the signature is not valid, and the
// output says why.
var errNotVerified = exit.Silently(exit.CodeNotVerified)

func (p *program) verifyCommand() *cobra.Command {
	var at string
	var ignoreTime bool
	var pick int
	cmd := &cobra.Command{
		Use:   "verify [FILE|-]",
		Short: "Verify a saved HTTP request, and explain a failure",
		Long: `Verifies a request as if it had just arrived, from a file or from standard
input: raw HTTP, a command such as curl's, a HAR, the output of hooktop show
--json, or other JSON with headers and body, such as ngrok's inspector, a
function's event or clerk webhooks listen --json. If the file has several
requests, the signed one is verified.

At most 1 GiB is read, for at most a minute; ctrl+c ends it.

Exit code 0: the signature is valid; 4: it is not; 2: the file does not say
enough to tell.`,
		Example: `hooktop verify request.txt --ignore-time
hooktop show 42 --json | hooktop verify`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exit.Usage("verify takes one file", "pass one file, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := config.Resolve(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("pick") && pick < 1 {
				return exit.Usage("--pick must be at least 1", "leave it out to see which requests the file has")
			}
			webhooks := slices.Collect(maps.Values(s.Paths))
			r, err := p.savedRequest(cmd.Context(), args, saved.Choice{Number: pick, Webhook: func(r webhook.Request) bool {
				path, _, _ := strings.Cut(r.URL, "?")
				return slices.Contains(webhooks, path)
			}})
			if err != nil {
				return err
			}
			switch {
			case at != "":
				if r.At, err = time.Parse(time.RFC3339, at); err != nil {
					return exit.Usage(fmt.Sprintf("--at: %q is not a time", at), "write it as 2026-11-22T10:00:00Z")
				}
			case r.At.IsZero():
				r.At = time.Now()
			}
			return p.verify(s, r, ignoreTime)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	cmd.Flags().StringVar(&at, "at", "", "when the request was received; default: the time in the file, or now")
	config.NameValues(cmd.Flags(), "at", "TIME")
	cmd.Flags().IntVar(&pick, "pick", 0, "which POST request of the file; default: the signed one")
	cmd.Flags().Lookup("pick").DefValue = ""
	config.NameValues(cmd.Flags(), "pick", "NUMBER")
	cmd.Flags().BoolVar(&ignoreTime, "ignore-time", false, "accept a signature of any age")
	return cmd
}

// savedRequest reads the request that choice selects from the file in args, or from
// of standard input.
func (p *program) savedRequest(ctx context.Context, args []string, choice saved.Choice) (saved.Request, error) {
	in, err := p.openInput(ctx, first(args), searched, "name a file with the request, or pipe it in")
	if err != nil {
		return saved.Request{}, err
	}
	defer in.Close() //nolint:errcheck // it was only read from
	name := in.name
	choice.Folder = filepath.Dir(name)
	r, err := choice.Read(in)
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	if err != nil {
		return r, exit.Usage(fmt.Sprintf("%s: %s", name, print.OneLine(err.Error())), exit.FixOf(err))
	}
	for _, text := range r.Notes {
		p.stderr.Say("note: %s: %s", name, print.OneLine(text))
	}
	return r, nil
}

func (p *program) verify(s *config.Settings, r saved.Request, ignoreTime bool) error {
	sender := senderOf(s, r.Request)
	keys := s.Keyring(sender.Name(), os.Environ())
	r.Settle(func(request webhook.Request) bool {
		return receiver.SignatureHolds(providers.Verify(sender, request, r.At, keys.Secrets))
	})
	d := webhook.Delivery{At: r.At, Request: r.Request}
	receiver.Judge(&d, sender, keys)
	v := d.Verdict
	if r.Doubt != "" && !v.Verified {
		if v.Code == webhook.WrongSecret || r.Parsed && v.Code == webhook.BodyReserialized {
			return exit.Usage(fmt.Sprintf("the signature cannot be checked: %s", print.OneLine(r.Doubt)), "save the request with the bytes of its body: a HAR, raw HTTP, or hooktop show ID --json")
		}
		p.stderr.Say("note: %s", print.OneLine(r.Doubt))
	}
	if ignoreTime && (v.Code == webhook.TooOld || v.Code == webhook.TooNew) {
		v.Verified, v.Code, v.Title, v.Fix = true, "", "Signature verified, ignoring its time", ""
	}
	if err := p.printVerdict(s, v); err != nil || v.Verified {
		return err
	}
	if v.Code == webhook.NoSecret { // nothing was checked
		return exit.Silently(exit.CodeUsage)
	}
	return errNotVerified
}

// senderOf returns the provider whose path a saved request went to, else the one
// whose headers it has, else the first.
func senderOf(s *config.Settings, r webhook.Request) webhook.Provider {
	all := providers.All()
	path, _, _ := strings.Cut(r.URL, "?")
	for _, p := range all {
		if s.Paths[p.Name()] == path {
			return p
		}
	}
	if p, ok := providers.Claimed(r.Header); ok {
		return p
	}
	return all[0]
}

// verdictLine is what verify --json prints.
type verdictLine struct {
	Kind    string  `json:"kind"`
	Verdict string  `json:"verdict"`
	Code    *string `json:"code"`
	ndjson.Diagnosis
}

func (p *program) printVerdict(s *config.Settings, v webhook.Verdict) error {
	if s.JSON {
		return p.stdout.Object(verdictLine{"verdict", string(v.State()), ndjson.Null(string(v.Code)), ndjson.NewDiagnosis(v)})
	}
	return p.out(s).Line("%s", print.Verdict(v))
}
