package providers

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// checkClaim holds a verdict to what is known here and not there: which body
// was signed, with which secret. It recomputes the claim in a way of its own.
func checkClaim(t interface {
	Helper()
	Errorf(string, ...any)
}, v webhook.Verdict, signed, arrived []byte, by webhook.Secret,
) {
	t.Helper()
	same := bytes.Equal(signed, arrived)
	bad := func(why string) {
		t.Helper()
		t.Errorf("%s: %s says %q\n%s\nsigned  %q\narrived %q", why, v.Code, v.Title, v.Detail, signed, arrived)
	}
	switch v.Code {
	case "", webhook.OtherKnownSecret, webhook.SwappedSecrets:
		if !same {
			bad("the body was changed")
		}
	case webhook.BodyNewline:
		if strip := func(b []byte) string {
			return strings.NewReplacer("\n", "", "\r", "", " ", "", "\t", "", "\x00", "", bom, "").Replace(string(b))
		}; same || strip(signed) != strip(arrived) {
			bad("more than blanks was changed")
		}
	case webhook.BodyReserialized:
		if same || !strings.Contains(v.Title, "arrived") && !strings.Contains(v.Title, "characters") && !sameJSON(signed, arrived) {
			bad("the JSON says something else")
		}
	case webhook.MalformedSignature:
		if len(signed) > 0 && !bytes.HasPrefix(arrived, []byte(autopsyStampDot)) {
			bad("the signature was well made")
		}
	case webhook.LiteralSecret:
		bad("the secret was used as it should be")
	default: // it explains nothing
		if v.Code == webhook.WrongSecret && v.Certain() {
			bad("a guess is called certain")
		}
		return
	}
	if !v.Certain() {
		bad("a proof is called a guess")
	}
	if v.Secret != by.FullName() {
		bad("it was signed with " + by.FullName() + ", not " + v.Secret)
	}
	checkParting(t, v, signed, arrived)
}

func sameJSON(a, b []byte) bool {
	var x, y any
	trim := func(b []byte) []byte { return bytes.TrimPrefix(b, []byte(bom)) }
	errX, errY := json.Unmarshal(trim(a), &x), json.Unmarshal(trim(b), &y)
	if errX != nil || errY != nil { // numbers beyond a double's range, or too deep for it
		squeeze := func(b []byte) string { return strings.Join(strings.Fields(string(trim(b))), "") }
		return squeeze(a) == squeeze(b) || errX != nil && errY != nil
	}
	return reflect.DeepEqual(x, y)
}

// checkParting looks up the excerpts where they are said to stand.
func checkParting(t interface{ Errorf(string, ...any) }, v webhook.Verdict, signed, arrived []byte) {
	d := v.Difference
	if d == nil {
		return
	}
	if !strings.Contains(v.Detail, d.String()) {
		t.Errorf("%q lacks %q", v.Detail, d)
	}
	at := int(d.Offset)
	if at > len(signed) || at > len(arrived) || !bytes.Equal(signed[:at], arrived[:at]) ||
		at < len(signed) && at < len(arrived) && signed[at] == arrived[at] {
		t.Errorf("they do not part at %d", at)
		return
	}
	for _, of := range []struct {
		body []byte
		webhook.Excerpt
	}{{signed, d.Signed}, {arrived, d.Arrived}} {
		if !bytes.HasPrefix(of.body[max(0, at-12):], of.Text) && at < len(of.body) || of.Ends != (at >= len(of.body)) || of.Ends && !bytes.HasSuffix(of.body, of.Text) {
			t.Errorf("%s does not stand at byte %d", of.Excerpt, at)
		}
	}
}

const bom = "\xef\xbb\xbf"

// latin1Text is the UTF-8 of a text that has a character for each byte.
func latin1Text(b []byte) []byte {
	var text []byte
	for _, c := range b {
		text = utf8.AppendRune(text, rune(c))
	}
	return text
}

// keysHere are the secrets of the tests by the hypothesis that finds them.
func keysHere() []webhook.Secret { return []webhook.Secret{autopsyOurs, autopsyRotated, autopsyStripe} }

// What is found is true: a body that was changed at random after it was signed
// is explained rightly or not at all, and never accepted.
func TestEveryExplanationIsTrue(t *testing.T) {
	explained := 0
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.Custom(randomJSON).Draw(t, "json")
		written := func(label string) []byte {
			return append(rewritten(t, body, label), rapid.SampledFrom([]string{"", "", "", "\n", "\r\n", " "}).Draw(t, label+"'s end")...)
		}
		signed := rapid.OneOf(rapid.Just(body), rapid.Just(written("signed"))).Draw(t, "body")
		arrived := rapid.SampledFrom([][]byte{signed, written("arrived"), mutatedBytes(t, signed)}).Draw(t, "arrives")
		by := rapid.SampledFrom(append(keysHere(), autopsyUnknown)).Draw(t, "secret")
		v := autopsyOf(v1(hmacOf(decoded(t, by), autopsyStampDot+string(signed))), string(arrived), autopsyKeys)
		if v.Verified != (bytes.Equal(signed, arrived) && by == autopsyOurs) {
			t.Fatalf("verified: %v", v.Verified)
		}
		if by == autopsyUnknown && v.Code != webhook.WrongSecret {
			t.Fatalf("nobody here can know: %+v", v)
		}
		if v.Code != webhook.WrongSecret {
			explained++
		}
		checkClaim(t, v, signed, arrived, by)
	})
	if explained == 0 {
		t.Error("none was explained")
	}
}

