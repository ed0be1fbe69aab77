package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cli/browser"

	"github.com/hooktop/hooktop/cmd/hooktop/clipboard"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/edit"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/interrupt"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/saved"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
	"github.com/hooktop/hooktop/tunnel"
)

// dashboard receives and shows until the user leaves.
func (p *program) dashboard(ctx context.Context, s *config.Settings) error {
	h, err := p.begin(ctx, s, s.Keep.Deliveries)
	if err != nil {
		return err
	}
	defer h.store.Close() //nolint:errcheck // every answer was given after its commit
	drafts := edit.NewDrafts(&edit.Drafts{
		Editor: p.editor(), Editable: h.checkEditable, SignalPause: interrupt.Pause,
		Resend: h.forwarder.ResendEdited,
	})
	defer drafts.Discard()
	if err := p.confirmLimits(ctx, h); err != nil {
		return err
	}
	if err := h.public.Ask(ctx, p.user().AboutRelay()); err != nil {
		return err
	}
	ctx, unspare := drafts.IgnoringEditorInterrupts(ctx)
	defer unspare()
	p.stdout.EndingWith(ctx)
	p.stderr.EndingWith(ctx)
	if err := h.start(ctx); err != nil {
		return err
	}
	endLooking := h.checkRegularly(ctx)
	view := h.view()
	view.Edit, view.Edited = drafts.Open, drafts.Send
	err = view.Run(ctx, p.stdin, p.stdout.Screen())
	endLooking()
	h.stop()
	p.reportTroubles(h)
	p.stdout.Say("deliveries are stored in %s", s.DB)
	if err == nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// view is the dashboard over what runs.
func (h *hooktop) view() tui.Dashboard {
	s := h.settings
	return tui.Dashboard{
		Store:             h.store,
		Changed:           h.store.Changed(),
		Connection:        h.connection,
		ConnectionChanged: h.moved,
		News:              h.news,
		Troubles:          h.troubles,
		Setup:             h.setup,
		App:               s.App,
		Redirect:          h.redirect,
		Remember:          h.store.SetUIState,
		Remembered:        h.store.UIState,
		Events:            h.sendable(),
		Providers:         providers.Names(),
		About:             aboutChoice,
		Trigger:           h.triggerEvent,
		Register:          h.registerNow,
		Resend:            h.dashboardResend,
		Reverify:          h.dashboardReverify,
		ReverifyAll:       h.reverifyAll,
		Acknowledge:       h.store.Acknowledge,
		Vouched:           h.forwarder.Vouched,
		Export:            h.dashboardExport,
		Curl:              h.curl,
		Copy:              clipboard.Copy,
		OpenURL:           openURL,
		CheckSecret:       checkSecret,
		SaveSecret:        h.saveSecret,
		WriteSecret:       h.writeSecret,
		OpenTunnel:        h.public.Use,
		ProviderSide:      h.asker.Screen,
		ProviderResend:    h.asker.Resend,
		SendExample:       h.asker.Example,
		DeclineRelay:      func(context.Context) error { return h.public.SetAnswer(false) },
		Now:               time.Now,
		Theme:             s.Theme,
		NoColor:           s.NoColor,
		NoMouse:           s.NoMouse,
	}
}

// dashboardResend resends to a target as the dashboard shows it: without the
// password that it was given with.
func (h *hooktop) dashboardResend(ctx context.Context, id int64, how webhook.Resending, target string) (webhook.Delivery, error) {
	target, err := unmasked(target, h.forwarder.Routes())
	if err != nil {
		return webhook.Delivery{}, err
	}
	return h.forwarder.Resend(ctx, id, how, target)
}

// connection is the public side's state as the dashboard shows it.
func (h *hooktop) connection() tui.Connection {
	now := h.public.Snapshot()
	switch {
	case h.settings.PublicURL != "":
		return tui.Connection{State: tui.Own, Kind: tui.OwnTunnel, URL: now.Clerk(), Was: now.Was[providers.Clerk{}.Name()], Proof: tui.Proof(now.Proof), Proven: now.Proven, Reason: now.Err, Fix: now.Fix}
	case !h.public.IsOpen():
		return tui.Connection{State: tui.Local, URL: h.receiver.Self.URL + h.settings.ClerkPath()}
	}
	c := tui.Connection{
		Kind: now.Kind, URL: now.Clerk(), Was: now.Was[providers.Clerk{}.Name()], Since: now.Since, LastProof: now.LastHeard, Latency: now.Latency, Proof: tui.Proof(now.Proof), Proven: now.Proven,
		Reason: now.Err, Fix: now.Fix, Code: now.Code, NextTry: now.NextTry, Lost: now.Lost,
	}
	switch now.State {
	case tunnel.Connecting:
		c.State = tui.Connecting
	case tunnel.Live:
		c.State = tui.Live
	case tunnel.Reconnecting:
		c.State = tui.Reconnecting
	case tunnel.Failed:
		c.State = tui.Failed
	case tunnel.Off:
		c.State = tui.Local
	}
	return c
}

// curl is a command that sends a delivery again to where it would go, with a
// signature that is good for five minutes.
func (h *hooktop) curl(ctx context.Context, id int64) (string, error) {
	d, err := h.store.Delivery(ctx, id)
	if err != nil {
		return "", err
	}
	app := ""
	if targets := h.forwarder.Targets(d); len(targets) > 0 {
		app = targets[0]
	}
	header, err := h.forwarder.SignedAs(ctx, d, d.Header, d.Body, webhook.Resending{Mode: webhook.Same}, app)
	if err != nil {
		return "", err
	}
	return saved.CurlCommand(h.sendsTo(app, h.receiver.Self.URL, d), header, d.Body), nil
}

// openURL opens a web address, and nothing else, in the browser.
func openURL(url string) error {
	if !slices.ContainsFunc([]string{"http://", "https://"}, func(p string) bool { return strings.HasPrefix(url, p) }) {
		return errors.New("not a web address")
	}
	if err := browser.OpenURL(url); err != nil {
		return exit.Failure(fmt.Sprintf("cannot open a browser: %v", err), "open "+url)
	}
	return nil
}
