package main

import (
	"context"
	"io"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/help"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/tui/text"
)

// relayQuestion returns a function that asks whether to use the relay, nil where nobody
// can be asked.
func (p *program) relayQuestion() func(context.Context) (yes bool, err error) {
	if !print.IsTerminal(p.stdin) || !p.stderr.IsTerminal() {
		return nil
	}
	return func(ctx context.Context) (bool, error) {
		for _, line := range text.Wrap(public.RelayWarning, min(p.stderr.Columns(), help.MaxWidth)) {
			p.stderr.Say("%s", line)
		}
		return p.yes(ctx, "Use the relay, so that senders reach this machine? [y/N] ")
	}
}

// yes asks a question on the terminal, and returns whether the answer begins with y.
func (p *program) yes(ctx context.Context, question string) (bool, error) {
	p.stderr.Ask("%s", question)
	answered := make(chan string, 1)
	go func() { answered <- readLine(p.stdin) }()
	select {
	case line := <-answered:
		return strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "y"), nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// readLine reads one line and nothing behind it: that is for the dashboard.
func readLine(r io.Reader) string {
	const most = 100
	var line []byte
	for b := make([]byte, 1); len(line) < most; {
		if n, err := r.Read(b); n == 0 && err != nil || n > 0 && b[0] == '\n' {
			break
		} else if n > 0 {
			line = append(line, b[0])
		}
	}
	return string(line)
}
