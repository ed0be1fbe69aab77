package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"
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

// all are the secrets for which bodies are tried, the endpoint's first.
func (k Keyring) all() []Secret {
	return append(append(append([]Secret{}, k.Secrets...), k.Others...), k.Exchanged...)
}

// autopsy searches for the change that makes a signature hold. Every finding
// is proven: the HMAC of what it names is in the request's own header.
//
// It is bounded by work, so that a large body or a flood cannot hold a
// processor, and so by what it writes, which bounds its memory.
type autopsy struct {
	*evidence
	keys Keyring
	all  []Secret
	claims
	work work

	// tree is the body as JSON, and has what of it can be written differently;
	// nil until it was read.
	tree *jsonNode
	has  features

	// What was tried, for the checks.
	bodies, others, forms int
}

// work is what an autopsy may still do, in bytes that are hashed; what costs
// more is counted as so many.
type work struct {
	left int64
	cut  bool // it did not suffice
}

const (
	// workMost is what one autopsy may do: a tenth of a second or so.
	workMost = 64 << 20
	// writing is what it costs to write or to read a byte of JSON.
	writing = 4
	// hashing is what an HMAC costs beside its content: two keys and two ends.
	hashing = 256
	// verifying is what a v1a signature costs beside its content.
	verifying = 64 << 10
	// reserve is what rewriting a body leaves for what is tried after it.
	reserve = workMost / 2
	// large is from when on what is less likely is tried with the endpoint's own
	// secrets alone, so that more of it can be.
	large = 256 << 10
)

// spend says whether there is work left for a step, and takes it.
func (w *work) spend(n int) bool {
	if int64(n) > w.left {
		w.cut = true
		return false
	}
	w.left -= int64(n)
	return true
}

func newAutopsy(e *evidence, keys Keyring) *autopsy {
	a := &autopsy{evidence: e, work: work{left: workMost}}
	if a.work.spend(writing * len(e.signed.signature)) {
		a.claims = e.scheme.claims(e.signed)
	}
	a.keys = Keyring{a.able(keys.Secrets), a.able(keys.Others), a.able(keys.Exchanged)}
	a.all = a.keys.all()
	return a
}

// able are the secrets that can make a signature of a kind that is there.
func (a *autopsy) able(secrets []Secret) (able []Secret) {
	for _, s := range secrets {
		if s.Public() && len(a.v1a) > 0 || !s.Public() && len(a.hmacs) > 0 {
			able = append(able, s)
		}
	}
	return able
}

// search tries the likely and cheap first.
func (a *autopsy) search() *Verdict {
	if len(a.all) == 0 {
		return nil
	}
	for _, try := range []func() *Verdict{a.otherSecret, a.edges, a.wrapped, a.recoded, a.reserialized, a.wrongContent, a.wrongKey, a.renumbered} {
		if found := try(); found != nil {
			return found
		}
	}
	return nil
}

// explain looks for the cause of a signature that is there and does not hold.
// Where nothing explains it the verdict stays, with what was tried.
func explain(e *evidence, keys Keyring, v Verdict) Verdict {
	if seconds, err := strconv.ParseInt(e.signed.timestamp, 10, 64); err == nil {
		e.sentAt = time.Unix(seconds, 0)
	}
	a := newAutopsy(e, keys)
	found := a.search()
	if found == nil {
		v.Checks = hintsLast(append(v.Checks, a.tried()...))
		if v.Code == WrongSecret {
			v.Detail += " " + a.summary()
		}
		return v
	}
	switch found.Code { // what was found is not ruled out
	case OtherKnownSecret, SwappedSecrets:
		a.others = 0
	case BodyNewline, BodyReserialized:
		a.bodies--
	case LiteralSecret, MalformedSignature:
		a.forms--
	default: // explain finds nothing else
	}
	found.Detail += a.alsoUntimely()
	found.Checks = hintsLast(append(settled(v.Checks), a.tried()...))
	return *found
}

// holds says whether one of the request's signatures is the HMAC of the parts,
// and in which form it was written, "" for as it should be.
func (a *autopsy) holds(key []byte, parts ...[]byte) (form string, ok bool) {
	cost := hashing
	for _, p := range parts {
		cost += len(p)
	}
	if len(key) == 0 || !a.work.spend(cost) {
		return "", false
	}
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		mac.Write(p)
	}
	form, ok = a.hmacs[[sha256.Size]byte(mac.Sum(nil))]
	return form, ok
}

// signs says whether a secret, used as it should be, signed a body.
func (a *autopsy) signs(s Secret, body []byte) bool {
	if s.Public() {
		return a.work.spend(len(a.v1a)*(verifying+2*len(body))) && a.signed.signedBy(publicKeyOf(s), body, a.v1a)
	}
	_, ok := a.holds(a.scheme.key(s), a.scheme.head(a.signed), body)
	return ok
}

// likely are the secrets to try on a body of that size.
func (a *autopsy) likely(size int) []Secret {
	if size > large && len(a.keys.Secrets) > 0 {
		return a.keys.Secrets
	}
	return a.all
}

// signer is the secret that signed a body, nil where none did. What arrived was
// tried before.
func (a *autopsy) signer(body []byte) *Secret {
	if bytes.Equal(body, a.Body) {
		return nil
	}
	a.bodies++
	secrets := a.likely(len(body))
	for i := range secrets {
		if a.signs(secrets[i], body) {
			return &secrets[i]
		}
	}
	return nil
}

// otherSecret: the body is as it was signed, with a secret that is known here
// but that the endpoint does not verify with.
func (a *autopsy) otherSecret() *Verdict {
	for i := range a.keys.Exchanged {
		a.others++
		if s := &a.keys.Exchanged[i]; a.signs(*s, a.Body) {
			return &Verdict{
				Code:   SwappedSecrets,
				Title:  "The providers' secrets are swapped",
				Detail: "It was signed with " + s.FullName() + ", the secret that is set for another provider.",
				Fix:    "Exchange the two: " + a.scheme.title + "'s signing secret belongs into " + a.scheme.variable + ", the other provider's into its own variable. From a .env file hooktop takes them up by itself, then R judges this delivery again; the app has to be started again.",
				Secret: s.FullName(),
			}
		}
	}
	for i := range a.keys.Others {
		a.others++
		if s := &a.keys.Others[i]; a.signs(*s, a.Body) {
			with := "; hooktop verifies with " + sources(a.secrets) + "."
			if len(a.secrets) == 0 {
				with = "; hooktop has no secret to verify with."
			}
			return &Verdict{
				Code:   OtherKnownSecret,
				Title:  "Signed with another secret that is known here",
				Detail: "It was signed with " + s.FullName() + with,
				Fix:    "Put that one too (several may stand there, separated by commas) " + takenUp(a.scheme.variable, a.secrets) + " Or send the endpoint's deliveries to where its secret is.",
				Secret: s.FullName(),
			}
		}
	}
	return nil
}

// settled are the checks of the first look, without those that the finding
// makes untrue.
func settled(checks []Check) (kept []Check) {
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
		checks = append(checks, passed("others", fmt.Sprintf("%s tried (%s), none explains it", plural(a.others, "other secret"), a.whence())))
	}
	if a.forms > 0 {
		checks = append(checks, passed("forms", fmt.Sprintf("%s of key and content tried", plural(a.forms, "form"))))
	}
	if a.bodies > 0 {
		checks = append(checks, passed("body", fmt.Sprintf("%s of the body tried", plural(a.bodies, "form"))))
	}
	return checks
}

// whence lists where the other secrets were found.
func (a *autopsy) whence() string {
	const most = 3
	others := a.all[len(a.keys.Secrets):]
	var places []string
	for _, s := range others[:min(len(others), most)] {
		places = append(places, s.Source.String())
	}
	if n := len(others) - most; n > 0 {
		places = append(places, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(places, ", ")
}

// summary says in a sentence what a wrong-secret verdict has ruled out.
func (a *autopsy) summary() string {
	s := fmt.Sprintf("Ruled out by recomputing: %s of key and content, %s of the body", plural(a.forms, "other form"), plural(a.bodies, "other form"))
	if a.others > 0 {
		s += ", " + plural(a.others, "other known secret") + "."
	} else {
		s += "; no other secret is known here."
	}
	if a.work.cut {
		s += " The search was cut short: there is too much to try for a body of this size."
	}
	return s
}
