package webhook

import (
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/findingtext"
	"github.com/hooktop/hooktop/receiver/webhook/scheme"
	"github.com/hooktop/hooktop/receiver/webhook/wording"
)

// evidence is what was read of a request before its verdict.
type evidence struct {
	Request
	// title is the provider's.
	title   string
	signing *Signing
	at      time.Time
	secrets []Secret
	// other is the provider whose signature headers the request has, where those
	// of this one are missing; nil for none.
	other Provider
	// message is what the provider's headers say.
	message scheme.Message
	// sentAt is the signature's time, once it could be read.
	sentAt time.Time
	hints  *Hints
}

// newEvidence reads a request that arrived for a provider.
func newEvidence(p Provider, all []Provider, r Request, at time.Time, secrets []Secret) *evidence {
	s := p.Signing()
	e := &evidence{Request: r, title: p.Title(), signing: s, at: at, secrets: secrets}
	if e.message = s.Read(r.Header, r.URL, r.Body); !e.message.Borne {
		e.other = claimant(all, r.Header)
	}
	return e
}

// hypothesis tries one explanation. It returns the verdict where it holds, and
// else the check that rules it out (the zero Check where there is nothing to
// say). The first hypothesis that holds is the verdict.
type hypothesis func(*evidence) (*Verdict, Check)

// hypotheses are the explanations in the order in which they are tried: a wrong
// secret is named before an old timestamp, because a timestamp is believed only
// when the signature holds. The last always holds.
var hypotheses = []hypothesis{
	unsigned, missingHeaders, missingTime, badTimestamp, timeliness, noSecret, rightSecret,
	malformedSignature, unsupportedVersion, wrongSecret,
}

// Verify returns the verdict on a request that was received for a provider at
// that time, with any of the secrets. all are the providers whose headers it may
// have instead.
func Verify(p Provider, all []Provider, r Request, at time.Time, secrets []Secret) Verdict {
	e := newEvidence(p, all, r, at, secrets)
	var checks []Check
	for _, try := range hypotheses {
		v, check := try(e)
		if check.Name != "" {
			checks = append(checks, check)
		}
		if v != nil {
			v.Checks, v.SignedAt = checks, e.sentAt
			if !v.Verified {
				v.Checks = append(v.Checks, e.look().checks()...)
			}
			return *v
		}
	}
	panic("webhook: no hypothesis held")
}

func unsigned(e *evidence) (*Verdict, Check) {
	if e.message.Borne {
		return nil, Check{}
	}
	if e.other != nil {
		return e.wrongProvider()
	}
	names := e.signing.headerNames()
	lacks := "it carries no " + wording.List(names) + " header"
	if len(names) > 1 {
		lacks = "it carries none of the headers " + wording.List(names)
	}
	v := &Verdict{
		Code:   Unsigned,
		Title:  "Not signed",
		Detail: "I" + lacks[1:] + ". " + e.title + " signs everything it sends, so either something else sent this or its headers were lost on the way.",
		Fix:    "For a signed test run: hooktop trigger " + e.signing.TestEvent,
	}
	if e.signing.Sender != e.title {
		v.Detail = "I" + lacks[1:] + ". " + e.signing.Sender + " signs everything it sends for " + e.title + ", so either something else sent this or its headers were lost on the way."
	}
	if e.look().looksGenuine() {
		v.Detail = e.opening() + lacks + "."
		v.Fix = e.dropped()
	}
	return v, failed("headers", "no "+e.signing.anyHeader()+" header")
}

// dropped is the fix for headers that were lost.
func (e *evidence) dropped() string {
	return "If " + e.title + " sent it, something on the way drops headers: " + e.signing.passOn()
}

