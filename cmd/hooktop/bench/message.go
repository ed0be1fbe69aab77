package bench

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// bodySize is about as long as Clerk's own user.created.
	bodySize = 3400
	// marker stands in the body for the user's number, and is as long as that.
	marker = "bbbbbbbbbbbb"
	digits = len(marker)

	signingKey = "hooktop-bench-signing-key"
	otherKey   = "hooktop-bench-another-key"
	path       = "/api/webhooks/clerk"
)

// secret is the signing secret that hooktop is started with.
func secret() string {
	return webhook.SecretPrefix + base64.StdEncoding.EncodeToString([]byte(signingKey))
}

// messages makes signed requests ahead of time: while they are sent, the generator has
// nothing to do but send.
type messages struct {
	body []byte // with marker in place of the user's number
	at   []int  // where the marker is
	next int    // the number of the next message

	arena    []byte // reused from round to round
	requests [][]byte
}

func newMessages() (*messages, error) {
	body, err := sampleOf("")
	if err != nil {
		return nil, err
	}
	if body, err = sampleOf(strings.Repeat("x", max(0, bodySize-len(body)))); err != nil {
		return nil, err
	}
	m := &messages{body: body}
	for from := 0; ; {
		i := bytes.Index(body[from:], []byte(marker))
		if i < 0 {
			break
		}
		m.at = append(m.at, from+i)
		from += i + digits
	}
	if len(m.at) < 2 {
		return nil, fmt.Errorf("the sample has the user's number %d times; its id and its address should have it", len(m.at))
	}
	return m, nil
}

// sampleOf returns a user.created with a note of some length in it.
func sampleOf(note string) ([]byte, error) {
	text, err := json.Marshal(note)
	if err != nil {
		return nil, err
	}
	return providers.Clerk{}.Sample(webhook.Sample{
		Type: "user.created", At: time.Now(), UserID: "user_" + marker, Email: marker + "@example.com",
		Set: []webhook.Assignment{{Path: "data.unsafe_metadata.note", Value: text}},
	})
}

// size returns the length of a body, in bytes.
func (m *messages) size() int { return len(m.body) }

// make returns n requests, each with its own user and message id.
// They are good until the next call. wrong signs them with another secret.
func (m *messages) make(count int, wrong bool) [][]byte {
	const room = 400 // more than the headers need
	each := len(m.body) + room
	if len(m.arena) < count*each {
		m.arena = make([]byte, count*each)
		m.requests = make([][]byte, count)
	}
	requests := m.requests[:count]
	key := signingKey
	if wrong {
		key = otherKey
	}
	now := time.Now().Unix()
	workers := runtime.GOMAXPROCS(0)
	var working sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			s := signer{hmac.New(sha256.New, []byte(key)), nil}
			for i := w; i < count; i += workers {
				requests[i] = m.write(m.arena[i*each:i*each:(i+1)*each], m.next+i, now, &s)
			}
		})
	}
	working.Wait()
	m.next += count
	return requests
}

// write appends a request to an empty part of the arena.
func (m *messages) write(to []byte, n int, now int64, s *signer) []byte {
	number := fmt.Appendf(s.number[:0], "%0*d", digits, n)
	s.number = number
	to = append(to, "POST "+path+" HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Svix-Webhooks/1.99.1 (sender-9YMgn; +https://www.svix.com/http-sender/)\r\nAccept: */*\r\nContent-Type: application/json\r\nSvix-Id: msg_"...)
	to = append(to, number...)
	to = append(to, "\r\nSvix-Timestamp: "...)
	to = strconv.AppendInt(to, now, 10)
	to = append(to, "\r\nContent-Length: "...)
	to = strconv.AppendInt(to, int64(len(m.body)), 10)
	to = append(to, "\r\nSvix-Signature: v1,"...)
	sum := len(to)
	to = append(to, make([]byte, base64.StdEncoding.EncodedLen(sha256.Size))...)
	to = append(to, "\r\n\r\n"...)
	body := len(to)
	to = append(to, m.body...)
	for _, at := range m.at {
		copy(to[body+at:], number)
	}
	s.sign(to[sum:sum], "msg_"+string(number), now, to[body:])
	return to
}

// signer signs as Svix does.
type signer struct {
	hash interface {
		Write([]byte) (int, error)
		Sum([]byte) []byte
		Reset()
	}
	number []byte
}

func (s *signer) sign(to []byte, id string, now int64, body []byte) {
	s.hash.Reset()
	_, _ = fmt.Fprintf(s.hash, "%s.%d.", id, now)
	_, _ = s.hash.Write(body)
	var sum [sha256.Size]byte
	base64.StdEncoding.AppendEncode(to, s.hash.Sum(sum[:0]))
}
