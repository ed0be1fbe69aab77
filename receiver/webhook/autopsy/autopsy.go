// Package autopsy searches for the cause of a signature that does not hold: of
// bytes, secrets and a signing scheme it makes a Finding. Every finding is
// proven: the signature of what it names is in the request itself.
//
// It knows no sender by name, has no words for people and does no input or
// output. What it may spend on one request is bounded.
//
// Where to look: autopsy.go has the order in which causes are tried, and the
// first of them, another secret that is known here (otherSecret). The others:
//
//   - whitespace.go: line breaks, spaces or a byte order mark came or went
//   - doubledheader.go: the id's header arrived more than once
//   - wrapping.go: the body came as base64, as a string or a form, or otherwise
//     inside something; nested.go looks inside JSON, framing.go takes HTTP's own
//     framing and compression off
//   - recoding.go: the text was read in one character encoding and written in another
//   - reserialized.go: the JSON was parsed and written again; jsontree.go reads
//     it, jsonwrite.go writes it as other languages do
//   - keyorder.go: the same, with its keys in another order, which the sender's other
//     bodies show; comparison.go says how an unexplained body differs from them
//   - numbers.go: a number in the JSON was written in another way
//   - misusedsecret.go: the right secret, but read as another key (wrongKey) or
//     used to sign something else (wrongContent)
//
// decodedsignatures.go reads the signature header however it is written,
// brokenbody.go says where a body stops being JSON, finding.go has the result.
package autopsy

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// Case is a request whose signature does not hold, and what it is tried with.
type Case struct {
	Scheme  *scheme.Scheme
	Misuses *Misuses
	Message scheme.Message
	Keys    Keyring
	// Bodies are bodies of the sender whose signatures were valid: they show in which order
	// it writes its keys.
	Bodies [][]byte
}

// Keyring holds the secrets. Indexes count through Own, Others and Exchanged.
type Keyring struct {
	// Own are those that the endpoint verifies with.
	Own []string
	// Others are all that were found beside them.
	Others []string
	// Exchanged are those of other senders.
	Exchanged []string
}

// Misuses are the ways in which code of one's own gets a scheme wrong.
type Misuses struct {
	// SecretPrefix is what a secret begins with, which may not be part of the key.
	SecretPrefix string
	// Keys are the ways to turn a secret into a key.
	Keys []KeyForm
	// Contents are the templates of what is signed instead of Scheme.Content.
	Contents []string
}

// Report is what a search came to.
type Report struct {
	// Finding is nil where nothing explains the signature.
	Finding *Finding
	// Others are the indexes of the other secrets that were tried, Forms and
	// Bodies how many other forms of key and content, and of the body.
	Others        []int
	Forms, Bodies int
	// Comparison is how the body differs from the sender's others, where nothing
	// explains the signature.
	Comparison Comparison
	// Cut reports whether the search ended before everything was tried.
	Cut bool
}

// Examine searches for the cause. It takes up to a tenth of a second.
func Examine(c Case) Report {
	s := newSearch(c)
	s.run()
	s.report.Cut = s.budget.cut
	return s.report
}

// search is the examination of one case.
type search struct {
	Case
	body   []byte // as it arrived
	budget Budget
	report Report

	// hmac and asymmetric are the scheme's kinds of signature, nil where it has
	// none.
	hmac, asymmetric *scheme.Kind
	decoded          decodedSignatures
	// keys are all that can make a signature of a kind that is there; the first
	// own of them are the endpoint's.
	keys []key
	own  int

	// tree is the body as JSON, and has what of it can be written differently;
	// nil until it was read.
	tree *jsonNode
	has  features
	// otherTrees are the sender's other bodies; nil until they are read.
	otherTrees []*jsonNode
}

// key is a secret of the keyring.
type key struct {
	index  int
	secret string
	// read are its keys as the scheme reads them.
	read [][]byte
	// public reports whether it is a key of an asymmetric signature.
	public bool
}

// Budget is what an examination may still do, in bytes that are hashed; what
// costs more is counted as so many.
type Budget struct {
	left int64
	cut  bool // it did not suffice
}

const (
	// budgetMost is what one examination may do: a tenth of a second or so.
	budgetMost = 64 << 20
	// writing is what it costs to write or to read a byte of JSON.
	writing = 4
	// hashing is what an HMAC costs beside its content: two keys and two ends.
	hashing = 256
	// verifying is what an asymmetric signature costs beside its content.
	verifying = 64 << 10
	// reserve is what rewriting a body leaves for what is tried after it.
	reserve = budgetMost / 2
	// large is from when on what is less likely is tried with the endpoint's own
	// secrets alone, so that more of it can be.
	large = 256 << 10
)

// NewBudget returns the budget of one examination.
func NewBudget() Budget { return Budget{left: budgetMost} }

// Spend takes n bytes from the budget and reports whether there were as many.
func (b *Budget) Spend(n int) bool {
	if int64(n) > b.left {
		b.cut = true
		return false
	}
	b.left -= int64(n)
	return true
}

// VerificationCost is what it costs to verify a body of n bytes with one secret,
// whatever the algorithm.
func VerificationCost(n int) int { return hashing + verifying + writing*n }

