package tunnel

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.ngrok.com/ngrok/v2"
)

func (t *Tunnel) agentOptions(s *session) []ngrok.AgentOption {
	c := t.config
	options := []ngrok.AgentOption{
		ngrok.WithAuthtoken(c.Token),
		ngrok.WithLogger(slog.New(bindLog{redactingLogger(c.Logger, c.Token).Handler(), s.boundAt})),
		ngrok.WithClientInfo("hooktop", clientVersion(c.Version)),
		ngrok.WithEventHandler(s.handleEvent),
		ngrok.WithDialer(dialer{s}),
	}
	if c.ConnectAddr != "" {
		host, port := connectAddr(c.ConnectAddr)
		options = append(options,
			ngrok.WithAgentConnectURL(net.JoinHostPort(host, port)),
			// The SDK uses what is before the first colon, which breaks IPv6 addresses.
			ngrok.WithTLSConfig(func(tc *tls.Config) { tc.ServerName = host }))
	}
	if c.CAs != nil {
		options = append(options, ngrok.WithAgentConnectCAs(c.CAs))
	}
	if c.HeartbeatInterval > 0 {
		options = append(options, ngrok.WithHeartbeatInterval(c.HeartbeatInterval))
	}
	if c.HeartbeatTolerance > 0 {
		options = append(options, ngrok.WithHeartbeatTolerance(c.HeartbeatTolerance))
	}
	return options
}

// endpointOptions leaves pooling off: with it, two hooktops on one domain would
// each get half of the webhooks. An error is better.
func (t *Tunnel) endpointOptions() []ngrok.EndpointOption {
	var options []ngrok.EndpointOption
	if t.wantedURL != "" {
		options = append(options, ngrok.WithURL(t.wantedURL))
	}
	if !t.config.NoEdgePolicy {
		options = append(options, ngrok.WithTrafficPolicy(trafficPolicy(t.config.Paths)))
	}
	return options
}

// CheckDomain returns an error with a Fix if domain is not written like one. Only
// ngrok knows whether the account may use it.
func CheckDomain(domain string) error {
	if _, err := endpointURL(domain); err != nil {
		return err
	}
	return nil
}

// endpointURL returns https://host for a domain with or without a scheme; "" stays "".
func endpointURL(domain string) (string, *Error) {
	domain = strings.TrimSpace(domain)
	given := domain
	if domain == "" {
		return "", nil
	}
	if !strings.Contains(domain, "://") {
		domain = "https://" + domain
	}
	u, err := url.Parse(domain)
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return "", &Error{
			Title:  "invalid ngrok domain",
			Detail: oneLine(given, ""),
			fix:    "give a domain without a path, such as example.ngrok-free.dev; " + domainFix,
		}
	}
	return "https://" + strings.ToLower(u.Host), nil
}

// trafficPolicy returns a policy that makes ngrok answer 404 to everything except
// POST on the paths. See https://ngrok.com/docs/traffic-policy/actions/deny.
func trafficPolicy(paths []string) string {
	allowed := "req.method == 'POST'"
	if len(paths) > 0 {
		matches := make([]string, len(paths))
		for i, p := range paths {
			matches[i] = "req.url.path == " + celString(p)
		}
		allowed += " && (" + strings.Join(matches, " || ") + ")"
	}
	type action struct {
		Type   string         `json:"type"`
		Config map[string]int `json:"config"`
	}
	type rule struct {
		Expressions []string `json:"expressions"`
		Actions     []action `json:"actions"`
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // people read it in ngrok's dashboard
	// Only strings and numbers: this cannot fail.
	_ = enc.Encode(map[string][]rule{"on_http_request": {{
		Expressions: []string{"!(" + allowed + ")"},
		Actions:     []action{{Type: "deny", Config: map[string]int{"status_code": 404}}},
	}}})
	return strings.TrimSpace(b.String())
}

// celString quotes a string for the Common Expression Language, which has the same
// escapes as Go.
func celString(s string) string {
	q := strconv.Quote(s)
	q = strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
	return "'" + strings.ReplaceAll(q, "'", `\'`) + "'"
}

// connectAddr splits an address from ngrok.yml, which may have a scheme and lack
// a port.
func connectAddr(s string) (host, port string) {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s = strings.TrimSuffix(s, "/")
	if host, port, err := net.SplitHostPort(s); err == nil {
		return host, port
	}
	return strings.Trim(s, "[]"), "443"
}

// https://semver.org, "Is there a suggested regular expression".
var semver = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)` +
	`(-((0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?` +
	`(\+([0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*))?$`)

// clientVersion returns v, or 0.0.0 if v is not a semantic version, such as the
// "(devel)" of an unreleased build: ngrok refuses those (ERR_NGROK_119).
func clientVersion(v string) string {
	if v = strings.TrimPrefix(v, "v"); semver.MatchString(v) {
		return v
	}
	return "0.0.0"
}
