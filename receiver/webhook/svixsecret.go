package webhook

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
)

// The form of a Svix signing secret: whsec_ and the base64 of 24 bytes or more
// (https://docs.svix.com/receiving/verifying-payloads/how-manual). Shorter
// than 16 bytes is no secret.
const (
	secretPrefix     = "whsec_"
	secretLeast      = 16
	secretWarnsBelow = 24
	// publicPrefix begins the key of Svix's asymmetric form: whpk_ and the
	// base64 of an ed25519 key. It verifies v1a and can sign nothing.
	publicPrefix = "whpk_"
)

// otherKeys are what gets pasted where the signing secret belongs.
var otherKeys = []struct{ prefix, what string }{
	{"sk_", "holds a secret API key (sk_…), not a signing secret"},
	{"pk_", "holds a publishable key (pk_…), not a signing secret"},
	{"rk_", "holds a restricted API key (rk_…), not a signing secret"},
	{"ak_", "holds a platform API key (ak_…), not a signing secret"},
	{"ep_", "holds an endpoint's id (ep_…), not its signing secret"},
	{"whsk_", "holds a private key (whsk_…), which belongs to the sender alone"},
	{"whsk1_", "holds a private key (whsk1_…), which belongs to the sender alone"},
	{"whpk1_", "holds a public key of a form that no Svix library verifies (whpk1_…)"},
	{"http", "holds a URL, not a signing secret"},
}

const whereSecret = "the signing secret starts with whsec_: Clerk Dashboard → Webhooks → your endpoint → Signing Secret"

// isSecret says whether a text begins as a signing secret does, or a public key.
func isSecret(s string) bool {
	return strings.HasPrefix(s, secretPrefix) || strings.HasPrefix(s, publicPrefix)
}

func isOtherKey(s string) bool {
	for _, k := range otherKeys {
		if strings.HasPrefix(s, k.prefix) {
			return true
		}
	}
	return false
}

// checkSvixSecret says what is wrong with the form of a secret.
func checkSvixSecret(s string) (warning string, err error) {
	if strings.ContainsAny(s, "\"'`") {
		return "", &mistake{"has quotes in it", "remove the quotes around the secret"}
	}
	for _, k := range otherKeys {
		if strings.HasPrefix(s, k.prefix) {
			return "", &mistake{k.what, whereSecret}
		}
	}
	if s == secretPrefix || s == publicPrefix {
		return "", &mistake{"is " + s + " and nothing more", whereSecret}
	}
	if i := strings.Index(s, secretPrefix); i > 0 {
		return "", &mistake{"has something before whsec_", "remove everything before whsec_"}
	}
	if strings.HasPrefix(s, publicPrefix) {
		if len(svixScheme.Kinds[1].Keys[0].Read(s)) != ed25519.PublicKeySize {
			return "", &mistake{"is not a public key: after whpk_ stands the base64 of 32 bytes", "copy it whole with the copy button, or use the endpoint's shared secret (whsec_…)"}
		}
		return "", nil
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
	switch {
	case err != nil:
		return "", &mistake{"is not base64 after whsec_: cut off, or with something added", "copy it whole with the copy button: " + whereSecret}
	case len(key) < secretLeast:
		return "", &mistake{
			fmt.Sprintf("is too short: %d bytes decoded, %d are needed", len(key), secretLeast),
			"copy it whole with the copy button: " + whereSecret,
		}
	case len(key) < secretWarnsBelow:
		return fmt.Sprintf("is short: %d bytes decoded, Clerk's have %d", len(key), secretWarnsBelow), nil
	}
	return "", nil
}

func newSvixSecret() string {
	key := make([]byte, secretWarnsBelow)
	rand.Read(key) //nolint:errcheck // it never fails: https://pkg.go.dev/crypto/rand#Read
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// idLetters are what ids are made of.
const (
	idLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	idLength  = 27
)

// randomID makes an id as Svix, Clerk and Stripe write them: 27 letters and
// digits after a prefix.
func randomID(prefix string) string {
	b := make([]byte, idLength)
	rand.Read(b) //nolint:errcheck // it never fails
	return lettered(prefix, b)
}

// lettered makes such an id of bytes, of which it takes 27.
func lettered(prefix string, from []byte) string {
	b := make([]byte, idLength)
	for i := range b {
		b[i] = idLetters[int(from[i])%len(idLetters)]
	}
	return prefix + string(b)
}
