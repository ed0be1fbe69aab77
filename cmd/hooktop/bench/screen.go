package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/creack/pty"
)

const (
	// watched is how long the dashboard is looked at, idle and under load.
	watched = 5 * time.Second
	// settle is how long it has to draw its first screen.
	settle = 2 * time.Second
	// perSecond is the load.
	perSecond = 1000
)

// screen measures the dashboard, on a terminal of its own: idle, and while a thousand
// deliveries a second arrive whether or not the last were answered.
func (b *bench) screen(ctx context.Context) error {
	for _, p := range b.programs() {
		c, end, err := b.startDashboard(ctx, p)
		if err != nil {
			return err
		}
		idle, err := c.share(ctx, func() error { return pause(ctx, watched) })
		if err != nil {
			end()
			return err
		}
		b.check(p.name, "dashboard idle, of a core", idle*100, "%", atMost(0.5, " %"))
		l := load{
			address: c.address, requests: b.messages.make(int(watched.Seconds())*perSecond, false),
			connections: 64, lasting: 2 * watched, wants: 200, every: time.Second / perSecond,
		}
		var m measured
		busy, err := c.share(ctx, func() error { return b.round(ctx, c, l, &m) })
		if err != nil {
			end()
			return err
		}
		b.check(p.name, "dashboard at 1,000/s, of a core", busy, "", atMost(0.35, ""))
		b.add(p.name, "p99 at 1,000/s", median(m.p99s), "µs")
		now, _ := c.memory()
		b.check(p.name, "memory with the dashboard", now, "MiB", atMost(64, " MiB"))
		end()
	}
	return nil
}

// startDashboard starts hooktop on a terminal of its own, which is read.
func (b *bench) startDashboard(ctx context.Context, p named) (c *child, end func(), err error) {
	b.say("screen: %s", p.path)
	folder := filepath.Join(b.folder, "screen-"+p.name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, p.path, append([]string{"--addr", address, "--db", database(folder)}, b.Flags...)...) //nolint:gosec // the program under test
	cmd.Dir, cmd.Env = folder, environment(folder)
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 140})
	if err != nil {
		return nil, nil, fmt.Errorf("open a terminal: %w", err)
	}
	go func() { _, _ = io.Copy(io.Discard, terminal) }()
	c = &child{cmd: cmd, address: address, folder: folder}
	end = func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		_ = terminal.Close()
	}
	if err := pause(ctx, settle); err != nil {
		end()
		return nil, nil, err
	}
	return c, end, nil
}

// share returns the share of a core that the child takes while something is done.
func (c *child) share(_ context.Context, do func() error) (float64, error) {
	cpu, began := c.cpu(), time.Now()
	if err := do(); err != nil {
		return 0, err
	}
	return (c.cpu() - cpu).Seconds() / time.Since(began).Seconds(), nil
}

func pause(ctx context.Context, lasting time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(lasting):
		return nil
	}
}

// freeAddress returns an address that nobody listens at.
func freeAddress(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
