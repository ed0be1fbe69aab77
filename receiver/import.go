package receiver

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Importer verifies requests that were received elsewhere, as of the time of their
// receipt, with the current secrets.
type Importer struct {
	Endpoints Endpoints
	// Keys returns the keys that a provider's signatures are tried with.
	Keys func(provider string) webhook.Keyring

	explained int
}

// maxExplained is for how many rejections of an import the cause is searched for;
// hooktop reverify does that for the others.
const maxExplained = 50

// Judge sets the provider, the message id and the verdict of a delivery, and what
// it does to the users. was is the verdict in the file, nil for none; masked means
// that the body is not the one that was signed. It returns false for a request
// from no known provider.
func (i *Importer) Judge(m *webhook.Imported, was *webhook.Verdict, masked bool) bool {
	d := &m.Delivery
	endpoint := i.endpoint(d)
	if endpoint == nil && was == nil {
		return false
	}
	m.Event, d.Outcome = &webhook.Event{}, ""
	if endpoint != nil {
		d.Provider = endpoint.Provider.Name()
		d.MessageID = messageID(endpoint.Provider.Signing().MessageID(d.Header))
	}
	switch {
	case was != nil && was.Unverified && d.Bytes == int64(len(d.Body)) && !i.signed(d, endpoint):
		d.Verdict = *was // the file cannot vouch for it
		if endpoint != nil {
			d.Type = endpoint.Provider.Parse(d.Body).Type
		}
	case masked && (was == nil || was.Code == ""):
		d.Verdict = maskedVerdict()
	case masked || endpoint == nil || was != nil && (refusedUnread(was.Code) || d.Bytes != int64(len(d.Body))):
		d.Verdict = *was
	default:
		i.verify(m, endpoint, was)
		return true
	}
	d.Verdict.Verified = false
	if endpoint != nil && masked {
		d.Type = endpoint.Provider.Parse(d.Body).Type
	}
	return true
}

// signed reports whether a delivery carries a signature, right or wrong: then that
// decides about it, whatever the file says.
func (i *Importer) signed(d *webhook.Delivery, e *Endpoint) bool {
	if e == nil {
		return false
	}
	code := providers.Verify(e.Provider, d.Request, d.At, nil).Code
	return code != webhook.Unsigned && code != webhook.MissingHeaders
}

// Holds reports whether a delivery's signature is valid, however old it is.
func (i *Importer) Holds(d webhook.Delivery) bool {
	e := i.endpoint(&d)
	if e == nil {
		return false
	}
	return SignatureHolds(providers.Verify(e.Provider, d.Request, d.At, i.Keys(e.Provider.Name()).Secrets))
}

// SignatureHolds reports whether a verdict says that the signature was made with the secret,
// whenever that was.
func SignatureHolds(v webhook.Verdict) bool {
	return v.Verified || v.Code == webhook.TooOld || v.Code == webhook.TooNew
}

// Sent sets the verdict of a delivery that was sent to an app, as a resend does: it
// says whether the app could verify it.
func (i *Importer) Sent(m *webhook.Imported) {
	d := &m.Delivery
	d.Verdict = webhook.Verdict{}
	if e := i.Endpoints.of(d.Provider); e != nil {
		d.MessageID = messageID(e.Provider.Signing().MessageID(d.Header))
		d.Verdict = providers.Verify(e.Provider, d.Request, d.At, e.Secrets())
	}
}

func (i *Importer) verify(m *webhook.Imported, endpoint *Endpoint, was *webhook.Verdict) {
	d, p := &m.Delivery, endpoint.Provider
	keys := i.Keys(p.Name())
	event := judge(d, p, keys.Secrets)
	switch {
	case d.Verdict.Verified:
		m.Event = &event
	case was != nil && !was.Verified && was.Code != "":
		d.Verdict = *was // with the evidence of then
	case i.explained < maxExplained:
		i.explained++
		d.Verdict = providers.Explain(p, d.Request, d.At, d.Verdict, keys)
	}
}

// refusedUnread reports whether a rejection does not depend on the secrets.
func refusedUnread(c webhook.Code) bool {
	return slices.Contains([]webhook.Code{webhook.WrongPath, webhook.WrongMethod, webhook.TooLarge, webhook.IncompleteBody}, c)
}

// endpoint returns the endpoint whose provider's headers the request has, because
// paths differ elsewhere; without such headers, the one at its path.
func (i *Importer) endpoint(d *webhook.Delivery) *Endpoint {
	if d.Method != http.MethodPost {
		return nil
	}
	if p, ok := providers.Claimed(d.Header); ok {
		return i.Endpoints.of(p.Name())
	}
	if u, err := url.ParseRequestURI(d.URL); err == nil {
		return i.Endpoints.at(u.Path)
	}
	return nil
}

func maskedVerdict() webhook.Verdict {
	return webhook.Verdict{
		Code: webhook.WrongSecret, Title: "The body was masked in an export",
		Detail: "Secrets or personal data in the body were masked when it was exported, so no signature can match it.",
		Fix:    "Export it again where it was received, with --with-codes and without --redact.",
	}
}

// AlteredVerdict is the verdict on a request whose body may not be in the file as it
// was sent: doubt says why. parsed is set if the file certainly holds something else.
func AlteredVerdict(doubt string, parsed bool) webhook.Verdict {
	code := webhook.WrongSecret
	if parsed {
		code = webhook.BodyReserialized
	}
	return webhook.Verdict{
		Code: code, Title: "The file does not have the body as it was sent",
		Detail: "In the imported file, " + doubt + ", so its signature could not be checked.",
		Fix:    "Import it from a capture that keeps the body's bytes: a HAR, raw HTTP, or hooktop export.",
	}
}
