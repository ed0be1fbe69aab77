package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// Keyring is what a signature that does not hold is tried with.
type Keyring struct {
	// Secrets are those that the endpoint verifies with.
	Secrets []Secret
	// Others are all that were found beside them: in other variables, in other
	// .env files, from before a rotation.
	Others []Secret
	// Exchanged are those of another provider, which stand where this one's
	// should where two were swapped.
	Exchanged []Secret
}

// autopsy searches for the change that makes a signature hold. Every finding
// is proven: the HMAC of what it names is in the request's own header.
//
// It is bounded by work, the bytes that are hashed and written, so that a
// large body or a flood cannot hold a processor.
type autopsy struct {
	*evidence
	keys    Keyring
	claimed map[[sha256.Size]byte]bool
	work    int64

	// What was tried, for the checks.
	bodies, others, forms int
	cut                   bool // the work ran out
}

// workMost is what one autopsy may hash and write, in bytes: a tenth of a
// second or so.
const workMost = 64 << 20

// explain looks for the cause of a signature that is there and does not hold.
// Where nothing explains it the verdict stays, with what was tried.
func explain(e *evidence, keys Keyring, v Verdict) Verdict {
	a := &autopsy{evidence: e, keys: keys, claimed: claims(e.signed), work: workMost}
	if len(a.claimed) == 0 {
		return v
	}
	for _, try := range []func() *Verdict{a.otherSecret, a.wrongKey, a.wrongContent, a.edges, a.wrapped, a.reserialized} {
		if found := try(); found != nil {
			switch found.Code { // what was found is not ruled out
			case OtherKnownSecret, SwappedSecrets:
				a.others = 0
			case BodyNewline, BodyReserialized:
				a.bodies--
			case LiteralSecret, MalformedSignature:
				a.forms--
			default: // explain finds nothing else
			}
			found.Checks = append(a.settled(v.Checks), a.tried()...)
			return *found
		}
	}
	v.Checks = append(v.Checks, a.tried()...)
	if v.Code == WrongSecret {
		v.Detail += " " + a.summary()
	}
	return v
}

// claims are the HMACs that a signature header holds, in whatever form they
// were written: with a version or without, base64 or hex.
func claims(s signedHeaders) map[[sha256.Size]byte]bool {
	found := map[[sha256.Size]byte]bool{}
	for entry := range s.entries() {
		version, sig, ok := strings.Cut(entry, ",")
		if !ok {
			version, sig = "v1", entry
		}
		if version != "v1" {
			continue
		}
		for _, decode := range []func(string) ([]byte, error){
			base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString,
			base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString, hex.DecodeString,
		} {
			if raw, err := decode(sig); err == nil && len(raw) == sha256.Size {
				found[[sha256.Size]byte(raw)] = true
			}
		}
	}
	return found
}

// holds says whether one of the request's signatures is that of the parts.
func (a *autopsy) holds(key []byte, parts ...[]byte) bool {
	if len(key) == 0 {
		return false
	}
	for _, p := range parts {
		a.work -= int64(len(p))
	}
	if a.work < 0 {
		a.cut = true
		return false
	}
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		mac.Write(p)
	}
	return a.claimed[[sha256.Size]byte(mac.Sum(nil))]
}

// signs says whether a secret, used as it should be, signed a body.
func (a *autopsy) signs(s Secret, body []byte) bool {
	return a.holds(keyOf(s), []byte(a.signed.id+"."+a.signed.timestamp+"."), body)
}

// keyOf is a secret's key, nil for one that is malformed.
func keyOf(s Secret) []byte {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Reveal(), secretPrefix))
	if err != nil {
		return nil
	}
	return key
}

// all are the secrets for which bodies are tried, the endpoint's first.
func (a *autopsy) all() []Secret {
	return append(append(append([]Secret{}, a.keys.Secrets...), a.keys.Others...), a.keys.Exchanged...)
}

// signer is the secret that signed a body, nil where none did.
func (a *autopsy) signer(body []byte) *Secret {
	a.bodies++
	for _, s := range a.all() {
		if a.signs(s, body) {
			return &s
		}
	}
	return nil
}

// fullName is a masked secret and where it was found.
func fullName(s *Secret) string { return s.String() + " (" + s.Source + ")" }

// otherSecret: the body is as it was signed, with a secret that is known here
// but that the endpoint does not verify with.
func (a *autopsy) otherSecret() *Verdict {
	for _, s := range a.keys.Exchanged {
		if a.signs(s, a.Body) {
			return &Verdict{
				Code:   SwappedSecrets,
				Title:  "The providers' secrets are swapped",
				Detail: "It was signed with " + fullName(&s) + ", the secret that is set for another provider.",
				Fix:    "Exchange the two: Clerk's signing secret belongs into " + Clerk{}.SecretVars()[0] + ", the other provider's into its own variable. Then start hooktop and the app again.",
				Secret: fullName(&s),
			}
		}
	}
	for _, s := range a.keys.Others {
		a.others++
		if a.signs(s, a.Body) {
			return &Verdict{
				Code:   OtherKnownSecret,
				Title:  "Signed with another secret that is known here",
				Detail: "It was signed with " + fullName(&s) + "; hooktop verifies with " + sources(a.keys.Secrets) + ".",
				Fix:    "Put that one into " + Clerk{}.SecretVars()[0] + " (several may stand there, separated by commas) and start hooktop again; or send the endpoint's deliveries where its secret is.",
				Secret: fullName(&s),
			}
		}
	}
	return nil
}

