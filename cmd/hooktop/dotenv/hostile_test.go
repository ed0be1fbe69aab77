package dotenv

import (
	"fmt"
	"strings"
	"testing"
)

// The work on a file grows with its size, not with its square: each of these took from
// eight seconds to an hour.
func TestAHostileFileIsReadAtOnce(t *testing.T) {
	const size = 1 << 20
	var chain strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&chain, "A%d=$A%d\n", i, i+1)
	}
	for name, text := range map[string]string{
		"lines of JavaScript alone":     "A='" + strings.Repeat("'\u2028", size/4),
		"quotes that end no line":       "A=x" + strings.Repeat("\u2028'x", size/5),
		"lines that set nothing":        strings.Repeat("A\n", size/2),
		"a line with many words":        strings.Repeat("\u2028x", size/4),
		"patterns of JavaScript":        strings.Repeat("A=$`$`\n", size/8),
		"a reference after a reference": chain.String(),
		"references in a reference":     "A=" + strings.Repeat("${B:-", size/5),
	} {
		f := Parse([]byte(text))
		if len(f.Skipped) > maxSkipped {
			t.Errorf("%s: %d skipped lines are named", name, len(f.Skipped))
		}
		f.Expand(func(string) string { return "" })
		total := 0
		for _, v := range f.Variables {
			total += len(v.Value)
		}
		if total > maxWork+len(text) {
			t.Errorf("%s: it expands to %d bytes", name, total)
		}
	}
}
