// Package onward decides which headers of a stored delivery are sent to an app again. A
// signature vouches for the message id, the time and the body, and for nothing else:
// whoever saw one signed request can send it once more with headers of their own, and
// many apps believe such headers when they come from this machine. So a request that
// hooktop signs has the headers that senders sign and write themselves, and no others:
// no Authorization, no Cookie, no X-Forwarded-For, no X-Original-URL. What an app needs
// beside them, the user adds with --forward-header.
//
// Where it is sent is decided elsewhere, and never by the request either.
package onward

import (
	"mime"
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// agent is the User-Agent in place of one that nobody vouches for.
const agent = "hooktop resend"

// Signed returns the headers of a request that is about to be signed: those of the
// signature, which signing replaces, and what the body is. vouched is set if the
// delivery's own signature, or the provider's API, vouches for it; then it also has its
// sender's Accept and User-Agent.
func Signed(h http.Header, s *webhook.Signing, vouched bool) http.Header {
	out := signature(h, s)
	content := "application/json"
	if given := h.Get("Content-Type"); isJSON(given) && plain.MatchString(given) {
		content = given
	}
	out.Set("Content-Type", content)
	out.Set("Accept", "*/*")
	out.Set("User-Agent", agent)
	if vouched {
		describe(out, h)
	}
	return out
}

// Original returns what is sent of a delivery that nothing vouches for if it is not
// signed again: the signature as it came, and what the body is.
func Original(h http.Header, s *webhook.Signing) http.Header {
	out := signature(h, s)
	if given := h.Get("Content-Type"); isJSON(given) && plain.MatchString(given) {
		out.Set("Content-Type", given)
	}
	describe(out, h)
	return out
}

// Valid returns a copy of headers without those that cannot be in a request: a file may
// hold names and values that no connection can.
func Valid(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		for _, v := range values {
			if httpguts.ValidHeaderFieldName(name) && httpguts.ValidHeaderFieldValue(v) {
				out.Add(name, v)
			}
		}
	}
	return out
}

// plain are the values that programs write about themselves. They hold nothing that a
// log, a template or a shell would read as more than text.
var plain = regexp.MustCompile(`^[A-Za-z0-9 ./;:,()+*=_-]{1,200}$`)

// describe takes over how the sender describes itself.
func describe(out, h http.Header) {
	for _, name := range []string{"Accept", "User-Agent"} {
		if v := h.Get(name); plain.MatchString(v) {
			out.Set(name, v)
		}
	}
}

// signature returns the headers of the signature.
func signature(h http.Header, s *webhook.Signing) http.Header {
	out := http.Header{}
	if s == nil {
		return out
	}
	prefixes := s.Prefixes
	if len(prefixes) == 0 {
		prefixes = []string{""}
	}
	for _, prefix := range prefixes {
		for _, name := range []string{s.ID.Header, s.Timestamp.Header, s.Signature} {
			if name == "" {
				continue
			}
			for _, v := range h.Values(prefix + name) {
				if httpguts.ValidHeaderFieldValue(v) {
					out.Add(prefix+name, v)
				}
			}
		}
	}
	return out
}

func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"))
}

// id is a message id as senders write it.
var id = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// PlainID reports whether a message id is one as senders write it. One that a stranger
// chose may hold dots, and so say with the time what a body should say.
func PlainID(text string) bool { return id.MatchString(text) }
