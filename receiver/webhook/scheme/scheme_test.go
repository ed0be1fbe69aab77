package scheme_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

func headerOf(values map[string]string) http.Header {
	h := http.Header{}
	for name, value := range values {
		h.Set(name, value)
	}
	return h
}

func TestEverySender(t *testing.T) {
	for _, sender := range senders {
		t.Run(sender.name, func(t *testing.T) {
			s, at := sender.scheme, time.UnixMilli(sender.at)
			m := s.Read(headerOf(sender.header), sender.url, []byte(sender.body))
			if by, err := s.Verify(m, at, []string{"another", sender.secret}); by != 1 || err != nil {
				t.Fatalf("its signature: secret %d, %v", by, err)
			}
			if by, err := s.Verify(m, at, []string{"another", ""}); by != -1 || !errors.Is(err, scheme.ErrNoMatch) {
				t.Errorf("without its secret: secret %d, %v", by, err)
			}

			signs := sender.signs
			if signs == "" {
				signs = sender.secret
			}
			made := http.Header{}
			if err := s.Sign(made, signs, sender.id, at, sender.url, []byte(sender.body)); err != nil {
				t.Fatal(err)
			}
			for name, want := range sender.header {
				if rest, ok := strings.CutPrefix(name, "Webhook-"); ok {
					name = s.Prefixes[0] + rest
				}
				if made.Get(name) != strings.ReplaceAll(want, ", ", ",") {
					t.Errorf("signed %s: %s, want %s", name, made.Get(name), want)
				}
			}
			if len(made) != len(sender.header) {
				t.Errorf("signed with the headers %q", made)
			}

			age := s.Tolerance
			if age == 0 {
				age = 100 * 365 * 24 * time.Hour
			}
			late, early := at.Add(age+time.Second), at.Add(-age-time.Second)
			if s.Tolerance > 0 {
				if _, err := s.Verify(m, late, []string{sender.secret}); !errors.Is(err, scheme.ErrTooOld) {
					t.Errorf("%v after it was signed: %v", late.Sub(at), err)
				}
				if _, err := s.Verify(m, early, []string{sender.secret}); !errors.Is(err, scheme.ErrTooNew) {
					t.Errorf("%v before it was signed: %v", at.Sub(early), err)
				}
			}
			for _, timely := range []time.Duration{age, -age} {
				if by, err := s.Verify(m, at.Add(timely), []string{sender.secret}); by != 0 || err != nil {
					t.Errorf("%v after it was signed: %v", timely, err)
				}
			}
		})
	}
}

// Whatever part of what is signed is changed, and whatever of a signature: no
// secret signed it.
func TestNoChangeVerifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sender := rapid.SampledFrom(senders).Draw(t, "sender")
		s, at := sender.scheme, time.UnixMilli(sender.at)
		h, url, body := headerOf(sender.header), sender.url, []byte(sender.body)
		parts := []string{"body"}
		for _, name := range slices.Sorted(maps.Keys(h)) {
			if s.ID.Header == "" || !strings.HasSuffix(strings.ToLower(name), strings.ToLower(s.ID.Header)) || strings.Contains(s.Content, "{id}") {
				parts = append(parts, name)
			}
		}
		if strings.Contains(s.Content, "{url}") {
			parts = append(parts, "url")
		}
		switch part := rapid.SampledFrom(parts).Draw(t, "part"); part {
		case "body":
			body = []byte(changed(t, sender.body))
		case "url":
			url = changed(t, url)
		default:
			h.Set(part, changed(t, h.Get(part)))
		}
		m := s.Read(h, url, body)
		if by, err := s.Verify(m, at, []string{sender.secret}); err == nil {
			t.Fatalf("%s: secret %d verifies %q, %q with %q", sender.name, by, h, url, body)
		}
	})
}

// changed is a text with one character replaced, or one less.
func changed(t *rapid.T, text string) string {
	at := rapid.IntRange(0, len(text)-1).Draw(t, "place")
	to := rapid.SampledFrom([]string{"", "x", "0", "7", "Q", "="}).Draw(t, "to")
	if strings.EqualFold(text[at:at+1], to) || to == "" && at+1 < len(text) && text[at] == text[at+1] {
		to = "#"
	}
	if text[at] == ' ' { // one between items is not a part of any
		to = "#"
	}
	return text[:at] + to + text[at+1:]
}

