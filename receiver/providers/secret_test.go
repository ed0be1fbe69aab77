package providers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	secretA = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	secretB = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	short18 = "whsec_plJ3nmyCDGBKInavdOK15jsl"
	// publicA is the public key of Svix's asymmetric vector.
	publicA = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
)

func TestParseSecretsAccepts(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        []string
		warns       bool
	}{
		{"one secret", secretA, []string{secretA}, false},
		{"one without its prefix", secretA[6:], []string{secretA[6:]}, false},
		{"one with blanks and a newline at its ends", " " + secretA + "\r\n", []string{secretA}, false},
		{"two parted by a comma", secretA + "," + secretB, []string{secretA, secretB}, false},
		{"two parted by a blank", secretA + " " + secretB, []string{secretA, secretB}, false},
		{"two parted by a newline, and a comma at the end", secretA + "\n" + secretB + ",", []string{secretA, secretB}, false},
		{"two parted by commas and blanks", secretA + " ,\t, " + secretB, []string{secretA, secretB}, false},
		{"a public key alone", publicA, []string{publicA}, false},
		{"a public key before a secret, which comes first then", publicA + "," + secretA, []string{secretA, publicA}, false},
		{"nothing", "", nil, false},
		{"blanks and commas alone", " ,\n", nil, false},
		{"a short one, with a warning", short18, []string{short18}, true},
		{"a short one among others, with a warning", secretA + "," + short18, []string{secretA, short18}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			secrets, warnings, err := webhook.ParseSecrets(providers.Clerk{}, c.value, webhook.Source{Variable: "CLERK_WEBHOOK_SECRET", File: ".env"})
			if err != nil {
				t.Fatalf("%v (%s)", err, fixOf(err))
			}
			var got []string
			for _, s := range secrets {
				got = append(got, s.Reveal())
				if s.Source != (webhook.Source{Variable: "CLERK_WEBHOOK_SECRET", File: ".env"}) {
					t.Errorf("source %q", s.Source)
				}
			}
			if !slices.Equal(got, c.want) || (len(warnings) > 0) != c.warns {
				t.Errorf("%q with the warnings %q", got, warnings)
			}
			for _, w := range warnings {
				if !strings.HasPrefix(w, "CLERK_WEBHOOK_SECRET in .env is short: 18 bytes") {
					t.Errorf("warning %q", w)
				}
				noSecretIn(t, w, short18)
			}
		})
	}
}

func TestParseSecretsRefuses(t *testing.T) {
	body := secretA[6:]
	for _, c := range []struct{ name, value, what, fix string }{
		{"a secret API key", "sk_test_" + body, "holds a secret API key (sk_…)", "starts with whsec_"},
		{"a publishable key", "pk_test_" + body, "holds a publishable key (pk_…)", "starts with whsec_"},
		{"a restricted key", "rk_live_" + body, "holds a restricted API key", "starts with whsec_"},
		{"a platform key", "ak_" + body, "holds a platform API key", "starts with whsec_"},
		{"an endpoint's id", "ep_" + body, "holds an endpoint's id", "starts with whsec_"},
		{"a public key that was cut off", "whpk_" + body, "is not a public key", "copy all of it"},
		{"a public key of another form", "whpk1_" + body, "holds a kind of public key", "starts with whsec_"},
		{"a public key's prefix and nothing more", "whpk_", "is whpk_ and nothing more", "Signing Secret"},
		{"a private key", "whsk_" + body, "holds a private key", "starts with whsec_"},
		{"a private key of the other form", "whsk1_" + body, "holds a private key", "starts with whsec_"},
		{"a public key with a blank inside", publicA[:20] + " " + publicA[20:], "has a space or comma inside", "remove it"},
		{"a URL", "https://example.com/" + body, "holds a URL", "starts with whsec_"},
		{"an API key after a good secret", secretB + ",sk_test_" + body, "holds a secret API key (sk_…)", "starts with whsec_"},
		{"a version before the secret", "v1," + secretA, "starts with v1", "remove everything before whsec_"},
		{"a version and a blank before the secret", " v1 " + secretA, "starts with v1", "remove everything before whsec_"},
		{"a name before the secret", "secret=" + secretA, "has something before whsec_", "remove everything before whsec_"},
		{"double quotes", `"` + secretA + `"`, "has quotes in it", "remove the quotes"},
		{"single quotes", "'" + secretA + "'", "has quotes in it", "remove the quotes"},
		{"a quote at one end", secretA + "`", "has quotes in it", "remove the quotes"},
		{"a blank inside", secretA[:20] + " " + secretA[20:], "has a space or comma inside", "remove it"},
		{"a blank after the prefix", "whsec_ " + body, "has a space or comma inside", "remove it"},
		{"a comma inside", secretA[:20] + "," + secretA[20:], "has a space or comma inside", "remove it"},
		{"the prefix and nothing more", "whsec_", "is whsec_ and nothing more", "Signing Secret"},
		{"one that was cut off", secretA[:len(secretA)-1], "is not base64", "copy button"},
		{"one with letters that base64 has not", "whsec_" + strings.Repeat("*", 32), "is not base64", "copy button"},
		{"one with an invisible character", secretA[:10] + "\u200b" + secretA[10:], "is not base64", "copy button"},
		{"one of the URL alphabet", strings.Replace(secretB, "+", "-", 1), "is not base64", "copy button"},
		{"one of 15 bytes", "whsec_" + body[:20], "is too short: 15 bytes decoded, 16 are needed", "copy all of it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			secrets, _, err := webhook.ParseSecrets(providers.Clerk{}, c.value, webhook.Source{Variable: "--clerk-secret", Origin: webhook.FromFlag})
			if err == nil || secrets != nil {
				t.Fatalf("accepted: %v", secrets)
			}
			if !strings.HasPrefix(err.Error(), "--clerk-secret "+c.what) || !strings.Contains(fixOf(err), c.fix) {
				t.Errorf("error %q, fix %q", err, fixOf(err))
			}
			noSecretIn(t, err.Error()+fixOf(err), c.value)
		})
	}
}

