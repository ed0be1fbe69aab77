package autopsy

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// The secrets of the tests by the place that they have in a keyring, and one
// that is in none.
const (
	own       = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	other     = "whsec_plJ3nmyCDGBKInavdOK15jsl"
	exchanged = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	unknown   = "whsec_YXNkZmFzZGZhc2RmYXNkZmFzZGZhc2Rm"

	public  = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
	private = "6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="

	id, stamp = "msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S", "1716883200"
	head      = id + "." + stamp + "."
)

var (
	keys     = Keyring{Own: []string{own}, Others: []string{other}, Exchanged: []string{exchanged}}
	standard = scheme.Scheme{
		Prefixes: []string{"Svix-"}, Signature: "Signature", ItemSeparator: " ", FieldSeparator: ",",
		Kinds: []scheme.Kind{
			{Field: "v1", Encoding: scheme.Base64, Keys: []scheme.Key{{Prefix: "whsec_", Bare: true, Encoding: scheme.Base64}}},
			{Field: "v1a", Algorithm: scheme.Ed25519, Encoding: scheme.Base64, Keys: []scheme.Key{{Prefix: "whpk_", Encoding: scheme.Base64}}},
		},
		ID: scheme.Source{Header: "Id"}, Timestamp: scheme.Source{Header: "Timestamp"}, Tolerance: 300 * time.Second,
		Content: "{id}.{timestamp}.{body}",
	}
	misuses = Misuses{
		SecretPrefix: "whsec_",
		Keys: []KeyForm{
			WholeText, BareText, WholeBase64, BareHex, BareUnpadded, WholeLine, BareLine, BareBase64, Twice, HexText,
			UpperHexText, URLText, URLTextUnpadded, BareURL, CutAtNUL, AsUTF8, AsLatin1,
		},
		Contents: []string{"{timestamp}.{body}", "{body}", "{id}.{body}", "{timestamp}.{id}.{body}", "{id}{timestamp}{body}", "{id}.{timestamp}."},
	}
)

func caseOf(signatures, arrived string, keys Keyring) Case {
	return Case{
		Scheme: &standard, Misuses: &misuses, Keys: keys,
		Message: scheme.Message{Prefix: "Svix-", Borne: true, ID: id, Timestamp: stamp, Signatures: signatures, Body: []byte(arrived)},
	}
}

func decoded(secret string) []byte {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		panic(err)
	}
	return key
}

// mac is made here by the standard library alone, not by what is tested.
func mac(key []byte, content string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(content))
	return h.Sum(nil)
}

func v1(mac []byte) string { return "v1," + base64.StdEncoding.EncodeToString(mac) }

// signed is the header over a body that a secret signed as it should.
func signed(secret, body string) string { return v1(mac(decoded(secret), head+body)) }

