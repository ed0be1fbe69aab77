package receiver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// APIMessage is an event that a provider's own API returned over an authenticated
// connection, instead of sending it to an endpoint.
type APIMessage struct {
	// ID is the message's id, the same as in every delivery of it.
	ID string
	// At is when the provider created it.
	At time.Time
	// Body is the event's JSON as the API returned it. It is not certain to be the
	// bytes that the provider sends and signs.
	Body []byte
}

// CaptureFromAPI stores a message that the provider's own API returned, applies it
// and has it forwarded, as if it had been delivered. The API vouches for it, so it
// may change users; but there is no signature, so its verdict is unverified. There
// is no sender to answer. The error means that nothing was stored.
func (r *Receiver) CaptureFromAPI(ctx context.Context, provider string, m APIMessage) (webhook.Delivery, error) {
	endpoint := r.Endpoints.of(provider)
	if endpoint == nil {
		return webhook.Delivery{}, fmt.Errorf("no webhook path for %q", provider)
	}
	d := webhook.Delivery{
		At: r.Now(), Provider: provider, Origin: webhook.Pull, FromAPI: true,
		Request: webhook.Request{Method: http.MethodPost, URL: endpoint.Path, Header: http.Header{"Content-Type": {"application/json"}}, Body: m.Body},
		Bytes:   int64(len(m.Body)), MessageID: messageID(m.ID),
		Verdict: notSigned(endpoint.Provider, m.At),
	}
	if name := idHeader(endpoint.Provider.Signing()); name != "" && d.MessageID != "" {
		d.Header.Set(name, d.MessageID)
	}
	if d.Bytes > r.MaxBody {
		d.Body, d.Verdict, d.FromAPI = nil, *tooLarge(d.Bytes, r.MaxBody), false
	}
	event := endpoint.Provider.Parse(d.Body)
	d.Type = event.Type
	if d.MessageID == "" {
		d.MessageID = messageID(event.MessageID)
	}
	if event.At.IsZero() {
		event.At = m.At
	}
	if event.At.IsZero() {
		event.At = d.At
	}
	if err := r.Store.Capture(context.WithoutCancel(ctx), &d, event); err != nil {
		return d, err
	}
	r.Captured(d)
	return d, nil
}

// idHeader returns the header that holds a message's id, "" if it is in the body.
func idHeader(s *webhook.Signing) string {
	if s.ID.Header == "" || len(s.Prefixes) == 0 {
		return s.ID.Header
	}
	return s.Prefixes[0] + s.ID.Header
}

// notSigned is the verdict on a message that the provider's API returned.
func notSigned(p webhook.Provider, created time.Time) webhook.Verdict {
	title := p.Title()
	checks := []webhook.Check{{Name: "source", OK: true, Detail: "read over an authenticated connection to " + title + "'s API"}}
	if !created.IsZero() {
		checks = append(checks, webhook.Check{Name: "created", OK: true, Detail: created.UTC().Format(time.RFC3339) + ", says the API"})
	}
	return webhook.Verdict{
		Unverified: true,
		Title:      "Not signed",
		Detail:     "hooktop read this event from " + title + "'s API. The body is rebuilt from JSON, so no signature can be verified.",
		Checks:     checks,
	}
}
