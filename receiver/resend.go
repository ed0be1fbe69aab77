package receiver

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Resend sends a captured delivery again: to a target or, if that is "", to
// hooktop's own endpoint. The result is a delivery of its own, linked to its
// parent, with the app's answer. It is not an error if the app rejects it or is
// not running.
//
// It goes to the target's path or, if the target has none, to that of its provider:
// whoever sent it does not choose. Package onward says with which headers.
//
// Its errors are ResendErrors. One that Is ErrNeverVerified says that nothing vouches
// for the delivery, and that how does not ask to sign it anyway.
func (f *Forwarder) Resend(ctx context.Context, id int64, how webhook.Resending, target string) (webhook.Delivery, error) {
	d, err := f.resend(ctx, id, nil, how, target)
	return d, webhook.Unsent(id, err)
}

// ResendEdited sends a captured delivery again with another body, re-signed, as
// Resend does. hooktop itself gets it only if the original is Vouched: what it
// does to the users then is what its editor wanted.
func (f *Forwarder) ResendEdited(ctx context.Context, id int64, body []byte, how webhook.Resending, target string) (webhook.Delivery, error) {
	if how.Mode == webhook.Verbatim {
		return webhook.Delivery{}, webhook.Unsent(id, webhook.NewMistake("its original signature does not match an edited body", "re-sign it: --as new or --as same"))
	}
	d, err := f.resend(ctx, id, &body, how, target)
	return d, webhook.Unsent(id, err)
}

// resend sends a captured delivery with its own body, or with edited.
func (f *Forwarder) resend(ctx context.Context, id int64, edited *[]byte, how webhook.Resending, target string) (webhook.Delivery, error) {
	parent, err := f.Store.Delivery(ctx, id)
	if err != nil {
		return webhook.Delivery{}, err
	}
	sent := parent
	if edited != nil {
		sent.Body, sent.Bytes = *edited, int64(len(*edited))
		if p, ok := providers.Named(parent.Provider); ok {
			event := p.Parse(sent.Body)
			sent.Type, sent.UserID, sent.Email = event.Type, event.UserID, event.Email
			sent.MessageID = cmp.Or(messageID(event.MessageID), parent.MessageID)
		}
	}
	header, err := f.SignedAs(ctx, parent, parent.Header, sent.Body, how, target)
	if err != nil {
		return webhook.Delivery{}, err
	}
	if target == "" {
		return f.resendHere(ctx, sent, header)
	}
	return f.resendTo(ctx, f.Endpoints.TargetFor(target, parent.Provider), sent, header, f.Vouched(ctx, parent))
}

func notVouched(id int64) error {
	return webhook.Unsent(id, webhook.NewMistake(
		"its signature is not valid, and once re-signed, it would change the users",
		"send it to your app (--to URL --sign-rejected), or here with its original headers (--as verbatim)",
	))
}

func neverSigned() error {
	return webhook.NewMistake("it came without a signature, so its original headers would be rejected", "re-sign it: --as new or --as same")
}

func noPath(d *webhook.Delivery) error {
	return webhook.NewMistake(fmt.Sprintf("hooktop has no webhook path for %q", d.Provider), "send it to an app: --to URL")
}

func (f *Forwarder) resendHere(ctx context.Context, parent webhook.Delivery, header http.Header) (webhook.Delivery, error) {
	endpoint := f.Endpoints.of(parent.Provider)
	if endpoint == nil {
		return webhook.Delivery{}, noPath(&parent)
	}
	instance, err := f.Instance(ctx)
	if err != nil {
		return webhook.Delivery{}, err
	}
	receipt, err := instance.Send(ctx, endpoint.Path, header, parent.Body, webhook.Resend, parent.ID)
	if err != nil {
		return webhook.Delivery{}, err
	}
	return f.Store.Delivery(ctx, receipt.DeliveryID)
}

// resendTo stores the row before it sends, so that an attempt that never ends has
// one too.
func (f *Forwarder) resendTo(ctx context.Context, target string, parent webhook.Delivery, header http.Header, vouched bool) (webhook.Delivery, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return webhook.Delivery{}, webhook.NewMistake(fmt.Sprintf("%q is not the URL of an app", webhook.WithoutPassword(target)), "write --to http://localhost:3000/api/webhooks/clerk")
	}
	asked := u.RequestURI()
	if shown, err := url.Parse(webhook.WithoutPassword(target)); err == nil {
		asked = shown.RequestURI() // a token in it is for the app alone
	}
	d := webhook.Delivery{
		At: f.Now(), Provider: parent.Provider, Origin: webhook.Resend, ParentID: parent.ID,
		Request: webhook.Request{Method: http.MethodPost, URL: asked, Host: u.Host, Header: header.Clone(), Body: parent.Body},
		Bytes:   parent.Bytes, Type: parent.Type, UserID: parent.UserID, Email: parent.Email,
	}
	if provider, ok := providers.Named(d.Provider); ok {
		if d.MessageID = messageID(provider.Signing().MessageID(header)); d.MessageID == "" {
			d.MessageID = parent.MessageID // it is in the body
		}
		var secrets []webhook.Secret
		if endpoint := f.Endpoints.of(d.Provider); endpoint != nil {
			secrets = endpoint.Secrets()
		}
		d.Verdict = providers.Verify(provider, d.Request, d.At, secrets)
	}
	if !vouched { // hooktop's own signature makes it no truer
		d.Because(webhook.NotVouched, 0, "")
	}
	if err := f.Store.Keep(ctx, &d); err != nil {
		return webhook.Delivery{}, err
	}
	sent := f.send(ctx, target, header, parent.Body, SendTimeout)
	sent.DeliveryID = d.ID
	recording := context.WithoutCancel(ctx)
	if err := f.Store.RecordForward(recording, &sent); err != nil {
		return webhook.Delivery{}, fmt.Errorf("record the answer: %w", err)
	}
	return f.Store.Delivery(recording, d.ID)
}
