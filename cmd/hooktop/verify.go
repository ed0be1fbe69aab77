package main

import (
	"fmt"
	"io"
	"os"
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
	cmd := &cobra.Command{
		Use:   "verify [FILE|-]",
		Short: "Verify a saved HTTP request, and explain a failure",
		Long: `Verifies a request as if it had just arrived: raw HTTP, a curl command, a HAR or
one of its entries, or the output of hooktop show --json; from a file or from
standard input. Exit code 0: the signature is valid; 4: it is not.`,
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
			r, err := p.savedRequest(args)
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
	cmd.Flags().BoolVar(&ignoreTime, "ignore-time", false, "accept a signature of any age")
	return cmd
}

// savedRequest reads the file in args, or standard input.
func (p *program) savedRequest(args []string) (saved.Request, error) {
	name, read := "standard input", func() ([]byte, error) { return io.ReadAll(p.stdin) }
	if len(args) == 1 && args[0] != "-" {
		name, read = args[0], func() ([]byte, error) { return os.ReadFile(args[0]) }
	}
	text, err := read()
	if err != nil {
		return saved.Request{}, exit.Usage(fmt.Sprintf("cannot read %s: %v", name, exit.Reason(err)), "name a file with the request, or pipe it in")
	}
	r, err := saved.ReadRequest(text)
	if err != nil {
		return saved.Request{}, exit.Usage(fmt.Sprintf("%s: %v", name, err), "pass raw HTTP, a curl command, a HAR or the output of hooktop show --json")
	}
	return r, nil
}

func (p *program) verify(s *config.Settings, r saved.Request, ignoreTime bool) error {
	sender := senderOf(s, r.Request)
	keys := s.Keyring(sender.Name(), os.Environ())
	d := webhook.Delivery{At: r.At, Request: r.Request}
	receiver.Judge(&d, sender, keys)
	v := d.Verdict
	if ignoreTime && (v.Code == webhook.TooOld || v.Code == webhook.TooNew) {
		v.Verified, v.Code, v.Title, v.Fix = true, "", "Signature verified, ignoring its time", ""
	}
	if err := p.printVerdict(s, v); err != nil || v.Verified {
		return err
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
