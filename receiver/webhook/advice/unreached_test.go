package advice

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestAdviceOnAnAppThatWasNotReached(t *testing.T) {
	const target = "http://ada:hunter2@shop.test:3000/hook"
	for _, c := range []struct {
		name      string
		f         webhook.Forward
		says, fix string
	}{
		{"HTTP to HTTPS", webhook.Forward{Target: target, Failure: webhook.WantsHTTPS}, "shop.test:3000 speaks HTTPS", "https://shop.test:3000/hook"},
		{"HTTPS to HTTP", webhook.Forward{Target: "https://ada:hunter2@shop.test/hook", Failure: webhook.WantsHTTP}, "shop.test speaks HTTP,", "http://shop.test/hook."},
		{"a name without an address", webhook.Forward{Target: target, Failure: webhook.UnresolvedName}, "shop.test does not resolve", "127.0.0.1 shop.test"},
		{"no route", webhook.Forward{Target: target, Failure: webhook.Unreachable}, "No network route", "VPN"},
		{"no handshake", webhook.Forward{Target: target, Failure: webhook.TLSFailed}, "TLS handshake", "client certificate"},
		{"a database", webhook.Forward{Target: target, Failure: webhook.NotHTTP}, "other than HTTP", "own port"},
		{"broken HTTP", webhook.Forward{Target: target, Failure: webhook.UnreadableAnswer, Error: "its answer cannot be read: multiple Content-Length headers"}, "The app answered, but", "headers"},
		{"an answer before the last", webhook.Forward{Target: target, Status: 101}, "not final", "200"},
		{"an answer from a cache", webhook.Forward{Target: target, Status: 304}, "answered 304", "2xx"},
		{"Go's TLS port", webhook.Forward{Target: target, Status: 400, Body: []byte("Client sent an HTTP request to an HTTPS server.\n")}, "speaks HTTPS", "https://shop.test:3000/hook"},
		{"nginx's TLS port", webhook.Forward{Target: target, Status: 400, Body: []byte("<title>400 The plain HTTP request was sent to HTTPS port</title>")}, "speaks HTTPS", "https://shop.test:3000/hook"},
		{"Apache's TLS port", webhook.Forward{Target: target, Status: 400, Body: []byte("Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />")}, "speaks HTTPS", "--insecure-forward"},
		{"Tomcat's TLS port", webhook.Forward{Target: target, Status: 400, Body: []byte("Bad Request\nThis combination of host and port requires TLS.")}, "speaks HTTPS", "https://"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := On(verifiedHere(), c.f, App{})
			if !strings.Contains(a.Says, c.says) || !strings.Contains(a.Fix, c.fix) || strings.Contains(a.Says+a.Fix, "hunter2") {
				t.Errorf("it says %q\nfix %q", a.Says, a.Fix)
			}
		})
	}
	if a := On(verifiedHere(), webhook.Forward{Target: "https://x/", Status: 400, Body: []byte(plainOnTLS[0])}, App{}); strings.Contains(a.Fix, "https://") {
		t.Errorf("a target that is HTTPS already: %q", a.Fix)
	}
}
