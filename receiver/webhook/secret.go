package webhook

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// Secret is a signing secret and where it was found. However it is printed, logged
// or encoded, it shows at most its last four characters; only Reveal returns it.
type Secret struct {
	value string
	// Source is where it was found. It never contains any part of the secret.
	Source Source
}

// Source is where a secret was found.
type Source struct {
	// Variable is the environment variable that holds it, the flag, or the provider
	// that it was read from: Clerk.
	Variable string
	// File is the .env file that sets the variable, "" for the process's own
	// environment.
	File   string
	Origin SourceOrigin
}

// SourceOrigin is the kind of place that a secret comes from.
type SourceOrigin string

// The origins of secrets.
const (
	// FromVariable is a variable, of the process or in a .env file.
	FromVariable SourceOrigin = ""
	// FromFlag is a flag, whose name is in Variable: --clerk-secret.
	FromFlag SourceOrigin = "flag"
	// OwnSecret is the one that hooktop made for local mode.
	OwnSecret SourceOrigin = "own"
	// FromAPI is the provider's API, which was asked for the endpoint's secret;
	// Variable names the provider: Clerk.
	FromAPI SourceOrigin = "api"
	// Typed is what was typed or pasted into the dashboard.
	Typed SourceOrigin = "typed"
	// Replaced is a variable that held it earlier in this run.
	Replaced SourceOrigin = "replaced"
)

// String returns the source as text: "CLERK_WEBHOOK_SECRET in .env.local".
func (s Source) String() string {
	switch s.Origin {
	case OwnSecret:
		return "hooktop's own"
	case Typed:
		return "typed in here"
	case FromAPI:
		return "read from " + s.Variable
	case FromVariable, FromFlag, Replaced:
	}
	text := s.Variable
	if s.File != "" {
		text += " in " + s.File
	}
	if s.Origin == Replaced {
		text += ", before it was changed"
	}
	return text
}

const (
	// SecretPrefix begins a signing secret, Svix's and Stripe's alike.
	SecretPrefix = "whsec_"
	// PublicPrefix begins a public key: the base64 of an ed25519 key follows. It
	// verifies and can sign nothing.
	PublicPrefix = "whpk_"
)

// otherKeys are what people paste in place of the signing secret.
var otherKeys = []struct{ prefix, what string }{
	{"sk_", "holds a secret API key (sk_…), not a signing secret"},
	{"pk_", "holds a publishable key (pk_…), not a signing secret"},
	{"rk_", "holds a restricted API key (rk_…), not a signing secret"},
	{"ak_", "holds a platform API key (ak_…), not a signing secret"},
	{"ep_", "holds an endpoint's id (ep_…), not its signing secret"},
	{"whsk_", "holds a private key (whsk_…), which only the sender should have"},
	{"whsk1_", "holds a private key (whsk1_…), which only the sender should have"},
	{"whpk1_", "holds a kind of public key that no Svix library verifies (whpk1_…)"},
	{"http", "holds a URL, not a signing secret"},
}

// OtherKey says what a text is that was pasted in place of a signing secret, "" if
// it may be one.
func OtherKey(s string) string {
	for _, k := range otherKeys {
		if strings.HasPrefix(s, k.prefix) {
			return k.what
		}
	}
	return ""
}

// isSecret reports whether a text begins like a signing secret or a public key.
func isSecret(s string) bool {
	return strings.HasPrefix(s, SecretPrefix) || strings.HasPrefix(s, PublicPrefix)
}

// NewSecret wraps a secret whose form was checked.
func NewSecret(value string, source Source) Secret { return Secret{value: value, Source: source} }

// ParseSecrets reads the value of a flag or a variable: one secret or several,
// separated by commas or spaces; public keys come last. The error, which has a Fix,
// and the warnings name the source and never contain any part of a secret.
func ParseSecrets(p Provider, value string, source Source) (secrets []Secret, warnings []string, err error) {
	if v := strings.TrimSpace(value); strings.HasPrefix(v, "v1,") || strings.HasPrefix(v, "v1 ") {
		return nil, nil, &mistake{
			what: source.String() + " starts with v1, like a signature",
			fix:  "remove everything before whsec_",
		}
	}
	fields := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	if brokenUp(fields) {
		return nil, nil, &mistake{
			what: source.String() + " has a space or comma inside the secret",
			fix:  "remove it; to give several secrets, separate them with commas and start each with whsec_",
		}
	}
	for _, f := range fields {
		warning, err := p.CheckSecret(f)
		if err != nil {
			return nil, nil, named(source, err)
		}
		if warning != "" {
			warnings = append(warnings, source.String()+" "+warning)
		}
		secrets = append(secrets, NewSecret(f, source))
	}
	return SharedFirst(secrets), warnings, nil
}

// SharedFirst puts public keys after the shared secrets, in place, so that the
// first one can sign if any can.
func SharedFirst(secrets []Secret) []Secret {
	slices.SortStableFunc(secrets, func(a, b Secret) int {
		switch {
		case a.Public() == b.Public():
			return 0
		case b.Public():
			return -1
		}
		return 1
	})
	return secrets
}

// brokenUp reports whether the text after a secret is part of it and not another
// secret.
func brokenUp(fields []string) bool {
	return len(fields) > 1 && isSecret(fields[0]) &&
		slices.ContainsFunc(fields[1:], func(f string) bool { return !isSecret(f) && OtherKey(f) == "" })
}

// named prefixes an error with the secret's source.
func named(source Source, err error) error {
	m := &mistake{what: fmt.Sprintf("%s %v", source, err)}
	if f, ok := err.(interface{ Fix() string }); ok { //nolint:errorlint // CheckSecret returns it bare
		m.fix = f.Fix()
	}
	return m
}

// Reveal returns the secret itself. Only signing, verifying and storing the local
// secret call it.
func (s Secret) Reveal() string { return s.value }

// Public reports whether it is a public key (whpk_…), which verifies what the
// sender's private key signed and cannot sign.
func (s Secret) Public() bool { return strings.HasPrefix(s.value, PublicPrefix) }

// String returns the secret's prefix and end: whsec_…LaSw.
func (s Secret) String() string {
	const end = 4
	for _, prefix := range []string{SecretPrefix, PublicPrefix} {
		if rest, ok := strings.CutPrefix(s.value, prefix); ok && len(rest) >= 4*end {
			return prefix + "…" + rest[len(rest)-end:]
		}
	}
	return "…"
}

// FullName returns the masked secret and where it was found, as in a verdict.
func (s Secret) FullName() string { return s.String() + " (" + s.Source.String() + ")" }

// Format keeps every verb of fmt from showing the secret, including %#v and %d.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText keeps encoders from showing the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue keeps loggers from showing the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
