// Package receiver receives webhooks and sends them on: the HTTP handler that
// reads, verifies, captures and answers deliveries; the forwarder to the apps
// under development; and hooktop's own senders, trigger and resend. It stores
// nothing itself, but declares what it needs of a store, and does not know what
// shows the result.
//
// Where to look, as a delivery goes:
//
//   - receiver.go: the handler: who sent it, verify, capture, answer; read.go: reads the
//     body, within what intake lets all requests hold
//   - endpoint.go: the webhook paths and their secrets; instance.go: what hooktop
//     itself sent; selftest.go: its tests of the public URL
//   - private.go: what only hooktop's own commands may ask
//   - judge.go: the one way to verify and parse; recentverified.go: what verified
//     lately; explain.go: the search for the cause of a rejection
//   - refuse.go: the answer to what was not kept, also when storing failed, and the
//     verdict on a wrong path, a wrong method or a body that is too large
//   - reply.go: the app answers the sender (--reply app)
//   - forward.go: sends deliveries on to the apps; route.go: to which;
//     targetqueue.go, idqueue.go: one after the other for each, and retries
//   - send.go: makes one request to an app; forwardheader.go: headers that the user
//     adds to it; probe.go, health.go: whether it runs
//
// When the user asks: resend.go sends a delivery again, sign.go signs it anew if
// vouched.go says that it may,
// trigger.go sends a made-up event, reverify.go and import.go verify what is stored
// or was exported.
package receiver

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hooktop/hooktop/receiver/direct"
	"github.com/hooktop/hooktop/receiver/intake"
	"github.com/hooktop/hooktop/receiver/proof"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/recent"
)

// Capturer commits a delivery and the effect of its event to disk in one
// transaction, and sets its ID, Outcome and Answer. An error means that nothing
// was committed.
type Capturer interface {
	Capture(ctx context.Context, d *webhook.Delivery, e webhook.Event) error
}

// Receiver answers deliveries. Its fields are set before the first request.
type Receiver struct {
	Store     Capturer
	Endpoints Endpoints
	// MaxBody is the longest body that is read, in bytes.
	MaxBody int64
	// Gate bounds what all requests together hold; nil for no bound.
	Gate *intake.Gate
	Now  func() time.Time
	// Self lets hooktop's own senders name a delivery's origin.
	Self Instance
	// SelfTest answers hooktop's own tests of its public URL; nil answers none.
	SelfTest *SelfTest

	// Explainer searches for the cause of a rejection; nil for only what verifying
	// tells.
	Explainer *Explainer

	// Answerer, if any, returns the app that answers the sender of a verified
	// delivery; nil for hooktop itself.
	Answerer func(webhook.Delivery) Answerer
	// Status is what GET /healthz answers, as JSON, to a request with the token of
	// Self; nil for the same as to others.
	Status func() any
	// Private answers hooktop's own commands at the local address, by path: POSTs with
	// the token of Self.
	Private map[string]func(ctx context.Context, body []byte) (any, error)

	// Captured is called after a delivery was answered. It must not block.
	Captured func(webhook.Delivery)
	// Lost is called if a delivery could not be committed; its sender was told and
	// will send it again. It must not block.
	Lost func(webhook.Delivery, error)

	seen recentVerified
}

// Public is the handler for requests from outside: only the webhook paths.
func (r *Receiver) Public() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.receive(w, req, webhook.Tunnel)
	})
}

// Local is the handler for the local address: the webhook paths and GET /healthz.
func (r *Receiver) Local() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/healthz" {
			r.health(w, req)
			return
		}
		if answer := r.private(req); answer != nil {
			answer(w)
			return
		}
		r.receive(w, req, webhook.Local)
	})
}

// Relayed is the handler for requests from a provider's relay. They come without a
// path: each is treated as one to that provider's webhook path.
func (r *Receiver) Relayed(provider string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		to := *req
		to.URL, to.RequestURI = &url.URL{Path: "/"}, "/"
		if e := r.Endpoints.of(provider); e != nil {
			to.URL, to.RequestURI = &url.URL{Path: e.Path}, e.Path
		}
		r.receive(w, &to, webhook.Relay)
	})
}

