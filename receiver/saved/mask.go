package saved

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
	"github.com/hooktop/hooktop/receiver/webhook/redact"
)

// Masker masks what must not leave this machine in deliveries: what grants
// access and, if it is personal, what tells who somebody is.
type Masker struct {
	personal bool
	// key is this export's own: an address gets the same name throughout, and
	// nobody can find the address of a name by trial.
	key []byte
	// codes are the one-time codes of the current delivery: an app may repeat them
	// in its answer.
	codes []string
}

// NewMasker returns a masker for one export; personal masks personal data, too.
func NewMasker(personal bool) *Masker {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return &Masker{personal: personal, key: key}
}

// redacted replaces a secret or personal data.
const redacted = "[redacted]"

// secretHeaders grant access. A signature does not: it is valid for this body and
// five minutes.
var secretHeaders = lazyregexp.New(`(?i)(authorization|cookie|token|secret|api-?key|password)$`)

// personalHeaders tell where a request came from.
var personalHeaders = lazyregexp.New(`(?i)^(forwarded|.*forwarded-for|.*real-ip|.*client-ip|cf-connecting-ip)$`)

// personalNames are the fields of Clerk and Stripe that tell who somebody is.
const personalNames = `(?:first_name|last_name|full_name|username|(?:[a-z]+_)?phone|(?:[a-z]+_)?phone_number|image_url|profile_image_url|avatar_url|ip_address|client_ip|city|requested_from|line1|line2|postal_code)`

// Other personal data: addresses anywhere, and the values of those fields.
var (
	emailAddress = lazyregexp.New(`[A-Za-z0-9._%+'-]+(?:@|\\+u0040|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	personalData = lazyregexp.New(`("` + personalNames + `"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	// In JSON inside a string, \" ends a value and \\ begins an escape.
	personalInside = lazyregexp.New(`(\\"` + personalNames + `\\"\s*:\s*\\")(?:[^"\\]|\\\\(?:\\.|[^\\]))*`)
	stripeName     = lazyregexp.New(`("(?:customer_name|name)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
)

// Mask masks a delivery that was read whole, and reports whether its body changed.
func (m *Masker) Mask(d *webhook.Delivery) (changed bool) {
	m.codes = redact.OneTimeCodes(d.Body)
	body := m.body(d.Body, d.Provider)
	changed = string(body) != string(d.Body)
	d.Body = body
	d.Header = m.header(d.Header)
	d.Answer.Body = m.body(d.Answer.Body, d.Provider)
	if changed && d.Verdict.Rejected() { // the diagnosis may quote what was masked, or part of it
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

// line masks single-line texts.
func (m *Masker) line(texts ...*string) {
	for _, text := range texts {
		*text = m.text(*text)
	}
}

// unquoted returns a verdict without the texts that may quote the body.
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

func (m *Masker) change(c *webhook.Change) *webhook.Change {
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

func (m *Masker) body(body []byte, provider string) []byte {
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

// text masks secrets in links, and addresses.
func (m *Masker) text(s string) string {
	b := redact.Body([]byte(s), m.codes...)
	if m.personal {
		b = emailAddress.ReplaceAllFunc(b, m.address)
	}
	return string(b)
}

// address returns the name that stands for an e-mail address.
func (m *Masker) address(address []byte) []byte {
	plain := strings.NewReplacer(`\u0040`, "@", "%40", "@", `\`, "").Replace(strings.ToLower(string(address)))
	sum := hmac.New(sha256.New, m.key)
	sum.Write([]byte(plain))
	return []byte("redacted-" + hex.EncodeToString(sum.Sum(nil)[:6]) + "@example.invalid")
}

func (m *Masker) header(h http.Header) http.Header {
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
