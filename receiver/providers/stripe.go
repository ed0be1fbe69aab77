package providers

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Stripe is the provider stripe: it signs its events itself
// (https://docs.stripe.com/webhooks#verify-manually). Events of any API version
// are read. The zero value has the default rules.
type Stripe struct {
	// Plan says which value is a user's plan key; nil for the default.
	Plan *PlanRules
	// LinkEmail links a customer to the user with its e-mail address where no id
	// tells whose it is. Who pays may type any address: it is off by default.
	LinkEmail bool
}

var _ webhook.Provider = Stripe{}

// Name implements Provider.
func (Stripe) Name() string { return "stripe" }

// Title implements Provider.
func (Stripe) Title() string { return "Stripe" }

// Signing implements Provider.
func (Stripe) Signing() *webhook.Signing { return stripeSigning }

// DefaultPath implements Provider.
func (Stripe) DefaultPath() string { return stripeSigning.Path }

// SecretVars implements Provider.
func (Stripe) SecretVars() []string { return stripeSigning.Variables }

// whereStripeSecret says where a signing secret is found. stripe listen has one
// of its own.
const whereStripeSecret = "the signing secret starts with whsec_: Stripe Dashboard → Developers → Webhooks → your endpoint → Signing secret, or what stripe listen prints"

// CheckSecret implements Provider. Stripe documents no form beyond the prefix.
func (Stripe) CheckSecret(secret string) (warning string, err error) {
	if strings.ContainsAny(secret, "\"'`") {
		return "", webhook.NewMistake("has quotes in it", "remove the quotes around the secret")
	}
	if what := webhook.OtherKey(secret); what != "" {
		return "", webhook.NewMistake(what, whereStripeSecret)
	}
	text, ok := strings.CutPrefix(secret, webhook.SecretPrefix)
	switch {
	case !ok && strings.Contains(secret, webhook.SecretPrefix):
		return "", webhook.NewMistake("has something before whsec_", "remove everything before whsec_")
	case !ok:
		return "", webhook.NewMistake("does not start with whsec_", whereStripeSecret)
	case text == "":
		return "", webhook.NewMistake("is whsec_ and nothing more", whereStripeSecret)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", webhook.NewMistake("has characters in it that no secret has", "copy it whole with the copy button: "+whereStripeSecret)
	case len(text) < secretLeast:
		return "", webhook.NewMistake(fmt.Sprintf("is too short: %d characters after whsec_, at least %d are needed", len(text), secretLeast),
			"copy it whole with the copy button: "+whereStripeSecret)
	case strings.ContainsAny(text, "+/="):
		return "has + / or = in it, as Clerk's secrets do and Stripe's do not: see that the two are not exchanged", nil
	}
	return "", nil
}

// NewSecret implements Provider, in the form of those that stripe listen makes.
func (Stripe) NewSecret() string {
	key := make([]byte, secretWarnsBelow)
	rand.Read(key) //nolint:errcheck // it never fails
	return webhook.SecretPrefix + hex.EncodeToString(key)
}

// Claims implements Provider.
func (Stripe) Claims(h http.Header) bool { return stripeSigning.Bears(h) }

// MessageID implements Provider: the headers have none, the event does.
func (Stripe) MessageID(http.Header) string { return "" }

// NewMessageID implements Provider.
func (Stripe) NewMessageID() string { return randomID("evt_") }

// Verify implements Provider.
func (s Stripe) Verify(r webhook.Request, at time.Time, secrets []webhook.Secret) webhook.Verdict {
	return webhook.Verify(s, All(), r, at, secrets)
}

// Explain implements Provider.
func (s Stripe) Explain(r webhook.Request, at time.Time, v webhook.Verdict, keys webhook.Keyring) webhook.Verdict {
	return webhook.Explain(s, All(), r, at, v, keys)
}

// Sign implements Provider. The message's id stands in the body, which is never
// changed: messageID is not used.
func (Stripe) Sign(h http.Header, secret webhook.Secret, messageID string, at time.Time, body []byte) error {
	return stripeSigning.SignWith(h, secret, messageID, at, "", body)
}
