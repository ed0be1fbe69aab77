package providers_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no payloads to start from: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"id":"evt_1","type":"customer.updated","created":1795341600,"data":{"object":{"id":"cus_1","metadata":{"clerk_user_id":"user_1","x":[{}]},"email":null}}}`))
	f.Add([]byte(`{"type":"invoice.paid","created":1795341600,"data":{"object":{"customer":{"id":"c","metadata":[],"email":{}},"subscription":{"id":"s","customer":{"metadata":{"userId":"user_"}}}}}}`))
	f.Add([]byte(`{"type":"user.updated","timestamp":1.5e9,"data":{"id":"u","updated_at":"x","email_addresses":[{"id":null}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, p := range providers.All() {
			e := p.Parse(body)
			checkEvent(t, e)
			if again := p.Parse(body); !reflect.DeepEqual(again, e) {
				t.Errorf("the same body parses to %+v and %+v", e, again)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	secret, public := webhook.NewSecret(secretA, webhook.Source{Variable: "fuzz"}), webhook.NewSecret(publicA, webhook.Source{Variable: "fuzz"})
	f.Add("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==", "/", []byte(`{"test": 2432232315}`), true)
	f.Add("msg_1", "1795341600", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "/api/webhooks/clerk", []byte(`{}`), true)
	f.Add("", "", "", "", []byte(nil), false)
	f.Add(" ", "-9223372036854775808", "v1a,x v2 v1, \t,", "/?x=%00", []byte("\xff"), false)
	f.Fuzz(func(t *testing.T, id, timestamp, signature, path string, body []byte, svix bool) {
		prefix := "Webhook-"
		if svix {
			prefix = "Svix-"
		}
		h := http.Header{prefix + "Id": {id}, prefix + "Timestamp": {timestamp}, prefix + "Signature": {signature}, "Stripe-Signature": {signature}}
		for _, p := range providers.All() {
			r := webhook.Request{Method: "POST", URL: path, Header: h, Body: body}
			v := providers.Verify(p, r, now, []webhook.Secret{secret})
			if v.Verified {
				t.Fatalf("verified %q", h)
			}
			checkRejected(t, v)
			for _, secrets := range [][]webhook.Secret{{public}, {secret, public}, nil} {
				// The vector itself, whole, is the one that a public key verifies.
				v := providers.Verify(p, r, now, secrets)
				if v.Verified {
					t.Fatalf("verified %q with %v", h, secrets)
				}
				checkRejected(t, v)
			}

			// The same message signed rightly is verified, whatever its id and body.
			if strings.TrimSpace(id) != "" {
				own := http.Header{}
				if err := p.Signing().SignMessage(own, secret, strings.TrimSpace(id), now, body); err != nil {
					t.Fatal(err)
				}
				r.Header = own
				if v := providers.Verify(p, r, now, []webhook.Secret{secret}); !v.Verified {
					t.Fatalf("%q is signed and not verified: %+v", own, v)
				}
			}
		}
	})
}

func FuzzParseSecrets(f *testing.F) {
	for _, s := range []string{secretA, secretA + "," + secretB, "v1," + secretA, `"` + secretA + `"`, "sk_test_x", "whsec_ x", short18, publicA, publicA + " " + secretA, "whpk_x", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, p := range providers.All() {
			secrets, warnings, err := webhook.ParseSecrets(p, value, webhook.Source{Variable: "SOURCE"})
			if err != nil {
				if secrets != nil || fixOf(err) == "" || !strings.HasPrefix(err.Error(), "SOURCE ") {
					t.Errorf("error %q, fix %q, secrets %v", err, fixOf(err), secrets)
				}
				if len(err.Error()+fixOf(err)) > 400 {
					t.Errorf("it says %d bytes", len(err.Error()))
				}
				continue
			}
			for _, s := range secrets {
				if s.Reveal() == "" || !strings.Contains(value, s.Reveal()) {
					t.Errorf("%q is not in the value", s.Reveal())
				}
				// What is accepted must sign, and verify what it signed; but for a
				// public key, which says that it cannot.
				if s.Public() {
					if err := p.Signing().SignMessage(http.Header{}, s, "msg_1", now, nil); fixOf(err) == "" {
						t.Errorf("it signs: %v", err)
					}
					continue
				}
				r := signed(t, p, s, []byte(`{}`))
				if v := providers.Verify(p, r, now, []webhook.Secret{s}); !v.Verified {
					t.Errorf("verdict %+v", v)
				}
			}
			for _, w := range warnings {
				if !strings.HasPrefix(w, "SOURCE ") {
					t.Errorf("warning %q", w)
				}
			}
		}
	})
}
