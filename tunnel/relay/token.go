package relay

import (
	"crypto/rand"
	"regexp"
)

// Token names an inbox. Whoever knows it reads what passes there, so it prints and
// logs masked: only the inbox URL and the start frame hold it.
type Token string

const (
	tokenPrefix = "c_"
	base62      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// The service refuses any other form, also one without the prefix.
var tokenForm = regexp.MustCompile(`^c_[0-9A-Za-z]{10}$`)

// NewToken returns a token that nobody else has: 10 of 62 characters are 59 bits.
func NewToken() Token {
	token := []byte(tokenPrefix)
	for bytes := make([]byte, 1); len(token) < len(tokenPrefix)+10; {
		_, _ = rand.Read(bytes)     // never fails
		if b := bytes[0]; b < 248 { // 4 × 62: above it, some characters would be likelier
			token = append(token, base62[b%62])
		}
	}
	return Token(token)
}

// Valid reports whether the token has the form that the service takes.
func (t Token) Valid() bool { return tokenForm.MatchString(string(t)) }

// String masks the token.
func (t Token) String() string { return tokenPrefix + "…" }

// GoString masks the token in %#v.
func (t Token) GoString() string { return t.String() }