// Shared is the handler for a local address where the user's own tunnel ends, at
// publicHost. What a program on this machine sends itself, and hooktop's own commands,
// are treated as Local, everything else as Public.
func (r *Receiver) Shared(publicHost string) http.Handler {
	local, public := r.Local(), r.Public()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if r.Self.knows(req.Header) || direct.Is(req, publicHost) { // a resend has the original headers
			local.ServeHTTP(w, req)
			return
		}
		public.ServeHTTP(w, req)
	})
}

// Server returns a server with the limits that a hostile public side needs: slow
// headers, slow bodies and idle connections end, long headers are rejected.
// complaints gets what net/http logs; nil drops it.
func Server(h http.Handler, complaints *log.Logger) *http.Server {
	if complaints == nil { // net/http would write to standard error, under the dashboard
		complaints = log.New(io.Discard, "", 0)
	}
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      40 * time.Second,
		IdleTimeout:       15 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          complaints,
		// OPTIONS * is a path that does not exist, too.
		DisableGeneralOptionsHandler: true,
	}
}

func (r *Receiver) health(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		refuse(w, http.StatusMethodNotAllowed, "GET, HEAD")
		return
	}
	w.Header().Set(instanceHeader, r.Self.ID)
	if answer := r.Self.self().Answer(req.Header.Get(proof.Header)); answer != "" {
		w.Header().Set(proof.Header, answer)
	}
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
	// bodies are the bodies that it is compared with.
	bodies [][]byte
	// keep is how much of its body is kept, in bytes.
	keep int64
	// charge is what it holds of the budget.
	charge intake.Charge
}

// receive takes a request from the wire to its answer.
func (r *Receiver) receive(w http.ResponseWriter, req *http.Request, origin webhook.Origin) {
	defer r.recovered(w, req)
	if req.Method == http.MethodPost && r.Endpoints.at(req.URL.Path) != nil && r.SelfTest.answer(w, req.Header) {
		return
	}
	a := r.identify(w, req, origin)
	if a == nil {
		return
	}
	defer a.charge.End()
	unread, err := r.read(w, req, a)
	if err != nil {
		refuseBusy(w)
		return
	}
	if a.refused == nil {
		a.refused = unread
	}
	r.judge(a)
	if len(a.Body) > 0 && a.Bytes > int64(len(a.Body)) {
		a.CutBody()
	}
	done, ok := r.turn(req.Context(), a)
	if !ok {
		refuseBusy(w)
		return
	}
	defer done()
	var app Answerer
	if r.Answerer != nil && a.Verdict.Verified {
		app = r.Answerer(a.Delivery)
		a.AppAnswers = app != nil
	}
	// The sender may go away; what it sent is kept anyway.
	if err = r.Store.Capture(context.WithoutCancel(req.Context()), &a.Delivery, a.event); err != nil {
		r.refuseUncaptured(w, a.Delivery, err)
		return
	}
	r.answer(w, req, a, app)
	if a.unexplained {
		r.Explainer.enqueue(a.ID, a.bodies)
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
	if r.Gate.Begin(&a.charge, req) != nil {
		refuseBusy(w)
		return nil
	}
	if a.endpoint != nil {
		provider = a.endpoint.Provider
	}
	a.Delivery = webhook.Delivery{At: r.Now(), Origin: origin, Request: requestOf(req)}
	a.own = r.Self.admit(&a.Delivery)
	if a.keep = r.MaxBody; !claimed && !a.own && !onThisMachine(origin, req.RemoteAddr) {
		a.keep = min(a.keep, keptOfStrangers)
	}
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
	a.Verdict = before.reconsider(this, a.Verdict, secrets)
	if r.Explainer != nil && webhook.Explainable(a.Verdict) {
		a.bodies = before.texts()
		a.unexplained = !r.Explainer.atOnce(&a.Delivery, p, a.bodies)
	}
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
