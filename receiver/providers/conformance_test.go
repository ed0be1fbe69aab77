package providers_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// What every provider must hold to. A provider that is added to All is
// tested here without an edit.

func TestEveryProvider(t *testing.T) {
	for _, p := range providers.All() {
		t.Run(p.Name(), func(t *testing.T) {
			for name, test := range map[string]func(*testing.T, webhook.Provider){
				"is found by its name and says who it is":              namesItself,
				"makes secrets that it accepts, each another":          makesSecrets,
				"makes message ids of one form, each another":          makesMessageIDs,
				"verifies what it signed":                              verifiesItsOwn,
				"verifies with any of several secrets":                 verifiesWithAny,
				"never verifies what was changed after signing":        refusesChanges,
				"allows 300 seconds either way and not one more":       keepsTolerance,
				"names a wrong secret before an old signature":         wrongSecretFirst,
				"judges any headers and body whole, without a panic":   judgesAnything,
				"parses any bytes, within bounds, without a panic":     parsesAnything,
				"gives samples that say what they were asked to say":   samplesParse,
				"tells stories that hang together, each anew":          tellsStories,
				"names the samples that there are where one is not":    unknownSample,
				"says that it has no secret where it has none":         saysNoSecret,
				"signs in place: what is there already is overwritten": signsInPlace,
			} {
				t.Run(name, func(t *testing.T) { test(t, p) })
			}
		})
	}
}

func namesItself(t *testing.T, p webhook.Provider) {
	found, ok := providers.Named(p.Name())
	if !ok || found != p {
		t.Errorf("Named(%q) = %v, %v", p.Name(), found, ok)
	}
	if p.Name() != strings.ToLower(p.Name()) || p.Title() == "" || len(p.Signing().Variables) == 0 || !strings.HasPrefix(p.Signing().Path, "/") {
		t.Errorf("name %q, title %q, variables %q, path %q", p.Name(), p.Title(), p.Signing().Variables, p.Signing().Path)
	}
	for _, other := range providers.All() {
		if other != p && other.Signing().Path == p.Signing().Path {
			t.Errorf("shares the path %s with %s", p.Signing().Path, other.Name())
		}
	}
	r := signed(t, p, secretOf(p), []byte("{}"))
	if found, ok := providers.Claimed(r.Header); !ok || found != p {
		t.Errorf("a request that it signed is claimed by %v (%v)", found, ok)
	}
}

func makesSecrets(t *testing.T, p webhook.Provider) {
	if a, b := providers.NewSecret(p), providers.NewSecret(p); a == b {
		t.Error("two new secrets are the same")
	} else if warning, err := p.CheckSecret(a); err != nil || warning != "" {
		t.Errorf("a new secret is refused: %q, %v", warning, err)
	}
	for _, bad := range []string{"", "hello", "sk_test_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4", " "} {
		if _, err := p.CheckSecret(bad); err == nil {
			t.Errorf("CheckSecret(%q) finds nothing wrong", bad)
		} else if fixOf(err) == "" {
			t.Errorf("CheckSecret(%q) = %v, without a fix", bad, err)
		}
	}
}

func makesMessageIDs(t *testing.T, p webhook.Provider) {
	a, b := providers.NewMessageID(p), providers.NewMessageID(p)
	prefix, rest, ok := strings.Cut(a, "_")
	if !ok || prefix == "" || len(rest) != 27 || strings.Trim(rest, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		t.Errorf("message id %q is not a prefix and 27 letters and digits", a)
	}
	if a == b || !strings.HasPrefix(b, prefix+"_") {
		t.Errorf("message ids %q and %q", a, b)
	}
	h := http.Header{}
	if err := p.Signing().SignMessage(h, secretOf(p), a, now, nil); err != nil {
		t.Fatal(err)
	}
	// A provider whose id stands in the body has none in the headers.
	if got := p.Signing().MessageID(h); got != a && got != "" {
		t.Errorf("MessageID = %q, signed was %q", got, a)
	}
}

