// Package safeurl masks what is secret in the URL of an app: a password, and what looks
// like a token in its query. So it can be stored, shown and passed on. It also puts back
// what it masked, from the URLs that the user gave.
//
// It keeps everything else as it was written, also in a text that is no URL.
package safeurl

import (
	"net/url"
	"regexp"
	"strings"
)

// Masked stands for what was masked, as in url.URL's Redacted.
const Masked = "xxxxx"

// Part is a part of a URL as it is written.
type Part struct {
	Text string
	// Secret is set if it must not be shown. Name says of what it is the value:
	// "password", or the name in the query.
	Secret bool
	Name   string
}

// Mask returns a URL without its secrets.
func Mask(text string) string {
	if !strings.ContainsAny(text, "@?#") {
		return text
	}
	var b strings.Builder
	for _, p := range Parts(text) {
		if p.Secret {
			b.WriteString(Masked)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// Parts returns the parts of a URL, which together are the URL.
func Parts(text string) (parts []Part) {
	plain := func(s string) { parts = append(parts, Part{Text: s}) }
	rest, query := text, ""
	if at := strings.IndexAny(text, "?#"); at >= 0 {
		rest, query = text[:at], text[at:]
	}
	scheme, after, found := strings.Cut(rest, "://")
	if !found {
		scheme, after = "", rest
	} else {
		scheme += "://"
	}
	authority, path := after, ""
	if at := strings.IndexByte(after, '/'); at >= 0 {
		authority, path = after[:at], after[at:]
	}
	plain(scheme)
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		name, password, has := strings.Cut(authority[:at], ":")
		switch {
		case has:
			plain(name + ":")
			parts = append(parts, Part{password, true, "password"})
		case looksSecret(name):
			parts = append(parts, Part{name, true, "password"})
		default:
			plain(name)
		}
		authority = authority[at:]
	}
	plain(authority + path)
	for query != "" {
		end := strings.IndexAny(query[1:], "&;?#") + 1
		if end == 0 {
			end = len(query)
		}
		pair := query[:end]
		query = query[end:]
		name, value, has := strings.Cut(pair[1:], "=")
		if has && value != "" && (secretName.MatchString(unescaped(name)) || looksSecret(unescaped(value))) {
			plain(pair[:1] + name + "=")
			parts = append(parts, Part{value, true, unescaped(name)})
			continue
		}
		if !has && looksSecret(unescaped(name)) {
			plain(pair[:1])
			parts = append(parts, Part{pair[1:], true, "token"})
			continue
		}
		plain(pair)
	}
	return parts
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// secretName are the names of secrets in a query.
var secretName = regexp.MustCompile(`(?i)token|secret|passw|pwd|passphrase|api[-_.]?key|access[-_.]?key|private[-_.]?key|auth|signature|credential|bypass|jwt|session|ticket|otp|bearer|^(?:key|sig|code|pass|hmac|pin)$`)

// secretPrefix begins the keys of well-known services, and JWTs.
var secretPrefix = regexp.MustCompile(`^(?:eyJ|sk[-_]|rk_|pk_|whsec_|whsk_|gh[a-z]_|github_pat_|glpat-|npm_|xox[a-z]-|AKIA|AIza|Bearer )`)

// random is a text in which letters and digits are mixed, as they are in keys.
var random = regexp.MustCompile(`^[A-Za-z0-9_+/=.~-]{20,}$`)

func looksSecret(value string) bool {
	if secretPrefix.MatchString(value) && len(value) >= 8 {
		return true
	}
	if !random.MatchString(value) || !strings.ContainsFunc(value, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
		return false
	}
	digits := 0
	for _, r := range value {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return digits >= 2
}

// HasMasked reports whether a URL has a masked part in the place of a secret.
func HasMasked(text string) bool {
	for _, p := range Parts(text) {
		if p.Secret && p.Text == Masked {
			return true
		}
	}
	return false
}

// Restore returns a URL as it was given, of one that was masked. given are the URLs that
// the user gave. A masked part is put back if one of them has the same host, user and
// name of the part; else it stays masked.
func Restore(shown string, given ...string) string {
	if !HasMasked(shown) {
		return shown
	}
	for _, g := range given {
		if Mask(g) == shown {
			return g
		}
	}
	for _, g := range given {
		shown = restored(shown, g)
	}
	return shown
}

func restored(shown, given string) string {
	a, err := url.Parse(shown)
	if err != nil {
		return shown
	}
	b, err := url.Parse(given)
	if err != nil || a.Host != b.Host || a.User.Username() != b.User.Username() {
		return shown
	}
	known := map[string]string{}
	for _, p := range Parts(given) {
		if p.Secret {
			known[p.Name] = p.Text
		}
	}
	var whole strings.Builder
	for _, p := range Parts(shown) {
		if was := known[p.Name]; p.Secret && p.Text == Masked && was != "" {
			p.Text = was
		}
		whole.WriteString(p.Text)
	}
	return whole.String()
}
