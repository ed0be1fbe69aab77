package autopsy

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"unicode/utf16"
	"unicode/utf8"
)

// Recoding is what was done to the text of a body.
type Recoding int

// The recodings.
const (
	// FromLatin1: UTF-8 was read as Latin-1 and written as UTF-8.
	FromLatin1 Recoding = iota + 1
	// ToLatin1: it was read as UTF-8 and written as Latin-1.
	ToLatin1
	// FromWindows1252 and ToWindows1252: the same with Windows' Western encoding.
	FromWindows1252
	ToWindows1252
	// FromLatin1Twice and FromWindows1252Twice: it happened a second time.
	FromLatin1Twice
	FromWindows1252Twice
	// ToUTF16: it was written as UTF-16.
	ToUTF16
	// FormDecoded: it was read as a form's value: + became a space.
	FormDecoded
)

type recodingForm struct {
	recoding Recoding
	undo     func([]byte) []byte
}

// recodings are how the body's text may have been changed, and what undoes it.
var recodings = []recodingForm{
	{FromLatin1, fromLatin1},
	{ToLatin1, toLatin1},
}

// rareRecodings are tried after all that is more likely, and not on large bodies.
var rareRecodings = []recodingForm{
	{FromWindows1252, fromWindows1252},
	{ToWindows1252, toWindows1252},
	{FromLatin1Twice, func(b []byte) []byte { return fromLatin1(fromLatin1(b)) }},
	{FromWindows1252Twice, func(b []byte) []byte { return fromWindows1252(fromWindows1252(b)) }},
	{ToUTF16, fromUTF16},
	{FormDecoded, func(b []byte) []byte { return spacedMail.ReplaceAllFunc(b, spacesToPlus) }},
	{FormDecoded, func(b []byte) []byte { return spacedTime.ReplaceAll(b, []byte("+$1")) }},
	{FormDecoded, func(b []byte) []byte {
		return spacedTime.ReplaceAll(spacedMail.ReplaceAllFunc(b, spacesToPlus), []byte("+$1"))
	}},
	{FormDecoded, spacesToPlus},
}

var (
	// spacedMail is an e-mail address with a space before its @, where none can be.
	spacedMail = regexp.MustCompile(`"[^"\\@]* [^"\\@]*@[^"\\]*"`)
	// spacedTime is a time zone without its sign.
	spacedTime = regexp.MustCompile(` (\d\d:?\d\d")`)
)

func spacesToPlus(b []byte) []byte { return bytes.ReplaceAll(b, []byte(" "), []byte("+")) }

// recoded: the body's text was read in one encoding and written in another.
func (s *search) recoded() *Finding { return s.undone(recodings) }

func (s *search) rarelyRecoded() *Finding {
	if len(s.body) > large {
		return nil
	}
	return s.undone(rareRecodings)
}

func (s *search) undone(forms []recodingForm) *Finding {
	for _, form := range forms {
		if !s.budget.Spend(len(s.body)) {
			return nil
		}
		body := form.undo(s.body)
		if len(body) == 0 || bytes.Equal(body, s.body) {
			continue
		}
		if secret, ok := s.signer(body); ok {
			return &Finding{Cause: Recoded, Secret: secret, Recoding: form.recoding, Difference: difference(body, s.body)}
		}
	}
	return nil
}

// fromLatin1 restores the bytes that were each read as a character; nil
// if there are other characters.
func fromLatin1(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r > 0xff {
			return nil
		}
		out = append(out, byte(r))
	}
	return out
}

// toLatin1 reads each byte as a character, unless they are UTF-8 already.
func toLatin1(b []byte) []byte {
	if utf8.Valid(b) {
		return nil
	}
	return latin1Text(b)
}

// windows1252 are the characters that Windows has where Latin-1 has controls; those
// that it leaves out are controls there, too.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}

// fromWindows1252 is fromLatin1 for Windows' characters.
func fromWindows1252(b []byte) []byte {
	out := make([]byte, 0, len(b))
next:
	for _, r := range string(b) {
		if r <= 0xff {
			out = append(out, byte(r))
			continue
		}
		for i, known := range windows1252 {
			if r == known {
				out = append(out, byte(0x80+i))
				continue next
			}
		}
		return nil
	}
	return out
}

// toWindows1252 is toLatin1 for Windows' characters.
func toWindows1252(b []byte) []byte {
	if utf8.Valid(b) {
		return nil
	}
	text := make([]byte, 0, 2*len(b))
	for _, c := range b {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows1252[c-0x80]
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}

// fromUTF16 reads UTF-16 in either order, with its byte order mark or without; nil
// if it is not UTF-16.
func fromUTF16(b []byte) []byte {
	if len(b) < 4 || len(b)%2 != 0 {
		return nil
	}
	order := binary.ByteOrder(binary.LittleEndian)
	switch {
	case b[0] == 0xff && b[1] == 0xfe:
		b = b[2:]
	case b[0] == 0xfe && b[1] == 0xff:
		order, b = binary.BigEndian, b[2:]
	case b[0] == 0:
		order = binary.BigEndian
	case b[1] != 0:
		return nil
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
