package clerkapi

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Key is a secret key of Clerk's API. Printed, logged or encoded in any way it
// shows its kind and its last four characters at most.
type Key struct {
	value string
	// Source is where it was found, for people: "CLERK_SECRET_KEY in .env".
	Source string
}

const (
	testPrefix = "sk_test_"
	livePrefix = "sk_live_"
	// shown is how many of the last characters are.
	shownEnd = 4
)

// ParseKey checks the form of a key. The error has a Fix and never holds a part
// of what was given.
func ParseKey(value, source string) (Key, error) {
	const where = "Clerk Dashboard → Configure → API keys → Secret keys: the one that begins with sk_test_"
	wrong := func(what, fix string) (Key, error) { return Key{}, &setupError{source + " " + what, fix} }
	k := Key{value: value, Source: source}
	switch {
	case strings.HasPrefix(value, "pk_"):
		return wrong("is the publishable key, which reads no users", where)
	case strings.HasPrefix(value, "whsec_"):
		return wrong("is an endpoint's signing secret, not the key of Clerk's API", "put it into CLERK_WEBHOOK_SECRET, and here: "+where)
	case strings.HasPrefix(value, "ak_"):
		return wrong("is a key of another of Clerk's APIs", where)
	case k.prefix() == "":
		return wrong("is not a secret key of Clerk: it does not begin with sk_test_ or sk_live_", where)
	case len(value) < len(testPrefix)+4*shownEnd:
		return wrong("is too short for a secret key: it was cut off", where)
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\'' }):
		return wrong("has a blank, a quote or a letter that no key has", "copy it again; "+where)
	}
	return k, nil
}

// Live says whether the key is of a production instance.
func (k Key) Live() bool { return k.prefix() == livePrefix }

func (k Key) prefix() string {
	for _, prefix := range []string{testPrefix, livePrefix} {
		if strings.HasPrefix(k.value, prefix) {
			return prefix
		}
	}
	return ""
}

// String shows the key's kind and end: sk_test_…q2Zx.
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
