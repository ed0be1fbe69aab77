package webhook

import (
	"net/url"
	"strings"
)

// SameURL reports whether two webhook URLs lead to the same place, however they are
// written: the case of the host, the usual port and the slash behind a bare host make
// no difference. A slash behind a path does: it makes another path.
func SameURL(a, b string) bool { return a == b || plainURL(a) == plainURL(b) }

func plainURL(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	u.Host = strings.TrimSuffix(u.Host, map[string]string{"https": ":443", "http": ":80"}[u.Scheme])
	if u.Path == "" && u.Host != "" {
		u.Path = "/"
	}
	return u.String()
}
