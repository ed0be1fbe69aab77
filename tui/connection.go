package tui

import "time"

// State is the state of the tunnel.
type State string

// The states.
const (
	// Local: there is no public URL.
	Local        State = "local"
	Connecting   State = "connecting"
	Live         State = "live"
	Reconnecting State = "reconnecting"
	Failed       State = "failed"
	// Own: the user's own tunnel ends here (--public-url).
	Own State = "own"
)

// Proof is what is known of whether the public URL leads to this hooktop.
type Proof string

// The proofs.
const (
	// ProofNone: there was no test, and there will be none.
	ProofNone    Proof = ""
	ProofPending Proof = "pending"
	ProofPassed  Proof = "passed"
	// ProofFailed: something else answers at the URL.
	ProofFailed Proof = "failed"
	// ProofUnknown: this machine cannot reach its own URL, so that nothing is proven.
	ProofUnknown Proof = "unknown"
)

// The kinds of a public side.
const (
	Ngrok = "ngrok"
	Relay = "relay"
	Pull  = "pull"
	// OwnTunnel is the user's own (--public-url).
	OwnTunnel = "own"
	// Off is no public side at all.
	Off = "off"
)

// Connection is the proven state of the tunnel.
type Connection struct {
	State State
	// Kind is one of the kinds above, "" for none.
	Kind string
	// URL is the webhook URL to give to the sender, with its path.
	URL string
	// Since is when the state began. LastProof is when the tunnel last proved
	// to be alive, and Latency how long that took. For Pull LastProof is when the
	// messages were last listed.
	Since, LastProof time.Time
	Latency          time.Duration
	// Proof says whether the URL leads here, and Proven when that was last proved,
	// by a test or a delivery.
	Proof  Proof
	Proven time.Time
	// Reason says why the state is reconnecting or failed, or why a live one is not
	// proven, and Fix what to do. Code is that of the error, such as
	// ERR_NGROK_107.
	Reason, Fix, Code string
	// NextTry is when the next attempt is made, zero while one is running.
	NextTry time.Time
	// Lost says in one sentence what may have been lost while disconnected.
	Lost string
}
