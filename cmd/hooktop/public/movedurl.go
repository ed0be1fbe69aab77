package public

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/tunnel"
)

// noteURLs warns of webhook URLs that are others than before, in this run or at the
// end of the last one, and keeps them in mind. A URL counts once it is live: until
// then nothing can be sent there.
func (s *Side) noteURLs() {
	s.comparing.Lock()
	defer s.comparing.Unlock()
	now := s.Snapshot()
	if now.State != tunnel.Live && s.Settings.PublicURL == "" {
		return
	}
	for _, provider := range slices.Sorted(maps.Keys(now.Webhooks)) {
		if !s.expects(provider) {
			continue
		}
		url, name := withoutToken(now.Webhooks[provider]), "webhook URL of "+provider
		before, err := s.Remembered(s.life, name)
		if err != nil || before == url || s.Remember(s.life, name, url) != nil || before == "" {
			continue // the store tells of its own troubles
		}
		before = withToken(before, now.Webhooks[provider])
		s.mu.Lock()
		was := maps.Clone(s.was)
		if was == nil {
			was = map[string]string{}
		}
		was[provider] = before
		s.was = was
		s.mu.Unlock()
		s.Warn(s.moved(provider, before, now.Webhooks[provider]))
	}
}

// inboxToken is what follows c_ in the URL of a relay's inbox.
var inboxToken = regexp.MustCompile(`/c_[0-9A-Za-z]{10,}`)

// withoutToken returns a URL in the form in which it is remembered. Whoever knows an
// inbox's token can read what passes, so a digest stands for it.
func withoutToken(url string) string { return inboxToken.ReplaceAllStringFunc(url, digest) }

func digest(token string) string { return fmt.Sprintf("/c_…%.3x", sha256.Sum256([]byte(token))) }

// withToken returns a remembered URL as it was if its token is still that of a URL of
// today.
func withToken(remembered, now string) string {
	token := inboxToken.FindString(now)
	if token == "" {
		return remembered
	}
	return strings.ReplaceAll(remembered, digest(token), token)
}

// expects reports whether a provider sends here, as far as is known: to others the URL
// does not matter.
func (s *Side) expects(provider string) bool {
	return provider == providers.Clerk{}.Name() || !s.Settings.Secrets.Local() && len(s.Settings.Secrets.Of(provider)) > 0
}

// moved says that a webhook URL is another one, and what to do about it.
func (s *Side) moved(provider, before, now string) string {
	said := fmt.Sprintf("%s's webhook URL is now %s (it was %s): ", title(provider), now, before)
	switch {
	case provider != providers.Clerk{}.Name():
		return said + "enter it in the " + title(provider) + " Dashboard"
	case s.Settings.Register:
		return said + "--register now enters it at Clerk"
	}
	return said + "enter it in the Clerk Dashboard, or let hooktop endpoint register do so (E in the dashboard)"
}
