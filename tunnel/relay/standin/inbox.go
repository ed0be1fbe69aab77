package standin

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// entry is a request in the history, as Svix documents it for Play.
type entry struct {
	ID        string            `json:"id"`
	URL       string            `json:"url"`
	Method    string            `json:"method"`
	CreatedAt time.Time         `json:"created_at"`
	Body      string            `json:"body"`
	Headers   map[string]string `json:"headers"`
	Response  struct {
		StatusCode int               `json:"status_code"`
		Headers    map[string]string `json:"headers"`
		Body       string            `json:"body"`
	} `json:"response"`
	IP *string `json:"ip"`
}

// The relay's tokens, and those of Play and of older clients.
var tokenForm = regexp.MustCompile(`^[ce]_[0-9A-Za-z_-]{10,40}$`)

// inbox passes a sender's request to the listener and its answer back. Without one it
// answers 200 itself.
func (s *Server) inbox(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	if !tokenForm.MatchString(token) {
		http.Error(w, `{"detail":"Invalid token"}`, http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	e := entry{
		URL: r.URL.Path, Method: r.Method, CreatedAt: s.options.Now(), Headers: map[string]string{"host": r.Host},
		Body: base64.StdEncoding.EncodeToString(body),
	}
	for name, values := range r.Header {
		e.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	s.mu.Lock()
	s.ids++
	e.ID = fmt.Sprintf("2Nmzzn6O30LTlFwegZYj%07d", s.ids)
	l := s.listeners[token]
	s.mu.Unlock()
	a, ok := answer{Status: http.StatusOK}, true
	if l != nil {
		text, _ := json.Marshal(frame{"event", 1, map[string]any{"id": e.ID, "method": e.Method, "headers": e.Headers, "body": e.Body}})
		a, ok = l.ask(r.Context(), e.ID, text)
	}
	// Answers with such headers made the relay fail its senders.
	for name := range a.Headers {
		switch strings.ToLower(name) {
		case "content-length", "transfer-encoding", "content-encoding", "connection", "host":
			ok = false
		}
	}
	if !ok || a.Status < 200 || a.Status > 599 {
		a = answer{Status: http.StatusBadGateway}
	}
	e.Response.StatusCode, e.Response.Headers, e.Response.Body = a.Status, a.Headers, base64.StdEncoding.EncodeToString(a.Body)
	if l == nil || !s.options.OwnHistory {
		s.note(func() { s.history[token] = append(s.history[token], e) })
	}
	for name, value := range a.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body)
}

// list answers the history API: the requests after the one that iterator names.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	if s.options.History != nil {
		s.options.History.ServeHTTP(w, r)
		return
	}
	after := r.URL.Query().Get("iterator")
	s.mu.Lock()
	all := s.history[r.PathValue("token")]
	s.mu.Unlock()
	from := 0
	for i, e := range all {
		if e.ID == after {
			from = i + 1
		}
	}
	found := append([]entry{}, all[from:]...)
	if len(found) > 0 {
		after = found[len(found)-1].ID
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	_ = json.NewEncoder(w).Encode(map[string]any{"iterator": after, "data": found})
}
