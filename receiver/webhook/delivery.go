package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Delivery is one HTTP request that arrived (or, as a resend, was sent), with
// what hooktop made of it.
//
// A delivery read whole has every field; one that was listed has no Request, no
// Forwards, no Change and no Resends, of its Verdict only Verified, Unverified
// and Code, and of its Answer only the Status.
type Delivery struct {
	// ID grows with every delivery and is never used again. 0 before Capture.
	ID int64
	// At is the time of receipt: signatures are judged against it, then and later.
	At time.Time
	// Provider is the name of the provider whose path or headers the request
	// bore, "" where it bore none.
	Provider string
	Origin   Origin
	// ParentID is the delivery that this one resends, else 0.
	ParentID int64

	Request
	// Bytes is the length of the body as it arrived, which is more than
	// len(Body) where the body was not kept (code too-large).
	Bytes int64

	// MessageID is the provider's stable id of the event (svix-id): every
	// attempt of the same message carries it. "" where there was none.
	MessageID string
	// Attempt counts the deliveries of one message, from 1.
	Attempt int

	Verdict Verdict
	// FromAPI reports that the provider's own API returned it, over a connection
	// that was authenticated. That vouches for one that is unverified.
	FromAPI bool
	// Type is the event's type, such as user.created; "" where the body could
	// not be read.
	Type string
	// Outcome is what the delivery did to the users. "" for a resend that went
	// to an app, which does nothing here.
	Outcome Outcome
	// Reason is why the outcome is what it is, RelatedID the delivery that the
	// reason names, 0 for none, and Note says both in a few words: "duplicate of
	// #31", "4 s older". "" where the outcome says it all. Because sets the three.
	Reason    Reason
	RelatedID int64
	Note      string
	// UserID and Email are the user's that the event speaks of, "" if none.
	UserID, Email string
	// HeldBy is the user that holds the e-mail address, with outcome conflict;
	// with another outcome the one that did, until the conflict was over.
	HeldBy string

	// Answer is what the sender was told. Its Status is 0 for a resend to an
	// app, and where the app is to answer for as long as it has not.
	Answer Answer
	// AppAnswers says that the app is to answer the sender, in the place of
	// hooktop. It is not kept.
	AppAnswers bool
	// Duration is the time from the receipt to the row's writing.
	Duration time.Duration
	// ReverifiedAt is when it was judged again, after it had been rejected, and
	// verified; else zero. The Answer is still what the sender was told.
	ReverifiedAt time.Time

	// ResolvedBy is the delivery that dealt with its failure, itself where it was
	// judged again; 0 where it did not fail, nothing did, or it is not known.
	ResolvedBy int64

	// AppStatus is the status of the forward that DecidingForward chooses, 0 where there
	// was none or it got no answer; AppFailure and AppError are that forward's.
	AppStatus  int
	AppFailure Failure
	AppError   string

	Forwards []Forward
	Change   *Change
	// Resends are the deliveries that resend it, oldest first.
	Resends []int64
}

// Voucher is what makes a delivery's event true.
type Voucher string

// The vouchers.
const (
	BySignature   Voucher = "signature"
	ByProviderAPI Voucher = "provider-api"
)

// VouchedBy returns what vouches for the delivery, "" for nothing. Only a
// delivery that is vouched for may change a user.
func (d Delivery) VouchedBy() Voucher {
	switch {
	case d.Verdict.Verified:
		return BySignature
	case d.Verdict.Unverified && d.FromAPI:
		return ByProviderAPI
	}
	return ""
}

// AboutBilling reports whether the delivery is of who bills, and not of who keeps
// the users: its conflicts are about a customer, not an e-mail address.
func (d Delivery) AboutBilling() bool { return d.Provider == "stripe" }

// ErrNotFound says that a delivery, or a user, is not or no longer kept.
var ErrNotFound = errors.New("not found")

// Request is the HTTP request of a delivery, as it came.
type Request struct {
	Method string
	// URL is the request's path with its query, as in the request line.
	URL string
	// Host is the request's Host header, which Header does not hold.
	Host       string
	RemoteAddr string
	Header     http.Header
	Body       []byte
}

// Origin is how a delivery came in. The database and NDJSON have it.
type Origin string

// The origins.
const (
	Tunnel  Origin = "tunnel"
	Local   Origin = "local"
	Trigger Origin = "trigger"
	Resend  Origin = "resend"
	// Relay is Clerk's relay, Pull the provider's list of messages, Import a file
	// of another program, Stream what another program prints as it receives.
	Relay  Origin = "relay"
	Pull   Origin = "pull"
	Import Origin = "import"
	Stream Origin = "stream"
)

// Origins lists all origins.
func Origins() []Origin {
	return []Origin{Tunnel, Local, Relay, Pull, Trigger, Resend, Import, Stream}
}

// Valid reports whether it is one of the origins.
func (o Origin) Valid() bool { return slices.Contains(Origins(), o) }

// Outcome is what a delivery did to the users.
type Outcome string

// The outcomes.
const (
	Created      Outcome = "created"
	Updated      Outcome = "updated"
	Unchanged    Outcome = "unchanged"
	Deleted      Outcome = "deleted"
	Stale        Outcome = "stale"
	Duplicate    Outcome = "duplicate"
	Unhandled    Outcome = "unhandled"
	MissingEmail Outcome = "missing-email"
	Malformed    Outcome = "malformed"
	Conflict     Outcome = "conflict"
	Unlinked     Outcome = "unlinked"
	Synced       Outcome = "synced"
	Rejected     Outcome = "rejected"
)

