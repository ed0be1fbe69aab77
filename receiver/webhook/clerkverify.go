package webhook

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
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
	if other := claimant(e.Header); other != nil {
		return e.wrongProvider(other)
	}
	v := &Verdict{
		Code:   Unsigned,
		Title:  "Not signed",
		Detail: "It carries no svix-id, svix-timestamp and svix-signature header, so neither Clerk nor Svix sent it.",
		Fix:    "For a signed test run: hooktop trigger user.created",
	}
	if l := e.look(); l.sender.OK {
		v.Detail = l.opening() + "it carries no svix-id, svix-timestamp and svix-signature header."
		v.Fix = "Something between Clerk and here drops headers: let a proxy pass all that start with svix-."
	}
	return v, failed("headers", "no svix-* or webhook-* header")
}

func missingHeaders(e *evidence) (*Verdict, Check) {
	missing, there := e.signed.lacking()
	if len(missing) == 0 {
		return nil, passed("headers", strings.Join(there, ", "))
	}
	return &Verdict{
		Code:   MissingHeaders,
		Title:  "Signature headers are missing",
		Detail: "Missing or blank: " + strings.Join(missing, ", ") + ". There: " + strings.Join(there, ", ") + ".",
		Fix:    "Something between Clerk and here drops headers: let a proxy pass all that start with svix-. For a hand-made request, send all three.",
	}, failed("headers", "missing "+strings.Join(missing, ", "))
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
	}, failed("time", name+" is not a whole number")
}

func noSecret(e *evidence) (*Verdict, Check) {
	if len(e.secrets) > 0 {
		return nil, Check{}
	}
	return &Verdict{
		Code:   NoSecret,
		Title:  "No signing secret to verify with",
		Detail: "hooktop has no signing secret for Clerk.",
		Fix:    "Clerk Dashboard → Webhooks → your endpoint → Signing Secret (whsec_…) → " + takenUp(e.scheme.variable, nil),
	}, failed("secrets", "none known")
}

// timeliness explains nothing by itself: a time is believed only together
// with the signature over it.
func timeliness(e *evidence) (*Verdict, Check) {
	if unit, _ := unitOf(e.sentAt); unit != "" {
		return nil, failed("time", "in "+unit+", not in seconds")
	}
	return nil, Check{Name: "time", OK: e.timely(), Detail: ageText(e.age()) + ", " + ageSeconds(Tolerance) + " allowed"}
}

func (e *evidence) timely() bool { return timely(e.age()) }

func timely(age time.Duration) bool { return age >= -Tolerance && age <= Tolerance }

// rightSecret holds for a signature that matches: verified, or made at the
// wrong time.
func rightSecret(e *evidence) (*Verdict, Check) {
	return held(e, matching(e.signed, e.Body, e.secrets))
}

// held is the verdict on a signature that a secret made, nil for none.
func held(e *evidence, by *Secret) (*Verdict, Check) {
	if by == nil {
		return nil, Check{}
	}
	made := "made with " + by.String()
	if by.Public() {
		made = "v1a, made with the private key of " + by.String()
	}
	check := passed("signature", made)
	if !e.timely() {
		return e.untimely(by), check
	}
	return &Verdict{
		Verified: true,
		Title:    "Signature verified",
		Detail:   "Signed with " + strings.TrimPrefix(strings.TrimPrefix(made, "v1a, "), "made with ") + ", " + by.Source.String() + ".",
		Secret:   by.FullName(),
	}, check
}

// untimely says which way a right signature's time is off, and why that may
// be. What else verified lately tells more: see History.
func (e *evidence) untimely(by *Secret) *Verdict {
	if unit, meant := unitOf(e.sentAt); unit != "" {
		return e.wrongUnit(by, unit, meant)
	}
	age := e.age()
	v := &Verdict{Code: TooOld, Title: "Signed too long ago", Secret: by.FullName()}
	v.Detail = fmt.Sprintf("The signature is right, and %s old; %s are allowed. Retries are signed afresh, so this is a stored request sent again, or a clock: the sender's behind, or this machine's ahead.", ageSeconds(age), ageSeconds(Tolerance))
	v.Fix = "Send a stored delivery with hooktop resend ID, which signs it afresh. For a live one set this machine's clock (after sleep a virtual machine's is often wrong)."
	if age > 0 {
		return v
	}
	v.Code, v.Title = TooNew, "Signed in the future"
	v.Detail = fmt.Sprintf("The signature is right, and its time %s ahead of this machine's clock; %s are allowed.", ageSeconds(-age), ageSeconds(Tolerance))
	v.Fix = "Set this machine's clock: it is behind (after sleep a virtual machine's often is)."
	if e.look().sender.OK {
		v.Detail += " It looks like " + e.scheme.sender + "'s own, whose clocks are kept right: then it is this machine's that is behind."
	}
	return v
}

