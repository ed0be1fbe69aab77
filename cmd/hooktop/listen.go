package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/child"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/kept"
	"github.com/hooktop/hooktop/cmd/hooktop/live"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/cmd/hooktop/readyfile"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/tui"
	"github.com/hooktop/hooktop/tui/text"
	"github.com/hooktop/hooktop/tunnel"
)

func (p *program) listenCommand() *cobra.Command {
	var readyPath string
	cmd := &cobra.Command{
		Use:   "listen [flags] [-- COMMAND [ARG...]]",
		Short: "Receive without the dashboard, printing a line per delivery",
		Long: `Receives, verifies and keeps deliveries, and prints a line for each. With
--json it prints objects, the first one {"kind":"ready",…} once it accepts
connections.

With --register and CLERK_SECRET_KEY it needs no signing secret: it registers
the public URL as an endpoint at Clerk and reads that endpoint's secret.

A tunnel that --tunnel names must open: if it fails before it was ever
live, listen ends with exit code 1. One that fails later is reported, and
hooktop goes on receiving at the local address. It asks on a terminal before
the relay is first used; without one, pass --yes.

When nobody reads its output any more, as after listen --json | head -1, it
ends with exit code 0. A slow reader holds up no delivery.

If there is a command after --, runs it once hooktop accepts connections, with
HOOKTOP_URL, HOOKTOP_WEBHOOK_URL_CLERK and HOOKTOP_DB in its environment.
hooktop passes signals on to it, ends when it does and returns its exit code.
Stdout is then the command's, and hooktop's lines go to stderr; with --json it
is the other way round.

--ready-file names a file that appears once hooktop accepts connections and
goes when it ends. It holds the object that --json prints first.`,
		Example: `hooktop listen --json --addr 127.0.0.1:0
hooktop listen --local
hooktop listen --local --forward-to 3000 -- npm test`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch cmd.ArgsLenAtDash() {
			case -1:
				return noArguments(cmd, args)
			case 0:
				if len(args) > 0 {
					return nil
				}
				return exit.Usage("no command after --", "put one there, such as hooktop listen -- npm run dev, and it runs while hooktop receives")
			default:
				return noArguments(cmd, args[:cmd.ArgsLenAtDash()])
			}
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ready, err := readyfile.New(readyPath) // first: one of an earlier run says what is not so
			if err != nil {
				return err
			}
			s, err := p.resolve(cmd, config.Receives)
			if err != nil {
				return err
			}
			streams := child.Streams{In: p.stdin, Out: p.stdout.Stream(), Err: p.stderr.Stream(), Terminal: print.IsTerminal(p.stdin)}
			if s.JSON { // stdout is for objects alone
				streams.Out = streams.Err
			}
			c, err := child.New(args, streams, stopTimeout)
			if err != nil {
				return err
			}
			return p.listen(cmd.Context(), s, mayBeLocal(cmd), c, ready)
		},
	}
	config.AddReceiveFlags(cmd.Flags())
	cmd.Flags().StringVar(&readyPath, "ready-file", "", "create this file once connections are accepted")
	config.NameValues(cmd.Flags(), "ready-file", "PATH")
	return cmd
}

// listen receives until ctx ends or, where there is one, until the command does
// that runs beside it.
func (p *program) listen(ctx context.Context, s *config.Settings, mayBeLocal bool, beside *child.Process, ready *readyfile.File) error {
	if err := canListen(s, mayBeLocal); err != nil {
		return err
	}
	h, err := p.begin(ctx, s, s.Keep.Deliveries)
	if err != nil {
		return err
	}
	defer h.store.Close() //nolint:errcheck // every answer was given after its commit
	defer print.SurvivePipes()()
	f := &live.Printer{Store: h.store, Out: p.stdout, JSON: s.JSON, Shown: s.Shown, App: s.App}
	if beside != nil && !s.JSON { // the command has stdout for itself
		f.Out = p.stderr
	} else {
		ctx = p.stdout.WhileRead(ctx)
	}
	if s.NoColor && !s.JSON {
		f.Out = f.Out.WithoutColor()
	}
	if err := f.StartAtEnd(ctx); err != nil {
		return err
	}
	if err := p.confirmLimits(ctx, h); err != nil {
		return err
	}
	if err := h.public.Ask(ctx, p.user().AboutRelay()); err != nil {
		return err
	}
	if err := h.start(ctx); err != nil {
		return err
	}
	needsSecret := s.Secrets.Local() && !mayBeLocal // it is still to be read
	if needsSecret && !h.public.IsOpen() && s.PublicURL == "" {
		h.stop()
		_, why := h.public.WhyClosed()
		return exit.Usage("--register needs a public URL, and there is none: "+why, "add --tunnel relay --yes, set NGROK_AUTHTOKEN, or name your own tunnel with --public-url")
	}
	// The URL of a relay is as good as its token.
	begin := func() error { return ready.Write(h.readyObject(), h.public.Snapshot().Kind == public.Relay) }
	if beside != nil {
		interrupted, announce := ctx, begin
		ctx = beside.Receiving(ctx)
		begin = func() error {
			if err := announce(); err != nil {
				return err
			}
			return beside.Start(interrupted, h.childVariables())
		}
	}
	printing := make(chan error, 1)
	go func() { printing <- p.follow(ctx, h, f, needsSecret, begin) }()
	err, stuck := untilEnd(ctx, printing)
	if errors.Is(err, context.Canceled) { // in the middle of a look: what ended it says more
		err = context.Cause(ctx)
	}
	if print.Unread(err) {
		p.stderr.Say("note: nobody reads the output any more, so hooktop ended")
		err, stuck = nil, true
	}
	beside.End()
	ready.Remove()
	h.stop()
	p.reportTroubles(h)
	if !stuck { // what was answered on the way out
		go func() { printing <- f.Pull(context.WithoutCancel(ctx)) }()
		select {
		case last := <-printing:
			if err == nil {
				err = last
			}
		case <-time.After(stopTimeout):
		}
	}
	if !s.JSON {
		p.stderr.Say("deliveries are stored in %s", s.DB)
	}
	return err
}

