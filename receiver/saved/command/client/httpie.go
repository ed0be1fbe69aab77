package client

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/hooktop/hooktop/receiver/saved/command/javascript"
	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// The options of HTTPie and xh, with a value and without.
const (
	httpieValued = `
	raw compress-level boundary pretty style response-charset response-mime format-options print history-print output session
	session-read-only auth auth-type proxy max-redirects max-headers timeout verify ssl ciphers cert cert-key cert-key-pass default-scheme
	http-version resolve interface unix-socket generate bearer
`
	httpiePlain = `
	json form multipart compress unsorted sorted headers meta body verbose all stream download continue quiet ignore-netrc offline follow
	check-status path-as-is chunked ignore-stdin traceback default-options debug curl curl-long https native-tls ipv4 ipv6 http1.0 http1.1
	http2 http2-prior-knowledge
`
	httpieShort = `
	p:print P:history-print o:output s:style a:auth A:auth-type j:json f:form x:compress h:headers m:meta b:body v:verbose S:stream
	d:download c:continue q:quiet F:follow I:ignore-stdin 4:ipv4 6:ipv6
`
)

var httpieOptions = dialect{strings.Fields(httpieValued), strings.Fields(httpiePlain), strings.Fields(httpieShort), true}

// httpie is what the arguments of HTTPie, or of xh, say.
type httpie struct {
	*Arguments
	xh, form, noInput, compressed bool
	scheme                        string
	raw                           *string
	auth, authType                string
	words                         []string

	header  http.Header
	removed map[string]bool
	query   []string
	fields  *javascript.Object // of a body that is JSON
	parts   []string           // of one that is a form
}

// httpie reads the arguments of HTTPie's http and https, or of xh and xhs.
func (a *Arguments) httpie(program string, args []string) ([]pasted.Request, error) {
	h := &httpie{Arguments: a, xh: strings.HasPrefix(program, "xh"), scheme: "http", header: http.Header{}, removed: map[string]bool{}, fields: javascript.NewObject()}
	if program == "https" || program == "xhs" {
		h.scheme = "https"
	}
	err := httpieOptions.read(args, h.option, func(word string) error {
		h.words = append(h.words, word)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return h.requests()
}

func (h *httpie) option(o option, value string) error {
	switch o.name {
	case "raw":
		h.raw = &value
	case "form":
		h.form = !o.off
	case "multipart":
		return pasted.Unread("the option --multipart sends a form with a random boundary, so the body is not known")
	case "compress":
		h.compressed = !o.off
	case "ignore-stdin":
		h.noInput = !o.off
	case "auth":
		h.auth = strings.TrimPrefix(value, "=")
	case "auth-type":
		h.authType = strings.TrimPrefix(value, "=")
	case "bearer":
		h.auth, h.authType = value, "bearer"
	case "default-scheme":
		h.scheme = value
	case "https":
		h.scheme = "https"
	case "session", "session-read-only":
		return pasted.Unread("the option --%s adds headers that are not in the command: write them out", o.name)
	}
	return nil
}

var letters = lazyregexp.New(`^[A-Za-z]+$`)

func (h *httpie) requests() ([]pasted.Request, error) {
	if len(h.words) == 0 {
		return nil, pasted.Unread("the command has no URL")
	}
	method, items := "", h.words
	if len(items) > 1 && letters.MatchString(items[0]) && items[0] != "localhost" {
		method, items = strings.ToUpper(items[0]), items[1:]
	}
	u := items[0]
	for _, item := range items[1:] {
		if err := h.item(item); err != nil {
			return nil, err
		}
	}
	q := pasted.Request{Method: method, Header: h.header}
	if err := h.body(&q); err != nil {
		return nil, err
	}
	if q.Method == "" {
		if q.Method = http.MethodGet; q.Body != nil {
			q.Method = http.MethodPost
		}
	}
	q.URL = h.url(u)
	h.authorize(&q)
	return []pasted.Request{q}, nil
}

// url completes a URL: :3000/path is one of localhost.
func (h *httpie) url(u string) string {
	if rest, ok := strings.CutPrefix(u, ":"); ok && !strings.HasPrefix(rest, "//") {
		if u = "localhost" + rest; rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			u = "localhost:" + rest
		}
	}
	u = absolute(strings.TrimPrefix(u, "://"), h.scheme)
	for _, part := range h.query {
		u = withQuery(u, part)
	}
	return u
}

func (h *httpie) authorize(q *pasted.Request) {
	switch {
	case h.auth == "" || q.Header.Get("Authorization") != "":
	case h.authType == "bearer":
		q.Header.Set("Authorization", "Bearer "+h.auth)
	case h.authType == "" || h.authType == "basic":
		q.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(h.auth)))
	}
}

// separators stand between the name and the value of an item. Of those at the same
// place the longest counts.
var separators = []string{":=@", "==@", ":=", "==", "=@", ":@", "=", ":", ";", "@"}

// cutItem splits an item at its first separator. A backslash takes the meaning away
// from one.
func cutItem(item string) (name, sep, value string) {
	var b strings.Builder
	for i := 0; i < len(item); i++ {
		if item[i] == '\\' && i+1 < len(item) && strings.IndexByte(":=;@\\", item[i+1]) >= 0 {
			i++
			b.WriteByte(item[i])
			continue
		}
		for _, sep := range separators {
			if strings.HasPrefix(item[i:], sep) && (sep != ";" || i+1 == len(item)) {
				return b.String(), sep, unescapedItem(item[i+len(sep):])
			}
		}
		b.WriteByte(item[i])
	}
	return b.String(), "", ""
}

