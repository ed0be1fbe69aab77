// Package live prints what happens while hooktop runs without its dashboard: a line, or
// an object, for each delivery, each forward and each change of the public side, which
// tunnel.go puts into words. It receives nothing, and printing never delays a sender.
package live

import (
	"context"
	"errors"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/store"
)

// Printer prints what reaches the database, in order, by asking the store what is new:
// however slow its reader is, no delivery waits for it and none is left out. What
// another process adds comes, too.
type Printer struct {
	Store *store.Store
	Out   *print.Output
	JSON  bool
	// Shown returns the providers whose webhook URLs are told.
	Shown func() []string
	// App returns what is known about the app.
	App func() advice.App

	delivery, forward int64           // the last that were printed
	public            public.Snapshot // as it was last told
	said              print.Text      // what the last app's answer meant
}

// StartAtEnd leaves out what is there already.
func (f *Printer) StartAtEnd(ctx context.Context) (err error) {
	f.delivery, f.forward, err = f.Store.Latest(ctx)
	return err
}

// window is how many rows are read at a time.
const window = 500

// Tunnel prints what changed about the public side; heartbeats alone change nothing.
func (f *Printer) Tunnel(now public.Snapshot) error {
	if now.SameNews(f.public) {
		return nil
	}
	f.public = now
	return f.print(lines{[]any{now.Object()}, []print.Text{tunnelLines(now, f.Shown(), time.Now())}})
}

// Pull prints what is new. A delivery comes before its forwards.
func (f *Printer) Pull(ctx context.Context) error {
	for {
		deliveries, forwards, err := f.Store.Since(ctx, f.delivery, f.forward, window)
		if err != nil {
			return err
		}
		if err := f.printDeliveries(deliveries); err != nil {
			return err
		}
		if err := f.printForwards(ctx, forwards); err != nil {
			return err
		}
		if len(deliveries) < window && len(forwards) < window {
			return nil
		}
	}
}

func (f *Printer) printDeliveries(deliveries []webhook.Delivery) error {
	var l lines
	for _, d := range deliveries {
		f.delivery = d.ID
		if f.JSON {
			l.objects = append(l.objects, ndjson.NewDelivery(d))
		} else {
			l.texts = append(l.texts, print.DeliveryLine(d))
		}
	}
	return f.print(l)
}

func (f *Printer) printForwards(ctx context.Context, forwards []webhook.Forward) error {
	var l lines
	for _, sent := range forwards {
		if sent.DeliveryID > f.delivery {
			break // its delivery comes with the next window
		}
		said, err := f.advice(ctx, sent)
		if err != nil {
			return errors.Join(f.print(l), err)
		}
		f.forward = sent.ID
		if f.JSON {
			l.objects = append(l.objects, ndjson.NewForward(sent, said))
		} else {
			l.texts = append(l.texts, f.forwardText(sent, said))
		}
	}
	return f.print(l)
}

// forwardText returns an app's answer in a line and, if the app did not accept the
// delivery, below it what that means. If several in a row fail alike, it is said
// once.
func (f *Printer) forwardText(sent webhook.Forward, said advice.Advice) print.Text {
	line, means := print.ForwardLine(sent), print.Advice(said)
	again := means == f.said
	if f.said = means; means.IsEmpty() || again {
		return line
	}
	return print.Join("\n", line, means)
}

// advice returns what an app's answer means; its body is in the delivery read whole.
func (f *Printer) advice(ctx context.Context, sent webhook.Forward) (a advice.Advice, err error) {
	d, err := f.Store.Delivery(ctx, sent.DeliveryID)
	if errors.Is(err, webhook.ErrNotFound) { // retention was faster
		return a, nil
	}
	for _, whole := range d.Forwards {
		if whole.ID == sent.ID {
			a = advice.On(d, whole, f.App())
		}
	}
	return a, err
}

// lines are printed with one write: objects with --json, otherwise texts.
type lines struct {
	objects []any
	texts   []print.Text
}

func (f *Printer) print(l lines) error {
	if f.JSON {
		return f.Out.Objects(l.objects)
	}
	if len(l.texts) == 0 {
		return nil
	}
	return f.Out.Line("%s", print.Join("\n", l.texts...))
}
