package receiver

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	stripePath = "/api/webhooks/stripe"
	stripeText = `{"id":"evt_1","object":"event","type":"customer.subscription.updated","created":1795341600,"data":{"object":{"id":"sub_1","customer":"cus_1","status":"active","metadata":{"clerkUserId":"user_1"}}}}`
)

var stripeSecret = webhook.NewSecret("whsec_8cb9e3d1ac61d4e39a7c9f14ff2b11d0a7be9c0e4bd8a4a3", webhook.Source{Variable: "STRIPE_WEBHOOK_SECRET"})

func withStripe(g *rig) {
	g.Endpoints = append(g.Endpoints, Endpoint{stripePath, providers.Stripe{}, knowing(stripeSecret)})
}

func stripeHeader(t *testing.T, with webhook.Secret, body string) string {
	t.Helper()
	h := http.Header{}
	if err := (providers.Stripe{}).Signing().SignMessage(h, with, "", now, []byte(body)); err != nil {
		t.Fatal(err)
	}
	return "Stripe-Signature: " + h.Get("Stripe-Signature") + "\r\n"
}

// An id in a body that does not verify is as unproven as one in Clerk's header: it only
// says which later delivery is a retry.
func TestStripesMessageIDIsReadFromTheBody(t *testing.T) {
	other := webhook.NewSecret("whsec_00000000000000000000000000000000", webhook.Source{Variable: "nowhere"})
	for _, c := range []struct {
		name, path, header, body string
		id, kind                 string
		code                     webhook.Code
	}{
		{"verified", stripePath, stripeHeader(t, stripeSecret, stripeText), stripeText, "evt_1", "customer.subscription.updated", ""},
		{"with another secret", stripePath, stripeHeader(t, other, stripeText), stripeText, "evt_1", "customer.subscription.updated", webhook.WrongSecret},
		{"to Clerk's path", clerkPath, stripeHeader(t, stripeSecret, stripeText), stripeText, "", "", webhook.WrongProvider},
		{"of Clerk, to Stripe's path", stripePath, signedHeader(t, clerkText, now), clerkText, "", "user.created", webhook.WrongProvider},
		{
			"an id that nobody would send", stripePath, stripeHeader(t, stripeSecret, strings.Replace(stripeText, "evt_1", strings.Repeat("x", 300), 1)),
			strings.Replace(stripeText, "evt_1", strings.Repeat("x", 300), 1), "", "customer.subscription.updated", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, withStripe, nil)
			exchange(t, g.public, post(c.path, c.header, c.body))
			d := g.one(t)
			if d.MessageID != c.id || d.Verdict.Code != c.code || c.kind != "" && d.Type != c.kind {
				t.Errorf("message %q, type %q, %+v", d.MessageID, d.Type, d.Verdict)
			}
		})
	}
}

func TestAStripeResendKeepsTheMessage(t *testing.T) {
	s := &shelf{}
	d := captured(t, s, now, stripeText, func(d *webhook.Delivery) {
		d.Provider, d.URL, d.MessageID, d.Type = "stripe", stripePath, "evt_1", "customer.subscription.updated"
		d.Header = http.Header{"Stripe-Signature": {"t=1,v1=stale"}}
		d.Verdict = webhook.Verdict{Verified: true}
	})
	url, got := app(t, fine)
	f := forwarder(t, s, "")
	f.Endpoints = append(f.Endpoints, Endpoint{stripePath, providers.Stripe{}, knowing(stripeSecret)})

	sent, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same}, url)
	if err != nil || sent.MessageID != "evt_1" || !sent.Verdict.Verified || sent.ParentID != d.ID {
		t.Errorf("sent %+v, %v", sent, err)
	}
	if raw := <-got; !strings.HasSuffix(raw, "\r\n\r\n"+stripeText) || !strings.Contains(raw, fmt.Sprintf("Stripe-Signature: t=%d,v1=", now.Unix())) {
		t.Errorf("the app got %q", raw)
	}

	_, err = f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.New}, url)
	if err == nil || !strings.Contains(err.Error(), "in the body") || !strings.Contains(fixOf(err), "--as same") {
		t.Errorf("as a new message: %v, fix %q", err, fixOf(err))
	}
	if len(s.all()) != 2 || len(got) != 0 {
		t.Error("it was sent anyway")
	}

	f.Endpoints[1].Secrets = knowing()
	_, err = f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same}, url)
	if err == nil || !strings.Contains(fixOf(err), "STRIPE_WEBHOOK_SECRET") {
		t.Errorf("without a secret: %v, fix %q", err, fixOf(err))
	}
}

