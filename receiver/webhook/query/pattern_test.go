package query

import (
	"errors"
	"strings"
	"testing"
)

func TestPatternTakes(t *testing.T) {
	for _, c := range []struct {
		name, pattern, provider, kind string
		takes                         bool
	}{
		{"a star takes all types of an object", "user.*", "clerk", "user.created", true},
		{"and none of another", "user.*", "clerk", "users.created", false},
		{"nor the object alone", "user.*", "clerk", "user", false},
		{"a star takes dots too", "customer.*", "clerk", "customer.subscription.updated", true},
		{"a star at the front", "*.deleted", "clerk", "organizationMembership.deleted", true},
		{"a star in the middle", "customer.*.updated", "clerk", "customer.subscription.updated", true},
		{"which the ends may not share", "user.*.user", "clerk", "user.user", false},
		{"two stars", "*.sub*.updated", "clerk", "customer.subscription.updated", true},
		{"two stars in the other order", "*.b*.a*.c", "clerk", "x.a.b.c", false},
		{"a type takes itself", "user.created", "clerk", "user.created", true},
		{"and no longer one", "user.created", "clerk", "user.created.twice", false},
		{"letters have their case", "user.*", "clerk", "User.created", false},
		{"a star alone takes all", "*", "clerk", "", true},
		{"a provider takes all its types", "clerk", "clerk", "user.created", true},
		{"and nobody else's", "clerk", "other", "user.created", false},
		{"a provider with a star is the same", "clerk:*", "clerk", "session.created", true},
		{"a provider's types", "clerk:user.*", "clerk", "user.created", true},
		{"but not its others", "clerk:user.*", "clerk", "session.created", false},
		{"nor another's of that type", "clerk:user.*", "other", "user.created", false},
		{"what has no type is taken by none but all", "user.*", "clerk", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := ParsePattern(c.pattern, []string{"clerk", "stripe"})
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Takes(c.provider, c.kind); got != c.takes {
				t.Errorf("%s takes %s of %s: %v", c.pattern, c.kind, c.provider, got)
			}
			again, err := ParsePattern(orStar(p.String()), []string{"clerk", "stripe"})
			if err != nil || again != p {
				t.Errorf("%q is written %q, which is %+v, %v", c.pattern, p.String(), again, err)
			}
		})
	}
	if !(Pattern{}).Takes("clerk", "user.created") || !(Pattern{}).Takes("", "") {
		t.Error("the zero pattern does not match all")
	}
}

func orStar(s string) string {
	if s == "" {
		return "*"
	}
	return s
}

func TestParsePatternErrors(t *testing.T) {
	for _, c := range []struct{ pattern, what, fix string }{
		{"user", `unknown provider "user"`, "user.*, or a provider: clerk"},
		{"", `"" is not a pattern`, ""},
		{"clerk:", `"clerk:" is not a pattern`, "clerk:user.*"},
		{":user.*", `":user.*" is not a pattern`, "clerk:user.*"},
		{"github:push.*", `unknown provider "github"`, "clerk"},
		{"user.?", `"user.?" is not a pattern of event types`, "letters, digits, dots"},
		{"user.créé", `is not a pattern of event types`, "letters"},
		{"[user].*", `is not a pattern of event types`, "letters"},
		{"user. *", `is not a pattern of event types`, "letters"},
	} {
		t.Run(c.pattern, func(t *testing.T) {
			p, err := ParsePattern(c.pattern, []string{"clerk", "stripe"})
			var m *patternError
			if !errors.As(err, &m) || !strings.Contains(err.Error(), c.what) || m.Fix() == "" || !strings.Contains(m.Fix(), c.fix) {
				t.Errorf("%+v, %v", p, err)
			}
		})
	}
}
