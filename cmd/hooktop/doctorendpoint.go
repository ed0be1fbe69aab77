package main

import "context"

// endpoint says what the provider is to be given.
func (x *exam) endpoint(context.Context) []finding {
	f := finding{name: "endpoint", state: unknown, text: "comes with the tunnel: Clerk needs a public URL to send to"}
	if err := x.faulty["endpoint"]; err != nil {
		return []finding{fault("endpoint", broken, err)}
	}
	if public := x.public(); public != "" {
		f.text = "in Clerk: " + public + x.s.ClerkPath()
		f.fix = []string{"Clerk Dashboard (o opens it) → Webhooks → Add Endpoint, with user.created, user.updated, user.deleted"}
		if x.running == nil {
			f.fix = []string{"Clerk Dashboard → Webhooks → Add Endpoint, with user.created, user.updated, user.deleted"}
		}
	}
	return []finding{f}
}

// public is the public base URL: of the hooktop that runs, or of one that runs
// on the same database; "" where there is none.
func (x *exam) public() string {
	public := x.s.PublicURL
	if x.running != nil {
		public = x.running.publicURL()
	}
	for _, n := range x.neighbours {
		if public == "" && n.condition.Tunnel.PublicURL != nil {
			public = *n.condition.Tunnel.PublicURL
		}
	}
	return public
}

// stripe says what Stripe is to be given. Many an app takes no payments.
func (x *exam) stripe(context.Context) []finding {
	if err := x.faulty["stripe"]; err != nil {
		return []finding{fault("stripe", broken, err)}
	}
	p := x.s.Stripe
	base := x.public()
	if base == "" && x.running != nil {
		base = x.running.receiver.Door.URL
	}
	url := base + x.s.Paths[p.Name()]
	if base == "" {
		url = "the path " + url
	}
	switch {
	case x.stripeless():
		return []finding{{name: "stripe", state: unknown, text: p.SecretVars()[0] + "=whsec_… in .env.local takes Stripe's events, too, at " + url}}
	case base == "":
		return []finding{{name: "stripe", state: unknown, text: "comes with the tunnel: Stripe needs a public URL to send to"}}
	}
	return []finding{{
		name: "stripe", state: well, text: "in Stripe: " + url,
		fix: []string{"Stripe Dashboard → Developers → Webhooks → Add destination, with checkout.session.completed, customer.subscription.*, invoice.paid, invoice.payment_failed, customer.deleted"},
	}}
}

// stripeless says that there is no secret of Stripe's: in use, or to be found.
func (x *exam) stripeless() bool {
	if x.running == nil {
		return x.secretless(x.s.Stripe)
	}
	return x.s.Secrets.Local() || len(x.s.Secrets.Of(x.s.Stripe.Name())) == 0
}
