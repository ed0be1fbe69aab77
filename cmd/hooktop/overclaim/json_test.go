package overclaim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any // string, number, bool, nil, object or []any
}

// number is a JSON number as it is written.
type number string

// writer is how a program writes JSON.
type writer struct {
	comma, colon string
	// indent is written before each member, once for each level; "" writes all on
	// one line.
	indent string
	// order sorts the members, nil keeps their order.
	order func(a, b string) int
	// ascii writes every other character as \u1234, html writes <, > and & so, and
	// slash writes / as \/.
	ascii, html, slash bool
}

// The writers of JSON that people have, each as its own documentation has it.
var (
	javascript = writer{comma: ",", colon: ":"}
	goMaps     = writer{comma: ",", colon: ":", order: strings.Compare, html: true}
	goStructs  = writer{comma: ",", colon: ":", html: true}
	python     = writer{comma: ", ", colon: ": ", ascii: true}
	pythonSort = writer{comma: ", ", colon: ": ", ascii: true, order: strings.Compare}
	php        = writer{comma: ",", colon: ":", ascii: true, slash: true}
	indented   = writer{comma: ",", colon: ": ", indent: "  "}
	indented4  = writer{comma: ",", colon: ": ", indent: "    "}
	jsonb      = writer{comma: ", ", colon: ": ", order: func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	}}
)

func (w writer) write(v any) []byte {
	var b strings.Builder
	w.value(&b, v, "\n")
	return []byte(b.String())
}

func (w writer) value(b *strings.Builder, v any, newline string) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		fmt.Fprint(b, v)
	case number:
		b.WriteString(string(v))
	case string:
		w.text(b, v)
	case []any:
		w.list(b, "[", "]", len(v), newline, func(i int, inner string) { w.value(b, v[i], inner) })
	case object:
		if w.order != nil {
			v = slices.Clone(v)
			slices.SortFunc(v, func(x, y member) int { return w.order(x.name, y.name) })
		}
		w.list(b, "{", "}", len(v), newline, func(i int, inner string) {
			w.text(b, v[i].name)
			b.WriteString(w.colon)
			w.value(b, v[i].value, inner)
		})
	}
}

func (w writer) list(b *strings.Builder, open, end string, n int, newline string, item func(i int, inner string)) {
	b.WriteString(open)
	inner := newline + w.indent
	for i := range n {
		if i > 0 {
			b.WriteString(w.comma)
		}
		if w.indent != "" {
			b.WriteString(inner)
		}
		item(i, inner)
	}
	if w.indent != "" && n > 0 {
		b.WriteString(newline)
	}
	b.WriteString(end)
}

func (w writer) text(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '/' && w.slash:
			b.WriteString(`\/`)
		case r < ' ' || w.html && strings.ContainsRune("<>&\u2028\u2029", r) || w.ascii && r >= utf8.RuneSelf:
			units := []uint16{uint16(r)}
			if r > 0xffff {
				units = utf16.Encode([]rune{r})
			}
			for _, u := range units {
				fmt.Fprintf(b, `\u%04x`, u)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// sorted returns a value with all its objects' members in order.
func sorted(v any) any {
	switch v := v.(type) {
	case []any:
		var out []any
		for _, x := range v {
			out = append(out, sorted(x))
		}
		return out
	case object:
		out := object{}
		for _, m := range v {
			out = append(out, member{m.name, sorted(m.value)})
		}
		slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.name, b.name) })
		return out
	}
	return v
}

// event makes up an event of Clerk's, its members in no order.
func event(r *rand.Rand, instance string) object {
	id := token(r, "user_", 27)
	name := pick(r, []string{"Ada", "Grace", "Zoë", "محمد", "李雷", "José & Söhne <x>", "O\"Brien", "back\\slash", "🦊 Fox"})
	email := strings.ToLower(token(r, "", 9)) + "@example.com"
	data := object{
		{"id", id},
		{"object", "user"},
		{"first_name", name},
		{"email_addresses", []any{object{{"id", token(r, "idn_", 27)}, {"email_address", email}, {"linked_to", []any{}}, {"verification", object{{"status", "verified"}, {"strategy", "email_code"}}}}}},
		{"primary_email_address_id", nil},
		{"public_metadata", object{{"plan", pick(r, []string{"pro", "free"})}}},
		{"image_url", "https://img.clerk.com/" + token(r, "", 12) + "?width=80&height=80"},
		{"banned", false},
		{"created_at", number(fmt.Sprint(1_700_000_000_000 + r.Int64N(90_000_000_000)))},
		{"updated_at", number(fmt.Sprint(1_790_000_000_000 + r.Int64N(90_000_000)))},
	}
	data[4].value = data[3].value.([]any)[0].(object)[0].value
	for n := r.IntN(6); n > 0; n-- {
		data = append(data, member{strings.ToLower(token(r, "field_", 5)), pick(r, []any{"x", true, nil, number("0"), number("-12"), number("1.5"), []any{number("1"), "zwei/three"}, object{}})})
	}
	return object{
		{"data", data},
		{"event_attributes", object{{"http_request", object{{"client_ip", "192.0.2.7"}, {"user_agent", "Mozilla/5.0 (X11; Linux)"}}}}},
		{"object", "event"},
		{"type", pick(r, []string{"user.created", "user.updated"})},
		{"instance_id", instance},
		{"timestamp", number(fmt.Sprint(1_796_000_000_000 + r.Int64N(60_000_000)))},
	}
}

// stripeEvent makes up an event of Stripe's.
func stripeEvent(r *rand.Rand) object {
	return object{
		{"id", token(r, "evt_", 24)},
		{"object", "event"},
		{"api_version", "2026-05-27.dahlia"},
		{"created", number(fmt.Sprint(1_796_000_000 + r.IntN(60_000)))},
		{"data", object{{"object", object{
			{"id", token(r, "cus_", 14)},
			{"object", "customer"},
			{"balance", number("0")},
			{"email", strings.ToLower(token(r, "", 8)) + "@example.com"},
			{"metadata", object{}},
			{"name", pick(r, []string{"Ada", "Zoë Müller", "a/b"})},
			{"livemode", false},
		}}}},
		{"livemode", false},
		{"pending_webhooks", number("1")},
		{"request", object{{"id", nil}, {"idempotency_key", nil}}},
		{"type", "customer.created"},
	}
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func token(r *rand.Rand, prefix string, n int) string {
	b := []byte(prefix)
	for range n {
		b = append(b, letters[r.IntN(len(letters))])
	}
	return string(b)
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }
