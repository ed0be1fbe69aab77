package providers

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The key of a Svix signing secret is 24 bytes or more
// (https://docs.svix.com/receiving/verifying-payloads/how-manual); less than 16
// are no secret.
const (
	secretLeast      = 16
	secretWarnsBelow = 24
)

const whereSecret = "the signing secret starts with whsec_ (Clerk Dashboard → Webhooks → your endpoint → Signing Secret)"

// checkSvixSecret says what is wrong with the form of a secret.
func checkSvixSecret(s string) (warning string, err error) {
	if strings.ContainsAny(s, "\"'`") {
		return "", webhook.NewMistake("has quotes in it", "remove the quotes around the secret")
	}
	if what := webhook.OtherKey(s); what != "" {
		return "", webhook.NewMistake(what, whereSecret)
	}
	if s == webhook.SecretPrefix || s == webhook.PublicPrefix {
		return "", webhook.NewMistake("is "+s+" and nothing more", whereSecret)
	}
	if i := strings.Index(s, webhook.SecretPrefix); i > 0 {
		return "", webhook.NewMistake("has something before whsec_", "remove everything before whsec_")
	}
	if strings.HasPrefix(s, webhook.PublicPrefix) {
		if len(svixScheme.Kinds[1].Keys[0].Read(s)) != ed25519.PublicKeySize {
			return "", webhook.NewMistake("is not a public key, which is whpk_ followed by the base64 of 32 bytes", "copy all of it with the copy button, or use the endpoint's shared secret (whsec_…)")
		}
		return "", nil
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, webhook.SecretPrefix))
	switch {
	case err != nil:
		return "", webhook.NewMistake("is not base64 after whsec_: cut off, or with something added", "copy all of it with the copy button; "+whereSecret)
	case len(key) < secretLeast:
		return "", webhook.NewMistake(fmt.Sprintf("is too short: %d bytes decoded, %d are needed", len(key), secretLeast),
			"copy all of it with the copy button; "+whereSecret)
	case len(key) < secretWarnsBelow:
		return fmt.Sprintf("is short: %d bytes decoded, Clerk's have %d", len(key), secretWarnsBelow), nil
	}
	return "", nil
}
