package config

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/dotenv"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
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
