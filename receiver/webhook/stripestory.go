package webhook

import (
	"cmp"
	"time"
)

// Stories implements Provider.
func (Stripe) Stories() []Story {
	return []Story{{"subscribe", "a user signs up, pays, changes the plan, cancels", tellSubscribe}}
}

// tellSubscribe tells the subscribe story from s.At on.
func tellSubscribe(s Sample) (steps []Step) {
	for _, step := range subscribe(s, s.At.Truncate(time.Second), 0) {
		steps = append(steps, Step{Type: step.Sample.Type, Provider: step.Provider.Name(), Make: func(at time.Time) ([]byte, error) {
			step.Sample.At = at
			return step.Provider.Sample(step.Sample)
		}})
	}
	return steps
}

// SubscribeStep is one event of the subscribe story: who sends it, and what it
// says.
type SubscribeStep struct {
	Provider Provider
	Sample   Sample
}

// SubscribeStory is a user's life as a customer, until s.At: sign-up, checkout,
// an active subscription, another plan, a cancellation, the end. The ids hang
// together, and only the checkout says whose the customer is, as with an app
// that sets client_reference_id alone. The events are ten seconds apart. The
// user is a new one, with the sample's UserID and Email where it has them.
func SubscribeStory(s Sample) []SubscribeStep {
	const apart = 10 * time.Second
	return subscribe(s, s.At.Truncate(time.Second).Add(-6*apart), apart)
}

func subscribe(s Sample, began time.Time, apart time.Duration) []SubscribeStep {
	const object = "data.object."
	user := cmp.Or(s.UserID, randomID("user_"))
	email := cmp.Or(s.Email, "ada."+user[max(0, len(user)-6):]+"@example.com")
	var steps []SubscribeStep
	add := func(p Provider, event string, set ...Assignment) {
		steps = append(steps, SubscribeStep{p, Sample{
			Type: event, At: began.Add(time.Duration(len(steps)) * apart), UserID: user, Email: email, Set: set,
		}})
	}
	var (
		paid      = setValue(object+"items.data[0].current_period_end", began.AddDate(0, 1, 0).Unix())
		nameless  = setValue(object+"metadata", map[string]any{})
		since     = setValue(object+"created", began.Add(2*apart).Unix())
		team      = setValue(object+"items.data[0].price", stripePriceSample("team", 9900))
		cancelled = setValue(object+"cancel_at", began.Add(30*24*time.Hour).Unix()) // as the customer portal does
	)
	add(Clerk{}, "user.created")
	add(Stripe{}, "checkout.session.completed")
	add(Stripe{}, "customer.subscription.created", nameless, paid, since)
	add(Stripe{}, "invoice.paid", setValue(object+"parent.subscription_details.metadata", map[string]any{}))
	add(Stripe{}, "customer.subscription.updated", nameless, paid, since, team)
	add(Stripe{}, "customer.subscription.updated", nameless, paid, since, team, cancelled)
	add(Stripe{}, "customer.subscription.deleted", nameless, paid, since, team, cancelled)
	return steps
}
