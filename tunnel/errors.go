package tunnel

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Error says why a tunnel is not live and what to do about it.
type Error struct {
	Code   string // such as "ERR_NGROK_107"; "" if ngrok gave none
	Title  string // what is wrong, in plain words
	Detail string // what ngrok said, as one line without the token; "" if Title says it all
	fix    string

	silent bool // the other side stopped answering some time ago
}

// Error returns one line: the title, the detail if there is one, and the code.
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

// Fix returns one line that says what to do. It is never empty.
func (e *Error) Fix() string { return e.fix }

// ErrNoToken means that FindToken found no authtoken. It has a Fix.
var ErrNoToken error = errNoToken

var errNoToken = &Error{
	Title: "no ngrok authtoken found",
	fix:   tokenFix + ` (or run "ngrok config add-authtoken")`,
}

const (
	codePrefix    = "ERR_NGROK_"
	tokenFix      = "copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and set NGROK_AUTHTOKEN"
	billingFix    = "update the payment details at https://dashboard.ngrok.com/billing, or use another account's authtoken"
	domainFix     = "use a domain listed at https://dashboard.ngrok.com/domains, or leave it unset for ngrok to choose one"
	planFix       = "leave the domain unset to use the account's free one (https://dashboard.ngrok.com/domains), or upgrade the plan"
	policyFix     = "check the webhook paths, or start with --no-edge-policy"
	updateFix     = "update hooktop to its latest release"
	networkFix    = "check the network: this machine must reach %s (outgoing port 443, no TLS inspection); hooktop keeps retrying"
	reconnectNote = "; the tunnel then connects automatically"
	reconnectsFix = "wait a moment: the tunnel reconnects automatically"
)

// codeHint says what a code means and what to do. The tunnel keeps retrying after a
// temporary one: it ends when somebody stops another agent, or when ngrok notices
// that an old session is dead.
type codeHint struct {
	title, fix string
	temporary  bool
}

// codeHints holds the codes with which ngrok refuses a session or an endpoint. See
// https://ngrok.com/docs/errors.
var codeHints = map[int]codeHint{
	102:  {title: "the last payment for the ngrok account failed", fix: billingFix},
	103:  {title: "the ngrok account is suspended", fix: "contact support@ngrok.com, or use another account's authtoken"},
	105:  {title: "the ngrok authtoken is malformed", fix: tokenFix + " to all of it, without quotes or spaces (an API key does not work)"},
	106:  {title: "the ngrok authtoken has the old version 1 format", fix: tokenFix},
	107:  {title: "ngrok rejected the authtoken: it was revoked or reset", fix: tokenFix},
	108:  {title: "the ngrok account has reached its limit of connected agents", fix: "stop another ngrok agent (see https://dashboard.ngrok.com/agents; the free plan allows three)" + reconnectNote, temporary: true},
	109:  {title: "ngrok does not support this client", fix: updateFix},
	111:  {title: "ngrok rejected the heartbeat interval", fix: updateFix},
	112:  {title: "ngrok rejected the heartbeat tolerance", fix: updateFix},
	115:  {title: "the ngrok account does not allow agents from this IP address", fix: "allow this address at https://dashboard.ngrok.com/ip-restrictions, or connect from another one"},
	116:  {title: "the ngrok authtoken does not allow this IP address", fix: "connect from an allowed address, or change the authtoken's IP policy in the ngrok dashboard"},
	118:  {title: "the ngrok account may not use the connect_url in ngrok.yml", fix: "remove connect_url from ngrok.yml, or use the authtoken of the account that owns it"},
	119:  {title: "ngrok rejected hooktop's version number", fix: updateFix},
	120:  {title: "ngrok no longer supports this version of hooktop", fix: updateFix},
	121:  {title: "ngrok no longer supports this version of hooktop on free accounts", fix: updateFix + ", or upgrade the ngrok plan"},
	122:  {title: "the ngrok account may not use the connect_url in ngrok.yml", fix: "remove connect_url from ngrok.yml, or use the authtoken of the account that owns it"},
	123:  {title: "the ngrok account's e-mail address is not verified", fix: "open the link in ngrok's e-mail; https://dashboard.ngrok.com/user/settings sends it again"},
	124:  {title: "ngrok rejected hooktop's user agent", fix: updateFix},
	127:  {title: "the ngrok account may not use the connect_url in ngrok.yml", fix: "remove connect_url from ngrok.yml, or use the authtoken of the account that owns it"},
	300:  {title: "the ngrok authtoken was revoked", fix: tokenFix},
	313:  {title: "a custom ngrok subdomain needs a paid plan", fix: planFix},
	314:  {title: "a custom domain needs a paid ngrok plan", fix: planFix},
	316:  {title: "the ngrok authtoken's access rules do not allow this endpoint", fix: "use a domain that the rules allow, or another authtoken (https://dashboard.ngrok.com/authtokens)"},
	318:  {title: "the ngrok plan does not include wildcard domains", fix: domainFix},
	319:  {title: "the domain is not reserved in the ngrok account", fix: domainFix},
	320:  {title: "the domain belongs to another ngrok account", fix: domainFix},
	324:  {title: "the ngrok account has reached its limit of endpoints", fix: "stop another endpoint (see https://dashboard.ngrok.com/endpoints), or upgrade the plan", temporary: true},
	326:  {title: "ngrok says that the domain is invalid", fix: domainFix},
	327:  {title: "ngrok says that the domain is invalid", fix: domainFix},
	328:  {title: "ngrok says that the domain is invalid", fix: domainFix},
	329:  {title: "ngrok says that the domain is invalid", fix: domainFix},
	330:  {title: "ngrok says that the domain is invalid", fix: domainFix},
	331:  {title: "ngrok says that the domain is invalid", fix: domainFix},
	334:  {title: "the endpoint is already online: another agent, or an old session, holds it", fix: "use another domain with --domain, stop the agent that holds this one (see https://dashboard.ngrok.com/agents), or wait: hooktop keeps trying, and an old session ends within minutes", temporary: true},
	337:  {title: "the ngrok account is suspended because of an unpaid bill", fix: billingFix},
	338:  {title: "the ngrok account is suspended", fix: "contact support@ngrok.com, or use another account's authtoken"},
	2200: {title: "ngrok rejected the traffic policy", fix: policyFix},
	2201: {title: "ngrok rejected the traffic policy", fix: policyFix},
	4018: {title: "ngrok requires a verified account and an authtoken", fix: tokenFix},
	7030: {title: "ngrok does not know the provider in the traffic policy", fix: policyFix},
	8013: {title: "ngrok requires a payment card on the account", fix: "add one at https://dashboard.ngrok.com/settings#id-verification, or set no domain"},
	9016: {title: "the ngrok plan does not include webhook verification", fix: policyFix},
	9037: {title: "ngrok says that the domain does not form a valid URL", fix: domainFix},
	9038: {title: "ngrok says that the domain does not form a valid URL", fix: domainFix},
	9040: {title: "ngrok blocks agents from this IP address", fix: "connect from another network, without Tor or an anonymizing proxy"},

	15002: {title: "the ngrok plan does not include this domain", fix: planFix},
	15013: {title: "the free ngrok plan includes one domain, and this is a different one", fix: planFix},
}

