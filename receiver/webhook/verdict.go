package webhook

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Verdict says whether a delivery's signature verifies and, if not, why.
type Verdict struct {
	Verified bool
	// Unverified is set if there was no signature to verify, because deliveries of
	// this origin have none. Then Verified is false, and the delivery is not rejected.
	Unverified bool
	// Code is the cause of a rejection, "" when verified.
	Code Code
	// Title names the cause in a few words, Detail gives the evidence in the
	// request, Fix says what to do. None contains a secret.
	Title, Detail, Fix string
	// Difference is the first difference between the body and the signed one, as in
	// Detail; nil if none was found.
	Difference *BodyDifference
	// Checks are what was checked, in order: the evidence for a verified delivery,
	// what was ruled out for a rejected one.
	Checks []Check
	// SignedAt is the signature's time according to the sender, zero if it cannot
	// be read. It is not stored.
	SignedAt time.Time
	// BodyBroken is set if the provider cannot have sent this body, so that the
	// signature says nothing about the secret. It is not stored.
	BodyBroken bool
	// Alternatives are the causes that the rejection may have, most likely first, if
	// the one that Code names is not proven: see Possible.
	Alternatives []Alternative
	// Secret is the masked secret that made the signature and where it was found,
	// "" if none matched.
	Secret string

	doubt doubt
}

// Check is one thing that was checked.
type Check struct {
	// Name is what was checked: headers, time, signature, secrets.
	Name string
	// OK is set if it is right and so does not explain a rejection; for a hint, if
	// it looks like the provider's.
	OK bool
	// Detail is what was found.
	Detail string
	// Hint is set if it was only read, not recomputed. Anyone can write a header, so
	// it proves nothing and rules nothing out.
	Hint bool
}

// VerdictState is a verdict in one word: NDJSON's verdict.
type VerdictState string

// The states of a verdict.
const (
	VerdictVerified   VerdictState = "verified"
	VerdictRejected   VerdictState = "rejected"
	VerdictUnverified VerdictState = "unverified"
)

// Valid reports whether it is one of the states.
func (s VerdictState) Valid() bool {
	return s == VerdictVerified || s == VerdictRejected || s == VerdictUnverified
}

// State returns the verdict in one word.
func (v Verdict) State() VerdictState {
	switch {
	case v.Verified:
		return VerdictVerified
	case v.Unverified:
		return VerdictUnverified
	}
	return VerdictRejected
}

// Rejected reports whether there should be a valid signature, and is none.
func (v Verdict) Rejected() bool { return v.State() == VerdictRejected }

// BodyDifference is the first difference between the body that arrived and the one
// that was signed.
type BodyDifference struct {
	// Offset is the number of bytes before it.
	Offset          int64
	Signed, Arrived Excerpt
}

// Excerpt is a few bytes of a body around an offset.
type Excerpt struct {
	Text []byte
	// Ends is set if the body ends with the excerpt.
	Ends bool
}

// String returns the difference as a sentence, which Detail holds.
func (d BodyDifference) String() string {
	return fmt.Sprintf("First difference at byte %d: %s was signed, %s arrived.", d.Offset, d.Signed, d.Arrived)
}

// String quotes the excerpt.
func (e Excerpt) String() string {
	text := strconv.QuoteToASCII(string(e.Text))
	if e.Ends {
		text += " (its end)"
	}
	return text
}

func passed(name, detail string) Check { return Check{Name: name, OK: true, Detail: detail} }

func failed(name, detail string) Check { return Check{Name: name, Detail: detail} }

// With returns the verdict with one more check; the old one stays as it is.
func (v Verdict) With(c *Check) Verdict {
	v.Checks = hintsLast(append(slices.Clone(v.Checks), *c))
	return v
}

// hintsLast sorts hints after what was proven.
func hintsLast(checks []Check) []Check {
	order := func(c Check) int {
		if c.Hint {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(checks, func(a, b Check) int { return order(a) - order(b) })
	return checks
}

// Code is the cause of a rejection. It is stable: scripts match on it.
type Code string

// The codes.
const (
	MissingHeaders     Code = "missing-headers"
	Unsigned           Code = "unsigned"
	BadTimestamp       Code = "bad-timestamp"
	TooOld             Code = "too-old"
	TooNew             Code = "too-new"
	MalformedSignature Code = "malformed-signature"
	UnsupportedVersion Code = "unsupported-version"
	WrongProvider      Code = "wrong-provider"
	WrongSecret        Code = "wrong-secret"
	OtherKnownSecret   Code = "other-known-secret"
	SwappedSecrets     Code = "swapped-secrets"
	LiteralSecret      Code = "literal-secret"
	BodyReserialized   Code = "body-reserialized"
	BodyNewline        Code = "body-newline"
	WrongPath          Code = "wrong-path"
	WrongMethod        Code = "wrong-method"
	TooLarge           Code = "too-large"
	IncompleteBody     Code = "incomplete-body"
	NoSecret           Code = "no-secret"
)

// Codes lists all codes.
func Codes() []Code {
	return []Code{
		MissingHeaders, Unsigned, BadTimestamp, TooOld, TooNew, MalformedSignature, UnsupportedVersion, WrongProvider, WrongSecret,
		OtherKnownSecret, SwappedSecrets, LiteralSecret, BodyReserialized, BodyNewline, WrongPath, WrongMethod, TooLarge,
		IncompleteBody, NoSecret,
	}
}

// Valid reports whether it is one of the codes, or "".
func (c Code) Valid() bool { return c == "" || slices.Contains(Codes(), c) }
