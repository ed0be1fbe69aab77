// Package standin imitates Svix's relay inside a test: the WebSocket that listeners
// connect to, the inbox that senders post to, and the inbox's history. It is a real
// server; the official clients connect to it, too (see official_test.go in
// tunnel/relay).
//
// It follows what the public sources of the official clients and Svix's documentation
// of Play say. It asks for no more of a client than they do, and does not imitate
// limits of rate or size.
package standin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Options set how the stand-in behaves.
type Options struct {
	// Listener is where it listens; nil means a free port on 127.0.0.1.
	Listener net.Listener
	// Path is where listeners connect; "" means /api/v1/listen/.
	Path string
	// PingEvery is how often it pings listeners; 0 means 20 s, less than 0 never.
	PingEvery time.Duration
	// PingFirst sends a ping before it confirms a token.
	PingFirst bool
	// Binary sends frames as binary messages in place of text.
	Binary bool
	// Wait is how long the inbox waits for the listener's answer; 0 means 30 s.
	Wait time.Duration
	// Handshake, if any, may answer a handshake itself, and then returns true.
	Handshake func(http.ResponseWriter, *http.Request) bool
	// Start, if any, decides what happens to a token. The zero Reply confirms it.
	Start func(token string) Reply
	// History, if any, answers the history API in place of the stand-in.
	History http.Handler
	// OwnHistory lists only what came while nobody listened.
	OwnHistory bool
	Now        func() time.Time // of the history; nil means time.Now
}

// Reply is what the relay says to a start frame.
type Reply struct {
	Silent bool // nothing
	Token  string
	Code   websocket.StatusCode // closes the connection with that code and Reason
	Reason string
}

// InUse is the reply to a token that another listener has.
var InUse = Reply{Code: websocket.StatusPolicyViolation, Reason: "This socket is already in use"}

// Frame is a message that a listener sent.
type Frame struct {
	Token  string
	Binary bool
	Text   []byte
}

// Server is a running stand-in.
type Server struct {
	options  Options
	listener net.Listener
	http     *http.Server
	served   chan struct{}

	mu        sync.Mutex
	changed   chan struct{} // closed and replaced at each change of the fields below
	listeners map[string]*listener
	conns     map[*link]bool
	frozen    bool
	rejecting bool
	frames    []Frame
	history   map[string][]entry
	starts    int
	pongs     int
	ids       int
}

// Start starts a stand-in that serves until Close.
func Start(o Options) (*Server, error) {
	if o.Path == "" {
		o.Path = "/api/v1/listen/"
	}
	if o.PingEvery == 0 {
		o.PingEvery = 20 * time.Second
	}
	if o.Wait == 0 {
		o.Wait = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Listener == nil {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("listen as the relay: %w", err)
		}
		o.Listener = l
	}
	s := &Server{
		options: o, listener: o.Listener, served: make(chan struct{}),
		changed: make(chan struct{}), listeners: map[string]*listener{}, conns: map[*link]bool{}, history: map[string][]entry{},
	}
	mux := http.NewServeMux()
	at := o.Path
	if strings.HasSuffix(at, "/") {
		at += "{$}"
	}
	mux.HandleFunc("GET "+at, s.listen)
	mux.HandleFunc("/in/{token}/{$}", s.inbox)
	mux.HandleFunc("/api/v1/in/{token}/{$}", s.inbox)
	mux.HandleFunc("GET /api/v1/history/{token}/{$}", s.list)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(freezing{o.Listener, s})
	}()
	return s, nil
}

// URL returns where listeners connect, for HOOKTOP_RELAY_URL.
func (s *Server) URL() string { return "ws://" + s.Addr() + s.options.Path }

// Inbox returns the base of the inbox URLs, for HOOKTOP_RELAY_INBOX.
func (s *Server) Inbox() string { return "http://" + s.Addr() + "/in/" }

// Addr returns the host and port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close ends the stand-in and every connection.
func (s *Server) Close() {
	s.Thaw()
	_ = s.http.Close()
	s.Drop()
	<-s.served
}

// Frames returns what listeners sent, oldest first.
func (s *Server) Frames() []Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.frames)
}

// Starts returns how many start frames came.
func (s *Server) Starts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.starts
}

// Pongs returns how many pings of the stand-in were answered.
func (s *Server) Pongs() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pongs
}

// Reject refuses new listeners with 503, or takes them again.
func (s *Server) Reject(all bool) { s.note(func() { s.rejecting = all }) }

// Until waits until is is true. It is asked at each change.
func (s *Server) Until(ctx context.Context, is func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if is() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Listening reports whether a listener has the token.
func (s *Server) Listening(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listeners[token] != nil
}

// WaitListening waits until a listener has the token.
func (s *Server) WaitListening(ctx context.Context, token string) error {
	return s.Until(ctx, func() bool { return s.Listening(token) })
}

// note changes the state and wakes who waits for that.
func (s *Server) note(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

var errNotListening = errors.New("nobody listens with that token")

// Send sends a raw message to a listener.
func (s *Server) Send(ctx context.Context, token string, binary bool, text []byte) error {
	s.mu.Lock()
	l := s.listeners[token]
	s.mu.Unlock()
	if l == nil {
		return errNotListening
	}
	return l.write(ctx, binary, text)
}

// CloseListener closes a listener's connection with a code.
func (s *Server) CloseListener(token string, code websocket.StatusCode, reason string) {
	s.mu.Lock()
	l := s.listeners[token]
	s.mu.Unlock()
	if l != nil {
		s.leave(l)
		_ = l.conn.Close(code, reason)
	}
}
