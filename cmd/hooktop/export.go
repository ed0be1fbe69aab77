package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/saved"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

// exporting says what to export, and how.
type exporting struct {
	page      query.Page // its filter, not its limits
	format    string
	out       string
	redact    bool
	withCodes bool
	to, as    string
	// signRejected signs deliveries that nothing vouches for, too.
	signRejected bool
}

func (p *program) exportCommand() *cobra.Command {
	var e exporting
	cmd := &cobra.Command{
		Use:   "export [FILTER]",
		Short: "Export deliveries as jsonl, HAR or a script of curl commands",
		Long: `Exports the deliveries that match a filter, oldest first:

  jsonl  everything that is stored, one object per line; hooktop import
         reads it back
  har    HAR 1.2, for browsers and other tools; forwards to the app are
         entries of their own
  curl   a script that sends each delivery again, re-signed: valid for five
         minutes. It leaves out deliveries whose signatures never verified,
         unless --sign-rejected is given
  clerk  lines as clerk webhooks listen --json prints them, for
         clerk webhooks verify --delivery

One-time codes, tokens, passwords and cookies are masked unless --with-codes
is given. --redact also masks e-mail addresses, names, phone numbers, pictures
and IP addresses. The original signature of a masked body no longer verifies.

` + filterHelp,
		Example: `hooktop export > deliveries.jsonl
hooktop export is:failed --redact --format har -o f.har
hooktop export '#42' --format curl --to 3000 | sh`,
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
			return p.reading(cmd, func(ctx context.Context, s *config.Settings, db *store.Store, _ *print.Output) error {
				return p.export(ctx, s, db, e, func(w io.Writer) saved.Writer { return unsigned(e.format, w) })
			})
		},
	}
	filterArguments(cmd)
	config.AddSigningFlags(cmd.Flags())
	config.AddTargetFlags(cmd.Flags())
	flags := cmd.Flags()
	flags.StringVar(&e.format, "format", "jsonl", "what to write")
	flags.StringVarP(&e.out, "output", "o", "-", "the file to write; - is standard output")
	flags.BoolVar(&e.redact, "redact", false, "also mask personal data")
	flags.BoolVar(&e.withCodes, "with-codes", false, "do not mask one-time codes, tokens and cookies")
	flags.StringVar(&e.to, "to", "", "with curl: the URL to send to; else your app, else hooktop")
	flags.BoolVar(&e.signRejected, "sign-rejected", false, "with curl: also sign deliveries that never verified")
	flags.StringVar(&e.as, "as", string(webhook.Same), "with curl: how to sign; see hooktop resend --help")
	config.NameValues(flags, "format", "jsonl|har|curl|clerk", "output", "FILE", "to", "URL", "as", "same|new|verbatim")
	config.HideFlags(flags, "forward-header", "insecure-forward", "no-color") // the script's curl sends, no secret goes into it, and nothing has colours
	config.Describe(flags, "json", "do not print how many were exported")
	return cmd
}

