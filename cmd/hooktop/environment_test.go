package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// A variable of what is on or off is read as such, wherever it stands; a flag
// goes before it.
func TestAVariableThatIsOffIsOff(t *testing.T) {
	t.Chdir(t.TempDir())
	const nonsense = `is not true or false`
	for _, c := range []struct {
		name, value string
		flags       bool
		on          bool
		err         string
	}{
		{name: "one that is not set is off"},
		{name: "blanks are not set", value: "  "},
		{name: "false is off", value: "false"},
		{name: "0 is off", value: "0"},
		{name: "No is off, however it is written", value: "No"},
		{name: "off is off", value: "off"},
		{name: "true is on", value: "true", on: true},
		{name: "1 is on", value: "1", on: true},
		{name: "YES is on", value: "YES", on: true},
		{name: "on is on", value: " on ", on: true},
		{name: "a flag goes before one that is off", value: "false", flags: true, on: true},
		{name: "a flag goes before one that is neither", value: "maybe", flags: true, on: true},
		{name: "2 is neither", value: "2", err: nonsense},
		{name: "a word is neither", value: "nope", err: nonsense},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, o := range []struct {
				flag, variable string
				is             func(*config.Settings) bool
			}{
				{"stripe-link-email", "HOOKTOP_STRIPE_LINK_EMAIL", func(s *config.Settings) bool { return s.Stripe.LinkEmail }},
				{"no-mouse", "HOOKTOP_NO_MOUSE", func(s *config.Settings) bool { return s.NoMouse }},
			} {
				root := (&program{}).root()
				if c.flags {
					if err := root.ParseFlags([]string{"--" + o.flag}); err != nil {
						t.Fatal(err)
					}
				}
				s, err := config.Resolve(root.Flags(), func(name string) string {
					return map[string]string{o.variable: c.value}[name]
				})
				if c.err != "" {
					if err == nil || !strings.Contains(err.Error(), o.variable+": ") || !strings.Contains(err.Error(), c.err) || !strings.Contains(exit.FixOf(err), "write true or false") {
						t.Errorf("%s: %v, fix %q", o.variable, err, exit.FixOf(err))
					}
					continue
				}
				if err != nil || o.is(s) != c.on {
					t.Errorf("%s=%s: on is %v, and %v", o.variable, c.value, s != nil && o.is(s), err)
				}
			}
		})
	}
	if err := os.WriteFile(filepath.Join(".", ".env.local"), []byte("HOOKTOP_NO_MOUSE"+"=false\n"+"HOOKTOP_STRIPE_LINK_EMAIL"+"=nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, code := inProcess(t, nil, "doctor", "--addr", "127.0.0.1:0")
	if code != exit.CodeFailed || !strings.Contains(out, "HOOKTOP_STRIPE_LINK_EMAIL"+` in .env.local: "nonsense" `+nonsense) || strings.Contains(out, "HOOKTOP_NO_MOUSE") {
		t.Errorf("doctor: exit code %d, %s", code, out)
	}
}
