package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/kept"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/saved"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func (p *program) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import [FILE|-]",
		Short: "Import deliveries from jsonl, HAR or another listener's output",
		Long: `Imports the deliveries of a file: what hooktop export writes as jsonl, a HAR,
JSON with headers and body, such as clerk webhooks listen --json, ngrok's
inspector or a function's event, raw HTTP, commands such as curl's, or a CSV
export of webhook.site; in UTF-8 or UTF-16, or packed with gzip.

Each is verified with the current secrets, but against the time when it was
received; those that verify are applied to the users. Deliveries that are
already there are left alone, so a file can be imported twice. From hooktop's
own files, the answers and forwards are imported as well.

A file may have any size and is read as a stream: each entry may have 64 MiB and
eight times --max-body. A pipe that is named may stay silent for 10 seconds,
standard input for as long as it likes; ctrl+c ends the import.

An entry that cannot be imported is an error; the others are imported, and the
exit code is 1. It is also 1 if there is no delivery in the file, and 2 if the
file cannot be read.`,
		Example: `hooktop import deliveries.jsonl
clerk webhooks listen --json | hooktop import`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exit.Usage("import takes one file", "pass one file, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := p.resolve(cmd, config.Keeps)
			if err != nil {
				return err
			}
			in, err := p.openInput(cmd.Context(), first(args), imported, "name a file with deliveries, or pipe it in")
			if err != nil {
				return err
			}
			defer in.Close() //nolint:errcheck // it was only read from
			return p.importFrom(cmd.Context(), s, in, in.name)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	config.AddStripeFlags(cmd.Flags())
	config.AddMaxBodyFlag(cmd.Flags())
	config.HideFlags(cmd.Flags(), "no-color") // nothing has colours
	return cmd
}

// shownErrors is how many entries that cannot be imported are shown one by one.
const shownErrors = 20

// importFrom imports a file, which name is of.
func (p *program) importFrom(ctx context.Context, s *config.Settings, in io.Reader, name string) error {
	h, err := p.begin(ctx, s, 0)
	if err != nil {
		return err
	}
	defer p.close(h)
	refused, noted := 0, 0
	i := saved.Importer{
		Store: h.store, MaxBody: s.MaxBody, Now: time.Now, Folder: filepath.Dir(name),
		Verify: receiver.Importer{Endpoints: s.Endpoints(), Keys: func(provider string) webhook.Keyring { return s.Keyring(provider, os.Environ()) }},
		Imported: func(d webhook.Delivery) error {
			if !s.JSON {
				return nil
			}
			return p.stdout.Object(ndjson.NewDelivery(d))
		},
		Noted: func(place, text string) {
			if noted++; noted <= shownErrors {
				p.stderr.Say("note: %s: %s", place, print.OneLine(text))
			}
		},
		Refused: func(place string, err error) {
			if refused++; refused <= shownErrors {
				p.stderr.Say("error: %s: %s", place, print.OneLine(err.Error()))
			}
		},
	}
	sum, err := i.Run(ctx, in)
	var unread *saved.UnreadError
	if errors.As(err, &unread) && sum.Total() == 0 && ctx.Err() == nil {
		return exit.Usage(fmt.Sprintf("%s: %v", name, print.OneLine(err.Error())), unread.Fix())
	}
	if !s.JSON {
		p.stderr.Say("%s", print.Imported(sum))
		if over, err := h.store.Retention(ctx); err == nil && kept.OverAfter(over) != "" {
			p.stderr.Say("note: %s", kept.OverAfter(over))
		}
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return err
	case sum.Refused > 0:
		return exit.Failure(fmt.Sprintf("%d in %s could not be imported", sum.Refused, name), "see the errors above; the others were imported")
	case sum.New+sum.Known == 0:
		return exit.Failure(fmt.Sprintf("%s has no delivery to import", name), "pass requests with their headers and bodies, as hooktop export, a HAR or clerk webhooks listen --json has them")
	}
	return nil
}
