package public

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel"
)

// openNgrok opens ngrok's tunnel if the settings and the token allow it.
func (s *Side) openNgrok(ctx context.Context) error {
	found, err := tunnel.FindToken(s.Settings.Current().Get)
	if errors.Is(err, tunnel.ErrNoToken) {
		found, err = tunnel.Credentials{}, nil
	}
	if err != nil && found.Token != "" { // ngrok.yml is broken, and not needed
		s.Notice(err.Error() + ": " + exit.FixOf(err))
		err = nil
	}
	why, err := s.withoutNgrok(found, err)
	if err != nil || why != "" {
		s.set(nil, found, why)
		return err
	}
	t := tunnel.Listen(ctx, tunnel.Config{
		Token: found.Token, Domain: s.Settings.Domain, Paths: slices.Sorted(maps.Values(s.Settings.Paths)), NoEdgePolicy: s.Settings.NoEdgePolicy,
		ConnectAddr: found.ConnectAddr, CAs: found.CAs, Version: s.Version,
	})
	s.set(t, found, "")
	s.Serve(t, s.Handler)
	s.Go(func() { s.pass(ctx, t.Changed()) })
	return nil
}

// withoutNgrok returns why no tunnel is opened, "" to open one. unread is why
// ngrok's configuration could not be read.
func (s *Side) withoutNgrok(found tunnel.Credentials, unread error) (why string, err error) {
	switch asked := s.Settings.Tunnel; {
	case s.Settings.PublicURL != "":
		return "you use your own tunnel", nil
	case asked == "off":
		return "turned off by --tunnel off", nil
	case unread != nil && asked == "ngrok":
		return "", exit.AsUsage(unread)
	case unread != nil:
		s.Notice(unread.Error() + ": " + exit.FixOf(unread))
		return "cannot read ngrok's configuration", nil
	case found.Token == "" && asked == "ngrok":
		return "", exit.Usage("--tunnel ngrok: there is no ngrok token", "set NGROK_AUTHTOKEN (https://dashboard.ngrok.com/get-started/your-authtoken), or run ngrok config add-authtoken")
	case found.Token == "":
		return "no ngrok token", nil
	case s.Settings.Secrets.Local() && asked == "auto":
		return "opens when there is a signing secret", nil
	}
	return "", nil
}
