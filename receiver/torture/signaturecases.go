package torture

import (
	"bytes"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// signatureCases returns the cases about the signature and the request; base is
// the event that they send.
func signatureCases(base step) []Case {
	return append(append(invalidCases(base), validCases(base)...), requestCases(base)...)
}

// stranger returns a secret that no endpoint has.
func stranger() webhook.Secret {
	return webhook.NewSecret("whsec_aG9va3RvcCB0b3J0dXJlIHN0cmFuZ2Vy", webhook.Source{})
}

// spoilt returns the step with the request changed after it was signed.
func (s step) spoilt(right rule, spoil func(*request)) step {
	s.right, s.spoil = right, spoil
	return s
}

// signedBefore returns the step as it was signed some time ago.
func (s step) signedBefore(right rule, ago time.Duration) step {
	s.right, s.signed = right, ago
	return s
}

// without returns the step without some headers, which must be rejected.
func (s step) without(names ...string) step {
	return s.spoilt(rejects, func(r *request) {
		for _, name := range names {
			r.header.Del(name)
		}
	})
}

// invalidCases have no valid signature.
func invalidCases(base step) []Case {
	forged := []step{base.spoilt(rejects, func(r *request) { r.header.Set("Svix-Signature", r.forged) })}
	if base.given == nil {
		forged = append(forged, base.spoilt(rejects, func(r *request) {
			r.body = bytes.ReplaceAll(r.body, []byte("@example.com"), []byte("@example.org"))
		}))
	}
	return []Case{
		{
			Name: "forged", Does: "a signature made with another secret, and a body changed after signing", Expected: "400, 401 or 403: anyone can send such a request", Fix: fixVerify,
			steps: forged,
		},
		{
			Name: "unsigned", Does: "requests without the signature headers, or without one of them", Expected: "400, 401 or 403", Fix: fixVerify,
			steps: []step{base.without("Svix-Id", "Svix-Timestamp", "Svix-Signature"), base.without("Svix-Timestamp"), base.without("Svix-Id")},
		},
		{
			Name: "out-of-time", Does: "signatures from ten minutes ago and ten minutes ahead", Expected: "400, 401 or 403: after 5 minutes it may be a replay",
			Fix:   "Reject signatures more than 5 minutes old or ahead, as verifyWebhook and the svix library do.",
			steps: []step{base.signedBefore(rejects, 10*time.Minute), base.signedBefore(rejects, -10*time.Minute)},
		},
	}
}

// validCases have a valid signature, in a way that apps may not expect.
func validCases(base step) []Case {
	return []Case{
		{
			Name: "in-time", Does: "a signature from 290 s ago", Expected: "2xx: up to 5 minutes are allowed", Fix: "Allow 5 minutes either way, as the svix library does.",
			steps: []step{base.signedBefore(accepts, 290*time.Second)},
		},
		{
			Name: "rotation", Does: "two signatures, the second one right", Expected: "2xx: for a day after a rotation, the old secret still signs as well", Fix: fixHeader,
			steps: []step{base.spoilt(accepts, func(r *request) {
				r.header.Set("Svix-Signature", r.forged+" "+r.header.Get("Svix-Signature"))
			})},
		},
		{
			Name: "versions", Does: "a signature of an unknown version next to the right one", Expected: "2xx: unknown versions are ignored", Fix: fixHeader,
			steps: []step{base.spoilt(accepts, func(r *request) {
				r.header.Set("Svix-Signature", "v9,dW5rbm93bg== "+r.header.Get("Svix-Signature")+" v1a,dW5rbm93bg==")
			})},
		},
	}
}

// requestCases are unusual in something else than the signature.
func requestCases(base step) []Case {
	get := base
	get.method, get.right = http.MethodGet, rejectsGet
	return []Case{
		{
			Name: "webhook-headers", Does: "webhook-id, -timestamp and -signature instead of svix-*", Expected: "2xx or 4xx: verifyWebhook reads only svix-*", Fix: fixVerify,
			steps: []step{base.spoilt(anyButError, func(r *request) {
				for _, name := range []string{"Id", "Timestamp", "Signature"} {
					r.header.Set("Webhook-"+name, r.header.Get("Svix-"+name))
					r.header.Del("Svix-" + name)
				}
			})},
		},
		{
			Name: "content-type", Does: "content-type text/plain", Expected: "2xx or 4xx, and no exception", Fix: "Read the raw body whatever its type, or answer 415.",
			steps: []step{base.spoilt(anyButError, func(r *request) { r.header.Set("Content-Type", "text/plain; charset=utf-8") })},
		},
		{
			Name: "get", Does: "a GET, as browsers send it", Expected: "405 or 404", Fix: "Answer 405 to all methods but POST.",
			steps: []step{get},
		},
	}
}
