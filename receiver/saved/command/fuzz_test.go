package command

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode"
)

// Whatever a text holds, reading it ends, changes nothing and makes no more of it
// than is allowed; what is read can be looked up, and what is not has a reason.
func FuzzRead(f *testing.F) {
	for _, seeds := range []map[string]string{shellCommands, scripts} {
		for _, text := range seeds {
			f.Add([]byte(text))
		}
	}
	for _, text := range []string{
		"C:\\>curl ^\"http://a^\" ^\r\n -H ^\"a: b^\" -d \"{\"\"a\"\":%X%}\" & curl b", "curl.exe ^\"a^\" -d ^\"\\^\"^\n\nb^\"",
		"PS C:\\> $h = @{a='b'; \"c\"=\"`$d$([char]233)\"}; irm http://a -Headers $h -Body @'\nx\n'@ | more", "iwr http://a -B ([Text.Encoding]::UTF8.GetBytes(\"x\"))",
		"$s.Add('a', 'b')\n$x = New-Object y\n$x.Add(1,2)", "iwr @p", "```sh\n$ curl a\n> b\n```", "http -f POST :3000 a=b c:=1 d:e f==g", "xh a --raw '{}'",
		"X=$X$X$X; X=$X$X; curl a -d $X", "curl a -d \"$(printf %s b | base64 -d)\"", "cat <<A <<B | curl -d @-\nA\nB\n", "const a = {}; a.a = a; fetch('x', {body: JSON.stringify(a)})",
	} {
		f.Add([]byte(text))
	}
	files := func(name string) ([]byte, error) {
		if name == "none" {
			return nil, errors.New("it is not there")
		}
		return []byte("a: b\nc"), nil
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		given := bytes.Clone(text)
		Looks(text)
		all, err := Read(text, files)
		if !bytes.Equal(given, text) {
			t.Error("reading changed what was read")
		}
		if err != nil {
			e := (*Error)(nil)
			if !errors.As(err, &e) || e.What == "" || len(err.Error()) > 1000 || strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("it says %q", err)
			}
			return
		}
		if len(all) == 0 {
			t.Error("nothing was read, and there is no error")
		}
		for _, q := range all {
			if q.Header == nil || q.Method == "" {
				t.Errorf("%+v", q)
			}
			for name, values := range q.Header {
				if len(values) == 0 || http.CanonicalHeaderKey(name) != name {
					t.Errorf("%q cannot be looked up: %q", name, values)
				}
			}
		}
	})
}

// Nesting without end costs neither the stack nor minutes.
func TestBoundsHostileTexts(t *testing.T) {
	for _, part := range []string{"(", "{ ", "if ", "$(", "\"$(", "`", "${a:-", "a|", "a&&", "((", "a=(", "$((", "> "} {
		if all, err := Read([]byte("curl x; "+strings.Repeat(part, 100_000)), nil); err == nil && len(all) > 1 {
			t.Errorf("%q: %d requests", part, len(all))
		}
	}
	for _, part := range []string{"{a:", "[", "(", "`${", "new ", "f(", "{...", "const a = ", "a + "} {
		_, _ = Read([]byte("fetch('http://a', "+strings.Repeat(part, 100_000)), nil) // that it ends is enough
	}
	for _, part := range []string{"@{a=", "(", "\"$(", "$(", "@{", "[x]", "$a="} {
		_, _ = Read([]byte("$a = "+strings.Repeat(part, 100_000)), nil)
	}
	double := "A=xxxxxxxxxxxxxxxx; " + strings.Repeat("A=$A$A; ", 60) + "curl http://a -d $A"
	if _, err := Read([]byte(double), nil); err == nil || !strings.Contains(err.Error(), "expands to more than") {
		t.Errorf("variables that double: %v", err)
	}
	double = "let a = {b: 'xxxxxxxx'}; " + strings.Repeat("a = {b: a, c: a}; ", 40) + "fetch('http://a', {body: JSON.stringify(a)})"
	if _, err := Read([]byte(double), nil); err == nil || !strings.Contains(err.Error(), "expands to more than") {
		t.Errorf("objects that double: %v", err)
	}
	if _, err := Read([]byte("const a = {}; a.a = a; fetch('http://a', {body: JSON.stringify(a)})"), nil); err == nil {
		t.Error("an object in itself was read")
	}
}
