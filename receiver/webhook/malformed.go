package webhook

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
	"github.com/hooktop/hooktop/receiver/webhook/wording"
)

// counted returns the kinds whose signatures count with the secrets that are
// known.
func (e *evidence) counted() (kinds []*scheme.Kind) {
	shared, asymmetric := e.signing.kinds()
	if shared != nil {
		kinds = append(kinds, shared)
	}
	if asymmetric != nil && (shared == nil || slices.ContainsFunc(e.secrets, Secret.Public)) {
		kinds = append(kinds, asymmetric)
	}
	return kinds
}

func malformedSignature(e *evidence) (*Verdict, Check) {
	var reason string
	kinds := e.counted()
	items := false
	for field, text := range e.signing.Items(e.message.Signatures) {
		if field == e.signing.Timestamp.Field && field != "" {
			continue
		}
		items = items || e.isVersion(field)
		i := slices.IndexFunc(kinds, func(k *scheme.Kind) bool { return k.Field == field })
		switch {
		case i >= 0 && kinds[i].Decode(text) != nil:
			return nil, passed("signature", "well-formed")
		case i >= 0:
			reason = spelledWrong(kinds[i], text)
			if e.signing.Timestamp.Field != "" {
				reason = "has a " + field + " that " + reason
			}
		case field == "":
			reason = "has no version: “" + kinds[0].Field + e.signing.FieldSeparator + "” must come before the signature"
			items = true
		}
	}
	if reason == "" && items {
		return nil, Check{} // of other versions alone
	}
	if reason == "" || e.signing.Timestamp.Field != "" && !e.has(kinds[0].Field) {
		reason = "has no “" + kinds[0].Field + e.signing.FieldSeparator + "” (the signature itself)"
	}
	return e.malformed(reason)
}

// has reports whether the signature header has an item of a field.
func (e *evidence) has(field string) bool {
	for name := range e.signing.Items(e.message.Signatures) {
		if name == field {
			return true
		}
	}
	return false
}

// isVersion reports whether a field names a version of signatures. Beside a time
// there may be fields of any name.
func (e *evidence) isVersion(field string) bool {
	return e.signing.Timestamp.Field == "" || strings.HasPrefix(field, "v")
}

// spelledWrong says what is wrong with the text of a signature.
func spelledWrong(k *scheme.Kind, text string) string {
	name := map[scheme.Encoding]string{scheme.Hex: "hex", scheme.Base64: "base64", scheme.Base64URL: "url-safe base64"}
	raw, err := base64.StdEncoding.DecodeString(text)
	switch {
	case k.Encoding != scheme.Hex && len(text) == hex.EncodedLen(k.Size()) && isHex(text):
		return "is hex; it has to be " + name[k.Encoding]
	case k.Encoding == scheme.Hex && err == nil && len(raw) == k.Size():
		return "is base64; it has to be hex"
	}
	return fmt.Sprintf("is not the %s of %d bytes: it may be cut off or changed", name[k.Encoding], k.Size())
}

// malformed is the verdict on a header that is not of the provider's form.
func (e *evidence) malformed(reason string) (*Verdict, Check) {
	name := strings.ToLower(e.message.Prefix + e.signing.Signature)
	return &Verdict{
		Code:   MalformedSignature,
		Title:  "The signature is malformed",
		Detail: name + " " + reason + ". Received: " + QuoteShort(e.message.Signatures),
		Fix:    "Send " + e.signing.Form + ". hooktop trigger sends a correct one to compare with.",
	}, failed("signature", name+" "+reason)
}

// unsupportedVersion holds where no signature is of a version that the known
// secrets can verify.
func unsupportedVersion(e *evidence) (*Verdict, Check) {
	shared, asymmetric := e.signing.kinds()
	if shared == nil {
		return nil, Check{}
	}
	public := slices.ContainsFunc(e.secrets, Secret.Public)
	secret := slices.ContainsFunc(e.secrets, func(s Secret) bool { return !s.Public() })
	var versions []string
	for field := range e.signing.Items(e.message.Signatures) {
		if field != e.signing.Timestamp.Field && e.isVersion(field) {
			versions = append(versions, field)
		}
	}
	isShared := slices.Contains(versions, shared.Field)
	isAsymmetric := asymmetric != nil && slices.Contains(versions, asymmetric.Field)
	listed := wording.Quotes(versions)
	check := failed("signature", "versions "+listed)
	place := e.signing.placeOf("the endpoint whose URL ends in "+QuoteShort(e.path())) + " (" + e.secretPrefix() + "…)"
	switch {
	case isShared && secret || isAsymmetric && public:
		return nil, Check{}
	case isShared:
		return &Verdict{
			Code:   NoSecret,
			Title:  "No shared secret to verify with",
			Detail: "Its signature is marked " + shared.Field + " (HMAC-SHA256, with a shared secret), but hooktop has only a public key: " + sources(e.secrets) + ".",
			Fix:    place + ", beside the public key, " + takenUp(e.signing.Variables[0], e.secrets),
		}, failed("secrets", "a public key alone")
	case isAsymmetric:
		return &Verdict{
			Code:   UnsupportedVersion,
			Title:  "Signed with a private key",
			Detail: "Its signature is marked " + listed + ": " + asymmetric.Field + " is " + e.signing.Sender + "'s asymmetric form (ed25519), but hooktop has only a shared secret, " + sources(e.secrets) + ".",
			Fix:    "Put the endpoint's public key (" + PublicPrefix + "…) beside the secret, separated by a comma, " + takenUp(e.signing.Variables[0], e.secrets) + " Or have the endpoint sign with a shared secret (" + e.secretPrefix() + "…), as " + e.title + "'s endpoints do: no " + e.signing.Sender + " library verifies " + asymmetric.Field + ".",
		}, check
	}
	return &Verdict{
		Code:   UnsupportedVersion,
		Title:  "No signature of a known version",
		Detail: "Its signature is marked " + listed + "; " + e.title + " signs with " + shared.Field + " (HMAC-SHA256).",
		Fix:    "If there is a proxy in between, have it pass the signature on unchanged. If your own code signs, send " + e.signing.Form + ".",
	}, check
}
