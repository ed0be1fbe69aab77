package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/unanswered"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui"
)

// tellIncidents tells what happens to the files of the database while it is in use.
func (h *hooktop) tellIncidents(ctx context.Context) {
	for {
		select {
		case i := <-h.store.Incidents():
			if i.Err != nil {
				h.trouble(i.Err)
			} else {
				h.tell(tui.News{Text: i.Text, Warning: true})
			}
		case <-ctx.Done():
			return
		}
	}
}

// findUnanswered writes down that this hooktop forwards, and looks for what those that were
// killed had not forwarded. If the app answers the sender, nobody was told that such a
// delivery arrived.
func (h *hooktop) findUnanswered(ctx context.Context, upTo int64) error {
	if h.settings.Forwarding.ReplyByApp {
		return nil
	}
	h.unanswered = &unanswered.Finder{
		Store: h.store, Self: h.receiver.Self.ID, Routes: h.forwarder.Routes(), Endpoints: h.receiver.Endpoints, Now: time.Now,
		Tell: func(text string) { h.tell(tui.News{Text: text, Warning: true}) },
	}
	if len(h.settings.Forwarding.Schedule()) > 0 && len(h.forwarder.Routes()) > 0 {
		h.unanswered.Again = h.forwarder.Enqueue
	}
	if err := h.unanswered.Begin(ctx, upTo, os.Getpid()); err != nil {
		return err
	}
	h.running.Go(func() {
		if err := h.unanswered.Find(ctx, upTo); err != nil && ctx.Err() == nil {
			h.trouble(err)
		}
	})
	return nil
}

// passes says whether reading may work again later: the next change reads what is new.
func passes(err error) bool {
	var e *store.Error
	return errors.As(err, &e)
}
