// Package kept says how much is kept and what lower limits would delete: in a sentence for
// people, and as an object for scripts. It deletes nothing and asks nobody.
package kept

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui/text"
)

// Fix says how to confirm lower limits, or to avoid them.
const Fix = "start with --yes to delete them, or with a higher --keep and --keep-bytes to keep them"

// Held says what lower limits would delete.
func Held(h store.Held, l store.Limits) string {
	var parts []string
	add := func(n, bytes int64, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s (%s)", text.Grouped(n), what, size(bytes)))
		}
	}
	add(h.Accepted, h.AcceptedBytes, "accepted")
	add(h.Rejected, h.RejectedBytes, "rejected")
	span := h.From.Local().Format("2006-01-02 15:04")
	if to := h.To.Local().Format("2006-01-02 15:04"); to != span {
		span += " to " + to
	}
	return fmt.Sprintf("keeping %s would delete %s: %s, from %s", Limits(l), text.Plural(h.Accepted+h.Rejected, "older delivery"), strings.Join(parts, " and "), span)
}

// Limits says how much is kept at most.
func Limits(l store.Limits) string {
	var parts []string
	if l.Accepted > 0 {
		parts = append(parts, text.Plural(l.Accepted, "delivery"))
	}
	if l.AcceptedBytes > 0 {
		parts = append(parts, size(l.AcceptedBytes+l.RejectedBytes))
	}
	if len(parts) == 0 {
		return "everything"
	}
	out := "at most " + strings.Join(parts, " and ")
	if l.AcceptedBytes == 0 && l.RejectedBytes > 0 {
		out += fmt.Sprintf(", and %s of rejected ones", size(l.RejectedBytes))
	}
	return out
}

// Used says how much of the limits is used.
func Used(r store.Retention) string {
	u, l := r.Usage, r.Limits
	out := size(u.Bytes()) + " kept"
	if l != (store.Limits{}) {
		out += ", " + Limits(l)
	}
	if u.Rejected > 0 {
		out += fmt.Sprintf("; %s of it rejected", size(u.RejectedBytes))
	}
	return out
}

// OverAfter says what an import, or anything else that added deliveries, leaves to be
// deleted; "" for nothing.
func OverAfter(r store.Retention) string {
	if r.Waiting || !r.Limits.IsOver(r.Usage) {
		return ""
	}
	return fmt.Sprintf("that is more than hooktop keeps: %s. While it runs it deletes the oldest, unless you start it with a higher --keep and --keep-bytes", Limits(r.Limits))
}

func size(n int64) string { return humanize.IBytes(uint64(max(0, n))) }

// Object is what --json prints while lower limits wait for a confirmation.
type Object struct {
	Kind          string `json:"kind"` // "limits"
	Confirmed     bool   `json:"confirmed"`
	Accepted      int64  `json:"would_delete"`
	AcceptedBytes int64  `json:"would_delete_bytes"`
	Rejected      int64  `json:"would_delete_rejected"`
	RejectedBytes int64  `json:"would_delete_rejected_bytes"`
	From          string `json:"from"`
	To            string `json:"to"`
	Fix           string `json:"fix"`
}

// NewObject describes what waits.
func NewObject(h store.Held) Object {
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	return Object{"limits", false, h.Accepted, h.AcceptedBytes, h.Rejected, h.RejectedBytes, stamp(h.From), stamp(h.To), Fix}
}
