package saved

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

func TestMaskingLeavesNothingPersonalAnywhere(t *testing.T) {
	d := webhook.Delivery{
		Provider: "clerk", Email: "ada@example.com", Note: "held by ada@example.com, of code 424242",
		MessageID: "ada@example.com", Type: "for ada@example.com", UserID: "ada@example.com",
		Request: webhook.Request{
			URL: "/api/webhooks/clerk?email=ada%40example.com&token=tok_1&x=424242", RemoteAddr: "203.0.113.7:1",
			Header: http.Header{
				"Authorization": {"Bearer tok_2"}, "Cookie": {"sid=tok_3"}, "X-Api-Key": {"tok_4"}, "X-Forwarded-For": {"203.0.113.7"},
				"X-Forwarded-Authorization": {"tok_7"}, "X-Vercel-Forwarded-For": {"203.0.113.7"},
				"X-User": {"ada@example.com"}, "X-Code": {"424242"}, "Svix-Signature": {"v1,abc"},
			},
			Body: []byte(`{"email":"ada@example.com","u":"ADA\u0040example.com","first_name" : "A\"da","last_name":null,"phone_number":"+15550100","to_phone_number":"+15550100","image_url":"https://img/x","otp_code":"424242","n":1.50,` +
				`"in":"{\"first_name\": \"A\\\"da\\u0021\",\"kept\":\"yes\",\"u\":\"ada\\u0040example.com\"}"}`),
		},
		Answer:  webhook.Answer{Status: 200, Body: []byte(`{"to":"ada@example.com","code":424242}`)},
		Verdict: webhook.Verdict{Verified: true, Detail: "sent to ada@example.com, 424242", Fix: "ask ada@example.com", Checks: []webhook.Check{{Detail: "ada@example.com"}}},
		Change:  &webhook.Change{UserID: "ada@example.com", Before: &webhook.User{ID: "ada@example.com", Email: "ada@example.com"}, After: &webhook.User{Email: "ada@example.com"}},
		Forwards: []webhook.Forward{{
			Target: "http://localhost:3000/?token=tok_8&for=ada@example.com", Error: "it wrote: ada@example.com 424242",
			Header: http.Header{"Set-Cookie": {"sid=tok_5"}, "Location": {"/?code=424242"}}, Body: []byte("hello ada@example.com token=tok_6 and 424242"),
		}},
	}
	m := NewMasker(true)
	if !m.Mask(&d) {
		t.Error("the body did not change")
	}
	var har bytes.Buffer
	if err := (&HAR{To: &har}).Add(d, true); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(ndjson.NewWhole(d, advice.App{}))
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, har.Bytes()...)
	for _, trace := range []string{"ada@", "ADA", "tok_", "203.0.113.7", `A\"da`, `\\\"da`, "u0021", "5550100", "img/x", "424242"} {
		if bytes.Contains(text, []byte(trace)) {
			t.Errorf("%q is left in %s", trace, text)
		}
	}
	if !json.Valid(d.Body) || !bytes.Contains(d.Body, []byte(`"n":1.50`)) || !bytes.Contains(d.Body, []byte(`\"kept\":\"yes\"`)) || d.Header.Get("Svix-Signature") != "v1,abc" {
		t.Errorf("the body is %s", d.Body)
	}
	names := emailAddress.FindAllString(string(text), -1)
	slices.Sort(names)
	if len(slices.Compact(names)) != 1 {
		t.Errorf("one address became %v", names)
	}
	again := webhook.Delivery{Email: "ada@example.com"}
	if NewMasker(true).Mask(&again); again.Email == d.Email {
		t.Error("two exports gave an address the same name")
	}
}