func TestWhatIsMissing(t *testing.T) {
	svix := standardWebhooks()
	stripe := fields("Stripe-Signature", "t", "v1", ",", "{timestamp}.{body}")
	github := hmacHex("X-Hub-Signature-256", "sha256")
	for _, c := range []struct {
		name    string
		scheme  scheme.Scheme
		header  http.Header
		bears   bool
		missing []string
		err     error
	}{
		{"no header", svix, http.Header{"Content-Type": {"x"}}, false, []string{"id", "timestamp", "signature"}, scheme.ErrUnsigned},
		{"three empty headers", svix, http.Header{"Svix-Id": {" "}, "Svix-Timestamp": {""}, "Svix-Signature": {"\t"}}, false, []string{"id", "timestamp", "signature"}, scheme.ErrUnsigned},
		{"no id", svix, http.Header{"Svix-Timestamp": {"1"}, "Svix-Signature": {"v1,x"}}, true, []string{"svix-id"}, scheme.ErrMissing},
		{"the second prefix", svix, http.Header{"Webhook-Id": {"m"}, "Webhook-Signature": {"v1,x"}}, true, []string{"webhook-timestamp"}, scheme.ErrMissing},
		{"a part under each prefix", svix, http.Header{"Svix-Id": {"m"}, "Webhook-Id": {"m"}, "Webhook-Timestamp": {"1"}, "Webhook-Signature": {"v1,x"}}, true, []string{"svix-timestamp", "svix-signature"}, scheme.ErrMissing},
		{"a timestamp that is no number", svix, http.Header{"Svix-Id": {"m"}, "Svix-Timestamp": {"1.5"}, "Svix-Signature": {"v1,x"}}, true, nil, scheme.ErrTimestamp},
		{"the only header, empty", github, http.Header{"X-Hub-Signature-256": {""}}, true, []string{"x-hub-signature-256"}, scheme.ErrMissing},
		{"no field of the time", stripe, http.Header{"Stripe-Signature": {"v1=00"}}, true, nil, scheme.ErrMissing},
		{"a signature of another field", github, http.Header{"X-Hub-Signature-256": {"sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}}, true, nil, scheme.ErrNoMatch},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := c.scheme.Read(c.header, "", []byte("{}"))
			missing, _ := c.scheme.Headers(m)
			_, err := c.scheme.Verify(m, time.Unix(1, 0), []string{secret})
			if m.Borne != c.bears || c.scheme.Bears(c.header) != c.bears || !slices.Equal(missing, c.missing) || !errors.Is(err, c.err) {
				t.Errorf("bears %v, missing %q, error %v", m.Borne, missing, err)
			}
		})
	}
}

// Of several signatures one that is right is enough, and of several secrets the
// first that made any of them is named.
func TestSeveralSignatures(t *testing.T) {
	s := standardWebhooks()
	const right, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_plJ3nmyCDGBKInavdOK15jsl"
	const key = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
	const v1, v1a = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
	const bad = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	for _, c := range []struct {
		name, signatures string
		secrets          []string
		want             int
	}{
		{"a wrong one before", bad + " " + v1, []string{right}, 0},
		{"a wrong one after", v1 + " " + bad, []string{other, right}, 1},
		{"of both kinds, both known", v1 + " " + v1a, []string{other, key, right}, 1},
		{"of both kinds, the second known", v1 + " " + v1a, []string{other, key}, 1},
		{"of both kinds, the first known", v1a + " " + v1, []string{right, key}, 0},
		{"wrong ones alone", bad + " " + bad, []string{right, other, key}, -1},
		{"more asymmetric ones than are looked at", strings.Repeat("v1a,"+strings.Repeat("A", 86)+"== ", 4) + v1a, []string{key}, -1},
		{"the right one in base64 of another spelling", strings.Replace(v1, "OE=", "OF=", 1), []string{right}, -1},
		{"an asymmetric one, the public key without its prefix", v1a, []string{key[len("whpk_"):]}, -1},
		{"a tab between", bad + "\t" + v1, []string{right}, -1},
		{"nothing that is a signature", ", v1, ,x v1 =", []string{right, key, ""}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := scheme.Message{Borne: true, ID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp: "1614265330", Signatures: c.signatures, Body: []byte(`{"test": 2432232314}`)}
			if got := s.Match(m, c.secrets); got != c.want {
				t.Errorf("secret %d, want %d", got, c.want)
			}
		})
	}
}

