package public

import (
	"context"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel/relay"
)

// RelayWarning is what to know before the relay is used.
const RelayWarning = "The relay is a public service of Svix: whoever knows your inbox URL can read what passes, such as users' names and e-mail addresses, and Svix's servers see it."

// Answer is the user's answer about the relay.
func (s *Side) Answer() relay.Consent {
	consent, _, err := s.tokens().Consent()
	if err != nil { // opening the relay says why
		return relay.Unasked
	}
	return consent
}

// Agreed reports whether the user agreed to the relay.
func (s *Side) Agreed() bool { return s.Answer() == relay.Agreed }

// SetAnswer remembers the user's answer.
func (s *Side) SetAnswer(yes bool) error {
	answer := relay.Declined
	if yes {
		answer = relay.Agreed
	}
	return s.tokens().SetConsent(answer, time.Now())
}

// Ask asks before the relay is first used, if this start is about to use it: when it
// was asked for, or when --register needs a URL and there is no ngrok token. ask
// returns the answer; it is nil where nobody can be asked.
func (s *Side) Ask(ctx context.Context, ask func(ctx context.Context) (yes bool, err error)) error {
	answer, asked := s.Answer(), s.Settings.Tunnel == Relay
	if s.Settings.PublicURL != "" || answer == relay.Agreed || !asked && (answer != relay.Unasked || !s.registerNeedsRelay()) {
		return nil
	}
	switch {
	case s.Settings.Yes:
		return s.SetAnswer(true)
	case ask == nil && asked:
		return exit.Usage("--tunnel relay needs your consent once: "+RelayWarning, "add --yes to agree, or run hooktop on a terminal, which asks")
	case ask == nil:
		return nil
	}
	yes, err := ask(ctx)
	if err == nil {
		err = s.SetAnswer(yes)
	}
	if err == nil && !yes && asked {
		err = exit.Usage("--tunnel relay was declined", "use --tunnel ngrok, your own tunnel with --public-url, or --tunnel pull")
	}
	return err
}

// registerNeedsRelay reports whether --register has no other way to a URL.
func (s *Side) registerNeedsRelay() bool {
	return s.Settings.Tunnel == auto && s.Settings.Register && s.HasKey() && !s.hasNgrokToken()
}

// Offers reports whether to offer the relay: it would work, nothing else is there, and
// the user was not asked yet.
func (s *Side) Offers() bool {
	found, _ := s.WhyClosed()
	return s.Settings.Tunnel == auto && s.Settings.PublicURL == "" && !s.IsOpen() && found.Token == "" && s.useful() && s.Answer() == relay.Unasked
}

// useful reports whether what comes through the relay can be verified: there is a
// signing secret, or a key with which it can be read.
func (s *Side) useful() bool { return !s.noSecret() || s.HasKey() }