func (e *exporting) check(cmd *cobra.Command) error {
	switch e.format {
	case "jsonl", "har", "curl", "clerk":
	default:
		return exit.Usage(fmt.Sprintf("--format: unknown format %q", e.format), "choose jsonl, har, curl or clerk")
	}
	if e.redact && e.withCodes {
		return exit.Usage("--redact and --with-codes cannot be combined", "--redact masks more; --with-codes masks nothing")
	}
	for _, flag := range []string{"to", "as", "sign-rejected"} {
		if cmd.Flags().Changed(flag) && e.format != "curl" {
			return exit.Usage("--"+flag+" needs --format curl", "add --format curl")
		}
	}
	if err := checkMode(e.as); err != nil {
		return err
	}
	if !cmd.Flags().Changed("to") {
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
	return p.export(ctx, s, h.store, e, func(w io.Writer) saved.Writer { return h.curlScript(ctx, w, e) })
}

func (p *program) export(ctx context.Context, s *config.Settings, db *store.Store, e exporting, to func(io.Writer) saved.Writer) error {
	out, err := p.create(e.out)
	if err != nil {
		return err
	}
	defer out.discard()
	w := bufio.NewWriterSize(out, 64<<10)
	x, err := exportAll(ctx, db, e, to(w))
	if err = errors.Join(err, w.Flush()); err != nil {
		return err
	}
	if err := out.keep(); err != nil {
		return exit.Failure(fmt.Sprintf("cannot write %s: %v", e.out, exit.Reason(err)), "choose another file with --output")
	}
	if !s.JSON {
		p.stderr.Say("%s", print.OneLine(exportedText(x)))
	}
	return nil
}

// unsigned returns the writer of a format that signs nothing.
func unsigned(format string, w io.Writer) saved.Writer {
	switch format {
	case "har":
		return &saved.HAR{To: w, Version: releaseVersion()}
	case "clerk":
		return saved.ClerkLines{To: w}
	}
	return saved.JSONLines{To: w}
}

// curlScript returns the writer of a script that sends to the app that --to names,
// else to the app that the delivery goes on to, else to hooktop itself.
func (h *hooktop) curlScript(ctx context.Context, w io.Writer, e exporting) saved.Writer {
	self := ""
	if e.to == "" {
		self = "http://" + h.settings.Addr
		if door, ok := running.On(ctx, h.store); ok {
			self = door.URL
		}
	}
	app := func(d webhook.Delivery) string {
		if targets := h.forwarder.Targets(d); e.to == "" && len(targets) > 0 {
			return targets[0]
		}
		return e.to
	}
	how := webhook.Resending{Mode: webhook.Mode(e.as), SignRejected: e.signRejected}
	return &saved.CurlScript{
		To: w, Mode: how.Mode, Now: time.Now(),
		Target: func(d webhook.Delivery) string { return h.sendsTo(app(d), self, d) },
		Header: func(d webhook.Delivery) (http.Header, error) {
			original, err := h.store.Delivery(ctx, d.ID) // a masked one does not verify
			if err != nil {
				return nil, err
			}
			if original.Bytes != int64(len(original.Body)) {
				return nil, errors.New("its body was not stored")
			}
			return h.forwarder.SignedAs(ctx, original, d.Header, d.Body, how, app(d))
		},
	}
}

// sendsTo returns the URL that a delivery is sent to: an app's, as a forward goes
// to it, or without an app hooktop's own at self.
func (h *hooktop) sendsTo(app, self string, d webhook.Delivery) string {
	if app != "" {
		return receiver.Endpoints(h.receiver.Endpoints).TargetFor(app, d.Provider)
	}
	return self + cmp.Or(h.settings.Paths[d.Provider], h.settings.ClerkPath())
}

// exportAll writes the deliveries that match and were there at the start. It
// holds one at a time in memory.
func exportAll(ctx context.Context, db *store.Store, e exporting, to saved.Writer) (*saved.Exporter, error) {
	x := &saved.Exporter{Writer: to}
	if !e.withCodes {
		x.Mask = saved.NewMasker(e.redact)
	}
	if err := x.Begin(); err != nil {
		return x, err
	}
	return x, errors.Join(addAll(ctx, db, e.page, x), x.End())
}

// addAll exports what a page wants, oldest first.
func addAll(ctx context.Context, db *store.Store, page query.Page, x *saved.Exporter) error {
	page.OldestFirst = true
	for d, err := range db.All(ctx, page) {
		if err != nil {
			return err
		}
		d, err := db.Delivery(ctx, d.ID)
		if errors.Is(err, webhook.ErrNotFound) {
			continue // retention removed it meanwhile
		}
		if err != nil {
			return err
		}
		if err := x.Add(d); err != nil {
			return err
		}
	}
	return nil
}

// exportedText says what an export came to.
func exportedText(x *saved.Exporter) string {
	text := fmt.Sprintf("exported %d", x.Written)
	switch {
	case x.Left == 1:
		text += fmt.Sprintf(", left out 1: %v", x.Why)
	case x.Left > 1:
		text += fmt.Sprintf(", left out %d, the first because %v", x.Left, x.Why)
	}
	switch {
	case x.Masked == 1:
		text += "; 1 body was masked; its original signature no longer verifies"
	case x.Masked > 1:
		text += fmt.Sprintf("; %d bodies were masked; their original signatures no longer verify", x.Masked)
	}
	return text
}

// outFile appears complete or not at all; standard output is written directly.
type outFile struct {
	io.Writer
	temporary *os.File
	name      string
}

func (p *program) create(name string) (*outFile, error) {
	if name == "-" || name == "" {
		return &outFile{Writer: p.stdout.Data()}, nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".hooktop-export-*")
	if err != nil {
		return nil, exit.Usage(fmt.Sprintf("cannot write %s: %v", name, exit.Reason(err)), "choose another file with --output")
	}
	return &outFile{f, f, name}, nil
}

// keep puts the file in place, readable only by its user.
func (o *outFile) keep() error {
	if o.temporary == nil {
		return nil
	}
	if err := o.temporary.Close(); err != nil {
		return err
	}
	return os.Rename(o.temporary.Name(), o.name)
}

// discard removes a file that was not kept; a leftover is harmless.
func (o *outFile) discard() {
	if o.temporary != nil {
		_ = o.temporary.Close()
		_ = os.Remove(o.temporary.Name())
	}
}
