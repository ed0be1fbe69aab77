package providers

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// unsortedBody is an event whose keys are in no order.
func unsortedBody(kind, id, name string) string {
	return `{"type":"` + kind + `","object":"event","data":{"id":"` + id + `","first_name":"` + name + `","email_addresses":[{"id":"idn_1","email_address":"ada@example.com"}],"created_at":1716883200000,"url":"https://a.b/c"},"timestamp":1716883200000}`
}

// sortedBy writes a document again with the keys of every object sorted, and a
// language's separators.
func sortedBy(t *testing.T, body string, less func(a, b string) int, comma, colon string) string {
	t.Helper()
	var write func(raw json.RawMessage) string
	write = func(raw json.RawMessage) string {
		var object map[string]json.RawMessage
		var list []json.RawMessage
		switch {
		case raw[0] == '{' && json.Unmarshal(raw, &object) == nil:
			var keys, members []string
			for k := range object {
				keys = append(keys, k)
			}
			slices.SortFunc(keys, less)
			for _, k := range keys {
				members = append(members, fmt.Sprintf("%q%s%s", k, colon, write(object[k])))
			}
			return "{" + strings.Join(members, comma) + "}"
		case raw[0] == '[' && json.Unmarshal(raw, &list) == nil:
			var items []string
			for _, v := range list {
				items = append(items, write(v))
			}
			return "[" + strings.Join(items, comma) + "]"
		}
		return string(raw)
	}
	return write(json.RawMessage(body))
}

func byBytes(a, b string) int { return strings.Compare(a, b) }

func byLength(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// verdictBeside judges a body whose signature was made officially for another, beside
// bodies that verified.
func verdictBeside(t *testing.T, signed, arrived string, verified ...string) webhook.Verdict {
	t.Helper()
	keys := autopsyKeys
	for _, body := range verified {
		keys.Bodies = append(keys.Bodies, []byte(body))
	}
	return autopsyOf(officially(t, autopsyOurs, signed), arrived, keys)
}

// Keys that something sorted are put back into the order that the sender's other
// deliveries have: the signature proves it.
func TestSortedKeysAreUndone(t *testing.T) {
	body, sample := unsortedBody("user.created", "user_1", "Zoë"), unsortedBody("user.created", "user_2", "Bo")
	php := strings.ReplaceAll(strings.ReplaceAll(sortedBy(t, body, byBytes, ",", ":"), "/", `\/`), "ë", `\u00eb`)
	more := strings.Replace(body, `"url"`, `"zone":1,"url"`, 1)
	reversed := sortedBy(t, body, func(a, b string) int { return strings.Compare(b, a) }, ",", ":")
	for _, c := range []struct {
		name, signed, arrived, says string
		verified                    []string
	}{
		{"a map in Go", body, sortedBy(t, body, byBytes, ",", ":"), "alphabetical", []string{sample}},
		{"sort_keys in Python", body, strings.ReplaceAll(sortedBy(t, body, byBytes, ", ", ": "), "ë", `\u00eb`), "sort_keys in Python", []string{sample}},
		{"ksort in PHP", body, php, "ksort in PHP", []string{sample}},
		{"PostgreSQL's jsonb", body, sortedBy(t, body, byLength, ", ", ": "), "jsonb", []string{sample}},
		{"in reverse", body, reversed, "in the order that this sender's other deliveries have", []string{sample}},
		{"an event of another type, beside one of its own", body, sortedBy(t, body, byBytes, ",", ":"), "alphabetical", []string{`{"timestamp":1,"type":"session.created","data":{"user_id":"u"}}`, sample}},
		{"the order of one type is not that of another", body, sortedBy(t, body, byBytes, ",", ":"), "alphabetical", []string{`{"data":{"created_at":1,"id":"a"},"type":"x.y","object":"event"}`, sample}},
		{"two samples that have a member each", more, sortedBy(t, more, byBytes, ",", ":"), "alphabetical", []string{sample, strings.Replace(sample, `"url"`, `"zone":2,"url"`, 1)}},
		{"signed with an escape of Go's", strings.Replace(body, "Zoë", `\u003cb\u003e`, 1), sortedBy(t, strings.Replace(body, "Zoë", "<b>", 1), byBytes, ",", ":"), "alphabetical", []string{sample}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := verdictBeside(t, c.signed, c.arrived, c.verified...)
			if v.Code != webhook.BodyReserialized || !v.Certain() || v.Difference == nil {
				t.Fatalf("%s, certain %v: %s", v.Code, v.Certain(), v.Detail)
			}
			if !strings.Contains(v.Title+v.Detail+v.Fix, c.says) {
				t.Errorf("it does not say %q: %s %s", c.says, v.Detail, v.Fix)
			}
			if alone := verdictBeside(t, c.signed, c.arrived); alone.Certain() {
				t.Errorf("it is proven without a body to tell the order: %s", alone.Detail)
			}
		})
	}
}

