package webhook

import "strings"

// Standing is the state of a delivery in one word: lists show it as a symbol,
// NDJSON as "standing". The dashboard and the commands both take it from here.
//
// A delivery that Failed never has the standing of one that did not: a resend
// that failed counts as a failure and not as a resend, and the app's refusal of
// a duplicate counts as a refusal. Where both hooktop and the app refused, the
// standing is hooktop's.
type Standing string

// The standings.
const (
	// StandingApplied: verified, and the users match it.
	StandingApplied Standing = "applied"
	// StandingUnverified: applied because the provider's API vouches for it; there was
	// no signature to verify.
	StandingUnverified Standing = "unverified"
	// StandingResent: a resend that was accepted.
	StandingResent Standing = "resent"
	// StandingDuplicate and StandingStale: verified, but the message was already
	// applied, or the event is older than the row.
	StandingDuplicate Standing = "duplicate"
	StandingStale     Standing = "stale"
	// StandingNoEffect: verified, but it changes no known user.
	StandingNoEffect Standing = "no-effect"
	// StandingResolved and StandingAcknowledged: it failed, and a later delivery
	// dealt with that, or a person said that it needs no more attention.
	StandingResolved     Standing = "resolved"
	StandingAcknowledged Standing = "acknowledged"
	// StandingNotApplied: verified, but hooktop could not apply it.
	StandingNotApplied Standing = "not-applied"
	// StandingAppFailed: the app did not accept it.
	StandingAppFailed Standing = "app-failed"
	// StandingResendFailed: a resend to the app that the app did not accept.
	StandingResendFailed Standing = "resend-failed"
	// StandingRejected: the signature does not verify, or the request was refused
	// for its path, method or size.
	StandingRejected Standing = "rejected"
)

// Standings lists all standings, the good ones first.
func Standings() []Standing {
	return []Standing{
		StandingApplied, StandingUnverified, StandingResent, StandingDuplicate, StandingStale, StandingNoEffect,
		StandingResolved, StandingAcknowledged, StandingNotApplied, StandingAppFailed, StandingResendFailed, StandingRejected,
	}
}

// Failed reports whether a delivery with this standing is one of the failures.
func (s Standing) Failed() bool {
	switch s {
	case StandingNotApplied, StandingAppFailed, StandingResendFailed, StandingRejected:
		return true
	default:
		return false
	}
}

// Symbol returns the character that stands for it in a list: ✗ and ! for
// failures only, ✗ where the delivery itself was refused, ! where it verified.
func (s Standing) Symbol() string {
	switch s {
	case StandingRejected, StandingResendFailed:
		return "✗"
	case StandingNotApplied, StandingAppFailed:
		return "!"
	case StandingResent:
		return "↻"
	case StandingDuplicate:
		return "="
	case StandingStale:
		return "~"
	case StandingNoEffect:
		return "·"
	case StandingResolved:
		return "»"
	case StandingAcknowledged:
		return "-"
	case StandingUnverified:
		return "○"
	default:
		return "✓"
	}
}

// Standing returns where the delivery stands.
func (d Delivery) Standing() Standing {
	switch here := d.StandingHere(); {
	case d.HasFailed() && d.ResolvedBy != 0:
		return StandingResolved
	case d.HasFailed() && !d.Failed():
		return StandingAcknowledged
	case here.Failed() || !d.Failed():
		return here
	case d.Origin == Resend && d.Outcome == "":
		return StandingResendFailed
	default:
		return StandingAppFailed
	}
}

// StandingHere returns where the delivery stands in hooktop, whatever the app
// answered and whatever happened since.
func (d Delivery) StandingHere() Standing {
	switch {
	case d.Outcome == Rejected, d.Origin != Resend && d.Verdict.State() == VerdictRejected:
		return StandingRejected
	case d.Outcome.failed():
		return StandingNotApplied
	case d.Origin == Resend:
		return StandingResent
	}
	switch d.Outcome {
	case Duplicate:
		return StandingDuplicate
	case Stale:
		return StandingStale
	case Unhandled, Unlinked:
		return StandingNoEffect
	default: // it was applied
	}
	if d.Verdict.Unverified {
		return StandingUnverified
	}
	return StandingApplied
}

// Standing returns where the deliveries of a cause stand, resends to the app
// aside.
func (c Cause) Standing() Standing {
	switch c {
	case AppNotRunning, AppTooSlow, AppNotAsked, AppNoAnswer:
		return StandingAppFailed
	default: // outcomes and codes
	}
	switch s := string(c); {
	case Outcome(c).failed():
		return StandingNotApplied
	case strings.HasPrefix(s, appAnswered), strings.HasPrefix(s, weAnswered):
		return StandingAppFailed
	default:
		return StandingRejected
	}
}
