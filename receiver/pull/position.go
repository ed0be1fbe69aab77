package pull

import (
	"context"
	"fmt"
	"time"
)

const (
	// firstLook is how far back the first look goes.
	firstLook = 24 * time.Hour
	// overlap is how far back each look goes behind the newest message that was
	// delivered: messages may be listed a little later than they are dated.
	overlap = time.Minute
)

// position is how far the messages of an application were read: to the time of the
// newest that was delivered. It is the provider's time, so that this machine's clock
// does not matter.
type position struct {
	config *Config
	name   string
	at     time.Time
}

// begin returns the history of an application, from where it was left at the last
// run.
func begin(ctx context.Context, c *Config, app string) (*history, error) {
	p := position{config: c, name: "pull position of " + app}
	text, err := c.Remembered(ctx, p.name)
	if err != nil {
		return nil, fmt.Errorf("read how far the messages were pulled: %w", err)
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		p.at = at
		return newHistory(p, false), nil
	}
	if err := p.advance(ctx, c.Now().Add(-firstLook)); err != nil {
		return nil, err
	}
	c.Say("pull reads this app's messages for the first time: those of the last 24 hours")
	return newHistory(p, true), nil
}

// advance keeps how far it came. It never goes back.
func (p *position) advance(ctx context.Context, to time.Time) error {
	if !to.After(p.at) {
		return nil
	}
	if err := p.config.Remember(context.WithoutCancel(ctx), p.name, to.UTC().Format(time.RFC3339Nano)); err != nil {
		return fmt.Errorf("keep how far the messages were pulled: %w", err)
	}
	p.at = to
	return nil
}

// from is the time after which messages may be new.
func (p *position) from() time.Time { return p.at.Add(-overlap) }
