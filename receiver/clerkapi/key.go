package clerkapi

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Key is a secret key of Clerk's API. However it is printed, logged or encoded, it
// shows at most its kind and its last four characters.
type Key struct {
	value string
	// Source says where it was found, such as "CLERK_SECRET_KEY in .env".
	Source string
}

const (
	testPrefix = "sk_test_"
	livePrefix = "sk_live_"
	// shownEnd is how many characters at the end are shown.
	shownEnd = 4
)

// ParseKey returns the key in value. The error has a Fix and never contains any part
// of value.
func ParseKey(value, source string) (Key, error) {
	const where = "copy the key that starts with sk_test_: Clerk Dashboard → Configure → API keys → Secret keys"
	wrong := func(what, fix string) (Key, error) { return Key{}, &setupError{source + " " + what, fix} }
	k := Key{value: value, Source: source}
	switch {
	case strings.HasPrefix(value, "pk_"):
		return wrong("is the publishable key, which cannot read users", where)
	case strings.HasPrefix(value, "whsec_"):
		return wrong("is an endpoint's signing secret, not a key of Clerk's API", "move it to CLERK_WEBHOOK_SIGNING_SECRET, and "+where)
	case strings.HasPrefix(value, "ak_"):
		return wrong("is a key for a different Clerk API", where)
	case k.prefix() == "":
		return wrong("is not a Clerk secret key: it does not start with sk_test_ or sk_live_", where)
	case len(value) == len(testPrefix) || strings.Contains(value, "...") || strings.Contains(value, "…"):
		return wrong("is not a whole Clerk secret key; part of it is missing", where)
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\'' }):
		return wrong("contains a space, a quote or another character that keys do not have", where)
	}
	return k, nil
}

// Live reports whether the key belongs to a production instance.
func (k Key) Live() bool { return k.prefix() == livePrefix }

func (k Key) prefix() string {
	for _, prefix := range []string{testPrefix, livePrefix} {
		if strings.HasPrefix(k.value, prefix) {
			return prefix
		}
	}
	return ""
}

// String returns the key's kind and end: sk_test_…q2Zx.
func (k Key) String() string {
	if len(k.value) < len(testPrefix)+4*shownEnd {
		return "…"
	}
	return k.prefix() + "…" + k.value[len(k.value)-shownEnd:]
}

// Format keeps every verb of fmt from showing the key.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// MarshalText keeps encoders from showing the key.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// LogValue keeps loggers from showing the key.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }
