package providers

import (
	"encoding/json"
	"time"
)

// stripeObject is a session, a subscription, an invoice or a customer: what of
// them says something to hooktop, in the shapes of all API versions.
type stripeObject struct {
	ID      string      `json:"id"`
	Object  string      `json:"object"`
	Created json.Number `json:"created"`
	// Customer and Subscription are ids, or the objects where they were expanded.
	Customer     stripeRef      `json:"customer"`
	Subscription stripeRef      `json:"subscription"`
	Metadata     stripeMetadata `json:"metadata"`

	// Of a checkout session.
	ClientReferenceID string `json:"client_reference_id"`
	CustomerDetails   *struct {
		Email string `json:"email"`
	} `json:"customer_details"`

	// Of an invoice; where Subscription went with 2025-03-31.basil.
	CustomerEmail string `json:"customer_email"`
	Parent        *struct {
		Details *struct {
			Subscription stripeRef      `json:"subscription"`
			Metadata     stripeMetadata `json:"metadata"`
		} `json:"subscription_details"`
	} `json:"parent"`
	SubscriptionDetails *struct {
		Metadata stripeMetadata `json:"metadata"`
	} `json:"subscription_details"`

	// Of a customer.
	Email string `json:"email"`

	// Of a subscription.
	Status            string       `json:"status"`
	CancelAtPeriodEnd bool         `json:"cancel_at_period_end"`
	CancelAt          json.Number  `json:"cancel_at"`
	CurrentPeriodEnd  json.Number  `json:"current_period_end"` // until 2025-03-31.basil
	Plan              *stripePrice `json:"plan"`
	Items             struct {
		Data []struct {
			Price            *stripePrice `json:"price"`
			Plan             *stripePrice `json:"plan"`
			CurrentPeriodEnd json.Number  `json:"current_period_end"`
		} `json:"data"`
	} `json:"items"`
}

// stripePrice is a price, or the plan of older versions.
type stripePrice struct {
	ID        string         `json:"id"`
	LookupKey string         `json:"lookup_key"`
	Nickname  string         `json:"nickname"`
	Metadata  stripeMetadata `json:"metadata"`
	Product   stripeRef      `json:"product"`
}

// stripeRef is an id, or an object of which only the id is read.
type stripeRef string

// UnmarshalJSON implements json.Unmarshaler.
func (r *stripeRef) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var o struct {
			ID string `json:"id"`
		}
		err := json.Unmarshal(b, &o)
		*r = stripeRef(o.ID)
		return err
	}
	return json.Unmarshal(b, (*string)(r))
}

// stripeMetadata are texts by name. A value of another kind spoils nothing.
type stripeMetadata map[string]json.RawMessage

func (m stripeMetadata) text(name string) string {
	var s string
	_ = json.Unmarshal(m[name], &s) // "" where it is no text
	return s
}

// userKeys are the names under which apps put a user's id into metadata.
var userKeys = []string{"clerkUserId", "clerk_user_id", "userId", "user_id"}

// users are the ids that the object names, the likelier first, each once.
func (o *stripeObject) users() (ids []string) {
	all := []stripeMetadata{o.Metadata}
	if o.Parent != nil && o.Parent.Details != nil {
		all = append(all, o.Parent.Details.Metadata)
	}
	if o.SubscriptionDetails != nil {
		all = append(all, o.SubscriptionDetails.Metadata)
	}
	seen := map[string]bool{"": true}
	add := func(id string) {
		if !seen[id] && len(id) <= nameMost {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, key := range userKeys {
		for _, m := range all {
			add(m.text(key))
		}
	}
	add(o.ClientReferenceID)
	return ids
}

func (o *stripeObject) subscriptionID() string {
	if o.Subscription == "" && o.Parent != nil && o.Parent.Details != nil {
		return string(o.Parent.Details.Subscription)
	}
	return string(o.Subscription)
}

func (o *stripeObject) email() string {
	switch {
	case o.CustomerDetails != nil && o.CustomerDetails.Email != "":
		return o.CustomerDetails.Email
	case o.CustomerEmail != "":
		return o.CustomerEmail
	}
	return o.Email
}

// price is the first item's, in whatever place the version has it.
func (o *stripeObject) price() stripePrice {
	if len(o.Items.Data) > 0 {
		for _, p := range []*stripePrice{o.Items.Data[0].Price, o.Items.Data[0].Plan} {
			if p != nil {
				return *p
			}
		}
	}
	if o.Plan != nil {
		return *o.Plan
	}
	return stripePrice{}
}

// periodEnd is the latest of the items', else the subscription's own.
func (o *stripeObject) periodEnd() time.Time {
	var latest time.Time
	for _, item := range o.Items.Data {
		if end, ok := stripeTime(item.CurrentPeriodEnd); ok && end.After(latest) {
			latest = end
		}
	}
	if latest.IsZero() {
		latest, _ = stripeTime(o.CurrentPeriodEnd)
	}
	return latest
}
