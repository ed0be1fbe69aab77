// Package resolution says when a later success resolves an earlier failure, and
// puts that into words. It reads nothing itself: the store finds the deliveries to
// compare, and stores what is decided here.
//
// A success can resolve the failures of its own message (the same provider and
// message id), of the delivery that it resends, of the one that that one resends,
// and so on, and of their messages. Whether it does depends on what went wrong:
//
//   - An app did not accept the delivery: the same app accepts it later, or an app
//     at an address that the delivery was not sent to, if only one app failed: the
//     app has moved. hooktop's own "already processed" is not enough.
//   - The delivery was rejected: a later delivery verifies, or this one is
//     reverified. An app that accepts a resend proves something only if hooktop
//     could tell that the original was genuine, but too old or too new:
//     otherwise hooktop itself signed what the app accepted.
//   - It verified and was not applied (conflict, missing-email, malformed): a later
//     one is applied, or turns out to be a duplicate or out of date.
//
// A delivery that failed in two ways is resolved once both are. What fails after
// that is a failure of its own.
package resolution

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// OfRefusal reports whether a later success resolves hooktop's refusal of a
// delivery. accepted is set if the success is an app's, otherwise it is hooktop's.
func OfRefusal(failed, later webhook.Delivery, accepted bool) bool {
	switch failed.Outcome {
	case webhook.Rejected:
		if accepted {
			resent := later.Outcome == "" // to an app, signed by hooktop
			return resent && (failed.Verdict.Code == webhook.TooOld || failed.Verdict.Code == webhook.TooNew)
		}
		return later.VouchedBy() != "" && later.Outcome != "" && later.Outcome != webhook.Rejected
	case webhook.Conflict, webhook.MissingEmail, webhook.Malformed:
		return !accepted && later.VouchedBy() != "" && applied(later.Outcome)
	default: // only its sender was told of an error, which was the app's
		return accepted
	}
}

// applied reports whether the users match a delivery with this outcome.
func applied(o webhook.Outcome) bool {
	switch o {
	case webhook.Created, webhook.Updated, webhook.Unchanged, webhook.Deleted, webhook.Synced, webhook.Stale, webhook.Duplicate:
		return true
	default:
		return false
	}
}

// OfForwards returns the failed forwards that an app's acceptance resolves. sent
// are the newest forwards of the failed delivery to each target.
func OfForwards(sent []webhook.Forward, accepted webhook.Forward) (resolved []webhook.Forward) {
	var failed []webhook.Forward
	for _, f := range sent {
		if f.Failed() {
			failed = append(failed, f)
		}
	}
	moved := len(failed) == 1 && !slices.ContainsFunc(sent, func(f webhook.Forward) bool { return samePlace(f.Target, accepted.Target) })
	return slices.DeleteFunc(failed, func(f webhook.Forward) bool {
		return f.ResolvedBy != 0 || !samePlace(f.Target, accepted.Target) && !moved
	})
}

// samePlace reports whether two targets are the same address of an app, however this
// machine is named: localhost:3000 is 127.0.0.1:3000.
func samePlace(a, b string) bool { return a == b || place(a) == place(b) }

func place(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return target
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if ip := net.ParseIP(host); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(host, port) + u.RequestURI()
}

// How returns how a success resolved a failure.
func How(failed, later webhook.Delivery) webhook.Resolution {
	switch {
	case later.ID == failed.ID:
		return webhook.ByForward
	case later.Origin == webhook.Resend:
		return webhook.ByResend
	case later.ReverifiedAt.IsZero():
		return webhook.ByRetry
	}
	return ""
}

// Text says in a few words how a failure was resolved, or that it was
// acknowledged: "resent as #44: 200". It is "" for a failure that is neither, and
// for a delivery that did not fail.
func Text(d webhook.Delivery) string {
	switch {
	case !d.HasFailed() || d.Failed():
		return ""
	case d.ResolvedBy == 0:
		return fmt.Sprintf("acknowledged: %s", d.FirstCause())
	case d.ResolvedStatus == 0:
		return inWords(d)
	}
	return fmt.Sprintf("%s: %d", inWords(d), d.ResolvedStatus)
}

func inWords(d webhook.Delivery) string {
	switch {
	case d.ResolvedHow == webhook.ByResend:
		return fmt.Sprintf("resent as #%d", d.ResolvedBy)
	case d.ResolvedHow == webhook.ByRetry:
		return fmt.Sprintf("retried as #%d", d.ResolvedBy)
	case d.ResolvedBy == d.ID:
		return "sent again"
	}
	return fmt.Sprintf("resolved by #%d", d.ResolvedBy)
}
