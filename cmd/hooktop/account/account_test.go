package account

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

const (
	testKey = "sk_test_abcdefghijklmnopqrstuvwx"
	liveKey = "sk_live_abcdefghijklmnopqrstuvwx"
	// As @clerk/shared 4.41.0 writes it.
	keylessText = `{"publishableKey":"pk_test_a2V5bGVzcw","secretKey":"` + testKey + `","claimUrl":"https://dashboard.clerk.com/apps/claim?token=x","apiKeysUrl":"https://dashboard.clerk.com/"}`
)

// in returns what the process's variables and the files of a folder say.
func in(t *testing.T, files map[string]string, process ...string) *config.Settings {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env, unread := config.ReadEachFile(func(name string) string {
		for _, pair := range process {
			if n, value, _ := strings.Cut(pair, "="); n == name {
				return value
			}
		}
		return ""
	}, "")
	if len(unread) > 0 {
		t.Fatal(unread)
	}
	return &config.Settings{Env: env}
}

func TestTheKeyIsFoundWhereTheAppHasIt(t *testing.T) {
	const other = "sk_test_zyxwvutsrqponmlkjihgfedc"
	for _, c := range []struct {
		name    string
		files   map[string]string
		process string
		source  string // "" for no key
		says    string
	}{
		{"nowhere", nil, "", "", "CLERK_SECRET_KEY is not set"},
		{"in a file", map[string]string{".env": "CLERK_SECRET_KEY=" + testKey}, "", "CLERK_SECRET_KEY in .env", ""},
		{"in the process", map[string]string{".env": "CLERK_SECRET_KEY=" + other}, "CLERK_SECRET_KEY=" + testKey, "CLERK_SECRET_KEY", ""},
		{"keyless", map[string]string{keylessFile: keylessText}, "", keylessFile, ""},
		{"claimed", map[string]string{keylessFile: keylessText, ".env": "CLERK_SECRET_KEY=" + testKey}, "", "CLERK_SECRET_KEY in .env", ""},
		{"keyless, same publishable key", map[string]string{keylessFile: keylessText, ".env": "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_a2V5bGVzcw"}, "", keylessFile, ""},
		{"a leftover of another instance", map[string]string{keylessFile: keylessText, ".env": "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_other"}, "", "", "another instance than NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY in .env"},
		{"keyless, not JSON", map[string]string{keylessFile: "<html>"}, "", "", "does not hold both keys"},
		{"keyless, another kind of JSON", map[string]string{keylessFile: `{"secretKey":{"a":1},"publishableKey":7}`}, "", "", "does not hold both keys"},
		{"keyless, half of it", map[string]string{keylessFile: `{"secretKey":"` + testKey + `"}`}, "", "", "does not hold both keys"},
		{"keyless, endless", map[string]string{keylessFile: strings.Repeat(" ", maxKeyless) + keylessText}, "", "", "cannot be read"},
		{"keyless, a signing secret", map[string]string{keylessFile: strings.Replace(keylessText, testKey, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1)}, "", "", "not a key of Clerk's API"},
		{"keyless, a folder", map[string]string{keylessFile + "/x": ""}, "", "", "cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, err := Find(in(t, c.files, c.process).Env)
			if c.source != "" {
				if err != nil || key.Source != c.source || key.String() != "sk_test_…uvwx" {
					t.Errorf("key %s from %q, %v", key, key.Source, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) || exit.FixOf(err) == "" || exit.CodeOf(err) != exit.CodeUsage {
				t.Errorf("%v, fix %q", err, exit.FixOf(err))
			}
			if err != nil && strings.Contains(err.Error(), testKey) {
				t.Errorf("it shows the key: %v", err)
			}
		})
	}
}

func TestAProductionKeyNeedsAYes(t *testing.T) {
	for _, files := range []map[string]string{
		{".env": "CLERK_SECRET_KEY=" + liveKey},
		{keylessFile: strings.Replace(keylessText, testKey, liveKey, 1)},
	} {
		s := in(t, files)
		_, err := Open(s, false)
		if exit.CodeOf(err) != exit.CodeUsage || !strings.Contains(exit.FixOf(err), "--yes-production") || strings.Contains(err.Error(), liveKey) {
			t.Errorf("%v: %v", files, err)
		}
		if _, err := Open(s, true); err != nil {
			t.Errorf("%v with a yes: %v", files, err)
		}
	}
}

func TestTheKeyGoesOnlyWhereTheProcessItselfSays(t *testing.T) {
	s := in(t, map[string]string{".env": "CLERK_SECRET_KEY=" + testKey + "\nCLERK_API_URL=http://elsewhere.example"})
	if _, err := Open(s, false); err != nil {
		t.Errorf("an address in .env counts: %v", err)
	}
	s.Services.ClerkAPI = "http://elsewhere.example"
	if _, err := Open(s, false); exit.CodeOf(err) != exit.CodeUsage {
		t.Errorf("unencrypted: %v", err)
	}
}