// canListen returns why listen cannot start without the dashboard that would say what
// is missing.
func canListen(s *config.Settings, mayBeLocal bool) error {
	switch {
	case !s.Secrets.Empty() || mayBeLocal:
		return nil
	case s.Tunnel == public.Pull && s.PublicURL == "": // says itself what it needs
		return nil
	case s.Register: // the secret will be read from Clerk
		_, err := account.Open(s, s.YesProduction)
		return err
	}
	instead := ", or add --local to work offline with a secret of hooktop's own"
	if account.Given(s.Env) {
		instead = ", or add --register to read it from Clerk (experimental)" + instead
	}
	return s.NoSecretError(os.Environ(), instead)
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
	case <-time.After(stopTimeout):
		return context.Cause(ctx), true
	}
}

// follow prints what arrives until ctx ends or the tunnel that was asked for
// fails. Once it has said that hooktop is ready it calls begin.
func (p *program) follow(ctx context.Context, h *hooktop, f *live.Printer, needsSecret bool, begin func() error) error {
	if err := h.printReady(f); err != nil {
		return err
	}
	for _, notice := range h.noticed() {
		p.stderr.Say("note: %s", notice)
	}
	told, wasLive := appNotes{}, false
	if err := begin(); err != nil {
		return err
	}
	var again repeatedErrors
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-h.store.Changed():
			if err := f.Pull(ctx); err != nil && !passes(err) {
				return err
			} else if err != nil {
				h.trouble(err)
			}
		case <-h.moved:
			now := h.public.Snapshot()
			if err := f.Tunnel(now); err != nil {
				return err
			}
			wasLive = wasLive || now.State == tunnel.Live
			// Later on nothing is lost by receiving locally.
			if now.State == tunnel.Failed && !wasLive && (h.settings.TunnelNamed() || needsSecret) {
				return exit.Failure("the tunnel failed: "+now.Err, now.Fix)
			}
		case o := <-h.endpoints:
			if f.JSON {
				if err := f.Out.Object(o); err != nil {
					return err
				}
			}
		case t := <-h.turned:
			if f.JSON {
				if err := f.Out.Object(ndjson.NewTurned(t, time.Now())); err != nil {
					return err
				}
			}
		case n := <-h.news:
			p.printNews(n)
		case <-h.health.Changed():
			for _, note := range told.next(h.apps()) {
				p.stderr.Say("note: %s", note)
			}
		case err := <-h.troubles:
			if again.new(err) {
				report(p.stderr, err)
			}
		}
	}
}

// printNews says what changed by itself, and what can be done now.
func (p *program) printNews(n tui.News) {
	said := n.Text
	if n.Rejected > 0 {
		said += "; run hooktop reverify to verify " + text.Plural(n.Rejected, "rejected delivery") + " again"
	}
	p.stderr.Say("note: %s", said)
}

// repeatedErrors keeps a full disk from being told for every delivery.
type repeatedErrors struct {
	text string
	at   time.Time
}

// new says whether an error is another one than the last, or that one's again
// after a while.
func (r *repeatedErrors) new(err error) bool {
	const while = 5 * time.Second
	if err.Error() == r.text && time.Since(r.at) < while {
		return false
	}
	r.text, r.at = err.Error(), time.Now()
	return true
}

// readyObject returns what --json prints first.
func (h *hooktop) readyObject() readyLine {
	now, urls := h.public.Snapshot(), h.localURLs()
	if now.Kind == public.Relay {
		maps.Copy(urls, now.Webhooks)
	}
	return readyLine{"ready", h.receiver.Self.URL, urls, ndjson.Null(now.URL), now.State}
}

// printReady says that hooktop accepts connections, and where.
func (h *hooktop) printReady(f *live.Printer) error {
	if f.JSON {
		if err := f.Out.Object(h.readyObject()); err != nil || h.held == nil {
			return err
		}
		return f.Out.Object(kept.NewObject(*h.held))
	}
	now := h.public.Snapshot()
	lines := []print.Text{live.Addresses("receiving at ", f.Shown(), h.localURLs())}
	line := func(format string, args ...any) { lines = append(lines, print.Sprintf(format, args...)) }
	switch {
	case h.settings.PublicURL != "":
		lines = append(lines, live.Addresses("public URL   ", f.Shown(), now.Webhooks))
	case !h.public.IsOpen():
		_, why := h.public.WhyClosed()
		if !strings.HasPrefix(why, "turned off ") {
			why = "off: " + why
		}
		line("tunnel       %s", why)
	}
	switch {
	case !h.settings.Secrets.Local():
	case h.settings.Register && account.Given(h.settings.Current()):
		line("secret       none yet: it is read from Clerk when the endpoint is registered")
	case now.Kind == public.Pull:
		line("secret       none: Clerk's messages are pulled, which needs none")
	default:
		line("local mode   no signing secret; hooktop trigger user.created sends a signed test event")
	}
	for _, app := range h.apps() {
		line("forward to   %s", app.Route)
	}
	if names := h.settings.Forwarding.HeaderNames(); len(h.apps()) > 0 && len(names) > 0 {
		line("             with %s", strings.Join(names, ", ")) // without values: they may be secrets
	}
	if h.users != nil {
		line("users-db     %s", h.users.Target)
	}
	return f.Out.Line("%s", print.Join("\n", lines...))
}
