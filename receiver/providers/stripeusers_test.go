package providers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func stripeEvent(kind, object string) []byte {
	return []byte(`{"id":"evt_1","object":"event","created":1795341600,"type":"` + kind + `","data":{"object":` + object + `}}`)
}

// The ids that an event names, wherever the app put them and however it spelled the key.
func TestStripeNamesTheUser(t *testing.T) {
	subscription := func(metadata string) string {
		return `{"id":"sub_1","customer":"cus_1","status":"active","metadata":` + metadata + `}`
	}
	const cus = `{"id":"cus_1","object":"customer","metadata":{"clerkUserId":"user_1"}}`
	for _, c := range []struct{ name, kind, object, want string }{
		{"metadata.clerkUserId", "customer.subscription.created", subscription(`{"clerkUserId":"user_1"}`), "user_1"},
		{"metadata.clerkId", "customer.subscription.created", subscription(`{"clerkId":"user_1"}`), "user_1"},
		{"metadata.clerk_id", "customer.subscription.created", subscription(`{"clerk_id":"user_1"}`), "user_1"},
		{"metadata.clerkUserID", "customer.subscription.created", subscription(`{"clerkUserID":"user_1"}`), "user_1"},
		{"metadata.CLERK_USER_ID", "customer.subscription.created", subscription(`{"CLERK_USER_ID":"user_1"}`), "user_1"},
		{"metadata.clerk-user-id", "customer.subscription.created", subscription(`{"clerk-user-id":"user_1"}`), "user_1"},
		{"metadata.userID", "customer.subscription.created", subscription(`{"userID":"user_1"}`), "user_1"},
		{"spaces around the value", "customer.subscription.created", subscription(`{"clerkUserId":" user_1\n"}`), "user_1"},
		{"the app's own id says nothing", "customer.subscription.created", subscription(`{"userId":"42","clerkId":"user_1"}`), "user_1"},
		{"nor does another key", "customer.subscription.created", subscription(`{"referredByUserId":"user_1"}`), ""},
		{"the likelier key is first", "customer.subscription.created", subscription(`{"userId":"user_3","clerkId":"user_2","clerkUserId":"user_1"}`), "user_1 user_2 user_3"},
		{"metadata that PHP wrote", "customer.subscription.created", subscription(`[]`), ""},
		{"a new customer", "customer.created", cus, "user_1"},
		{"a changed customer", "customer.updated", cus, "user_1"},
		{"the customer expanded in a subscription", "customer.subscription.updated", `{"id":"sub_1","status":"active","customer":` + cus + `}`, "user_1"},
		{"in a session", "checkout.session.completed", `{"id":"cs_1","customer":` + cus + `}`, "user_1"},
		{"in an invoice", "invoice.paid", `{"id":"in_1","customer":` + cus + `}`, "user_1"},
		{"a subscription expanded in a session", "checkout.session.completed", `{"id":"cs_1","customer":"cus_1","subscription":{"id":"sub_1","metadata":{"clerkId":"user_1"}}}`, "user_1"},
		{"in an invoice of an older version", "invoice.paid", `{"id":"in_1","customer":"cus_1","subscription":{"id":"sub_1","metadata":{"clerkId":"user_1"}}}`, "user_1"},
		{"in an invoice", "invoice.paid", `{"id":"in_1","customer":"cus_1","parent":{"subscription_details":{"subscription":{"id":"sub_1","metadata":{"clerkId":"user_1"}}}}}`, "user_1"},
		{"the customer of that subscription", "checkout.session.completed", `{"id":"cs_1","customer":"cus_1","subscription":{"id":"sub_1","customer":` + cus + `}}`, "user_1"},
		{"the object's own comes before its customer's", "customer.subscription.updated", `{"id":"sub_1","status":"active","metadata":{"clerkUserId":"user_2"},"customer":` + cus + `}`, "user_2 user_1"},
		{"odd values in a customer spoil nothing", "invoice.paid", `{"id":"in_1","customer":{"id":"cus_1","email":7,"metadata":{"clerkUserId":["user_1"]}}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := providers.Stripe{}.Parse(stripeEvent(c.kind, c.object))
			checkEvent(t, e)
			if e.Subscription == nil || e.Subscription.CustomerID != "cus_1" {
				t.Fatalf("%+v", e)
			}
			if got := strings.Join(e.Subscription.Users, " "); got != c.want {
				t.Errorf("it names %q, want %q", got, c.want)
			}
		})
	}
}

// A customer that names nobody has nothing to say; with LinkEmail its address has.
func TestACustomerWithoutAUserIsUnhandled(t *testing.T) {
	body := stripeEvent("customer.updated", `{"id":"cus_1","object":"customer","email":"ada@example.com","metadata":{"plan":"pro"}}`)
	e := providers.Stripe{}.Parse(body)
	if e.Outcome != webhook.Unhandled || e.Note == "" || e.Subscription != nil {
		t.Errorf("%+v", e)
	}
	checkEvent(t, e)
	e = providers.Stripe{LinkEmail: true}.Parse(body)
	if e.Action != webhook.LinkCustomer || e.Subscription == nil || e.Subscription.LinkEmail != "ada@example.com" {
		t.Errorf("%+v", e)
	}
	e = providers.Stripe{LinkEmail: true}.Parse(stripeEvent("customer.subscription.updated",
		`{"id":"sub_1","status":"active","customer":{"id":"cus_1","email":"ada@example.com"}}`))
	if e.Subscription == nil || e.Subscription.LinkEmail != "ada@example.com" {
		t.Errorf("the expanded customer's address: %+v", e)
	}
}

func TestTheAppsOwnKeyComesFirst(t *testing.T) {
	keys, err := providers.ParseUserKeys("accountRef, metadata.owner")
	must(t, err)
	e := providers.Stripe{UserKeys: keys}.Parse(stripeEvent("customer.subscription.updated",
		`{"id":"sub_1","status":"active","metadata":{"clerkUserId":"user_1","owner":"user_2"},"customer":{"id":"cus_1","metadata":{"accountRef":"user_3"}}}`))
	if got := e.Subscription.Users; !slices.Equal(got, []string{"user_3", "user_2", "user_1"}) {
		t.Errorf("it names %q", got)
	}
	for _, bad := range []string{"", ",", "a,,b", "metadata.", "a=b", "a[b]", strings.Repeat("x", 41)} {
		if _, err := providers.ParseUserKeys(bad); err == nil || fixOf(err) == "" {
			t.Errorf("%q: %v, fix %q", bad, err, fixOf(err))
		}
	}
}

// A body may nest what it expands as deep as it likes.
func TestDeeplyExpandedObjectsAreReadOnce(t *testing.T) {
	const depth = 4000
	deep := strings.Repeat(`{"id":"cus_1","customer":`, depth) + `"cus_1"` + strings.Repeat(`}`, depth)
	e := providers.Stripe{}.Parse(stripeEvent("invoice.paid", `{"id":"in_1","customer":`+deep+`,"subscription":`+deep+`}`))
	if e.Subscription == nil || e.Subscription.CustomerID != "cus_1" {
		t.Errorf("%+v", e)
	}
}
