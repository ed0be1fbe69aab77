// Package receiver is the door: the HTTP handler that reads, judges, captures
// and answers deliveries, and what sends through that door or on to the app
// under development. It keeps nothing itself: it declares what it needs of a
// store, and never learns what shows the result.
package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/recent"
)

// Capturer commits a delivery and the effect of its event to disk, in one
// transaction, and settles its ID, Outcome and Answer. An error means that
// nothing was committed.
type Capturer interface {
	Capture(ctx context.Context, d *webhook.Delivery, e webhook.Event) error
}

// Endpoint is a webhook path: who sends there and with which secrets.
type Endpoint struct {
	Path     string
	Provider webhook.Provider
	// Secrets are those of now: they may change while hooktop runs.
	Secrets func() []webhook.Secret
}

// SigningSecret returns the secret that hooktop signs with, the first. The error
// has a Fix.
func (e Endpoint) SigningSecret() (webhook.Secret, error) {
	secrets := e.Secrets()
	if len(secrets) == 0 {
		return webhook.Secret{}, webhook.NewMistake("no signing secret for "+e.Provider.Title(), "put "+e.Provider.Signing().Variables[0]+"=whsec_… into .env.local")
	}
	return secrets[0], nil
}

// Endpoints are those of a hooktop, one a provider.
type Endpoints []Endpoint

// of is the one of a provider, nil for none.
func (all Endpoints) of(provider string) *Endpoint {
	return all.first(func(e *Endpoint) bool { return e.Provider.Name() == provider })
}

// at is the one at a path, nil for none.
func (all Endpoints) at(path string) *Endpoint {
	return all.first(func(e *Endpoint) bool { return e.Path == path })
}

func (all Endpoints) first(is func(*Endpoint) bool) *Endpoint {
	for i := range all {
		if is(&all[i]) {
			return &all[i]
		}
	}
	return nil
}

// Receiver answers deliveries. Its fields are set before the first request and
// not changed after.
type Receiver struct {
	Store     Capturer
	Endpoints Endpoints
	// MaxBody is the longest body that is read, in bytes.
	MaxBody int64
	Now     func() time.Time
	// Self lets hooktop's own senders name a delivery's origin.
	Self Instance

	// Explainer searches for the cause of a signature that does not hold; nil
	// for what Verify says alone.
	Explainer *Explainer

	// Answerer, if any, gives the app that answers the sender of a delivery that
	// verified; nil for hooktop itself.
	Answerer func(webhook.Delivery) Answerer
	// Status is what GET /healthz answers, as JSON, to a request with the token of
	// Self; nil for the same as to others.
	Status func() any

	// Captured is called after a delivery was answered. It must not block.
	Captured func(webhook.Delivery)
	// Lost is called where a delivery could not be committed; its sender was
	// told so and will send it again. It must not block.
	Lost func(webhook.Delivery, error)

	seen recentVerified
}

// Public is the handler for what comes from outside: the webhook paths alone.
func (r *Receiver) Public() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.receive(w, req, webhook.Tunnel)
	})
}

// Local is the handler for the local address: the webhook paths, and
// GET /healthz.
func (r *Receiver) Local() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/healthz" {
			r.health(w, req)
			return
		}
		r.receive(w, req, webhook.Local)
	})
}

// Shared is the handler for a local address at which the user's own tunnel
// ends: what comes through the tunnel, told by its host or by the headers that
// proxies add, is treated as Public, the rest as Local.
func (r *Receiver) Shared(publicHost string) http.Handler {
	local, public := r.Local(), r.Public()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		outside := strings.EqualFold(req.Host, publicHost)
		for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Cf-Connecting-Ip"} {
			outside = outside || req.Header.Get(name) != ""
		}
		if outside && !r.Self.knows(req.Header) { // a resend has the headers of the first time
			public.ServeHTTP(w, req)
			return
		}
		local.ServeHTTP(w, req)
	})
}

func (r *Receiver) health(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		refuse(w, http.StatusMethodNotAllowed, "GET, HEAD")
		return
	}
	w.Header().Set(instanceHeader, r.Self.ID)
	if r.Status != nil && r.Self.knows(req.Header) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(r.Status())
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

// arrival is a delivery on its way from the wire to its answer.
type arrival struct {
	webhook.Delivery
	endpoint *Endpoint // nil for a path that is not a webhook path
	// own is set for a sender of hooktop's own.
	own bool
	// refused is why it is not verified, nil for a delivery that is.
	refused *webhook.Verdict
	event   webhook.Event
	// unexplained is set if the cause of its rejection is still unknown.
	unexplained bool
}

// receive takes a request from the wire to its answer.
func (r *Receiver) receive(w http.ResponseWriter, req *http.Request, origin webhook.Origin) {
	defer r.recovered(w, req)
	a := r.identify(w, req, origin)
	if a == nil {
		return
	}
	unread := r.read(w, req, &a.Delivery)
	if a.refused == nil {
		a.refused = unread
	}
	r.judge(a)
	var app Answerer
	if r.Answerer != nil && a.Verdict.Verified {
		app = r.Answerer(a.Delivery)
		a.AppAnswers = app != nil
	}
	// The sender may go away; what it sent is kept anyway.
	if err := r.Store.Capture(context.WithoutCancel(req.Context()), &a.Delivery, a.event); err != nil {
		r.refuseUncaptured(w, a.Delivery, err)
		return
	}
	r.answer(w, req, a, app)
	if a.unexplained {
		r.Explainer.enqueue(a.ID)
	}
	r.Captured(a.Delivery)
}

// identify returns who sends what, nil if it refused a request that no provider
// sent.
func (r *Receiver) identify(w http.ResponseWriter, req *http.Request, origin webhook.Origin) *arrival {
	a := &arrival{endpoint: r.Endpoints.at(req.URL.Path)}
	provider, claimed := providers.Claimed(req.Header)
	a.refused = r.refusal(req, a.endpoint)
	if a.refused != nil && !claimed {
		refuseStranger(w, a.refused.Code)
		return nil
	}
	if a.endpoint != nil {
		provider = a.endpoint.Provider
	}
	a.Delivery = webhook.Delivery{At: r.Now(), Origin: origin, Request: requestOf(req)}
	a.own = r.Self.admit(&a.Delivery)
	if provider != nil {
		a.Provider, a.MessageID = provider.Name(), messageID(provider.Signing().MessageID(a.Header))
	}
	return a
}

// judge verifies a delivery that was not refused, and searches for the cause of a
// rejection if that is quick.
func (r *Receiver) judge(a *arrival) {
	if a.refused != nil {
		a.Verdict, a.Outcome = *a.refused, webhook.Rejected
		return
	}
	p, secrets := a.endpoint.Provider, a.endpoint.Secrets()
	event := judge(&a.Delivery, p, secrets)
	this := recent.Delivery{At: a.At, Signed: a.Verdict.SignedAt, MessageID: a.MessageID, InstanceID: event.InstanceID, Tolerance: p.Signing().Tolerance}
	defer r.seen.note(&a.Delivery, this)
	if a.Verdict.Verified {
		a.event = event
		return
	}
	a.Outcome = webhook.Rejected
	before := r.seen.of(a.Provider)
	if a.Verdict.Code == webhook.WrongSecret && !a.Verdict.BodyBroken {
		a.Verdict.Detail += " " + before.lately(a.At, secrets)
	}
	a.Verdict = before.history.Reconsider(this, a.Verdict)
	a.unexplained = r.Explainer != nil && webhook.Explainable(a.Verdict) && !r.Explainer.atOnce(&a.Delivery, p)
}

// answer answers the sender of a delivery that was committed.
func (r *Receiver) answer(w http.ResponseWriter, req *http.Request, a *arrival, app Answerer) {
	if a.own {
		w.Header().Set(deliveryHeader, strconv.FormatInt(a.ID, 10))
	}
	if a.Verdict.Code == webhook.WrongMethod {
		w.Header().Set("Allow", http.MethodPost)
	}
	if app != nil {
		replyAs(w, app(req.Context(), a.Delivery))
		return
	}
	reply(w, a.Answer)
}

// maxDrain is how much of a body that is too large is read and dropped.
const maxDrain = 8 << 20

// read takes the body, at most MaxBody bytes of it, and says what is wrong
// with a body that could not be read whole.
func (r *Receiver) read(w http.ResponseWriter, req *http.Request, d *webhook.Delivery) *webhook.Verdict {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, r.MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		// Many a sender writes all of its body before it reads the answer, and
		// would find the connection reset instead: let it finish, within bounds.
		rest, _ := io.CopyN(io.Discard, req.Body, maxDrain)
		d.Bytes = r.MaxBody + 1 + rest
		return tooLarge(req.ContentLength, r.MaxBody)
	case err != nil:
		d.Body, d.Bytes = body, int64(len(body))
		return incompleteBody(req.ContentLength, len(body))
	}
	d.Body, d.Bytes = body, int64(len(body))
	return nil
}

func requestOf(req *http.Request) webhook.Request {
	return webhook.Request{
		Method:     req.Method,
		URL:        req.RequestURI,
		Host:       req.Host,
		RemoteAddr: req.RemoteAddr,
		Header:     req.Header.Clone(),
	}
}

func reply(w http.ResponseWriter, a webhook.Answer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a sender that went away sends again
	_, _ = io.WriteString(w, "\n")
}
