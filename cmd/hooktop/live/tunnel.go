package live

import (
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/tunnel"
)

// lead is as wide as what stands before the addresses that listen prints.
const lead = "             "

// tunnelLines say in words what the tunnel line of --json says.
func tunnelLines(s public.Snapshot, shown []string, now time.Time) print.Text {
	name := "tunnel"
	if s.Kind == public.Relay || s.Kind == public.Pull {
		name = s.Kind
	}
	name += lead[len(name):]
	var lines []print.Text
	line := func(format string, args ...any) { lines = append(lines, print.Sprintf(format, args...)) }
	switch {
	case s.Kind == "" && s.Proof != tunnel.ProofNone:
		line("public URL   %s", ownProof(s))
	case s.State == tunnel.Live && len(s.Webhooks) > 0:
		lines = append(lines, Addresses(name+"live at ", shown, s.Webhooks))
	case s.Err == "" || s.State == tunnel.Live:
		line("%s%s", name, s.State)
	default:
		line("%s%s: %s", name, s.State, print.Bad(s.Err))
	}
	if s.Kind != "" && s.Proof == tunnel.ProofUnknown {
		line("%snot proven to lead here: %s", lead, s.Err)
	}
	if s.Err != "" && s.Fix != "" {
		line("%sfix: %s", lead, s.Fix)
	}
	if wait := s.NextTry.Sub(now); !s.NextTry.IsZero() && wait > 0 {
		line("%snext try in %s", lead, wait.Round(time.Second/10))
	}
	if s.Lost != "" {
		line("%s%s", lead, print.Bad(s.Lost))
	}
	return print.Join("\n", lines...)
}

// ownProof says whether the URL of the user's own tunnel leads here.
func ownProof(s public.Snapshot) print.Text {
	switch s.Proof {
	case tunnel.ProofPassed:
		return print.Sprintf("tested: it leads here")
	case tunnel.ProofFailed:
		return print.Sprintf("does not lead here: %s", print.Bad(s.Err))
	case tunnel.ProofUnknown:
		return print.Sprintf("not proven to lead here: %s", s.Err)
	default: // pending
		return print.Sprintf("being tested")
	}
}

// Addresses returns the URLs of the providers that are told of, one per line, behind
// first on the first.
func Addresses(first string, shown []string, urls map[string]string) print.Text {
	var lines []print.Text
	for _, provider := range shown {
		if urls[provider] != "" {
			lines = append(lines, print.Sprintf("%s%s", first, print.Good(urls[provider])))
			first = strings.Repeat(" ", len(first))
		}
	}
	return print.Join("\n", lines...)
}