func malformedSignature(e *evidence) (*Verdict, Check) {
	var reason string
	public := slices.ContainsFunc(e.secrets, Secret.Public)
	for entry := range e.signed.entries() {
		version, sig, ok := strings.Cut(entry, ",")
		length := 32
		switch {
		case !ok:
			reason = "has no version: v1, has to stand before the signature"
			continue
		case version == "v1a" && public:
			length = 64
		case version != "v1":
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(sig)
		switch {
		case err == nil && len(raw) == length:
			return nil, passed("signature", "well-formed")
		case len(sig) == hex.EncodedLen(length) && isHex(sig):
			reason = "is hex; it has to be base64"
		default:
			reason = fmt.Sprintf("is not the base64 of %d bytes: cut off or changed on the way", length)
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
	}, failed("signature", name+" "+reason)
}

// unsupportedVersion holds where no signature is of a version that the known
// secrets can verify: v1 with a shared one, v1a with a public key.
func unsupportedVersion(e *evidence) (*Verdict, Check) {
	public := slices.ContainsFunc(e.secrets, Secret.Public)
	shared := slices.ContainsFunc(e.secrets, func(s Secret) bool { return !s.Public() })
	versions := e.signed.versions()
	v1, v1a := slices.Contains(versions, "v1"), slices.Contains(versions, "v1a")
	listed := listOf(versions)
	check := failed("signature", "versions "+listed)
	switch {
	case v1 && shared || v1a && public:
		return nil, Check{}
	case v1:
		return &Verdict{
			Code:   NoSecret,
			Title:  "No shared secret to verify with",
			Detail: "It is signed as v1 (HMAC-SHA256, with a shared secret), and hooktop has only a public key: " + sources(e.secrets) + ".",
			Fix:    "Clerk Dashboard → Webhooks → the endpoint whose URL ends in " + short(e.path()) + " → Signing Secret (whsec_…), beside the public key, " + takenUp(e.scheme.variable, e.secrets),
		}, failed("secrets", "a public key alone")
	case v1a:
		return &Verdict{
			Code:   UnsupportedVersion,
			Title:  "Signed with a private key",
			Detail: "It is signed as " + listed + ": v1a is Svix's asymmetric form (ed25519), and hooktop has only a shared secret, " + sources(e.secrets) + ".",
			Fix:    "Put the endpoint's public key (whpk_…) beside the secret, separated by a comma, " + takenUp(e.scheme.variable, e.secrets) + " Or let the endpoint sign with a shared secret (whsec_…), as Clerk's do: no Svix library verifies v1a.",
		}, check
	}
	return &Verdict{
		Code:   UnsupportedVersion,
		Title:  "No signature of a known version",
		Detail: "It is signed as " + listed + "; Clerk signs with v1 (HMAC-SHA256).",
		Fix:    "Let the endpoint sign with a shared secret (whsec_…), as Clerk's do, and write v1, before the signature.",
	}, check
}

// listOf quotes a sender's words for a sentence, the first few of them.
func listOf(words []string) string {
	const most = 3
	var list []string
	for _, w := range words[:min(len(words), most)] {
		list = append(list, short(w))
	}
	if n := len(words) - most; n > 0 {
		list = append(list, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(list, ", ")
}

// wrongSecret is what remains when no other explanation holds.
func wrongSecret(e *evidence) (*Verdict, Check) {
	v := &Verdict{Code: WrongSecret, Title: "Signed with another secret"}
	v.Fix = "Clerk Dashboard → Webhooks → the endpoint whose URL ends in " + short(e.path()) + " → Signing Secret → " + takenUp(e.scheme.variable, e.secrets) + " Each endpoint has a secret of its own. Restart the app too, if it has that secret."
	opening := e.look().opening()
	if opening == "" {
		opening = "The headers are in order, but "
	}
	v.Detail = opening + "its signature was not made over this body with " + sources(e.secrets) + "."
	if !e.look().sender.OK {
		v.Fix += " For a signed test run: hooktop trigger user.created."
	}
	v.Detail += e.alsoUntimely()
	e.blameBody(v)
	return v, failed("secrets", plural(len(e.secrets), "secret")+" tried, none matches")
}

// alsoUntimely is a sentence more where the time would be refused as well, ""
// where it is right.
func (e *evidence) alsoUntimely() string {
	if e.timely() {
		return ""
	}
	if unit, _ := unitOf(e.sentAt); unit != "" {
		return " Its time would be refused as well: it is in " + unit + ", not in seconds."
	}
	return " Its time would be refused as well: " + ageText(e.age()) + ", " + ageSeconds(Tolerance) + " allowed."
}

// age is the signature's age in whole seconds, as Svix's JavaScript counts.
func (e *evidence) age() time.Duration {
	return between(e.sentAt, time.Unix(e.at.Unix(), 0))
}

// path is the request's path as it stands in the request line.
func (e *evidence) path() string {
	path, _, _ := strings.Cut(e.URL, "?")
	return path
}
