package account

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
)

// keylessFile is where Clerk's libraries keep the keys of an app that has no account
// yet. https://github.com/clerk/javascript, packages/shared/src/keyless/nodeFileStorage.ts
const keylessFile = ".clerk/.tmp/keyless.json"

// maxKeyless is the most that is read of it, in bytes. Real ones have about 500.
const maxKeyless = 64 << 10

// publishableVariables hold the publishable key, by framework. An app that has one
// does not use the keyless instance, or has claimed it.
var publishableVariables = []string{
	"NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY", "CLERK_PUBLISHABLE_KEY", "VITE_CLERK_PUBLISHABLE_KEY", "PUBLIC_CLERK_PUBLISHABLE_KEY",
	"NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY", "EXPO_PUBLIC_CLERK_PUBLISHABLE_KEY",
}

// keyless returns the secret key of the keyless instance, or says why there is none
// though the file is there.
func keyless(env config.Environment) (key, trouble string) {
	text, err := userfile.Regular(filepath.FromSlash(keylessFile), maxKeyless)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ""
	}
	// Clerk's libraries use the file only if it has both keys.
	var keys struct {
		PublishableKey string `json:"publishableKey"`
		SecretKey      string `json:"secretKey"`
	}
	switch {
	case err != nil:
		return "", keylessFile + " cannot be read"
	case json.Unmarshal(text, &keys) != nil, keys.SecretKey == "", keys.PublishableKey == "":
		return "", keylessFile + " does not hold both keys of a keyless app"
	}
	for _, name := range publishableVariables {
		if value, source := env.Lookup(name); value != "" && value != strings.TrimSpace(keys.PublishableKey) {
			return "", keylessFile + " is for another instance than " + source.String()
		}
	}
	return strings.TrimSpace(keys.SecretKey), ""
}
