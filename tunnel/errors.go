package tunnel

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Error is why a tunnel is not live, for a person: what it means, and what to do.
type Error struct {
	Code   string // "ERR_NGROK_107"; "" where ngrok named none
	Title  string // what it means, in plain words
	Detail string // what ngrok said: one line, without the token; "" where the title says it all
	fix    string
}

// Error is one line: the title, the detail where ngrok's own words are all there is, the code.
func (e *Error) Error() string {
	s := e.Title
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	return s
}

// Fix is what to do about it, in one line; never empty.
func (e *Error) Fix() string { return e.fix }

// ErrNoToken is what FindToken returns when there is none to be found. It has a Fix.
var ErrNoToken error = errNoToken

var errNoToken = &Error{
	Title: "no ngrok authtoken found",
	fix:   tokenFix + ` (or run "ngrok config add-authtoken")`,
}

const (
	codePrefix    = "ERR_NGROK_"
	tokenFix      = "copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and set NGROK_AUTHTOKEN"
	billingFix    = "settle the account at https://dashboard.ngrok.com/billing, or use another account's authtoken"
	domainFix     = "use a domain listed at https://dashboard.ngrok.com/domains, or leave the domain out and let ngrok choose"
	planFix       = "leave the domain out to use the account's free one (https://dashboard.ngrok.com/domains), or upgrade the plan"
	policyFix     = "check the webhook paths, or start with --no-edge-policy"
	updateFix     = "update hooktop to its latest release"
	networkFix    = "no network? Check that this machine reaches %s (port 443 out, no TLS inspection in between); retrying by itself"
	reconnectNote = "; it comes up by itself once that is done"
)

// hint says what a code means. One that passes is no reason to give up on a
// tunnel that has been live: ngrok may still be holding the session that broke.
type codeHint struct {
	title, fix string
	temporary  bool
}

// codeHints are ngrok's codes for refusing a session or an endpoint, by
// https://ngrok.com/docs/errors.
var codeHints = map[int]codeHint{
	102:  {title: "the last payment for the ngrok account did not go through", fix: billingFix},
	103:  {title: "the ngrok account is suspended", fix: "write to support@ngrok.com, or use another account's authtoken"},
	105:  {title: "the ngrok authtoken does not look like one", fix: tokenFix + " whole, without quotes or blanks (an API key is not an authtoken)"},
	106:  {title: "the ngrok authtoken is of the old version 1", fix: tokenFix},
	107:  {title: "ngrok does not accept the authtoken: it was revoked or reset", fix: tokenFix},
	108:  {title: "all agent connections of the ngrok account are in use", fix: "stop another ngrok agent (https://dashboard.ngrok.com/agents lists them; the free plan has three)" + reconnectNote, temporary: true},
	109:  {title: "ngrok does not understand this client", fix: updateFix},
	111:  {title: "ngrok does not accept the heartbeat interval", fix: updateFix},
	112:  {title: "ngrok does not accept the heartbeat tolerance", fix: updateFix},
	115:  {title: "the ngrok account does not allow agents from this IP address", fix: "add this address at https://dashboard.ngrok.com/ip-restrictions, or connect from an allowed one"},
	116:  {title: "the ngrok authtoken may not be used from this IP address", fix: "use the authtoken from an allowed address, or change its IP policy in the ngrok dashboard"},
	118:  {title: "the ngrok account may not use this connect address", fix: "remove connect_url from ngrok.yml, or use the authtoken of the account that owns it"},
	119:  {title: "ngrok does not accept hooktop's version string", fix: updateFix},
	120:  {title: "ngrok no longer accepts this release's SDK", fix: updateFix},
	121:  {title: "ngrok no longer accepts this release's SDK on a free account", fix: updateFix + ", or upgrade the ngrok plan"},
	122:  {title: "the ngrok account may not use this connect address", fix: "remove connect_url from ngrok.yml, or use the authtoken of the account that owns it"},
	123:  {title: "the ngrok account's e-mail address is not verified", fix: "open the link in ngrok's e-mail, or have it sent again from https://dashboard.ngrok.com/user/settings"},
	124:  {title: "ngrok does not accept hooktop's user agent", fix: updateFix},
	127:  {title: "the ngrok account may not use this connect address", fix: "remove connect_url from ngrok.yml, or use the authtoken of the account that owns it"},
	300:  {title: "the ngrok authtoken was revoked", fix: tokenFix},
	313:  {title: "a custom ngrok subdomain needs a paid plan", fix: planFix},
	314:  {title: "a custom domain needs a paid ngrok plan", fix: planFix},
	316:  {title: "the ngrok authtoken's access rules do not allow this endpoint", fix: "use a domain that the authtoken is bound to, or another authtoken (https://dashboard.ngrok.com/authtokens)"},
	318:  {title: "a wildcard domain needs another ngrok plan", fix: domainFix},
	319:  {title: "the domain is not reserved in the ngrok account", fix: domainFix},
	320:  {title: "the domain belongs to another ngrok account", fix: domainFix},
	324:  {title: "the ngrok account's endpoints are all in use", fix: "stop another endpoint (https://dashboard.ngrok.com/endpoints), or upgrade the plan", temporary: true},
	326:  {title: "the domain is not a valid one", fix: domainFix},
	327:  {title: "the domain is not a valid one", fix: domainFix},
	328:  {title: "the domain is not a valid one", fix: domainFix},
	329:  {title: "the domain is not a valid one", fix: domainFix},
	330:  {title: "the domain is not a valid one", fix: domainFix},
	331:  {title: "the domain is not a valid one", fix: domainFix},
	334:  {title: "the endpoint is already online, held by another agent or by a session that is not gone yet", fix: "stop the other agent (https://dashboard.ngrok.com/agents), or wait a minute for its session to go; start again if this does not come back by itself", temporary: true},
	337:  {title: "the ngrok account is suspended over a payment", fix: billingFix},
	338:  {title: "the ngrok account is suspended", fix: "write to support@ngrok.com, or use another account's authtoken"},
	2200: {title: "ngrok does not accept the traffic policy", fix: policyFix},
	2201: {title: "ngrok does not accept the traffic policy", fix: policyFix},
	4018: {title: "ngrok wants a verified account and an authtoken", fix: tokenFix},
	7030: {title: "ngrok does not know the provider in the traffic policy", fix: policyFix},
	8013: {title: "ngrok wants a payment card on the account", fix: "add one at https://dashboard.ngrok.com/settings#id-verification, or leave the domain out"},
	9016: {title: "the ngrok plan has no webhook verification", fix: policyFix},
	9037: {title: "the domain does not make a valid URL", fix: domainFix},
	9038: {title: "the domain does not make a valid URL", fix: domainFix},
	9040: {title: "ngrok does not accept agents from this IP address", fix: "connect from another network, without Tor or an anonymizing proxy"},

	15002: {title: "the ngrok plan does not include this domain", fix: planFix},
	15013: {title: "the free ngrok plan has one domain, and this is not it", fix: planFix},
}