// A public key is public: nothing that is signed with it as a shared secret may
// verify, nor with the key of an empty secret.
func TestAPublicKeyIsNoSharedSecret(t *testing.T) {
	s := standardWebhooks()
	const text = "1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
	for _, key := range []string{"whpk_" + text, ""} {
		h := http.Header{}
		if err := s.Sign(h, key, "m", time.Unix(1, 0), "", nil); !errors.Is(err, scheme.ErrNoKey) {
			t.Errorf("%q signs: %v", key, err)
		}
	}
	h := http.Header{}
	if err := s.Sign(h, "whsec_"+text, "m", time.Unix(1, 0), "", nil); err != nil {
		t.Fatal(err)
	}
	if by := s.Match(s.Read(h, "", nil), []string{"whpk_" + text}); by != -1 {
		t.Error("a public key verifies what was signed with its bytes")
	}
}

// Sign replaces what there is under every prefix.
func TestSignLeavesNoOldSignature(t *testing.T) {
	s := standardWebhooks()
	h := http.Header{"Svix-Id": {"old"}, "Webhook-Signature": {"old"}}
	if err := s.Sign(h, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "m", time.Unix(1, 0), "", nil); err != nil {
		t.Fatal(err)
	}
	for _, prefix := range s.Prefixes {
		if h.Get(prefix+"Id") != "m" || h.Get(prefix+"Timestamp") != "1" || !strings.HasPrefix(h.Get(prefix+"Signature"), "v1,") {
			t.Errorf("%q", h)
		}
	}
}

func TestAgeIsBounded(t *testing.T) {
	at := time.Unix(1716883200, 999)
	for sent, want := range map[int64]time.Duration{1716883200: 0, 1716883100: 100 * time.Second, 1716883300: -100 * time.Second} {
		if age := scheme.Age(time.Unix(sent, 0), at); age != want {
			t.Errorf("sent at %d: %v", sent, age)
		}
	}
	for _, sent := range []int64{-1 << 63, -1 << 62, 1 << 62, 1<<63 - 1} {
		age := scheme.Age(time.Unix(sent, 0), at)
		if (age > 0) != (sent < 0) || age.Abs() < 100*365*24*time.Hour || age-(-age) == 0 {
			t.Errorf("sent at %d: %v", sent, age)
		}
	}
}

// Any header and body are read without a panic, and what a scheme signs it
// verifies.
func FuzzSchemes(f *testing.F) {
	for i, sender := range senders {
		for _, value := range sender.header {
			f.Add(i, value, sender.id, sender.url, []byte(sender.body))
		}
	}
	f.Fuzz(func(t *testing.T, n int, text, id, url string, body []byte) {
		sender := senders[uint(n)%uint(len(senders))]
		s, at := sender.scheme, time.UnixMilli(sender.at)
		h := headerOf(sender.header)
		for name := range h {
			h.Set(name, text)
		}
		m := s.Read(h, url, body)
		if by, err := s.Verify(m, at, []string{"", "x", "whsec_", "whpk_", "whsec_bm9uZQ=="}); err == nil {
			t.Fatalf("secret %d verifies %q", by, h)
		}
		s.Headers(m)
		s.Asymmetric(m)

		signs := sender.signs
		if signs == "" {
			signs = sender.secret
		}
		h = http.Header{}
		if err := s.Sign(h, signs, "m"+strings.TrimSpace(id), at, url, body); err != nil {
			t.Fatal(err)
		}
		m = s.Read(h, url, body)
		inBody := s.ID.Body != "" && m.ID == "" || s.Timestamp.Body != ""
		if by, err := s.Verify(m, at, []string{sender.secret}); !inBody && (by != 0 || err != nil) {
			t.Fatalf("%s: it signs %q with %q, and verifies it with %d, %v", sender.name, h, body, by, err)
		}
	})
}
