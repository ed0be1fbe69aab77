package receiver

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	fixUpsert  = "Upsert by the user's id, and know a message by its svix-id: events come twice, at once and out of order."
	fixOrder   = "Keep the time of the event (data.updated_at) in the row, write only what is newer, and answer 2xx to what is older."
	fixDeleted = "Remember which users were deleted, and answer 2xx to what comes late for one of them without writing it."
	fixVerify  = "Verify the signature over the raw body before anything else, with verifyWebhook or the svix library, and answer 400 where that throws."
	fixHeader  = "Verify with verifyWebhook or the svix library. By hand: split svix-signature at blanks, and let any of its v1 signatures be the right one."
	fixRaw     = "Verify the bytes as they came: express.raw({ type: 'application/json' }), await req.text(); never JSON.stringify of what was parsed."
)

// SyntheticCases are all cases, with users that are made up. The first is the
// plain event without which none of the others says anything.
func SyntheticCases() []Case {
	cases := []Case{{
		Name: "plain", Does: "a user.created, as simple as there is", Expected: "2xx, or nothing else means anything",
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
			Name: "twice", Does: "the same message twice", Expected: "2xx to both: Svix repeats a message whose answer got lost", Fix: fixUpsert,
			steps: []step{{event: "user.created"}, {event: "user.created", again: 1}}, hidden: true, leaves: []left{{0, "a"}},
		},
		{
			Name: "at-once", Does: "the same message ten times at once", Expected: "2xx to each: a retry may overtake a slow answer", Fix: fixUpsert,
			steps: []step{{event: "user.created", times: 10, right: takesOrDefers}}, hidden: true, leaves: []left{{0, "a"}},
		},
		{
			Name: "many-at-once", Does: "ten users at once", Expected: "2xx to each", Fix: "Let nothing in the handler be shared between requests, and the database have a connection for each, or a queue.",
			steps: []step{{event: "user.created", times: 10, apart: true}}, leaves: []left{{0, "a"}, {9, "j"}},
		},
	}
}

func orderCases() []Case {
	const hour = time.Hour
	return []Case{
		{
			Name: "late", Does: "a user.created of ten hours ago, signed now, as a late retry is", Expected: "2xx: Svix tries for more than a day",
			Fix:   "Measure the signature's time (svix-timestamp), which is made afresh for each attempt, and not the event's.",
			steps: []step{{event: "user.created", ago: 10 * hour}}, leaves: []left{{0, "a"}},
		},
		{
			Name: "stale-update", Does: "an update that is older than the one before it", Expected: "2xx, and the newer address stays", Fix: fixOrder,
			steps: []step{
				{event: "user.created", ago: 2 * hour},
				{event: "user.updated", email: "b"},
				{event: "user.updated", email: "c", ago: hour},
			}, hidden: true, leaves: []left{{0, "b"}},
		},
		{
			Name: "update-first", Does: "user.updated, and then the user.created before it", Expected: "2xx to both, and the updated address stays", Fix: fixUpsert + " " + fixOrder,
			steps:  []step{{event: "user.updated", email: "b"}, {event: "user.created", ago: hour}},
			hidden: true, leaves: []left{{0, "b"}},
		},
		{
			Name: "update-after-delete", Does: "a user.updated that comes after the user was deleted", Expected: "2xx, and the user stays gone", Fix: fixDeleted,
			steps: []step{
				{event: "user.created", ago: 2 * hour},
				{event: "user.deleted"},
				{event: "user.updated", email: "b", ago: hour},
			}, hidden: true, leaves: []left{{0, ""}},
		},
		{
			Name: "delete-first", Does: "user.deleted, and then the user.created before it", Expected: "2xx to both, and no user is there",
			Fix:   "Delete without an error where nothing is (deleteMany). " + fixDeleted,
			steps: []step{{event: "user.deleted"}, {event: "user.created", ago: hour}}, hidden: true, leaves: []left{{0, ""}},
		},
		exchangeCase(),
	}
}

