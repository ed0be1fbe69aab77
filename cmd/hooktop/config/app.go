package config

import (
	"github.com/hooktop/hooktop/cmd/hooktop/project"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/store/mirror"
)

// The variables of Clerk's signing secret: the one that Clerk's verifyWebhook reads,
// and the older one of guides.
const (
	signingSecret = "CLERK_WEBHOOK_SIGNING_SECRET"
	oldSecret     = "CLERK_WEBHOOK_SECRET"
)

// App returns what the environment and the project's files say about the app. The
// files are read once.
func (s *Settings) App() advice.App {
	s.readApp.Do(func() {
		files := project.ReadApp(".")
		packages := project.Read(".")
		s.app = advice.App{Framework: advice.Framework(files.Framework), Router: files.Router, Middleware: files.Middleware}
		// svix and code of one's own read what they like.
		s.clerkVerifies = !packages.HasPackage && files.Framework == "" || packages.HasPrefix("@clerk/") && !packages.Has("svix")
	})
	a := s.app
	a.UsersDB = s.UsersDB != (mirror.Target{})
	a.LocalSecret = s.Secrets != nil && s.Secrets.Local()
	found := s.clerkSecretIn()
	a.SecretFound = found.String()
	a.OldNameOnly = s.clerkVerifies && found.Variable == oldSecret && found.File != ""
	return a
}

// clerkSecretIn returns where Clerk's secret was found: under the name that
// verifyWebhook reads, if it is there.
func (s *Settings) clerkSecretIn() (found webhook.Source) {
	if s.Secrets == nil { // a command that only reads the database
		if _, source := s.Current().Lookup(signingSecret); source.Variable != "" {
			return source
		}
		_, source := s.Current().Lookup(oldSecret)
		return source
	}
	for _, secret := range s.Secrets.Of(providers.Clerk{}.Name()) {
		if secret.Source.Variable == signingSecret || found.Variable == "" && secret.Source.Variable == oldSecret {
			found = secret.Source
		}
	}
	return found
}
