// Package standin imitates, in tests, what is behind a Clerk instance's webhooks:
// Clerk's Backend API with the link to Svix's portal, Svix's API for that one
// application, and Svix's sender, which signs messages with the official library and
// sends them. Field names are those of Svix's Go client v1.99.1; semantics are those
// of the open svix-server.
//
// It keeps everything in memory and limits no rates.
package standin

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	clerk "github.com/hooktop/hooktop/receiver/clerkapi/standin"
)

// Key is the secret key of the Clerk instance.
const Key = clerk.Key

// AppID is the id of the instance's application at Svix.
const AppID = "app_2standin00000000000000000000"

// Config says what the stand-in imitates. The zero value is an instance that has an
// application at Svix, without endpoints, whose tokens may do everything.
type Config struct {
	// Users are the users of the Clerk instance.
	Users []clerk.User
	// NoApp makes an instance that never had webhooks: svix_app_missing.
	NoApp bool
	// Capabilities are what tokens may do; nil means everything.
	Capabilities []string
	// Legacy puts a token that works into the link, in place of one that works once.
	Legacy bool
	// EventTypes makes endpoints name their types eventTypes, as Svix's next API does,
	// in place of filterTypes.
	EventTypes bool
	// OldestFirst makes lists with "after" begin with the oldest page, as older servers
	// do.
	OldestFirst bool
	// NoExamples refuses to send examples, as the open server does to such tokens.
	NoExamples bool
	// Transport sends the webhooks; nil means http.DefaultTransport. Tests set one that
	// reaches the URLs of stand-ins of ngrok and the relay.
	Transport http.RoundTripper
	// SendTimeout limits an attempt; 0 means Svix's 15 seconds.
	SendTimeout time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Server is a running stand-in.
type Server struct {
	// URL is for CLERK_API_URL and HOOKTOP_SVIX_URL alike.
	URL string
	// Clerk answers what is not about webhooks.
	Clerk *clerk.Server

	config  Config
	sender  *http.Client
	mux     *http.ServeMux
	stopped chan struct{}
	// background counts what Svix does after it has answered.
	background sync.WaitGroup

	mu        sync.Mutex
	hasApp    bool
	faults    []*fault
	oneTime   map[string]bool
	tokens    map[string]bool
	endpoints []*endpoint
	messages  []*message
	attempts  []*attempt
	requests  []Request
	ids       int // given out
}

// Request is a request that the stand-in got.
type Request struct {
	// Route is the route, such as "GET /api/v1/app/{app}/endpoint", or the method and
	// path without one.
	Route, Path, Query string
	Header             http.Header
	Body               []byte
}

// Start starts a stand-in on loopback. It runs until stop is called.
func Start(c Config) (s *Server, stop func()) {
	s = New(c)
	server := httptest.NewServer(s)
	s.URL = server.URL
	return s, func() {
		close(s.stopped)
		s.background.Wait()
		server.Close()
	}
}

// New returns a stand-in that some other server serves.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.SendTimeout == 0 {
		c.SendTimeout = 15 * time.Second
	}
	s := &Server{
		Clerk: clerk.New(c.Users...), config: c, stopped: make(chan struct{}), hasApp: !c.NoApp,
		oneTime: map[string]bool{}, tokens: map[string]bool{}, mux: http.NewServeMux(),
		sender: &http.Client{
			Transport: c.Transport, Timeout: c.SendTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.routes()
	return s
}

// Requests returns the requests so far, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Expire makes every token that was given out expire.
func (s *Server) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// Narrow changes what tokens may do from now on; nil means everything.
func (s *Server) Narrow(capabilities ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Capabilities = capabilities
}

// Wait returns when everything that was asked for has been done: recover, resend and
// examples are answered before they are.
func (s *Server) Wait() { s.background.Wait() }
