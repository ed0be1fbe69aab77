package standin

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	clerk "github.com/hooktop/hooktop/receiver/clerkapi/standin"
)

// Fault answers a request in place of the stand-in.
type Fault func(w http.ResponseWriter, r *http.Request)

// fault is a fault on command.
type fault struct {
	route string
	f     Fault
	times int // left; negative means no limit
}

// Fail makes a route answer with a fault, that many times; 0 means until Heal.
func (s *Server) Fail(route string, f Fault, times int) {
	if times == 0 {
		times = -1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{route, f, times})
}

// Heal ends all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault returns the fault of a route, nil without one.
func (s *Server) fault(route string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.route != route {
			continue
		}
		if f.times--; f.times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f.f
	}
	return nil
}

// Refuse answers with an error in the format of the server that the route is of.
func Refuse(status int, code, detail string) Fault {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			clerk.Refuse(w, status, code, detail)
			return
		}
		write(w, refusal(status, code, detail))
	}
}

// RateLimit answers 429 and asks to wait.
func RateLimit(wait time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		Refuse(http.StatusTooManyRequests, "rate_limit", "Too many requests.")(w, r)
	}
}

// HTML answers with a web page, as a proxy does.
func HTML(status int) Fault {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("<!doctype html><title>Sorry</title><p>Something went wrong.")) // the client is a test
	}
}

// JSON answers 200 with a text of any shape.
func JSON(text string) Fault {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text)) // the client is a test
	}
}

// Redirect answers with another address.
func Redirect(to string) Fault {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusTemporaryRedirect) }
}

// Hang never answers: it returns when the client has gone.
func Hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// Break closes the connection without an answer.
func Break(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Huge answers 200 with that many bytes of a JSON string.
func Huge(size int) Fault {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"key":"`)) // the client is a test, which goes when it has enough
		block := bytes.Repeat([]byte("a"), 1<<20)
		for ; size > 0; size -= len(block) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
		_, _ = w.Write([]byte(`"}`)) // likewise
	}
}