func unescapedItem(s string) string {
	for _, c := range []string{":", "=", ";", "@"} {
		s = strings.ReplaceAll(s, `\`+c, c)
	}
	return s
}

func (h *httpie) item(item string) error {
	name, sep, value := cutItem(item)
	if strings.HasSuffix(sep, "@") && sep != "@" {
		b, err := h.File(pasted.Quote(name), value)
		if err != nil {
			return err
		}
		value, sep = string(b), strings.TrimSuffix(sep, "@")
	}
	switch sep {
	case ":":
		value = strings.TrimSpace(value)
		if !pasted.IsToken(name) {
			return pasted.Unread("%s is not a header: %s is not a name", pasted.Quote(item), pasted.Quote(name))
		}
		if value == "" {
			h.removed[http.CanonicalHeaderKey(name)] = true
			h.header.Del(name)
			return nil
		}
		h.header.Add(name, value)
	case ";":
		h.header.Add(name, "")
	case "==":
		h.query = append(h.query, percentEncoded(name)+"="+percentEncoded(value))
	case "=":
		return h.field(name, value)
	case ":=":
		return h.jsonField(name, value)
	case "@":
		if name == "" {
			return h.bodyFile(value)
		}
		return pasted.Unread("%s sends a file in a form with a random boundary, so the body is not known", pasted.Quote(item))
	default:
		return pasted.Unread("%s is neither a header nor a field: quotes may be missing", pasted.Quote(item))
	}
	return nil
}

// bodyFile takes a file as the body.
func (h *httpie) bodyFile(name string) error {
	b, err := h.File("the body", name)
	if err != nil {
		return err
	}
	text := string(b)
	h.raw = &text
	return nil
}

// field adds a field of the body; in JSON, a later one of the same name takes its
// place.
func (h *httpie) field(name string, v any) error {
	switch text, isText := v.(string); {
	case h.form && !isText:
		text = h.written(v)
		fallthrough
	case h.form:
		h.parts = append(h.parts, url.QueryEscape(name)+"="+url.QueryEscape(text))
	case strings.ContainsAny(name, "[]"):
		return pasted.Unread("the nested field %s is not supported: pass the body with --raw", pasted.Quote(name))
	case isNumber(name):
		return pasted.Unread("hooktop does not evaluate the field %s: pass the body with --raw", pasted.Quote(name))
	default:
		h.fields.Set(name, v)
	}
	return nil
}

// isNumber reports whether JavaScript would put a name before others, which no other
// program does.
func isNumber(name string) bool { return strings.Trim(name, "0123456789") == "" }

func percentEncoded(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

func (h *httpie) jsonField(name, value string) error {
	v, err := javascript.JSON(h.Reader, value)
	if err != nil || !plainNumbers(v) {
		return pasted.Unread("hooktop does not evaluate the field %s: pass the body with --raw", pasted.Quote(name))
	}
	return h.field(name, v)
}

// plainNumbers reports whether all numbers in a value are written alike by every
// program.
func plainNumbers(v any) bool {
	switch v := v.(type) {
	case float64:
		return v == float64(int64(v)) && v < 1<<53 && v > -1<<53
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !plainNumbers(e) })
	case *javascript.Object:
		return !slices.ContainsFunc(v.Keys, func(k string) bool { return isNumber(k) || !plainNumbers(v.Values[k]) })
	}
	return true
}

// body makes the body of the fields, of --raw, or of standard input.
func (h *httpie) body(q *pasted.Request) error {
	kind := "application/json"
	switch {
	case h.compressed:
		return pasted.Unread("the option --compress is not supported: the body is not known")
	case h.raw != nil:
		q.Body = []byte(*h.raw)
	case len(h.parts) > 0:
		q.Body, kind = []byte(strings.Join(h.parts, "&")), "application/x-www-form-urlencoded; charset=utf-8"
	case len(h.fields.Keys) > 0:
		q.Body = []byte(h.written(h.fields))
	case h.Stdin != nil && !h.noInput:
		b, err := h.Stdin("the body")
		if err != nil {
			return err
		}
		q.Body = b
	default:
		return nil
	}
	if q.Body == nil {
		q.Body = []byte{}
	}
	if q.Header.Get("Content-Type") == "" && !h.removed["Content-Type"] {
		q.Header.Set("Content-Type", kind)
	}
	return nil
}

// written returns JSON as the program writes it: xh as JavaScript does, HTTPie as
// Python does, with spaces, and all that is not ASCII escaped.
func (h *httpie) written(v any) string {
	text := javascript.Stringify(v)
	if h.xh {
		return text
	}
	var b strings.Builder
	quoted, escaped := false, false
	for _, c := range text {
		switch {
		case c > 0xffff:
			high, low := utf16.EncodeRune(c)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
			continue
		case c > '~' && c != 0x7f:
			fmt.Fprintf(&b, `\u%04x`, c)
			continue
		}
		if b.WriteRune(c); !quoted && (c == ',' || c == ':') {
			b.WriteByte(' ')
		}
		if c == '"' && !escaped {
			quoted = !quoted
		}
		escaped = c == '\\' && !escaped
	}
	return b.String()
}
