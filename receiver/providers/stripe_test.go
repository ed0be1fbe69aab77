package providers_test

import (
	"encoding/hex"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func stripePayload(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/stripe/" + name + ".json")
	must(t, err)
	return body
}

func at(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func TestStripeParsesEveryAPIVersion(t *testing.T) {
	const ada = "user_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
	for _, c := range []struct {
		name string
		want webhook.Event
	}{
		{"subscription.updated.2022-11-15", webhook.Event{
			Type: "customer.subscription.updated", MessageID: "evt_1NG8Du2eZvKYlo2CUI79vXWy", At: at(1686089970),
			Action: webhook.SyncSubscription, UserID: ada,
			Subscription: &webhook.Subscription{
				CustomerID: "cus_Na6dX7aXxi11N4", ID: "sub_1MowQVLkdIwHu7ixeRlqHVzs", Users: []string{ada}, Rank: 2, Since: at(1679609767),
				PriceID: "price_1MowQULkdIwHu7ixraBm864M", PlanKey: "starter", Status: "active", PeriodEnd: at(1682288167), Cancels: true,
			},
		}},
		// the customer is expanded, the period end is the items' latest, and cancel_at alone cancels
		{"subscription.updated.2026-10-28.endive", webhook.Event{
			Type: "customer.subscription.updated", MessageID: "evt_1SXyZaB7WZ01zgkWQp4cD9eF", At: at(1795341600),
			Action: webhook.SyncSubscription, Email: "ada@example.com",
			Subscription: &webhook.Subscription{
				CustomerID: "cus_TUv1n8GqXk2Lw5", ID: "sub_1SXyZ9B7WZ01zgkWlbKq7T3n", Rank: 2, Since: at(1795255200),
				PriceID: "price_seat", PlanKey: "team", Status: "trialing", PeriodEnd: at(1797933600), Cancels: true,
			},
		}},
		{"invoice.paid.2022-11-15", webhook.Event{
			Type: "invoice.paid", MessageID: "evt_1NG8DvInvoicePaid", At: at(1686089971),
			Action: webhook.ConfirmSubscription, UserID: ada, Email: "ada@example.com",
			Subscription: &webhook.Subscription{
				CustomerID: "cus_Na6dX7aXxi11N4", ID: "sub_1MowQVLkdIwHu7ixeRlqHVzs", Users: []string{ada}, Since: at(1686089971),
			},
		}},
		// metadata comes before client_reference_id
		{"checkout.session.completed", webhook.Event{
			Type: "checkout.session.completed", MessageID: "evt_1SXyCheckout", At: at(1795255205),
			Action: webhook.LinkCustomer, UserID: "user_2ab", Email: "ada@example.com",
			Subscription: &webhook.Subscription{
				CustomerID: "cus_TUv1n8GqXk2Lw5", ID: "sub_1SXyZ9B7WZ01zgkWlbKq7T3n", Users: []string{"user_2ab", ada}, Since: at(1795255100),
			},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := providers.Stripe{}.Parse(stripePayload(t, c.name))
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v %+v\nwant %+v %+v", got, got.Subscription, c.want, c.want.Subscription)
			}
			checkEvent(t, got)
		})
	}
	linking := providers.Stripe{LinkEmail: true}.Parse(stripePayload(t, "checkout.session.completed"))
	if linking.Subscription.LinkEmail != "ada@example.com" {
		t.Errorf("asked to link by e-mail address it reads %q", linking.Subscription.LinkEmail)
	}
}

// Of one second deleted comes after updated, and that after created; what only
// confirms or links comes before them.
func TestWhatEachTypeOfStripesDoes(t *testing.T) {
	const subscription, other = `{"id":"sub_1","customer":"cus_1","status":"active"}`, `{"id":"x_1","customer":"cus_1","subscription":"sub_1"}`
	for _, c := range []struct {
		kind, object string
		action       webhook.Action
		rank         int
		id           string
	}{
		{"checkout.session.completed", other, webhook.LinkCustomer, 0, "sub_1"},
		{"invoice.paid", other, webhook.ConfirmSubscription, 0, "sub_1"},
		{"invoice.payment_failed", other, webhook.ConfirmSubscription, 0, "sub_1"},
		// since 2025-03-31.basil
		{"invoice.paid", `{"id":"in_1","customer":"cus_1","parent":{"subscription_details":{"subscription":"sub_1"}}}`, webhook.ConfirmSubscription, 0, "sub_1"},
		{"invoice.paid", `{"id":"in_1","customer":"cus_1","parent":{"subscription_details":{"subscription":{"id":"sub_1"}}}}`, webhook.ConfirmSubscription, 0, "sub_1"},
		{"invoice.paid", `{"id":"in_1","customer":"cus_1","parent":null}`, webhook.ConfirmSubscription, 0, ""},
		{"customer.subscription.created", subscription, webhook.SyncSubscription, 1, "sub_1"},
		{"customer.subscription.updated", subscription, webhook.SyncSubscription, 2, "sub_1"},
		{"customer.subscription.paused", subscription, webhook.SyncSubscription, 2, "sub_1"},
		{"customer.subscription.resumed", subscription, webhook.SyncSubscription, 2, "sub_1"},
		{"customer.subscription.deleted", subscription, webhook.EndSubscription, 3, "sub_1"},
		{"customer.created", `{"id":"cus_1","metadata":{"clerkUserId":"user_1"}}`, webhook.LinkCustomer, 0, ""},
		{"customer.updated", `{"id":"cus_1","metadata":{"clerkUserId":"user_1"}}`, webhook.LinkCustomer, 0, ""},
		{"customer.deleted", `{"id":"cus_1"}`, webhook.ForgetCustomer, 4, ""},
	} {
		e := providers.Stripe{}.Parse([]byte(`{"id":"evt_1","created":1795341600,"type":"` + c.kind + `","data":{"object":` + c.object + `}}`))
		if s := e.Subscription; e.Action != c.action || s == nil || s.Rank != c.rank || s.ID != c.id || s.CustomerID != "cus_1" {
			t.Errorf("%s of %s: %s %+v", c.kind, c.object, e.Action, s)
		}
	}
}

func TestStripeSettlesWhatSaysNothing(t *testing.T) {
	object := func(kind, object string) string {
		return `{"id":"evt_1","object":"event","created":1795341600,"type":"` + kind + `","data":{"object":` + object + `}}`
	}
	long := strings.Repeat("x", 129)
	for _, c := range []struct {
		name, body string
		outcome    webhook.Outcome
		note       string
	}{
		{"a type that is not handled", object("charge.succeeded", `{"id":"ch_1"}`), webhook.Unhandled, ""},
		{"a thin event", `{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","livemode":false,"created":"2024-09-17T06:20:52.246Z"}`, webhook.Unhandled, "thin"},
		{"a time in words", `{"type":"invoice.paid","created":"today"}`, webhook.Malformed, "created"},
		{"a payment without a customer", object("checkout.session.completed", `{"id":"cs_1","mode":"payment","customer":null}`), webhook.Unhandled, "belong to a customer"},
		{"Stripe's published test body", `{"id":"evt_test_webhook","object":"event"}`, webhook.Malformed, "no type"},
		{"no object", `{"type":"invoice.paid","created":1795341600}`, webhook.Malformed, "no data.object"},
		{"a subscription without an id", object("customer.subscription.updated", `{"customer":"cus_1","status":"active"}`), webhook.Malformed, "no id"},
		{"a subscription without a status", object("customer.subscription.updated", `{"id":"sub_1","customer":"cus_1"}`), webhook.Malformed, "status"},
		{"a status that is too long", object("customer.subscription.updated", `{"id":"sub_1","customer":"cus_1","status":"`+long+`"}`), webhook.Malformed, "status"},
		{"an id that is too long", object("customer.subscription.updated", `{"id":"`+long+`","customer":"cus_1","status":"active"}`), webhook.Malformed, "129 bytes"},
		{"an object that is a list", object("customer.deleted", `[]`), webhook.Malformed, "an array"},
		{"a time before 1970", `{"type":"invoice.paid","created":-1}`, webhook.Malformed, "created"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := providers.Stripe{}.Parse([]byte(c.body))
			if e.Outcome != c.outcome || !strings.Contains(e.Note, c.note) || e.Action != webhook.NoAction {
				t.Errorf("%s %q %q, want %s %q", e.Outcome, e.Note, e.Action, c.outcome, c.note)
			}
			checkEvent(t, e)
		})
	}
}

func TestThePlanKeyIsTheFirstThatARuleGives(t *testing.T) {
	price := func(fields string) []byte {
		return []byte(`{"id":"evt_1","created":1795341600,"type":"customer.subscription.updated","data":{"object":{"id":"sub_1","customer":"cus_1","status":"active",
			"items":{"data":[{"price":{"id":"price_1","product":"prod_1"` + fields + `}}]}}}}`)
	}
	all := `,"lookup_key":"lookup","nickname":"nick","metadata":{"planKey":"meta","tier":"gold","seats":5}`
	long := `,"lookup_key":"` + strings.Repeat("x", 129) + `","nickname":"nick"`
	for _, c := range []struct{ name, rules, fields, want string }{
		{"by default the lookup key", "", all, "lookup"},
		{"then metadata.planKey", "", `,"lookup_key":null,"nickname":"nick","metadata":{"planKey":"meta"}`, "meta"},
		{"then the nickname", "", `,"nickname":"nick"`, "nick"},
		{"then the price", "", "", "price_1"},
		{"a key that the column cannot hold is passed over", "", long, "nick"},
		{"another name in metadata", "metadata.tier,price", all, "gold"},
		{"metadata that is no text is passed over", "metadata.seats,product", all, "prod_1"},
		{"nothing where no rule gives one", "metadata.tier", "", ""},
		{"a price with a name of its own", "lookup_key, price_1=pro", all, "pro"},
		{"a product with a name of its own", "prod_1=team", all, "team"},
		{"names alone keep the default order", "price_2=pro", all, "lookup"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := providers.Stripe{}
			if c.rules != "" {
				rules, err := providers.ParsePlanRules(c.rules)
				must(t, err)
				p.Plan = rules
			}
			if got := p.Parse(price(c.fields)).Subscription.PlanKey; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, bad := range []string{"", "lookup", "metadata.", "price,", "=pro", "price_1=", "price_1=" + strings.Repeat("x", 129)} {
		if _, err := providers.ParsePlanRules(bad); err == nil || fixOf(err) == "" {
			t.Errorf("%q: %v, fix %q", bad, err, fixOf(err))
		}
	}
}

// The published vector: stripe-go's webhook tests.
func TestStripeVerifiesThePublishedVector(t *testing.T) {
	const (
		header = "t=1492774577,v1=88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a"
		body   = `{"id":"evt_test_webhook","object":"event"}`
	)
	secret := webhook.NewSecret("whsec_test_secret", webhook.Source{Variable: "the vector"})
	r := webhook.Request{Method: "POST", URL: "/api/webhooks/stripe", Body: []byte(body), Header: map[string][]string{"Stripe-Signature": {header}}}
	if v := providers.Verify(providers.Stripe{}, r, at(1492774577), []webhook.Secret{secret}); !v.Verified {
		t.Errorf("verdict %+v", v)
	}
	h := map[string][]string{}
	must(t, providers.Stripe{}.Signing().SignMessage(h, secret, "", at(1492774577), []byte(body)))
	if got := h["Stripe-Signature"][0]; got != header {
		t.Errorf("signed as %s", got)
	}
}

func TestTheStoryHangsTogether(t *testing.T) {
	at := now.Add(-time.Minute)
	steps := providers.Stripe{}.Stories()[0].Tell(webhook.Sample{At: at})
	users, customers, subscriptions := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var last time.Time
	for i, step := range steps {
		p, ok := providers.Named(step.Provider)
		if !ok {
			t.Fatalf("nobody sends %+v", step)
		}
		body, err := step.Make(at.Add(time.Duration(i) * 10 * time.Second))
		must(t, err)
		e := p.Parse(body)
		checkEvent(t, e)
		if !e.At.After(last) || e.At.After(now) {
			t.Errorf("%s is of %v, after %v", e.Type, e.At, last)
		}
		last = e.At
		if e.UserID != "" {
			users[e.UserID] = true
		}
		if e.Subscription != nil {
			customers[e.Subscription.CustomerID], subscriptions[e.Subscription.ID] = true, true
			if e.Type != "checkout.session.completed" && len(e.Subscription.Users) > 0 {
				t.Errorf("%s names %v, though only the checkout is to", e.Type, e.Subscription.Users)
			}
		}
	}
	if len(steps) < 6 || len(users) != 1 || len(customers) != 1 || len(subscriptions) != 1 {
		t.Errorf("%d steps, users %v, customers %v, subscriptions %v", len(steps), users, customers, subscriptions)
	}
}

func TestStripesSecretsAreCheckedForTheirForm(t *testing.T) {
	for _, c := range []struct{ secret, warning, err string }{
		{"whsec_" + strings.Repeat("aB3", 11)[:32], "", ""},
		{"whsec_" + hex.EncodeToString([]byte(strings.Repeat("x", 32))), "", ""},
		{secretB, "Clerk's secrets", ""},
		{"rk_test_123456789012345678901234", "", "restricted"},
		{"xwhsec_123456789012345678901234", "", "before whsec_"},
		{"whsec_", "", "nothing more"},
		{"whsec_123456789012345", "", "15 characters"},
		{`"whsec_123456789012345678901234"`, "", "quotes"},
		{"whsec_12345678901234567890\u200b1234", "", "characters"},
	} {
		warning, err := providers.Stripe{}.CheckSecret(c.secret)
		if !strings.Contains(warning, c.warning) || (warning == "") != (c.warning == "") || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: warning %q, error %v", c.secret, warning, err)
		}
	}
}
