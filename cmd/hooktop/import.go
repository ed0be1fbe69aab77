package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

func (p *program) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import [FILE|-]",
		Short: "Read deliveries from a file: hooktop's own, a HAR, clerk webhooks listen --json",
		Long: "Keeps the deliveries of a file: what hooktop export writes as jsonl, a HAR, or lines of JSON with headers and\n" +
			"body, such as clerk webhooks listen --json prints. Each is judged with the secrets of today, as of the time\n" +
			"when it was received; those that verify are applied to the users. What is there already is left alone, so a\n" +
			"file may be imported twice. Of hooktop's own the answers and the forwards come back, too.\n\n" +
			"A line that cannot be read is an error, and the others are imported; exit code 1.",
		Example: "hooktop import deliveries.jsonl\nclerk webhooks listen --json | hooktop import",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exit.Usage("import takes one file", "or none, or -, for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := config.Resolve(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			in, name := p.stdin, "standard input"
			if len(args) == 1 && args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return exit.Usage(fmt.Sprintf("cannot read %s: %v", args[0], exit.Reason(err)), "name a file with deliveries, or pipe it in")
				}
				defer f.Close() //nolint:errcheck // nothing was written
				in, name = f, args[0]
			}
			return p.bring(cmd.Context(), s, in, name)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	config.AddStripeFlags(cmd.Flags())
	config.AddMaxBodyFlag(cmd.Flags())
	return cmd
}

// importAtOnce is how many deliveries are stored in one commit: a sender that
// comes meanwhile waits for that long.
const importAtOnce = 64

// bringing is an import under way.
type bringing struct {
	program  *program
	settings *config.Settings
	hooktop  *hooktop
	importer receiver.Importer

	batch []*webhook.Imported
	was   []int64 // the ids that the batch had in the file, 0 for none
	// ids are the deliveries' here, by those in the file.
	ids map[int64]int64

	new, known, verified, masked, bad int
	// other are the entries that are no deliveries, by what they are.
	other map[string]int
}

func (p *program) bring(ctx context.Context, s *config.Settings, in io.Reader, name string) error {
	h, err := p.begin(ctx, s, 0)
	if err != nil {
		return err
	}
	defer p.close(h)
	b := &bringing{
		program: p, settings: s, hooktop: h, ids: map[int64]int64{}, other: map[string]int{},
		importer: receiver.Importer{Endpoints: s.Endpoints(), Keys: func(provider string) webhook.Keyring { return s.Keyring(provider, os.Environ()) }},
	}
	err = eachFiled(in, s.MaxBody, func(f filed, place string, err error) error {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		return b.take(ctx, f, place, err)
	})
	if err == nil {
		err = b.flush(ctx)
	}
	if !s.JSON {
		fmt.Fprintln(p.stderr, b) //nolint:errcheck // what was done is done
	}
	if err != nil {
		return err
	}
	if b.bad > 0 {
		return exit.Failure(fmt.Sprintf("%d in %s could not be imported", b.bad, name), "see above; the others were")
	}
	return nil
}

// badSaid is how many of those that cannot be read are said one by one.
const badSaid = 20

// take judges what was read and puts it to the others. What cannot be read is
// said, and is no end.
func (b *bringing) take(ctx context.Context, f filed, place string, unread error) error {
	var none *notDelivery
	switch {
	case errors.As(unread, &none):
		b.other[none.what]++
		return nil
	case unread != nil:
		if b.bad++; b.bad <= badSaid {
			fmt.Fprintf(b.program.stderr, "error: %s: %s\n", place, text.OneLine(unread.Error())) //nolint:errcheck // a word on the way
		}
		return nil
	}
	m := &f.Imported
	if f.parent != 0 {
		if err := b.flush(ctx); err != nil { // it may be among those
			return err
		}
		m.ParentID = b.ids[f.parent]
	}
	if f.sent {
		b.importer.Sent(m)
		if err := b.likeItsParent(ctx, m); err != nil {
			return err
		}
	} else if !b.importer.Judge(m, f.verdict, f.masked) {
		b.other["nothing that a provider sends here"]++
		return nil
	}
	if f.masked {
		b.masked++
	}
	b.batch, b.was = append(b.batch, m), append(b.was, f.id)
	if len(b.batch) < importAtOnce {
		return nil
	}
	return b.flush(ctx)
}

// likeItsParent has a resend to an app speak of the user that the delivery
// speaks of which it resent, as far as that is here.
func (b *bringing) likeItsParent(ctx context.Context, m *webhook.Imported) error {
	if m.ParentID == 0 {
		return nil
	}
	parent, err := b.hooktop.store.Delivery(ctx, m.ParentID)
	if errors.Is(err, webhook.ErrNotFound) {
		return nil // it was let go already
	}
	m.UserID, m.Email = parent.UserID, parent.Email
	return err
}

func (b *bringing) flush(ctx context.Context) error {
	if len(b.batch) == 0 {
		return nil
	}
	if err := b.hooktop.store.Import(ctx, b.batch); err != nil {
		return err
	}
	for i, m := range b.batch {
		if b.was[i] != 0 {
			b.ids[b.was[i]] = m.ID
		}
		if m.Known {
			b.known++
			continue
		}
		b.new++
		if m.Verdict.Verified {
			b.verified++
		}
		if b.settings.JSON {
			if err := ndjson.Write(b.program.stdout, ndjson.NewDelivery(m.Delivery)); err != nil {
				return err
			}
		}
	}
	b.batch, b.was = b.batch[:0], b.was[:0]
	return nil
}

// String says what it came to.
func (b *bringing) String() string {
	parts := []string{fmt.Sprintf("imported %d: %d verified, %d not", b.new, b.verified, b.new-b.verified)}
	if b.masked > 0 {
		parts = append(parts, fmt.Sprintf("of %d the body was masked in the export, so that its signature cannot hold", b.masked))
	}
	if b.known > 0 {
		parts = append(parts, fmt.Sprintf("%d were there already", b.known))
	}
	if text := b.others(); text != "" {
		parts = append(parts, text)
	}
	return text.Printable(strings.Join(parts, "; "))
}

// others says how many entries are no deliveries, and what they are.
func (b *bringing) others() string {
	n := 0
	var kinds []string
	for _, what := range slices.Sorted(maps.Keys(b.other)) {
		kind := what
		if b.other[what] > 1 {
			kind += fmt.Sprintf(" ×%d", b.other[what])
		}
		n, kinds = n+b.other[what], append(kinds, kind)
	}
	const named = 4
	if len(kinds) > named {
		kinds = append(kinds[:named], "…")
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "1 is no delivery: " + kinds[0]
	}
	return fmt.Sprintf("%d are no deliveries: %s", n, strings.Join(kinds, ", "))
}
