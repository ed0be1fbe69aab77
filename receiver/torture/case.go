package torture

import (
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Case is one thing that senders do to an app, and what a correct app answers.
// It is a value: what depends on the run, such as the users' ids and the time,
// is filled in when it is sent.
type Case struct {
	// Name is stable, and made of words and hyphens.
	Name string
	// Does says what is sent, Expected what a correct app answers, and Fix what
	// to do if the app answers something else.
	Does, Expected, Fix string

	steps []step
	// leaves is what the users should be afterwards. If hidden is set, they may
	// be wrong although all answers are right; look then says what to look at, ""
	// for the users in leaves.
	leaves []left
	hidden bool
	look   string
}

// step is a request of a case: whom it is about, how it is signed, and which
// answer is right.
type step struct {
	event string
	// given is a captured delivery whose bytes are sent, nil to make up an event.
	given *webhook.Delivery
	// user is the number of the user that the event is about, email the letter of
	// the address: "" for the user's own.
	user  int
	email string
	// ago is how long before now the event happened; signed how long before now
	// it was signed, negative for the future.
	ago, signed time.Duration
	// again is the step, counted from 1, whose message this one repeats; 0 for
	// none.
	again int
	// times is how many are sent at once; if apart is set, each about another
	// user.
	times int
	apart bool
	set   []webhook.Assignment
	// written changes the body before it is signed; nil writes it as JavaScript
	// does.
	written func([]byte) []byte
	method  string // "" for POST
	// spoil changes the request after it was signed.
	spoil func(*request)
	right rule
}

// left is a user after a case, with the address of that letter; "" means
// deleted.
type left struct {
	user  int
	email string
}
