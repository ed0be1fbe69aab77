package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// stripeHypotheses are the explanations for a delivery to Stripe's path, in
// the order in which they are tried.
var stripeHypotheses = []hypothesis{
	stripeUnsigned, stripeNoTime, stripeBadTime, timeliness, stripeNoSecret, stripeRightSecret,
	stripeUnsupported, stripeMalformed, stripeWrongSecret,
}

// stripeHeader reads Stripe-Signature: t=1492774577,v1=5257…,v0=6ffb…
func stripeHeader(h http.Header) signedHeaders {
	if !(Stripe{}).Claims(h) {
		return signedHeaders{}
	}
	s := signedHeaders{prefix: "Stripe-", signature: strings.TrimSpace(h.Get(stripeSignature))}
	for name, value := range stripePairs(s.signature) {
		if name == "t" {
			s.timestamp = value
			break
		}
	}
	return s
}

// stripePairs are the header's parts, parted as Stripe's libraries do. The name
// is "" for one without =.
func stripePairs(header string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for part := range strings.SplitSeq(header, ",") {
			name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
			if !ok {
				name, value = "", name
			}
			if (name != "" || value != "") && !yield(name, value) {
				return
			}
		}
	}
}

// stripeMAC is the signature of a body. The key is the whole text of the
// secret, whsec_ and all, which is not decoded: unlike Svix's.
func stripeMAC(secret Secret, t string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return mac.Sum(nil)
}

// stripeMatching finds the secret that made one of the v1 signatures, whatever
// their time; after a secret was rolled there are two.
func stripeMatching(s signedHeaders, body []byte, secrets []Secret) *Secret {
	var sums [][]byte
	for name, value := range stripePairs(s.signature) {
		if sum, err := hex.DecodeString(value); name == "v1" && err == nil {
			sums = append(sums, sum)
		}
	}
	for i := range secrets {
		if len(sums) == 0 || secrets[i].Reveal() == "" {
			continue
		}
		want := stripeMAC(secrets[i], s.timestamp, body)
		for _, sum := range sums {
			if hmac.Equal(sum, want) {
				return &secrets[i]
			}
		}
	}
	return nil
}

func stripeUnsigned(e *evidence) (*Verdict, Check) {
	switch other := claimant(e.Header); {
	case e.signed.signature != "":
		return nil, passed("headers", "stripe-signature")
	case e.signed.prefix != "":
		return &Verdict{
			Code:   MissingHeaders,
			Title:  "The signature header is blank",
			Detail: "stripe-signature is there, with nothing in it.",
			Fix:    "Something between Stripe and here empties the header: let a proxy pass it as it is.",
		}, failed("headers", "stripe-signature is blank")
	case other != nil:
		return e.wrongProvider(other)
	}
	return &Verdict{
		Code:   Unsigned,
		Title:  "Not signed",
		Detail: "It carries no stripe-signature header, so Stripe did not send it, or a proxy dropped the header.",
		Fix:    "For a signed test run: hooktop trigger customer.subscription.updated",
	}, failed("headers", "no stripe-signature header")
}

// stripeNoTime holds for a header that is not of the form at all.
func stripeNoTime(e *evidence) (*Verdict, Check) {
	for name := range stripePairs(e.signed.signature) {
		if name == "t" {
			return nil, Check{}
		}
	}
	return stripeBroken(e, "has no t=, the time of the signature")
}

func stripeBadTime(e *evidence) (*Verdict, Check) {
	seconds, err := strconv.ParseInt(e.signed.timestamp, 10, 64)
	if err == nil {
		e.sentAt = time.Unix(seconds, 0)
		return nil, Check{}
	}
	return &Verdict{
		Code:   BadTimestamp,
		Title:  "The timestamp is not a number",
		Detail: fmt.Sprintf("t in stripe-signature is %s; it has to be whole seconds since 1970.", short(e.signed.timestamp)),
		Fix:    "Send the seconds since 1970 as Stripe does, such as 1716883200: no fraction, no date.",
	}, failed("time", "t is not a whole number")
}

func stripeNoSecret(e *evidence) (*Verdict, Check) {
	if len(e.secrets) > 0 {
		return nil, Check{}
	}
	return &Verdict{
		Code:   NoSecret,
		Title:  "No signing secret to verify with",
		Detail: "hooktop has no signing secret for Stripe.",
		Fix:    "Put the secret " + takenUp(e.scheme.variable, nil) + " It is whsec_…: " + whereStripeSecret + ".",
	}, failed("secrets", "none known")
}

func stripeRightSecret(e *evidence) (*Verdict, Check) {
	return held(e, stripeMatching(e.signed, e.Body, e.secrets))
}

// stripeUnsupported holds for signatures of versions that are not v1 alone. v0
// is what test mode adds: it proves nothing.
func stripeUnsupported(e *evidence) (*Verdict, Check) {
	const most = 3
	var versions []string
	for name := range stripePairs(e.signed.signature) {
		switch {
		case name == "v1", name == "":
			return nil, Check{}
		case name[0] == 'v' && len(versions) < most:
			versions = append(versions, short(name))
		}
	}
	if len(versions) == 0 {
		return nil, Check{}
	}
	return &Verdict{
		Code:   UnsupportedVersion,
		Title:  "No signature of a known version",
		Detail: "It is signed as " + strings.Join(versions, ", ") + " and not as v1 (HMAC-SHA256), the only version that counts.",
		Fix:    "Stripe signs with v1 beside any other. Let a proxy pass stripe-signature as it is; sign a test of your own with generateTestHeaderString of Stripe's library.",
	}, failed("signature", "versions "+strings.Join(versions, ", "))
}

func stripeMalformed(e *evidence) (*Verdict, Check) {
	reason := "has no v1=, the signature"
	for name, value := range stripePairs(e.signed.signature) {
		if name != "v1" {
			continue
		}
		raw, err := hex.DecodeString(value)
		if err == nil && len(raw) == sha256.Size {
			return nil, passed("signature", "well-formed")
		}
		reason = "has a v1 that is not the hex of 32 bytes: cut off or changed on the way"
		if raw, err := base64.StdEncoding.DecodeString(value); err == nil && len(raw) == sha256.Size {
			reason = "has a v1 in base64; it has to be hex"
		}
	}
	return stripeBroken(e, reason)
}

// stripeBroken is the verdict on a header that is not of Stripe's form.
func stripeBroken(e *evidence, reason string) (*Verdict, Check) {
	return &Verdict{
		Code:   MalformedSignature,
		Title:  "The signature is malformed",
		Detail: "stripe-signature " + reason + ". Received: " + short(e.signed.signature),
		Fix:    "Send t=SECONDS,v1=HEX, where HEX is HMAC-SHA256 over t.body. hooktop trigger sends a correct one to compare with.",
	}, failed("signature", "stripe-signature "+reason)
}

// stripeWrongSecret is what remains when no other explanation holds.
func stripeWrongSecret(e *evidence) (*Verdict, Check) {
	v := &Verdict{
		Code:   WrongSecret,
		Title:  "Signed with another secret",
		Detail: "The header is in order, but the signature was not made over this body with " + sources(e.secrets) + ".",
		Fix: "Stripe Dashboard → Developers → Webhooks → the endpoint whose URL ends in " + short(e.path()) + " → Signing secret → " + takenUp(e.scheme.variable, e.secrets) +
			" Each endpoint has a secret of its own, and so has stripe listen, which prints it. Restart the app too, if it has that secret.",
	}
	v.Detail += e.alsoUntimely()
	e.blameBody(v)
	return v, failed("secrets", plural(len(e.secrets), "secret")+" tried, none matches")
}
