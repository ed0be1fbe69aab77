package scheme

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The errors of Verify and Sign, beside ErrTimestamp.
var (
	ErrUnsigned = errors.New("it has none of the signature headers")
	ErrMissing  = errors.New("a header, the id or the timestamp is missing")
	ErrNoMatch  = errors.New("no signature was made with any of the secrets")
	ErrTooOld   = errors.New("signed too long ago")
	ErrTooNew   = errors.New("signed in the future")
	ErrNoKey    = errors.New("the secret holds no key that signs")
)

// Verify returns the index of the secret that signed a message, and whether the
// message is whole and in time. The index is -1 where no secret signed it; a
// message at the wrong time has the index and an error.
func (s *Scheme) Verify(m Message, at time.Time, secrets []string) (by int, err error) {
	missing, _ := s.Headers(m)
	switch {
	case !m.Borne:
		return -1, ErrUnsigned
	case len(missing) > 0, s.ID != (Source{}) && m.ID == "", s.Timestamp != (Source{}) && m.Timestamp == "":
		return -1, ErrMissing
	}
	sent, err := s.Sent(m)
	if err != nil {
		return -1, err
	}
	if by = s.Match(m, secrets); by < 0 {
		return -1, ErrNoMatch
	}
	if s.Timestamp == (Source{}) {
		return by, nil
	}
	age := Age(sent, at)
	switch {
	case s.Timely(age):
		return by, nil
	case age > 0:
		return by, ErrTooOld
	}
	return by, ErrTooNew
}

// Match returns the index of the first secret that made one of a message's
// signatures, whatever its time; -1 for none.
func (s *Scheme) Match(m Message, secrets []string) int {
	first := -1
	for i := range s.Kinds {
		kind := &s.Kinds[i]
		signatures := s.signatures(m, kind)
		if len(signatures) == 0 {
			continue
		}
		upto := len(secrets)
		if first >= 0 {
			upto = first
		}
		for j, secret := range secrets[:upto] {
			if kind.made(signatures, m.Parts(s.Content), secret) {
				first = j
				break
			}
		}
	}
	return first
}

// asymmetricMost is how many Ed25519 signatures of one header are looked at:
// each costs as much as the hash of 100 KiB.
const asymmetricMost = 4

// signatures are a message's well-formed signatures of a kind.
func (s *Scheme) signatures(m Message, kind *Kind) (all [][]byte) {
	for field, text := range s.Items(m.Signatures) {
		if field != kind.Field {
			continue
		}
		if raw := kind.Decode(text); raw != nil {
			all = append(all, raw)
		}
		if kind.Algorithm == Ed25519 && len(all) == asymmetricMost {
			break
		}
	}
	return all
}

// Asymmetric are a message's well-formed Ed25519 signatures, the first few.
func (s *Scheme) Asymmetric(m Message) (all [][]byte) {
	for i := range s.Kinds {
		if s.Kinds[i].Algorithm == Ed25519 {
			all = append(all, s.signatures(m, &s.Kinds[i])...)
		}
	}
	return all
}

// made reports whether a secret made one of the signatures.
func (k *Kind) made(signatures, content [][]byte, secret string) bool {
	for _, reading := range k.Keys {
		key := reading.Read(secret)
		if len(key) == 0 {
			continue
		}
		if k.Algorithm == Ed25519 {
			if len(key) == ed25519.PublicKeySize && verifies(key, content, signatures) {
				return true
			}
			continue
		}
		sum := k.MAC(key, content...)
		for _, signature := range signatures {
			if hmac.Equal(signature, sum) {
				return true
			}
		}
	}
	return false
}

func verifies(key ed25519.PublicKey, content, signatures [][]byte) bool {
	whole := joined(content)
	for _, signature := range signatures {
		if ed25519.Verify(key, whole, signature) {
			return true
		}
	}
	return false
}

// Sign puts the headers that sign a message on h, under each prefix that h has
// headers of, so that no old one stays, or else under the first. An id or a
// timestamp in the body stays as it is there. For Ed25519 the secret is the
// private key: 64 bytes, the public one at the end.
func (s *Scheme) Sign(h http.Header, secret, id string, at time.Time, url string, body []byte) error {
	m := Message{ID: id, Timestamp: s.stamp(at), URL: url, Body: body}
	if s.ID.Body != "" {
		m.ID = inBody(body, s.ID.Body)
	}
	if s.Timestamp.Body != "" {
		m.Timestamp = inBody(body, s.Timestamp.Body)
	}
	kind := &s.Kinds[0]
	signature := kind.sign(secret, m.Parts(s.Content))
	if signature == "" {
		return ErrNoKey
	}
	if kind.Field != "" {
		signature = kind.Field + s.FieldSeparator + signature
	}
	if s.Timestamp.Field != "" {
		signature = s.Timestamp.Field + s.FieldSeparator + m.Timestamp + s.ItemSeparator + signature
	}
	for _, prefix := range s.prefixesFor(h) {
		if s.ID.Header != "" {
			h.Set(prefix+s.ID.Header, m.ID)
		}
		if s.Timestamp.Header != "" {
			h.Set(prefix+s.Timestamp.Header, m.Timestamp)
		}
		h.Set(prefix+s.Signature, signature)
	}
	return nil
}

