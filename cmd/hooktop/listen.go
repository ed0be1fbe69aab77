package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui"
	"github.com/hooktop/hooktop/tui/text"
	"github.com/hooktop/hooktop/tunnel"
)

func (p *program) listenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "listen [-- COMMAND [ARG...]]",
		Short: "Receive without the dashboard: a line a delivery",
		Long: "Receives, verifies and keeps deliveries, and prints a line for each; with --json an object a line,\n" +
			"the first of them {\"kind\":\"ready\",…} once the address accepts connections.\n\n" +
			"After -- stands a command that is run meanwhile: started once the address accepts connections, with\n" +
			"HOOKTOP_URL, HOOKTOP_WEBHOOK_URL_CLERK and HOOKTOP_DB in its environment. Signals are passed on to it;\n" +
			"hooktop ends when it does, and with its exit code. Stdout is the command's then, and the lines go to\n" +
			"stderr; with --json it is the other way round.",
		Example: "hooktop listen --json --addr 127.0.0.1:0\nhooktop listen --local\nhooktop listen --local --forward-to 3000 -- npm test",
		Args: func(cmd *cobra.Command, args []string) error {
			switch cmd.ArgsLenAtDash() {
			case -1:
				return noArguments(cmd, args)
			case 0:
				if len(args) > 0 {
					return nil
				}
				return exit.Usage("after -- stands no command", "hooktop listen -- npm run dev runs it while hooktop receives")
			default:
				return noArguments(cmd, args[:cmd.ArgsLenAtDash()])
			}
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := config.Resolve(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			c, err := p.companionOf(s, args)
			if err != nil {
				return err
			}
			return p.listen(cmd.Context(), s, mayBeLocal(cmd), c)
		},
	}
	config.AddReceiveFlags(cmd.Flags())
	return cmd
}

// listen receives until ctx ends or, where there is one, until the command does
// that runs beside it.
func (p *program) listen(ctx context.Context, s *config.Settings, mayBeLocal bool, beside *companion) error {
	if s.Secrets.Empty() && !mayBeLocal {
		return exit.Usage("no signing secret: CLERK_WEBHOOK_SECRET is not set", "put CLERK_WEBHOOK_SECRET=whsec_… into .env.local, or add --local to work offline with a secret of hooktop's own")
	}
	h, err := p.begin(ctx, s, s.Keep)
	if err != nil {
		return err
	}
	defer h.store.Close() //nolint:errcheck // every answer was given after its commit
	f := &feed{store: h.store, w: p.colour(beside.lines(p), s), json: s.JSON, paths: s.ShownPaths()}
	if s.JSON {
		f.w = p.stdout
	}
	if err := f.startAtEnd(ctx); err != nil {
		return err
	}
	if err := h.start(ctx); err != nil {
		return err
	}
	begin := func() error { return nil }
	if beside != nil {
		interrupted := ctx
		ctx = beside.receiving(ctx)
		begin = func() error { return beside.start(interrupted, h) }
	}
	printing := make(chan error, 1)
	go func() { printing <- p.follow(ctx, h, f, begin) }()
	err, stuck := untilEnd(ctx, printing)
	if errors.Is(err, context.Canceled) { // in the middle of a look: what ended it says more
		err = context.Cause(ctx)
	}
	beside.end()
	h.stop()
	p.reportTroubles(h)
	if !stuck { // what was answered on the way out
		go func() { printing <- f.pull(context.WithoutCancel(ctx)) }()
		select {
		case last := <-printing:
			if err == nil {
				err = last
			}
		case <-time.After(patience):
		}
	}
	if !s.JSON {
		fmt.Fprintf(p.stderr, "everything is kept in %s\n", s.DB) //nolint:errcheck // the last word
	}
	return err
}

// untilEnd waits for the printing to end: by itself, or soon after ctx has. A
// reader that no longer reads must not keep hooktop from ending.
func untilEnd(ctx context.Context, printing <-chan error) (err error, stuck bool) {
	select {
	case err = <-printing:
		return err, false
	case <-ctx.Done():
	}
	select {
	case err = <-printing:
		return err, false
	case <-time.After(patience):
		return context.Cause(ctx), true
	}
}

// follow prints what arrives until ctx ends or the tunnel that was asked for
// fails. Once it has said that hooktop is ready it calls begin.
func (p *program) follow(ctx context.Context, h *hooktop, f *feed, begin func() error) error {
	if err := f.ready(h); err != nil {
		return err
	}
	for _, notice := range h.noticed() {
		fmt.Fprintln(p.stderr, "note:", text.Printable(notice)) //nolint:errcheck // a word aside
	}
	told := appNotes{}
	if err := begin(); err != nil {
		return err
	}
	var again repeats
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-h.store.Changed():
			if err := f.pull(ctx); err != nil {
				return err
			}
		case <-h.public.moved:
			status := h.tunnelStatus()
			if err := f.tunnel(status); err != nil {
				return err
			}
			if status.State == tunnel.Failed && h.settings.Tunnel == "ngrok" {
				return exit.Failure("the tunnel failed: "+status.Err, status.Fix)
			}
		case n := <-h.news:
			p.tellNews(n)
		case <-h.health.Changed():
			for _, note := range told.next(h.apps()) {
				fmt.Fprintln(p.stderr, "note:", text.Printable(note)) //nolint:errcheck // likewise
			}
		case err := <-h.troubles:
			if again.new(err) {
				report(p.stderr, err)
			}
		}
	}
}

