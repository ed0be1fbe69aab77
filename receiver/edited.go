package receiver

import (
	"cmp"
	"context"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// ResendEdited sends a captured delivery again with another body, signed afresh,
// as Resend does. To hooktop itself it goes only where the delivery that was
// edited is Vouched: what it does to the users then is its editor's own wish.
func (f *Forwarder) ResendEdited(ctx context.Context, id int64, body []byte, mode webhook.Mode, target string) (webhook.Delivery, error) {
	d, err := f.resendEdited(ctx, id, body, mode, target)
	return d, webhook.Unsent(id, err)
}

func (f *Forwarder) resendEdited(ctx context.Context, id int64, body []byte, mode webhook.Mode, target string) (webhook.Delivery, error) {
	parent, err := f.Store.Delivery(ctx, id)
	if err != nil {
		return webhook.Delivery{}, err
	}
	if mode == webhook.Verbatim {
		return webhook.Delivery{}, &mistake{"its signature is not one of another body", "sign it afresh: --as new, or same"}
	}
	if target == "" && !f.Vouched(parent) {
		return webhook.Delivery{}, notVouched(id)
	}
	edited := parent
	edited.Body, edited.Bytes = body, int64(len(body))
	if p, ok := providers.Named(parent.Provider); ok {
		event := p.Parse(body)
		edited.Type, edited.UserID, edited.Email = event.Type, event.UserID, event.Email
		edited.MessageID = cmp.Or(messageID(event.MessageID), parent.MessageID)
	}
	header := forwardable(parent.Header)
	if err := f.signAs(&parent, header, body, mode); err != nil {
		return webhook.Delivery{}, err
	}
	if target == "" {
		return f.resendHere(ctx, edited, header)
	}
	return f.resendTo(ctx, TargetFor(target, edited), edited, header)
}