// noSecretIn fails where any six characters in a row of the secret, its form
// and its shown end aside, stand in text.
func noSecretIn(t tb, text, secret string) {
	t.Helper()
	const window, shown = 6, 4
	secret = strings.TrimPrefix(secret, "whsec_")
	for i := 0; i+window <= len(secret)-shown; i++ {
		piece := secret[i : i+window]
		if strings.Contains("v1 secret= https://example.com/ sk_test_ pk_test_ rk_live_ whpk_ whpk1_ whsk_ whsk1_ whsec_ ************", piece) {
			continue
		}
		if strings.Contains(text, piece) {
			t.Errorf("%q of the secret is in: %s", piece, text)
			return
		}
	}
}

func TestSecretNeverShows(t *testing.T) {
	secret := webhook.NewSecret(secretA, webhook.Source{Variable: "test"})
	holder := struct {
		Secret  webhook.Secret
		Pointer *webhook.Secret
		Several []webhook.Secret
		ByName  map[string]webhook.Secret
	}{secret, &secret, []webhook.Secret{secret}, map[string]webhook.Secret{"a": secret}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%08.3f", "%10v"} {
		for _, value := range []any{secret, &secret, holder, &holder, []any{secret}, fmt.Errorf("with %v", secret)} {
			text := fmt.Sprintf(verb, value)
			noSecretIn(t, text, secretA)
			noSecretIn(t, strings.ToLower(text), fmt.Sprintf("%x", secretA[len("whsec_"):len(secretA)-2]))
		}
	}
	encoded, err := json.Marshal(holder)
	must(t, err)
	noSecretIn(t, string(encoded), secretA)
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("secret", "one", secret, "pointer", &secret, "all", holder, "group", slog.GroupValue(slog.Any("in", secret)))
	}
	noSecretIn(t, log.String(), secretA)
	if encoded, err := json.Marshal(secret); err != nil || string(encoded) != `"whsec_…LaSw"` {
		t.Errorf("as JSON %s, %v", encoded, err)
	}
	if got := secret.String(); got != "whsec_…LaSw" {
		t.Errorf("String() = %q", got)
	}
	if got := fmt.Sprintf("%v", secret); got != "whsec_…LaSw" {
		t.Errorf("%%v gives %q", got)
	}
	for _, tiny := range []string{"", "whsec_", "whsec_abcdefghijkl", "abcdefghijklmnopqrstuvwxyz"} {
		if got := webhook.NewSecret(tiny, webhook.Source{Variable: "test"}).String(); got != "…" {
			t.Errorf("String() of %q = %q", tiny, got)
		}
	}
}

func TestNoVerdictHoldsASecret(t *testing.T) {
	right, other := webhook.NewSecret(secretA, webhook.Source{Variable: "A"}), webhook.NewSecret(secretB, webhook.Source{Variable: "B"})
	for _, p := range providers.All() {
		requests := map[string]webhook.Request{"signed": signed(t, p, right, []byte(`{}`)), "bare": {Header: http.Header{}}}
		for name := range signed(t, p, right, nil).Header {
			for _, value := range []string{"", "x", "v1,AAAA", "t=1,v1=00"} {
				r := signed(t, p, right, nil)
				r.Header.Set(name, value)
				requests[name+" "+value] = r
			}
		}
		for name, r := range requests {
			for _, at := range []time.Duration{0, time.Hour, -time.Hour} {
				for _, secrets := range [][]webhook.Secret{{right, other}, {other}, nil} {
					v := providers.Verify(p, r, now.Add(at), secrets)
					text := fmt.Sprintf("%+v %#v", v, v)
					noSecretIn(t, text, secretA)
					noSecretIn(t, text, secretB)
					if t.Failed() {
						t.Fatalf("%s: %s", p.Name(), name)
					}
				}
			}
		}
		err := p.Signing().SignMessage(http.Header{}, webhook.NewSecret(secretA+"*", webhook.Source{Variable: "A"}), "id", now, nil)
		if _, bad := p.CheckSecret(secretA + "*"); err == nil && bad != nil {
			t.Errorf("%s signs with a malformed secret", p.Name())
		}
		for ; err != nil; err = errors.Unwrap(err) {
			noSecretIn(t, fmt.Sprintf("%v %+v %#v", err, err, err), secretA)
		}
	}
}

func TestSourceIsSaidForPeople(t *testing.T) {
	for _, c := range []struct {
		source webhook.Source
		want   string
	}{
		{webhook.Source{Variable: "CLERK_WEBHOOK_SECRET"}, "CLERK_WEBHOOK_SECRET"},
		{webhook.Source{Variable: "CLERK_WEBHOOK_SECRET", File: ".env.local"}, "CLERK_WEBHOOK_SECRET in .env.local"},
		{webhook.Source{Variable: "CLERK_WEBHOOK_SECRET", File: ".env.local", Origin: webhook.Replaced}, "CLERK_WEBHOOK_SECRET in .env.local, before it was changed"},
		{webhook.Source{Variable: "--clerk-secret", Origin: webhook.FromFlag}, "--clerk-secret"},
		{webhook.Source{Origin: webhook.OwnSecret}, "hooktop's own"},
	} {
		if got := c.source.String(); got != c.want {
			t.Errorf("%+v is %q, want %q", c.source, got, c.want)
		}
	}
}
