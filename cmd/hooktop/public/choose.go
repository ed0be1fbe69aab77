package public

import (
	"errors"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel"
)

// choose returns the kind to open, "" for none; WhyClosed then says why. The error
// means that what the settings ask for cannot be had.
func (s *Side) choose() (kind string, err error) {
	switch {
	case s.Settings.PublicURL != "":
		return s.none("you use your own tunnel")
	case s.Settings.Tunnel == Off:
		return s.none("turned off by --tunnel off")
	}
	return s.chooseNgrok()
}

// chooseNgrok chooses ngrok if there is a token for it.
func (s *Side) chooseNgrok() (kind string, err error) {
	found, err := tunnel.FindToken(s.Settings.Current().Get)
	if errors.Is(err, tunnel.ErrNoToken) {
		found, err = tunnel.Credentials{}, nil
	}
	s.mu.Lock()
	s.found = found
	s.mu.Unlock()
	if err != nil && found.Token != "" { // ngrok.yml is broken, and not needed
		s.Notice(err.Error() + ": " + exit.FixOf(err))
		err = nil
	}
	switch wanted := s.Settings.Tunnel == Ngrok; {
	case err != nil && wanted:
		return "", exit.AsUsage(err)
	case err != nil:
		s.Notice(err.Error() + ": " + exit.FixOf(err))
		return s.none("cannot read ngrok's configuration")
	case found.Token == "" && wanted:
		return "", exit.Usage("--tunnel ngrok: there is no ngrok token", "set NGROK_AUTHTOKEN (https://dashboard.ngrok.com/get-started/your-authtoken), or run ngrok config add-authtoken")
	case found.Token == "":
		return s.none("no ngrok token")
	case s.Settings.Secrets.Local() && !wanted:
		return s.none("opens when there is a signing secret")
	}
	return Ngrok, nil
}

// none chooses nothing, and keeps why.
func (s *Side) none(why string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = why
	return "", nil
}
