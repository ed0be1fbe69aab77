package autopsy

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// hostile are bodies of 1 MiB, the longest that is received by default, that
// are made to be costly.
var hostile = map[string]string{
	"brackets alone":                      strings.Repeat("[", 1<<20),
	"objects within objects":              strings.Repeat(`{"a":`, 1<<17) + strings.Repeat("}", 1<<17),
	"as deep as is read, and wide":        strings.Repeat("[", deepest) + "0" + strings.Repeat(",0", 1<<19-deepest) + strings.Repeat("]", deepest),
	"as deep as is read, with few values": strings.Repeat("[", deepest) + "0" + strings.Repeat(",0", nodesMost-2*deepest) + strings.Repeat("]", deepest),
	"a million values":                    "[" + strings.Repeat("0,", 1<<19-1) + "0]",
	"as many values as are read":          "[" + strings.Repeat("0,", nodesMost-2) + "0]",
	"a million keys":                      "{" + strings.Repeat(`"":0,`, 1<<18) + `"":0}`,
	"many keys, each another":             "{" + each(90_000, func(i int) string { return fmt.Sprintf(`"%x":%d,`, i*7919%99991, i) }) + `"z":0}`,
	"numbers, each another":               "[" + each(90_000, func(i int) string { return fmt.Sprintf("%d.0,", i) }) + "0]",
	"numbers beyond a double":             "[" + each(40_000, func(i int) string { return fmt.Sprintf("9007199254%09d,", i*977) }) + "0]",
	"one long number":                     "1" + strings.Repeat("0", 1<<20),
	"escapes alone":                       `"` + strings.Repeat(`\u0001`, 1<<20/6) + `"`,
	"characters that are escaped":         `"` + strings.Repeat("<", 1<<20) + `"`,
	"wide characters":                     `"` + strings.Repeat("\u2028", 1<<20/3) + `"`,
	"line breaks alone":                   strings.Repeat("\n", 1<<20),
	"blanks around nothing":               strings.Repeat(" ", 1<<20) + "x",
	"base64 alone":                        base64.StdEncoding.EncodeToString(make([]byte, 3<<18)),
	"a gateway's event":                   `{"isBase64Encoded":true,"body":"` + base64.StdEncoding.EncodeToString(make([]byte, 3<<18-30)) + `"}`,
	"a string of no characters":           "\"" + strings.Repeat("\xff", 1<<20) + "\"",
	"a form":                              strings.Repeat("%41", 1<<20/3),
	"an event":                            benchmarkBody(1 << 20),
	"nothing":                             "",
}

func each(n int, text func(int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(text(i))
	}
	return b.String()
}

// What one search spends is bounded, whatever the body, the headers
// and the keyring: counted in what it hashes, writes and reads, and held
// against what it allocates, which it does not count itself.
func TestTheWorkOfOneSearchIsBounded(t *testing.T) {
	const allocatedMost = 190 << 20 // over the whole search (167 MiB at most when it was set, 181 with the race detector); what is alive at once is far less
	wrong := v1(make([]byte, 32))
	wrongA := "v1a," + base64.StdEncoding.EncodeToString(make([]byte, ed25519.SignatureSize))
	signatures := map[string]string{
		"one signature":                 wrong,
		"thousands of them":             each(20_000, func(i int) string { return fmt.Sprintf("v1,%043d= ", i) }),
		"thousands of asymmetric ones":  strings.Repeat(wrongA+" ", 10_000),
		"a signature of a mebibyte":     "v1," + strings.Repeat("A", 1<<20),
		"a mebibyte of blanks and junk": strings.Repeat(" ,=v1\"", 1<<20/6) + wrong,
	}
	many := Keyring{Own: []string{own, public}}
	for i := range 400 {
		secret := "whsec_" + base64.StdEncoding.EncodeToString(mac([]byte("other"), fmt.Sprint(i)))
		many.Others, many.Exchanged = append(many.Others, secret), append(many.Exchanged, secret[:30]+"AAAA")
	}
	for bodyName, body := range hostile {
		for signatureName, signature := range signatures {
			for keysName, keys := range map[string]Keyring{"one secret": keys, "hundreds of secrets": many} {
				if (keysName != "one secret" || signatureName != "one signature") && bodyName != "an event" && bodyName != "base64 alone" {
					continue // each body once, and these two with everything
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				s := newSearch(caseOf(signature, body, keys))
				s.run()
				runtime.ReadMemStats(&after)
				name := bodyName + ", " + signatureName + ", " + keysName
				if found := s.report.Finding; found != nil {
					t.Errorf("%s: %+v", name, found)
				}
				if spent := budgetMost - s.budget.left; s.budget.left < 0 || spent > budgetMost {
					t.Errorf("%s: %d of %d", name, spent, budgetMost)
				}
				if n := after.TotalAlloc - before.TotalAlloc; n > allocatedMost {
					t.Errorf("%s: %d MiB allocated", name, n>>20)
				}
			}
		}
	}
}

// A small body is searched to the end: the bound is not what ends it.
func TestAnEventIsSearchedToTheEnd(t *testing.T) {
	for _, size := range []int{100, 4 << 10, 20 << 10} {
		s := newSearch(caseOf(v1(make([]byte, 32)), benchmarkBody(size), keys))
		if s.run(); s.report.Finding != nil || s.budget.cut {
			t.Errorf("%d bytes: %+v, cut: %v", size, s.report.Finding, s.budget.cut)
		}
	}
}

// The longest body that is received by default is still searched for what is
// likely: written again on its way, or signed with a key that was misused.
func TestALargeBodyIsSearchedForTheLikely(t *testing.T) {
	arrived := benchmarkBody(1 << 20)
	rewritten := strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(arrived, "&", `\u0026`), "<", `\u003c`), ">", `\u003e`)
	for _, c := range []struct {
		name, signatures, arrived string
		cause                     Cause
	}{
		{"written again", signed(own, rewritten), arrived, Reserialized},
		{"indented by somebody", signed(own, arrived), strings.ReplaceAll(arrived, ",", ", "), Reserialized},
		{"a line break more", signed(own, arrived), arrived + "\n", Whitespace},
		{"another known secret", signed(other, arrived), arrived, OtherSecret},
		{"the secret's text as the key", v1(mac([]byte(own), head+arrived)), arrived, WrongKey},
		{"the body alone signed", v1(mac(decoded(own), arrived)), arrived, WrongContent},
	} {
		t.Run(c.name, func(t *testing.T) {
			if f := Examine(caseOf(c.signatures, c.arrived, keys)).Finding; f == nil || f.Cause != c.cause {
				t.Errorf("found %+v", f)
			}
		})
	}
}

func benchmarkBody(size int) string {
	filler := strings.Repeat(`{"id":"idn_1","text":"some text & <more>","n":12.50},`, size/52)
	return `{"data":[` + strings.TrimSuffix(filler, ",") + `],"type":"user.created"}`
}

func BenchmarkExamine(b *testing.B) {
	for _, size := range []int{4 << 10, 64 << 10, 1 << 20} {
		c := caseOf(v1(make([]byte, 32)), benchmarkBody(size), keys)
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				Examine(c)
			}
		})
	}
}
