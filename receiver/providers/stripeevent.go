package providers

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// statusMost and planMost are the lengths of User.subscriptionStatus and
	// User.planKey, in characters.
	statusMost = 64
	planMost   = 128
)

// thinEvent is the object of the events of Stripe's second API, which say in
// RFC 3339 when they were made (https://docs.stripe.com/api/v2/core/events/object).
const thinEvent = "v2.core.event"

// stripeEnvelope is an event (https://docs.stripe.com/api/events/object).
type stripeEnvelope struct {
	ID      string          `json:"id"`
	Object  string          `json:"object"`
	Type    string          `json:"type"`
	Created json.RawMessage `json:"created"`
	Account string          `json:"account"`
	Data    struct {
		Object json.RawMessage `json:"object"`
	} `json:"data"`
}

// stripeActions are the event types that say something of a user, with their
// rank among those of the same second.
var stripeActions = map[string]struct {
	action webhook.Action
	rank   int
}{
	"checkout.session.completed":    {webhook.LinkCustomer, 0},
	"customer.created":              {webhook.LinkCustomer, 0},
	"customer.updated":              {webhook.LinkCustomer, 0},
	"invoice.paid":                  {webhook.ConfirmSubscription, 0},
	"invoice.payment_failed":        {webhook.ConfirmSubscription, 0},
	"customer.subscription.created": {webhook.SyncSubscription, 1},
	"customer.subscription.updated": {webhook.SyncSubscription, 2},
	"customer.subscription.paused":  {webhook.SyncSubscription, 2},
	"customer.subscription.resumed": {webhook.SyncSubscription, 2},
	"customer.subscription.deleted": {webhook.EndSubscription, 3},
	"customer.deleted":              {webhook.ForgetCustomer, 4},
}

// Parse implements Provider. An event of any API version is read: what moved
// between versions is looked for in each of its places.
func (p Stripe) Parse(body []byte) webhook.Event {
	if envelope, ok := scanStripe(body); ok {
		return p.event(body, envelope, nil)
	}
	return p.parse(body)
}

// parse is Parse for any body.
func (p Stripe) parse(body []byte) webhook.Event {
	var envelope stripeEnvelope
	err := json.Unmarshal(body, &envelope)
	return p.event(body, envelope, err)
}

// event returns the event of an envelope, err if the body could not be read.
func (p Stripe) event(body []byte, envelope stripeEnvelope, err error) webhook.Event {
	if n := len(envelope.Type); n > nameMost {
		return malformed(webhook.Event{}, fmt.Sprintf("its type is %d bytes long; at most %d are allowed", n, nameMost))
	}
	e := webhook.Event{Type: envelope.Type}
	if len(envelope.ID) <= nameMost {
		e.MessageID = envelope.ID
	}
	if len(envelope.Account) <= nameMost {
		e.InstanceID = envelope.Account
	}
	if err != nil {
		return malformed(e, "the body is not a Stripe event: "+bodyTrouble(body, err))
	}
	if e.Type == "" {
		return malformed(e, "it has no type")
	}
	if envelope.Object == thinEvent {
		return thin(e, envelope.Created)
	}
	return p.act(e, envelope)
}

// thin is a thin event, of which no more than its time is read.
func thin(e webhook.Event, created json.RawMessage) webhook.Event {
	var at time.Time
	if json.Unmarshal(created, &at) == nil && at.Unix() > 0 {
		e.At = at.UTC()
	}
	e.Outcome, e.Note = webhook.Unhandled, "a thin event: it does not say what it is about"
	return e
}

