package exit

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

type fixable struct{}

func (fixable) Error() string { return "broken" }
func (fixable) Fix() string   { return "mend it" }

func TestAnErrorCarriesItsCodeAndItsFixThroughWrapping(t *testing.T) {
	wrap := func(err error) error { return fmt.Errorf("resend: %w", err) }
	for _, c := range []struct {
		name string
		err  error
		code int
		fix  string
	}{
		{"no error", nil, CodeDone, ""},
		{"an error of somebody else's", errors.New("disk"), CodeFailed, ""},
		{"one that says what to do", wrap(fixable{}), CodeFailed, "mend it"},
		{"wrong usage", wrap(Usage("what", "fix")), CodeUsage, "fix"},
		{"a failure", wrap(Failure("what", "fix")), CodeFailed, "fix"},
		{"set-up that somebody else found wrong", wrap(AsUsage(wrap(fixable{}))), CodeUsage, "mend it"},
		{"a code of its own", wrap(WithCode(CodeTimedOut, "what", "fix")), CodeTimedOut, "fix"},
		{"without a word", Silently(CodeNotVerified), CodeNotVerified, ""},
		{"an interrupt", wrap(ErrInterrupted), CodeInterrupted, ""},
		{"what an interrupt canceled", AsUsage(wrap(context.Canceled)), CodeInterrupted, ""},
	} {
		if code, fix := CodeOf(c.err), FixOf(c.err); code != c.code || fix != c.fix {
			t.Errorf("%s: exit code %d, fix %q", c.name, code, fix)
		}
	}
}
