package providers

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Stripe is the provider stripe: it signs its events itself
// (https://docs.stripe.com/webhooks#verify-manually). Events of any API version
// are read. The zero value has the default rules.
type Stripe struct {
	// Plan says which value is a user's plan key; nil for the default.
	Plan *PlanRules
	// UserKeys are the app's own metadata keys for a user's id; nil for the usual ones
	// alone.
	UserKeys *UserKeys
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

// whereStripeSecret says where a signing secret is found. stripe listen has one
// of its own.
const whereStripeSecret = "the signing secret starts with whsec_ (Stripe Dashboard → Developers → Webhooks → your endpoint → Signing secret, or the one that stripe listen prints)"

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
		return "", webhook.NewMistake("has characters in it that no secret has", "copy all of it with the copy button; "+whereStripeSecret)
	case len(text) < secretLeast:
		return "", webhook.NewMistake(fmt.Sprintf("is too short: %d characters after whsec_, at least %d are needed", len(text), secretLeast),
			"copy all of it with the copy button; "+whereStripeSecret)
	case strings.ContainsAny(text, "+/="):
		return "has + / or = in it, as Clerk's secrets may but Stripe's do not: check that the two are not swapped", nil
	}
	return "", nil
}
