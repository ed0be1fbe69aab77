package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui/text"
)

// exporting is what is exported, and how.
type exporting struct {
	page      query.Page // as far as it says what, not how much
	format    string
	out       string
	redact    bool
	withCodes bool
	to, as    string
}

// exporter writes deliveries in a format, one by one. What add gives a leftOut
// for is not in what it wrote, and is no failure.
type exporter interface {
	begin() error
	add(d webhook.Delivery, masked bool) error
	end() error
}

// leftOut says why a delivery cannot be exported in a format.
type leftOut struct{ why string }

func (l *leftOut) Error() string { return l.why }

// exported counts what an export came to.
type exported struct {
	count, hidden, out int
	why                string // the first was left out
}

func (p *program) exportCommand() *cobra.Command {
	var e exporting
	cmd := &cobra.Command{
		Use:   "export [FILTER]",
		Short: "Write deliveries to a file: jsonl, HAR or a script of curl commands",
		Long: "Writes the deliveries that a filter wants, oldest first:\n\n" +
			"  jsonl  all that is kept of each, an object a line; hooktop import reads it back\n" +
			"  har    HAR 1.2, for browsers and other tools; what went on to the app are entries of their own\n" +
			"  curl   a script that sends each again, signed afresh: it runs for five minutes\n\n" +
			"One-time codes, tokens, passwords and cookies are masked, unless --with-codes is given. --redact masks\n" +
			"e-mail addresses, names, phone numbers, pictures and IP addresses as well. A body that was masked no longer\n" +
			"has the signature that it came with.\n\n" + filterHelp,
		Example: "hooktop export > deliveries.jsonl\n" +
			"hooktop export 'is:failed since:1d' --redact --format har -o failures.har\n" +
			"hooktop export '#42' --format curl --to http://localhost:3000/api/webhooks/clerk | sh",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if e.page.Filter, err = parseFilter(args); err != nil {
				return err
			}
			if err := e.check(cmd); err != nil {
				return err
			}
			if e.format == "curl" { // which signs
				s, err := config.Resolve(cmd.Flags(), p.getenv)
				if err != nil {
					return err
				}
				return p.exportSigned(cmd.Context(), s, e)
			}
			return p.reading(cmd, func(ctx context.Context, s *config.Settings, db *store.Store, _ io.Writer) error {
				return p.export(ctx, s, db, e, func(w io.Writer) exporter {
					if e.format == "har" {
						return &harFile{w: w}
					}
					return jsonLines{w}
				})
			})
		},
	}
	filterArguments(cmd)
	config.AddSigningFlags(cmd.Flags())
	config.AddForwardFlags(cmd.Flags())
	flags := cmd.Flags()
	flags.StringVar(&e.format, "format", "jsonl", "jsonl, har or curl")
	flags.StringVarP(&e.out, "output", "o", "-", "the file; -: standard output")
	flags.BoolVar(&e.redact, "redact", false, "mask personal data, too")
	flags.BoolVar(&e.withCodes, "with-codes", false, "do not mask one-time codes, tokens and cookies")
	flags.StringVar(&e.to, "to", "", "with curl: the URL to send to (default: the app, else hooktop)")
	flags.StringVar(&e.as, "as", string(webhook.Same), "with curl: same, new or verbatim; see hooktop resend")
	return cmd
}

func (e *exporting) check(cmd *cobra.Command) error {
	switch e.format {
	case "jsonl", "har", "curl":
	default:
		return exit.Usage(fmt.Sprintf("--format: there is no format %q", e.format), "choose jsonl, har or curl")
	}
	if e.redact && e.withCodes {
		return exit.Usage("--redact masks what --with-codes keeps", "choose one of them")
	}
	for _, flag := range []string{"to", "as"} {
		if cmd.Flags().Changed(flag) && e.format != "curl" {
			return exit.Usage("--"+flag+" is for curl commands", "add --format curl")
		}
	}
	if err := checkMode(e.as); err != nil {
		return err
	}
	if e.to == "" {
		return nil
	}
	u, err := parseTo(e.to)
	if err != nil {
		return err
	}
	e.to = u.String()
	return nil
}

