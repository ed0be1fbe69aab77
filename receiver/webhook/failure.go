package webhook

import (
	"slices"
	"strings"
)

// Failure is why a forward got no answer from the app, or an incomplete one. It is
// stable: the database stores it and scripts match on it. "" means a complete
// answer, whatever its status. Forward.Error says the same in words.
type Failure string

// The failures.
const (
	// NotRunning: nothing listens at the target.
	NotRunning Failure = "not-running"
	// Timeout: no complete answer in time.
	Timeout Failure = "timeout"
	// NotSent: hooktop did not send it; Error says why.
	NotSent Failure = "not-sent"
	// ConnectionClosed: the app was reached, and closed the connection.
	ConnectionClosed Failure = "connection-closed"
	// UntrustedCertificate: the app's certificate is not trusted here.
	UntrustedCertificate Failure = "untrusted-certificate"
	// PartialAnswer: the answer has a status but broke off.
	PartialAnswer Failure = "partial-answer"
	// InvalidStatus: the answer's status is not a final one.
	InvalidStatus Failure = "invalid-status"
	// Interrupted: hooktop stopped before the app answered.
	Interrupted Failure = "interrupted"
	// InvalidTarget: the target is not a URL.
	InvalidTarget Failure = "invalid-target"
	// UnresolvedName: the target's host name has no address.
	UnresolvedName Failure = "unresolved-name"
	// Unreachable: no network route leads to the target.
	Unreachable Failure = "unreachable"
	// WantsHTTPS: the target speaks HTTPS and was sent HTTP; WantsHTTP: the reverse.
	WantsHTTPS Failure = "wants-https"
	WantsHTTP  Failure = "wants-http"
	// TLSFailed: the TLS handshake failed, but not over the certificate's signer.
	TLSFailed Failure = "tls-failed"
	// NotHTTP: the target answered something that is not HTTP.
	NotHTTP Failure = "not-http"
	// UnreadableAnswer: the target answered in HTTP that breaks its rules, or with too
	// large a header.
	UnreadableAnswer Failure = "unreadable-answer"
	// NoAnswer: anything else.
	NoAnswer Failure = "no-answer"
)

// ForwardFailures lists all failures of a forward.
func ForwardFailures() []Failure {
	return []Failure{
		NotRunning, Timeout, NotSent, ConnectionClosed, UntrustedCertificate, PartialAnswer, InvalidStatus, Interrupted, InvalidTarget,
		UnresolvedName, Unreachable, WantsHTTPS, WantsHTTP, TLSFailed, NotHTTP, UnreadableAnswer, NoAnswer,
	}
}

// Valid reports whether it is one of the failures, or "".
func (f Failure) Valid() bool { return f == "" || slices.Contains(ForwardFailures(), f) }

// FailureSaid returns the failure that a forward's Error means, for files exported
// before forwards had a code. Nothing else may read that text. The database's
// tenth migration does the same.
func FailureSaid(text string) Failure {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
	}
	switch {
	case text == "":
		return ""
	case strings.HasPrefix(text, "nothing listens"):
		return NotRunning
	case strings.HasPrefix(text, "no whole answer within"), has("timeout", "timed out", "deadline exceeded"):
		return Timeout
	case strings.HasPrefix(text, "not sent"):
		return NotSent
	case strings.HasPrefix(text, "its answer broke off"):
		return PartialAnswer
	case strings.HasPrefix(text, "it closed the connection"), has("EOF", "connection reset"):
		return ConnectionClosed
	case has("certificate", "x509"):
		return UntrustedCertificate
	case strings.HasPrefix(text, "its status "):
		return InvalidStatus
	case strings.HasPrefix(text, "hooktop was stopped before"):
		return Interrupted
	case strings.HasPrefix(text, "the target is not a URL"):
		return InvalidTarget
	}
	return NoAnswer
}
