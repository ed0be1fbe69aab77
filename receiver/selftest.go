package receiver

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// selfTestHeader carries the question of a self-test, and in its answer the proof.
const selfTestHeader = "Hooktop-Self-Test"

// maxOpenTests is how many self-tests can be open at a time. Older ones no longer
// count.
const maxOpenTests = 8

// SelfTest lets a hooktop find out whether a public URL leads to itself. It sends a
// signed nonce to one of its webhook paths there; the Receiver that gets it answers
// with a proof and stores nothing. Nonce and proof are made with a key that never
// leaves the process, and a nonce counts once: to anybody else, also to one who saw
// a test pass by, the Receiver answers as if there were no self-tests.
type SelfTest struct {
	key []byte

	mu   sync.Mutex
	open []string // nonces that were not received yet
}

// NewSelfTest returns a SelfTest with a key of its own.
func NewSelfTest() *SelfTest {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	return &SelfTest{key: key}
}

// Challenge opens a test. It returns the header of the request to send, and what
// tells whether the header of an answer proves that this hooktop gave it.
func (s *SelfTest) Challenge() (ask http.Header, proves func(answer http.Header) bool) {
	nonce := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open = append(s.open, nonce); len(s.open) > maxOpenTests {
		s.open = slices.Delete(s.open, 0, 1)
	}
	ask = http.Header{selfTestHeader: {nonce + "." + s.sign("question", nonce)}}
	return ask, func(answer http.Header) bool {
		return hmac.Equal([]byte(answer.Get(selfTestHeader)), []byte(s.sign("answer", nonce)))
	}
}

// answer answers a request that is an open self-test. It reports false, and does
// nothing, for all others.
func (s *SelfTest) answer(w http.ResponseWriter, h http.Header) bool {
	if s == nil {
		return false
	}
	nonce, signature, ok := strings.Cut(h.Get(selfTestHeader), ".")
	if !ok || !hmac.Equal([]byte(signature), []byte(s.sign("question", nonce))) || !s.close(nonce) {
		return false
	}
	w.Header().Set(selfTestHeader, s.sign("answer", nonce))
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"message":"Self-test"}`+"\n")
	return true
}

// close takes a nonce from the open ones, and reports whether it was one.
func (s *SelfTest) close(nonce string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.Index(s.open, nonce)
	if at < 0 {
		return false
	}
	s.open = slices.Delete(s.open, at, at+1)
	return true
}

func (s *SelfTest) sign(what, nonce string) string {
	mac := hmac.New(sha256.New, s.key)
	_, _ = io.WriteString(mac, what+"."+nonce)
	return hex.EncodeToString(mac.Sum(nil))
}
