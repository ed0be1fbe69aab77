// Package svixapi asks Svix what it does for a Clerk instance, and changes hooktop's
// own endpoint there. It uses Svix's own client, with the token from the portal link
// that Clerk's API gives out. Clerk does not document that, so any call may fail.
//
// It never deletes an endpoint that hooktop did not make, never changes a signing
// secret, and stores nothing.
package svixapi

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/retry"
	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

// Config says how to reach Svix.
type Config struct {
	// URL replaces https://api.{region}.svix.com, as HOOKTOP_SVIX_URL does; "" means
	// Svix's own servers.
	URL string
	// Transport sends the requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Attempts is how often a call is made if Svix is busy or out of reach; 0 means 4.
	// Whoever asks again anyway sets 1, and waits as Error.Wait says.
	Attempts int
	// Now and Wait are the clock; nil means the real one. Wait returns an error when
	// ctx ends first.
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error
}

const (
	defaultAttempts = 4
	// maxUnanswered limits the attempts if nothing answers: then the cause is usually
	// this machine's network.
	maxUnanswered = 2
	// firstWait doubles with each attempt unless Svix says how long to wait.
	firstWait = 500 * time.Millisecond
	// maxWait is the longest wait that Svix may ask for. If it asks for more, the call
	// fails, so that the user hears about it.
	maxWait = 30 * time.Second
	// maxAnswer limits the size of an answer in bytes: 100 attempts with what was
	// answered. maxContents does so for a page of messages, each of at most the 1 MiB
	// that Svix takes.
	maxAnswer   = 16 << 20
	maxContents = 64 << 20
	// attemptTimeout limits one attempt, including reading the answer.
	attemptTimeout = 20 * time.Second
)

// Client asks Svix about one application. Many goroutines may use it.
type Client struct {
	config Config
	// links returns a new portal link when the token has expired; nil if there is no
	// way to get one.
	links func(context.Context) (portal.Link, error)

	mu  sync.Mutex
	now session
}

// session is what a portal link is good for: an application, and a token for it.
type session struct {
	base  *url.URL
	app   string
	token string
	// capabilities are what Svix says the token may do; none means that it did not
	// say.
	capabilities []Capability
}

// Open gets a portal link, exchanges its token and returns a client. When the token
// expires later, the client gets another link.
func Open(ctx context.Context, links func(context.Context) (portal.Link, error), c Config) (*Client, error) {
	link, err := links(ctx)
	if err != nil {
		return nil, err
	}
	client, err := Enter(ctx, link, c)
	if err != nil {
		return nil, err
	}
	client.links = links
	return client, nil
}

// Enter exchanges the link's token and returns a client. The link works once.
func Enter(ctx context.Context, link portal.Link, c Config) (*Client, error) {
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wait == nil {
		c.Wait = retry.Sleep
	}
	if c.Attempts <= 0 {
		c.Attempts = defaultAttempts
	}
	client := &Client{config: c}
	s, err := client.enter(ctx, link)
	if err != nil {
		return nil, err
	}
	client.now = s
	return client, nil
}

// App returns the id of the Svix application.
func (c *Client) App() string { return c.session().app }

// Can reports whether the token may do something, as far as Svix said: true if it
// said nothing.
func (c *Client) Can(what Capability) bool {
	s := c.session()
	return len(s.capabilities) == 0 || slices.Contains(s.capabilities, what)
}

func (c *Client) session() session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// base returns the base URL of the API for a link. Without an override, the token
// goes to Svix's own hosts only, encrypted.
func base(link portal.Link, override string) (*url.URL, error) {
	if override != "" {
		return overridden(override)
	}
	text := link.Server
	switch {
	case text != "":
	case link.Region != "":
		text = "https://api." + link.Region + ".svix.com"
	default:
		text = "https://api.svix.com"
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Host != "svix.com" && !strings.HasSuffix(u.Host, ".svix.com") {
		return nil, &Error{
			Asked: "open the portal", Message: "the link leads to a server that is not Svix's",
			fix: "set HOOKTOP_SVIX_URL, if that is right",
		}
	}
	return trimmed(u), nil
}

// overridden reads HOOKTOP_SVIX_URL. It refuses to send the token over a network
// unencrypted.
func overridden(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &setupError{"HOOKTOP_SVIX_URL is not a valid URL", "unset it, or set it to a URL such as https://api.eu.svix.com"}
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return nil, &setupError{"HOOKTOP_SVIX_URL would send Svix's token unencrypted", "use https:// instead of http://"}
	}
	return trimmed(u), nil
}

// trimmed returns a URL without a slash at its end: paths are put after it.
func trimmed(u *url.URL) *url.URL {
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u
}
