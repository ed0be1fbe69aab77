package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
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

// The work that one autopsy does is bounded, whatever the body, the headers
// and the keyring: counted in what it hashes, writes and reads, and held
// against what it allocates, which it does not count itself.
func TestTheWorkOfOneAutopsyIsBounded(t *testing.T) {
	const allocatedMost = 180 << 20 // over the whole search (162 MiB at most when it was set); what is alive at once is far less
	wrong := v1(make([]byte, 32))
	wrongA := "v1a," + base64.StdEncoding.EncodeToString(make([]byte, ed25519.SignatureSize))
	signatures := map[string]string{
		"one signature":                 wrong,
		"thousands of them":             each(20_000, func(i int) string { return fmt.Sprintf("v1,%043d= ", i) }),
		"thousands of asymmetric ones":  strings.Repeat(wrongA+" ", 10_000),
		"a signature of a mebibyte":     "v1," + strings.Repeat("A", 1<<20),
		"a mebibyte of blanks and junk": strings.Repeat(" ,=v1\"", 1<<20/6) + wrong,
	}
	many := Keyring{Secrets: []Secret{autopsyOurs, NewSecret("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", Source{Variable: "PUBLIC"})}}
	for i := range 400 {
		many.Others = append(many.Others, NewSecret(newSvixSecret(), Source{Variable: fmt.Sprintf("OTHER_%d", i), File: ".env"}))
		many.Exchanged = append(many.Exchanged, NewSecret(newSvixSecret(), Source{Variable: "STRIPE_" + strings.Repeat("X", i)}))
	}
	for bodyName, body := range hostile {
		for signatureName, signature := range signatures {
			for keysName, keys := range map[string]Keyring{"one secret": autopsyKeys, "hundreds of secrets": many} {
				if (keysName != "one secret" || signatureName != "one signature") && bodyName != "an event" && bodyName != "base64 alone" {
					continue // each body once, and these two with everything
				}
				e := &evidence{Request: Request{Body: []byte(body)}, at: autopsyAt, sentAt: autopsyAt, secrets: keys.Secrets, scheme: svixScheme(), signed: signedHeaders{"Svix-", autopsyID, "1716883200", signature}}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				a := newAutopsy(e, keys)
				found := a.search()
				runtime.ReadMemStats(&after)
				name := bodyName + ", " + signatureName + ", " + keysName
				if found != nil {
					t.Errorf("%s: %+v", name, found)
				}
				if spent := workMost - a.work.left; a.work.left < 0 || spent > workMost {
					t.Errorf("%s: %d of %d", name, spent, workMost)
				}
				if n := after.TotalAlloc - before.TotalAlloc; n > allocatedMost {
					t.Errorf("%s: %d MiB allocated", name, n>>20)
				}
			}
		}
	}
}

// What a body is written as is cut where it grows out of bounds.
func TestAWrittenBodyIsCut(t *testing.T) {
	tree, err := parseJSON([]byte(hostile["as deep as is read, with few values"]))
	if err != nil {
		t.Fatal(err)
	}
	body, ok := tree.write(jsonStyle{layout: indent4}, 1<<20)
	if ok || len(body) > 1<<20+8*deepest {
		t.Errorf("%d bytes, %v", len(body), ok)
	}
	if body, ok := tree.write(jsonStyle{}, 1<<20); !ok || len(body) != len(hostile["as deep as is read, with few values"]) {
		t.Errorf("%d bytes, %v", len(body), ok)
	}
}

// A small body is searched to the end: the bound is not what ends it.
func TestAnEventIsSearchedToTheEnd(t *testing.T) {
	for _, size := range []int{100, 4 << 10, 20 << 10} {
		e := &evidence{Request: Request{Body: []byte(benchmarkBody(size))}, at: autopsyAt, sentAt: autopsyAt, secrets: autopsyKeys.Secrets, scheme: svixScheme(), signed: signedHeaders{"Svix-", autopsyID, "1716883200", v1(make([]byte, 32))}}
		a := newAutopsy(e, autopsyKeys)
		if found := a.search(); found != nil || a.work.cut {
			t.Errorf("%d bytes: %+v, cut: %v", size, found, a.work.cut)
		}
	}
}

// The longest body that is received by default is still searched for what is
// likely: written again on its way, or signed with a key that was misused.
func TestALargeBodyIsSearchedForTheLikely(t *testing.T) {
	arrived := benchmarkBody(1 << 20)
	signed := strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(arrived, "&", `\u0026`), "<", `\u003c`), ">", `\u003e`)
	for _, c := range []struct {
		name, signature, arrived string
		code                     Code
	}{
		{"written again", officially(t, autopsyOurs, signed), arrived, BodyReserialized},
		{"indented by somebody", officially(t, autopsyOurs, arrived), strings.ReplaceAll(arrived, ",", ", "), BodyReserialized},
		{"a line break more", officially(t, autopsyOurs, arrived), arrived + "\n", BodyNewline},
		{"another known secret", officially(t, autopsyRotated, arrived), arrived, OtherKnownSecret},
		{"the secret's text as the key", v1(hmacOf([]byte(autopsyOurs.Reveal()), autopsyStampDot+arrived)), arrived, LiteralSecret},
		{"the body alone signed", v1(hmacOf(decoded(t, autopsyOurs), arrived)), arrived, MalformedSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v := autopsyOf(c.signature, c.arrived, Keyring{Secrets: []Secret{autopsyOurs}, Others: []Secret{autopsyRotated}}); v.Code != c.code {
				t.Errorf("%s: %s", v.Code, v.Detail)
			}
		})
	}
}

// Verify looks at a few asymmetric signatures, however many there are.
func TestVerifyLooksAtAFewAsymmetricSignatures(t *testing.T) {
	s := signedHeaders{signature: strings.Repeat("v1a,"+base64.StdEncoding.EncodeToString(make([]byte, ed25519.SignatureSize))+" ", 1000)}
	if n := len(s.asymmetric()); n != asymmetricMost {
		t.Errorf("%d are looked at", n)
	}
}

func benchmarkBody(size int) string {
	filler := strings.Repeat(`{"id":"idn_1","text":"some text & <more>","n":12.50},`, size/52)
	return `{"data":[` + strings.TrimSuffix(filler, ",") + `],"type":"user.created"}`
}

func BenchmarkVerify(b *testing.B) {
	body := benchmarkBody(4 << 10)
	r := Request{Method: "POST", URL: "/api/webhooks/clerk", Body: []byte(body), Header: http.Header{
		"Svix-Id": {autopsyID}, "Svix-Timestamp": {"1716883200"}, "Svix-Signature": {officially(b, autopsyOurs, body)},
	}}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if v := (Clerk{}).Verify(r, autopsyAt, autopsyKeys.Secrets); !v.Verified {
			b.Fatal(v)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	for _, size := range []int{4 << 10, 64 << 10, 1 << 20} {
		body := benchmarkBody(size)
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				autopsyOf(v1(make([]byte, 32)), body, autopsyKeys)
			}
		})
	}
}