// stage says how far a tunnel had come when an error occurred.
type stage int

const (
	signingIn stage = iota // before ngrok accepted the authtoken
	binding                // before ngrok assigned the first URL
	running                // after that
)

// permanent reports whether retrying is pointless. Before the first URL, any unknown
// code that refuses the endpoint is permanent, too: the set-up is wrong. At other
// stages it may be a temporary problem at ngrok.
func (e *Error) permanent(at stage) bool {
	h, known := codeHints[e.number()]
	switch {
	case e.Code == "" || h.temporary:
		return false
	case known:
		return true
	}
	return at == binding
}

func (e *Error) number() int {
	n, _ := strconv.Atoi(strings.TrimPrefix(e.Code, codePrefix))
	return n
}

var (
	codePattern = regexp.MustCompile(codePrefix + `\d+`)
	pagePattern = regexp.MustCompile(`https://ngrok\.com/docs/errors/\S*`)
)

// codeOf returns the code of an error from the SDK. Returned errors have a Code
// method, errors in events an ErrorCode method, and the error of a refused re-bind
// has the code only in its text.
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

// explain turns an error from the SDK into one that a person can act on.
func (t *Tunnel) explain(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	detail := oneLine(err.Error(), t.config.Token)
	// What the SDK calls a code is untrusted text until it matches the pattern.
	code := codePattern.FindString(codeOf(err))
	if code != "" {
		e = &Error{Code: code}
		if h, known := codeHints[e.number()]; known {
			e.Title, e.fix = h.title, h.fix
			return e
		}
		e.Title, e.Detail = "ngrok refused the tunnel", detail
		e.fix = "see https://ngrok.com/docs/errors/" + strings.ToLower(code)
		return e
	}
	return t.explainConnection(err, detail)
}

// explainConnection explains an error that ngrok itself did not report. The SDK's
// errors have no types, so only their text tells them apart.
func (t *Tunnel) explainConnection(err error, detail string) *Error {
	e := &Error{fix: fmt.Sprintf(networkFix, t.serviceAddr())}
	switch text := err.Error(); {
	case strings.Contains(text, "x509:"):
		e.Title, e.Detail = "the server that answers for ngrok has a certificate that is not ngrok's", detail
		e.fix = fmt.Sprintf(`exclude %s from the proxy's TLS inspection, or set connect_cas in ngrok.yml ("host" or a PEM file)`, t.serviceAddr())
	case strings.Contains(text, "EOF from remote"):
		e.Title = "ngrok closed the connection"
	case strings.Contains(text, "session closed"):
		e.Title, e.silent = "ngrok stopped answering", true
	default:
		if _, cause, ok := strings.Cut(detail, `": `); ok { // failed to dial ngrok server with address "…": cause
			detail = cause
		}
		e.Title, e.Detail = "cannot reach ngrok", detail
	}
	return e
}

const defaultServiceAddr = "connect.ngrok-agent.com:443"

func (t *Tunnel) serviceAddr() string {
	return cmp.Or(t.config.ConnectAddr, defaultServiceAddr)
}

const maxDetail = 300 // runes; some of ngrok's messages fill a screen

// oneLine returns foreign text as one line that is safe to show. It removes the
// token, control and invisible characters, and the code and link that ngrok puts
// at the end. White space becomes single spaces.
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
	s = redact(strings.Join(strings.Fields(s), " "), token) // again: removing characters may have put the token together
	if runes := []rune(s); len(runes) > maxDetail {
		s = string(runes[:maxDetail-1]) + "…"
	}
	return s
}

// redact replaces the token, plain or as it looks in quoted text. It ignores
// tokens under four characters: they are not real and would match everywhere.
func redact(s, token string) string {
	if len(token) < 4 {
		return s
	}
	quoted := strings.Trim(strconv.Quote(token), `"`)
	return strings.NewReplacer(token, "[token]", quoted, "[token]").Replace(s)
}
