package doctor

import (
	"os"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver/providers"
)

// environs is what a .env file with these lines says.
func environs(t *testing.T, lines ...string) config.Environment {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	env, unread := config.ReadEachFile(func(string) string { return "" }, "")
	if len(unread) > 0 {
		t.Fatal(unread)
	}
	return env
}

// The Setup tab says of a secret in use that the next start would not have it.
func TestASecretThatIsGoneFromTheEnvFilesIsAWarning(t *testing.T) {
	with, without := environs(t, "CLERK_WEBHOOK_SECRET="+"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), environs(t, "OTHER=1")
	s, _, err := config.FindSecrets(nil, with)
	if err != nil {
		t.Fatal(err)
	}
	const found = "whsec_…LaSw  CLERK_WEBHOOK_SECRET in .env"
	for _, step := range []struct {
		name  string
		env   config.Environment
		state Status
		text  string
		fix   string
	}{
		{"there", with, OK, found, ""},
		{
			"gone", without, Warning, "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env): removed from there, in use until hooktop ends",
			"put CLERK_WEBHOOK_SECRET=whsec_… back into .env; the next start needs it",
		},
		{"there again", with, OK, found, ""},
		{"another", environs(t, "CLERK_WEBHOOK_SECRET="+"whsec_plJ3nmyCDGBKInavdOK15jsl"), OK, "whsec_…5jsl  CLERK_WEBHOOK_SECRET in .env", ""},
	} {
		if _, err := s.Reload(step.env); err != nil {
			t.Fatal(err)
		}
		all := inUse(s, providers.Clerk{})
		if len(all) != 1 || all[0].Status != step.state || all[0].Text != step.text || strings.Join(all[0].Fix, "\n") != step.fix {
			t.Errorf("%s: %+v", step.name, all)
		}
	}
}