func missingHeaders(e *evidence) (*Verdict, Check) {
	missing, there := e.signing.Headers(e.message)
	switch {
	case len(missing) == 0:
		return nil, passed("headers", strings.Join(there, ", "))
	case len(there) == 0:
		return &Verdict{
			Code:   MissingHeaders,
			Title:  "The signature header is empty",
			Detail: strings.Join(missing, ", ") + " is there, with nothing in it.",
			Fix:    "If " + e.title + " sent it, something on the way empties the header: " + e.signing.passOn(),
		}, failed("headers", strings.Join(missing, ", ")+" is empty")
	}
	return &Verdict{
		Code:   MissingHeaders,
		Title:  "Signature headers are missing",
		Detail: "Missing or empty: " + strings.Join(missing, ", ") + ". Present: " + strings.Join(there, ", ") + ".",
		Fix:    e.dropped() + fmt.Sprintf(" For a hand-made request, send all %d.", len(missing)+len(there)),
	}, failed("headers", "missing "+strings.Join(missing, ", "))
}

// missingTime holds for a signature header without the field of the time.
func missingTime(e *evidence) (*Verdict, Check) {
	field := e.signing.Timestamp.Field
	if field == "" {
		return nil, Check{}
	}
	for name := range e.signing.Items(e.message.Signatures) {
		if name == field {
			return nil, Check{}
		}
	}
	return e.malformed("has no “" + field + e.signing.FieldSeparator + "” (the time of the signature)")
}

func badTimestamp(e *evidence) (*Verdict, Check) {
	sent, err := e.signing.Sent(e.message)
	if err == nil {
		e.sentAt = sent
		return nil, Check{}
	}
	if name := e.signing.timeName(e.message); strings.Contains(e.message.Timestamp, ",") {
		return &Verdict{
			Code:   BadTimestamp,
			Title:  "The timestamp arrived more than once",
			Detail: name + " is " + QuoteShort(e.message.Timestamp) + ": repeated headers are joined into one value, which is not a number.",
			Fix:    "Make whatever is between the sender and here set " + name + " once, instead of adding another.",
		}, failed("time", name+" has several values")
	}
	name, unit, example := e.signing.timeName(e.message), "seconds", "1716883200"
	if e.signing.Unit == scheme.Milliseconds {
		unit, example = "milliseconds", "1716883200000"
	}
	return &Verdict{
		Code:   BadTimestamp,
		Title:  "The timestamp is not a number",
		Detail: fmt.Sprintf("%s is %s; it has to be whole %s since 1970.", name, QuoteShort(e.message.Timestamp), unit),
		Fix:    "Send the " + unit + " since 1970 as " + e.signing.Sender + " does, such as " + example + ": no fraction, no date.",
	}, failed("time", name+" is not a whole number")
}

// timeliness explains nothing alone: a time is believed only together with the
// signature over it.
func timeliness(e *evidence) (*Verdict, Check) {
	if e.signing.Timestamp == (scheme.Source{}) {
		return nil, Check{}
	}
	if unit, _ := e.otherUnit(); unit != "" {
		return nil, failed("time", "in "+unit+", not in seconds")
	}
	return nil, Check{Name: "time", OK: e.timely(), Detail: AgeText(e.age()) + e.allowed()}
}

// allowed ends a sentence about an age with the tolerance.
func (e *evidence) allowed() string {
	if e.signing.Tolerance == 0 {
		return ", any age allowed"
	}
	return ", " + wording.Age(e.signing.Tolerance) + " allowed"
}

func noSecret(e *evidence) (*Verdict, Check) {
	if len(e.secrets) > 0 {
		return nil, Check{}
	}
	return &Verdict{
		Code:   NoSecret,
		Title:  "No signing secret to verify with",
		Detail: "hooktop has no signing secret for " + e.title + ".",
		Fix:    e.signing.placeOf("your endpoint") + " (" + e.secretPrefix() + "…) → " + takenUp(e.signing.Variables[0], nil),
	}, failed("secrets", "none known")
}

func (e *evidence) secretPrefix() string { return e.signing.Misuses.SecretPrefix }

// rightSecret holds for a signature that matches: verified, or made at the
// wrong time.
func rightSecret(e *evidence) (*Verdict, Check) {
	by := e.signing.matching(e.message, e.secrets)
	if by == nil {
		return nil, Check{}
	}
	with, made := by.String(), "made with "+by.String()
	if by.Public() {
		_, kind := e.signing.kinds()
		with = "the private key of " + by.String()
		made = kind.Field + ", made with " + with
	}
	check := passed("signature", made)
	if !e.timely() {
		return e.untimely(by), check
	}
	return &Verdict{
		Verified: true,
		Title:    "Signature verified",
		Detail:   "Signed with " + with + ", " + by.Source.String() + ".",
		Secret:   by.FullName(),
	}, check
}