func verifiesItsOwn(t *testing.T, p webhook.Provider) {
	rapid.Check(t, func(t *rapid.T) {
		secret := secretOf(p)
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		verdict := providers.Verify(p, signed(t, p, secret, body), now, []webhook.Secret{secret})
		if !verdict.Verified || verdict.Code != "" || verdict.Secret == "" || verdict.Title == "" || verdict.Detail == "" {
			t.Fatalf("verdict %+v", verdict)
		}
		if !strings.Contains(verdict.Secret, secret.Source.String()) {
			t.Fatalf("%q does not say that the secret is from %s", verdict.Secret, secret.Source)
		}
		for _, c := range verdict.Checks {
			if !c.OK || c.Name == "" || c.Detail == "" {
				t.Fatalf("a verified delivery has the check %+v", c)
			}
		}
		if len(verdict.Checks) < 2 {
			t.Fatalf("the evidence is %+v alone", verdict.Checks)
		}
	})
}

func verifiesWithAny(t *testing.T, p webhook.Provider) {
	rapid.Check(t, func(t *rapid.T) {
		right := secretOf(p)
		secrets := []webhook.Secret{right}
		for range rapid.IntRange(0, 4).Draw(t, "others") {
			secrets = append(secrets, secretOf(p))
		}
		secrets = rapid.Permutation(secrets).Draw(t, "secrets")
		r := signed(t, p, right, []byte(`{"a":1}`))
		if v := providers.Verify(p, r, now, secrets); !v.Verified {
			t.Fatalf("verdict %+v", v)
		}
		i := slices.Index(secrets, right)
		others := slices.Delete(slices.Clone(secrets), i, i+1)
		if v := providers.Verify(p, r, now, others); v.Verified {
			t.Fatalf("verified without the right secret: %+v", v)
		}
	})
}

func refusesChanges(t *testing.T, p webhook.Provider) {
	rapid.Check(t, func(t *rapid.T) {
		secret := secretOf(p)
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		r := signed(t, p, secret, body)
		var names []string
		for name := range r.Header {
			names = append(names, name)
		}
		slices.Sort(names)
		if what := rapid.SampledFrom(append(names, "body")).Draw(t, "what"); what == "body" {
			r.Body = mutated(t, body)
		} else {
			r.Header.Set(what, mutatedText(t, r.Header.Get(what)))
		}
		v := providers.Verify(p, r, now, []webhook.Secret{secret})
		if v.Verified {
			t.Fatalf("verified: %q with %q", r.Header, r.Body)
		}
		checkRejected(t, v)
	})
}

func keepsTolerance(t *testing.T, p webhook.Provider) {
	secret := secretOf(p)
	r := signed(t, p, secret, []byte(`{}`))
	for _, c := range []struct {
		name string
		at   time.Duration
		want webhook.Code
	}{
		{"at once", 0, ""},
		{"300 s later", 300 * time.Second, ""},
		{"300.999 s later, as whole seconds count", 300*time.Second + 999*time.Millisecond, ""},
		{"301 s later", 301 * time.Second, webhook.TooOld},
		{"six minutes later", 6 * time.Minute, webhook.TooOld},
		{"ten years later", 10 * 365 * 24 * time.Hour, webhook.TooOld},
		{"300 s before", -300 * time.Second, ""},
		{"301 s before", -301 * time.Second, webhook.TooNew},
		{"ten years before", -10 * 365 * 24 * time.Hour, webhook.TooNew},
	} {
		t.Run("received "+c.name, func(t *testing.T) {
			v := providers.Verify(p, r, now.Add(c.at), []webhook.Secret{secret})
			if v.Verified != (c.want == "") || v.Code != c.want {
				t.Fatalf("verdict %+v, want code %q", v, c.want)
			}
			if c.want != "" {
				checkRejected(t, v)
				if v.Secret == "" {
					t.Error("it does not say which secret matched")
				}
			}
		})
	}
}

