package webhook

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Delivery is one HTTP request that arrived (or, as a resend, was sent), with what
// hooktop made of it.
//
// A delivery read whole has every field. A listed one has no Request, Forwards,
// Change and Resends, only Verified, Unverified and Code of its Verdict, and only
// the Status of its Answer.
type Delivery struct {
	// ID grows with every delivery and is never reused; 0 before Capture.
	ID int64
	// At is the time of receipt. Signatures are always verified against it.
	At time.Time
	// Provider is the name of the provider whose path or headers the request had,
	// "" if it had none.
	Provider string
	Origin   Origin
	// ParentID is the delivery that this one resends, else 0.
	ParentID int64

	Request
	// Bytes is the length of the body as it arrived: more than len(Body) if the
	// body was not stored (code too-large).
	Bytes int64

	// MessageID is the provider's stable id of the event (svix-id), the same in
	// every attempt; "" if there was none.
	MessageID string
	// Attempt counts the deliveries of one message, from 1.
	Attempt int

	Verdict Verdict
	// FromAPI is set if the provider's own API returned it over an authenticated
	// connection. That vouches for an unverified delivery.
	FromAPI bool
	// Type is the event's type, such as user.created, "" if the body could not be
	// read.
	Type string
	// Outcome is what the delivery did to the users, "" for a resend to an app,
	// which does nothing here.
	Outcome Outcome
	// Reason is why the outcome is what it is, RelatedID the delivery that the
	// reason names (0 for none), and Note says both in a few words: "duplicate of
	// #31", "4 s older". They are empty if the outcome says it all. Because sets
	// all three.
	Reason    Reason
	RelatedID int64
	Note      string
	// UserID and Email are those of the event's user, "" if there is none.
	UserID, Email string
	// HeldBy is the user who holds the e-mail address, if the outcome is conflict;
	// otherwise the user who held it until the conflict was resolved.
	HeldBy string

	// Answer is what the sender got. Its Status is 0 for a resend to an app, and
	// while the app that answers the sender has not done so.
	Answer Answer
	// AppAnswers is set if the app answers the sender instead of hooktop. It is not
	// stored.
	AppAnswers bool
	// Duration is the time from receipt until the delivery was stored.
	Duration time.Duration
	// ReverifiedAt is when a rejected delivery was verified again with success, else
	// zero. Answer is still what the sender got.
	ReverifiedAt time.Time

	// ResolvedBy is the delivery that resolved its failure, its own id if it was
	// reverified or the app accepted it later; 0 if it did not fail, is not
	// resolved, or that is unknown. ResolvedHow says how, and ResolvedStatus is the
	// status of the success, 0 if there was none.
	ResolvedBy     int64
	ResolvedHow    Resolution
	ResolvedStatus int
	// AcknowledgedAt is when a person marked its failure as needing no more
	// attention, else zero.
	AcknowledgedAt time.Time

	// AppStatus is the status of the DecidingForward, 0 if there was none or it got
	// no answer; AppFailure and AppError are that forward's, too.
	AppStatus  int
	AppFailure Failure
	AppError   string

	Forwards []Forward
	Change   *Change
	// Resends are the deliveries that resend it, oldest first.
	Resends []int64
}

// Voucher is what proves that a delivery's event is genuine.
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
	case d.Verdict.Verified && d.Reason != NotVouched: // or hooktop itself signed what nothing vouches for
		return BySignature
	case d.Verdict.Unverified && d.FromAPI:
		return ByProviderAPI
	}
	return ""
}

// Cut reports whether only the first bytes of the body were kept. Then nothing can
// be verified, signed or sent again.
func (d Delivery) Cut() bool {
	return d.Reason == BodyCut || len(d.Body) > 0 && d.Bytes > int64(len(d.Body)) && d.Verdict.Code == Unsigned
}

// CutBody notes that of the body only what Body holds was kept, because a stranger
// sent it from outside.
func (d *Delivery) CutBody() {
	kept := fmt.Sprintf("the first %d of %d bytes", len(d.Body), d.Bytes)
	d.Because(BodyCut, 0, kept+" kept")
	d.Verdict.Detail += " It came from outside without a provider's headers, so hooktop kept only " + kept + "."
}

