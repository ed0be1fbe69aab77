package appclient

import (
	"errors"
	"net"
	"net/url"
	"syscall"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A forward and a probe agree about an app that is not running.
func TestARefusedConnectionIsRecognizedOnEverySystem(t *testing.T) {
	windows := errors.New("connectex: No connection could be made because the target machine actively refused it.")
	dialled := func(err error) error {
		return &url.Error{Op: "Post", URL: "http://localhost:3000", Err: &net.OpError{Op: "dial", Net: "tcp", Err: err}}
	}
	const gone = "nothing listens at localhost:3000: is the app running?"
	for _, c := range []struct {
		name string
		err  error
		code webhook.Failure
		want string
	}{
		{"Unix", dialled(syscall.ECONNREFUSED), webhook.NotRunning, gone},
		{"Windows", dialled(windows), webhook.NotRunning, gone},
		{"a name server refuses", dialled(&net.DNSError{Err: "read: connection refused", Name: "localhost"}), webhook.UnresolvedName, "the name localhost does not resolve: read: connection refused"},
		{"something else refuses", &url.Error{Op: "Post", Err: errors.New("http2: stream refused")}, webhook.NoAnswer, "http2: stream refused"},
	} {
		if code, got := unanswered(c.err, &url.URL{Scheme: "http", Host: "localhost:3000"}, time.Second); got != c.want || code != c.code {
			t.Errorf("%s: %s %q", c.name, code, got)
		}
	}
}
