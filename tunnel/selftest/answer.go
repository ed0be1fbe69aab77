package selftest

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
)

const elsewhereFix = "stop what answers there, or use another URL; a proxy of this network may also answer in its place, and then the first delivery proves the URL"

// answered says who answers at the URL in hooktop's place.
func answered(at *url.URL, res *http.Response, body []byte) Result {
	if code := codePattern.FindString(res.Header.Get("Ngrok-Error-Code")); code != "" {
		return edge(code)
	}
	status := printable(res.Status)
	r := Result{Outcome: Refused, Fix: elsewhereFix}
	switch {
	case res.StatusCode == http.StatusProxyAuthRequired:
		r.Outcome, r.Err = Undecided, "this machine's proxy wants a password: "+status
		r.Fix = "put user and password into HTTPS_PROXY; the first delivery proves the URL as well"
	case res.StatusCode/100 == 3:
		r.Err = fmt.Sprintf("the public URL redirects to %s (%s), which webhooks do not follow", printable(res.Header.Get("Location")), status)
		r.Fix = "use the URL that it redirects to"
	case isHooktop(body):
		r.Err = "another hooktop, or an earlier one, answers at the public URL (" + status + ")"
		r.Fix = "stop the other hooktop, or use another domain with --domain"
	default:
		r.Err = fmt.Sprintf("another server answers at %s: %s%s", at.Host, status, signs(res))
	}
	return r
}

// isHooktop reports whether an answer is one that hooktop gives to what it cannot
// verify.
func isHooktop(body []byte) bool {
	var a struct {
		Message, Code string
		Delivery      int64
	}
	return json.Unmarshal(body, &a) == nil && a.Message == "Invalid webhook signature" && a.Code != "" && a.Delivery > 0
}

// signs returns what an answer says of its server.
func signs(res *http.Response) string {
	var signs []string
	for _, name := range []string{"Server", "X-Powered-By", "Via"} {
		if value := printable(res.Header.Get(name)); value != "" {
			signs = append(signs, name+": "+value)
		}
	}
	if len(signs) == 0 {
		return ""
	}
	return " (" + strings.Join(signs, ", ") + ")"
}

const hereFix = "this says nothing about senders, and the first delivery proves the URL; "

// unreachable says why this machine cannot reach a host.
func unreachable(host string, err error) Result {
	r := Result{Outcome: Undecided}
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var op *net.OpError
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		r.Err = "the proxy of this machine does not answer: " + printable(err.Error())
		r.Fix = hereFix + "check HTTPS_PROXY"
	case errors.As(err, &dns):
		r.Err = "this machine cannot resolve " + host
		r.Fix = hereFix + "check the URL and the name server"
	case errors.As(err, &certificate):
		r.Err = "this machine does not trust the certificate at " + host + ": " + printable(certificate.Err.Error())
		r.Fix = "if a proxy inspects TLS here, senders are not affected; if not, they reject it as well"
	case errors.Is(err, os.ErrDeadlineExceeded) || isTimeout(err):
		r.Err = fmt.Sprintf("no answer from %s within %v", host, timeout)
		r.Fix = hereFix + "check the network"
	default:
		r.Err = "this machine cannot reach " + host + ": " + printable(err.Error())
		r.Fix = hereFix + "check the network and HTTPS_PROXY"
	}
	return r
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