func TestAnEditedStripeEventIsStoredUnderTheIDInItsBody(t *testing.T) {
	s := &shelf{}
	d := captured(t, s, now, stripeText, func(d *webhook.Delivery) {
		d.Provider, d.URL, d.MessageID = "stripe", stripePath, "evt_1"
		d.Verdict = webhook.Verdict{Verified: true}
	})
	url, _ := app(t, fine)
	f := forwarder(t, s, "")
	f.Endpoints = append(f.Endpoints, Endpoint{stripePath, providers.Stripe{}, knowing(stripeSecret)})
	for _, c := range []struct{ name, old, becomes, id string }{
		{"another event", `"evt_1"`, `"evt_2"`, "evt_2"},
		{"the same event", `"active"`, `"past_due"`, "evt_1"},
		{"an event without an id", `"id":"evt_1",`, ``, "evt_1"},
		{"an impossible id", `"evt_1"`, `"` + strings.Repeat("x", 300) + `"`, "evt_1"},
	} {
		sent, err := f.ResendEdited(t.Context(), d.ID, []byte(strings.Replace(stripeText, c.old, c.becomes, 1)), webhook.Resending{Mode: webhook.Same}, url)
		if err != nil || sent.MessageID != c.id || !sent.Verdict.Verified {
			t.Errorf("%s: message %q, %+v, %v", c.name, sent.MessageID, sent.Verdict, err)
		}
	}
}

func TestATriggeredStripeEventIsAboutAnExistingSubscription(t *testing.T) {
	customer, subscription := "cus_real", "sub_real"
	newest := &userList{records: []webhook.UserRecord{
		{User: webhook.User{ID: "user_newest", Email: "ada@example.com", StripeCustomerID: &customer, StripeSubscriptionID: &subscription}},
		{User: webhook.User{ID: "user_older"}},
	}}
	for _, c := range []struct {
		name         string
		sample       webhook.Sample
		users        *userList
		user         string // "" where it is made up
		customer, id string // "" where they follow from the user
	}{
		{"about the user that changed last", webhook.Sample{Type: "customer.subscription.created"}, newest, "user_newest", customer, subscription},
		{"about a given user", webhook.Sample{Type: "customer.subscription.deleted", UserID: "user_older"}, newest, "user_older", "", ""},
		{"about a missing user", webhook.Sample{Type: "invoice.paid", UserID: "user_none"}, newest, "user_none", "", ""},
		{"without users", webhook.Sample{Type: "checkout.session.completed"}, &userList{}, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, withStripe, nil)
			tr := trigger(g, c.users)
			tr.Endpoint = g.Endpoints[1]
			if _, err := tr.Send(t.Context(), c.sample); err != nil {
				t.Fatal(err)
			}
			d := g.one(t)
			e := providers.Stripe{}.Parse(d.Body)
			if !d.Verdict.Verified || d.Provider != "stripe" || d.Origin != webhook.Trigger || !strings.HasPrefix(d.MessageID, "evt_") || d.MessageID != e.MessageID {
				t.Errorf("captured %+v", d)
			}
			if c.user != "" && e.UserID != c.user || e.UserID == "" {
				t.Errorf("it is about %q", e.UserID)
			}
			if s := e.Subscription; c.customer != "" && (s.CustomerID != c.customer || s.ID != c.id) || c.customer == "" && (s.CustomerID == customer || s.ID == subscription) {
				t.Errorf("its subscription is %+v", s)
			}
		})
	}
	g := start(t, withStripe, nil)
	tr := trigger(g, newest)
	tr.Endpoint = Endpoint{stripePath, providers.Stripe{}, knowing()}
	if _, err := tr.Send(t.Context(), webhook.Sample{Type: "invoice.paid"}); err == nil || !strings.Contains(fixOf(err), "STRIPE_WEBHOOK_SECRET") {
		t.Errorf("without a secret: %v, fix %q", err, fixOf(err))
	}
}
