package receiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// RejectedStore is what re-verifying needs of the store. Reverify applies a
// delivery that verifies now; UpdateVerdict stores a better verdict on one that
// still does not.
type RejectedStore interface {
	VerdictUpdater
	Reverify(ctx context.Context, d *webhook.Delivery, e webhook.Event) error
	// Rejected returns ids of rejected deliveries above one, oldest first.
	Rejected(ctx context.Context, after int64, most int) ([]int64, error)
}

// Reverifier verifies rejected deliveries again, with the current secrets and as of
// the time of their receipt. Those that verify are applied as if they had verified
// then.
type Reverifier struct {
	Store     RejectedStore
	Endpoints Endpoints
	// Keys returns the keys that a provider's signatures are tried with.
	Keys func(provider string) webhook.Keyring
}

// Reverify verifies one delivery again and returns it as it is afterwards. A
// delivery that was not rejected is an error with a Fix; one that still does not
// verify is not an error.
func (r *Reverifier) Reverify(ctx context.Context, id int64) (webhook.Delivery, error) {
	d, err := r.Store.Delivery(ctx, id)
	if err != nil {
		return d, fmt.Errorf("reverify: %w", err)
	}
	if d.Outcome != webhook.Rejected {
		return d, webhook.NewMistake(fmt.Sprintf("reverify #%d: it was not rejected", id), fmt.Sprintf("hooktop show %d shows what it did; hooktop resend %d sends it again", id, id))
	}
	return r.judge(ctx, d)
}

// All verifies all rejected deliveries again, oldest first, and passes each to
// seen.
func (r *Reverifier) All(ctx context.Context, seen func(webhook.Delivery) error) error {
	const window = 500
	for after := int64(0); ; {
		ids, err := r.Store.Rejected(ctx, after, window)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			after = id
			d, judged, err := r.IfRejected(ctx, id)
			if err != nil {
				return err
			}
			if !judged {
				continue
			}
			if err := seen(d); err != nil {
				return err
			}
		}
	}
}

// IfRejected verifies one delivery again, unless retention removed it meanwhile or
// another process has verified it.
func (r *Reverifier) IfRejected(ctx context.Context, id int64) (d webhook.Delivery, judged bool, err error) {
	d, err = r.Store.Delivery(ctx, id)
	if errors.Is(err, webhook.ErrNotFound) || err == nil && d.Outcome != webhook.Rejected {
		return d, false, nil
	}
	if err != nil {
		return d, false, fmt.Errorf("reverify: %w", err)
	}
	d, err = r.judge(ctx, d)
	return d, err == nil, err
}

func (r *Reverifier) judge(ctx context.Context, d webhook.Delivery) (webhook.Delivery, error) {
	endpoint := r.endpoint(d)
	if endpoint == nil {
		return d, nil
	}
	judged := d
	event := Judge(&judged, endpoint.Provider, r.Keys(endpoint.Provider.Name()))
	if !judged.Verdict.Verified {
		return r.amend(ctx, d, judged.Verdict)
	}
	d = judged
	if err := r.Store.Reverify(ctx, &d, event); err != nil {
		if errors.Is(err, webhook.ErrNotFound) { // another process was faster
			return r.Store.Delivery(ctx, d.ID)
		}
		return d, fmt.Errorf("reverify #%d: %w", d.ID, err)
	}
	return d, nil
}

// endpoint returns the endpoint that a delivery is verified for, nil if the verdict
// does not depend on the secrets.
func (r *Reverifier) endpoint(d webhook.Delivery) *Endpoint {
	u, err := url.ParseRequestURI(d.URL)
	if err != nil || d.Method != http.MethodPost || d.Bytes != int64(len(d.Body)) || d.Verdict.Code == webhook.IncompleteBody {
		return nil
	}
	return r.Endpoints.at(u.Path)
}

// amend stores a verdict if it names another cause than the current one.
func (r *Reverifier) amend(ctx context.Context, d webhook.Delivery, v webhook.Verdict) (webhook.Delivery, error) {
	if v.Code == d.Verdict.Code {
		return d, nil
	}
	d.Verdict = v
	err := r.Store.UpdateVerdict(ctx, d.ID, v)
	if errors.Is(err, webhook.ErrNotFound) {
		return r.Store.Delivery(ctx, d.ID)
	}
	if err != nil {
		return d, fmt.Errorf("reverify #%d: %w", d.ID, err)
	}
	return d, nil
}
