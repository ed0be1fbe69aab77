package store

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Every delivery has a header, a verdict and often a user to store as JSON. What is here
// writes the bytes that encoding/json would, without reflection.

// appendText appends a text.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // of a text there is no error
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendHeader appends a header, its names sorted.
func appendHeader(b []byte, h http.Header) []byte {
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(h)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, name)
		b = append(b, ':')
		b = appendTexts(b, h[name])
	}
	return append(b, '}')
}

func appendTexts(b []byte, list []string) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, s)
	}
	return append(b, ']')
}

// object is a JSON object that is being written.
type object struct {
	b   []byte
	err error
}

// name begins a field.
func (o *object) name(name string) {
	if len(o.b) > 0 && o.b[len(o.b)-1] != '{' {
		o.b = append(o.b, ',')
	}
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':')
}

func (o *object) text(name, s string) {
	o.name(name)
	o.b = appendText(o.b, s)
}

// textIfAny writes a text unless it is empty.
func (o *object) textIfAny(name, s string) {
	if s != "" {
		o.text(name, s)
	}
}

// textIfSet writes what p points to, unless p is nil.
func (o *object) textIfSet(name string, p *string) {
	if p != nil {
		o.text(name, *p)
	}
}

func (o *object) bool(name string, v bool) {
	o.name(name)
	if v {
		o.b = append(o.b, "true"...)
	} else {
		o.b = append(o.b, "false"...)
	}
}

// boolIfTrue writes true, or nothing.
func (o *object) boolIfTrue(name string, v bool) {
	if v {
		o.bool(name, true)
	}
}

// time writes a time, whose year must have four digits.
func (o *object) time(name string, t time.Time) {
	o.name(name)
	o.b = append(o.b, '"')
	b, err := t.AppendText(o.b)
	if err != nil {
		o.err = err
		return
	}
	o.b = append(b, '"')
}

// json returns the object as a text.
func (o *object) json() (string, error) { return string(o.b) + "}", o.err }

// plainVerdict writes a verdict that has nothing but texts and checks.
func plainVerdict(v verdict) (string, error) {
	o := object{b: append(make([]byte, 0, 512), '{')}
	o.textIfAny("title", v.Title)
	o.textIfAny("detail", v.Detail)
	o.textIfAny("fix", v.Fix)
	if len(v.Checks) > 0 {
		o.name("checks")
		for i, c := range v.Checks {
			if i == 0 {
				o.b = append(o.b, '[', '{')
			} else {
				o.b = append(o.b, ',', '{')
			}
			o.text("name", c.Name)
			o.bool("ok", c.OK)
			o.textIfAny("detail", c.Detail)
			o.boolIfTrue("hint", c.Hint)
			o.b = append(o.b, '}')
		}
		o.b = append(o.b, ']')
	}
	o.textIfAny("secret", v.Secret)
	return o.json()
}

// userJSON writes a user.
func userJSON(u user) (string, error) {
	o := object{b: append(make([]byte, 0, 256), '{')}
	o.text("id", u.ID)
	o.text("email", u.Email)
	o.textIfSet("stripeCustomerId", u.StripeCustomerID)
	o.textIfSet("stripeSubscriptionId", u.StripeSubscriptionID)
	o.textIfSet("stripePriceId", u.StripePriceID)
	o.textIfSet("subscriptionStatus", u.SubscriptionStatus)
	if end := u.SubscriptionCurrentPeriodEnd; end != nil {
		o.time("subscriptionCurrentPeriodEnd", *end)
	}
	o.boolIfTrue("cancelAtPeriodEnd", u.CancelAtPeriodEnd)
	o.textIfSet("planKey", u.PlanKey)
	o.time("createdAt", u.CreatedAt)
	o.time("updatedAt", u.UpdatedAt)
	return o.json()
}
