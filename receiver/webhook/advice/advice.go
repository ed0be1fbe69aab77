// Package advice explains to people what a verified delivery did, what an
// app's answer to it means, and what to do about it. It states a cause as certain
// only if the answer, the delivery or the project's files prove it. It sends nothing,
// verifies nothing and reads no files.
//
// Where to look: advice.go has the order in which an answer is looked at, causes.go
// the possible causes. evidence.go reads the answer, errorpage.go its web pages,
// framework.go who answered; stacks.go says how things are done there. Then a file
// for each kind of answer: accepted.go, redirects.go, routes.go (404, 405), refusals.go
// (401, 403 and so on), signature.go and quotedtexts.go (what verifiers say),
// crashes.go, noanswer.go. outcometext.go says what hooktop made of a delivery.
package advice

import (
	"net/http"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Advice is what an app's answer to a delivery means. Says and Fix are sentences; all
// is empty if there is nothing to say.
type Advice struct {
	// Cause explains the answer, "" if there is nothing to say.
	Cause Cause
	// Certain is set if the evidence proves the cause. If not, Others are the causes
	// that would look the same, most likely first.
	Certain bool
	Others  []Cause
	// Says is what the answer means, Fix what to do.
	Says, Fix string
}

// On returns what an app's answer to a delivery means and how to fix it, the zero
// Advice if the app accepted a delivery that verified here. d must be read whole; f
// is one of its forwards.
//
// Answers that do not depend on the signature, such as a redirect, a missing
// route or no answer, are explained on their own. If the app refused a delivery
// that was rejected here too, the verdict here is the explanation.
func On(d webhook.Delivery, f webhook.Forward, app App) Advice {
	e := newEvidence(d, f, app)
	switch {
	case f.Status == 0, f.Failure != "" && f.Status < 300:
		return e.noAnswer()
	case f.Status < 200:
		e.f.Failure = webhook.InvalidStatus
		return e.noAnswer()
	case f.Status < 300:
		return e.accepted()
	case f.Status < 400:
		return e.redirected()
	}
	for _, look := range []func() (Advice, bool){e.wrongScheme, e.knownResponse, e.hostRefused, e.tokenMissing, e.validated, e.knownCrash} {
		if a, ok := look(); ok {
			return a
		}
	}
	switch f.Status {
	case http.StatusNotFound:
		return e.notFound()
	case http.StatusMethodNotAllowed:
		return e.noPost()
	case http.StatusRequestEntityTooLarge:
		return e.tooLarge()
	case http.StatusUnsupportedMediaType:
		return e.mediaType()
	}
	if d.Verdict.State() == webhook.VerdictRejected {
		return refusedHereToo(d.Verdict)
	}
	if e.blamesSignature() {
		return e.signatureBlamed()
	}
	switch {
	case f.Status == http.StatusUnauthorized, f.Status == http.StatusForbidden:
		return e.unauthorized()
	case f.Status == http.StatusTooManyRequests:
		return e.limited()
	case f.Status == http.StatusBadGateway || f.Status == http.StatusServiceUnavailable || f.Status == http.StatusGatewayTimeout:
		return e.proxyFailed()
	case f.Status >= 500:
		return e.crashed()
	}
	return e.refused()
}

// refusedHereToo explains a refusal by the verdict here.
func refusedHereToo(v webhook.Verdict) Advice {
	says := "It was rejected by hooktop, too"
	if v.Title != "" {
		says += ": " + strings.ToLower(v.Title[:1]) + v.Title[1:]
	}
	says += "."
	if v.Detail != "" {
		says += " " + v.Detail
	}
	return certain(RejectedHere, says, v.Fix)
}
