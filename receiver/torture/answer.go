package torture

import (
	"fmt"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// rule says which answers are right.
type rule int

const (
	accepts           rule = iota // genuine: 2xx
	acceptsOrConflict             // genuine, and in conflict with another for now: 2xx, or 409
	acceptsOrDefers               // one of several at once: 2xx, or 409 or 429 for now
	rejects                       // not genuine: 400, 401, 403, or 422
	anyButError                   // 2xx or 4xx
	rejectsGet                    // not a delivery at all: 4xx
)

func (r rule) String() string {
	return map[rule]string{
		accepts: "2xx", acceptsOrConflict: "2xx or 409", acceptsOrDefers: "2xx", rejects: "400, 401 or 403", anyButError: "2xx or 4xx", rejectsGet: "405",
	}[r]
}

// State is the judgement on an answer, or on a case.
type State string

// The states, the worst last.
const (
	// OK: the app answered as a correct app does.
	OK State = "ok"
	// Inconclusive: the answers are right, but cannot tell everything.
	Inconclusive State = "look"
	// Finding: a correct app answers something else.
	Finding State = "finding"
)

// worse returns the worse of two states.
func worse(a, b State) State {
	if a == Finding || b == OK {
		return a
	}
	return b
}

// slow is when an answer comes close to the senders' limit.
const slow = 10 * time.Second

// judge reports whether an answer is right, and if not, what is wrong with it.
func (r rule) judge(f webhook.Forward) (state State, why string) {
	ok, wrong := r.holds(f.Status)
	switch {
	case f.Failure != "":
		return Finding, f.Error
	case !ok && f.Status >= 300 && f.Status < 400 && r == rejectsGet:
		return Inconclusive, "it redirects GET requests, which senders never send"
	case !ok && f.Status < 300 && r == rejectsGet:
		return Inconclusive, fmt.Sprintf("it answers %d to a GET: check that this does nothing", f.Status)
	case !ok && r == rejects && f.Status >= 400 && f.Status < 500:
		return Inconclusive, fmt.Sprintf("it rejected the request with %d, which senders take for a wrong URL, not for a bad signature", f.Status)
	case !ok && r == acceptsOrDefers && (f.Status == http.StatusConflict || f.Status == http.StatusTooManyRequests):
		return Inconclusive, fmt.Sprintf("it deferred the message with %d: Svix sends it again, and the app must accept it then", f.Status)
	case !ok:
		return Finding, wrong
	case f.Status < 300 && advice.IsPage(f.Body):
		return Finding, "a web page answered instead of the webhook code"
	case f.Duration >= slow:
		return Inconclusive, fmt.Sprintf("it took %d s; Svix gives up after 15 s", f.Duration/time.Second)
	}
	return OK, ""
}

func (r rule) holds(status int) (ok bool, wrong string) {
	within := func(from, to int) bool { return status >= from && status <= to }
	switch r {
	case accepts, acceptsOrDefers:
		ok = within(200, 299)
	case acceptsOrConflict:
		ok = within(200, 299) || status == http.StatusConflict
	case rejects:
		ok = status == 400 || status == 401 || status == 403 || status == 422
	case anyButError:
		ok = within(200, 299) || within(400, 499)
	case rejectsGet:
		ok = within(400, 499)
	}
	return ok, fmt.Sprintf("%d instead of %s", status, r)
}
