package receiver

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/hooktop/hooktop/receiver/intake"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// keptOfStrangers is how much of a body is kept, in bytes, that came from outside and
// has no provider's headers.
const keptOfStrangers = 4 << 10

// onThisMachine reports whether a request came from this machine, and not through a
// tunnel.
func onThisMachine(origin webhook.Origin, from string) bool {
	host, _, err := net.SplitHostPort(from)
	return origin == webhook.Local && err == nil && net.ParseIP(host).IsLoopback()
}

// read reads the body, at most MaxBody bytes of it, and returns what is wrong with a
// body that could not be read to its end, nil for nothing. The error means that the
// sender should send it again: too much is in flight.
func (r *Receiver) read(w http.ResponseWriter, req *http.Request, a *arrival) (*webhook.Verdict, error) {
	got, err := a.charge.Read(req, a.keep, r.MaxBody)
	a.Body, a.Bytes = got.Kept, got.Bytes
	switch {
	case errors.Is(err, intake.ErrFull), errors.Is(err, intake.ErrDropped):
		w.Header().Set("Connection", "close")
		return nil, err
	case errors.Is(err, intake.ErrTooLarge):
		w.Header().Set("Connection", "close")
		return tooLarge(req.ContentLength, r.MaxBody), nil
	}
	if err != nil { // that of the connection, which the verdict tells
		return incompleteBody(req.ContentLength, int(a.Bytes)), nil //nolint:nilerr // see above
	}
	return nil, nil //nolint:nilnil // nothing is wrong
}

// turn waits for a rejected delivery's turn to be stored: good ones go first. It
// reports false if that takes too long.
func (r *Receiver) turn(ctx context.Context, a *arrival) (done func(), ok bool) {
	if a.Verdict.Verified || a.own {
		a.charge.Good()
		return func() {}, true
	}
	return a.charge.Junk(ctx)
}

// refuseBusy answers a request that came while too much was in flight. A signed
// sender sends it again.
func refuseBusy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusServiceUnavailable, "")
}
