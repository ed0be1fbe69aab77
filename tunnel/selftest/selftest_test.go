package selftest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
)

// question is a test whose answer is known.
func question(path string) Test {
	return Test{Path: path, UserAgent: "hooktop/1.2.3", Challenge: func() (http.Header, func(http.Header) bool) {
		return http.Header{"Ask": {"42"}}, func(h http.Header) bool { return h.Get("Proof") == "24" }
	}}
}

func TestARequestThatLeadsHerePasses(t *testing.T) {
	seen := make(chan *http.Request, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Proof", "24")
		_, _ = io.Copy(io.Discard, r.Body)
		seen <- r
	}))
	defer s.Close()
	if r := question("/api/webhooks/clerk").Run(t.Context(), s.URL); r != (Result{Outcome: Passed}) {
		t.Errorf("result %+v", r)
	}
	r := <-seen
	if r.Method != http.MethodPost || r.URL.Path != "/api/webhooks/clerk" || r.Header.Get("Ask") != "42" ||
		r.UserAgent() != "hooktop/1.2.3" || r.Header.Get("Ngrok-Skip-Browser-Warning") == "" {
		t.Errorf("request %+v", r)
	}
}

func TestWhoElseAnswersIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		header map[string]string
		body   string
		want   Result // Err and Fix are parts
	}{
		"a code of ngrok's": {502, map[string]string{"Ngrok-Error-Code": "ERR_NGROK_8012"}, "", Result{Refused, "ERR_NGROK_8012", "(ERR_NGROK_8012)", "--domain", false}},
		"its offline page":  {404, map[string]string{"Ngrok-Error-Code": "ERR_NGROK_3200"}, "", Result{Refused, "ERR_NGROK_3200", "no agent", "--domain", true}},
		"an unknown code":   {500, map[string]string{"Ngrok-Error-Code": "ERR_NGROK_99999\x1b[2J"}, "", Result{Refused, "ERR_NGROK_99999", "ngrok itself", "err_ngrok_99999", false}},
		"a browser warning": {511, map[string]string{"Ngrok-Error-Code": "ERR_NGROK_6024"}, "", Result{Undecided, "ERR_NGROK_6024", "warning page", "first delivery", false}},
		"a redirect":        {301, map[string]string{"Location": "https://www.example.com/a\u202eb"}, "", Result{Refused, "", "https://www.example.com/", "redirects", false}},
		"another hooktop":   {400, nil, `{"message":"Invalid webhook signature","code":"missing_header","delivery":7}`, Result{Refused, "", "another hooktop", "--domain", false}},
		"another app":       {200, map[string]string{"Server": "nginx\x1b[2J"}, "Welcome", Result{Refused, "", "nginx", "stop what answers", false}},
		"an endless answer": {200, nil, strings.Repeat("x", 1<<20), Result{Refused, "", "200", "stop what answers", false}},
		"a proxy's login":   {407, nil, "", Result{Undecided, "", "407", "HTTPS_PROXY", false}},
		"a wrong proof":     {200, map[string]string{"Proof": "42"}, "", Result{Refused, "", "200", "stop what answers", false}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := roundTrip(func(r *http.Request) (*http.Response, error) {
				h := http.Header{}
				for name, value := range c.header {
					h.Set(name, value)
				}
				return &http.Response{StatusCode: c.status, Status: fmt.Sprint(c.status), Header: h, Body: io.NopCloser(strings.NewReader(c.body)), Request: r}, nil
			})
			test := question("/hook")
			test.Transport = answer
			got := test.Run(t.Context(), "https://ada-dev.ngrok-free.dev")
			if got.Outcome != c.want.Outcome || got.Code != c.want.Code || got.Offline != c.want.Offline || !strings.Contains(got.Err, c.want.Err) || !strings.Contains(got.Fix, c.want.Fix) {
				t.Errorf("%+v\nwant %+v", got, c.want)
			}
			if strings.ContainsFunc(got.Err+got.Fix, func(r rune) bool { return !unicode.IsPrint(r) }) || len(got.Err) > 600 {
				t.Errorf("not fit for a terminal: %q", got.Err)
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What this machine cannot reach says nothing about senders.
func TestWhatCannotBeReachedIsUndecided(t *testing.T) {
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	untrusted.Config.ErrorLog = nil
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	offline := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("offline") }}
	for name, c := range map[string]struct {
		url       string
		transport http.RoundTripper
		says, fix string
	}{
		"refused":       {gone.URL, nil, "cannot reach 127.0.0.1", "network"},
		"untrusted":     {untrusted.URL, nil, "certificate", "inspects TLS"},
		"no such host":  {"https://ada-dev.ngrok-free.dev", &http.Transport{DialContext: (&net.Dialer{Resolver: offline}).DialContext}, "cannot resolve ada-dev.ngrok-free.dev", "name server"},
		"no proxy":      {"https://ada-dev.ngrok-free.dev", &http.Transport{Proxy: proxyAt(gone.URL)}, "proxy", "HTTPS_PROXY"},
		"a URL of none": {"https://[::1", nil, "cannot test", "public URL"},
	} {
		t.Run(name, func(t *testing.T) {
			test := question("/hook")
			test.Transport = c.transport
			got := test.Run(t.Context(), c.url)
			if got.Outcome != Undecided || got.Code != "" || !strings.Contains(got.Err, c.says) || !strings.Contains(got.Fix, c.fix) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A server that accepts and does not answer takes five seconds, no more.
func TestATestTakesAtMostFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := question("/hook")
		test.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		begun := time.Now()
		got := test.Run(t.Context(), "https://ada-dev.ngrok-free.dev")
		if took := time.Since(begun); took != timeout || got.Outcome != Undecided || !strings.Contains(got.Err, "5s") {
			t.Errorf("after %v: %+v", took, got)
		}
	})
}

func proxyAt(address string) func(*http.Request) (*url.URL, error) {
	u, err := url.Parse(address)
	return func(*http.Request) (*url.URL, error) { return u, err }
}
