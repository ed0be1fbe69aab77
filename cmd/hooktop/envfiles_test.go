package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// Each of these files gives the same secret to an app. The exceptions are UTF-16,
// which editors on Windows write, and spaces inside quotes: hooktop reads the secret
// and warns that apps do not.
func TestTheSecretOfAnEnvFileIsReadAsTheAppReadsIt(t *testing.T) {
	const name = "CLERK_WEBHOOK_SIGNING_SECRET"
	for what, c := range map[string]struct{ text, warns string }{
		"a dash in another name":            {"SENTRY-DSN=x\n" + name + "=" + secret, ""},
		"a name that begins with a digit":   {"2FA=x\n" + name + "=" + secret, ""},
		"a name alone":                      {"SKIP\n" + name + "=" + secret, "skipped line 1"},
		"a key without quotes over lines":   {"KEY=-----BEGIN-----\na/b\n-----END-----\n" + name + "=" + secret, "skipped lines 2–3"},
		"text behind a quote":               {"TITLE=\"Ada\" shop\n" + name + "=" + secret, ""},
		"a quote that is not closed":        {"TITLE=\"Ada\n" + name + "=" + secret, ""},
		"a backquoted secret":               {name + "=`" + secret + "`", ""},
		"a comment with an apostrophe":      {name + "='" + secret + "' # it's Clerk's", ""},
		"a comment without a space":         {name + "=" + secret + "#dev", ""},
		"the secret on the next line":       {name + "=\n  \"" + secret + "\"", ""},
		"a colon":                           {name + ": " + secret, ""},
		"export":                            {"export   " + name + " = " + secret, ""},
		"a shell script":                    {"set -a; source other\n" + name + "=" + secret + "\nset +a", "skipped lines 1 and 3"},
		"a section":                         {"[clerk]\n" + name + "=" + secret, "skipped line 1"},
		"twice":                             {name + "=" + otherSecret + "\n" + name + "=" + secret, ""},
		"carriage returns":                  {"A=1\r" + name + "=" + secret + "\r", ""},
		"no-break spaces":                   {name + "\u00a0=\u00a0" + secret + "\u00a0", ""},
		"a space inside the quotes":         {name + "=\"" + secret + " \"", "line 1: " + name},
		"a line break inside the quotes":    {"\n" + name + "=\"" + secret + "\\n\"", "line 2: " + name},
		"a byte order mark":                 {"\ufeff" + name + "=" + secret, ""},
		"UTF-16, little endian":             {utf16Text(binary.LittleEndian, "\ufeff"+name+"="+secret+"\r\n"), "is UTF-16"},
		"UTF-16, big endian":                {utf16Text(binary.BigEndian, "\ufeff"+name+"="+secret+"\r\n"), "is UTF-16"},
		"UTF-16 without a byte order mark":  {utf16Text(binary.LittleEndian, name+"="+secret+"\r\n"), "is UTF-16"},
		"a line without a name that begins": {"whsec_plJ3nmyCDGBKInavdOK15jsl\n" + name + "=" + secret, "line 1 is a signing secret without a name"},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			out, stderr, _ := runHooktop(t, dir, nil, "doctor", "--addr", "127.0.0.1:0")
			if !strings.Contains(out, "whsec_…LaSw "+name+" in .env.local") {
				t.Errorf("it is not read:\n%s%s", out, stderr)
			}
			if warned := strings.Contains(out, "! files"); warned != (c.warns != "") || !strings.Contains(out, c.warns) {
				t.Errorf("it does not warn of %q:\n%s", c.warns, out)
			}
		})
	}
}

func utf16Text(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}