// Outcomes lists all outcomes.
func Outcomes() []Outcome {
	return []Outcome{
		Created, Updated, Unchanged, Deleted, Stale, Duplicate, Unhandled, MissingEmail, Malformed, Conflict, Unlinked, Synced, Rejected,
	}
}

// Valid reports whether it is one of the outcomes, or "".
func (o Outcome) Valid() bool { return o == "" || slices.Contains(Outcomes(), o) }

// failed says whether hooktop answers the outcome with an error. What the app
// answered in its place changes nothing about that.
func (o Outcome) failed() bool { return o == Conflict || o == MissingEmail || o == Malformed }

// Forward is one sending of a delivery to an app, with the app's answer.
type Forward struct {
	ID         int64
	DeliveryID int64
	At         time.Time
	Target     string
	// Status is the app's answer, 0 where it gave none. Failure is why there was
	// none, or, beside a status, why the answer is not whole; Error says it in
	// words.
	Status   int
	Failure  Failure
	Error    string
	Duration time.Duration
	// Header and Body are the answer's; Body is cut to what is kept, which
	// Truncated tells.
	Header    http.Header
	Body      []byte
	Truncated bool
	// Answered is what the sender of the delivery was told after this forward,
	// where the app was to answer it; else nil.
	Answered *Answer
}

// Failed says whether the app did not take the delivery: no answer or half a
// one, or one that Svix would not count as success (anything but 2xx).
func (f Forward) Failed() bool { return f.Failure != "" || f.Status < 200 || f.Status > 299 }

// AuthReason is the header of an app's answer in which Clerk's middleware says
// why it turned a request away.
const AuthReason = "X-Clerk-Auth-Reason"

// LatestForwards are the newest forwards of a delivery to each of its targets, oldest
// first; fs are all of them, in that order.
func LatestForwards(fs []Forward) []Forward {
	var latest []Forward
	for i, f := range fs {
		if !slices.ContainsFunc(fs[i+1:], func(later Forward) bool { return later.Target == f.Target }) {
			latest = append(latest, f)
		}
	}
	return latest
}

// DecidingForward is the forward that tells how the apps took a delivery: of the newest
// to each target the last that failed, else the last. fs are oldest first; ok is
// false where there are none.
func DecidingForward(fs []Forward) (said Forward, ok bool) {
	latest := LatestForwards(fs)
	for i, f := range latest {
		if f.Failed() || !said.Failed() || i == 0 {
			said = f
		}
	}
	return said, len(latest) > 0
}

// AppFailed says whether it went to an app that did not take it.
func (d Delivery) AppFailed() bool {
	said := Forward{Status: d.AppStatus, Failure: d.AppFailure}
	return (said.Status != 0 || said.Failure != "") && said.Failed()
}

// Failed says whether the delivery belongs among the failures: it was refused
// here or could not be applied, or an app did not take it.
func (d Delivery) Failed() bool {
	over := !d.ReverifiedAt.IsZero() || d.HeldBy != "" && d.Outcome != Conflict // what it was told no longer counts
	refused := !over && d.Answer.Status >= 400
	return refused || d.Outcome.failed() || d.AppFailed() || (d.Origin != Resend && d.Verdict.State() == VerdictRejected)
}

// Mode is how a resend is signed.
type Mode string

// The modes of a resend.
const (
	// Same keeps the message id and signs afresh: the app sees a retry.
	Same Mode = "same"
	// New takes a new message id and signs afresh: the app sees a new event.
	New Mode = "new"
	// Verbatim sends the captured headers as they were. After five minutes a
	// verifier refuses it as too old.
	Verbatim Mode = "verbatim"
)

// ResendError reports which delivery could not be sent again, and why.
type ResendError struct {
	ID  int64
	Err error
}

func (e *ResendError) Error() string { return fmt.Sprintf("resend #%d: %v", e.ID, e.Err) }

func (e *ResendError) Unwrap() error { return e.Err }

// Unsent returns err as a ResendError of the delivery. One that is a
// ResendError already stays as it is, and so does nil.
func Unsent(id int64, err error) error {
	var known *ResendError
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &ResendError{id, err}
}

// Counts are the totals of what is kept.
type Counts struct {
	Deliveries int64
	Failures   int64
	// Rejected are those whose signature did not hold, or that were refused for
	// their path, method or size.
	Rejected int64
	Users    int64
	// Deleted counts the tombstones.
	Deleted int64
	// Dropped counts the deliveries that retention let go.
	Dropped int64
	// Newest is the highest id, 0 where there is none.
	Newest int64
	// Recent is the number of deliveries in each eighth of the last minute,
	// oldest first.
	Recent [8]int
	// LastVerified is the newest verified delivery's time of receipt that came
	// by a sender (not by trigger or resend); zero where there is none.
	LastVerified time.Time
}

// Imported is a delivery that was received elsewhere, or here at another time,
// and is to be kept as of then.
type Imported struct {
	// Delivery has the time of receipt, the request and, as far as they are
	// known, the answer that was given, the forwards and the change that it made.
	Delivery
	// Event is what a verified one does to the users; nil for a delivery that
	// was sent to an app and did nothing.
	Event *Event
	// Known is set where the delivery was there already; its ID is that one's.
	Known bool
}
