// Package selftest finds out whether a public URL leads to this hooktop: it sends a
// request there and looks at who answers. It says so in words, and tells apart what
// senders would meet as well from what only this machine meets.
//
// It sends one request a test, and decides nothing about when to test. What makes an
// answer a proof is handed to it.
package selftest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	timeout = 5 * time.Second
	maxBody = 16 << 10 // bytes of an answer that are read
)

// Outcome is what a test found.
type Outcome string

// The outcomes.
const (
	Passed    Outcome = "passed"    // this hooktop answered
	Refused   Outcome = "refused"   // something else answered; senders get that answer, too
	Undecided Outcome = "undecided" // says nothing about senders
)

// Result is an Outcome and, unless it is Passed, what happened.
type Result struct {
	Outcome Outcome
	Code    string // such as "ERR_NGROK_3200"; "" if ngrok did not answer with one
	Err     string // what happened, in one line
	Fix     string // what to do about it
	// Offline is set if ngrok's edge knows of no agent at the URL, or cannot use the
	// one it knows.
	Offline bool
}

// Test is a test of public URLs. Its zero Transport is the network, through the
// proxy that the environment names.
type Test struct {
	Path      string // the path to test, one that webhooks are sent to
	UserAgent string
	Transport http.RoundTripper
	// Challenge returns the header of one request, and what tells whether an answer's
	// header proves that this hooktop gave it.
	Challenge func() (ask http.Header, proves func(answer http.Header) bool)
}

// Run tests a public URL, without a path. It takes at most five seconds.
func (t Test) Run(ctx context.Context, url string) Result {
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	// An empty object is harmless to whoever else may get it.
	req, err := http.NewRequestWithContext(within, http.MethodPost, url+t.Path, strings.NewReader("{}"))
	if err != nil {
		return Result{Outcome: Undecided, Err: "cannot test the public URL: " + printable(err.Error()), Fix: "correct the public URL"}
	}
	ask, proves := t.Challenge()
	req.Header = ask
	req.Header.Set("User-Agent", cmp.Or(t.UserAgent, "hooktop")) // ngrok's warning page is for browsers
	req.Header.Set("Ngrok-Skip-Browser-Warning", "1")
	req.Header.Set("Content-Type", "application/json")
	res, err := t.roundTripper().RoundTrip(req) // below http.Client, which follows redirects
	if err != nil {
		return unreachable(req.URL.Hostname(), err)
	}
	defer res.Body.Close()
	if proves(res.Header) {
		return Result{Outcome: Passed}
	}
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxBody)) // what came says enough
	return answered(req.URL, res, body)
}

func (t Test) roundTripper() http.RoundTripper {
	if t.Transport != nil {
		return t.Transport
	}
	// Anew for each test, because a connection that survived a sleep proves nothing.
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: timeout}).DialContext,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// printable returns foreign text as one short line.
func printable(s string) string {
	const most = 120
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	s = strings.Trim(fmt.Sprintf("%+q", s), `"`)
	return s[:min(len(s), most)]
}