// exchangeCase: addresses are unique at Clerk, so that two users exchange theirs
// by way of a third; and the events come out of order.
func exchangeCase() Case {
	const hour = time.Hour
	return Case{
		Name: "exchange", Does: "two users exchange their addresses, and the events come out of order",
		Expected: "2xx, or 409 while the address is not free, and 2xx to the same message afterwards",
		Fix:      "Answer 409 without a trace while another user holds the address: Svix sends the message again. Remember a message only once it is applied.",
		steps: []step{
			{event: "user.created", ago: 2 * hour},
			{event: "user.created", ago: 2 * hour, user: 1},
			{event: "user.updated", user: 1, email: "a", ago: 2 * time.Minute, right: takesOrHolds},
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
			Name: "unknown-type", Does: "an event of a type that the app cannot know", Expected: "2xx: what is not handled is not to be sent again",
			Fix:   "Answer 200 to every type that has no code of its own.",
			steps: []step{{event: "user.created", set: assigned("type", `"hooktop.torture"`)}},
		},
		{
			Name: "no-email", Does: "a user without an e-mail address, as those with a telephone alone", Expected: "2xx or 4xx, and no exception",
			Fix:   "Take the address with primary_email_address_id, else the first, and live without one.",
			steps: []step{{event: "user.created", set: assigned("data.email_addresses", `[]`, "data.primary_email_address_id", `null`), right: eitherWay}},
		},
		{
			Name: "nulls", Does: "a user whose name is null", Expected: "2xx: most of a user's fields may be null", Fix: "Allow null, or give a default, for everything but the id.",
			steps:  []step{{event: "user.created", set: assigned("data.first_name", `null`, "data.last_name", `null`, "data.last_sign_in_at", `null`, "data.last_active_at", `null`)}},
			leaves: []left{{0, "a"}},
		},
		{
			Name: "large", Does: "an email.created of 200 KiB: it holds a whole page", Expected: "2xx", Fix: "Raise the body limit of this route: express.raw({ type: 'application/json', limit: '1mb' }).",
			steps: []step{{event: "email.created", set: assigned("data.body", `"`+strings.Repeat("lorem ipsum ", 200<<10/12)+`"`)}},
		},
		{
			Name: "exact-bytes", Does: "bodies that another program would write differently: & escaped, a line break at the end, blanks", Expected: "2xx: the signature is over the bytes", Fix: fixRaw,
			steps: []step{
				{event: "user.created", written: func(b []byte) []byte { return b }},
				{event: "user.updated", written: func(b []byte) []byte { return append(plainly(b), '\n') }},
				{event: "user.updated", written: spaced},
			},
			leaves: []left{{0, "a"}},
		},
	}
}

// plainly writes a body as JavaScript's JSON.stringify does, which escapes no &
// < >. What parses such a body and writes it again gets the same bytes.
func plainly(body []byte) []byte {
	for _, e := range []struct{ escaped, plain string }{{`\u0026`, "&"}, {`\u003c`, "<"}, {`\u003e`, ">"}} {
		body = bytes.ReplaceAll(body, []byte(e.escaped), []byte(e.plain))
	}
	return body
}

func spaced(body []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, plainly(body), "", "  "); err != nil {
		return body // a sample is JSON: cannot be
	}
	return b.Bytes()
}

// assigned are paths with the JSON that is to be there, in turns.
func assigned(pairs ...string) (set []webhook.Assignment) {
	for i := 0; i < len(pairs); i += 2 {
		set = append(set, webhook.Assignment{Path: pairs[i], Value: json.RawMessage(pairs[i+1])})
	}
	return set
}

// stranger is a secret that no endpoint has.
func stranger() webhook.Secret {
	return webhook.NewSecret("whsec_aG9va3RvcCB0b3J0dXJlIHN0cmFuZ2Vy", webhook.Source{})
}

