package standin

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// ClientAddr is the RemoteAddr of requests that come through Client.
const ClientAddr = "203.0.113.7:4242"

// Client returns a client that sends requests the way the internet does through
// ngrok's edge: to http://HOST/path if HOST is online, with the headers that the
// edge adds. Any other host gets the edge's 404 with ERR_NGROK_3200. The scheme is
// http because the stand-in starts behind the edge's TLS; StartProxy has the TLS as
// well. Connections are kept alive; the caller may end them with
// CloseIdleConnections.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.newEdge()} }

// edge is ngrok's edge, behind its TLS.
type edge struct {
	*http.Transport // for CloseIdleConnections
	server          *Server
}

func (s *Server) newEdge() *edge {
	transport := &http.Transport{
		DialContext: func(_ context.Context, _, addr string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			e := s.endpoint(host)
			if e == nil {
				return nil, fmt.Errorf("%s is not online", host)
			}
			return e.session.connect(e.id, ClientAddr)
		},
		DisableCompression: true,
	}
	return &edge{server: s, Transport: transport}
}

func (e *edge) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := (*http.Response)(nil)
	if on := e.server.options.OnRequest; on != nil {
		answer = on(r)
	}
	if answer == nil && e.server.endpoint(r.URL.Hostname()) == nil {
		answer = EdgeError(r, http.StatusNotFound, 3200, fmt.Sprintf("The endpoint %s is offline.", r.URL.Hostname()))
	}
	if answer != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return answer, nil
	}
	out := r.Clone(r.Context())
	ip, _, _ := strings.Cut(ClientAddr, ":")
	out.Header.Add("X-Forwarded-For", ip)
	out.Header.Add("X-Forwarded-Proto", "https")
	out.Header.Add("X-Forwarded-Host", r.URL.Host)
	return e.Transport.RoundTrip(out)
}

// EdgeError returns the answer that ngrok's edge gives in place of an agent.
func EdgeError(r *http.Request, status, code int, message string) *http.Response {
	text := Refuse(code, message)
	a := Answer(r, status, "text/plain", text)
	a.Header.Set("Ngrok-Error-Code", fmt.Sprintf("ERR_NGROK_%d", code))
	return a
}

// Answer returns an answer of another server.
func Answer(r *http.Request, status int, contentType, body string) *http.Response {
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", status, http.StatusText(status)),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{"Content-Type": {contentType}},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}
}

func (s *Server) endpoint(host string) *endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoints[host]
}
