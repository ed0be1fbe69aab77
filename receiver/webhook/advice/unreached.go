package advice

import (
	"bytes"
	"net/http"
	"net/url"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// unreached explains why a delivery did not reach an app at all: its name, its
// address or the protocol is wrong.
func unreached(f webhook.Forward) (Advice, bool) {
	var says, fix string
	switch f.Failure {
	case webhook.WantsHTTPS:
		says, fix = wantsHTTPS(f)
	case webhook.WantsHTTP:
		says, fix = "The app at "+host(f.Target)+" speaks HTTP, but the target is an https URL.", "Set --forward-to to "+withScheme(f.Target, "http")+"."
	case webhook.UnresolvedName:
		name := hostname(f.Target)
		says = "The name " + name + " does not resolve."
		fix = "Check its spelling. If the app is on this machine, use localhost or a name that ends in .localhost, or add the line \"127.0.0.1 " + name + "\" to the hosts file (/etc/hosts)."
	case webhook.Unreachable:
		says, fix = "No network route leads to "+host(f.Target)+".", "Check the address, the VPN and the firewall; then resend."
	case webhook.TLSFailed:
		says, fix = "The TLS handshake with "+host(f.Target)+" failed.", "Read the error: apps that require a client certificate or speak only an old TLS version fail like this. An http URL in --forward-to avoids TLS."
	case webhook.NotHTTP:
		says, fix = "Whatever listens at "+host(f.Target)+" answered with something other than HTTP, as a database would.", "Set --forward-to to the app's own port."
	default:
		return Advice{}, false
	}
	return certain(Cause(f.Failure), says, fix), true
}

// plainOnTLS are the texts with which servers answer HTTP that was sent to their
// HTTPS port: Go, nginx, Apache and Tomcat.
var plainOnTLS = []string{
	"Client sent an HTTP request to an HTTPS server",
	"The plain HTTP request was sent to HTTPS port",
	"speaking plain HTTP to an SSL-enabled server port",
	"This combination of host and port requires TLS",
}

// wrongScheme recognizes the answer of an HTTPS port to HTTP.
func (e *evidence) wrongScheme() (Advice, bool) {
	f := e.f
	u, err := url.Parse(f.Target)
	if f.Status != http.StatusBadRequest || err == nil && u.Scheme == "https" {
		return Advice{}, false
	}
	for _, text := range plainOnTLS {
		if !isObject(f.Body) && bytes.Contains(f.Body, []byte(text)) { // an object quotes that of another service
			says, fix := wantsHTTPS(f)
			return certain(Cause(webhook.WantsHTTPS), says, fix), true
		}
	}
	return Advice{}, false
}

func wantsHTTPS(f webhook.Forward) (says, fix string) {
	return "The app at " + host(f.Target) + " speaks HTTPS, but the target is an http URL.",
		"Set --forward-to to " + withScheme(f.Target, "https") + "; if its certificate is self-signed, add --insecure-forward."
}

// withScheme returns a target with another scheme and without its password.
func withScheme(target, scheme string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return scheme + "://"
	}
	u.Scheme, u.User = scheme, nil
	return u.String()
}

// hostname returns a target's host without its port.
func hostname(target string) string {
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return bare(target)
}
