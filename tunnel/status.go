package tunnel

import "time"

// State is the state of a connection to the outside: of a Tunnel, and of the other
// ways in which deliveries reach this machine.
type State string

// The states. Failed and Off are final: a failed tunnel stays Failed after Close.
const (
	Connecting   State = "connecting"   // has not been live yet
	Live         State = "live"         // receives requests
	Reconnecting State = "reconnecting" // was live; the connection dropped and is being restored
	Failed       State = "failed"       // will not retry; see Err and Fix
	Off          State = "off"          // closed
)

// Proof says whether the public URL was seen to lead to this hooktop.
type Proof string

// The proofs. A live tunnel without ProofPassed is likely to work.
const (
	ProofNone    Proof = ""        // not tested
	ProofPending Proof = "pending" // a self-test is running
	ProofPassed  Proof = "passed"  // a self-test or a delivery came through
	ProofFailed  Proof = "failed"  // something else answers at the URL
	ProofUnknown Proof = "unknown" // this machine cannot reach the URL, which says nothing about senders
)

// Status holds what is known about a connection to the outside. Its texts are one
// line each, without tokens and without control characters.
type Status struct {
	Kind      string // "ngrok", "relay" or "pull"; "" without any
	State     State
	URL       string        // the last known public URL, without a trailing slash (the relay's has one, and takes no path); "" before it is first known
	Since     time.Time     // when State began
	LastHeard time.Time     // the last time the other side answered: a connect or a heartbeat
	Latency   time.Duration // round trip of the last heartbeat; 0 before the first
	Code      string        // such as "ERR_NGROK_107"; "" if there is none
	Err       string        // why it failed, is not live or is not proven
	Fix       string        // what to do about Err
	Attempt   int           // number of the current or next attempt, from 1 at the start and after each drop; 0 while live
	NextTry   time.Time     // when the next attempt is made; zero while one is running and while live

	Proof  Proof     // what the last test of the URL found
	Proven time.Time // when a self-test or a delivery last proved that the URL leads here; zero means never

	// Lost says in one sentence what may have been lost while disconnected, "" for
	// nothing. It is cleared at the next reconnect that loses nothing.
	Lost string
}
