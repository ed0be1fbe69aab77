package public

import (
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/tunnel/relay"
)

// tokens are the relay's, beside the database.
func (s *Side) tokens() *relay.Tokens { return relay.TokensBeside(s.Settings.DB) }

// openRelays opens the relay of each provider that sends here and has none yet: Clerk's
// always, another's when it has a signing secret. It returns what to tell the user
// about one that is opened late.
func (s *Side) openRelays() (said string, err error) {
	late := s.IsOpen()
	for _, p := range providers.All() {
		if !s.expects(p.Name()) || s.hasRelay(p.Name()) {
			continue
		}
		token, err := s.tokens().Token(p.Name())
		if err != nil {
			return said, err
		}
		r := relay.Open(s.life, relay.Config{
			Token: token, Provider: p.Name(), Handler: s.Relayed(p.Name()), MaxBody: s.Settings.MaxBody, Tokens: s.tokens(),
			URL: s.Settings.Services.Relay, Inbox: s.Settings.Services.RelayInbox, Note: s.Warn, Reserve: s.Reserve,
		})
		s.add(Relay, link{connection: r, provider: p.Name(), webhook: r.URL()})
		if late {
			said = p.Title() + "'s relay opens: " + r.URL()
		}
	}
	return said, nil
}

func (s *Side) hasRelay(provider string) bool {
	for _, l := range s.opened() {
		if l.provider == provider {
			return true
		}
	}
	return false
}
