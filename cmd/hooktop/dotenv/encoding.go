package dotenv

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode returns a file's text in UTF-8 with \n for all line breaks. Editors on
// Windows, and PowerShell's >, write UTF-16.
func decode(text []byte) (decoded string, isUTF16 bool) {
	if order := utf16Order(text); order != nil {
		decoded, isUTF16 = fromUTF16(text, order), true
	} else {
		decoded = validUTF8(text)
	}
	return strings.ReplaceAll(strings.ReplaceAll(decoded, "\r\n", "\n"), "\r", "\n"), isUTF16
}

// utf16Order returns the byte order of UTF-16, nil for another encoding. Without
// a byte order mark, a zero beside the first letter tells it.
func utf16Order(text []byte) binary.ByteOrder {
	if len(text) < 2 {
		return nil
	}
	switch {
	case text[0] == 0xff && text[1] == 0xfe, text[0] != 0 && text[1] == 0:
		return binary.LittleEndian
	case text[0] == 0xfe && text[1] == 0xff, text[0] == 0 && text[1] != 0:
		return binary.BigEndian
	}
	return nil
}

func fromUTF16(text []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return string(utf16.Decode(units))
}

// validUTF8 replaces the bytes that are not UTF-8, as Node does.
func validUTF8(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	return string([]rune(string(text)))
}