// exportSigned writes a script.
func (p *program) exportSigned(ctx context.Context, s *config.Settings, e exporting) error {
	h, err := p.beginExisting(ctx, s)
	if err != nil {
		return err
	}
	defer p.close(h)
	return p.export(ctx, s, h.store, e, func(w io.Writer) exporter { return h.curlScript(ctx, w, e) })
}

func (p *program) export(ctx context.Context, s *config.Settings, db *store.Store, e exporting, to func(io.Writer) exporter) error {
	out, err := p.create(e.out)
	if err != nil {
		return err
	}
	defer out.discard()
	w := bufio.NewWriterSize(out, 64<<10)
	sum, err := exportAll(ctx, db, e, to(w))
	if err = errors.Join(err, w.Flush()); err != nil {
		return err
	}
	if err := out.keep(); err != nil {
		return exit.Failure(fmt.Sprintf("cannot write %s: %v", e.out, exit.Reason(err)), "choose another file with --output")
	}
	if !s.JSON {
		fmt.Fprintln(p.stderr, text.Printable(sum.String())) //nolint:errcheck // what was done is done
	}
	return nil
}

// exportAll writes what the filter wants and was there at the start. One
// delivery at a time is in memory.
func exportAll(ctx context.Context, db *store.Store, e exporting, to exporter) (sum exported, err error) {
	if err := to.begin(); err != nil {
		return sum, err
	}
	mask := newMasker(e.redact)
	err = eachIn(ctx, db, e.page, true, func(d webhook.Delivery) error {
		d, err := db.Delivery(ctx, d.ID)
		if errors.Is(err, webhook.ErrNotFound) {
			return nil // it was let go meanwhile
		}
		if err != nil {
			return err
		}
		masked := !e.withCodes && mask.delivery(&d)
		err = to.add(d, masked)
		var left *leftOut
		switch {
		case errors.As(err, &left):
			if sum.out++; sum.out == 1 {
				sum.why = left.why
			}
			return nil
		case masked:
			sum.hidden++
		}
		sum.count++
		return err
	})
	return sum, errors.Join(err, to.end())
}

func (e exported) String() string {
	text := fmt.Sprintf("exported %d", e.count)
	switch {
	case e.out == 1:
		text += ", left out 1: " + e.why
	case e.out > 1:
		text += fmt.Sprintf(", left out %d, the first because %s", e.out, e.why)
	}
	if e.hidden > 0 {
		text += fmt.Sprintf("; of %d the body is masked, and the signature that it came with no longer holds", e.hidden)
	}
	return text
}

// jsonLines are what show --json prints, and whether the body was masked.
type jsonLines struct{ w io.Writer }

type exportLine struct {
	ndjson.Whole
	Masked bool `json:"masked"`
}

func (j jsonLines) begin() error { return nil }
func (j jsonLines) end() error   { return nil }

func (j jsonLines) add(d webhook.Delivery, masked bool) error {
	return ndjson.Write(j.w, exportLine{ndjson.NewWhole(d), masked})
}

// outFile is written whole or not at all; standard output as it comes.
type outFile struct {
	io.Writer
	temporary *os.File
	name      string
}

func (p *program) create(name string) (*outFile, error) {
	if name == "-" || name == "" {
		return &outFile{Writer: p.stdout}, nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".hooktop-export-*")
	if err != nil {
		return nil, exit.Usage(fmt.Sprintf("cannot write %s: %v", name, exit.Reason(err)), "choose another file with --output")
	}
	return &outFile{f, f, name}, nil
}

// keep puts the file in its place, readable by its user alone.
func (o *outFile) keep() error {
	if o.temporary == nil {
		return nil
	}
	if err := o.temporary.Close(); err != nil {
		return err
	}
	return os.Rename(o.temporary.Name(), o.name)
}

// discard removes what was not kept; a leftover is harmless.
func (o *outFile) discard() {
	if o.temporary != nil {
		_ = o.temporary.Close()
		_ = os.Remove(o.temporary.Name())
	}
}