// keyForms are the ways in which code turns a secret into a key and should not.
var keyForms = []struct {
	what string
	key  func(secret string) []byte
}{
	{"the whole text whsec_… as the key", func(s string) []byte { return []byte(s) }},
	{"the text after whsec_ as the key, not decoded", func(s string) []byte { return []byte(strings.TrimPrefix(s, secretPrefix)) }},
	{"the text after whsec_ decoded as hex", func(s string) []byte { b, _ := hex.DecodeString(strings.TrimPrefix(s, secretPrefix)); return b }},
	{"the text after whsec_ decoded as url-safe base64", func(s string) []byte {
		b, _ := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.TrimPrefix(s, secretPrefix), "="))
		return b
	}},
	{"the base64 decoded twice", func(s string) []byte {
		once, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
		twice, _ := base64.StdEncoding.DecodeString(string(once))
		return twice
	}},
	{"the key written as hex, used as text", func(s string) []byte {
		key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
		return []byte(hex.EncodeToString(key))
	}},
}

// wrongKey: a hand-written sender uses the secret's text in another way.
func (a *autopsy) wrongKey() *Verdict {
	head := []byte(a.signed.id + "." + a.signed.timestamp + ".")
	for _, s := range a.all() {
		for _, form := range keyForms {
			key := form.key(s.Reveal())
			if bytes.Equal(key, keyOf(s)) {
				continue // no mistake
			}
			a.forms++
			if !a.holds(key, head, a.Body) {
				continue
			}
			return &Verdict{
				Code:   LiteralSecret,
				Title:  "The secret was not decoded",
				Detail: "It was signed with the right secret, " + fullName(&s) + ", but with " + form.what + ".",
				Fix:    "Neither Clerk nor Svix signs so; code of your own does: the key is what base64 decodes after whsec_. Sign with a Svix or Standard Webhooks library.",
				Secret: fullName(&s),
			}
		}
	}
	return nil
}

// wrongContent: the key is right and what was signed is not id.timestamp.body,
// or it is and the signature was written down in another form.
func (a *autopsy) wrongContent() *Verdict {
	id, ts, dot := []byte(a.signed.id), []byte(a.signed.timestamp), []byte(".")
	for _, s := range a.all() {
		key := keyOf(s)
		for _, form := range []struct {
			what  string
			parts [][]byte
		}{
			{"id.timestamp.body, as it should be, but the signature is not written as v1, and base64", [][]byte{id, dot, ts, dot, a.Body}},
			{"timestamp.body, without the message id", [][]byte{ts, dot, a.Body}},
			{"the body alone", [][]byte{a.Body}},
			{"id.body, without the timestamp", [][]byte{id, dot, a.Body}},
			{"timestamp.id.body, in another order", [][]byte{ts, dot, id, dot, a.Body}},
			{"body.timestamp.id, in another order", [][]byte{a.Body, dot, ts, dot, id}},
			{"the three parts without dots", [][]byte{id, ts, a.Body}},
		} {
			a.forms++
			if !a.holds(key, form.parts...) {
				continue
			}
			return &Verdict{
				Code:   MalformedSignature,
				Title:  "Something else was signed",
				Detail: "The secret is right, " + fullName(&s) + ", and what was signed is " + form.what + ".",
				Fix:    "Neither Clerk nor Svix signs so; code of your own does. Sign id.timestamp.body and write v1, and the base64, or use a Svix or Standard Webhooks library.",
				Secret: fullName(&s),
			}
		}
	}
	return nil
}

// settled are the checks of the first look, without those that the finding
// makes untrue.
func (a *autopsy) settled(checks []Check) (kept []Check) {
	for _, c := range checks {
		if c.Name != "secrets" && c.Name != "signature" {
			kept = append(kept, c)
		}
	}
	return kept
}

// tried are the checks that say what was ruled out on the way.
func (a *autopsy) tried() (checks []Check) {
	if a.others > 0 {
		checks = append(checks, Check{"others", true, fmt.Sprintf("%s tried, none explains it", plural(a.others, "other secret"))})
	}
	if a.forms > 0 {
		checks = append(checks, Check{"forms", true, fmt.Sprintf("%s of key and content tried", plural(a.forms, "form"))})
	}
	if a.bodies > 0 {
		checks = append(checks, Check{"body", true, fmt.Sprintf("%s of the body tried", plural(a.bodies, "form"))})
	}
	return checks
}

// summary says in a sentence what a wrong-secret verdict has ruled out.
func (a *autopsy) summary() string {
	s := fmt.Sprintf("Ruled out: %s, %s of key and content, %s of the body.", plural(a.others, "other known secret"), plural(a.forms, "other form"), plural(a.bodies, "other form"))
	if a.cut {
		s += " The body is so large that not everything was tried."
	}
	return s
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if head, tail, ok := strings.Cut(one, " of "); ok {
		return fmt.Sprintf("%d %ss of %s", n, head, tail)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
