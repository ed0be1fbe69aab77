package config

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	secret      = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret = "whsec_plJ3nmyCDGBKInavdOK15jsl"
)

// environs are what the .env files say at one time and another.
func environs(vars ...string) Environment {
	f := newEnvFile(".env", dotenv.Parse([]byte(strings.Join(vars, "\n"))))
	return Environment{Process: func(string) string { return "" }, files: []envFile{f}}
}

func TestReloadSaysWhatIsAnotherThanBefore(t *testing.T) {
	with, without := environs("CLERK_WEBHOOK_SECRET="+secret), environs("OTHER=1")
	s, _, err := FindSecrets(nil, with)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name    string
		env     Environment
		says    string
		renewed bool
		inUse   string
	}{
		{"nothing changed", with, "", false, "LaSw"},
		{"the secret is gone", without, "was removed from the .env files", false, "LaSw"},
		{"it is gone still", without, "", false, "LaSw"},
		{"it is back", with, "", false, "LaSw"},
		{"it is gone again", without, "was removed from the .env files", false, "LaSw"},
		{"there is another", environs("CLERK_WEBHOOK_SECRET=" + otherSecret), "is now whsec_…5jsl", true, "5jsl"},
		{"there are both", environs("CLERK_WEBHOOK_SECRET=" + otherSecret + "," + secret), "is now whsec_…5jsl (CLERK_WEBHOOK_SECRET in .env), whsec_…LaSw", true, "5jsl"},
		{"a short one gets a word", environs("CLERK_WEBHOOK_SECRET=whsec_MDEyMzQ1Njc4OWFiY2RlZg=="), "is short", true, "Zg=="},
	} {
		got, err := s.Reload(step.env)
		text := strings.Join(got.Notes, "; ")
		if err != nil || got.Renewed != step.renewed || !strings.Contains(text, step.says) || step.says == "" && text != "" {
			t.Errorf("%s: %q, renewed %v, %v", step.name, text, got.Renewed, err)
		}
		if in := s.Of("clerk"); len(in) == 0 || !strings.HasSuffix(in[0].String(), step.inUse) {
			t.Errorf("%s: in use %v", step.name, in)
		}
	}
	if n := len(s.retiredOf("clerk")); n != 2 {
		t.Errorf("%d were in use before", n)
	}
	if _, err := s.Reload(environs("CLERK_WEBHOOK_SECRET=pk_test_x")); err == nil || exit.FixOf(err) == "" {
		t.Errorf("a malformed one: %v", err)
	}
}

func TestAFetchedSecretIsAcceptedBesideTheConfiguredOnesAndStays(t *testing.T) {
	clerk, fetched := providers.Clerk{}, webhook.NewSecret(otherSecret, webhook.Source{Variable: "Clerk", Origin: webhook.FromAPI})
	with, without := environs("CLERK_WEBHOOK_SECRET="+secret), environs("OTHER=1")
	s, _, err := FindSecrets(nil, without)
	if err != nil {
		t.Fatal(err)
	}
	own := webhook.NewSecret("whsec_b3duIHNlY3JldCBvZiBob29rdG9w", webhook.Source{Origin: webhook.OwnSecret})
	s.useOwn(own)
	check := func(when string, local bool, in, accepted string) {
		t.Helper()
		if got := List(s.Of("clerk")); got != in || s.Local() != local || s.Empty() {
			t.Errorf("%s: in use %s, local %v, empty %v", when, got, s.Local(), s.Empty())
		}
		if got := List(s.Accepted("clerk")); got != accepted {
			t.Errorf("%s: accepted %s", when, got)
		}
	}
	const fromClerk, fromFile = "whsec_…5jsl (read from Clerk)", "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env)"
	if c := s.Fetch(clerk, fetched); !c.Renewed || len(c.Notes) != 2 {
		t.Errorf("fetched: %+v", c)
	}
	// A trigger in another process still signs with hooktop's own.
	check("fetched in local mode", false, fromClerk, fromClerk+", whsec_…dG9w (hooktop's own)")
	if got := List(s.Accepted("stripe")); got != "whsec_…dG9w (hooktop's own)" || len(s.Of("stripe")) != 0 {
		t.Errorf("Stripe's: accepted %s, in use %v", got, s.Of("stripe"))
	}
	if c := s.Fetch(clerk, fetched); c.Renewed || len(c.Notes) != 0 {
		t.Errorf("fetched again: %+v", c)
	}
	for range 2 { // also when a file is read again
		if _, err := s.Reload(with); err != nil {
			t.Fatal(err)
		}
		check("another in .env", false, fromFile+", "+fromClerk, fromFile+", "+fromClerk)
	}
	if _, err := s.Reload(environs("CLERK_WEBHOOK_SECRET=" + otherSecret)); err != nil {
		t.Fatal(err)
	}
	check("written to .env", false, "whsec_…5jsl (CLERK_WEBHOOK_SECRET in .env)", "whsec_…5jsl (CLERK_WEBHOOK_SECRET in .env)")
	if c := s.Fetch(clerk, webhook.NewSecret(own.Reveal(), fetched.Source)); !c.Renewed {
		t.Errorf("a rotated one: %+v", c)
	}
	check("rotated", false, "whsec_…5jsl (CLERK_WEBHOOK_SECRET in .env), whsec_…dG9w (read from Clerk)", "whsec_…5jsl (CLERK_WEBHOOK_SECRET in .env), whsec_…dG9w (read from Clerk)")
}