// What a search finds, typed: each cause with its fields.
func TestEveryCause(t *testing.T) {
	const body = `{"data":{"bio":"caf` + "\u00e9" + ` \u003cb\u003e","n":1.50},"type":"user.created"}`
	secret := decoded(own)
	sign := func(content string) string { return v1(mac(secret, content)) }
	hexed := hex.EncodeToString(mac(secret, head+body))
	for _, c := range []struct {
		name, signatures, arrived string
		want                      Finding
	}{
		{"another secret", signed(other, body), body, Finding{Cause: OtherSecret, Secret: 1}},
		{"the secret of another sender", signed(exchanged, body), body, Finding{Cause: OtherSecret, Secret: 2}},
		{"a line break more", signed(own, body), body + "\n", Finding{Cause: Whitespace, Edit: LineAdded}},
		{"a byte order mark less", signed(own, bom+body), body, Finding{Cause: Whitespace, Edit: BOMLost}},
		{"CR LF for LF, and another secret", signed(other, "{\n}"), "{\r\n}", Finding{Cause: Whitespace, Secret: 1, Edit: LFToCRLF}},
		{"base64", signed(own, body), base64.StdEncoding.EncodeToString([]byte(body)), Finding{Cause: Wrapped, Wrapping: InBase64}},
		{"Latin-1", signed(own, body), string(latin1Text([]byte(body))), Finding{Cause: Recoded, Recoding: FromLatin1}},
		{"spaces between", signed(own, `{"a":"<","b":1e400}`), `{"a": "<", "b": 1e400}`, Finding{Cause: Reserialized, Writer: Python}},
		{"JSON.stringify of what Go wrote", signed(own, `{"a":"\u003c"}`), `{"a":"<"}`, Finding{Cause: Reserialized, Style: Style{Escapes: GoEscapes}, Writer: Stringify}},
		{"keys that were sorted", signed(own, `{"a":1,"b":2}`), `{"b":2,"a":1}`, Finding{Cause: Reserialized, Style: Style{Sorted: true}, Writer: Stringify}},
		{"the last digit of a number", signed(own, `{"n":9007199254740993}`), `{"n":9007199254740992}`, Finding{Cause: Number, Number: "9007199254740992", Was: "9007199254740993"}},
		{"no id in the content", sign(stamp + "." + body), body, Finding{Cause: WrongContent, Content: "{timestamp}.{body}"}},
		{"hex", "v1," + hexed, body, Finding{Cause: WrongContent, Content: standard.Content, Written: Written{Spelling: InHex}}},
		{"GitHub's form", "sha256=" + hexed, body, Finding{Cause: WrongContent, Content: standard.Content, Written: Written{Label: "sha256=", Spelling: InHex}}},
		{"no label, in quotes", `"` + sign(head + body)[3:] + `"`, body, Finding{Cause: WrongContent, Content: standard.Content, Written: Written{Quoted: true, Unlabelled: true}}},
		{"a label in capitals", "V1" + sign(head + body)[2:], body, Finding{Cause: WrongContent, Content: standard.Content, Written: Written{Label: "V1"}}},
		{"the secret's text", v1(mac([]byte(own), head+body)), body, Finding{Cause: WrongKey, Key: WholeText}},
		{"atob's text", v1(mac(latin1Text(secret), head+body)), body, Finding{Cause: WrongKey, Key: AsLatin1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Examine(caseOf(c.signatures, c.arrived, keys)).Finding
			if got == nil {
				t.Fatal("nothing is found")
			}
			found := *got
			if found.Difference = nil; found != c.want {
				t.Errorf("found %+v, want %+v", found, c.want)
			}
		})
	}
}

// Of a scheme that signs other things, writes hex and reads the whole secret as
// the key, the same is found.
func TestAnotherScheme(t *testing.T) {
	s := scheme.Scheme{
		Signature: "X-Signature", FieldSeparator: "=", Timestamp: scheme.Source{Header: "X-Time"}, Content: "v0:{timestamp}:{url}{body}!",
		Kinds: []scheme.Kind{{Field: "sha1", Algorithm: scheme.SHA1, Encoding: scheme.Hex, Keys: []scheme.Key{{}}}},
	}
	const url, body = "https://a.example/b", `{"a":"\u003c","n":1.0}`
	raw := scheme.SHA1.MAC([]byte(own), []byte("v0:"+stamp+":"+url+body+"!"))
	for _, c := range []struct {
		name, signature, arrived string
		want                     Finding
	}{
		{"a line break more", "sha1=" + hex.EncodeToString(raw), body + "\n", Finding{Cause: Whitespace, Edit: LineAdded}},
		{"written again", "sha1=" + hex.EncodeToString(raw), `{"a":"<","n":1.0}`, Finding{Cause: Reserialized, Style: Style{Escapes: GoEscapes}, Writer: PythonCompact}},
		{"a number", "sha1=" + hex.EncodeToString(raw), `{"a":"\u003c","n":1}`, Finding{Cause: Number, Style: Style{Escapes: GoEscapes}, Number: "1", Was: "1.0"}},
		{"base64", "sha1=" + base64.StdEncoding.EncodeToString(raw), body, Finding{Cause: WrongContent, Content: s.Content, Written: Written{Spelling: InStdBase64}}},
		{"the body alone", "sha1=" + hex.EncodeToString(scheme.SHA1.MAC([]byte(own), []byte(body))), body, Finding{Cause: WrongContent, Content: "{body}"}},
		{"the key decoded", "sha1=" + hex.EncodeToString(scheme.SHA1.MAC(decoded(own), []byte("v0:"+stamp+":"+url+body+"!"))), body, Finding{Cause: WrongKey, Key: BareBase64}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := scheme.Message{Borne: true, Timestamp: stamp, Signatures: c.signature, URL: url, Body: []byte(c.arrived)}
			got := Examine(Case{Scheme: &s, Misuses: &misuses, Message: m, Keys: keys}).Finding
			if got == nil {
				t.Fatal("nothing is found")
			}
			found := *got
			if found.Difference = nil; found != c.want {
				t.Errorf("found %+v, want %+v", found, c.want)
			}
		})
	}
}

