package webhook

import (
	"net/url"
	"strings"
)

// WithoutPassword is a target's URL without the password that may stand in it. It is
// what is kept and shown.
func WithoutPassword(target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return target[strings.LastIndex(target, "@")+1:]
	case u.User != nil:
		return u.Redacted()
	}
	return target
}