// prefixesFor are the prefixes under which to sign.
func (s *Scheme) prefixesFor(h http.Header) (prefixes []string) {
	for _, prefix := range s.Prefixes {
		if s.bearsUnder(h, prefix) {
			prefixes = append(prefixes, prefix)
		}
	}
	switch {
	case len(s.Prefixes) == 0:
		return []string{""}
	case len(prefixes) == 0:
		return s.Prefixes[:1]
	}
	return prefixes
}

func (s *Scheme) stamp(at time.Time) string {
	if s.Unit == Milliseconds {
		return strconv.FormatInt(at.UnixMilli(), 10)
	}
	return strconv.FormatInt(at.Unix(), 10)
}

func (k *Kind) sign(secret string, content [][]byte) string {
	for _, reading := range k.Keys {
		switch key := reading.Read(secret); {
		case len(key) == 0:
		case k.Algorithm != Ed25519:
			return k.Encoding.encode(k.MAC(key, content...))
		case len(key) == ed25519.PrivateKeySize:
			return k.Encoding.encode(ed25519.Sign(key, joined(content)))
		}
	}
	return ""
}

// Parts returns what a template such as Scheme.Content stands for. It comes in
// parts, so that the body is not copied.
func (m *Message) Parts(content string) [][]byte {
	parts := make([][]byte, 0, 8)
	for content != "" {
		at := strings.IndexByte(content, '{')
		if at != 0 {
			if at < 0 {
				at = len(content)
			}
			parts, content = append(parts, []byte(content[:at])), content[at:]
			continue
		}
		name, rest, _ := strings.Cut(content, "}")
		content = rest
		switch name {
		case "{id":
			parts = append(parts, []byte(m.ID))
		case "{timestamp":
			parts = append(parts, []byte(m.Timestamp))
		case "{url":
			parts = append(parts, []byte(m.URL))
		case "{body":
			parts = append(parts, m.Body)
		}
	}
	return parts
}

func joined(parts [][]byte) (whole []byte) {
	for _, part := range parts {
		whole = append(whole, part...)
	}
	return whole
}

// MAC returns the HMAC of the parts.
func (a Algorithm) MAC(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(a.hash(), key)
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}

func (a Algorithm) hash() func() hash.Hash {
	switch a {
	case SHA1:
		return sha1.New
	case SHA512:
		return sha512.New
	default:
		return sha256.New
	}
}

// Size is the length of a signature, in bytes.
func (a Algorithm) Size() int {
	switch a {
	case SHA1:
		return sha1.Size
	case SHA512, Ed25519:
		return 64
	default:
		return sha256.Size
	}
}

// Decode returns the bytes of a signature, nil for text that is none of the
// kind.
func (k *Kind) Decode(text string) []byte {
	raw, err := k.Encoding.decode(text)
	if k.Encoding == Base64 || k.Encoding == Base64URL { // one spelling alone counts
		if err == nil && k.Encoding.encode(raw) != text {
			return nil
		}
	}
	if err != nil || len(raw) != k.Size() {
		return nil
	}
	return raw
}

// Read returns the key in a secret, nil for one that has none in this way.
func (k Key) Read(secret string) []byte {
	text, ok := strings.CutPrefix(secret, k.Prefix)
	if !ok && !k.Bare {
		return nil
	}
	key, err := k.Encoding.decode(text)
	if err != nil {
		return nil
	}
	return key
}

func (e Encoding) decode(text string) ([]byte, error) {
	switch e {
	case Hex:
		return hex.DecodeString(text)
	case Base64:
		return base64.StdEncoding.DecodeString(text)
	case Base64URL:
		return base64.URLEncoding.DecodeString(text)
	default:
		return []byte(text), nil
	}
}

func (e Encoding) encode(raw []byte) string {
	switch e {
	case Hex:
		return hex.EncodeToString(raw)
	case Base64:
		return base64.StdEncoding.EncodeToString(raw)
	case Base64URL:
		return base64.URLEncoding.EncodeToString(raw)
	default:
		return string(raw)
	}
}
