package standin

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// listener is a client that has a token.
type listener struct {
	server *Server
	conn   *websocket.Conn
	token  string
	reply  Reply
	gone   chan struct{}
	once   sync.Once

	mu      sync.Mutex
	waiting map[string]chan answer // by event
}

// answer is what a client answered a sender.
type answer struct {
	Status  int
	Headers map[string]string
	Body    []byte
}

type frame struct {
	Type    string `json:"type"`
	Version int    `json:"version"`
	Data    any    `json:"data"`
}

// listen serves one WebSocket.
func (s *Server) listen(w http.ResponseWriter, r *http.Request) {
	if s.options.Handshake != nil && s.options.Handshake(w, r) {
		return
	}
	s.mu.Lock()
	rejecting := s.rejecting
	s.mu.Unlock()
	if rejecting {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, CompressionMode: websocket.CompressionContextTakeover,
		OnPongReceived: func(context.Context, []byte) { s.note(func() { s.pongs++ }) },
	})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(-1)
	ctx := context.WithoutCancel(r.Context())
	kind, text, err := conn.Read(ctx)
	if err != nil {
		return
	}
	var start struct {
		Type string
		Data struct{ Token string }
	}
	if json.Unmarshal(text, &start) != nil || start.Type != "start" {
		_ = conn.Close(websocket.StatusPolicyViolation, "Expected a start message")
		return
	}
	l := &listener{server: s, conn: conn, token: start.Data.Token, gone: make(chan struct{}), waiting: map[string]chan answer{}}
	s.note(func() {
		s.starts++
		s.frames = append(s.frames, Frame{l.token, kind == websocket.MessageBinary, text})
	})
	if l.admit(ctx) {
		defer s.leave(l)
		l.serve(ctx)
	}
}

// admit gives the client its token, or says why not.
func (l *listener) admit(ctx context.Context) bool {
	s := l.server
	if s.options.Start != nil {
		l.reply = s.options.Start(l.token)
	}
	if l.reply.Silent {
		_, _, _ = l.conn.Read(ctx)
		return false
	}
	if l.reply.Code == 0 && !s.join(l) {
		l.reply = InUse
	}
	if l.reply.Code != 0 {
		_ = l.conn.Close(l.reply.Code, l.reply.Reason)
		return false
	}
	if l.reply.Token == "" {
		l.reply.Token = l.token
	}
	return true
}

// confirm confirms the token.
func (l *listener) confirm(ctx context.Context) {
	if l.server.options.PingFirst && l.conn.Ping(ctx) != nil {
		return
	}
	text, _ := json.Marshal(frame{"start", 1, map[string]string{"token": l.reply.Token}})
	_ = l.write(ctx, l.server.options.Binary, text)
}

// join gives the client its token, unless another has it.
func (s *Server) join(l *listener) (joined bool) {
	s.note(func() {
		if joined = s.listeners[l.token] == nil; joined {
			s.listeners[l.token] = l
		}
	})
	return joined
}

func (s *Server) leave(l *listener) {
	l.once.Do(func() {
		close(l.gone)
		s.note(func() {
			if s.listeners[l.token] == l {
				delete(s.listeners, l.token)
			}
		})
	})
}

// serve reads answers until the connection ends.
func (l *listener) serve(ctx context.Context) {
	go func() {
		l.confirm(ctx)
		l.ping(ctx)
	}()
	for {
		kind, text, err := l.conn.Read(ctx)
		if err != nil {
			return
		}
		s := l.server
		s.note(func() { s.frames = append(s.frames, Frame{l.token, kind == websocket.MessageBinary, text}) })
		var f struct {
			Type string
			Data struct {
				ID string
				answer
			}
		}
		if json.Unmarshal(text, &f) != nil || f.Type != "event" {
			continue
		}
		l.mu.Lock()
		if waiting := l.waiting[f.Data.ID]; waiting != nil {
			waiting <- f.Data.answer
			delete(l.waiting, f.Data.ID)
		}
		l.mu.Unlock()
	}
}

// ping pings until a pong stays away, as the service does.
func (l *listener) ping(ctx context.Context) {
	every := l.server.options.PingEvery
	if every < 0 {
		return
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-l.gone:
			return
		}
		ctx, cancel := context.WithTimeout(ctx, every)
		err := l.conn.Ping(ctx)
		cancel()
		if err != nil {
			l.server.leave(l)
			_ = l.conn.CloseNow()
			return
		}
	}
}

func (l *listener) write(ctx context.Context, binary bool, text []byte) error {
	kind := websocket.MessageText
	if binary {
		kind = websocket.MessageBinary
	}
	return l.conn.Write(ctx, kind, text)
}

// ask has the client answer an event. ok is false if it went away or took too long.
func (l *listener) ask(ctx context.Context, id string, text []byte) (a answer, ok bool) {
	reply := make(chan answer, 1)
	l.mu.Lock()
	l.waiting[id] = reply
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, l.server.options.Wait)
	defer cancel()
	if l.write(ctx, l.server.options.Binary, text) != nil {
		return a, false
	}
	select {
	case a = <-reply:
		return a, true
	case <-l.gone:
	case <-ctx.Done():
	}
	return a, false
}
