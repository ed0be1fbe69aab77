package autopsy

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// decodedSignatures are what a signature header says, in whatever form it is
// written.
type decodedSignatures struct {
	// hmacs are the HMACs, as text of bytes, each with how it is written.
	hmacs map[string]Written
	// asymmetric are the others, which are not looked for in other forms.
	asymmetric [][]byte
}

// Written is how a signature is written; the zero value is as it should be.
type Written struct {
	// Quoted reports whether it is in quotes.
	Quoted bool
	// Unlabelled reports whether the label is missing (v1), and Label is what
	// stands in its place: "V1", "sha256=".
	Unlabelled bool
	Label      string
	// Joined reports whether it follows a comma that something put in place of
	// the separator.
	Joined   bool
	Spelling Spelling
}

// Spelling is how the bytes of a signature are written.
type Spelling int

// The spellings.
const (
	// AsItShould is the scheme's encoding.
	AsItShould Spelling = iota
	InHex
	InStdBase64
	InStdBase64Unpadded
	InURLBase64
	InURLBase64Unpadded
	// Loosely is the scheme's base64 with bits at the end that mean nothing.
	Loosely
)

// spellings are how bytes are written down.
var spellings = []struct {
	spelling Spelling
	encoding scheme.Encoding
	decode   func(string) ([]byte, error)
}{
	{InStdBase64, scheme.Base64, base64.StdEncoding.DecodeString},
	{InStdBase64Unpadded, 0, base64.RawStdEncoding.DecodeString},
	{InURLBase64, scheme.Base64URL, base64.URLEncoding.DecodeString},
	{InURLBase64Unpadded, 0, base64.RawURLEncoding.DecodeString},
	{InHex, scheme.Hex, hex.DecodeString},
}

// decode reads the signature header in every form.
func (s *search) decode() {
	s.decoded = decodedSignatures{hmacs: map[string]Written{}, asymmetric: s.Scheme.Asymmetric(s.Message)}
	if s.hmac == nil {
		return
	}
	for field, text := range s.Scheme.Items(s.Message.Signatures) {
		if text, written, ok := s.label(field, text); ok {
			s.spelled(text, written)
		}
	}
	if s.Scheme.FieldSeparator != "," {
		return
	}
	for item := range strings.SplitSeq(s.Message.Signatures, s.Scheme.ItemSeparator) {
		parts := strings.Split(item, ",")
		for _, text := range parts[min(2, len(parts)):] { // the first has its label before it
			s.spelled(text, Written{Joined: true})
		}
	}
}

// spelled adds a signature in every spelling that its text can be.
func (s *search) spelled(text string, written Written) {
	for _, form := range spellings {
		raw, err := form.decode(text)
		if err != nil || len(raw) != s.hmac.Size() {
			continue
		}
		as := written
		switch {
		case form.encoding != s.hmac.Encoding:
			as.Spelling = form.spelling
		case s.hmac.Encoding != scheme.Hex && s.hmac.Decode(text) == nil:
			as.Spelling = Loosely
		}
		if known, twice := s.decoded.hmacs[string(raw)]; !twice || known != (Written{}) && as == (Written{}) {
			s.decoded.hmacs[string(raw)] = as
		}
	}
}

// otherLabels are what code writes before a signature in the place of its label.
var otherLabels = []string{"v1=", "v1:", "sha256=", "hmac-sha256="}

// label takes the quotes and the label off a signature; ok is false for one that
// says that it is of another kind.
func (s *search) label(field, text string) (bare string, written Written, ok bool) {
	const quotes = `"'`
	if s.Scheme.FieldSeparator != "" && field != "" {
		name := strings.TrimLeft(field, quotes)
		bare = strings.TrimRight(text, quotes)
		written.Quoted = name != field || bare != text
		if name != s.hmac.Field {
			written.Label = name
		}
		return bare, written, strings.EqualFold(name, s.hmac.Field)
	}
	bare = strings.Trim(text, quotes)
	written.Quoted = bare != text
	if s.hmac.Field == "" {
		return bare, written, true
	}
	for _, label := range otherLabels {
		if rest, ok := strings.CutPrefix(bare, label); ok {
			written.Label = label
			return rest, written, true
		}
	}
	written.Unlabelled = true
	return bare, written, true
}
