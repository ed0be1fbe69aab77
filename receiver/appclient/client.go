// Package appclient speaks HTTP to the app under development, with whatever the
// app understands: HTTP/1.1 or HTTP/2, with TLS or without. It makes answers
// readable and says why there was none. It keeps nothing and retries nothing that
// the app may have seen.
//
// Where to look: client.go sends, protocol.go finds out what an app speaks,
// network.go connects, failure.go says why there was no answer, decode.go makes a
// compressed answer readable.
package appclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// maxAnswer is how much of the app's answer is kept, in bytes.
	maxAnswer = 256 << 10
	// maxAnswerHeader bounds the header of the app's answer, in bytes.
	maxAnswerHeader = 64 << 10
	// maxIdle is how long a connection to the app is kept for the next delivery: less
	// than the 5 s after which Node closes it, or a delivery could be lost on a
	// connection that is being closed.
	maxIdle = 4 * time.Second
)

// Client sends requests to apps and follows no redirects.
type Client struct {
	dial Dial
	// http speaks HTTP/1.1 and, if the app chooses it in the TLS handshake, HTTP/2.
	http *http.Client
	// cleartext speaks HTTP/2 without TLS and without asking first.
	cleartext *http.Client

	mu sync.Mutex
	// onlyHTTP2 are the addresses of apps that speak nothing but HTTP/2 without TLS.
	onlyHTTP2 map[string]bool
}

// New returns a client. insecure accepts an app's certificate whoever signed it;
// dial may be nil for the network.
func New(insecure bool, dial Dial) *Client {
	if dial == nil {
		dial = Network
	}
	var usual, cleartext http.Protocols
	usual.SetHTTP1(true)
	usual.SetHTTP2(true)
	cleartext.SetUnencryptedHTTP2(true)
	over := func(p http.Protocols) *http.Client {
		return &http.Client{
			Transport: &http.Transport{
				Proxy:              nil, // the app is on this machine, or its host is what it says
				DialContext:        dial,
				Protocols:          &p,
				DisableCompression: true,
				TLSClientConfig: &tls.Config{
					MinVersion:         tls.VersionTLS12,
					InsecureSkipVerify: insecure,
				},
				IdleConnTimeout:        maxIdle,
				MaxResponseHeaderBytes: maxAnswerHeader,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return &Client{dial: dial, http: over(usual), cleartext: over(cleartext), onlyHTTP2: map[string]bool{}}
}

// CloseIdleConnections closes the connections that are kept for the next delivery.
func (c *Client) CloseIdleConnections() {
	c.http.CloseIdleConnections()
	c.cleartext.CloseIdleConnections()
}

// Exchange sends a request and returns the app's answer, or why there was none in
// time. now is the clock.
func (c *Client) Exchange(ctx context.Context, method, target string, header http.Header, body []byte, within time.Duration, now func() time.Time) webhook.Forward {
	sent := webhook.Forward{At: now(), Target: webhook.WithoutPassword(target)}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var p progress
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, p.trace()), method, target, bytes.NewReader(body))
	if err != nil {
		sent.Failure, sent.Error = webhook.InvalidTarget, "the target is not a URL"
		return sent
	}
	req.Header = header
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "") // or net/http sends its own
	}
	res, err := c.do(req, &p)
	if err != nil {
		sent.Duration = now().Sub(sent.At)
		sent.Failure, sent.Error = c.failure(ctx, err, req.URL, &p, within)
		return sent
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	sent.Duration = now().Sub(sent.At)
	if err != nil {
		why, text := unanswered(err, req.URL, within)
		if why != webhook.Timeout {
			why = webhook.PartialAnswer
		}
		sent.Failure, sent.Error = why, "its answer ended early, after "+strconv.Itoa(len(raw))+" bytes: "+text
	}
	answer := decoded(res.Header, raw)
	sent.Truncated = len(raw) > maxAnswer || len(answer) > maxAnswer
	sent.Status, sent.Header, sent.Body = res.StatusCode, res.Header, answer[:min(len(answer), maxAnswer)]
	return sent
}

// do sends a request with what the app speaks. If the app turns out to speak
// nothing but HTTP/2 without TLS, it cannot have understood the request, and gets
// it again.
func (c *Client) do(req *http.Request, p *progress) (*http.Response, error) {
	addr := Address(req.URL.String())
	if req.URL.Scheme == "http" && c.speaksOnlyHTTP2(addr) {
		res, err := c.cleartext.Do(req)
		if err != nil {
			c.setOnlyHTTP2(addr, false) // it may be another app by now
		}
		return res, err
	}
	res, err := c.http.Do(req)
	refused := err == nil && (res.StatusCode == http.StatusHTTPVersionNotSupported || res.StatusCode == http.StatusUpgradeRequired)
	if req.URL.Scheme != "http" || !refused && !p.brokenOff(err) || !c.knowsOnlyHTTP2(req.Context(), addr) {
		return res, err
	}
	if err == nil {
		_ = res.Body.Close()
	}
	c.setOnlyHTTP2(addr, true)
	again := req.Clone(req.Context())
	if again.Body, err = req.GetBody(); err != nil {
		return nil, err
	}
	return c.cleartext.Do(again)
}

func (c *Client) speaksOnlyHTTP2(addr string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.onlyHTTP2[addr]
}

func (c *Client) setOnlyHTTP2(addr string, only bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onlyHTTP2[addr] = only
}
