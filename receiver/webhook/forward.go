package webhook

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/safeurl"
)

// Forward is one sending of a delivery to an app, with the app's answer.
type Forward struct {
	ID         int64
	DeliveryID int64
	At         time.Time
	Target     string
	// Status is the status that the app answered, 0 for none. Failure is why there
	// is none or, with a status, why the answer is incomplete; Error says it in words.
	Status   int
	Failure  Failure
	Error    string
	Duration time.Duration
	// Header and Body are the answer's. Truncated is set if Body was cut to the
	// size that is stored.
	Header    http.Header
	Body      []byte
	Truncated bool
	// ResolvedBy is the delivery that the app accepted after this forward failed, 0
	// for none.
	ResolvedBy int64
	// Answered is the answer that the sender of the delivery got after this forward,
	// if the app answers the sender; else nil.
	Answered *Answer
}

// Failed reports whether the app did not accept the delivery: it gave no answer, an
// incomplete one, or one that Svix does not count as success (anything but 2xx).
func (f Forward) Failed() bool { return f.Failure != "" || f.Status < 200 || f.Status > 299 }

// AuthReason is the header of an app's answer in which Clerk's middleware says why
// it refused a request.
const AuthReason = "X-Clerk-Auth-Reason"

// LatestForwards returns the newest forward to each target, oldest first. fs are all
// forwards of a delivery, oldest first.
func LatestForwards(fs []Forward) []Forward {
	var latest []Forward
	for i, f := range fs {
		if !slices.ContainsFunc(fs[i+1:], func(later Forward) bool { return later.Target == f.Target }) {
			latest = append(latest, f)
		}
	}
	return latest
}

// DecidingForward returns the forward that decides whether the apps accepted a
// delivery: the last of LatestForwards that failed, else the last. ok is false if
// there are none.
func DecidingForward(fs []Forward) (deciding Forward, ok bool) {
	latest := LatestForwards(fs)
	for i, f := range latest {
		if f.Failed() || !deciding.Failed() || i == 0 {
			deciding = f
		}
	}
	return deciding, len(latest) > 0
}

// WithoutPassword returns a target's URL with its password, and what looks like a token
// in its query, masked, as it is stored and shown.
func WithoutPassword(target string) string {
	if !strings.ContainsAny(target, "@?#") {
		return target
	}
	if _, err := url.Parse(target); err != nil {
		target = target[strings.LastIndex(target, "@")+1:]
	}
	return safeurl.Mask(target)
}

// Mode is how a resend is signed.
type Mode string

// Resending is how a delivery is sent again.
type Resending struct {
	Mode Mode
	// SignRejected re-signs a delivery even if its signature never verified.
	SignRejected bool
}

// The modes of a resend.
const (
	// Same keeps the message id and re-signs: the app sees a retry.
	Same Mode = "same"
	// New takes a new message id and re-signs: the app sees a new event.
	New Mode = "new"
	// Verbatim sends the captured headers unchanged. After five minutes a verifier
	// rejects it as too old.
	Verbatim Mode = "verbatim"
)
