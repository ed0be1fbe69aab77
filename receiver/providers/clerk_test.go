package providers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	ada      = "user_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
	instance = "ins_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
)

func TestClerkParsesThePublishedPayloads(t *testing.T) {
	for file, want := range map[string]webhook.Event{
		"user.created.json": {
			Type: "user.created", At: time.UnixMilli(1716883200000), InstanceID: instance,
			Action: webhook.Upsert, UserID: ada, Email: "ada@example.com",
		},
		"user.updated-second-address-is-primary.json": {
			Type: "user.updated", At: time.UnixMilli(1716883300456), InstanceID: instance,
			Action: webhook.Upsert, UserID: ada, Email: "ada.lovelace@example.com",
		},
		// The dashboard's "Send Example" has no address, and seconds.
		"user.created-example-without-address.json": {
			Type: "user.created", At: time.UnixMilli(1716883200000), InstanceID: instance,
			UserID: ada, Outcome: webhook.MissingEmail,
		},
		"user.deleted.json": {
			Type: "user.deleted", At: time.UnixMilli(1716883400999), InstanceID: instance,
			Action: webhook.Remove, UserID: ada,
		},
		"session.created.json": {
			Type: "session.created", At: time.UnixMilli(1716883200000), InstanceID: instance, Outcome: webhook.Unhandled,
		},
	} {
		t.Run(file, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join("testdata", "clerk", file))
			must(t, err)
			got := providers.Clerk{}.Parse(body)
			checkEvent(t, got)
			want.At = want.At.UTC()
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestClerkParses(t *testing.T) {
	const noon, inMillis = 1716883200, "1716883200123"
	address := func(id, email string) string { return fmt.Sprintf(`{"id":%q,"email_address":%q}`, id, email) }
	user := func(rest string) string {
		return `{"type":"user.updated","timestamp":` + inMillis + `,"data":{"id":"user_1"` + rest + `}}`
	}
	timed := func(timestamp, updatedAt string) string {
		return `{"type":"user.updated","timestamp":` + timestamp + `,"data":{"id":"user_1","updated_at":` + updatedAt + `,"email_addresses":[` + address("a", "a@b.c") + `]}}`
	}
	gone := func(timestamp string) string {
		return `{"type":"user.deleted","timestamp":` + timestamp + `,"data":{"id":"user_1"}}`
	}
	one, two := address("a", "a@b.c"), address("b", "b@b.c")
	letters := func(n int) string { return strings.Repeat("é", n-len("@example.com")) + "@example.com" }
	for _, c := range []struct {
		name, body string
		outcome    webhook.Outcome
		email      string
		at         int64 // in milliseconds, 0 for the zero time, -1 for not looked at
		note       string
	}{
		{"the primary address is the one with its id", user(`,"primary_email_address_id":"b","email_addresses":[` + one + `,` + two + `]`), "", "b@b.c", -1, ""},
		{"without a primary id it is the first", user(`,"email_addresses":[` + one + `,` + two + `]`), "", "a@b.c", -1, ""},
		{"with a primary id of null it is the first", user(`,"primary_email_address_id":null,"email_addresses":[` + one + `,` + two + `]`), "", "a@b.c", -1, ""},
		{"with a primary id that is not in the list it is the first", user(`,"primary_email_address_id":"z","email_addresses":[` + one + `,` + two + `]`), "", "a@b.c", -1, ""},
		{"an empty address is none", user(`,"primary_email_address_id":"b","email_addresses":[` + address("b", "") + `,` + two + `]`), "", "b@b.c", -1, ""},
		{"an empty primary address gives way to the first", user(`,"primary_email_address_id":"b","email_addresses":[` + one + `,` + address("b", "") + `]`), "", "a@b.c", -1, ""},
		{"no address at all is missing, and the user is named", user(`,"email_addresses":[]`), webhook.MissingEmail, "", -1, ""},
		{"no list of addresses is missing too", user(``), webhook.MissingEmail, "", -1, ""},
		{"a list of null is missing too", user(`,"email_addresses":null`), webhook.MissingEmail, "", -1, ""},
		{"an address of 320 characters is kept", user(`,"email_addresses":[` + address("a", letters(320)) + `]`), "", letters(320), -1, ""},
		{"an address of 321 characters is not", user(`,"email_addresses":[` + address("a", letters(321)) + `]`), webhook.Malformed, "", -1, "is 321 characters long; at most 320"},
		{"of two equal keys the last counts, as in JavaScript", user(`,"email_addresses":[` + one + `],"email_addresses":[` + two + `]`), "", "b@b.c", -1, ""},

		{"milliseconds are taken as they are", timed(inMillis, "1"), "", "a@b.c", 1716883200123, ""},
		{"seconds are seconds", timed("1716883200", "1716883100000"), "", "a@b.c", noon * 1000, ""},
		{"seconds take the milliseconds of updated_at in the same second", timed("1716883200", "1716883200789"), "", "a@b.c", 1716883200789, ""},
		{"milliseconds do not", timed(inMillis, "1716883200789"), "", "a@b.c", 1716883200123, ""},
		{"seconds with a fraction are rounded to milliseconds", timed("1716883200.5", "1"), "", "a@b.c", 1716883200500, ""},
		{"a timestamp in a string is a number too", timed(`"1716883200123"`, "1"), "", "a@b.c", 1716883200123, ""},
		{"an updated_at of another kind spoils nothing", timed("1716883200", `{"x":[]}`), "", "a@b.c", noon * 1000, ""},
		{"an updated_at of null spoils nothing", timed("1716883200", "null"), "", "a@b.c", noon * 1000, ""},
		{"no timestamp is the time of updated_at", timed("null", "1716883200789"), "", "a@b.c", 1716883200789, ""},
		{"neither is no time, for the receipt's to stand in", timed("null", "null"), "", "a@b.c", 0, ""},
		{"a timestamp of zero is none that can be", timed("0", "1"), webhook.Malformed, "", -1, "out of range"},
		{"nor is a negative one", timed("-1", "1"), webhook.Malformed, "", -1, "out of range"},
		{"nor one of the year 33658", timed("999999999999", "1"), webhook.Malformed, "", -1, "out of range"},
		{"nor one beyond all numbers", timed("1e400", "1"), webhook.Malformed, "", -1, "out of range"},
		{"a timestamp of true is malformed", timed("true", "1"), webhook.Malformed, "", -1, "timestamp is a bool"},

		{"a deletion in milliseconds is then", gone(inMillis), "", "", 1716883200123, ""},
		{"a deletion in seconds is at the end of its second", gone("1716883200"), "", "", 1716883200999, ""},
		{"a deletion without a time has none", gone("null"), "", "", 0, ""},
		{"a deletion without a user id is malformed", `{"type":"user.deleted","timestamp":1,"data":{"deleted":true}}`, webhook.Malformed, "", -1, "no user id"},
		{"a deletion without data is malformed", `{"type":"user.deleted","timestamp":1}`, webhook.Malformed, "", -1, "it has no data"},
		{"data of null is malformed", `{"type":"user.created","timestamp":1,"data":null}`, webhook.Malformed, "", -1, "no user id"},
		{"data of another kind is malformed", `{"type":"user.created","timestamp":1,"data":[1]}`, webhook.Malformed, "", -1, "data is not a user: it is an array"},
		{"a user id of another kind is malformed", `{"type":"user.created","timestamp":1,"data":{"id":7}}`, webhook.Malformed, "", -1, "id is a number"},
		{"a list of addresses of another kind is malformed", user(`,"email_addresses":{}`), webhook.Malformed, "", -1, "email_addresses is an object"},
		{"an address of another kind is malformed", user(`,"email_addresses":[{"email_address":[1]}]`), webhook.Malformed, "", -1, "email_address is an array"},
		{"a user id of 129 bytes is malformed", `{"type":"user.deleted","timestamp":1,"data":{"id":"` + strings.Repeat("u", 129) + `"}}`, webhook.Malformed, "", -1, "129 bytes"},

		{"any other type is unhandled", `{"type":"email.created"}`, webhook.Unhandled, "", -1, ""},
		{"so is Clerk's own subscription", `{"type":"subscription.updated","data":{}}`, webhook.Unhandled, "", -1, ""},
		{"a type is told apart by case", `{"type":"User.Created","data":{"id":"user_1"}}`, webhook.Unhandled, "", -1, ""},
		{"no type is malformed", `{"timestamp":1,"data":{"id":"user_1"}}`, webhook.Malformed, "", -1, "it has no type"},
		{"a type of another kind is malformed", `{"type":["user.created"]}`, webhook.Malformed, "", -1, "type is an array"},
		{"a body of two values is malformed", `{"type":"user.deleted","data":{"id":"user_1"}}{}`, webhook.Malformed, "", -1, "no JSON at byte"},
		{"a byte order mark is malformed", "\ufeff" + `{"type":"email.created"}`, webhook.Malformed, "", -1, "byte order mark"},
		{"null is malformed", `null`, webhook.Malformed, "", -1, "it has no type"},
		{"an array is malformed", `[]`, webhook.Malformed, "", -1, "it is an array"},
		{"an empty body is malformed", ``, webhook.Malformed, "", -1, "there is nothing in it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := providers.Clerk{}.Parse([]byte(c.body))
			checkEvent(t, e)
			if e.Outcome != c.outcome || e.Email != c.email || !strings.Contains(e.Note, c.note) || (c.note == "") != (e.Note == "") {
				t.Errorf("got %+v", e)
			}
			if c.at >= 0 && (c.at == 0) != e.At.IsZero() || c.at > 0 && e.At.UnixMilli() != c.at {
				t.Errorf("at %v (%d), want %d", e.At, e.At.UnixMilli(), c.at)
			}
			if c.outcome == webhook.MissingEmail && e.UserID != "user_1" {
				t.Errorf("the user is %q", e.UserID)
			}
		})
	}
}

func TestClerkBoundsWhatAnUnverifiedBodyShows(t *testing.T) {
	for n, want := range map[int]int{1: 1, 128: 128, 129: 0, 1 << 20: 0} {
		e := providers.Clerk{}.Parse([]byte(`{"type":"` + strings.Repeat("t", n) + `"}`))
		checkEvent(t, e)
		if len(e.Type) != want {
			t.Errorf("a type of %d bytes is kept with %d", n, len(e.Type))
		}
	}
	e := providers.Clerk{}.Parse([]byte(`{"type":"email.created","timestamp":{},"instance_id":"` + strings.Repeat("i", 1<<10) + `"}`))
	checkEvent(t, e)
	if e.Type != "email.created" || e.Outcome != webhook.Malformed {
		t.Errorf("the type of an event with a mistake elsewhere is lost: %+v", e)
	}
	long := providers.Clerk{}.Parse([]byte(`{"type":` + strings.Repeat("1", 1<<16) + `}`))
	checkEvent(t, long)
}
