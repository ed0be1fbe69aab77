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
	"github.com/hooktop/hooktop/receiver/webhook/redact"
)

// masker takes out of deliveries what is not to leave this machine: what lets
// somebody in, and where personal is set, who it is about.
type masker struct {
	personal bool
	// key is of this export alone: the same address gets the same name in it,
	// and nobody can try out which address a name stands for.
	key []byte
	// codes are the one-time codes of the delivery at hand: an app may say them
	// in its answer.
	codes []string
}

func newMasker(personal bool) *masker {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return &masker{personal: personal, key: key}
}

// redacted stands where a secret or a person's data stood.
const redacted = "[redacted]"

// secretHeaders let somebody in. A signature does not: it is good for this body
// and five minutes.
var secretHeaders = regexp.MustCompile(`(?i)(authorization|cookie|token|secret|api-?key|password)$`)

// personalHeaders say where a request came from.
var personalHeaders = regexp.MustCompile(`(?i)^(forwarded|.*forwarded-for|.*real-ip|.*client-ip|cf-connecting-ip)$`)

// personalNames are Clerk's and Stripe's names for what tells who somebody is.
const personalNames = `(?:first_name|last_name|full_name|username|(?:[a-z]+_)?phone|(?:[a-z]+_)?phone_number|image_url|profile_image_url|avatar_url|ip_address|client_ip|city|requested_from|line1|line2|postal_code)`

// The rest of personal data: addresses anywhere, and the values of those names.
var (
	emailAddress = regexp.MustCompile(`[A-Za-z0-9._%+'-]+(?:@|\\+u0040|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	personalData = regexp.MustCompile(`("` + personalNames + `"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	// Of JSON in a text: \" ends a value, and \\ begins what is escaped in it.
	personalInside = regexp.MustCompile(`(\\"` + personalNames + `\\"\s*:\s*\\")(?:[^"\\]|\\\\(?:\\.|[^\\]))*`)
	stripeName     = regexp.MustCompile(`("(?:customer_name|name)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
)

// delivery masks a delivery that was read whole, and says whether its body is
// another one now.
func (m *masker) delivery(d *webhook.Delivery) (changed bool) {
	m.codes = redact.OneTimeCodes(d.Body)
	body := m.body(d.Body, d.Provider)
	changed = string(body) != string(d.Body)
	d.Body = body
	d.Header = m.header(d.Header)
	d.Answer.Body = m.body(d.Answer.Body, d.Provider)
	if changed && !d.Verdict.Verified { // the diagnosis may quote what was masked, or a piece of it
		d.Verdict = unquoted(d.Verdict)
	}
	d.Verdict.Checks = slices.Clone(d.Verdict.Checks)
	for i := range d.Verdict.Checks {
		m.line(&d.Verdict.Checks[i].Detail)
	}
	m.line(&d.URL, &d.MessageID, &d.Type, &d.UserID, &d.Email, &d.Note, &d.Verdict.Detail, &d.Verdict.Fix)
	if part := d.Verdict.Difference; part != nil {
		other := *part
		other.Signed.Text, other.Arrived.Text = []byte(m.text(string(part.Signed.Text))), []byte(m.text(string(part.Arrived.Text)))
		d.Verdict.Difference = &other
	}
	for i := range d.Forwards {
		f := &d.Forwards[i]
		f.Header, f.Body = m.header(f.Header), m.body(f.Body, d.Provider)
		m.line(&f.Target, &f.Error)
	}
	if m.personal {
		d.RemoteAddr = ""
		d.Change = m.change(d.Change)
	}
	return changed
}

// line masks texts of one line.
func (m *masker) line(texts ...*string) {
	for _, text := range texts {
		*text = m.text(*text)
	}
}

// unquoted is a verdict without the texts that may quote the body.
func unquoted(v webhook.Verdict) webhook.Verdict {
	v.Difference, v.Checks = nil, slices.Clone(v.Checks)
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

func (m *masker) change(c *webhook.Change) *webhook.Change {
	if c == nil {
		return nil
	}
	user := func(u *webhook.User) *webhook.User {
		if u == nil {
			return nil
		}
		other := *u
		m.line(&other.ID, &other.Email)
		return &other
	}
	other := *c
	other.UserID, other.Before, other.After = m.text(c.UserID), user(c.Before), user(c.After)
	return &other
}

func (m *masker) body(body []byte, provider string) []byte {
	body = redact.Body(body, m.codes...)
	if !m.personal {
		return body
	}
	body = personalData.ReplaceAll(body, []byte(`${1}"`+redacted+`"`))
	body = personalInside.ReplaceAll(body, []byte("${1}"+redacted))
	if provider == "stripe" {
		body = stripeName.ReplaceAll(body, []byte(`${1}"`+redacted+`"`))
	}
	return emailAddress.ReplaceAllFunc(body, m.address)
}

// text masks one line: secrets of a link, and addresses.
func (m *masker) text(s string) string {
	b := redact.Body([]byte(s), m.codes...)
	if m.personal {
		b = emailAddress.ReplaceAllFunc(b, m.address)
	}
	return string(b)
}

// address is a name that stands for an e-mail address.
func (m *masker) address(address []byte) []byte {
	plain := strings.NewReplacer(`\u0040`, "@", "%40", "@", `\`, "").Replace(strings.ToLower(string(address)))
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
