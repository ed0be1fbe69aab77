package public

import (
	"errors"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay"
)

// Plan returns the kind that Open would open, or why it would open none. The error
// means that what the settings ask for cannot be had.
func (s *Side) Plan() (kind, why string, err error) {
	kind, err = s.choose()
	_, why = s.WhyClosed()
	return kind, why, err
}

// choose returns the kind to open, "" for none; WhyClosed then says why. The error
// means that what the settings ask for cannot be had.
func (s *Side) choose() (kind string, err error) {
	if s.Settings.PublicURL != "" {
		return s.none("you use your own tunnel")
	}
	switch asked := s.Settings.Tunnel; asked {
	case Off:
		return s.none("turned off by --tunnel off")
	case auto:
		return s.chooseItself()
	default:
		if err := s.CanOpen(asked); err != nil {
			return "", exit.Usage("--tunnel "+asked+": "+err.Error(), exit.FixOf(err))
		}
		return asked, nil
	}
}

// CanOpen returns why a kind cannot be opened, with the fix; nil if it can.
func (s *Side) CanOpen(kind string) error {
	if s.Settings.PublicURL != "" {
		return exit.Usage("your own tunnel is in use", "start without --public-url")
	}
	switch kind {
	case Ngrok:
		found, err := s.findToken()
		if err != nil {
			return exit.AsUsage(err)
		}
		if found.Token == "" {
			return exit.Usage("there is no ngrok token", "set NGROK_AUTHTOKEN (https://dashboard.ngrok.com/get-started/your-authtoken), or run ngrok config add-authtoken")
		}
	case Pull:
		_, err := account.Open(s.Settings, s.Settings.YesProduction)
		return err
	case Relay:
		if err := relay.Check(s.Settings.Services.Relay, s.Settings.Services.RelayInbox); err != nil {
			return exit.AsUsage(err)
		}
	}
	return nil
}

// chooseItself chooses as --tunnel auto does: ngrok if there is a token, else the relay
// if the user agreed to it. Neither opens while nothing could be verified.
func (s *Side) chooseItself() (kind string, err error) {
	found, err := s.findToken()
	registers := s.Settings.Register && s.HasKey()
	switch {
	case err != nil:
		s.Notice(err.Error() + ": " + exit.FixOf(err))
		return s.none("cannot read ngrok's configuration")
	case found.Token != "" && s.noSecret() && !registers:
		return s.none("opens when there is a signing secret")
	case found.Token != "":
		return Ngrok, nil
	case s.Answer() != relay.Agreed:
		return s.none("no ngrok token")
	case !s.useful():
		return s.none("the relay opens when there is a signing secret")
	}
	return Relay, s.CanOpen(Relay)
}

// findToken finds ngrok's token, and keeps it in mind. A broken ngrok.yml is an error
// only if the token would have to be in it.
func (s *Side) findToken() (tunnel.Credentials, error) {
	found, err := tunnel.FindToken(s.Settings.Current().Get, ReadConfig)
	if errors.Is(err, tunnel.ErrNoToken) {
		found, err = tunnel.Credentials{}, nil
	}
	if err != nil && found.Token != "" {
		s.Notice(err.Error() + ": " + exit.FixOf(err))
		err = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = found
	return found, err
}

// ReadConfig reads a file of another program's configuration, such as ngrok's.
func ReadConfig(name string) ([]byte, error) { return userfile.Regular(name, 1<<20) }

// hasNgrokToken reports whether there is a token for ngrok, or a file that should have
// one.
func (s *Side) hasNgrokToken() bool {
	_, err := tunnel.FindToken(s.Settings.Current().Get, ReadConfig)
	return !errors.Is(err, tunnel.ErrNoToken)
}

func (s *Side) noSecret() bool {
	if s.NoSecret != nil {
		return s.NoSecret()
	}
	return s.Settings.Secrets.Local()
}

// none chooses nothing, and keeps why.
func (s *Side) none(why string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = why
	return "", nil
}
