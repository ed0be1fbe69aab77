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

func (o *stripeObject) subscriptionID() string {
	if o.Subscription.id == "" && o.Parent != nil && o.Parent.Details != nil {
		return o.Parent.Details.Subscription.id
	}
	return o.Subscription.id
}

func (o *stripeObject) email() string {
	switch {
	case o.CustomerDetails != nil && o.CustomerDetails.Email != "":
		return o.CustomerDetails.Email
	case o.CustomerEmail != "":
		return o.CustomerEmail
	case o.Email != "":
		return o.Email
	}
	return o.Customer.email
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
