// Package instruction knows the two ways to say what a user does with hooktop: as a
// command or a flag, which is what every text says, and as a key of the dashboard. It
// rewrites only phrases that it knows word for word, so that texts that an older
// version stored are rewritten, too, and a sender's words are left alone.
package instruction

import (
	"regexp"
	"strconv"
	"strings"
)

// Instruction is what to do, said both ways.
type Instruction struct {
	// Command is the phrase with a command or a flag, Key the one with a key.
	Command, Key string
}

// All returns all instructions. A longer phrase comes before one that it contains.
func All() []Instruction {
	return []Instruction{
		{"Send it with hooktop resend ID, which re-signs it", "Press r to resend it, re-signed"},
		{"Send a stored request with hooktop resend ID, which re-signs it", "If it is a stored request, press r to resend it, re-signed"},
		{"To send a stored delivery, use hooktop resend ID, which signs it afresh", "To send a stored delivery, press r, which signs it afresh"},
		{"to send an old request again use hooktop resend, which re-signs it", "to send an old request again select it and press r, which re-signs it"},
		{"with hooktop resend ID", "with r"},
		{"then resend this delivery; it is re-signed", "then press r: it is re-signed"},
		{"then resend:", "then press r:"},
		{"then resend.", "then press r."},

		{"then run hooktop reverify ID to re-verify this delivery", "then press R to re-verify this delivery"},
		{"then run hooktop reverify", "then press R"},

		{"run hooktop trigger user.created", "press t"},
		{"events like those of hooktop trigger", "events like those that t sends"},
		{"signed test run: hooktop trigger ", "signed test run press t: "},
		{"To test with a signed event: hooktop trigger ", "To test with a signed event press t: "},
		{"send a new event with hooktop trigger ", "press t to send a new "},
		{"hooktop trigger story:", "t → story:"},
		{"hooktop trigger sends", "t sends"},

		{"Start with --forward-to ", "Press F and enter "},
		{"start with --forward-to ", "press F and enter "},
		{"Set --forward-to to ", "Press F and enter "},
		{"set --forward-to to ", "press F and enter "},
		{"set its port with --forward-to", "press F to set its port"},
		{"send to its own port with --forward-to", "press F and enter its own port"},
		{"pass your app's own port with --forward-to", "press F and enter your app's own port"},
		{"An http URL in --forward-to avoids TLS", "F with an http URL avoids TLS"},
		{"--forward-to stripe=URL sends only Stripe events there", "F with stripe=URL sends only Stripe events there"},
		{"check its spelling in --forward-to", "press F and check its spelling"},
		{"start your app, or fix --forward-to", "start your app, or press F for another"},
		{"; add --forward-to URL", "; F sets one"},

		{"let hooktop endpoint register do so (E in the dashboard)", "press E"},
		{"run hooktop endpoint register: it", "press E: it"},

		{"use an id that `hooktop deliveries` lists", "choose a delivery on tab 1"},
		{"list the deliveries that are kept with `hooktop deliveries`", "tab 1 lists the deliveries that are kept"},
		{"list the users with `hooktop users`", "tab 3 lists the users"},

		{"send it with its original headers: --as verbatim", "choose its original headers"},
		{"here with its original headers (--as verbatim)", "here with its original headers"},
		{"send it as the same message (--as same)", "choose the same id"},
		{"re-sign it: --as new or --as same", "choose to re-sign it"},
		{"send it to your app (--to URL --sign-rejected)", "choose your app with tab, which F sets"},
		{"--sign-rejected signs it anyway", "r asks before it signs it anyway"},
		{"send it to an app: --to URL", "choose your app with tab, which F sets"},
		{"name the app with --to URL", "press F and enter its URL"},
		{"write --to http", "press F and enter http"},
		{", or give the whole URL with --forward-to or HOOKTOP_FORWARD_TO", ""},
	}
}

// numbered are the phrases that name a delivery, a user or a URL.
var numbered = []struct {
	command *regexp.Regexp
	key     string
}{
	{regexp.MustCompile(`\bhooktop show (\d+) `), "#$1 "},
	{regexp.MustCompile(`\bhooktop resend \d+ sends it again`), "r sends it again"},
	{regexp.MustCompile(`\brun hooktop reverify \d+`), "press R"},
	{regexp.MustCompile(`--forward-to \S+ forwards each`), "F forwards each"},
	{regexp.MustCompile(`\brun hooktop endpoint resend \S+: Svix sends it again`), "press r: Svix sends it again"},
	{regexp.MustCompile(`\bhooktop users (\S+) shows the row as it should be`), "the Users tab (3) shows $1 as it should be"},
}

// ForDashboard returns a text with keys in place of commands and flags, as far as there
// is a key.
func ForDashboard(text string) string {
	var pairs []string
	for _, i := range All() {
		pairs = append(pairs, i.Command, i.Key)
	}
	text = strings.NewReplacer(pairs...).Replace(text)
	for _, n := range numbered {
		text = n.command.ReplaceAllString(text, n.key)
	}
	return text
}

// ForTerminal returns a text about a delivery with the delivery's number in its
// commands. A request that is not stored has the id 0 and cannot be re-verified.
func ForTerminal(text string, id int64) string {
	// What an older version stored has the key.
	text = strings.ReplaceAll(text, "then press R to re-verify this delivery", "then run hooktop reverify ID to re-verify this delivery")
	if id == 0 {
		return strings.ReplaceAll(text, "; then run hooktop reverify ID to re-verify this delivery", "")
	}
	number := strconv.FormatInt(id, 10)
	return strings.NewReplacer("hooktop resend ID", "hooktop resend "+number, "hooktop reverify ID", "hooktop reverify "+number).Replace(text)
}
