// Package account finds the secret key of the Clerk instance that the app in this
// folder uses: in the environment and the .env files, else the one that Clerk's
// library made for an app without an account (keyless mode). It asks Clerk nothing.
package account

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/clerkapi"
)

// KeyVariable holds the secret key.
const KeyVariable = "CLERK_SECRET_KEY"

// Open returns a client for the instance whose key is found. It refuses the key of a
// production instance unless production is set.
func Open(s *config.Settings, production bool) (*clerkapi.Client, error) {
	key, err := Find(s.Current())
	if err != nil {
		return nil, err
	}
	if key.Live() && !production {
		return nil, exit.Usage(fmt.Sprintf("%s is the key of a production instance (%s)", key.Source, key), "use the sk_test_ key of your development instance, or add --yes-production")
	}
	api, err := clerkapi.New(clerkapi.Config{Key: key, URL: strings.TrimSpace(s.Services.ClerkAPI)})
	if err != nil {
		return nil, exit.AsUsage(err)
	}
	return api, nil
}

// Given reports whether there is a key, or what was meant to be one.
func Given(env config.Environment) bool {
	_, _, err := find(env)
	return err == nil
}

// Find returns the key. The error is of wrong set-up, and has a Fix.
func Find(env config.Environment) (clerkapi.Key, error) {
	value, source, err := find(env)
	if err != nil {
		return clerkapi.Key{}, err
	}
	key, err := clerkapi.ParseKey(value, source)
	if err != nil {
		return clerkapi.Key{}, exit.AsUsage(err)
	}
	return key, nil
}

func find(env config.Environment) (value, source string, err error) {
	if value, source := env.Lookup(KeyVariable); value != "" {
		return value, source.String(), nil
	}
	value, trouble := keyless(env)
	if value != "" {
		return value, keylessFile, nil
	}
	what := KeyVariable + " is not set"
	if trouble != "" {
		what += "; " + trouble
	}
	return "", "", exit.Usage(what, "Clerk Dashboard → Configure → API keys → Secret keys: put "+KeyVariable+"=sk_test_… into .env.local")
}
