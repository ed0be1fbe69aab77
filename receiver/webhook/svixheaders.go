package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"iter"
	"net/http"
	"slices"
	"strings"

	svix "github.com/svix/svix-webhooks/go"
)

// signedHeaders are the three headers of a Svix signature, under the names
// that the request used; or Stripe's one, whose id is "" and whose signature is
// the whole header.
type signedHeaders struct {
	prefix                   string // "Svix-", "Webhook-" or "Stripe-"
	id, timestamp, signature string
}

var svixPrefixes = []string{"Svix-", "Webhook-"}

// svixPrefixesOf gives the prefixes under which a request has signature headers.
func svixPrefixesOf(h http.Header) (prefixes []string) {
	for _, prefix := range svixPrefixes {
		if s := svixHeadersUnder(h, prefix); s.id != "" || s.timestamp != "" || s.signature != "" {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes
}

// svixHeaders reads svix-*, and webhook-* where there is no svix-* at all.
func svixHeaders(h http.Header) signedHeaders {
	if prefixes := svixPrefixesOf(h); len(prefixes) > 0 {
		return svixHeadersUnder(h, prefixes[0])
	}
	return signedHeaders{}
}

func svixHeadersUnder(h http.Header, prefix string) signedHeaders {
	return signedHeaders{
		prefix:    prefix,
		id:        strings.TrimSpace(h.Get(prefix + "Id")),
		timestamp: strings.TrimSpace(h.Get(prefix + "Timestamp")),
		signature: strings.TrimSpace(h.Get(prefix + "Signature")),
	}
}

// lacking names the headers that are missing or blank.
func (s signedHeaders) lacking() (missing, there []string) {
	for _, h := range []struct{ name, value string }{{"id", s.id}, {"timestamp", s.timestamp}, {"signature", s.signature}} {
		name := strings.ToLower(s.prefix) + h.name
		if h.value == "" {
			missing = append(missing, name)
		} else {
			there = append(there, name)
		}
	}
	return missing, there
}

// asymmetricMost is how many v1a signatures of one header are looked at. Svix
// sends one for each key, and each costs as much as the hash of 100 KiB.
const asymmetricMost = 4

// asymmetric are a header's well-formed v1a signatures.
func (s signedHeaders) asymmetric() (signatures [][]byte) {
	for entry := range s.entries() {
		text, ok := strings.CutPrefix(entry, "v1a,")
		raw, err := base64.StdEncoding.DecodeString(text)
		if ok && err == nil && len(raw) == ed25519.SignatureSize && len(signatures) < asymmetricMost {
			signatures = append(signatures, raw)
		}
	}
	return signatures
}

// signedBy says whether one of the signatures was made with the private key
// that belongs to a public one. Svix's libraries skip v1a; the content is the
// same (https://github.com/standard-webhooks/standard-webhooks, the
// specification's "Signature scheme").
func (s signedHeaders) signedBy(key ed25519.PublicKey, body []byte, signatures [][]byte) bool {
	if key == nil || len(signatures) == 0 {
		return false
	}
	content := append([]byte(s.id+"."+s.timestamp+"."), body...)
	return slices.ContainsFunc(signatures, func(sig []byte) bool { return ed25519.Verify(key, content, sig) })
}

// matching finds the secret that signed the body, whatever the signature's
// time. For a shared secret the verdict is the signer's own code.
func matching(s signedHeaders, body []byte, secrets []Secret) *Secret {
	h := http.Header{"Svix-Id": {s.id}, "Svix-Timestamp": {s.timestamp}, "Svix-Signature": {s.signature}}
	var asymmetric [][]byte
	if slices.ContainsFunc(secrets, Secret.Public) {
		asymmetric = s.asymmetric()
	}
	for i := range secrets {
		if secrets[i].Public() {
			if s.signedBy(publicKeyOf(secrets[i]), body, asymmetric) {
				return &secrets[i]
			}
			continue
		}
		wh, err := svix.NewWebhook(secrets[i].Reveal())
		if err == nil && wh.VerifyIgnoringTimestamp(body, h) == nil {
			return &secrets[i]
		}
	}
	return nil
}

// entries are the signatures, parted at blanks alone as Svix's library does.
func (s signedHeaders) entries() iter.Seq[string] {
	return func(yield func(string) bool) {
		for entry := range strings.SplitSeq(s.signature, " ") {
			if entry != "" && !yield(entry) {
				return
			}
		}
	}
}

// versions are what stands before the commas of the signatures.
func (s signedHeaders) versions() (all []string) {
	for entry := range s.entries() {
		version, _, _ := strings.Cut(entry, ",")
		all = append(all, version)
	}
	return all
}
