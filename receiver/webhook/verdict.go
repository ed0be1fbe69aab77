package webhook

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Verdict says whether a delivery's signature holds and, if not, why.
type Verdict struct {
	Verified bool
	// Unverified says that there was no signature to verify: none is expected of
	// what came so. Then Verified is false, and the delivery is not rejected.
	Unverified bool
	// Code is the cause of a rejection, "" when verified.
	Code Code
	// Title names the cause in a few words, Detail says what in the request
	// proves it, Fix what to do. Neither holds a secret.
	Title, Detail, Fix string
	// Difference is where the body stops being the one that was signed, as Detail
	// says it; nil where no such place was found.
	Difference *BodyDifference
	// Checks are what was examined, in order: the evidence for a verified
	// delivery, what was ruled out for a rejected one.
	Checks []Check
	// SignedAt is the signature's time, as the sender says; zero where it cannot
	// be read. It is not kept.
	SignedAt time.Time
	// BodyBroken says that the body is none that the provider sends, so that the
	// signature tells nothing about the secret. It is not kept.
	BodyBroken bool
	// Secret is the masked secret that the signature was made with and where it
	// was found; "" where none matched.
	Secret string
}

// Check is one thing that was examined.
type Check struct {
	// Name is the thing: headers, time, signature, secrets.
	Name string
	// OK says whether it is in order, so that it does not explain a rejection;
	// of a hint, whether it looks like the provider's.
	OK bool
	// Detail is what was found.
	Detail string
	// Hint says that it was read and not recomputed. Anyone can write a header:
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

// BodyDifference is the first place in which a body that arrived is not the one
// that was signed.
type BodyDifference struct {
	// Offset counts the bytes that are the same.
	Offset          int64
	Signed, Arrived Excerpt
}

// Excerpt is a few bytes of a body around a place.
type Excerpt struct {
	Text []byte
	// Ends reports whether the body ends with the excerpt, before or at the place.
	Ends bool
}

// String returns the difference as a sentence, which Detail holds.
func (d BodyDifference) String() string {
	return fmt.Sprintf("They part at byte %d: signed was %s, arrived is %s.", d.Offset, d.Signed, d.Arrived)
}

// String quotes the excerpt.
func (e Excerpt) String() string {
	text := strconv.QuoteToASCII(string(e.Text))
	if e.Ends {
		text += " and no more"
	}
	return text
}

func passed(name, detail string) Check { return Check{Name: name, OK: true, Detail: detail} }

func failed(name, detail string) Check { return Check{Name: name, Detail: detail} }

// With returns the verdict with a check more. Others may hold the old one.
func (v Verdict) With(c *Check) Verdict {
	v.Checks = hintsLast(append(slices.Clone(v.Checks), *c))
	return v
}

// hintsLast puts what only looks so after what was proven.
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

// Code is the cause of a rejection: stable, scripts match on it.
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