// stage is how far a tunnel had come when an error arose.
type stage int

const (
	signingIn stage = iota // before ngrok took the authtoken
	binding                // before ngrok gave the first URL
	running                // after
)

// final says whether trying again is no use. Before the first URL a refused
// endpoint is, whatever the code: it is the set-up that is wrong. A code that
// is not known may be ngrok's own trouble of the moment.
func (e *Error) permanent(at stage) bool {
	h, known := codeHints[e.number()]
	switch {
	case e.Code == "" || e.number() == 108:
		return false
	case at == running:
		return known && !h.temporary
	default:
		return known || at == binding
	}
}

func (e *Error) number() int {
	n, _ := strconv.Atoi(strings.TrimPrefix(e.Code, codePrefix))
	return n
}

var (
	codePattern = regexp.MustCompile(codePrefix + `\d+`)
	pagePattern = regexp.MustCompile(`https://ngrok\.com/docs/errors/\S*`)
)

// codeOf finds the code where the SDK left it: an error that it returns has
// Code, one in an event has ErrorCode, and that of a refused re-bind is text only.
func codeOf(err error) string {
	var returned interface{ Code() string }
	if errors.As(err, &returned) && returned.Code() != "" {
		return returned.Code()
	}
	var event interface{ ErrorCode() string }
	if errors.As(err, &event) && event.ErrorCode() != "" {
		return event.ErrorCode()
	}
	return codePattern.FindString(err.Error())
}

// explain turns what the SDK reports into what a person can act on.
func (t *Tunnel) explain(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	detail := oneLine(err.Error(), t.config.Token)
	// The code is ngrok's text as well until it has the shape of one.
	code := codePattern.FindString(codeOf(err))
	if code != "" {
		e = &Error{Code: code}
		if h, known := codeHints[e.number()]; known {
			e.Title, e.fix = h.title, h.fix
			return e
		}
		e.Title, e.Detail = "ngrok refused", detail
		e.fix = "see https://ngrok.com/docs/errors/" + strings.ToLower(code)
		return e
	}
	return t.explainConnection(err, detail)
}

// explainConnection is for trouble that ngrok itself did not report. The SDK's errors
// have no types to tell them by.
func (t *Tunnel) explainConnection(err error, detail string) *Error {
	e := &Error{fix: fmt.Sprintf(networkFix, t.serviceAddr())}
	switch text := err.Error(); {
	case strings.Contains(text, "x509:"):
		e.Title, e.Detail = "the server that answers for ngrok shows a certificate that is not ngrok's", detail
		e.fix = fmt.Sprintf(`leave %s out of the proxy's TLS inspection, or set connect_cas in ngrok.yml ("host", or a PEM file)`, t.serviceAddr())
	case strings.Contains(text, "EOF from remote"):
		e.Title = "ngrok closed the connection"
	case strings.Contains(text, "session closed"):
		e.Title = "ngrok stopped answering"
	default:
		if _, cause, ok := strings.Cut(detail, `": `); ok { // failed to dial ngrok server with address "…": cause
			detail = cause
		}
		e.Title, e.Detail = "cannot reach ngrok", detail
	}
	return e
}

func (t *Tunnel) serviceAddr() string {
	if t.config.ConnectAddr != "" {
		return t.config.ConnectAddr
	}
	return "connect.ngrok-agent.com:443"
}

const maxDetail = 300 // runes; ngrok's longest messages fill a screen

// oneLine makes foreign text fit for a status line: the token out, control and
// invisible characters out, blanks and line ends to single blanks, and without
// the code and the link that ngrok puts at the end.
func oneLine(s, token string) string {
	s = redact(s, token)
	s = codePattern.ReplaceAllString(pagePattern.ReplaceAllString(s, ""), "")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
	s = redact(strings.Join(strings.Fields(s), " "), token) // once more: taking characters out may have joined it
	if runes := []rune(s); len(runes) > maxDetail {
		s = string(runes[:maxDetail-1]) + "…"
	}
	return s
}

// redact takes the token out, as it is and as it looks in quoted text. Under
// four characters it is no token, and its letters are everywhere.
func redact(s, token string) string {
	if len(token) < 4 {
		return s
	}
	quoted := strings.Trim(strconv.Quote(token), `"`)
	return strings.NewReplacer(token, "[token]", quoted, "[token]").Replace(s)
}
