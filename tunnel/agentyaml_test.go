package tunnel

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Each of these takes gigabytes or minutes in the parser.
func TestAHostileConfigurationCostsNothing(t *testing.T) {
	aliases := "a0: &a0 xxxxxxxx\n"
	for i := 1; i < 30; i++ {
		aliases += fmt.Sprintf("a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"lists in lists":            {"authtoken: " + strings.Repeat("[", 60_000), errAgentNested},
		"objects in objects":        {strings.Repeat("{a: ", 15_000), errAgentNested},
		"entries on one line":       {strings.Repeat("- ", 30_000), errAgentNested},
		"keys on one line":          {strings.Repeat("? ", 30_000), errAgentNested},
		"aliases of aliases":        {aliases + "authtoken: *a29\n", errAgentAlias},
		"a large file":              {strings.Repeat("#", 64<<10+1), errAgentLarge},
		"an entry on each of lines": {"authtoken: x\nlist:\n" + strings.Repeat("  - a\n", 1000), nil},
		"many lists":                {"authtoken: x\nlist:\n" + strings.Repeat("  - [a, {b: [c]}]\n", 1000), nil},
	} {
		if f, err := parseAgentFile([]byte(c.text)); !errors.Is(err, c.want) || err == nil && f.token() != "x" {
			t.Errorf("%s: token %q, %v", name, f.token(), err)
		}
	}
}

// Whatever the file holds, it becomes settings or a short sentence without the token.
func FuzzAgentFile(f *testing.F) {
	for _, text := range []string{
		"version: 3\nagent:\n  authtoken: tok_secret\n  connect_url: a.example:443\n  connect_cas: host\n", "authtoken: tok_secret\nserver_addr: a:1\nroot_cas: trusted\n",
		"authtoken: [tok_secret", "a: &a [*a]\nauthtoken: *a", "\t- - ? {[", "authtoken: |\n  tok_secret\n", "%YAML 1.2\n---\nauthtoken: !!str 'tok_secret'\n...\n", "agent: {agent: {agent: {authtoken: x}}}", "\ufeffauthtoken: \"\\u0000\"",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parseAgentFile(text)
		if err != nil {
			if strings.Contains(err.Error(), "tok_secret") || len(err.Error()) > 200 {
				t.Errorf("it says %q", err)
			}
			return
		}
		for _, value := range []string{c.token(), c.address(), c.certificates()} {
			if value != strings.TrimSpace(value) || len(value) > 2*len(text)+100 {
				t.Errorf("%q of %d bytes", value, len(text))
			}
		}
	})
}
