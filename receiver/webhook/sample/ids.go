package sample

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// idLetters are what ids are made of.
const (
	idLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	idLength  = 27
)

// RandomID makes an id as Svix, Clerk and Stripe write them: 27 letters and
// digits after a prefix.
func RandomID(prefix string) string {
	b := make([]byte, idLength)
	rand.Read(b) //nolint:errcheck // it never fails
	return ID(prefix, b)
}

// ID makes such an id of bytes, of which it takes 27.
func ID(prefix string, from []byte) string {
	b := make([]byte, idLength)
	for i := range b {
		b[i] = idLetters[int(from[i])%len(idLetters)]
	}
	return prefix + string(b)
}

// Digest returns 32 bytes that follow from what is given.
func Digest(from ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(from, "\x00")))
	return sum[:]
}
