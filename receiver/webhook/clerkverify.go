package webhook

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// clerkHypotheses are the explanations for a delivery to Clerk's path, in the
// order in which they are tried: a wrong secret is named before an old
// timestamp, because a timestamp is believed only when the signature holds.
var clerkHypotheses = []hypothesis{
	unsigned, missingHeaders, badTimestamp, timeliness, noSecret, rightSecret,
	malformedSignature, unsupportedVersion, wrongSecret,
}

func unsigned(e *evidence) (*Verdict, Check) {
	if e.signed.prefix != "" {
		return nil, Check{}
	}
	if _, other, ok := Claimed(e.Header); ok {
		return &Verdict{
			Code:   WrongProvider,
			Title:  "A " + other + " delivery on Clerk's path",
			Detail: "It carries " + other + "'s signature header and none of Clerk's.",
			Fix:    "Give " + other + "'s endpoint a path of its own; this one, " + short(e.path()) + ", is Clerk's.",
		}, Check{"headers", false, "those of " + other}
	}
	return &Verdict{
		Code:   Unsigned,
		Title:  "Not signed",
		Detail: "It carries no svix-id, svix-timestamp and svix-signature header, so neither Clerk nor Svix sent it.",
		Fix:    "For a signed test run: hooktop trigger user.created",
	}, Check{"headers", false, "no svix-* or webhook-* header"}
}

func missingHeaders(e *evidence) (*Verdict, Check) {
	missing, there := e.signed.lacking()
	if len(missing) == 0 {
		return nil, Check{"headers", true, strings.Join(there, ", ")}
	}
	return &Verdict{
		Code:   MissingHeaders,
		Title:  "Signature headers are missing",
		Detail: "Missing or blank: " + strings.Join(missing, ", ") + ". There: " + strings.Join(there, ", ") + ".",
		Fix:    "Something between Clerk and here drops headers: let a proxy pass all that start with svix-. For a hand-made request, send all three.",
	}, Check{"headers", false, "missing " + strings.Join(missing, ", ")}
}

func badTimestamp(e *evidence) (*Verdict, Check) {
	seconds, err := strconv.ParseInt(e.signed.timestamp, 10, 64)
	if err == nil {
		e.sentAt = time.Unix(seconds, 0)
		return nil, Check{}
	}
	name := strings.ToLower(e.signed.prefix) + "timestamp"
	return &Verdict{
		Code:   BadTimestamp,
		Title:  "The timestamp is not a number",
		Detail: fmt.Sprintf("%s is %s; it has to be whole seconds since 1970.", name, short(e.signed.timestamp)),
		Fix:    "Send the seconds since 1970 as Svix does, such as 1716883200: no fraction, no date.",
	}, Check{"time", false, name + " is not a whole number"}
}

func noSecret(e *evidence) (*Verdict, Check) {
	if len(e.secrets) > 0 {
		return nil, Check{}
	}
	return &Verdict{
		Code:   NoSecret,
		Title:  "No signing secret to verify with",
		Detail: "hooktop has no signing secret for Clerk.",
		Fix:    "Put " + Clerk{}.SecretVars()[0] + "=whsec_… into .env.local and start hooktop again. Clerk Dashboard → Webhooks → your endpoint → Signing Secret.",
	}, Check{"secrets", false, "none known"}
}

// timeliness explains nothing by itself: a time is believed only together
// with the signature over it.
func timeliness(e *evidence) (*Verdict, Check) {
	return nil, Check{"time", timely(e.age()), ageText(e.age()) + ", " + ageSeconds(Tolerance) + " allowed"}
}

func timely(age time.Duration) bool { return age >= -Tolerance && age <= Tolerance }

// rightSecret holds for a signature that matches: verified, or made at the
// wrong time.
func rightSecret(e *evidence) (*Verdict, Check) {
	by := matching(e.signed, e.Body, e.secrets)
	if by == nil {
		return nil, Check{}
	}
	check := Check{"signature", true, "made with " + by.String()}
	secret := by.String() + " (" + by.Source + ")"
	switch age := e.age(); {
	case timely(age):
		return &Verdict{
			Verified: true,
			Title:    "Signature verified",
			Detail:   "Signed with " + by.String() + ", " + by.Source + ".",
			Secret:   secret,
		}, check
	case age > 0:
		return &Verdict{
			Code:   TooOld,
			Title:  "Signed too long ago",
			Detail: fmt.Sprintf("The signature is right, and %s old; %s are allowed. Retries are signed afresh, so this is a stored request sent again, or a clock: the sender's behind, or this machine's ahead.", ageSeconds(age), ageSeconds(Tolerance)),
			Fix:    "Send a stored delivery with hooktop resend ID, which signs it afresh. For a live one set this machine's clock (after sleep a virtual machine's is often wrong).",
			Secret: secret,
		}, check
	default:
		return &Verdict{
			Code:   TooNew,
			Title:  "Signed in the future",
			Detail: fmt.Sprintf("The signature is right, and its time %s ahead of this machine's clock; %s are allowed.", ageSeconds(-age), ageSeconds(Tolerance)),
			Fix:    "Set this machine's clock: it is behind (after sleep a virtual machine's often is).",
			Secret: secret,
		}, check
	}
}

