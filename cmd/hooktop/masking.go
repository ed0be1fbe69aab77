package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// masker takes out of deliveries what is not to leave this machine: what lets
// somebody in, and where personal is set, who it is about.
type masker struct {
	personal bool
	// key is of this export alone: the same address gets the same name in it,
	// and nobody can try out which address a name stands for.
	key []byte
}

func newMasker(personal bool) *masker {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return &masker{personal, key}
}

// redacted stands where a secret or a person's data stood.
const redacted = "[redacted]"

// secretHeaders let somebody in. A signature does not: it is good for this body
// and five minutes.
var secretHeaders = regexp.MustCompile(`(?i)^(authorization|proxy-authorization|cookie|set-cookie|.*(token|secret|api-?key|password))$`)

// personalHeaders say where a request came from.
var personalHeaders = regexp.MustCompile(`(?i)^(forwarded|x-forwarded-for|x-real-ip|true-client-ip|cf-connecting-ip|x-client-ip)$`)

// The rest of personal data: addresses anywhere, and the values of Clerk's and
// Stripe's names for people.
var (
	emailAddress = regexp.MustCompile(`[A-Za-z0-9._%+'-]+(?:@|\\u0040|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	personalData = regexp.MustCompile(`("(?:first_name|last_name|full_name|username|phone|phone_number|image_url|profile_image_url|avatar_url|ip_address|client_ip|city|line1|line2|postal_code)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	stripeName   = regexp.MustCompile(`("(?:customer_name|name)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
)

// delivery masks a delivery that was read whole, and says whether its body is
// another one now.
func (m *masker) delivery(d *webhook.Delivery) (changed bool) {
	body := m.body(d.Body, d.Provider)
	changed = string(body) != string(d.Body)
	d.Body = body
	d.URL = m.text(d.URL)
	d.Header = m.header(d.Header)
	d.Answer.Body = m.body(d.Answer.Body, "")
	for i := range d.Forwards {
		f := &d.Forwards[i]
		f.Header, f.Body = m.header(f.Header), m.body(f.Body, "")
	}
	if changed && !d.Verdict.Verified { // the diagnosis may quote what was masked, or a piece of it
		d.Verdict = unquoted(d.Verdict)
	}
	if !m.personal {
		return changed
	}
	d.RemoteAddr = ""
	d.Email, d.Note = m.text(d.Email), m.text(d.Note)
	d.Verdict.Detail = m.text(d.Verdict.Detail)
	for i := range d.Verdict.Checks {
		d.Verdict.Checks[i].Detail = m.text(d.Verdict.Checks[i].Detail)
	}
	if d.Change != nil {
		c := *d.Change
		c.Before, c.After = m.user(c.Before), m.user(c.After)
		d.Change = &c
	}
	return changed
}

// unquoted is a verdict without the texts that may quote the body.
func unquoted(v webhook.Verdict) webhook.Verdict {
	v.Checks = slices.Clone(v.Checks)
	hide := func(text *string) {
		if *text != "" {
			*text = redacted
		}
	}
	hide(&v.Detail)
	for i := range v.Checks {
		hide(&v.Checks[i].Detail)
	}
	return v
}

func (m *masker) user(u *webhook.User) *webhook.User {
	if u == nil {
		return nil
	}
	other := *u
	other.Email = m.text(u.Email)
	return &other
}

func (m *masker) body(body []byte, provider string) []byte {
	body = webhook.Redact(body)
	if !m.personal {
		return body
	}
	body = personalData.ReplaceAll(body, []byte(`${1}"`+redacted+`"`))
	if provider == "stripe" {
		body = stripeName.ReplaceAll(body, []byte(`${1}"`+redacted+`"`))
	}
	return emailAddress.ReplaceAllFunc(body, m.address)
}

// text masks one line: secrets of a link, and addresses.
func (m *masker) text(s string) string {
	b := webhook.Redact([]byte(s))
	if m.personal {
		b = emailAddress.ReplaceAllFunc(b, m.address)
	}
	return string(b)
}

// address is a name that stands for an e-mail address.
func (m *masker) address(address []byte) []byte {
	plain := strings.NewReplacer(`\u0040`, "@", "%40", "@").Replace(strings.ToLower(string(address)))
	sum := hmac.New(sha256.New, m.key)
	sum.Write([]byte(plain))
	return []byte("redacted-" + hex.EncodeToString(sum.Sum(nil)[:6]) + "@example.invalid")
}

func (m *masker) header(h http.Header) http.Header {
	out := h.Clone()
	for name, values := range out {
		for i := range values {
			switch {
			case secretHeaders.MatchString(name), m.personal && personalHeaders.MatchString(name):
				values[i] = redacted
			default:
				values[i] = m.text(values[i])
			}
		}
	}
	return out
}
