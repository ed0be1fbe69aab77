package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// stripesMost is how many v1 signatures of a Stripe header are looked at:
// Stripe sends one for each secret while it is rolled.
const stripesMost = 16

// explainStripes looks whether a Stripe delivery on another provider's path
// was signed with a secret that is known here. Stripe signs t.body, with the
// secret's whole text as the key (https://docs.stripe.com/webhooks#verify-manually).
func explainStripes(e *evidence, keys Keyring, v Verdict) Verdict {
	at, macs := stripesSignature(e.Header.Get("Stripe-Signature"))
	if at == "" || len(macs) == 0 {
		return v
	}
	w := work{left: workMost}
	// The other provider's secrets first: that is the likely one.
	all := append(append(append([]Secret{}, keys.Exchanged...), keys.Others...), keys.Secrets...)
	for i := range all {
		if !w.spend(hashing + len(e.Body)) {
			break
		}
		mac := hmac.New(sha256.New, []byte(all[i].Reveal()))
		mac.Write([]byte(at + "."))
		mac.Write(e.Body)
		if !macs[[sha256.Size]byte(mac.Sum(nil))] {
			continue
		}
		v.Secret = fullName(&all[i])
		v.Detail += " Its signature is right, as Stripe makes it with " + v.Secret + ": it is Stripe's own."
		v.Fix = "In the Stripe Dashboard (or stripe listen --forward-to) give the endpoint the path of Stripe's webhook; this one, " + short(e.path()) + ", is Clerk's."
		v.Checks = hintsLast(append(v.Checks, passed("signature", "Stripe's, made with "+all[i].String())))
		return v
	}
	if len(all) > 0 {
		v.Checks = hintsLast(append(v.Checks, failed("signature", plural(len(all), "secret")+" tried as Stripe's, none matches")))
	}
	return v
}

// stripesSignature reads t=…,v1=…: the time as it was signed, and the HMACs.
func stripesSignature(header string) (at string, macs map[[sha256.Size]byte]bool) {
	macs = map[[sha256.Size]byte]bool{}
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		raw, err := hex.DecodeString(value)
		switch {
		case name == "t":
			at = value
		case name == "v1" && err == nil && len(raw) == sha256.Size && len(macs) < stripesMost:
			macs[[sha256.Size]byte(raw)] = true
		}
	}
	return at, macs
}
