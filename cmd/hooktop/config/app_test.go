package config

import (
	"os"
	"testing"
)

func TestTheAppLacksTheNameThatClerkReads(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	for name, c := range map[string]struct {
		env, packages string
		want          bool
	}{
		"only the old name":            {"CLERK_WEBHOOK_SECRET=" + secret, "", true},
		"the name that Clerk reads":    {"CLERK_WEBHOOK_SIGNING_SECRET=" + secret, "", false},
		"both names":                   {"CLERK_WEBHOOK_SECRET=" + secret + "\nCLERK_WEBHOOK_SIGNING_SECRET=" + secret, "", false},
		"no secret":                    {"X=1", "", false},
		"Clerk's library":              {"CLERK_WEBHOOK_SECRET=" + secret, `{"dependencies":{"@clerk/nextjs":"7","next":"16"}}`, true},
		"svix, which reads what it is": {"CLERK_WEBHOOK_SECRET=" + secret, `{"dependencies":{"@clerk/nextjs":"7","svix":"1"}}`, false},
		"an app without Clerk's":       {"CLERK_WEBHOOK_SECRET=" + secret, `{"dependencies":{"express":"5"}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			files := map[string]string{".env.local": c.env + "\n"}
			if c.packages != "" {
				files["package.json"] = c.packages
			}
			for file, text := range files {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			env, err := readEnvironment(func(string) string { return "" }, "")
			if err != nil {
				t.Fatal(err)
			}
			s := &Settings{Env: env}
			if got := s.App(); got.OldNameOnly != c.want {
				t.Errorf("%+v", got)
			}
			found, _, err := FindSecrets(nil, env)
			if err != nil {
				t.Fatal(err)
			}
			s.Secrets = found
			if got := s.App(); got.OldNameOnly != c.want {
				t.Errorf("with the secrets in use: %+v", got)
			}
		})
	}
}