// rewritten is a document as something writes it that read it as JSON.
func rewritten(t *rapid.T, body []byte, label string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(rapid.Bool().Draw(t, label+" with < > & escaped"))
	enc.SetIndent("", rapid.SampledFrom([]string{"", "", "  ", "    ", "\t"}).Draw(t, label+"'s indent"))
	d := json.NewDecoder(bytes.NewReader(body))
	if rapid.Bool().Draw(t, label+" with numbers as they are") {
		d.UseNumber()
	}
	var value any
	if d.Decode(&value) != nil || enc.Encode(value) != nil {
		return body
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// randomJSON draws a document with what is written differently by some.
func randomJSON(t *rapid.T) []byte {
	text := rapid.OneOf(rapid.SampledFrom([]string{"a", "b", "id", "<b>&", "é", "😀", "\u2028", "a/b", "it's", "x=1+2", "\x7f", "\x01", "\""}), rapid.String())
	number := rapid.SampledFrom([]string{"0", "1", "-1", "1.0", "1.50", "1e3", "-0", "12345678901234567890", "9007199254740993", "0.1e-7"})
	var value func(depth int) any
	value = func(depth int) any {
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		switch {
		case kind == 0 && depth < 3:
			m := map[string]any{}
			for range rapid.IntRange(0, 4).Draw(t, "n") {
				m[text.Draw(t, "key")] = value(depth + 1)
			}
			return m
		case kind == 1 && depth < 3:
			var list []any
			for range rapid.IntRange(0, 3).Draw(t, "n") {
				list = append(list, value(depth+1))
			}
			return list
		case kind <= 3:
			return text.Draw(t, "text")
		}
		return json.Number(number.Draw(t, "number"))
	}
	b, err := json.Marshal(map[string]any{"type": "user.created", "data": value(0)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mutatedBytes(t *rapid.T, b []byte) []byte {
	at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
	out := bytes.Clone(b)
	out[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
	return out
}

func FuzzExplain(f *testing.F) {
	f.Add(v1(make([]byte, 32)), []byte(clerkBody), []byte(stringified), uint8(0))
	f.Add("v1,", []byte(`[1e400,"\ud800",{"a":1,"a":2}]`), []byte(`[1e400, "\ud800", {"a": 1, "a": 2}]`), uint8(1))
	f.Add(hex.EncodeToString(make([]byte, 32)), []byte("\xef\xbb\xbf\"e30=\"\r\n"), []byte("e30="), uint8(2))
	f.Add("v1a,x v1,y sha256=z", []byte(`{"n":1.0}`), []byte(`{"n":1}`), uint8(0))
	f.Add("V1,a", []byte(`{"b":"é"}`), []byte(`{"b":"Ã©"}`), uint8(0))
	f.Fuzz(func(t *testing.T, signature string, signed, arrived []byte, which uint8) {
		if v := autopsyOf(signature, string(arrived), autopsyKeys); v.Verified || v.Code == "" || v.Title == "" || v.Fix == "" || len(v.Detail) > 4000 {
			t.Errorf("%+v", v)
		}
		by := keysHere()[int(which)%len(keysHere())]
		v := autopsyOf(v1(hmacOf(decoded(t, by), autopsyStampDot+string(signed))), string(arrived), autopsyKeys)
		if v.Verified != (bytes.Equal(signed, arrived) && by == autopsyOurs) {
			t.Errorf("verified: %v", v.Verified)
		}
		checkClaim(t, v, signed, arrived, by)
	})
}

// A secret that differs by one bit is another secret, for Verify and for the
// search; also of an asymmetric key.
func TestASecretThatWasChangedNeverVerifies(t *testing.T) {
	good := officially(t, autopsyOurs, clerkBody)
	rapid.Check(t, func(t *rapid.T) {
		prefix, length := "whsec_", 24
		if rapid.Bool().Draw(t, "public") {
			prefix, length = "whpk_", 32
		}
		key := bytes.Clone(decoded(t, autopsyOurs))
		key = append(key, make([]byte, length-len(key))...)
		key[rapid.IntRange(0, 23).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		other := webhook.NewSecret(prefix+base64.StdEncoding.EncodeToString(key), webhook.Source{Variable: "CHANGED"})
		for _, keys := range []webhook.Keyring{{Secrets: []webhook.Secret{other}}, {Secrets: []webhook.Secret{autopsyUnknown}, Others: []webhook.Secret{other}}} {
			if v := autopsyOf(good, clerkBody, keys); v.Verified || v.Code != webhook.WrongSecret && v.Code != webhook.NoSecret {
				t.Fatalf("verdict %+v", v)
			}
		}
	})
}