// What cannot be undone is called likely, with what points to it.
func TestWhatPointsToAChangedBody(t *testing.T) {
	body, sample := unsortedBody("user.created", "user_1", "Zoe"), unsortedBody("user.created", "user_2", "Bo")
	session := `{"type":"session.created","object":"event","data":{"user_id":"u","status":"active"},"timestamp":1}`
	sorted := sortedBy(t, body, byBytes, ",", ":")
	for _, c := range []struct {
		name, arrived, check, says string
		verified                   []string
		first                      webhook.Alternative
	}{
		{"sorted, and a member changed", strings.Replace(sorted, "Zoe", "Zoi", 1), "keys", "alphabetical order", []string{sample}, webhook.Alternative(webhook.BodyReserialized)},
		{"sorted, and its order is not known", sorted, "keys", "alphabetical order", []string{session}, webhook.Alternative(webhook.BodyReserialized)},
		{"a jsonb column, and a number changed", strings.Replace(sortedBy(t, body, byLength, ", ", ": "), "1716883200000", "1716883200", 1), "keys", "jsonb", []string{sample}, webhook.Alternative(webhook.BodyReserialized)},
		{"indented, and a member changed", strings.Replace(strings.ReplaceAll(body, ",", ",\n "), "Zoe", "Zoi", 1), "layout", "whitespace between", []string{sample}, webhook.Alternative(webhook.BodyReserialized)},
		{"a member dropped", strings.Replace(body, `"url":"https://a.b/c"`, `"x":1`, 1), "fields", `data.url is missing`, []string{sample}, webhook.BodyChanged},
		{"a member renamed", strings.Replace(body, `"first_name"`, `"firstName"`, 1), "fields", `data.firstName is new`, []string{sample}, webhook.BodyChanged},
		{"a member of an item dropped", strings.Replace(body, `,"email_address":"ada@example.com"`, ``, 1), "fields", `data.email_addresses.email_address is missing`, []string{sample}, webhook.BodyChanged},
		{"a character lost", strings.Replace(body, "Zoe", "Zo\uFFFD", 1), "characters", "U+FFFD", []string{sample}, webhook.BodyChanged},
		{"nothing to see", strings.Replace(body, "Zoe", "Zoi", 1), "", "", []string{sample}, webhook.OtherSecret},
		{"what is sorted anyway", sortedBy(t, strings.Replace(body, "Zoe", "Zoi", 1), byBytes, ",", ":"), "", "", []string{sortedBy(t, sample, byBytes, ",", ":")}, webhook.OtherSecret},
		{"what a user's metadata has", strings.Replace(body, `"id":"user_1"`, `"id":"user_1","public_metadata":{"a":1}`, 1), "", "", []string{strings.Replace(sample, `"id":"user_2"`, `"id":"user_2","public_metadata":{"b":1}`, 1)}, webhook.OtherSecret},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := verdictBeside(t, body, c.arrived, c.verified...)
			if v.Code != webhook.WrongSecret || v.Certain() || v.Possible()[0] != c.first || !slices.Contains(v.Possible(), webhook.OtherSecret) {
				t.Fatalf("%s, %v: %s", v.Code, v.Possible(), v.Detail)
			}
			if !strings.Contains(v.Detail, c.says) {
				t.Errorf("it does not say %q: %s", c.says, v.Detail)
			}
			i := slices.IndexFunc(v.Checks, func(k webhook.Check) bool {
				return slices.Contains([]string{"keys", "layout", "fields", "characters"}, k.Name)
			})
			if c.check == "" && i >= 0 || c.check != "" && (i < 0 || !v.Checks[i].Hint || v.Checks[i].OK || !slices.ContainsFunc(v.Checks, func(k webhook.Check) bool { return k.Name == c.check })) {
				t.Errorf("checks %+v", v.Checks)
			}
			if first := strings.Index(v.Fix, "Compare this body"); (c.first != webhook.OtherSecret) != (first == 0) {
				t.Errorf("the fix is %s", v.Fix)
			}
		})
	}
}

