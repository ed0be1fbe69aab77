package receiver

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Signed returns the headers of a delivery with a new signature, as a resend under
// the same message id has them: to the app if it is forwarded to one, else to
// hooktop itself.
func (f *Forwarder) Signed(d webhook.Delivery) (http.Header, error) {
	if d.Bytes > int64(len(d.Body)) {
		return nil, bodyNotStored(d)
	}
	if len(f.Targets(d)) == 0 && !f.Vouched(d) {
		return nil, notVouched(d.ID)
	}
	header := forwardable(d.Header)
	return header, f.signAs(&d, header, d.Body, webhook.Same)
}

// SignedAs returns headers with the signature that a resend would have for a
// changed body, such as a masked one: to target, or to hooktop itself if that is
// "".
func (f *Forwarder) SignedAs(d webhook.Delivery, header http.Header, body []byte, mode webhook.Mode, target string) (http.Header, error) {
	header = forwardable(header)
	if mode == webhook.Verbatim && d.Verdict.Unverified {
		return nil, neverSigned()
	}
	if mode == webhook.Verbatim {
		return header, nil
	}
	if target == "" && !f.Vouched(d) {
		return nil, notVouched(d.ID)
	}
	return header, f.signAs(&d, header, body, mode)
}

// bodyNotStored is the error of a delivery that cannot be sent again.
func bodyNotStored(d webhook.Delivery) error {
	if d.Cut() {
		return webhook.NewMistake("only the first bytes of its body were stored", "send it to the local address instead: hooktop keeps the whole body there")
	}
	return webhook.NewMistake("its body was not stored", "only deliveries within --max-body can be sent again")
}

// freshen re-signs a verified delivery that waited so long for a slow app that its
// signature would be rejected as too old, and signs what the provider's API vouches
// for, because that came without a signature. Anything else is forwarded unchanged.
func (f *Forwarder) freshen(d *webhook.Delivery, header http.Header) error {
	if d.VouchedBy() == webhook.ByProviderAPI {
		return f.signAs(d, header, d.Body, webhook.Same)
	}
	const margin = 30 * time.Second
	endpoint := f.Endpoints.of(d.Provider)
	if !d.Verdict.Verified || endpoint == nil ||
		providers.Verify(endpoint.Provider, d.Request, f.Now().Add(margin), endpoint.Secrets()).Code != webhook.TooOld {
		return nil
	}
	return f.sign(d, header, d.MessageID, d.Body)
}

// signAs puts a new signature on header, under a new message id or the same one as
// mode says.
func (f *Forwarder) signAs(d *webhook.Delivery, header http.Header, body []byte, mode webhook.Mode) error {
	provider, ok := providers.Named(d.Provider)
	if !ok {
		return webhook.NewMistake(
			fmt.Sprintf("hooktop cannot sign for its provider (%q)", d.Provider),
			"send it with its original headers: --as verbatim",
		)
	}
	id := d.MessageID
	if mode == webhook.New || id == "" {
		id = providers.NewMessageID(provider)
	}
	if err := f.sign(d, header, id, body); err != nil {
		return err
	}
	if mode == webhook.New && provider.Signing().MessageID(header) != id {
		return webhook.NewMistake(
			"the message id of "+provider.Title()+"'s events is in the body, and hooktop never changes a body",
			"send it as the same message (--as same), or send a new event with hooktop trigger "+d.Type,
		)
	}
	return nil
}

// sign puts a new signature of body on header, made with the secret that verified
// the delivery, else with the provider's first. The body may be an edited one; the
// delivery's own tells the secret.
func (f *Forwarder) sign(d *webhook.Delivery, header http.Header, messageID string, body []byte) error {
	endpoint := f.Endpoints.of(d.Provider)
	if endpoint == nil {
		return noPath(d)
	}
	first, err := endpoint.SigningSecret()
	if err != nil {
		return err
	}
	secrets := endpoint.Secrets()
	i := slices.IndexFunc(secrets, func(s webhook.Secret) bool {
		return !s.Public() && providers.Verify(endpoint.Provider, d.Request, d.At, []webhook.Secret{s}).Verified
	})
	if i >= 0 {
		first = secrets[i]
	}
	return endpoint.Provider.Signing().SignMessage(header, first, messageID, f.Now(), body)
}
