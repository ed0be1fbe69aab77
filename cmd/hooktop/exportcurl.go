package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/text"
)

// curlScript writes a script for a POSIX shell, a command a delivery.
type curlScript struct {
	hooktop *hooktop
	ctx     context.Context //nolint:containedctx // of the one command that this is for
	w       io.Writer
	// to is where all is sent; "" for the app that a delivery goes on to and,
	// without one, for hooktop's own paths at door.
	to, door string
	mode     webhook.Mode
	now      time.Time
}

// curlScript sends to the app that is named or, where none is, to the hooktop
// that runs on this database or will.
func (h *hooktop) curlScript(ctx context.Context, w io.Writer, e exporting) *curlScript {
	c := &curlScript{hooktop: h, ctx: ctx, w: w, to: e.to, mode: webhook.Mode(e.as), now: time.Now()}
	if c.to == "" {
		c.door = "http://" + h.settings.Addr
		if door, ok := runningDoor(ctx, h.store); ok {
			c.door = door.URL
		}
	}
	return c
}

func (c *curlScript) begin() error {
	good := fmt.Sprintf("signed at %s: run it before %s, or export again", c.now.Format(time.RFC3339), c.now.Add(shortestTolerance()).Format(time.TimeOnly))
	if c.mode == webhook.Verbatim {
		good = "with the signatures that they came with: a receiver refuses those that are older than five minutes"
	}
	_, err := fmt.Fprintf(c.w, "#!/bin/sh\n# Deliveries that hooktop exported, %s.\n", good)
	return err
}

// shortestTolerance is how long a receiver takes a signature, whoever's it is.
func shortestTolerance() time.Duration {
	shortest := time.Duration(math.MaxInt64)
	for _, p := range webhook.Providers() {
		if t := p.Signing().Tolerance; t > 0 {
			shortest = min(shortest, t)
		}
	}
	return shortest
}

func (c *curlScript) end() error { return nil }

func (c *curlScript) add(d webhook.Delivery, masked bool) error {
	head := fmt.Sprintf("\n# #%d %s %s", d.ID, d.At.UTC().Format(time.RFC3339), strings.Join(strings.Fields(text.Printable(d.Type)), " "))
	if masked {
		head += ", masked"
	}
	header, err := c.header(d)
	if err != nil {
		left := &leftOut{text.OneLine(err.Error())}
		if _, err := fmt.Fprintf(c.w, "%s\n# left out: %s\n", head, left.why); err != nil {
			return err
		}
		return left
	}
	_, err = fmt.Fprintf(c.w, "%s\n%s\n", head, shellCommand(c.hooktop.sendsTo(c.app(d), c.door, d), header, d.Body))
	return err
}

func (c *curlScript) header(d webhook.Delivery) (http.Header, error) {
	original, err := c.hooktop.store.Delivery(c.ctx, d.ID) // a masked one cannot be judged
	if err != nil {
		return nil, err
	}
	if original.Bytes != int64(len(original.Body)) {
		return nil, fmt.Errorf("its body was not kept")
	}
	return c.hooktop.forwarder.SignedAs(original, d.Header, d.Body, c.mode, c.app(d))
}

// app is the app that it is sent to, "" for hooktop itself.
func (c *curlScript) app(d webhook.Delivery) string {
	if targets := c.hooktop.forwarder.Targets(d); c.to == "" && len(targets) > 0 {
		return targets[0]
	}
	return c.to
}

// sendsTo is the URL that a delivery is sent to: an app, as a forward goes to it,
// or without one the door.
func (h *hooktop) sendsTo(app, door string, d webhook.Delivery) string {
	if app != "" {
		return receiver.TargetFor(app, d)
	}
	return door + cmp.Or(h.settings.Paths[d.Provider], h.settings.ClerkPath())
}
