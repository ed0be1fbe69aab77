package powershell

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// The parameters of Invoke-WebRequest and Invoke-RestMethod, with a value and
// without.
const (
	invokeValued = `uri method custommethod headers body contenttype useragent websession sessionvariable infile outfile credential authentication
		token timeoutsec connectiontimeoutseconds operationtimeoutseconds maximumredirection maximumretrycount retryintervalsec proxy proxycredential
		transferencoding certificatethumbprint certificate sslprotocol form maximumfollowrellink httpversion unixsocket statuscodevariable
		responseheadersvariable erroraction errorvariable warningaction warningvariable informationaction outvariable outbuffer pipelinevariable`
	invokePlain = `usebasicparsing disablekeepalive skipcertificatecheck skipheadervalidation skiphttperrorcheck usedefaultcredentials passthru resume
		allowunencryptedauthentication noproxy preserveauthorizationonredirect proxyusedefaultcredentials allowinsecureredirect
		preservehttpmethodonredirect followrellink verbose debug`
)

var (
	parameter = lazyregexp.New(`^-([A-Za-z]+)(:?)`)
	splatted  = lazyregexp.New(`^@(\w+)`)
)

// invoke reads the parameters of Invoke-WebRequest or Invoke-RestMethod.
func (s *source) invoke(at int) error {
	given := map[string]any{}
	for !s.ends() {
		if err := s.parameter(given); err != nil {
			return err
		}
	}
	if s.peek() == '|' {
		s.skip() // what becomes of the answer
	}
	q, err := s.invoked(given)
	if err == nil {
		err = s.Add(q)
	}
	return s.Place(err, at)
}

// parameter reads a parameter and its value, or the URL without its name.
func (s *source) parameter(given map[string]any) error {
	at := s.at
	if m := s.take(splatted); m != nil {
		v, err := s.valueOf(at, strings.ToLower(m[1]))
		table, ok := v.(map[string]any)
		if !ok {
			return s.orUnread(err, at)
		}
		for name, value := range table {
			found, err := parameterNamed(strings.ToLower(name))
			if err != nil {
				return s.Place(err, at)
			}
			given[found] = value
		}
		return nil
	}
	found := "uri"
	if m := s.take(parameter); m != nil {
		var err error
		if found, err = parameterNamed(strings.ToLower(m[1])); err != nil {
			return s.Place(err, at)
		}
		if slices.Contains(strings.Fields(invokePlain), found) && m[2] == "" {
			return nil
		}
	} else if _, ok := given["uri"]; ok {
		return pasted.UnreadAt(at, "this is neither a parameter nor its value: quotes may be missing")
	}
	var err error
	given[found], err = s.argument()
	return err
}

// parameterNamed finds a parameter by its name, or as much of it as tells it apart.
func parameterNamed(name string) (string, error) {
	if name == "h" { // as it was before there was -HttpVersion
		name = "headers"
	}
	all := append(strings.Fields(invokeValued), strings.Fields(invokePlain)...)
	if slices.Contains(all, name) {
		return name, nil
	}
	begun := slices.DeleteFunc(all, func(p string) bool { return !strings.HasPrefix(p, name) })
	switch len(begun) {
	case 0:
		return "", pasted.Unread("unknown parameter %s", pasted.Quote("-"+name))
	case 1:
		return begun[0], nil
	}
	return "", pasted.Unread("the parameter -%s is unknown or ambiguous", name)
}

// argument reads the value of a parameter: an expression without +, or a bare word.
func (s *source) argument() (any, error) {
	at := s.at
	if s.ends() {
		return nil, pasted.UnreadAt(at, "a parameter has no value")
	}
	if strings.IndexByte(`"'(@$[`, s.peek()) < 0 {
		return s.word()
	}
	v, err := s.single()
	if err == nil && s.at < len(s.Text) && strings.IndexByte(" \t\r\n;|)}`", s.peek()) < 0 {
		err = pasted.UnreadAt(s.at, "hooktop does not evaluate this: write the value")
	}
	return v, err
}

// invoked returns the request that the parameters make.
func (s *source) invoked(given map[string]any) (pasted.Request, error) {
	q := pasted.Request{Method: http.MethodGet, Header: http.Header{}}
	if _, ok := given["form"]; ok {
		return q, pasted.Unread("the parameter -Form sends a form with a random boundary, so the body is not known")
	}
	if session, ok := given["websession"].(map[string]any); ok {
		for key, value := range session {
			text, isText := value.(string)
			name, isHeader := strings.CutPrefix(key, "headers.")
			if key == "useragent" {
				name, isHeader = "User-Agent", true
			}
			if isText && isHeader && pasted.IsToken(name) {
				q.Header.Set(name, text)
			}
		}
	}
	if err := headersOf(q.Header, given["headers"]); err != nil {
		return q, err
	}
	for _, name := range []string{"uri", "method", "custommethod", "contenttype", "useragent", "infile"} {
		v, ok := given[name]
		if !ok {
			continue
		}
		text, isText := v.(string)
		if u, lost := v.(unknown); lost {
			return q, u.err
		}
		if !isText {
			return q, pasted.Unread("the parameter -%s is not a string", name)
		}
		switch name {
		case "uri":
			if q.URL = text; text != "" && !strings.Contains(text, "://") {
				q.URL = "http://" + text
			}
		case "method":
			q.Method = strings.ToUpper(text)
		case "custommethod":
			q.Method = text
		case "contenttype":
			q.Header.Set("Content-Type", text)
		case "useragent":
			q.Header.Set("User-Agent", text)
		case "infile":
			var err error
			if q.Body, err = s.File("the body", strings.ReplaceAll(text, `\`, "/")); err != nil {
				return q, err
			}
		}
	}
	switch v := given["body"].(type) {
	case nil:
	case string:
		q.Body = []byte(v)
	case []byte:
		q.Body = v
	case unknown:
		return q, v.err
	default:
		return q, pasted.Unread("the body is a hash table, which PowerShell sends as a form: pass it as a string")
	}
	return q, nil
}

// headersOf takes the headers of a hash table.
func headersOf(to http.Header, v any) error {
	table, ok := v.(map[string]any)
	switch lost, isLost := v.(unknown); {
	case v == nil:
		return nil
	case isLost:
		return lost.err
	case !ok:
		return pasted.Unread("the headers are not a hash table")
	}
	for name, value := range table {
		text, isText := value.(string)
		switch lost, isLost := value.(unknown); {
		case isLost:
			return lost.err
		case !pasted.IsToken(name):
			return pasted.Unread("%s is not the name of a header", pasted.Quote(name))
		case !isText:
			return pasted.Unread("the header %s is not a string", pasted.Quote(name))
		}
		to.Set(name, strings.Trim(text, " \t"))
	}
	return nil
}