// act says what an event of the type does, and with what.
func (p Stripe) act(e webhook.Event, envelope stripeEnvelope) webhook.Event {
	var created json.Number
	if len(envelope.Created) > 0 {
		if json.Unmarshal(envelope.Created, &created) != nil {
			return malformed(e, "its created field is not a number")
		}
	}
	var ok bool
	if e.At, ok = stripeTime(created); !ok {
		return malformed(e, "its created field is out of range")
	}
	known, ok := stripeActions[e.Type]
	if !ok {
		e.Outcome = webhook.Unhandled
		return e
	}
	var o stripeObject
	if len(envelope.Data.Object) == 0 {
		return malformed(e, "it has no data.object")
	}
	if err := json.Unmarshal(envelope.Data.Object, &o); err != nil {
		return malformed(e, "data.object is not what it should be: "+jsonTrouble(err))
	}
	e.Action = known.action
	return p.read(e, o, known.rank)
}

// read takes from the object what the event's action needs.
func (p Stripe) read(e webhook.Event, o stripeObject, rank int) webhook.Event {
	s := &webhook.Subscription{CustomerID: o.Customer.id, Rank: rank}
	switch {
	case e.Action == webhook.SyncSubscription, e.Action == webhook.EndSubscription:
		s.ID = o.ID
		if s.ID == "" || s.CustomerID == "" {
			return malformed(e, "the subscription has no id or no customer")
		}
	case isCustomerEvent(e.Type):
		if s.CustomerID = o.ID; o.ID == "" {
			return malformed(e, "the customer has no id")
		}
	default:
		s.ID = o.subscriptionID()
		if s.CustomerID == "" {
			return unhandled(e, "it does not belong to a customer")
		}
	}
	for _, id := range []string{s.CustomerID, s.ID} {
		if n := len(id); n > nameMost {
			return malformed(e, fmt.Sprintf("an id is %d bytes long; at most %d are allowed", n, nameMost))
		}
	}
	s.Since, _ = stripeTime(o.Created)
	s.Users = o.users(p.UserKeys)
	if len(s.Users) > 0 {
		e.UserID = s.Users[0]
	}
	if email := o.email(); utf8.RuneCountInString(email) <= webhook.MaxEmail {
		e.Email = email
	}
	if p.LinkEmail {
		s.LinkEmail = e.Email
	}
	if e.Action == webhook.LinkCustomer && isCustomerEvent(e.Type) && len(s.Users) == 0 && s.LinkEmail == "" {
		return unhandled(e, "the customer names no user") // it changes nothing else
	}
	e.Subscription = s
	if e.Action == webhook.SyncSubscription {
		return p.columns(e, o)
	}
	return e
}

// isCustomerEvent reports whether the object of an event is a customer.
func isCustomerEvent(eventType string) bool {
	return slices.Contains([]string{"customer.created", "customer.updated", "customer.deleted"}, eventType)
}

// unhandled returns an event that changes nothing, with the reason.
func unhandled(e webhook.Event, why string) webhook.Event {
	e.Action, e.Outcome, e.Note = webhook.NoAction, webhook.Unhandled, why
	return e
}

// columns derives what the users table shows of a subscription.
func (p Stripe) columns(e webhook.Event, o stripeObject) webhook.Event {
	s := e.Subscription
	if n := utf8.RuneCountInString(o.Status); n == 0 || n > statusMost {
		return malformed(e, fmt.Sprintf("the subscription's status is %d characters long; 1 to %d are allowed", n, statusMost))
	}
	s.Status = o.Status
	// Where a customer leaves through the portal, flexible billing sets
	// cancel_at alone (stripe-node#2470).
	s.Cancels = o.CancelAtPeriodEnd || o.CancelAt != ""
	price := o.price()
	if len(price.ID) <= nameMost {
		s.PriceID = price.ID
	}
	s.PlanKey = p.Plan.key(price)
	s.PeriodEnd = o.periodEnd()
	return e
}

// stripeTime reads seconds since 1970. A missing one is the zero time.
func stripeTime(n json.Number) (at time.Time, ok bool) {
	if n == "" {
		return time.Time{}, true
	}
	seconds, err := n.Int64()
	const most = 1e11 // the year 5138
	if err != nil || seconds <= 0 || seconds >= most {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0).UTC(), true
}