// untimely says which way a right signature's time is off, and why that may
// be. What else verified lately tells more: see package recent.
func (e *evidence) untimely(by *Secret) *Verdict {
	if unit, meant := e.otherUnit(); unit != "" {
		return e.wrongUnit(by, unit, meant)
	}
	age, tolerance := e.age(), wording.Age(e.signing.Tolerance)
	v := &Verdict{Code: TooOld, Title: "Signed too long ago", Secret: by.FullName()}
	v.Detail = fmt.Sprintf("The signature is right, but it is %s old; %s are allowed. Retries are signed afresh, so most likely a stored request was sent again; otherwise a clock is wrong (the sender's is behind, or this machine's is ahead), or the request was held up on its way.", wording.Age(age), tolerance)
	v.Fix = "To send a stored delivery, use hooktop resend ID, which signs it afresh. If it was a live delivery, check this machine's clock (a virtual machine's clock is often wrong after sleep)."
	if age > 0 {
		return v
	}
	v.Code, v.Title = TooNew, "Signed in the future"
	v.Detail = fmt.Sprintf("The signature is right, but its time is %s ahead of this machine's clock; %s are allowed. Most likely this machine's clock is behind; otherwise the signer's is ahead.", wording.Age(-age), tolerance)
	v.Fix = "Check this machine's clock first (a virtual machine's clock is often behind after sleep), then the clock of whatever signed it."
	if e.look().looksGenuine() {
		v.Detail += " It looks like it really comes from " + e.signing.Sender + ", whose clocks are kept right; if so, this machine's clock is behind."
	}
	return v
}

// wrongSecret is what remains when no other explanation holds.
func wrongSecret(e *evidence) (*Verdict, Check) {
	v := &Verdict{Code: WrongSecret, Title: "The signature does not match"}
	v.doubt = e.doubt()
	opening := e.opening()
	if opening == "" {
		opening = "The headers are in order, but "
	}
	v.Detail = opening + "its signature does not match this body with " + sources(e.secrets) + "."
	v.Detail += e.alsoUntimely()
	*v = v.Suspecting(OtherSecret)
	e.blameBody(v)
	return v, failed("secrets", wording.Plural(len(e.secrets), "secret")+" tried, none matches")
}

// blameBody makes of the verdict on a signature that does not hold one on a
// body that is broken, where it is: with such a body the signature says nothing
// about the secret.
func (e *evidence) blameBody(v *Verdict) {
	fault, at := autopsy.FaultOf(e.Body)
	what, more := findingtext.OfFault(e.Body, fault, at)
	if what == "" {
		return
	}
	v.Title, v.BodyBroken = "The body arrived broken", true
	v.Alternatives, v.doubt = []Alternative{BodyChanged, OtherSecret}, doubt{}
	v.Detail = what + " " + e.title + " sends and signs a JSON object, so the body was most likely changed on its way. This says nothing about the secret." + e.alsoUntimely()
	v.Fix = "Make sure that whatever is between " + e.title + " and here passes the body on unchanged: " + findingtext.RawInJavaScript + "." + more
}

// alsoUntimely is a sentence more where the time would be refused as well, ""
// where it is right.
func (e *evidence) alsoUntimely() string {
	if e.timely() {
		return ""
	}
	if unit, _ := e.otherUnit(); unit != "" {
		return " Its timestamp would be rejected too: it is in " + unit + ", not in seconds."
	}
	return " Its timestamp would be rejected too: " + AgeText(e.age()) + e.allowed() + "."
}

func (e *evidence) timely() bool {
	return e.signing.Timestamp == (scheme.Source{}) || e.signing.Timely(e.age())
}

// age is the signature's age in whole seconds.
func (e *evidence) age() time.Duration { return scheme.Age(e.sentAt, e.at) }

// path is the request's path as it stands in the request line.
func (e *evidence) path() string {
	path, _, _ := strings.Cut(e.URL, "?")
	return path
}
