package svixapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/retry"
	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

// request is one call: what it asks for, and how Svix's client sends it. Retries
// share the idempotency key, so that Svix does the work once.
type request struct {
	asked string
	send  func(ctx context.Context, api *svix.Svix, app string, idempotencyKey *string) error
	// read reads the answer; nil if there is nothing to read.
	read func(answer []byte) error
	// contents allows an answer as large as a page of messages.
	contents bool
}

// call makes a call, again if the error is temporary, and once more with a new token
// if this one has expired.
func (c *Client) call(ctx context.Context, r request) error {
	key := "hooktop_" + rand.Text()
	s := c.session()
	once := func(ctx context.Context) error { return c.once(ctx, s, r, &key) }
	err := c.retry(ctx, once, (*Error).Temporary)
	var e *Error
	if c.links == nil || !errors.As(err, &e) || e.Status != http.StatusUnauthorized {
		return err
	}
	if s, err = c.renew(ctx, s); err != nil {
		return err
	}
	return c.retry(ctx, once, (*Error).Temporary)
}

// renew replaces an expired session, unless another call already did.
func (c *Client) renew(ctx context.Context, expired session) (session, error) {
	if s := c.session(); s.token != expired.token {
		return s, nil
	}
	link, err := c.links(ctx)
	if err != nil {
		return session{}, err
	}
	s, err := c.enter(ctx, link)
	if err != nil {
		return session{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = s
	return s, nil
}

// retry makes attempts until one succeeds or fails for good, and waits in between as
// long as Svix asks.
func (c *Client) retry(ctx context.Context, attempt func(context.Context) error, again func(*Error) bool) error {
	policy := retry.Policy{Attempts: c.config.Attempts, Unanswered: maxUnanswered, First: firstWait, Longest: maxWait, Pause: c.config.Wait}
	return retry.Do(ctx, policy, attempt, again, func(e *Error) {
		e.fix = "try again in " + e.wait.Round(time.Second).String() + ", as Svix asks"
	})
}

// once makes one attempt through Svix's client.
func (c *Client) once(ctx context.Context, s session, r request, key *string) error {
	seen := c.answers()
	if r.contents {
		seen.limit = maxContents
	}
	api, err := svix.New(s.token, &svix.SvixOptions{
		ServerUrl:  s.base,
		HTTPClient: &http.Client{Transport: seen, Timeout: attemptTimeout},
		// Its retries cannot be interrupted and do not know Retry-After; retry does it.
		RetrySchedule: &[]time.Duration{},
	})
	if err != nil {
		return err
	}
	err = r.send(ctx, api, s.app, key)
	if err == nil && r.read != nil {
		if r.read(seen.body) != nil { // whose text may hold parts of the answer
			err = &Error{Status: seen.status, Message: notSvix, Foreign: true}
		}
	}
	return explain(ctx, err, r.asked, s.token)
}

// enter exchanges a link's token for one that works more than once. It asks again
// only if Svix certainly did not take the first try: a token works once.
func (c *Client) enter(ctx context.Context, link portal.Link) (session, error) {
	at, err := base(link, c.config.URL)
	if err != nil {
		return session{}, err
	}
	token, oneTime := link.Reveal()
	s := session{base: at, app: link.AppID, token: token}
	if !oneTime {
		return s, nil
	}
	err = c.retry(ctx, func(ctx context.Context) error {
		return explain(ctx, c.exchange(ctx, &s, token), "exchange the portal's one-time token", token)
	}, func(e *Error) bool { return e.Status == http.StatusTooManyRequests || e.Status == 0 && notSent(e) })
	return s, err
}

// exchange sends the one-time token. Svix's client cannot: its own specification
// calls this route internal.
func (c *Client) exchange(ctx context.Context, s *session, oneTime string) error {
	body, err := json.Marshal(map[string]string{"oneTimeToken": oneTime})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base.String()+"/api/v1/auth/one-time-token", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer unused") // as Svix's portal does: the route wants none
	req.Header.Set("User-Agent", "hooktop")
	seen := c.answers()
	res, err := (&http.Client{Transport: seen, Timeout: attemptTimeout}).Do(req)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	var said struct {
		Token        string       `json:"token"`
		Capabilities []Capability `json:"capabilities"`
	}
	if json.Unmarshal(seen.body, &said) != nil || !portal.Token(said.Token) {
		return &Error{Status: seen.status, Message: notSvix, Foreign: true}
	}
	s.token, s.capabilities = said.Token, said.Capabilities
	return nil
}

// notSent reports whether no connection was made.
func notSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// answers keeps the answer to one request, and returns an error for each that is
// not a success. Svix's client reads {} instead: it loses digits of long numbers,
// refuses values newer than itself, and does not bound what it reads.
type answers struct {
	base   http.RoundTripper
	now    func() time.Time
	limit  int64
	status int
	body   []byte
}

func (c *Client) answers() *answers {
	return &answers{base: c.config.Transport, now: c.config.Now, limit: maxAnswer}
}

func (a *answers) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := a.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		body, _ := io.ReadAll(io.LimitReader(res.Body, maxRefusal)) // its status is known in any case
		return nil, refusal(res.StatusCode, res.Header, body, a.now())
	}
	a.status = res.StatusCode
	if a.body, err = io.ReadAll(http.MaxBytesReader(nil, res.Body, a.limit)); err != nil {
		return nil, err
	}
	res.StatusCode, res.Status = http.StatusOK, "200 OK"
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader([]byte("{}"))), 2
	return res, nil
}

// explain turns any error of a call into an *Error without tokens. When ctx has
// ended, it returns ctx's error.
func explain(ctx context.Context, err error, asked string, tokens ...string) error {
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
		e = &Error{Message: fmt.Sprintf("the answer is larger than %d MiB", large.Limit>>20), Foreign: true}
	case errors.As(err, &transport):
		e = &Error{Message: transport.Err.Error(), cause: transport.Err}
	default:
		e = &Error{Message: err.Error(), cause: err}
	}
	e.Asked = asked
	e.Code, e.Message = clean(e.Code, tokens...), clean(e.Message, tokens...)
	return e
}
