// Package clerkapi reads the users of a Clerk instance through Clerk's Backend API,
// with Clerk's own client, and gets the link to the instance's webhooks at Svix.
//
// Nothing changes at Clerk, except that Portal gives an instance that never had
// webhooks its application at Svix, as Clerk's dashboard does. It deletes and stores
// nothing.
package clerkapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/hooktop/hooktop/receiver/retry"
)

// Config says which instance to read and how to reach it.
type Config struct {
	Key Key
	// URL is the base URL of the API; "" means Clerk's. A URL without a path gets
	// the version: https://api.clerk.com becomes https://api.clerk.com/v1.
	URL string
	// Transport sends the requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Now and Wait are the clock; nil means the real one. Wait returns an error
	// when ctx ends first.
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error
}

// Client reads one Clerk instance.
type Client struct {
	backend clerk.Backend
	key     Key
	wait    func(context.Context, time.Duration) error
}

const (
	// maxAttempts limits how often a request is made, maxUnanswered how often if
	// nothing answers: then the cause is usually this machine's network.
	maxAttempts   = 6
	maxUnanswered = 3
	// firstWait doubles with each attempt unless Clerk says how long to wait.
	firstWait = 500 * time.Millisecond
	// maxWait is the longest wait that Clerk may ask for. If it asks for more, the
	// request fails, so that the user hears about it.
	maxWait = time.Minute
	// maxAnswer limits the size of an answer in bytes: 500 users with as much
	// metadata as Clerk allows are about 20 MB.
	maxAnswer = 64 << 20
	// attemptTimeout limits one attempt, including reading the answer.
	attemptTimeout = 30 * time.Second
)

// New returns a client without connecting. It returns an error with a Fix if the
// URL is invalid.
func New(c Config) (*Client, error) {
	base, err := baseURL(c.URL)
	if err != nil {
		return nil, err
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wait == nil {
		c.Wait = retry.Sleep
	}
	return &Client{key: c.Key, wait: c.Wait, backend: clerk.NewBackend(&clerk.BackendConfig{
		URL: &base, Key: &c.Key.value,
		HTTPClient: &http.Client{
			Transport: statusChecker{c.Transport, c.Now},
			Timeout:   attemptTimeout,
			// The key must not go anywhere but to the configured address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	})}, nil
}

// baseURL returns the base URL of the API. It refuses to send the key over a
// network unencrypted.
func baseURL(text string) (string, error) {
	if text == "" {
		return clerk.APIURL, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", &setupError{"CLERK_API_URL is not a valid URL", "unset it, or set it to a URL such as " + clerk.APIURL}
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return "", &setupError{"CLERK_API_URL would send the secret key unencrypted", "use https:// instead of http://"}
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/v1"
	}
	return strings.TrimSuffix(u.String(), "/"), nil
}

// read asks for something.
func (c *Client) read(ctx context.Context, path string, params clerk.Params, answer clerk.ResponseReader) error {
	return c.call(ctx, http.MethodGet, path, params, answer)
}

// call sends a request and retries temporary errors, after as long as Clerk asks to
// wait.
func (c *Client) call(ctx context.Context, method, path string, params clerk.Params, answer clerk.ResponseReader) error {
	policy := retry.Policy{Attempts: maxAttempts, Unanswered: maxUnanswered, First: firstWait, Longest: maxWait, Pause: c.wait}
	return retry.Do(ctx, policy, func(ctx context.Context) error {
		req := clerk.NewAPIRequest(method, path)
		req.SetParams(params)
		return c.explain(ctx, c.backend.Call(ctx, req, answer))
	}, (*Error).Temporary, func(e *Error) {
		e.fix = fmt.Sprintf("try again in %s, as Clerk asks", e.wait.Round(time.Second))
	})
}

// explain turns an error of Clerk's client into an *Error that does not hold the
// key. When ctx has ended, it returns ctx's error.
func (c *Client) explain(ctx context.Context, err error) error {
	var e *Error
	var transport *url.Error
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &e):
	case errors.As(err, &large):
		e = &Error{Message: "the answer is larger than 64 MiB", fix: "check CLERK_API_URL, if it is set"}
	case errors.As(err, &transport):
		e = &Error{Message: transport.Err.Error(), cause: transport.Err}
	case isNetworkError(err):
		e = &Error{Message: "the connection broke during the answer", cause: err}
	default: // not JSON, or JSON of another kind
		e = &Error{Message: "the answer is not in Clerk's format", cause: err, fix: unexpectedFix}
	}
	// Only now are they cut off: before, a part of the key could be left at the end.
	e.Code, e.Message = truncate(c.withoutKey(e.Code)), truncate(c.withoutKey(e.Message))
	e.TraceID = truncate(c.withoutKey(e.TraceID))
	return e
}

// withoutKey replaces the key in text from a server.
func (c *Client) withoutKey(s string) string {
	return strings.ReplaceAll(s, c.key.value, c.key.String())
}

func isNetworkError(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, io.ErrUnexpectedEOF)
}

// statusChecker returns an error for every answer that is not a success, because Clerk's
// client loses the status of errors it cannot read. It limits the size of the others.
type statusChecker struct {
	base http.RoundTripper
	now  func() time.Time
}

func (s statusChecker) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := s.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusCreated {
		defer res.Body.Close()
		return nil, readRefusal(res, s.now())
	}
	res.Body = http.MaxBytesReader(nil, res.Body, maxAnswer)
	return res, nil
}
