// Package proof lets a command make sure that the program at an address of this machine
// is the hooktop whose token it has, before it sends anything there. The token itself
// is not sent for that: whoever merely took the port learns nothing.
//
// Where the address and the token were found, in a file of a folder that may be a
// stranger's, is the caller's to know.
package proof

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Header carries the nonce of a question, and in its answer the proof.
const Header = "Hooktop-Proof"

// Path is where the question is asked.
const Path = "/healthz"

// The errors of a program that is not the hooktop that was looked for.
var (
	// ErrOther is another program, or another hooktop.
	ErrOther = errors.New("another program answered")
	// ErrUnproven is a program that gives the right ID, which is no secret, and no
	// proof: an older hooktop, or one that pretends.
	ErrUnproven = errors.New("the program there did not prove that it is the hooktop of this folder")
)

// Self is what a hooktop says of itself.
type Self struct {
	// URL is its local address: http://127.0.0.1:4747.
	URL string
	// ID is not secret; Token is.
	ID, Token string
}

// maxNonce is the longest nonce that is answered.
const maxNonce = 64

// Answer returns the proof that a hooktop gives for a nonce, "" for a nonce that no
// command of hooktop's sends.
func (s Self) Answer(nonce string) string {
	if s.Token == "" || len(nonce) < 16 || len(nonce) > maxNonce {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(s.Token))
	// Its address is in it: a program cannot pass the question on to the hooktop that
	// has the token.
	_, _ = io.WriteString(mac, strings.Join([]string{"hooktop proof", s.URL, s.ID, nonce}, "\x00")) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// idHeader is the header in which every hooktop says its ID.
const idHeader = "Hooktop-Instance"

// Connect connects to the hooktop and has it prove that it is the one. What the client
// sends goes over this same connection, to that program alone. It passes by any proxy
// and follows no redirect; each request may take as long as patience. Close its idle
// connections when done.
func (s Self) Connect(ctx context.Context, patience time.Duration) (*http.Client, error) {
	addr, err := localAddress(s.URL)
	if err != nil {
		return nil, err
	}
	if s.Token == "" {
		return nil, ErrOther
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	client := only(conn, patience)
	if err := s.challenge(ctx, client); err != nil {
		client.CloseIdleConnections()
		_ = conn.Close() // nothing was sent
		return nil, err
	}
	return client, nil
}

// challenge asks for the proof.
func (s Self) challenge(ctx context.Context, client *http.Client) error {
	nonce := rand.Text()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+Path, nil)
	if err != nil {
		return err
	}
	req.Header.Set(Header, nonce)
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	const most = 4 << 10
	// To its end, or the connection is not used again.
	if n, err := io.Copy(io.Discard, io.LimitReader(res.Body, most)); err != nil || n == most {
		return ErrOther
	}
	switch {
	case res.StatusCode != http.StatusOK || res.Header.Get(idHeader) != s.ID:
		return ErrOther
	case !hmac.Equal([]byte(res.Header.Get(Header)), []byte(s.Answer(nonce))):
		return ErrUnproven
	}
	return nil
}

// only returns a client that has this one connection and makes no other.
func only(conn net.Conn, patience time.Duration) *http.Client {
	var taken atomic.Bool
	return &http.Client{
		Transport: &http.Transport{
			DisableCompression: true, MaxIdleConnsPerHost: 1, MaxResponseHeaderBytes: 64 << 10,
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				if taken.Swap(true) {
					return nil, fmt.Errorf("%s closed the connection", conn.RemoteAddr())
				}
				return conn, nil
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}
}
