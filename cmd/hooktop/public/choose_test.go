package public

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/tunnel/relay"
)

const (
	signingSecret = "CLERK_WEBHOOK_SIGNING_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	key           = "CLERK_SECRET_KEY=sk_test_abcdefghijklmnopqrstuvwx"
	token         = "NGROK_AUTHTOKEN=2abcDEFghiJKLmnoPQRstuVWXyz_4nq9771bPxe8ctg7LKr"
)

// sideOf returns the public side of a hooktop that was started with such variables and
// flags in a folder of its own. Nothing of it is open.
func sideOf(t *testing.T, consent relay.Consent, variables, args []string) *Side {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", "")
	getenv := func(name string) string {
		for _, v := range variables {
			if n, value, _ := strings.Cut(v, "="); n == name {
				return value
			}
		}
		return ""
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	config.AddCommonFlags(flags)
	config.AddReceiveFlags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	settings, err := config.Resolve(flags, getenv)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(settings.DB), 0o700); err != nil {
		t.Fatal(err)
	}
	if settings.Secrets.Empty() {
		if err := settings.UseLocalSecret(); err != nil {
			t.Fatal(err)
		}
	}
	if consent != relay.Unasked {
		if err := relay.TokensBeside(settings.DB).SetConsent(consent, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	return &Side{Settings: settings, HasKey: func() bool { return account.Given(settings.Current()) }, Notice: func(string) {}, life: t.Context()}
}

func TestWhatIsOpened(t *testing.T) {
	for _, c := range []struct {
		name            string
		consent         relay.Consent
		variables, args []string
		want            string // the kind; "" for none
		why             string // a word of why there is none
		usage           bool   // it is an error to start like this
		offered         bool   // the dashboard offers the relay
	}{
		{"nothing at all", "", nil, nil, "", "ngrok token", false, false},
		{"a secret, no token", "", []string{signingSecret}, nil, "", "ngrok token", false, true},
		{"a key, no token", "", []string{key}, nil, "", "ngrok token", false, true},
		{"a secret and a token", "", []string{signingSecret, token}, nil, Ngrok, "", false, false},
		{"a token that nothing could verify for", "", []string{token}, nil, "", "signing secret", false, false},
		{"a token and a key", "", []string{token, key}, nil, "", "signing secret", false, false},
		{"a token and a key to register with", "", []string{token, key}, []string{"--register"}, Ngrok, "", false, false},
		{"ngrok before the relay", relay.Agreed, []string{signingSecret, token}, nil, Ngrok, "", false, false},
		{"agreed, with a secret", relay.Agreed, []string{signingSecret}, nil, Relay, "", false, false},
		{"agreed, with a key", relay.Agreed, []string{key}, nil, Relay, "", false, false},
		{"agreed, but nothing could be verified", relay.Agreed, nil, nil, "", "signing secret", false, false},
		{"declined", relay.Declined, []string{signingSecret}, nil, "", "ngrok token", false, false},
		{"your own tunnel", relay.Agreed, []string{signingSecret, token}, []string{"--public-url", "https://a.example"}, "", "your own", false, false},
		{"off", relay.Agreed, []string{signingSecret, token}, []string{"--tunnel", "off"}, "", "--tunnel off", false, false},
		{"ngrok without a token", relay.Agreed, []string{signingSecret}, []string{"--tunnel", "ngrok"}, "", "", true, false},
		{"ngrok without a secret", "", []string{token}, []string{"--tunnel", "ngrok"}, Ngrok, "", false, false},
		{"the relay without a secret", relay.Agreed, nil, []string{"--tunnel", "relay"}, Relay, "", false, false},
		{"the relay at an address that is none", relay.Agreed, []string{"HOOKTOP_RELAY_URL=https://relay.example"}, []string{"--tunnel", "relay"}, "", "", true, false},
		{"pull with a key", "", []string{key}, []string{"--tunnel", "pull"}, Pull, "", false, false},
		{"pull without one", "", []string{signingSecret}, []string{"--tunnel", "pull"}, "", "", true, false},
		{"pull with a production key", "", []string{"CLERK_SECRET_KEY=sk_live_abcdefghijklmnopqrstuvwx"}, []string{"--tunnel", "pull"}, "", "", true, false},
		{"pull with a production key and a yes", "", []string{"CLERK_SECRET_KEY=sk_live_abcdefghijklmnopqrstuvwx"}, []string{"--tunnel", "pull", "--yes-production"}, Pull, "", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sideOf(t, c.consent, c.variables, c.args)
			kind, err := s.choose()
			if c.usage {
				if exit.CodeOf(err) != exit.CodeUsage || exit.FixOf(err) == "" {
					t.Errorf("got %q, %v", kind, err)
				}
				return
			}
			_, why := s.WhyClosed()
			if err != nil || kind != c.want || !strings.Contains(why, c.why) || (why == "") != (kind != "") {
				t.Errorf("chose %q because %q (%v), want %q", kind, why, err, c.want)
			}
			if s.Offers() != c.offered {
				t.Errorf("the dashboard offers the relay: %t", s.Offers())
			}
		})
	}
}

// The relay is asked about once, and never without somebody to answer.
func TestTheRelayIsAskedAbout(t *testing.T) {
	for _, c := range []struct {
		name            string
		consent         relay.Consent
		variables, args []string
		nobody          bool // there is no terminal
		no              bool // the answer
		asked, usage    bool
		after           relay.Consent
	}{
		{name: "asked for", args: []string{"--tunnel", "relay"}, asked: true, after: relay.Agreed},
		{name: "asked for, and no", args: []string{"--tunnel", "relay"}, asked: true, no: true, usage: true, after: relay.Declined},
		{name: "asked for after a no", consent: relay.Declined, args: []string{"--tunnel", "relay"}, asked: true, after: relay.Agreed},
		{name: "asked for after a yes", consent: relay.Agreed, args: []string{"--tunnel", "relay"}, after: relay.Agreed},
		{name: "asked for, and nobody there", args: []string{"--tunnel", "relay"}, nobody: true, usage: true},
		{name: "asked for with --yes", args: []string{"--tunnel", "relay", "--yes"}, nobody: true, after: relay.Agreed},
		{name: "nothing asked for", variables: []string{key}},
		{name: "nothing asked for, but --yes", variables: []string{key}, args: []string{"--yes"}, nobody: true},
		{name: "registering needs a URL", variables: []string{key}, args: []string{"--register"}, asked: true, after: relay.Agreed},
		{name: "registering needs a URL, and no", variables: []string{key}, args: []string{"--register"}, asked: true, no: true, after: relay.Declined},
		{name: "registering after a no", consent: relay.Declined, variables: []string{key}, args: []string{"--register"}, after: relay.Declined},
		{name: "registering, and nobody there", variables: []string{key}, args: []string{"--register"}, nobody: true},
		{name: "registering with --yes", variables: []string{key}, args: []string{"--register", "--yes"}, nobody: true, after: relay.Agreed},
		{name: "registering with ngrok", variables: []string{key, token}, args: []string{"--register"}},
		{name: "registering without a key", args: []string{"--register"}},
		{name: "registering at one's own tunnel", variables: []string{key}, args: []string{"--register", "--public-url", "https://a.example"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, asked := sideOf(t, c.consent, c.variables, c.args), false
			ask := func(context.Context) (bool, error) {
				asked = true
				return !c.no, nil
			}
			if c.nobody {
				ask = nil
			}
			err := s.Ask(t.Context(), ask)
			if (exit.CodeOf(err) == exit.CodeUsage) != c.usage || c.usage && exit.FixOf(err) == "" || !c.usage && err != nil {
				t.Errorf("got %v", err)
			}
			if asked != c.asked || s.Answer() != c.after {
				t.Errorf("asked: %t, and the answer is %q, want %q", asked, s.Answer(), c.after)
			}
		})
	}
	// ctrl+c is no answer.
	s, interrupted := sideOf(t, relay.Unasked, nil, []string{"--tunnel", "relay"}), errors.New("interrupted")
	if err := s.Ask(t.Context(), func(context.Context) (bool, error) { return false, interrupted }); !errors.Is(err, interrupted) || s.Answer() != relay.Unasked {
		t.Errorf("got %v and the answer %q", err, s.Answer())
	}
}

func TestOnlyProvidersThatSendHereGetARelay(t *testing.T) {
	for name, c := range map[string]struct {
		variables []string
		want      []string
	}{
		"local mode":     {nil, []string{"clerk"}},
		"Clerk's secret": {[]string{signingSecret}, []string{"clerk"}},
		"both":           {[]string{signingSecret, "STRIPE_WEBHOOK_SECRET=whsec_stripe_secret_for_tests_0123"}, []string{"clerk", "stripe"}},
	} {
		s := sideOf(t, relay.Agreed, c.variables, nil)
		var got []string
		for _, provider := range []string{"clerk", "stripe"} {
			if s.expects(provider) {
				got = append(got, provider)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
