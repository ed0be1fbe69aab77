package dotenv

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
)

const (
	signing   = "CLERK_WEBHOOK_SIGNING_SECRET"
	newSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa+/"
)

func TestSetChangesOneValueAndNoOtherByte(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"an empty file", "", signing + "=@\n"},
		{"another variable", "A=1\n", "A=1\n" + signing + "=@\n"},
		{"no line break at the end", "A=1", "A=1\n" + signing + "=@"},
		{"line breaks of Windows", "A=1\r\nB=2\r\n", "A=1\r\nB=2\r\n" + signing + "=@\r\n"},
		{"and none at the end", "A=1\r\nB=2", "A=1\r\nB=2\r\n" + signing + "=@"},
		{"its own line", "A=1\n" + signing + "=old\nB=2\n", "A=1\n" + signing + "=@\nB=2\n"},
		{"its own line, Windows", "A=1\r\n" + signing + "=old\r\nB=2", "A=1\r\n" + signing + "=@\r\nB=2"},
		{"old Macs", "A=1\r" + signing + "=old\rB=2", "A=1\r" + signing + "=@\rB=2"},
		{"the last line", signing + "=old", signing + "=@"},
		{"double quotes", signing + "=\"old\" # why\n", signing + "=\"@\" # why\n"},
		{"single quotes", signing + " = 'old'\n", signing + " = '@'\n"},
		{"backticks", signing + "=`old`", signing + "=`@`"},
		{"a quote that does not end", signing + "=\"old\nB=2", signing + "=@\nB=2"},
		{"export", "export  " + signing + "=old", "export  " + signing + "=@"},
		{"a comment behind it", signing + "=old#why", signing + "=@#why"},
		{"a comment apart", signing + "=old  # why", signing + "=@  # why"},
		{"a colon", signing + ": old\n", signing + ": @\n"},
		{"nothing yet", signing + "=\nB=2\n", signing + "=@\nB=2\n"},
		{"spaces yet", signing + "=  \nB=2\n", signing + "=@  \nB=2\n"},
		{"empty quotes", signing + "=\"\"\n", signing + "=\"@\"\n"},
		{"several lines", signing + "=\"a\nb\"\nB=2", signing + "=\"@\"\nB=2"},
		{"twice: the last one counts", signing + "=a\nB=2\n" + signing + "='b'\n", signing + "=a\nB=2\n" + signing + "='@'\n"},
		{"commented out", "# " + signing + "=old\n", "# " + signing + "=old\n" + signing + "=@\n"},
		{"a name that begins alike", signing + "_2=x\n", signing + "_2=x\n" + signing + "=@\n"},
		{"a byte order mark", "\ufeff" + signing + "=old\r\n", "\ufeff" + signing + "=@\r\n"},
		{"bytes that are not UTF-8", "A=\xff\xfe1\n" + signing + "=\xffold\n", "A=\xff\xfe1\n" + signing + "=@\n"},
		{"letters of several bytes", "A=ü€\n" + signing + "=ü\nB=ü", "A=ü€\n" + signing + "=@\nB=ü"},
		{"a last line that would take the next one", "A=1\nold:", signing + "=@\nA=1\nold:"},
		{"it is there already", signing + "='@'\n", signing + "='@'\n"},
	} {
		after := strings.ReplaceAll(c.after, "@", newSecret)
		got, err := Set([]byte(strings.ReplaceAll(c.before, "@", newSecret)), signing, newSecret)
		if err != nil || string(got) != after {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestSetRefusesWhatItCannotWrite(t *testing.T) {
	if _, err := Set([]byte("\xff\xfeA\x00=\x001\x00"), signing, newSecret); !errors.Is(err, ErrUTF16) {
		t.Errorf("UTF-16: %v", err)
	}
	for _, value := range []string{"", "a b", "a#b", "a\nB=2", "$HOME", "a\"", "a'", "a`", "a\\n", "ü", "a\x00"} {
		if _, err := Set(nil, signing, value); !errors.Is(err, ErrValue) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// Whatever the file: the reader reads the value, all others as before, and what was
// there before and after the value is there still.
func checkSet(t *testing.T, text []byte) {
	t.Helper()
	before := Parse(text)
	got, err := Set(bytes.Clone(text), signing, newSecret)
	if err != nil {
		return
	}
	want := before.Values()
	want[signing] = newSecret
	if after := Parse(got).Values(); !maps.Equal(after, want) {
		t.Fatalf("%q\nbecame %q\nwhich is read as %q", text, got, after)
	}
	// Some place in the old text parts what is before the value from what is after it.
	at := -1
	for i := range got {
		if !bytes.HasPrefix(got[i:], []byte(newSecret)) {
			continue
		}
		head, tail := got[:i], got[i+len(newSecret):]
		for _, line := range []string{"", signing + "=", "\n" + signing + "=", "\r\n" + signing + "="} {
			h, fits := bytes.CutSuffix(head, []byte(line))
			for _, end := range []string{"", "\n", "\r\n"} {
				rest, begins := bytes.CutPrefix(tail, []byte(end))
				if fits && begins && len(h)+len(rest) <= len(text) && bytes.HasPrefix(text, h) && bytes.HasSuffix(text, rest) {
					at = i
				}
			}
		}
	}
	if at < 0 {
		t.Fatalf("%q\nbecame %q: more changed than the value", text, got)
	}
}

func TestSetInFilesOfAllKinds(t *testing.T) {
	pieces := []string{
		signing, signing, "A", "B.c-d", "=", "=", "=", ":", " ", "\t", "\n", "\n", "\r\n", "\r", "'", "\"", "`", "#", "\\", "\\n", "old", "whsec_x", "export ", "$A", "${B}",
		"\u2028", "\u00a0", "\ufeff", "ü", "\xff", "\x00", "__proto__", "1",
	}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same each time
	edited := 0
	for range 60000 {
		var b strings.Builder
		for range random.IntN(14) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text := []byte(b.String())
		checkSet(t, text)
		if _, err := Set(text, signing, newSecret); err == nil {
			edited++
		} else if utf8File := !Parse(text).UTF16; utf8File {
			t.Fatalf("%q: %v", text, err)
		}
	}
	if edited < 50000 {
		t.Errorf("only %d were edited", edited)
	}
}

func FuzzSet(f *testing.F) {
	f.Add([]byte("A=1\r\n" + signing + "=\"old\" # why\n"))
	f.Fuzz(func(t *testing.T, text []byte) { checkSet(t, text) })
}
