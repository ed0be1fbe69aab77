package webhook

import (
	"iter"
	"net/http"
	"strings"

	svix "github.com/svix/svix-webhooks/go"
)

// signedHeaders are the three headers of a Svix signature, under the names
// that the request used.
type signedHeaders struct {
	prefix                   string // "Svix-" or "Webhook-"
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

// matching finds the secret that signed the body, whatever the signature's
// time. The verdict is the signer's own code.
func matching(s signedHeaders, body []byte, secrets []Secret) *Secret {
	h := http.Header{"Svix-Id": {s.id}, "Svix-Timestamp": {s.timestamp}, "Svix-Signature": {s.signature}}
	for i := range secrets {
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
