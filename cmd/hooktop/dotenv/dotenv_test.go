package dotenv

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// forms are files with what dotenv reads of them; npm_test.go asks dotenv itself.
var forms = []struct {
	name, text string
	want       map[string]string
	skipped    []int // lines
}{
	{"one variable", "A=1\n", map[string]string{"A": "1"}, nil},
	{"no line break at the end", "A=1", map[string]string{"A": "1"}, nil},
	{"an empty file", "", nil, nil},
	{"only comments", "# a\n   # b\n\n", nil, nil},
	{"export", "export A=1\n  export   B=2\nexport=3\nexport_x=4", map[string]string{"A": "1", "B": "2", "export": "3", "export_x": "4"}, nil},
	{"spaces around =", "A = 1\n B\t=\t2 \nC= 3", map[string]string{"A": "1", "B": "2", "C": "3"}, nil},
	{"a colon and a space", "A: 1\nB:\t'2'\nC:3\nD : 4", map[string]string{"A": "1", "B": "2"}, []int{3, 4}},
	{"a dash or a dot in a name", "SENTRY-DSN=https://k@example.com/1\na.b=2\n-c=3\n1D=4", map[string]string{"SENTRY-DSN": "https://k@example.com/1", "a.b": "2", "-c": "3", "1D": "4"}, nil},
	{"a name without a value", "SKIP_ENV_VALIDATION\nexport B\nA=1", map[string]string{"A": "1"}, []int{1, 2}},
	{"an empty value", "A=\nB=''\nC=\"\"\nD=``\nE=   \nF=#x\nG= # x", map[string]string{"A": "", "B": "", "C": "", "D": "", "E": "", "F": "", "G": ""}, nil},
	{"single, double and back quotes", "A='1'\nB=\"2\"\nC=`3`", map[string]string{"A": "1", "B": "2", "C": "3"}, nil},
	{"other quotes inside", "A='say \"hi\"'\nB=\"it's\"\nC=`it's \"so\"`", map[string]string{"A": `say "hi"`, "B": "it's", "C": `it's "so"`}, nil},
	{"the same quotes inside", `A='it\'s' ` + "\n" + `B="say \"hi\""` + "\n" + `C={"a":"b"}` + "\n" + `D="a" "b"`, map[string]string{"A": `it\'s`, "B": `say \"hi\"`, "C": `{"a":"b"}`, "D": `a" "b`}, nil},
	{"escaped quotes over lines", "A=\"say \\\"hi\\\"\nthere\" # x\nB=1", map[string]string{"A": "say \\\"hi\\\"\nthere", "B": "1"}, nil},
	{"a backslash before the last quote", "A='C:\\dir\\' # x\nB='a\\'\nC=1", map[string]string{"A": `C:\dir\`, "B": `a\`, "C": "1"}, nil},
	{"text after the closing quote", "TITLE=\"Ada\" shop\nA='x'y", map[string]string{"TITLE": `"Ada" shop`, "A": "'x'y"}, nil},
	{"a quote that is not closed", "A=\"x\nB='y\nC=1", map[string]string{"A": `"x`, "B": "'y", "C": "1"}, nil},
	{"quotes over lines", "A=\"one\ntwo\"\nB='three\n\nfour'\nC=`five\n# six`\nD=7", map[string]string{"A": "one\ntwo", "B": "three\n\nfour", "C": "five\n# six", "D": "7"}, nil},
	{"a key without quotes over lines", "KEY=-----BEGIN KEY-----\nabc/def\n-----END KEY-----\nA=1", map[string]string{"KEY": "-----BEGIN KEY-----", "A": "1"}, []int{2, 3}},
	{"comments after a value", "A=1 # x\nB='2' # y\nC=\"3\"#z\nD=a#b\nE='a#b'\nF=\"a # b\"", map[string]string{"A": "1", "B": "2", "C": "3", "D": "a", "E": "a#b", "F": "a # b"}, nil},
	{"a comment with a quote", "A='x' # it's\nB=2 # say \"hi\nC=3", map[string]string{"A": "x", "B": "2", "C": "3"}, nil},
	{"escapes only in double quotes", `A="a\nb\rc\td"` + "\n" + `B='a\nb'` + "\n" + `C=a\nb` + "\n" + "D=`a\\nb`" + "\n" + `E="a\nb" c`, map[string]string{"A": "a\nb\rc\\td", "B": `a\nb`, "C": `a\nb`, "D": `a\nb`, "E": "\"a\nb\" c"}, nil},
	{"CRLF", "A=1\r\nB='2'\r\n# c\r\nC=\"x\r\ny\"\r\n", map[string]string{"A": "1", "B": "2", "C": "x\ny"}, nil},
	{"CR alone", "A=1\rB=2", map[string]string{"A": "1", "B": "2"}, nil},
	{"a byte order mark", "\ufeffA=1\n", map[string]string{"A": "1"}, nil},
	{"the same name twice", "A=1\nB=2\nA=3", map[string]string{"A": "3", "B": "2"}, nil},
	{"= in a value", "A=b=c==\nURL=postgres://u:p@h/d?a=b&c=d", map[string]string{"A": "b=c==", "URL": "postgres://u:p@h/d?a=b&c=d"}, nil},
	{"letters of other languages", "A=Grüße 😀\nB=\"日本\"\nÉ=1", map[string]string{"A": "Grüße 😀", "B": "日本"}, []int{3}},
	{"other spaces", "A=\u00a01\u00a0\n\u00a0B=2\nC\u2003=\u20033\nD=\u200b4", map[string]string{"A": "1", "B": "2", "C": "3", "D": "\u200b4"}, nil},
	{"a value on the next line", "A=\n'1'\nB=\n2\nC\n=3\nD:\n4", map[string]string{"A": "1", "B": "", "C": "3", "D": "4"}, []int{4}},
	{"a line separator", "A=1\u2028B=2\nC='x'\u2028D=3", map[string]string{"A": "1\u2028B=2", "C": "x", "D": "3"}, nil},
	{"shell commands", "set -a\nA=1\nsource other.env\nif [ -n \"$A\" ]; then\n  B=2\nfi", map[string]string{"A": "1", "B": "2"}, []int{1, 3, 4, 6}},
	{"export of several", "export A=1 B=2", map[string]string{"A": "1 B=2"}, nil},
	{"export before an unknown line", "export\nA\nB=1", map[string]string{"B": "1"}, []int{1, 2}},
	{"a header of an INI file", "[clerk]\nA=1", map[string]string{"A": "1"}, []int{1}},
	{"YAML and JSON", "a:\n  b: 1\n{\"c\": \"2\"}", map[string]string{"a": "b: 1"}, []int{3}},
	{"references stay", "A=$B\nB=${A:-x}", map[string]string{"A": "$B", "B": "${A:-x}"}, nil},
	{"a name of JavaScript's", "__proto__=1\nA=2", map[string]string{"A": "2"}, nil},
	{"a secret in each form", "A=" + secret + "\nB = '" + secret + "' # x\nexport C=\"" + secret + "\"\nD: `" + secret + "`", map[string]string{"A": secret, "B": secret, "C": secret, "D": secret}, nil},
}

func TestFilesAreReadAsDotenvReadsThem(t *testing.T) {
	for _, c := range forms {
		t.Run(c.name, func(t *testing.T) {
			f := Parse([]byte(c.text))
			if got := f.Values(); !maps.Equal(got, c.want) {
				t.Errorf("read %q\nwant %q", got, c.want)
			}
			var skipped []int
			for _, s := range f.Skipped {
				skipped = append(skipped, s.Line)
			}
			if !slices.Equal(skipped, c.skipped) {
				t.Errorf("skipped lines %v, want %v", skipped, c.skipped)
			}
		})
	}
}

func TestVariablesKeepTheirOrderAndLines(t *testing.T) {
	f := Parse([]byte("# first\r\nA=1\r\n\r\nB=\"x\r\ny\"\r\nexport\n C=2\nA=3"))
	want := []Variable{{Name: "A", Value: "3", Line: 8}, {Name: "B", Value: "x\ny", Line: 4}, {Name: "C", Value: "2", Line: 7}}
	if !slices.EqualFunc(f.Variables, want, func(a, b Variable) bool { return a.Name == b.Name && a.Value == b.Value && a.Line == b.Line }) {
		t.Errorf("read %+v\nwant %+v", f.Variables, want)
	}
}

func TestASkippedLineSaysWhatItBeginsWith(t *testing.T) {
	f := Parse([]byte("CLERK_WEBHOOK_SECRET:whsec_a\n  export B c\n/x"))
	want := []Skipped{{1, "CLERK_WEBHOOK_SECRET"}, {2, "B"}, {3, ""}}
	if !slices.Equal(f.Skipped, want) {
		t.Errorf("skipped %+v, want %+v", f.Skipped, want)
	}
}

func TestUTF16IsRead(t *testing.T) {
	const text = "A='Grüße 😀'\r\nB=2\r\n"
	for name, c := range map[string]struct {
		order binary.AppendByteOrder
		mark  bool
	}{
		"little endian": {binary.LittleEndian, true}, "big endian": {binary.BigEndian, true},
		"little endian without a mark": {binary.LittleEndian, false}, "big endian without a mark": {binary.BigEndian, false},
	} {
		t.Run(name, func(t *testing.T) {
			var b []byte
			if c.mark {
				b = c.order.AppendUint16(b, 0xfeff)
			}
			for _, unit := range utf16.Encode([]rune(text)) {
				b = c.order.AppendUint16(b, unit)
			}
			f := Parse(b)
			if want := map[string]string{"A": "Grüße 😀", "B": "2"}; !f.UTF16 || !maps.Equal(f.Values(), want) {
				t.Errorf("read %q, UTF-16 %t", f.Values(), f.UTF16)
			}
		})
	}
	if Parse([]byte("A=1")).UTF16 {
		t.Error("UTF-8 counts as UTF-16")
	}
}

// references are files with what @next/env makes of them.
var references = []struct {
	name, text string
	want       map[string]string
}{
	{"a variable before", "A=1\nB=$A\nC=${A}\nD=x${A}y$A", map[string]string{"A": "1", "B": "1", "C": "1", "D": "x1y1"}},
	{"a variable after", "B=${A}\nA=1", map[string]string{"A": "1", "B": "1"}},
	{"over several", "A=$B\nB=$C\nC=1", map[string]string{"A": "1", "B": "1", "C": "1"}},
	{"the process's", "A=$OUTER", map[string]string{"A": "from outside"}},
	{"a default", "A=${NONE:-" + secret + "}\nB=${NONE:-}\nC=${NONE:-a b}\nD=${OUTER:-x}\nE=${EMPTY:-e}", map[string]string{"A": secret, "B": "", "C": "a b", "D": "from outside", "E": "e"}},
	{"a default before a later variable", "A=${B:-d}\nB=1", map[string]string{"A": "d", "B": "1"}},
	{"a default in a default", "A=${NONE:-${B}}\nB=1", map[string]string{"A": "1", "B": "1"}},
	{"one that is not set", "A=$NONE\nB=x${NONE}y", map[string]string{"A": "", "B": "xy"}},
	{"an escaped dollar", `A=\$B` + "\n" + `B=1` + "\n" + `C="\$A $B"`, map[string]string{"A": "$B", "B": "1", "C": "$A 1"}},
	{"single quotes, too", "A='$B'\nB=1", map[string]string{"A": "1", "B": "1"}},
	{"a dollar that refers to nothing", "A=a$\nB=$-x\nC=$A", map[string]string{"A": "a$", "B": "$-x", "C": "a$"}},
	{"patterns of JavaScript in what comes in", "A=[$B]\nB=x$&-$$-$'", map[string]string{"A": "[x$B-$-]]", "B": "x$&-$$-$'"}},
	{"numbers come first", "B=$A\n2=x\nA=$2\n1=$2", map[string]string{"B": "x", "2": "x", "A": "x", "1": "x"}},
	{"itself", "A=$A\nB=1", nil}, // @next/env cannot load the file
	{"a brace that is not closed", "A=${B\nB=1", map[string]string{"A": "1", "B": "1"}},
}

func TestReferencesAreExpandedAsNextDoes(t *testing.T) {
	for _, c := range references {
		t.Run(c.name, func(t *testing.T) {
			if got := nextReads([][]byte{[]byte(c.text)}); !maps.Equal(got, c.want) {
				t.Errorf("read %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestAReferenceThatIsNotSetIsNamed(t *testing.T) {
	f := Parse([]byte("A=$NONE\nB=${NONE}$OTHER$NONE\nC=${NONE:-x}\nD=1"))
	f.Expand(func(string) string { return "" })
	for i, want := range [][]string{{"NONE"}, {"NONE", "OTHER"}, nil, nil} {
		if got := f.Variables[i].Unset; !slices.Equal(got, want) {
			t.Errorf("%s: unset %v, want %v", f.Variables[i].Name, got, want)
		}
	}
}

func TestReferencesWithoutAnEndStop(t *testing.T) {
	for name, text := range map[string]string{
		"itself": "A=$A", "in a circle": "A=$B\nB=x$A", "twice itself": "A=$A$A",
		"ever larger": "A=" + strings.Repeat("$B", 100) + "\nB=" + strings.Repeat("$C", 100) + "\nC=" + strings.Repeat("$D", 100) + "\nD=" + strings.Repeat("x", 100),
	} {
		t.Run(name, func(t *testing.T) {
			f := Parse([]byte(text + "\nZ=1"))
			f.Expand(func(string) string { return "" })
			if a := f.Variables[0]; !a.Endless || a.Value != "" {
				t.Errorf("A is %q, endless %t", a.Value, a.Endless)
			}
			if z := f.Variables[len(f.Variables)-1]; z.Value != "1" || z.Endless {
				t.Errorf("the others are lost: %+v", z)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range forms {
		f.Add([]byte(c.text))
	}
	for _, c := range references {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file := Parse(text)
		lines := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + 1
		if file.UTF16 {
			lines = len(text)
		}
		for _, s := range file.Skipped {
			if s.Line < 1 || s.Line > lines {
				t.Errorf("skipped line %d of %d", s.Line, lines)
			}
		}
		file.Expand(func(string) string { return "" })
		for _, v := range file.Variables {
			if v.Line < 1 || v.Line > lines || v.Name == "" {
				t.Errorf("%q in line %d of %d", v.Name, v.Line, lines)
			}
		}
	})
}