func malformedSignature(e *evidence) (*Verdict, Check) {
	var reason string
	for entry := range e.signed.entries() {
		version, sig, ok := strings.Cut(entry, ",")
		switch {
		case !ok:
			reason = "has no version: v1, has to stand before the signature"
		case version != "v1":
			continue
		case len(sig) == hex.EncodedLen(32) && isHex(sig):
			reason = "is hex; it has to be base64"
		default:
			raw, err := base64.StdEncoding.DecodeString(sig)
			if err == nil && len(raw) == 32 {
				return nil, Check{"signature", true, "well-formed"}
			}
			reason = "is not the base64 of 32 bytes: cut off or changed on the way"
		}
	}
	if reason == "" {
		return nil, Check{}
	}
	name := strings.ToLower(e.signed.prefix) + "signature"
	return &Verdict{
		Code:   MalformedSignature,
		Title:  "The signature is malformed",
		Detail: name + " " + reason + ". Received: " + short(e.signed.signature),
		Fix:    "Send v1, and the base64 of HMAC-SHA256 over id.timestamp.body; several are separated by blanks. hooktop trigger sends a correct one to compare with.",
	}, Check{"signature", false, name + " " + reason}
}

func unsupportedVersion(e *evidence) (*Verdict, Check) {
	const most = 3
	var versions []string
	for entry := range e.signed.entries() {
		version, _, _ := strings.Cut(entry, ",")
		if version == "v1" {
			return nil, Check{}
		}
		versions = append(versions, version)
	}
	for i := range versions[:min(len(versions), most)] {
		versions[i] = short(versions[i])
	}
	if n := len(versions) - most; n > 0 {
		versions = append(versions[:most], fmt.Sprintf("and %d more", n))
	}
	return &Verdict{
		Code:   UnsupportedVersion,
		Title:  "No signature of a known version",
		Detail: "It is signed as " + strings.Join(versions, ", ") + "; Clerk signs with v1 (HMAC-SHA256). v1a is Svix's asymmetric form.",
		Fix:    "Let the endpoint sign with a shared secret (whsec_…), as Clerk's do.",
	}, Check{"signature", false, "versions " + strings.Join(versions, ", ")}
}

// wrongSecret is what remains when no other explanation holds.
func wrongSecret(e *evidence) (*Verdict, Check) {
	tried := "1 secret"
	if n := len(e.secrets); n > 1 {
		tried = strconv.Itoa(n) + " secrets"
	}
	return &Verdict{
		Code:   WrongSecret,
		Title:  "Signed with another secret",
		Detail: "The headers are in order, but the signature was not made over this body with " + sources(e.secrets) + ".",
		Fix:    "Clerk Dashboard → Webhooks → the endpoint whose URL ends in " + short(e.path()) + " → Signing Secret → into " + Clerk{}.SecretVars()[0] + ", then start hooktop again. Each endpoint has a secret of its own.",
	}, Check{"secrets", false, tried + " tried, none matches"}
}

// age is the signature's age in whole seconds, as Svix's JavaScript counts. A
// sender may claim any time: one beyond what a Duration holds is that far away.
func (e *evidence) age() time.Duration {
	const most = int64(math.MaxInt64 / time.Second)
	sent := max(-most, min(most, e.sentAt.Unix()))
	return time.Duration(max(-most, min(most, e.at.Unix()-sent))) * time.Second
}

// path is the request's path as it stands in the request line.
func (e *evidence) path() string {
	path, _, _ := strings.Cut(e.URL, "?")
	return path
}

func ageText(age time.Duration) string {
	if age < 0 {
		return ageSeconds(-age) + " ahead"
	}
	return ageSeconds(age) + " old"
}

// ageSeconds says a duration in its one or two largest units.
func ageSeconds(d time.Duration) string {
	switch {
	case d <= 10*time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d <= 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d <= 48*time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

func isHex(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil
}

// short quotes a sender's text for a sentence. Quoting also makes it harmless.
func short(s string) string {
	const most = 60
	if len(s) > most {
		return strconv.QuoteToASCII(s[:most]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