// An asymmetric signature is tried with the public keys, and nothing else is.
func TestAnAsymmetricSignature(t *testing.T) {
	const body = `{"test": 2432232314}`
	key, err := base64.StdEncoding.DecodeString(private)
	if err != nil {
		t.Fatal(err)
	}
	signature := "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(head+body)))
	for _, c := range []struct {
		name, arrived string
		keys          Keyring
		want          *Finding
	}{
		{"its key in another file", body, Keyring{Own: []string{own}, Others: []string{other, public}}, &Finding{Cause: OtherSecret, Secret: 2}},
		{"a line break more", body + "\n", Keyring{Own: []string{public}}, &Finding{Cause: Whitespace, Edit: LineAdded}},
		{"shared secrets alone", body, keys, nil},
		{"no secret", body, Keyring{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Examine(caseOf(signature, c.arrived, c.keys)).Finding
			if got != nil {
				got.Difference = nil
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("found %+v, want %+v", got, c.want)
			}
		})
	}
}

// checkFinding holds a finding to what is known here and not there: which body
// was signed, with which secret.
func checkFinding(t interface {
	Helper()
	Errorf(string, ...any)
}, f *Finding, signed, arrived []byte, by int,
) {
	t.Helper()
	same := bytes.Equal(signed, arrived)
	bad := func(why string) {
		t.Helper()
		t.Errorf("%s: %+v\nsigned  %q\narrived %q", why, f, signed, arrived)
	}
	switch f.Cause {
	case OtherSecret:
		if !same || by == 0 {
			bad("the body was changed, or the secret is the right one")
		}
	case Whitespace:
		if strip := func(b []byte) string {
			return strings.NewReplacer("\n", "", "\r", "", " ", "", "\t", "", "\x00", "", bom, "").Replace(string(b))
		}; same || strip(signed) != strip(arrived) {
			bad("more than whitespace was changed")
		}
	case Reserialized, Number:
		if same || !sameJSON(signed, arrived) {
			bad("the JSON says something else")
		}
	case Wrapped, Recoded:
		if same {
			bad("the body was not changed")
		}
	case WrongContent:
		if len(signed) > 0 && !bytes.HasPrefix(arrived, []byte(head)) {
			bad("the signature was well made")
		}
	default:
		bad("the secret was used as it should be")
	}
	if f.Secret != by {
		bad("signed with another secret")
	}
	if d := f.Difference; d != nil {
		at := d.Offset
		if at > len(signed) || at > len(arrived) || !bytes.Equal(signed[:at], arrived[:at]) || at < len(signed) && at < len(arrived) && signed[at] == arrived[at] {
			bad("they do not differ there")
		} else if !bytes.HasPrefix(signed[max(0, at-12):], d.Signed.Text) && at < len(signed) || !bytes.HasPrefix(arrived[max(0, at-12):], d.Arrived.Text) && at < len(arrived) {
			bad("the excerpt does not stand there")
		}
	}
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

// What is found is true: of a body that was changed at random after it was
// signed the right cause is found or none.
func TestEveryFindingIsTrue(t *testing.T) {
	styles := (&features{escapes: ^jsonEscape(0), numbers: true, unsorted: true, twice: true}).styles()
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.Custom(randomJSON).Draw(t, "json")
		tree, err := parseJSON(body)
		if err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		written := func(label string) []byte {
			b, _ := tree.write(rapid.SampledFrom(styles).Draw(t, label).json(), 1<<20)
			return append(b, rapid.SampledFrom([]string{"", "", "", "\n", "\r\n", " "}).Draw(t, label+"'s end")...)
		}
		original := rapid.OneOf(rapid.Just(body), rapid.Just(written("signed"))).Draw(t, "body")
		arrived := rapid.SampledFrom([][]byte{original, written("arrived"), mutatedBytes(t, original)}).Draw(t, "arrives")
		by := rapid.IntRange(0, 3).Draw(t, "secret")
		r := Examine(caseOf(signed([]string{own, other, exchanged, unknown}[by], string(original)), string(arrived), keys))
		if r.Finding == nil {
			return
		}
		if by == 3 {
			t.Fatalf("nobody here can know: %+v", r.Finding)
		}
		found++
		if r.Finding.Cause == WrongContent && by == 0 && bytes.Equal(original, arrived) {
			return // nothing was wrong
		}
		checkFinding(t, r.Finding, original, arrived, by)
	})
	if found == 0 {
		t.Error("nothing was found")
	}
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

