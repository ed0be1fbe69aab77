package doctor

import (
	"context"
	"os"

	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/tunnel/relay"
)

// relay looks at the file with the relay's tokens, and at addresses that replace the
// public relay's. It says nothing where the relay was never used.
func (x *Checker) relay(context.Context) []Finding {
	s := x.Settings
	tokens := relay.TokensBeside(s.DB)
	_, err := os.Lstat(tokens.Path())
	if err != nil && s.Tunnel != public.Relay {
		return nil
	}
	if err := relay.Check(s.Services.Relay, s.Services.RelayInbox); err != nil {
		return []Finding{fault("relay", Failed, err)}
	}
	consent, at, err := tokens.Consent()
	if err != nil {
		return []Finding{fault("relay", Failed, err)}
	}
	f := Finding{Name: "relay", Status: OK}
	switch consent {
	case relay.Agreed:
		f.Text = "you agreed to it on " + at.Local().Format("2 January 2006") + "; its tokens are in " + tokens.Path()
	case relay.Declined:
		f.Status, f.Text = Unknown, "you declined it on "+at.Local().Format("2 January 2006")
	case relay.Unasked:
		f.Status, f.Text = Unknown, "hooktop asks before it is first used"
	}
	for _, address := range []string{s.Services.Relay, s.Services.RelayInbox} {
		if relay.Unencrypted(address) {
			f.Status, f.Fix = Warning, []string{"what passes at " + address + " is not encrypted: use wss:// and https://"}
		}
	}
	return []Finding{f}
}