// signatureCases are about the signature and the request alone, of whatever
// event.
func signatureCases(base step) []Case {
	with := func(change func(*step)) step {
		s := base
		change(&s)
		return s
	}
	spoilt := func(right rule, spoil func(*outgoing)) step {
		return with(func(s *step) { s.right, s.spoil = right, spoil })
	}
	signedBefore := func(right rule, ago time.Duration) step {
		return with(func(s *step) { s.right, s.signed = right, ago })
	}
	without := func(names ...string) step {
		return spoilt(refuses, func(o *outgoing) {
			for _, name := range names {
				o.header.Del(name)
			}
		})
	}
	forged := []step{spoilt(refuses, func(o *outgoing) { o.header.Set("Svix-Signature", o.forged) })}
	if base.given == nil {
		forged = append(forged, spoilt(refuses, func(o *outgoing) {
			o.body = bytes.ReplaceAll(o.body, []byte("@example.com"), []byte("@example.org"))
		}))
	}
	return []Case{
		{
			Name: "forged", Does: "a signature by another secret, and a body that was changed after it was signed", Expected: "400, 401 or 403: anyone can send such a request", Fix: fixVerify,
			steps: forged,
		},
		{
			Name: "unsigned", Does: "without the signature headers, or one of them", Expected: "400, 401 or 403", Fix: fixVerify,
			steps: []step{without("Svix-Id", "Svix-Timestamp", "Svix-Signature"), without("Svix-Timestamp"), without("Svix-Id")},
		},
		{
			Name: "out-of-time", Does: "a signature of ten minutes ago, and one of ten minutes ahead", Expected: "400, 401 or 403: beyond 5 minutes it may be somebody who overheard it",
			Fix:   "Refuse what was signed more than 5 minutes ago or ahead, as verifyWebhook and the svix library do.",
			steps: []step{signedBefore(refuses, 10*time.Minute), signedBefore(refuses, -10*time.Minute)},
		},
		{
			Name: "in-time", Does: "a signature of 290 s ago", Expected: "2xx: up to 5 minutes are allowed", Fix: "Allow 5 minutes either way, as the svix library does.",
			steps: []step{signedBefore(takes, webhook.Tolerance-10*time.Second)},
		},
		{
			Name: "rotation", Does: "two signatures, of which the second is the right one", Expected: "2xx: after a rotation the old secret signs, too, for a day", Fix: fixHeader,
			steps: []step{spoilt(takes, func(o *outgoing) {
				o.header.Set("Svix-Signature", o.forged+" "+o.header.Get("Svix-Signature"))
			})},
		},
		{
			Name: "versions", Does: "a signature of an unknown version beside the right one", Expected: "2xx: versions that are not known are passed over", Fix: fixHeader,
			steps: []step{spoilt(takes, func(o *outgoing) {
				o.header.Set("Svix-Signature", "v9,dW5rbm93bg== "+o.header.Get("Svix-Signature")+" v1a,dW5rbm93bg==")
			})},
		},
		{
			Name: "webhook-headers", Does: "webhook-id, -timestamp and -signature in the place of svix-*", Expected: "2xx or 4xx: verifyWebhook reads svix-* alone", Fix: fixVerify,
			steps: []step{spoilt(eitherWay, func(o *outgoing) {
				for _, name := range []string{"Id", "Timestamp", "Signature"} {
					o.header.Set("Webhook-"+name, o.header.Get("Svix-"+name))
					o.header.Del("Svix-" + name)
				}
			})},
		},
		{
			Name: "content-type", Does: "content-type text/plain", Expected: "2xx or 4xx, and no exception", Fix: "Take the raw body whatever its type, or answer 415.",
			steps: []step{spoilt(eitherWay, func(o *outgoing) { o.header.Set("Content-Type", "text/plain; charset=utf-8") })},
		},
		{
			Name: "get", Does: "a GET, as a browser sends", Expected: "405 or 404", Fix: "Answer 405 to everything but POST.",
			steps: []step{with(func(s *step) { s.method, s.right = http.MethodGet, knowsNoGet })},
		},
	}
}

// CapturedCases are those that need no change of the body, with the bytes of
// captured deliveries, oldest first, signed afresh as new messages.
func CapturedCases(given []webhook.Delivery) []Case {
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
		{Name: "plain", Does: "the newest delivery, as a new message", Expected: "2xx, or nothing else means anything", steps: []step{latest}},
		{
			Name: "twice", Does: "the same message twice", Expected: "2xx to both: Svix repeats a message whose answer got lost", Fix: fixUpsert,
			steps: []step{latest, genuine(takes, 1, 0)},
		},
		{
			Name: "at-once", Does: "the same message ten times at once", Expected: "2xx to each: a retry may overtake a slow answer", Fix: fixUpsert,
			steps: []step{genuine(takesOrDefers, 0, 10)},
		},
	}
	if len(given) > 1 {
		backwards := Case{
			Name: "backwards", Does: "all deliveries, the newest first", Expected: "2xx, or 409 where an address is not free", Fix: fixUpsert + " " + fixOrder,
			hidden: true, look: "look at the users of these deliveries: they are to be as after the newest",
		}
		for i := len(given) - 1; i >= 0; i-- {
			backwards.steps = append(backwards.steps, step{given: &given[i], right: takesOrHolds})
		}
		cases = append(cases, backwards)
	}
	return append(cases, signatureCases(latest)...)
}
