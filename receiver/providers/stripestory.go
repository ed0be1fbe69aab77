package providers

import (
	"cmp"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

// Stories implements Provider.
func (Stripe) Stories() []webhook.Story {
	return []webhook.Story{{Name: "subscribe", About: "a user signs up, pays, changes the plan, cancels", Tell: tellSubscribe}}
}

// tellSubscribe tells a user's life as a customer, from s.At on: sign-up,
// checkout, an active subscription, another plan, a cancellation, the end. The
// ids hang together, and only the checkout says whose the customer is, as with
// an app that sets client_reference_id alone. The user is a new one, with the
// sample's UserID and Email where it has them.
func tellSubscribe(s webhook.Sample) (steps []webhook.Step) {
	const object = "data.object."
	began := s.At.Truncate(time.Second)
	user := cmp.Or(s.UserID, sample.RandomID("user_"))
	email := cmp.Or(s.Email, "ada."+user[max(0, len(user)-6):]+"@example.com")
	add := func(p webhook.Provider, event string, set ...webhook.Assignment) {
		steps = append(steps, webhook.Step{Type: event, Provider: p.Name(), Make: func(at time.Time) ([]byte, error) {
			return p.Sample(webhook.Sample{Type: event, At: at, UserID: user, Email: email, Set: set})
		}})
	}
	var (
		paid      = sample.Set(object+"items.data[0].current_period_end", began.AddDate(0, 1, 0).Unix())
		nameless  = sample.Set(object+"metadata", map[string]any{})
		since     = sample.Set(object+"created", began.Unix())
		team      = sample.Set(object+"items.data[0].price", stripePriceSample("team", 9900))
		cancelled = sample.Set(object+"cancel_at", began.Add(30*24*time.Hour).Unix()) // as the customer portal does
	)
	add(Clerk{}, "user.created")
	add(Stripe{}, "checkout.session.completed")
	add(Stripe{}, "customer.subscription.created", nameless, paid, since)
	add(Stripe{}, "invoice.paid", sample.Set(object+"parent.subscription_details.metadata", map[string]any{}))
	add(Stripe{}, "customer.subscription.updated", nameless, paid, since, team)
	add(Stripe{}, "customer.subscription.updated", nameless, paid, since, team, cancelled)
	add(Stripe{}, "customer.subscription.deleted", nameless, paid, since, team, cancelled)
	return steps
}
