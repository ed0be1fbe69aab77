package providers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Several lines of one header are one value, joined with a comma and a space: so
// Node, fetch and the senders' libraries that run there see them.
func TestHeaderLinesAreOneValue(t *testing.T) {
	const body = `{"id":"evt_1","object":"event","type":"invoice.created"}`
	zero := "v1," + base64.StdEncoding.EncodeToString(make([]byte, 32))
	good := officially(t, autopsyOurs, body)
	stamp := fmt.Sprint(autopsyAt.Unix())
	stripes := func(secret, content string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(content))
		return hex.EncodeToString(mac.Sum(nil))
	}
	none, right := strings.Repeat("0", 64), stripes(autopsyStripe.Reveal(), stamp+"."+body)
	twice := autopsyID + ", " + autopsyID
	for _, c := range []struct {
		name   string
		p      webhook.Provider
		header http.Header
		code   webhook.Code
		says   string
	}{
		{"Svix: the right one on the second line", Clerk{}, http.Header{"Svix-Signature": {zero, good}}, "", ""},
		{"Svix: the right one on the first line", Clerk{}, http.Header{"Svix-Signature": {good, zero}}, "", ""},
		{"Svix: the right one on the third of three lines", Clerk{}, http.Header{"Svix-Signature": {zero, "v2,x", good}}, "", ""},
		{"Svix: two on the first line, the right one behind them", Clerk{}, http.Header{"Svix-Signature": {zero + " " + zero, good}}, "", ""},
		{"Svix: an empty line first", Clerk{}, http.Header{"Svix-Signature": {"", good}}, "", ""},
		{"Svix: none of two lines", Clerk{}, http.Header{"Svix-Signature": {zero, zero}}, webhook.WrongSecret, ""},
		{"Svix: a proxy joined two with a comma alone", Clerk{}, http.Header{"Svix-Signature": {zero + "," + good}}, webhook.MalformedSignature, "after a comma, where a space"},
		{"Svix: the id twice", Clerk{}, http.Header{"Svix-Id": {autopsyID, autopsyID}, "Svix-Signature": {good}}, webhook.MalformedSignature, "for just one of the ids"},
		{"Svix: the id twice in one line", Clerk{}, http.Header{"Svix-Id": {autopsyID + "," + autopsyID}, "Svix-Signature": {good}}, webhook.MalformedSignature, "for just one of the ids"},
		{"Svix: the id twice, and signed so", Clerk{}, http.Header{"Svix-Id": {autopsyID, autopsyID}, "Svix-Signature": {v1(hmacOf(decoded(t, autopsyOurs), twice+"."+stamp+"."+body))}}, "", ""},
		{"Svix: the time twice", Clerk{}, http.Header{"Svix-Timestamp": {stamp, stamp}, "Svix-Signature": {good}}, webhook.BadTimestamp, "more than once"},
		{"Stripe: the right one on the second line", Stripe{}, http.Header{"Stripe-Signature": {"t=" + stamp + ",v1=" + none, "t=" + stamp + ",v1=" + right}}, "", ""},
		{"Stripe: the right one on the first line", Stripe{}, http.Header{"Stripe-Signature": {"t=" + stamp + ",v1=" + right, "t=" + stamp + ",v1=" + none}}, "", ""},
		{"Stripe: v0 on a line of its own", Stripe{}, http.Header{"Stripe-Signature": {"t=" + stamp + ",v1=" + right, "v0=" + none}}, "", ""},
		{"Stripe: the first time counts", Stripe{}, http.Header{"Stripe-Signature": {"t=1,v1=" + none, "t=" + stamp + ",v1=" + right}}, webhook.WrongSecret, ""},
		{"Stripe: none of two lines", Stripe{}, http.Header{"Stripe-Signature": {"t=" + stamp + ",v1=" + none, "t=" + stamp + ",v1=" + none}}, webhook.WrongSecret, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := webhook.Request{Method: "POST", URL: "/", Body: []byte(body), Header: http.Header{}}
			keys := webhook.Keyring{Secrets: []webhook.Secret{autopsyStripe}}
			if c.p.Name() == "clerk" {
				keys.Secrets[0] = autopsyOurs
				r.Header.Set("Svix-Id", autopsyID)
				r.Header.Set("Svix-Timestamp", stamp)
			}
			for name, lines := range c.header {
				r.Header[name] = lines
			}
			v := Verify(c.p, r, autopsyAt, keys.Secrets)
			if v.Code != "" {
				v = Explain(c.p, r, autopsyAt, v, keys)
			}
			if v.Code != c.code || v.Verified != (c.code == "") || !strings.Contains(v.Title+v.Detail, c.says) {
				t.Errorf("%q %s: %s", v.Code, v.Title, v.Detail)
			}
			if want := c.code != webhook.WrongSecret; v.Certain() != want {
				t.Errorf("certain: %v", v.Certain())
			}
		})
	}
}
