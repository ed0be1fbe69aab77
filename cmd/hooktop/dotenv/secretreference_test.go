package dotenv

import (
	"strings"
	"testing"
)

func TestReferencesAreNamedForWhatTheyAre(t *testing.T) {
	for value, want := range map[string]struct{ what, fix string }{
		"op://dev/clerk/webhook":                            {"1Password", "op run --env-file=.env.local -- hooktop"},
		`"op://dev/clerk/webhook secret"`:                   {"1Password", "op run "},
		"encrypted:BNexEwjKwt87k9aEgaSng1JY6uW8OkwMYEFTwEy": {"dotenvx", "dotenvx run -f .env.local -- hooktop"},
		"pass://Work/Clerk/secret":                          {"Proton Pass", "pass-cli run --env-file .env.local -- hooktop"},
		"vault:secret/data/clerk#webhook":                   {"Vault", "vault-env"},
		">>vault:secret/data/clerk#webhook":                 {"Vault", "vault-env"},
		"ref+vault://secret/clerk#/webhook":                 {"vals", "vals exec"},
		"ref+awssecrets://clerk":                            {"vals", "vals exec"},
		"keeper://abc/field/password":                       {"Keeper", "ksm exec"},
		"dl://abc/password":                                 {"Dashlane", "dcli exec"},
		"sm://project/clerk":                                {"Google", "berglas exec"},
		"infisical://dev/CLERK":                             {"secrets tool", "A_SECRET"},
		"arn:aws:secretsmanager:eu-west-1:1:secret:clerk":   {"AWS", "A_SECRET"},
		"projects/1/secrets/clerk/versions/latest":          {"Google Cloud", "A_SECRET"},
		"@Microsoft.KeyVault(SecretUri=https://x.vault/s)":  {"Azure", "A_SECRET"},
		"${{ secrets.CLERK_WEBHOOK_SECRET }}":               {"GitHub Actions", "env:"},
		"${dev.clerk.WEBHOOK_SECRET}":                       {"secrets tool", "infisical run -- hooktop"},
		"{{ op://dev/clerk/webhook }}":                      {"template", "op inject"},
		"$(op read op://dev/clerk/webhook)":                 {"shell command", "A_SECRET=$(…) hooktop"},
		"exec('op read \"op://dev/clerk/webhook\"')":        {"varlock", "varlock run -- hooktop"},
		"/run/secrets/clerk":                                {"file", "A_SECRET=$(cat FILE) hooktop"},
		"$CLERK_SECRET":                                     {"another variable", "A_SECRET"},
		"${CLERK_SECRET}":                                   {"another variable", "A_SECRET"},
		"${CLERK_SECRET:-" + secret + "}":                   {"another variable", "A_SECRET"},
		"%CLERK_SECRET%":                                    {"another variable", "A_SECRET"},
		"process.env.CLERK_SECRET":                          {"code", "A_SECRET"},
	} {
		r, ok := FindReference(value)
		if fix := r.Fix("A_SECRET", ".env.local"); !ok || !strings.Contains(r.What, want.what) || !strings.Contains(fix, want.fix) {
			t.Errorf("%s: %t, %q, %q", value, ok, r.What, fix)
		}
	}
}

func TestASecretIsNoReference(t *testing.T) {
	for _, value := range []string{"", secret, "whpk_abc", "v1,whsec_abc", "sk_test_abc", "pk_live_abc", "hello world", "https://example.com", "your-secret", "<your secret>", "abc$def", "AbC/dEf+gH="} {
		if r, ok := FindReference(value); ok {
			t.Errorf("%q counts as %q", value, r.What)
		}
	}
}

func TestTheFixNamesNoFileThatIsNot(t *testing.T) {
	for value, want := range map[string]string{"op://a/b/c": "op run -- hooktop", "encrypted:abc": "dotenvx run -- hooktop", "pass://a/b/c": "pass-cli run -- hooktop"} {
		r, _ := FindReference(value)
		if fix := r.Fix("A_SECRET", ""); !strings.HasSuffix(fix, want) {
			t.Errorf("%s: %q", value, fix)
		}
	}
}