// Nothing is found by chance, whatever the header, the scheme's form of it, the
// body and the secrets.
func FuzzExamine(f *testing.F) {
	const body = `{"data":{"bio":"caf\u00e9"},"type":"user.created"}`
	f.Add(v1(make([]byte, 32)), []byte(body), []byte(body+"\n"), own, uint8(0))
	f.Add("v1,", []byte(`[1e400,"\ud800",{"a":1,"a":2}]`), []byte(`[1e400, "\ud800", {"a": 1, "a": 2}]`), "whsec_", uint8(1))
	f.Add(hex.EncodeToString(make([]byte, 32)), []byte("\xef\xbb\xbf\"e30=\"\r\n"), []byte("e30="), "x", uint8(2))
	f.Add("v1a,x v1,y sha256=z", []byte(`{"n":1.0}`), []byte(`{"n":1}`), public, uint8(0))
	f.Add("V1,a", []byte(`{"b":"é"}`), []byte(`{"b":"Ã©"}`), "", uint8(0))
	f.Fuzz(func(t *testing.T, signatures string, original, arrived []byte, secret string, which uint8) {
		with := keys
		with.Others = append([]string{secret}, keys.Others...)
		none := caseOf(signatures, string(arrived), with)
		none.Bodies = [][]byte{original, arrived}
		if r := Examine(none); r.Finding != nil {
			t.Errorf("found %+v", r.Finding)
		}
		FaultOf(arrived)
		by := int(which) % 3
		c := caseOf(signed([]string{own, other, exchanged}[by], string(original)), string(arrived), keys)
		c.Bodies = [][]byte{arrived, original}
		r := Examine(c)
		switch {
		case r.Finding == nil && (by != 0 && bytes.Equal(original, arrived)):
			t.Error("another secret is not found")
		case r.Finding != nil && (by != 0 || !bytes.Equal(original, arrived)):
			checkFinding(t, r.Finding, original, arrived, by)
		}
	})
}

// Only what is no JSON, or holds nothing, has a fault.
func TestABodyIsBrokenWhereItIsNoJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Just([]byte(`{"data":{"bio":"café"},"n":[1.5]}`))).Draw(t, "body")
		body = body[:rapid.IntRange(0, len(body)).Draw(t, "cut")]
		if fault, _ := FaultOf(body); fault == Sound && !json.Valid(body) {
			t.Fatalf("%q is said to be sound", body)
		}
	})
}
