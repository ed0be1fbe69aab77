package receiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hooktop/hooktop/receiver/onward"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// SignedAs returns the headers that a resend has, of a delivery with other headers and
// another body, such as masked ones: to target, or to hooktop itself if that is "".
func (f *Forwarder) SignedAs(ctx context.Context, d webhook.Delivery, from http.Header, body []byte, how webhook.Resending, target string) (http.Header, error) {
	if d.Bytes > int64(len(d.Body)) {
		return nil, bodyNotStored(d)
	}
	signing := signingOf(d.Provider)
	if how.Mode == webhook.Verbatim {
		switch {
		case d.Verdict.Unverified:
			return nil, neverSigned()
		case d.VouchedBy() != "" && f.original(ctx, d):
			return onward.Valid(forwardable(from)), nil
		case target == "" && !f.original(ctx, d): // it may verify now, but only because hooktop signed it
			return nil, notVouched(d.ID)
		}
		return onward.Original(from, signing), nil
	}
	vouched := f.Vouched(ctx, d)
	switch {
	case target == "" && !vouched:
		return nil, notVouched(d.ID)
	case !vouched && !how.SignRejected:
		return nil, webhook.Unsent(d.ID, neverVerified{d.ID, d.Outcome == webhook.Rejected})
	}
	header := onward.Signed(from, signing, vouched)
	if !vouched && !onward.PlainID(d.MessageID) {
		d.MessageID = ""
	}
	return header, f.signAs(&d, header, body, how.Mode)
}

// bodyNotStored is the error of a delivery that cannot be sent again.
func bodyNotStored(d webhook.Delivery) error {
	if d.Cut() {
		return webhook.NewMistake("only the first bytes of its body were stored", "send it to the local address instead: hooktop keeps the whole body there")
	}
	return webhook.NewMistake("its body was not stored", "only deliveries within --max-body can be sent again")
}

func signingOf(provider string) *webhook.Signing {
	if p, ok := providers.Named(provider); ok {
		return p.Signing()
	}
	return nil
}

// neverVerified says what to do about ErrNeverVerified.
type neverVerified struct {
	id       int64
	rejected bool
}

func (neverVerified) Error() string { return webhook.ErrNeverVerified.Error() }

func (neverVerified) Unwrap() error { return webhook.ErrNeverVerified }

// Fix says what to do.
func (e neverVerified) Fix() string {
	fix := fmt.Sprintf("check hooktop show %d first; --sign-rejected signs it anyway", e.id)
	if e.rejected {
		fix += fmt.Sprintf("; if only the secret was wrong, correct it and run hooktop reverify %d", e.id)
	}
	return fix
}

// freshened returns the headers that a delivery is forwarded with. A verified one that
// waited so long for a slow app that its signature would be rejected as too old is
// signed again, and what the provider's API vouches for is signed because it came
// without a signature. Anything else is forwarded unchanged.
func (f *Forwarder) freshened(ctx context.Context, d *webhook.Delivery, target string) (http.Header, error) {
	const margin = 30 * time.Second
	endpoint := f.Endpoints.of(d.Provider)
	switch {
	case d.VouchedBy() == webhook.ByProviderAPI:
	case d.VouchedBy() == "", endpoint == nil,
		providers.Verify(endpoint.Provider, d.Request, f.Now().Add(margin), endpoint.Secrets()).Code != webhook.TooOld:
		return forwardable(d.Header), nil
	}
	header, err := f.SignedAs(ctx, *d, d.Header, d.Body, webhook.Resending{Mode: webhook.Same}, target)
	if errors.Is(err, webhook.ErrNeverVerified) {
		return forwardable(d.Header), nil
	}
	return header, err
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
