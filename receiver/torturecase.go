package receiver

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Case is one thing that senders do to an app, and what a correct app answers
// to it. It is a value: what depends on the run (who the users are, what time it
// is) is put in when it is sent.
type Case struct {
	// Name is stable, and made of words and hyphens.
	Name string
	// Does says what is sent, Expected what a correct app answers to it, Fix
	// what to do about an app that answers something else.
	Does, Expected, Fix string

	steps []step
	// leaves is what the users are to be afterwards. Where hidden, that may be
	// wrong though all answers are right; look then says what is left to look
	// at, "" for the users that it leaves.
	leaves []left
	hidden bool
	look   string
}

// step is a request of a case: who it is about, how it is signed, what answer
// is right.
type step struct {
	event string
	// given is a captured delivery whose bytes are sent, nil for an event that
	// is made up.
	given *webhook.Delivery
	// user is whom the event is about, from 0, and email the letter of his
	// address: "" for his own.
	user  int
	email string
	// ago is how long before now the event happened; signed how long before now
	// it was signed, less than 0 for the future.
	ago, signed time.Duration
	// again is the step, from 1, whose message this one repeats, 0 for none.
	again int
	// times is how many of it are sent at once, each about a user of his own
	// where apart.
	times int
	apart bool
	set   []webhook.Assignment
	// written is what becomes of the body before it is signed, nil for what
	// writing it as JavaScript does.
	written func([]byte) []byte
	method  string // "" for POST
	// spoil changes the request after it was signed.
	spoil func(*outgoing)
	right rule
}

// left is a user after a case: with the address of that letter, gone for "".
type left struct {
	user  int
	email string
}

// outgoing is a request that is about to be sent.
type outgoing struct {
	method string
	header http.Header
	body   []byte
	// forged is the signature by a secret that the app does not have.
	forged string
}

// rule says which answers are right.
type rule int

const (
	takes         rule = iota // it is genuine: 2xx
	takesOrHolds              // genuine, and in conflict with another for now: 2xx, or 409
	takesOrDefers             // one of several at once: 2xx, or 409 or 429 for the time being
	refuses                   // not genuine: 400, 401, 403, or 422
	eitherWay                 // 2xx or 4xx
	knowsNoGet                // no delivery at all: 4xx
)

func (r rule) String() string {
	return map[rule]string{
		takes: "2xx", takesOrHolds: "2xx or 409", takesOrDefers: "2xx", refuses: "400, 401 or 403", eitherWay: "2xx or 4xx", knowsNoGet: "405",
	}[r]
}

// State is what a case, or one answer, comes to.
type State string

// The states, the worst last.
const (
	// Right: the app answers what a correct one does.
	Right State = "ok"
	// Look: the answers are right, and what they do not tell is left to look at.
	Look State = "look"
	// Wrong: a correct app answers something else.
	Wrong State = "finding"
)

// slow is when an answer comes close to the limit of senders.
const slow = 10 * time.Second

// judge says whether an answer is right, and if not, what is wrong with it.
func (r rule) judge(f webhook.Forward) (state State, why string) {
	ok, wrong := r.holds(f.Status)
	switch {
	case f.Error != "":
		return Wrong, f.Error
	case !ok && f.Status >= 300 && f.Status < 400 && r == knowsNoGet:
		return Look, "it redirects a GET, which senders do not send"
	case !ok && f.Status < 300 && r == knowsNoGet:
		return Look, fmt.Sprintf("it answers %d to a GET: see that this does nothing", f.Status)
	case !ok && r == refuses && f.Status >= 400 && f.Status < 500:
		return Look, fmt.Sprintf("it was refused, with %d: senders take that for a wrong URL, not for a wrong signature", f.Status)
	case !ok && r == takesOrDefers && (f.Status == http.StatusConflict || f.Status == http.StatusTooManyRequests):
		return Look, fmt.Sprintf("it was put off with %d: Svix sends it again, and then it has to be taken", f.Status)
	case !ok:
		return Wrong, wrong
	case f.Status < 300 && isPage(f.Body):
		return Wrong, "a web page answered, and not the webhook's code"
	case f.Duration >= slow:
		return Look, fmt.Sprintf("it took %d s; Svix gives up at 15 s", f.Duration/time.Second)
	}
	return Right, ""
}

func (r rule) holds(status int) (ok bool, wrong string) {
	within := func(from, to int) bool { return status >= from && status <= to }
	switch r {
	case takes, takesOrDefers:
		ok = within(200, 299)
	case takesOrHolds:
		ok = within(200, 299) || status == http.StatusConflict
	case refuses:
		ok = status == 400 || status == 401 || status == 403 || status == 422
	case eitherWay:
		ok = within(200, 299) || within(400, 499)
	case knowsNoGet:
		ok = within(400, 499)
	}
	return ok, fmt.Sprintf("%d where %s is right", status, r)
}

// isPage says whether an answer is a whole web page. The content type does not
// tell: Express calls a bare "ok" text/html.
func isPage(body []byte) bool {
	head := strings.ToLower(string(bytes.TrimSpace(body[:min(len(body), 200)])))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html")
}

// worse is the worse of two states.
func worse(a, b State) State {
	if a == Wrong || b == Right {
		return a
	}
	return b
}