// AboutBilling reports whether the delivery is of who bills, and not of who keeps
// the users: its conflicts are about a customer, not an e-mail address.
func (d Delivery) AboutBilling() bool { return d.Provider == "stripe" }

// Resolution is how a failure was resolved.
type Resolution string

// The resolutions. "" is any other: it was reverified, or applied once its address
// was free.
const (
	// ByResend: a resend succeeded.
	ByResend Resolution = "resent"
	// ByRetry: the sender sent the message again, and it succeeded.
	ByRetry Resolution = "retried"
	// ByForward: hooktop forwarded it again, and the app accepted it.
	ByForward Resolution = "forwarded"
)

// Request is the HTTP request of a delivery, unchanged.
type Request struct {
	Method string
	// URL is the request's path with its query, as in the request line.
	URL string
	// Host is the request's Host header, which is not in Header.
	Host       string
	RemoteAddr string
	Header     http.Header
	Body       []byte
}

// Origin is how a delivery came in, as the database and NDJSON name it.
type Origin string

// The origins.
const (
	Tunnel  Origin = "tunnel"
	Local   Origin = "local"
	Trigger Origin = "trigger"
	Resend  Origin = "resend"
	// Relay is Clerk's relay, Pull the provider's list of messages, Import a file of
	// another program, Stream another program's output as it receives.
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

// failed reports whether hooktop answers the outcome with an error, even if the
// app answered instead.
func (o Outcome) failed() bool { return o == Conflict || o == MissingEmail || o == Malformed }

// AppFailed reports whether the delivery went to an app that did not accept it.
func (d Delivery) AppFailed() bool {
	f := Forward{Status: d.AppStatus, Failure: d.AppFailure}
	return (f.Status != 0 || f.Failure != "") && f.Failed()
}

// Failed reports whether the delivery counts as a failure: it HasFailed, and
// that is neither resolved nor acknowledged.
func (d Delivery) Failed() bool {
	return d.HasFailed() && d.ResolvedBy == 0 && d.AcknowledgedAt.IsZero()
}

// HasFailed reports whether hooktop Refused the delivery or an app did not
// accept it, whatever happened since.
func (d Delivery) HasFailed() bool { return d.Refused() || d.AppFailed() }

// Refused reports whether the delivery was rejected, could not be applied, or its
// sender was told of another error that is not the app's.
func (d Delivery) Refused() bool {
	over := !d.ReverifiedAt.IsZero() || d.HeldBy != "" && d.Outcome != Conflict // then the answer no longer counts
	told := !over && d.Answer.Status >= 400 && !d.AppFailed()
	return told || d.Outcome.failed() || d.Origin != Resend && d.Verdict.State() == VerdictRejected
}

// Counts are the totals of what is stored.
type Counts struct {
	Deliveries int64
	// Failures counts those that Failed.
	Failures int64
	// Rejected counts the deliveries whose signature did not verify, or that were
	// refused for their path, method or size.
	Rejected int64
	Users    int64
	// Deleted counts the tombstones.
	Deleted int64
	// Dropped counts the deliveries that retention deleted.
	Dropped int64
	// NotDeleting is set while lower limits wait for a confirmation.
	NotDeleting bool
	// Newest is the highest id, 0 if there is none.
	Newest int64
	// Recent is the number of deliveries in each eighth of the last minute,
	// oldest first.
	Recent [8]int
	// LastVerified is when the newest verified delivery from a sender (not trigger or
	// resend) was received, zero if there is none.
	LastVerified time.Time
}

// Imported is a delivery that was received elsewhere or earlier, and is stored with
// the time of its receipt.
type Imported struct {
	// Delivery has the time of receipt, the request and, as far as known, the answer,
	// the forwards and the change.
	Delivery
	// Event is what a verified delivery does to the users, nil for a resend to an
	// app.
	Event *Event
	// Known is set if the delivery was already stored; ID is then the stored one's.
	Known bool
}