// However many bodies there are to compare with, and however large: a search ends.
func TestManyBodiesToCompareWith(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 190) + "1" + strings.Repeat("}", 190)
	wide := bytes.Buffer{}
	wide.WriteString("{")
	for i := range 20_000 {
		fmt.Fprintf(&wide, `"k%d":%d,`, i*7919%20011, i)
	}
	wide.WriteString(`"z":1}`)
	for _, body := range []string{deep, wide.String(), "{", "[]", `"x"`, "", "{}", "null"} {
		verified := slices.Repeat([]string{body, deep, wide.String()}, 4)
		if v := verdictBeside(t, body+" ", strings.Replace(body, "1", "2", 1)+"  x", verified...); v.Verified {
			t.Errorf("%.20q verified", body)
		}
		verdictBeside(t, `{"a":2}`, body, verified...)
	}
}

// Stripe writes id and object first and the other keys in alphabetical order, so its
// sorted keys are undone without any other delivery.
func TestStripesSortedKeysAreUndone(t *testing.T) {
	const signed = `{
  "id": "evt_1",
  "object": "event",
  "created": 1716883200,
  "data": {
    "object": {
      "id": "cus_1",
      "object": "customer",
      "balance": 0,
      "name": "Zo\u00eb",
      "url": "https://a.b/c"
    }
  },
  "request": {
    "id": null,
    "idempotency_key": null
  },
  "type": "customer.created"
}`
	stamp := fmt.Sprint(autopsyAt.Unix())
	mac := hex.EncodeToString(hmacOf([]byte(autopsyStripe.Reveal()), stamp+"."+signed))
	explained := func(body string) webhook.Verdict {
		r := webhook.Request{Method: "POST", URL: "/api/webhooks/stripe", Body: []byte(body), Header: http.Header{"Stripe-Signature": {"t=" + stamp + ",v1=" + mac}}}
		keys := webhook.Keyring{Secrets: []webhook.Secret{autopsyStripe}}
		return Explain(Stripe{}, r, autopsyAt, Verify(Stripe{}, r, autopsyAt, keys.Secrets), keys)
	}
	for name, c := range map[string]struct{ body, says string }{
		"a map in Go":       {sortedBy(t, signed, byBytes, ",", ":"), "alphabetical"},
		"Python":            {sortedBy(t, signed, byBytes, ", ", ": "), "alphabetical"},
		"PostgreSQL":        {sortedBy(t, signed, byLength, ", ", ": "), "jsonb"},
		"in no known order": {sortedBy(t, signed, func(a, b string) int { return byBytes(b, a) }, ",", ":"), "another order"},
	} {
		if v := explained(c.body); v.Code != webhook.BodyReserialized || !v.Certain() || !strings.Contains(v.Title+v.Detail, c.says) {
			t.Errorf("%s: %s, certain %v: %s %s", name, v.Code, v.Certain(), v.Title, v.Detail)
		}
	}
	if v := explained(sortedBy(t, strings.Replace(signed, "cus_1", "cus_2", 1), byBytes, ",", ":")); v.Code != webhook.WrongSecret || v.Certain() {
		t.Errorf("a changed value: %s, certain %v", v.Code, v.Certain())
	}
}
