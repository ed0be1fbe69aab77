package relay

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/coder/websocket"
)

// Error says why a relay is not live, or cannot be used, and what to do about it.
type Error struct {
	Code   Code
	Title  string // what is wrong, in plain words
	Detail string // what the service said, as one printable line; "" if Title says it all
	fix    string
}

// Error returns one line: the title, and the detail if there is one.
func (e *Error) Error() string {
	if e.Detail != "" {
		return e.Title + ": " + e.Detail
	}
	return e.Title
}

// Fix returns one line that says what to do. It is never empty.
func (e *Error) Fix() string { return e.fix }

// permanent reports whether retrying is pointless.
func (e *Error) permanent() bool { return e.Code == CodeRejected || e.Code == CodeAddress }

// Code names a problem. It is what Status has as its Code.
type Code string

// The codes.
const (
	CodeInUse       Code = "in-use"         // another listener has the token
	CodeRejected    Code = "token-rejected" // the service refuses the token
	CodeOtherToken  Code = "other-token"    // it confirmed a token that is not ours
	CodeNoAnswer    Code = "no-answer"      // it did not confirm the token in time
	CodeUnreachable Code = "unreachable"    // no connection
	CodeCertificate Code = "certificate"    // another server answers in its place
	CodeHTTP        Code = "http"           // it did not open a WebSocket
	CodeClosed      Code = "closed"         // it closed the connection
	CodeSilent      Code = "silent"         // nothing was heard for too long
	CodeSlept       Code = "slept"          // this computer slept
	CodeAddress     Code = "address"        // HOOKTOP_RELAY_URL or HOOKTOP_RELAY_INBOX is wrong
	CodeTokensFile  Code = "tokens-file"    // the tokens file cannot be used
)

const (
	keepsTrying = "hooktop reconnects automatically"
	newTokenFix = "stop hooktop, move relay.json (beside the database) away and start again: that makes a new token, and a new URL for the sender"
)

func (r *Relay) host() string {
	if u, err := url.Parse(r.addresses.listen[0]); err == nil {
		return u.Host
	}
	return "the relay"
}

func (r *Relay) networkFix() string {
	return "check that this machine reaches " + r.host() + "; " + keepsTrying
}

var (
	errNoConfirmation = errors.New("no confirmation")
	errSilent         = errors.New("silent")
)

// otherToken is a confirmation of a token that is not ours.
type otherToken struct{}

func (otherToken) Error() string { return "another token" }

// slept is the end of a connection that a sleeping computer did not notice.
type slept time.Duration

func (s slept) Error() string { return "slept" }

// explain turns an error into one that a person can act on. res is the answer to
// the handshake, nil if there was none or the connection broke later.
func (r *Relay) explain(err error, res *http.Response) *Error {
	var (
		known  *Error
		gap    slept
		closed websocket.CloseError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &gap):
		return &Error{CodeSlept, "this computer slept for " + duration(time.Duration(gap)), "", keepsTrying}
	case errors.As(err, &closed):
		return r.explainClose(closed)
	case errors.As(err, new(otherToken)):
		return &Error{CodeOtherToken, "the relay confirmed another token than ours, so the URL may not lead here", "", newTokenFix}
	case errors.Is(err, errNoConfirmation):
		return &Error{CodeNoAnswer, fmt.Sprintf("the relay did not confirm the token within %v", confirmWithin), "", r.networkFix()}
	case errors.Is(err, errSilent):
		return &Error{CodeSilent, fmt.Sprintf("nothing was heard from the relay for %v", silence), "", r.networkFix()}
	case res != nil && res.StatusCode != http.StatusSwitchingProtocols:
		return r.explainStatus(res)
	case isCertificate(err):
		return &Error{
			CodeCertificate, "the server that answers for the relay has a certificate that is not valid for it", r.printable(cause(err)),
			"exclude " + r.host() + " from the proxy's TLS inspection, or add its authority to the system's certificates; " + keepsTrying,
		}
	case res != nil:
		return &Error{CodeClosed, "the connection to the relay broke", r.printable(cause(err)), r.networkFix()}
	}
	return &Error{CodeUnreachable, "cannot reach the relay", r.printable(cause(err)), r.networkFix()}
}

// explainClose explains a close frame. The service has one code, 1008, for a token
// that somebody listens with and for one that it refuses; the reason tells them
// apart.
func (r *Relay) explainClose(c websocket.CloseError) *Error {
	reason := strings.ToLower(c.Reason)
	inUse := strings.Contains(reason, "in use") || strings.Contains(reason, "already")
	switch {
	case c.Code == websocket.StatusPolicyViolation && inUse:
		return &Error{
			CodeInUse, "another listener has this relay token", "",
			"stop the other hooktop on this database or on a copy of it; after a break it may be this hooktop's old connection, which the relay drops after a while; " + keepsTrying,
		}
	case c.Code == websocket.StatusPolicyViolation && strings.Contains(reason, "token"):
		return &Error{CodeRejected, "the relay rejected the token", r.printable(c.Reason), newTokenFix}
	}
	detail := fmt.Sprintf("code %d", c.Code)
	if c.Reason != "" {
		detail += ", " + r.printable(c.Reason)
	}
	return &Error{CodeClosed, "the relay closed the connection", detail, keepsTrying}
}

// explainStatus explains a handshake that did not open a WebSocket.
func (r *Relay) explainStatus(res *http.Response) *Error {
	e := &Error{CodeHTTP, fmt.Sprintf("%s answered %d in place of opening a WebSocket", r.host(), res.StatusCode), "", r.networkFix()}
	switch {
	case res.StatusCode == http.StatusProxyAuthRequired:
		e.fix = "the proxy needs a user name and password in HTTPS_PROXY; " + keepsTrying
	case r.config.URL != "":
		e.fix = "check HOOKTOP_RELAY_URL: it must be where the relay listens for WebSockets; " + keepsTrying
	}
	return e
}

func isCertificate(err error) bool {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
	)
	return errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &verify)
}

// cause returns the text of the innermost error that says something.
func cause(err error) string {
	if at := (*url.Error)(nil); errors.As(err, &at) { // names the whole URL
		err = at.Err
	}
	return err.Error()
}

const maxDetail = 200

// printable returns foreign text as one line that is safe to show, without the
// token.
func (r *Relay) printable(text string) string {
	hide := func(s string) string {
		if t := string(r.config.Token); t != "" {
			s = strings.ReplaceAll(s, t, r.config.Token.String())
		}
		return s
	}
	text = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case !unicode.IsPrint(c) || c == unicode.ReplacementChar:
			return -1
		}
		return c
	}, hide(text))
	text = hide(strings.Join(strings.Fields(text), " ")) // removing characters may have put it together
	if runes := []rune(text); len(runes) > maxDetail {
		text = string(runes[:maxDetail-1]) + "…"
	}
	return text
}

// duration returns a duration as people say it: 8 s, 12 min, 3 h.
func duration(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d < 90*time.Minute:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Round(time.Hour).Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
