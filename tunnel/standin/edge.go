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
// http because the stand-in starts behind the edge's TLS. Connections are kept
// alive; the caller may end them with CloseIdleConnections.
func (s *Server) Client() *http.Client {
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
	return &http.Client{Transport: &edge{server: s, Transport: transport}}
}

type edge struct {
	*http.Transport // for CloseIdleConnections
	server          *Server
}

func (e *edge) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.server.endpoint(r.URL.Hostname()) == nil {
		return offline(r), nil
	}
	out := r.Clone(r.Context())
	ip, _, _ := strings.Cut(ClientAddr, ":")
	out.Header.Add("X-Forwarded-For", ip)
	out.Header.Add("X-Forwarded-Proto", "https")
	out.Header.Add("X-Forwarded-Host", r.URL.Host)
	return e.Transport.RoundTrip(out)
}

func offline(r *http.Request) *http.Response {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	text := fmt.Sprintf("The endpoint %s is offline.\r\n\r\nERR_NGROK_3200\r\n", r.URL.Hostname())
	return &http.Response{
		Status:        "404 Not Found",
		StatusCode:    http.StatusNotFound,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{"Ngrok-Error-Code": {"ERR_NGROK_3200"}, "Content-Type": {"text/plain"}},
		Body:          io.NopCloser(strings.NewReader(text)),
		ContentLength: int64(len(text)),
		Request:       r,
	}
}

func (s *Server) endpoint(host string) *endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoints[host]
}