func newSearch(c Case) *search {
	s := &search{Case: c, body: c.Message.Body, budget: NewBudget()}
	for i := range c.Scheme.Kinds {
		kind := &c.Scheme.Kinds[i]
		switch {
		case kind.Algorithm == scheme.Ed25519 && s.asymmetric == nil:
			s.asymmetric = kind
		case kind.Algorithm != scheme.Ed25519 && s.hmac == nil:
			s.hmac = kind
		}
	}
	if s.budget.Spend(writing * len(c.Message.Signatures)) {
		s.decode()
	}
	index := 0
	for _, group := range [][]string{c.Keys.Own, c.Keys.Others, c.Keys.Exchanged} {
		for _, secret := range group {
			if k, ok := s.able(secret); ok {
				k.index = index
				s.keys = append(s.keys, k)
				if index < len(c.Keys.Own) {
					s.own++
				}
			}
			index++
		}
	}
	return s
}

// able reads the keys of a secret that can make a signature of a kind that is
// there.
func (s *search) able(secret string) (k key, ok bool) {
	k.secret = secret
	if s.asymmetric != nil {
		k.read = readings(s.asymmetric, secret)
		if k.public = len(k.read) > 0; k.public {
			return k, len(s.decoded.asymmetric) > 0
		}
	}
	if s.hmac == nil || len(s.decoded.hmacs) == 0 {
		return k, false
	}
	k.read = readings(s.hmac, secret)
	return k, true
}

func readings(kind *scheme.Kind, secret string) (all [][]byte) {
	for _, k := range kind.Keys {
		if key := k.Read(secret); len(key) > 0 {
			all = append(all, key)
		}
	}
	return all
}

// run tries the likely and cheap first.
func (s *search) run() {
	if len(s.keys) == 0 {
		return
	}
	for _, try := range []func() *Finding{s.otherSecret, s.doubledHeader, s.whitespace, s.wrapped, s.recoded, s.reserialized, s.reordered, s.wrongContent, s.wrongKey, s.rarelyRecoded, s.numbers} {
		if s.report.Finding = try(); s.report.Finding != nil {
			return
		}
	}
	s.report.Comparison = s.compare()
}

// holds reports whether one of the request's signatures is the HMAC of the
// parts, and how it is written.
func (s *search) holds(key []byte, parts ...[]byte) (written Written, ok bool) {
	cost := hashing
	for _, p := range parts {
		cost += len(p)
	}
	if len(key) == 0 || s.hmac == nil || !s.budget.Spend(cost) {
		return Written{}, false
	}
	written, ok = s.decoded.hmacs[string(s.hmac.MAC(key, parts...))]
	return written, ok
}

// around returns what is signed before and after the body.
func (s *search) around() (head, tail [][]byte) {
	before, after, _ := strings.Cut(s.Scheme.Content, "{body}")
	return s.Message.Parts(before), s.Message.Parts(after)
}

// signs reports whether a secret, used as it should be, signed a body.
func (s *search) signs(k *key, body []byte) bool {
	m := s.Message
	m.Body = body
	parts := m.Parts(s.Scheme.Content)
	if k.public {
		cost := len(s.decoded.asymmetric) * (verifying + 2*len(body))
		return s.budget.Spend(cost) && s.verifies(k.read, bytes.Join(parts, nil))
	}
	for _, read := range k.read {
		if _, ok := s.holds(read, parts...); ok {
			return true
		}
	}
	return false
}

// verifies reports whether one of the keys belongs to the private one that made
// an asymmetric signature of a content.
func (s *search) verifies(keys [][]byte, content []byte) bool {
	for _, key := range keys {
		for _, signature := range s.decoded.asymmetric {
			if len(key) == ed25519.PublicKeySize && ed25519.Verify(key, content, signature) {
				return true
			}
		}
	}
	return false
}

// likely are the keys to try on a body of that size.
func (s *search) likely(size int) []key {
	if size > large && s.own > 0 {
		return s.keys[:s.own]
	}
	return s.keys
}

// signer returns the index of the secret that signed a body, and whether one
// did. What arrived was tried before.
func (s *search) signer(body []byte) (secret int, ok bool) {
	if bytes.Equal(body, s.body) {
		return 0, false
	}
	s.report.Bodies++
	keys := s.likely(len(body))
	for i := range keys {
		if s.signs(&keys[i], body) {
			return keys[i].index, true
		}
	}
	return 0, false
}

// otherSecret: the body is as it was signed, with a secret that is known here
// but that the endpoint does not verify with.
func (s *search) otherSecret() *Finding {
	others := s.keys[s.own:]
	exchanged := slices.IndexFunc(others, func(k key) bool { return k.index >= len(s.Keys.Own)+len(s.Keys.Others) })
	if exchanged < 0 {
		exchanged = len(others)
	}
	for _, k := range slices.Concat(others[exchanged:], others[:exchanged]) {
		s.report.Others = append(s.report.Others, k.index)
		if s.signs(&k, s.body) {
			return &Finding{Cause: OtherSecret, Secret: k.index}
		}
	}
	return nil
}