func wrongSecretFirst(t *testing.T, p webhook.Provider) {
	r := signed(t, p, secretOf(p), []byte(`{}`))
	for _, at := range []time.Duration{0, time.Hour, -time.Hour} {
		v := providers.Verify(p, r, now.Add(at), []webhook.Secret{secretOf(p)})
		if v.Code != webhook.WrongSecret || v.Secret != "" {
			t.Errorf("received %v after signing: code %q (%s)", at, v.Code, v.Secret)
		}
		checkRejected(t, v)
	}
}

func saysNoSecret(t *testing.T, p webhook.Provider) {
	v := providers.Verify(p, signed(t, p, secretOf(p), []byte(`{}`)), now, nil)
	if v.Code != webhook.NoSecret || !strings.Contains(v.Fix, p.Signing().Variables[0]) {
		t.Errorf("verdict %+v", v)
	}
	checkRejected(t, v)
	if err := p.Signing().SignMessage(http.Header{}, webhook.NewSecret("", webhook.Source{}), "id", now, nil); err == nil {
		t.Error("it signs with an empty secret")
	}
}

func judgesAnything(t *testing.T, p webhook.Provider) {
	names := []string{
		"Svix-Id", "Svix-Timestamp", "Svix-Signature", "Webhook-Id", "Webhook-Timestamp", "Webhook-Signature",
		"Stripe-Signature", "Content-Type", "User-Agent",
	}
	value := rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[ -~]{0,80}`),
		rapid.StringMatching(`-?[0-9]{1,25}`),
		rapid.StringMatching(`(v[0-9]a?,[A-Za-z0-9+/=]{0,60} ?){0,5}`),
		rapid.StringMatching(`(t|v0|v1)=[a-f0-9]{0,70},(t|v0|v1)=[a-f0-9]{0,70}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		h := http.Header{}
		for name, v := range rapid.MapOfN(rapid.SampledFrom(names), value, 0, -1).Draw(t, "header") {
			h[name] = []string{v}
		}
		r := webhook.Request{
			Method: "POST", URL: "/" + rapid.String().Draw(t, "path"), Header: h,
			Body: rapid.SliceOf(rapid.Byte()).Draw(t, "body"),
		}
		v := providers.Verify(p, r, now, []webhook.Secret{secretOf(p)})
		if v.Verified {
			t.Fatalf("verified %q", h)
		}
		checkRejected(t, v)
		p.Signing().Bears(h)
		p.Signing().MessageID(h)
	})
}

func parsesAnything(t *testing.T, p webhook.Provider) {
	rapid.Check(t, func(t *rapid.T) {
		checkEvent(t, p.Parse(rapid.SliceOf(rapid.Byte()).Draw(t, "body")))
	})
	for _, body := range []string{"", "null", "true", "0", `""`, "[]", "{}", "{", "\x00", "\xff\xfe", strings.Repeat("[", 1<<17), strings.Repeat(`{"data":`, 1<<17)} {
		if e := p.Parse([]byte(body)); e.Outcome != webhook.Malformed {
			t.Errorf("Parse(%.20q) = %+v, want malformed", body, e)
		} else {
			checkEvent(t, e)
		}
	}
}

func samplesParse(t *testing.T, p webhook.Provider) {
	for _, kind := range p.Samples() {
		body, err := p.Sample(webhook.Sample{Type: kind, At: now, UserID: "user_given", Email: "given&<>@example.com"})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		e := p.Parse(body)
		if e.Type != kind || e.Outcome != "" && e.Outcome != webhook.Unhandled || !e.At.Equal(now) {
			t.Errorf("%s parses to %+v", kind, e)
		}
		if acts := e.Action != webhook.NoAction; acts && e.UserID != "user_given" || e.Action == webhook.Upsert && e.Email != "given&<>@example.com" || acts == (e.Outcome != "") {
			t.Errorf("%s is about %q, %q: %s", kind, e.UserID, e.Email, e.Outcome)
		}
		isAsSent(t, kind, body)
		one, other := mustSample(t, p, kind), mustSample(t, p, kind)
		a, b := p.Parse(one), p.Parse(other)
		if bytes.Equal(one, other) || a.UserID != "" && a.UserID == b.UserID || a.Email != "" && a.Email == b.Email {
			t.Errorf("%s made up the same twice: %+v, %+v", kind, a, b)
		}
		if got, ok := providers.Sampler(kind); !ok || got != p {
			t.Errorf("%s is a sample of %v", kind, got)
		}
	}
}

