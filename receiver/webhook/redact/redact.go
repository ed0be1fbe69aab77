// Package redact masks secrets in bodies and texts, and reads the one-time code
// of an e-mail or a text message. It works on bytes alone: it knows no sender,
// keeps everything else byte for byte, and does not mask personal data such as
// names and addresses.
package redact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// redacted replaces a secret. A code becomes as many stars as it had digits, so
// that the text around it still reads.
const redacted = "[redacted]"

// secretNames are the names whose values are always masked, secretEndings the
// endings of such names; _, - and case are ignored. README lists them.
var (
	secretNames = []string{
		"otp", "onetimecode", "verificationcode", "passcode", "backupcodes", "passworddigest", "passwordhash",
		"magiclink", "jwt", "cookie", "setcookie", "authorization",
	}
	secretEndings = []string{"otpcode", "token", "ticket", "secret", "password", "apikey", "privatekey", "signingkey"}
)

// secretParts match what is masked in any text: tokens in links, session tokens
// (JWTs), keys with a known prefix, the password in a URL. The last group is the
// secret.
var secretParts = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(?:^|[?&;#\s]|%3F|%26|%23)(?:[a-z0-9_.-]*(?:token|ticket|secret|password|api_?key|jwt|signature)|(?:otp_|verification_)?code|otp)(?:=|%3D)([^&;#\s"'<>\\]+)`),
	regexp.MustCompile(`\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)`),
	regexp.MustCompile(`\b((?:whsec_|whsk_|sk_live_|sk_test_|rk_live_|rk_test_)[A-Za-z0-9+/=_-]{8,})`),
	regexp.MustCompile(`://[^/\s:@]*:([^/\s:@]+)@`),
}

// Body returns a body with one-time codes, tokens and other secrets masked, and
// everything else unchanged, byte for byte: key order, spaces, numbers. JSON
// stays JSON. A body with nothing to mask is returned as it is; one that is not
// JSON is masked as far as it can be read.
//
// It masks the values of secret names (see secretNames), the code in such a value
// everywhere it occurs, and the secret parts of links in any text; also in JSON
// inside a text. codes are further codes to mask, such as those of the delivery
// that the body answers.
func Body(body []byte, codes ...string) []byte {
	r := redactor{body: body, codes: map[string]bool{}}
	for _, code := range codes {
		r.codes[code] = true
	}
	r.gather()
	r.mask()
	return r.apply()
}

// OneTimeCodes returns the codes that Body masks wherever they occur in a body.
func OneTimeCodes(body []byte) []string {
	r := redactor{body: body, codes: map[string]bool{}}
	r.gather()
	return slices.Sorted(maps.Keys(r.codes))
}

// redactor collects what to mask in a body.
type redactor struct {
	body  []byte
	codes map[string]bool
	masks []mask
	// json is set if the body is JSON, and must stay so.
	json bool
}

// gather collects the codes.
func (r *redactor) gather() {
	r.walk(r.collect)
	if code := OneTimeCode(r.body); code != "" {
		r.codes[code] = true
	}
	r.eachLoose(func(t unescaped, from, to int) { r.gatherInside(t.s[from:to]) })
}

// mask collects the masks, once the codes are known.
func (r *redactor) mask() {
	r.json = json.Valid(r.body)
	r.walk(r.value)
	if !r.json {
		r.parts(plainText(r.body))
	}
	r.eachLoose(r.maskInside)
}

// mask is a span of the body, and what replaces it.
type mask struct {
	from, to int
	with     string
}

// scalar is a string or a number in the body: its span, without quotes.
type scalar struct {
	from, to int
	text     bool
	// secret is set if it, or what contains it, has the name of a secret.
	secret bool
}

// walk calls do with every string and number. It also reads what is not JSON, as
// far as it has quotes and colons.
func (r *redactor) walk(do func(scalar)) {
	var open []bool // for each object and array, whether everything in it is secret
	secret := false
	inherited := func() bool { return len(open) > 0 && open[len(open)-1] }
	for i := 0; i < len(r.body); i++ {
		switch c := r.body[i]; {
		case c == '"':
			end := closingQuote(r.body, i)
			if colon := afterSpaces(r.body, end+1); colon < len(r.body) && r.body[colon] == ':' {
				secret = inherited() || secretName(unescape(r.body, i+1, end).s)
				i = colon
				continue
			}
			do(scalar{i + 1, end, true, secret})
			secret, i = inherited(), end
		case c == '{' || c == '[':
			open = append(open, secret)
		case c == '}' || c == ']':
			open = open[:max(len(open)-1, 0)]
			secret = inherited()
		case c == ',':
			secret = inherited()
		case c == '-' || c >= '0' && c <= '9':
			end := i
			for end < len(r.body) && strings.IndexByte("+-.eE0123456789", r.body[end]) >= 0 {
				end++
			}
			do(scalar{i, end, false, secret})
			i = end - 1
		}
	}
}

// closingQuote returns where the string that begins at a quote ends.
func closingQuote(b []byte, at int) int {
	for i := at + 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(b)
}

func afterSpaces(b []byte, at int) int {
	for at < len(b) && strings.IndexByte(" \t\r\n", b[at]) >= 0 {
		at++
	}
	return at
}

func secretName(name string) bool {
	name = strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	return slices.Contains(secretNames, name) ||
		slices.ContainsFunc(secretEndings, func(end string) bool { return strings.HasSuffix(name, end) })
}

// collect notes the codes under a secret name.
func (r *redactor) collect(v scalar) {
	s := unescape(r.body, v.from, v.to).s
	if !v.secret {
		if v.text {
			r.gatherInside(s)
		}
		return
	}
	if oneTimeCode.MatchString(s) && strings.ContainsAny(s, "0123456789") {
		r.codes[s] = true
	}
}

// value masks a secret whole, and the secret parts of any other text.
func (r *redactor) value(v scalar) {
	switch {
	case v.from >= v.to:
	case !v.text && (v.secret || r.json && r.codes[string(r.body[v.from:v.to])]):
		r.masks = append(r.masks, mask{v.from, v.to, "0"})
	case v.secret:
		r.masks = append(r.masks, mask{v.from, v.to, masked(unescape(r.body, v.from, v.to).s)})
	case v.text:
		t := unescape(r.body, v.from, v.to)
		if !json.Valid([]byte(t.s)) || !opensJSON(t.s) { // else its own strings are masked
			r.parts(t)
		}
		r.maskInside(t, 0, len(t.s))
	}
}

// masked returns what replaces a secret: stars for digits or stars.
func masked(secret string) string {
	if strings.Trim(secret, "*0123456789") == "" {
		return strings.Repeat("*", len(secret))
	}
	return redacted
}

// parts masks the secret parts of a text.
func (r *redactor) parts(t unescaped) {
	for _, re := range secretParts {
		for _, m := range re.FindAllStringSubmatchIndex(t.s, -1) {
			from, to := m[len(m)-2], m[len(m)-1]
			r.masks = append(r.masks, mask{t.at(from), t.at(to), masked(t.s[from:to])})
		}
	}
	if len(r.codes) == 0 {
		return
	}
	for _, m := range wholeWords.FindAllStringIndex(t.s, -1) {
		if r.codes[t.s[m[0]:m[1]]] {
			r.masks = append(r.masks, mask{t.at(m[0]), t.at(m[1]), strings.Repeat("*", m[1]-m[0])})
		}
	}
}

// wholeWords match words: a code is masked only as a whole word.
var wholeWords = regexp.MustCompile(`[0-9A-Za-z_]+`)

// apply puts the masks into the body. If two overlap, the wider one wins.
func (r *redactor) apply() []byte {
	if len(r.masks) == 0 {
		return r.body
	}
	slices.SortFunc(r.masks, func(a, b mask) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var out bytes.Buffer
	done := 0
	for _, m := range r.masks {
		if m.from < done {
			if m.to > done { // the rest of what is already masked
				done = m.to
			}
			continue
		}
		out.Write(r.body[done:m.from])
		out.WriteString(m.with)
		done = m.to
	}
	out.Write(r.body[done:])
	return out.Bytes()
}
