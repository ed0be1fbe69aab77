package autopsy

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// KeyForm is a way to turn a secret into a key.
type KeyForm int

// The forms. "The text" is what follows the secret's prefix, "the key" what
// base64 makes of that.
const (
	// WholeText: the whole secret, prefix and all.
	WholeText KeyForm = iota + 1
	// BareText: the text.
	BareText
	// WholeBase64: the whole secret decoded as Node's Buffer does.
	WholeBase64
	// BareHex: the text decoded as hex.
	BareHex
	// BareUnpadded: the text without its padding.
	BareUnpadded
	// WholeLine: the whole secret and a line break.
	WholeLine
	// BareLine: the text and a line break.
	BareLine
	// BareBase64: the key.
	BareBase64
	// Twice: the key decoded a second time.
	Twice
	// HexText: the key written as hex, used as text.
	HexText
	// UpperHexText: the same with A to F.
	UpperHexText
	// URLText: the key written as url-safe base64, used as text.
	URLText
	// URLTextUnpadded: the same without padding.
	URLTextUnpadded
	// BareURL: the text decoded as url-safe base64.
	BareURL
	// CutAtNUL: the key up to its first NUL byte.
	CutAtNUL
	// AsUTF8: the key read as UTF-8 text.
	AsUTF8
	// AsLatin1: the key as text of one character a byte, as atob gives it.
	AsLatin1
)

// key is what a form makes of a secret, nil where it makes nothing.
func (f KeyForm) key(secret, prefix string) []byte {
	bare := strings.TrimPrefix(secret, prefix)
	decoded := func() []byte {
		b, err := base64.StdEncoding.DecodeString(bare)
		if err != nil {
			return nil
		}
		return b
	}
	switch f {
	case WholeText:
		return []byte(secret)
	case BareText:
		return []byte(bare)
	case WholeBase64:
		return nodeBase64(secret)
	case BareHex:
		b, _ := hex.DecodeString(bare)
		return b
	case BareUnpadded:
		return []byte(strings.TrimRight(bare, "="))
	case WholeLine:
		return []byte(secret + "\n")
	case BareLine:
		return []byte(bare + "\n")
	case BareBase64:
		return decoded()
	case Twice:
		b, _ := base64.StdEncoding.DecodeString(string(decoded()))
		return b
	case HexText:
		return []byte(hex.EncodeToString(decoded()))
	case UpperHexText:
		return []byte(strings.ToUpper(hex.EncodeToString(decoded())))
	case URLText:
		return []byte(base64.URLEncoding.EncodeToString(decoded()))
	case URLTextUnpadded:
		return []byte(base64.RawURLEncoding.EncodeToString(decoded()))
	case BareURL:
		b, _ := base64.RawURLEncoding.DecodeString(strings.TrimRight(bare, "="))
		return b
	case CutAtNUL:
		b, _, _ := bytes.Cut(decoded(), []byte{0})
		return b
	case AsUTF8:
		return []byte(string([]rune(string(decoded()))))
	case AsLatin1:
		return latin1Text(decoded())
	default:
		return nil
	}
}

// latin1Text is the UTF-8 of a text that has a character for each byte.
func latin1Text(b []byte) []byte {
	text := make([]byte, 0, 2*len(b))
	for _, c := range b {
		text = utf8.AppendRune(text, rune(c))
	}
	return text
}

// nodeBase64 is what Node's Buffer makes of the whole text: it takes both
// alphabets, in which _ is a letter, and drops what is left over at the end.
func nodeBase64(secret string) []byte {
	text := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(secret), "=")
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	b, _ := base64.RawURLEncoding.DecodeString(text)
	return b
}

// wrongKey: a hand-written sender uses the secret's text in another way.
func (s *search) wrongKey() *Finding {
	parts := s.Message.Parts(s.Scheme.Content)
	keys := s.likely(len(s.body))
	for i := range keys {
		k := &keys[i]
		if k.public {
			continue
		}
		for _, form := range s.Misuses.Keys {
			misread := form.key(k.secret, s.Misuses.SecretPrefix)
			if len(misread) == 0 || k.reads(misread) {
				continue // no mistake
			}
			s.report.Forms++
			if _, ok := s.holds(misread, parts...); ok {
				return &Finding{Cause: WrongKey, Secret: k.index, Key: form}
			}
		}
	}
	return nil
}

func (k *key) reads(other []byte) bool {
	for _, read := range k.read {
		if bytes.Equal(read, other) {
			return true
		}
	}
	return false
}

// wrongContent: the key is right and what was signed is not what should be, or
// it is and the signature is written in another form.
func (s *search) wrongContent() *Finding {
	keys := s.likely(len(s.body))
	for i := range keys {
		k := &keys[i]
		if k.public {
			continue
		}
		for n := -1; n < len(s.Misuses.Contents); n++ {
			content := s.Scheme.Content
			if n >= 0 {
				content = s.Misuses.Contents[n]
			}
			s.report.Forms++
			parts := s.Message.Parts(content)
			for _, read := range k.read {
				if written, ok := s.holds(read, parts...); ok {
					return &Finding{Cause: WrongContent, Secret: k.index, Content: content, Written: written}
				}
			}
		}
	}
	return nil
}