// tellNews says what changed by itself, and what can be done now.
func (p *program) tellNews(n tui.News) {
	text := text.Printable(n.Text)
	if n.Rejected > 0 {
		text += fmt.Sprintf("; hooktop reverify judges %d rejected again", n.Rejected)
	}
	fmt.Fprintln(p.stderr, "note:", text) //nolint:errcheck // a word aside
}

// repeats keeps a full disk from being told for every delivery.
type repeats struct {
	text string
	at   time.Time
}

// new says whether an error is another one than the last, or that one's again
// after a while.
func (r *repeats) new(err error) bool {
	const while = 5 * time.Second
	if err.Error() == r.text && time.Since(r.at) < while {
		return false
	}
	r.text, r.at = err.Error(), time.Now()
	return true
}

// feed prints what reaches the database, in order, by reading what is new in
// it: however slow its reader is, no delivery waits for it and none is left
// out. What another process adds comes, too.
type feed struct {
	store             *store.Store
	w                 io.Writer
	json              bool
	delivery, forward int64 // the last that were printed
	state             tunnel.State
	paths             []string // of the endpoints that are told of
}

// startAtEnd leaves out what is there already.
func (f *feed) startAtEnd(ctx context.Context) (err error) {
	f.delivery, f.forward, err = f.store.Latest(ctx)
	return err
}

func (f *feed) ready(h *hooktop) error {
	status := h.tunnelStatus()
	urls := map[string]string{}
	for _, e := range h.receiver.Endpoints {
		urls[e.Provider.Name()] = h.receiver.Door.URL + e.Path
	}
	if f.json {
		return ndjson.Write(f.w, readyLine{"ready", h.receiver.Door.URL, urls, ndjson.Null(h.publicURL()), status.State})
	}
	lines := "receiving at " + f.addresses(h.receiver.Door.URL, len("receiving at ")) + "\n"
	switch {
	case h.settings.PublicURL != "":
		lines += "public URL   " + f.addresses(h.settings.PublicURL, len("public URL   ")) + "\n"
	case h.tunnel() == nil:
		_, why := h.public.closed()
		lines += fmt.Sprintf("tunnel       off: %s\n", strings.TrimPrefix(why, "off "))
	}
	if h.settings.Secrets.Local() {
		lines += "local mode   no signing secret: run hooktop trigger user.created for a signed test event\n"
	}
	for _, app := range h.apps() {
		lines += fmt.Sprintf("forward to   %s\n", text.Printable(app.Route))
	}
	if h.users != nil {
		lines += fmt.Sprintf("users-db     %s\n", text.Printable(h.users.target.String()))
	}
	_, err := io.WriteString(f.w, lines)
	return err
}

// addresses are the endpoints below a base URL, one a line, all but the first
// indented.
func (f *feed) addresses(base string, indent int) string {
	lines := make([]string, len(f.paths))
	for i, path := range f.paths {
		lines[i] = print.Good.Render(text.Printable(base + path))
	}
	return strings.Join(lines, "\n"+strings.Repeat(" ", indent))
}

// tunnel prints a change of the tunnel's state; heartbeats alone are none.
func (f *feed) tunnel(s tunnel.Status) error {
	if s.State == f.state {
		return nil
	}
	f.state = s.State
	if f.json {
		return ndjson.Write(f.w, tunnelObject(s))
	}
	line := fmt.Sprintf("tunnel       %s", s.State)
	switch {
	case s.State == tunnel.Live:
		line += " at " + f.addresses(s.URL, len("tunnel       live at "))
	case s.Err != "":
		line += ": " + print.Bad.Render(text.Printable(s.Err))
		if s.Fix != "" {
			line += "\n             fix: " + text.Printable(s.Fix)
		}
	}
	_, err := fmt.Fprintln(f.w, line)
	return err
}

// pull prints what is new. A delivery comes before its forwards.
func (f *feed) pull(ctx context.Context) error {
	for {
		deliveries, forwards, err := f.store.Since(ctx, f.delivery, f.forward, window)
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			f.delivery = d.ID
			if err := f.print(ndjson.NewDelivery(d), print.DeliveryLine(d)); err != nil {
				return err
			}
		}
		for _, sent := range forwards {
			if sent.DeliveryID > f.delivery {
				break // its delivery comes with the next window
			}
			f.forward = sent.ID
			if err := f.print(ndjson.NewForward(sent), print.ForwardLine(sent)); err != nil {
				return err
			}
		}
		if len(deliveries) < window && len(forwards) < window {
			return nil
		}
	}
}

func (f *feed) print(object any, text string) error {
	if f.json {
		return ndjson.Write(f.w, object)
	}
	_, err := fmt.Fprintln(f.w, text)
	return err
}