// isAsSent wants a body as the sender's Go writes it: compact, keys sorted and
// none twice, & < > escaped.
func isAsSent(t *testing.T, kind string, body []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	again, err := json.Marshal(value)
	if must(t, err); !bytes.Equal(again, body) {
		t.Errorf("%s is not compact JSON with sorted keys and & < > escaped: %s", kind, body)
	}
}

func tellsStories(t *testing.T, p webhook.Provider) {
	for _, story := range p.Stories() {
		if found, by, ok := providers.StoryNamed(webhook.StoryPrefix + story.Name); !ok || by != p || found.Name != story.Name || story.About == "" {
			t.Errorf("%s: found %v, %q", story.Name, ok, found.Name)
		}
		tell := func(s webhook.Sample) (bodies []string) {
			steps := story.Tell(s)
			for i, step := range steps {
				at := now.Add(time.Duration(i) * time.Second)
				body, err := step.Make(at)
				must(t, err)
				by := p
				if step.Provider != "" {
					by, _ = providers.Named(step.Provider)
				}
				e := by.Parse(body)
				if e.Type != step.Type || e.Type != story.Events()[i] || !e.At.Equal(at) || e.Outcome != "" && e.Outcome != webhook.Unhandled {
					t.Errorf("%s, event %d: %+v", story.Name, i, e)
				}
				if _, known := providers.Sampler(step.Type); !known {
					t.Errorf("%s: there is no sample of %s", story.Name, step.Type)
				}
				isAsSent(t, story.Name, body)
				if e.MessageID != "" { // each event of Stripe's is a new one
					body = []byte(e.Type + " " + e.Subscription.CustomerID)
				}
				bodies = append(bodies, string(body))
			}
			return bodies
		}
		given := webhook.Sample{At: now, UserID: "user_given", Email: "given@example.com", Since: now}
		if a, b := tell(given), tell(given); !slices.Equal(a, b) || len(a) == 0 {
			t.Errorf("%s is another story the second time", story.Name)
		}
		if a, b := tell(webhook.Sample{At: now}), tell(webhook.Sample{At: now}); slices.Equal(a, b) {
			t.Errorf("%s makes up the same user twice", story.Name)
		}
	}
}

func unknownSample(t *testing.T, p webhook.Provider) {
	_, err := p.Sample(webhook.Sample{Type: "no.such\x1b[2Jtype", At: now})
	if err == nil || !strings.Contains(fixOf(err), p.Samples()[0]) {
		t.Fatalf("error %v, fix %q", err, fixOf(err))
	}
	if strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("raw escape in %q", err)
	}
}

func signsInPlace(t *testing.T, p webhook.Provider) {
	old, fresh := secretOf(p), secretOf(p)
	r := signed(t, p, old, []byte(`{}`))
	count := len(r.Header)
	if err := p.Signing().SignMessage(r.Header, fresh, providers.NewMessageID(p), now.Add(time.Hour), r.Body); err != nil {
		t.Fatal(err)
	}
	if v := providers.Verify(p, r, now.Add(time.Hour), []webhook.Secret{fresh}); !v.Verified {
		t.Errorf("verdict %+v", v)
	}
	if v := providers.Verify(p, r, now.Add(time.Hour), []webhook.Secret{old}); v.Verified || len(r.Header) != count {
		t.Errorf("the old signature is still there: %q", r.Header)
	}
}
