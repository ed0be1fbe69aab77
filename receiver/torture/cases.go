package torture

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	fixUpsert  = "Upsert by the user's id and recognize a message by its svix-id: events can arrive twice, at the same time or out of order."
	fixOrder   = "Keep the event's time (data.updated_at) in the row, write only newer events, and answer 2xx to older ones."
	fixDeleted = "Remember which users were deleted; answer 2xx to late events for them without writing anything."
	fixVerify  = "Verify the signature over the raw body before anything else, with verifyWebhook or the svix library, and answer 400 if that throws."
	fixHeader  = "Verify with verifyWebhook or the svix library. By hand: split svix-signature at spaces and accept any v1 signature that matches."
	fixRaw     = "Verify the bytes as received: express.raw({ type: 'application/json' }) or await req.text(); never JSON.stringify a parsed body."
)

// Synthetic returns the cases about made-up users. The first is the plain event
// without which the others mean nothing.
func Synthetic() []Case {
	cases := []Case{{
		Name: "plain", Does: "the simplest user.created", Expected: "2xx; otherwise no other case means anything",
		steps: []step{{event: "user.created"}}, leaves: []left{{0, "a"}},
	}}
	cases = append(cases, repeatCases()...)
	cases = append(cases, orderCases()...)
	cases = append(cases, contentCases()...)
	return append(cases, signatureCases(step{event: "user.created"})...)
}

func repeatCases() []Case {
	return []Case{
		{
			Name: "twice", Does: "the same message twice", Expected: "2xx to both: Svix repeats a message if the answer got lost", Fix: fixUpsert,
			steps: []step{{event: "user.created"}, {event: "user.created", again: 1}}, hidden: true, leaves: []left{{0, "a"}},
		},
		{
			Name: "at-once", Does: "the same message ten times at once", Expected: "2xx to each: a retry can arrive before a slow answer is sent", Fix: fixUpsert,
			steps: []step{{event: "user.created", times: 10, right: acceptsOrDefers}}, hidden: true, leaves: []left{{0, "a"}},
		},
		{
			Name: "many-at-once", Does: "ten users at once", Expected: "2xx to each", Fix: "Share no state between requests in the handler, and give the database enough connections, or a queue.",
			steps: []step{{event: "user.created", times: 10, apart: true}}, leaves: []left{{0, "a"}, {9, "j"}},
		},
	}
}

func orderCases() []Case {
	const hour = time.Hour
	return []Case{
		{
			Name: "late", Does: "a user.created from ten hours ago, signed now, like a late retry", Expected: "2xx: Svix retries for more than a day",
			Fix:   "Check the age of the signature (svix-timestamp), which is new for each attempt, not the age of the event.",
			steps: []step{{event: "user.created", ago: 10 * hour}}, leaves: []left{{0, "a"}},
		},
		{
			Name: "stale-update", Does: "an update older than the one before it", Expected: "2xx, and the newer address stays", Fix: fixOrder,
			steps: []step{
				{event: "user.created", ago: 2 * hour},
				{event: "user.updated", email: "b"},
				{event: "user.updated", email: "c", ago: hour},
			}, hidden: true, leaves: []left{{0, "b"}},
		},
		{
			Name: "update-first", Does: "user.updated, then the earlier user.created", Expected: "2xx to both, and the updated address stays", Fix: fixUpsert + " " + fixOrder,
			steps:  []step{{event: "user.updated", email: "b"}, {event: "user.created", ago: hour}},
			hidden: true, leaves: []left{{0, "b"}},
		},
		{
			Name: "update-after-delete", Does: "a user.updated that arrives after the user was deleted", Expected: "2xx, and the user stays deleted", Fix: fixDeleted,
			steps: []step{
				{event: "user.created", ago: 2 * hour},
				{event: "user.deleted"},
				{event: "user.updated", email: "b", ago: hour},
			}, hidden: true, leaves: []left{{0, ""}},
		},
		{
			Name: "delete-first", Does: "user.deleted, then the earlier user.created", Expected: "2xx to both, and no user",
			Fix:   "Do not treat deleting a missing user as an error (deleteMany). " + fixDeleted,
			steps: []step{{event: "user.deleted"}, {event: "user.created", ago: hour}}, hidden: true, leaves: []left{{0, ""}},
		},
		exchangeCase(),
	}
}

// exchangeCase returns the case of two users who swap their addresses. Addresses
// are unique at Clerk, so they swap by way of a third one; and the events come
// out of order.
func exchangeCase() Case {
	const hour = time.Hour
	return Case{
		Name: "exchange", Does: "two users swap their addresses, and the events arrive out of order",
		Expected: "2xx, or 409 while the address is taken, then 2xx to the same message",
		Fix:      "Answer 409 and change nothing while another user has the address: Svix sends the message again. Mark a message as handled only once it is applied.",
		steps: []step{
			{event: "user.created", ago: 2 * hour},
			{event: "user.created", ago: 2 * hour, user: 1},
			{event: "user.updated", user: 1, email: "a", ago: 2 * time.Minute, right: acceptsOrConflict},
			{event: "user.updated", email: "c", ago: 3 * time.Minute},
			{event: "user.updated", user: 1, email: "a", ago: 2 * time.Minute, again: 3},
			{event: "user.updated", email: "b", ago: time.Minute},
		},
		hidden: true, leaves: []left{{0, "b"}, {1, "a"}},
	}
}

