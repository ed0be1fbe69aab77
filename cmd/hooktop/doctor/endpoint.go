package doctor

import (
	"context"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/providers"
)

// endpoint tells which URL and events to enter at the provider.
func (x *Checker) endpoint(context.Context) []Finding {
	f := Finding{Name: "endpoint", Status: Unknown, Text: "needs the tunnel: Clerk sends to a public URL"}
	if err := x.Faults["endpoint"]; err != nil {
		return []Finding{fault("endpoint", Failed, err)}
	}
	if url := x.webhookURL(providers.Clerk{}.Name()); url != "" {
		f.Text = "in Clerk: " + url
		f.Fix = []string{"Clerk Dashboard (o opens it) → Webhooks → Add Endpoint, with user.created, user.updated, user.deleted"}
		if x.Running == nil {
			f.Fix = []string{"Clerk Dashboard → Webhooks → Add Endpoint, with user.created, user.updated, user.deleted"}
		}
	}
	return []Finding{f}
}

// webhookURL is a provider's public webhook URL: of the hooktop that runs, or of one that
// runs on the same database; "" where there is none.
func (x *Checker) webhookURL(provider string) string {
	var sides []ndjson.Tunnel
	if x.Running != nil {
		sides = append(sides, x.Running.Tunnel)
	}
	for _, n := range x.instances {
		sides = append(sides, n.condition.Tunnel)
	}
	for _, t := range sides {
		if url := t.WebhookURLs[provider]; url != "" {
			return url
		}
	}
	if x.Settings.PublicURL != "" {
		return x.Settings.PublicURL + x.Settings.Paths[provider]
	}
	return ""
}

// stripe tells which URL to enter at Stripe. Without a Stripe secret that is only a
// note: many apps take no payments.
func (x *Checker) stripe(context.Context) []Finding {
	if err := x.Faults["stripe"]; err != nil {
		return []Finding{fault("stripe", Failed, err)}
	}
	p := x.Settings.Stripe
	url := x.webhookURL(p.Name())
	public := url != ""
	switch {
	case !public && x.Running != nil:
		url = x.Running.Url + x.Settings.Paths[p.Name()]
	case !public:
		url = "the path " + x.Settings.Paths[p.Name()]
	}
	switch {
	case x.stripeless():
		return []Finding{{Name: "stripe", Status: Unknown, Text: "with " + p.Signing().Variables[0] + "=whsec_… in .env.local, hooktop also accepts Stripe's events, at " + url}}
	case !public && x.Running == nil:
		return []Finding{{Name: "stripe", Status: Unknown, Text: "needs the tunnel: Stripe sends to a public URL"}}
	}
	return []Finding{{
		Name: "stripe", Status: OK, Text: "in Stripe: " + url,
		Fix: []string{"Stripe Dashboard → Developers → Webhooks → Add destination, with checkout.session.completed, customer.subscription.*, invoice.paid, invoice.payment_failed, customer.created, customer.updated, customer.deleted"},
	}}
}

// stripeless reports whether no Stripe secret is in use, nor can be found.
func (x *Checker) stripeless() bool {
	if x.Running == nil {
		return x.secretless(x.Settings.Stripe)
	}
	return x.Settings.Secrets.Local() || len(x.Settings.Secrets.Of(x.Settings.Stripe.Name())) == 0
}
