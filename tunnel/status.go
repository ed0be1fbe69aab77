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

// set changes the status. The caller holds t.mu.
func (t *Tunnel) set(change func(*Status)) {
	before := t.status.State
	if before == Off || before == Failed {
		return // final: ignore what the SDK reports while it shuts down
	}
	after := t.status
	change(&after)
	if after.State != before {
		after.Since = t.now()
	}
	t.status = after
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// fail ends the tunnel with an error. Only the first error counts.
func (t *Tunnel) fail(e *Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failure != nil {
		return
	}
	t.failure = e
	close(t.failed)
	t.endTest()
	t.set(func(s *Status) {
		s.State, s.Code, s.Err, s.Fix = Failed, e.Code, e.Error(), e.Fix()
		s.NextTry, s.Proof = time.Time{}, ProofNone
	})
}

// ended reports whether the tunnel was closed or failed. The caller holds t.mu.
func (t *Tunnel) ended() bool {
	return t.over || t.status.State == Off || t.status.State == Failed
}

// stopTesting ends what is being tested and waits for it.
func (t *Tunnel) stopTesting() {
	t.mu.Lock()
	t.over = true
	t.endTest()
	t.mu.Unlock()
	t.tests.Wait()
}

// now returns the time of the wall clock alone: the other clock of a time.Time may
// stand still while the computer sleeps.
func (t *Tunnel) now() time.Time { return t.config.Now().Round(0) }

// retryAfter says when the next attempt is made, until it is. The caller holds t.mu.
func (t *Tunnel) retryAfter(wait time.Duration) {
	at := t.now().Add(wait)
	t.set(func(s *Status) { s.NextTry = at })
	time.AfterFunc(wait, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.status.NextTry.Equal(at) {
			t.set(func(s *Status) { s.NextTry = time.Time{} })
		}
	})
}