func contentCases() []Case {
	return []Case{
		{
			Name: "unknown-type", Does: "an event of an unknown type", Expected: "2xx: an event that is not handled should not be sent again",
			Fix:   "Answer 200 to every type that the app does not handle.",
			steps: []step{{event: "user.created", set: assigned("type", `"hooktop.torture"`)}},
		},
		{
			Name: "no-email", Does: "a user without an e-mail address, such as one with only a phone number", Expected: "2xx or 4xx, and no exception",
			Fix:   "Use the address that primary_email_address_id names, else the first; accept users without one.",
			steps: []step{{event: "user.created", set: assigned("data.email_addresses", `[]`, "data.primary_email_address_id", `null`), right: anyButError}},
		},
		{
			Name: "nulls", Does: "a user whose name is null", Expected: "2xx: most of a user's fields can be null", Fix: "Allow null or set a default for everything but the id.",
			steps:  []step{{event: "user.created", set: assigned("data.first_name", `null`, "data.last_name", `null`, "data.last_sign_in_at", `null`, "data.last_active_at", `null`)}},
			leaves: []left{{0, "a"}},
		},
		{
			Name: "large", Does: "an email.created of 200 KiB, with a whole page in it", Expected: "2xx", Fix: "Raise this route's body limit: express.raw({ type: 'application/json', limit: '1mb' }).",
			steps: []step{{event: "email.created", set: assigned("data.body", `"`+strings.Repeat("lorem ipsum ", 200<<10/12)+`"`)}},
		},
		{
			Name: "exact-bytes", Does: "bodies that another JSON library would write differently: escaped &, a newline at the end, indentation", Expected: "2xx: the signature is over the bytes", Fix: fixRaw,
			steps: []step{
				{event: "user.created", written: func(b []byte) []byte { return b }},
				{event: "user.updated", written: func(b []byte) []byte { return append(plainly(b), '\n') }},
				{event: "user.updated", written: spaced},
			},
			leaves: []left{{0, "a"}},
		},
	}
}

// plainly writes a body as JavaScript's JSON.stringify does, which does not
// escape & < >. An app that parses such a body and writes it again gets the same
// bytes.
func plainly(body []byte) []byte {
	for _, e := range []struct{ escaped, plain string }{{`\u0026`, "&"}, {`\u003c`, "<"}, {`\u003e`, ">"}} {
		body = bytes.ReplaceAll(body, []byte(e.escaped), []byte(e.plain))
	}
	return body
}

func spaced(body []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, plainly(body), "", "  "); err != nil {
		return body // cannot happen: a sample is JSON
	}
	return b.Bytes()
}

// assigned returns assignments; pairs alternate between path and JSON value.
func assigned(pairs ...string) (set []webhook.Assignment) {
	for i := 0; i < len(pairs); i += 2 {
		set = append(set, webhook.Assignment{Path: pairs[i], Value: json.RawMessage(pairs[i+1])})
	}
	return set
}

// Captured returns the cases that need no change of the body, with the bytes of
// captured deliveries, oldest first, signed as new messages.
func Captured(given []webhook.Delivery) []Case {
	if len(given) == 0 {
		return nil
	}
	latest := step{given: &given[len(given)-1]}
	genuine := func(right rule, again, times int) step {
		s := latest
		s.right, s.again, s.times = right, again, times
		return s
	}
	cases := []Case{
		{Name: "plain", Does: "the newest delivery, as a new message", Expected: "2xx; otherwise no other case means anything", steps: []step{latest}},
		{
			Name: "twice", Does: "the same message twice", Expected: "2xx to both: Svix repeats a message if the answer got lost", Fix: fixUpsert,
			steps: []step{latest, genuine(accepts, 1, 0)},
		},
		{
			Name: "at-once", Does: "the same message ten times at once", Expected: "2xx to each: a retry can arrive before a slow answer is sent", Fix: fixUpsert,
			steps: []step{genuine(acceptsOrDefers, 0, 10)},
		},
	}
	if len(given) > 1 {
		backwards := Case{
			Name: "backwards", Does: "all deliveries, newest first", Expected: "2xx, or 409 while an address is taken", Fix: fixUpsert + " " + fixOrder,
			hidden: true, look: "check the users in these deliveries: they should be as the newest delivery left them",
		}
		for i := len(given) - 1; i >= 0; i-- {
			backwards.steps = append(backwards.steps, step{given: &given[i], right: acceptsOrConflict})
		}
		cases = append(cases, backwards)
	}
	return append(cases, signatureCases(latest)...)
}

// All returns the synthetic cases, and those that need captured deliveries.
func All() []Case {
	cases := Synthetic()
	for _, c := range Captured(make([]webhook.Delivery, 2)) {
		if !slices.Contains(Names(cases), c.Name) {
			c.Does += " (with --where)"
			cases = append(cases, c)
		}
	}
	return cases
}

// Names returns the names of cases, in order.
func Names(cases []Case) []string {
	names := make([]string, len(cases))
	for i, c := range cases {
		names[i] = c.Name
	}
	return names
}
