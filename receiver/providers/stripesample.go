package providers

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

// stripeSampleVersion is the API version whose shapes the samples have.
const stripeSampleVersion = "2026-10-28.endive"

// stripeSamples makes data.object for each event type that can be triggered.
var stripeSamples = []struct {
	event  string
	object func(webhook.Sample) map[string]any
}{
	{"checkout.session.completed", stripeSessionSample},
	{"customer.subscription.created", stripeSubscriptionSample("active")},
	{"customer.subscription.updated", stripeSubscriptionSample("active")},
	{"customer.subscription.deleted", stripeSubscriptionSample("canceled")},
	{"customer.subscription.paused", stripeSubscriptionSample("paused")},
	{"customer.subscription.resumed", stripeSubscriptionSample("active")},
	{"invoice.paid", stripeInvoiceSample("paid")},
	{"invoice.payment_failed", stripeInvoiceSample("open")},
	{"customer.created", stripeCustomerSample},
	{"customer.updated", stripeCustomerSample},
	{"customer.deleted", stripeCustomerSample},
}

// Samples implements Provider.
func (Stripe) Samples() []string {
	events := make([]string, len(stripeSamples))
	for i, s := range stripeSamples {
		events[i] = s.event
	}
	return events
}

// Sample implements Provider. Every object names its user, as an app sees to
// with client_reference_id and subscription_data.metadata. The ids follow from
// the user's, so that the samples about one user hang together.
func (p Stripe) Sample(s webhook.Sample) ([]byte, error) {
	for _, known := range stripeSamples {
		if known.event != s.Type {
			continue
		}
		s = ofPayer(s)
		if s.UserID == "" {
			s.UserID = sample.RandomID("user_")
		}
		if s.Email == "" {
			var dice [4]byte
			rand.Read(dice[:]) //nolint:errcheck // it never fails
			s.Email = "customer." + hex.EncodeToString(dice[:]) + "@example.com"
		}
		sum := sha256.Sum256([]byte(s.UserID))
		s.CustomerID = cmp.Or(s.CustomerID, "cus_"+hex.EncodeToString(sum[:7]))
		s.SubscriptionID = cmp.Or(s.SubscriptionID, "sub_"+hex.EncodeToString(sum[7:19]))
		event := map[string]any{
			"id": NewMessageID(p), "object": "event", "type": s.Type, "api_version": stripeSampleVersion,
			"created": s.At.Unix(), "livemode": false, "pending_webhooks": 1,
			"request": map[string]any{"id": nil, "idempotency_key": nil},
			"data":    map[string]any{"object": known.object(s)},
		}
		if err := sample.Assign(event, s.Set); err != nil {
			return nil, err
		}
		return json.Marshal(event)
	}
	return nil, noSample(s.Type, p.Samples())
}

// ofPayer is a sample about the subscription that the user who changed last, or
// who was asked for, has already.
func ofPayer(s webhook.Sample) webhook.Sample {
	u := s.Last
	if u == nil || s.UserID != "" && s.UserID != u.ID {
		return s
	}
	s.UserID, s.Email = u.ID, cmp.Or(s.Email, u.Email)
	if u.StripeCustomerID != nil {
		s.CustomerID = cmp.Or(s.CustomerID, *u.StripeCustomerID)
	}
	switch {
	case u.StripeSubscriptionID != nil:
		s.SubscriptionID = cmp.Or(s.SubscriptionID, *u.StripeSubscriptionID)
	case u.SubscriptionStatus != nil: // that one has ended: the next is another
		s.SubscriptionID = cmp.Or(s.SubscriptionID, sample.RandomID("sub_"))
	}
	return s
}

func stripeSessionSample(s webhook.Sample) map[string]any {
	return map[string]any{
		"id": sample.RandomID("cs_test_"), "object": "checkout.session", "mode": "subscription",
		"status": "complete", "payment_status": "paid", "created": s.At.Unix(), "livemode": false,
		"customer": s.CustomerID, "subscription": s.SubscriptionID, "client_reference_id": s.UserID,
		"customer_details": map[string]any{"email": s.Email, "name": "Ada Lovelace", "tax_exempt": "none"},
		"customer_email":   nil, "invoice": sample.RandomID("in_"), "metadata": map[string]any{},
		"amount_total": 2900, "currency": "usd", "success_url": "https://example.com/welcome",
	}
}

func stripeSubscriptionSample(status string) func(webhook.Sample) map[string]any {
	return func(s webhook.Sample) map[string]any {
		start := s.At.Unix()
		end := s.At.Add(30 * 24 * time.Hour).Unix()
		object := map[string]any{
			"id": s.SubscriptionID, "object": "subscription", "customer": s.CustomerID, "status": status,
			"created": start, "start_date": start, "livemode": false, "currency": "usd", "collection_method": "charge_automatically",
			"billing_mode": map[string]any{"type": "flexible"}, "billing_cycle_anchor": start,
			"cancel_at": nil, "cancel_at_period_end": false, "canceled_at": nil, "ended_at": nil, "trial_end": nil,
			"latest_invoice": sample.RandomID("in_"), "metadata": map[string]any{"clerkUserId": s.UserID},
			"items": map[string]any{"object": "list", "has_more": false, "total_count": 1, "data": []any{map[string]any{
				"id": sample.RandomID("si_"), "object": "subscription_item", "subscription": s.SubscriptionID, "quantity": 1,
				"current_period_start": start, "current_period_end": end, "price": stripePriceSample("pro", 2900),
			}}},
		}
		if status == "canceled" {
			object["canceled_at"], object["ended_at"] = start, start
			object["cancellation_details"] = map[string]any{"reason": "cancellation_requested", "feedback": nil, "comment": nil}
		}
		return object
	}
}

func stripePriceSample(plan string, cents int) map[string]any {
	return map[string]any{
		"id": "price_1Hooktop" + plan, "object": "price", "active": true, "currency": "usd", "unit_amount": cents,
		"lookup_key": plan, "nickname": nil, "metadata": map[string]any{}, "product": "prod_Hooktop" + plan, "type": "recurring",
		"recurring": map[string]any{"interval": "month", "interval_count": 1, "usage_type": "licensed"},
	}
}

func stripeInvoiceSample(status string) func(webhook.Sample) map[string]any {
	return func(s webhook.Sample) map[string]any {
		return map[string]any{
			"id": sample.RandomID("in_"), "object": "invoice", "status": status, "created": s.At.Unix(), "livemode": false,
			"customer": s.CustomerID, "customer_email": s.Email, "currency": "usd", "amount_due": 2900,
			"billing_reason": "subscription_cycle", "attempt_count": 1, "metadata": map[string]any{},
			"parent": map[string]any{"type": "subscription_details", "quote_details": nil, "subscription_details": map[string]any{
				"subscription": s.SubscriptionID, "metadata": map[string]any{"clerkUserId": s.UserID},
			}},
		}
	}
}

func stripeCustomerSample(s webhook.Sample) map[string]any {
	return map[string]any{
		"id": s.CustomerID, "object": "customer", "created": s.At.Unix(), "livemode": false,
		"email": s.Email, "name": "Ada Lovelace", "metadata": map[string]any{"clerkUserId": s.UserID},
	}
}
