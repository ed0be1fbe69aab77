package instruction_test

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook/instruction"
)

func TestForDashboard(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Send it with hooktop resend ID, which re-signs it.", "Press r to resend it, re-signed."},
		{"Start with --forward-to http://localhost:3000/hook to send there.", "Press F and enter http://localhost:3000/hook to send there."},
		{"hooktop show 42 has the answer", "#42 has the answer"},
		{"Press R to re-verify this delivery.", "Press R to re-verify this delivery."},
		{"--forward-to http://localhost:3000/hook forwards each verified delivery", "F forwards each verified delivery"},
		// What nobody here wrote stays as it is.
		{`The app said "hooktop resend 7 --as new".`, `The app said "hooktop resend 7 --as new".`},
		{"", ""},
	} {
		if got := instruction.ForDashboard(c.text); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

// A text can pass through twice.
func TestForDashboardLeavesKeysAlone(t *testing.T) {
	for _, i := range instruction.All() {
		if got := instruction.ForDashboard(i.Command); got != i.Key {
			t.Errorf("%q becomes %q, not %q: a shorter phrase comes before it", i.Command, got, i.Key)
		}
		if got := instruction.ForDashboard(i.Key); got != i.Key {
			t.Errorf("%q becomes %q", i.Key, got)
		}
	}
}

func TestForTerminal(t *testing.T) {
	const put = "Put it into X: hooktop reloads it automatically; then run hooktop reverify ID to re-verify this delivery. Restart the app."
	for _, c := range []struct {
		text string
		id   int64
		want string
	}{
		{put, 42, strings.Replace(put, "ID", "42", 1)},
		{put, 0, "Put it into X: hooktop reloads it automatically. Restart the app."},
		{"; then press R to re-verify this delivery.", 7, "; then run hooktop reverify 7 to re-verify this delivery."}, // stored by an older version
		{"Send it with hooktop resend ID.", 7, "Send it with hooktop resend 7."},
	} {
		if got := instruction.ForTerminal(c.text, c.id); got != c.want {
			t.Errorf("%q for #%d: %q", c.text, c.id, got)
		}
	}
}
