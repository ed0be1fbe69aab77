// Package ask asks the user on the terminal, and takes the answer. What an answer means
// is up to who asks.
package ask

import (
	"context"
	"io"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/help"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/cmd/hooktop/trust"
	"github.com/hooktop/hooktop/tui/text"
)

// User is who sits at the terminal, if there is one.
type User struct {
	In io.Reader
	// Out is where questions are asked: standard error.
	Out *print.Output
}

// IsThere reports whether anybody can be asked.
func (u User) IsThere() bool { return print.IsTerminal(u.In) && u.Out.IsTerminal() }

// Yes asks a question, and returns whether the answer begins with y.
func (u User) Yes(ctx context.Context, question string) (bool, error) {
	u.Out.Ask("%s", question)
	answered := make(chan string, 1)
	go func() { answered <- readLine(u.In) }()
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

// AboutRelay returns a function that asks whether to use the relay, nil where nobody can
// be asked.
func (u User) AboutRelay() func(context.Context) (yes bool, err error) {
	if !u.IsThere() {
		return nil
	}
	return func(ctx context.Context) (bool, error) {
		for _, line := range text.Wrap(public.RelayWarning, min(u.Out.Columns(), help.MaxWidth)) {
			u.Out.Say("%s", line)
		}
		return u.Yes(ctx, "Use the relay, so that senders reach this machine? [y/N] ")
	}
}

// ToTrust asks once about each value that a file of the folder names and a command uses.
// Where nobody can be asked it is an error, unless the command was given --yes, which
// it may have or not.
func (u User) ToTrust(ctx context.Context, s *config.Settings, use config.Use, state string, hasYes bool) error {
	book := trust.Open(state, ".")
	values := s.NeedingYes(use, book)
	switch {
	case len(values) == 0:
		return nil
	case s.Yes:
	case !u.IsThere():
		return trust.Unconfirmed(values, hasYes)
	default:
		for _, v := range values {
			if yes, err := u.Yes(ctx, v.Question()); err != nil {
				return err
			} else if !yes {
				return trust.Declined(v)
			}
		}
	}
	if err := book.Remember(values...); err != nil {
		u.Out.Say("note: this answer cannot be remembered: %v", err)
	}
	return nil
}
