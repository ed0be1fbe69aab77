package tunnel

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
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
		ngrok.WithLogger(redactingLogger(c.Logger, c.Token)),
		ngrok.WithClientInfo("hooktop", clientVersion(c.Version)),
		ngrok.WithEventHandler(s.handleEvent),
		ngrok.WithDialer(dialer{}),
	}
	if c.ConnectAddr != "" {
		host, port := connectAddr(c.ConnectAddr)
		options = append(options,
			ngrok.WithAgentConnectURL(net.JoinHostPort(host, port)),
			// The SDK takes what is before the first colon, which no IPv6 address survives.
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

// endpointOptions leaves pooling off: it would split the webhooks between two
// hooktops on one domain, where an error is what both need.
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

// CheckDomain says what is wrong with the form of a domain; the error has a
// Fix. Whether it is the account's, ngrok alone knows.
func CheckDomain(domain string) error {
	if _, err := endpointURL(domain); err != nil {
		return err
	}
	return nil
}

// endpointURL makes https://host out of a domain as people write it.
func endpointURL(domain string) (string, *Error) {
	domain = strings.TrimSpace(domain)
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
			Title:  "the ngrok domain is not one",
			Detail: oneLine(domain, ""),
			fix:    "give a bare domain such as example.ngrok-free.dev; " + domainFix,
		}
	}
	return "https://" + strings.ToLower(u.Host), nil
}

// trafficPolicy has ngrok answer 404 to all but POST on the paths, before it
// reaches this machine. See https://ngrok.com/docs/traffic-policy/actions/deny.
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
	enc.SetEscapeHTML(false) // it is shown in ngrok's dashboard
	// Strings and numbers only: this cannot fail.
	_ = enc.Encode(map[string][]rule{"on_http_request": {{
		Expressions: []string{"!(" + allowed + ")"},
		Actions:     []action{{Type: "deny", Config: map[string]int{"status_code": 404}}},
	}}})
	return strings.TrimSpace(b.String())
}

// celString quotes for the Common Expression Language, which knows the escapes
// that Go's quoting uses.
func celString(s string) string {
	q := strconv.Quote(s)
	q = strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
	return "'" + strings.ReplaceAll(q, "'", `\'`) + "'"
}

// connectAddr reads the address as ngrok.yml may have it: with a scheme, without a port.
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

// clientVersion is the version or 0.0.0: ngrok refuses the session over any
// other (ERR_NGROK_119), and "(devel)" is what an unreleased build has.
func clientVersion(v string) string {
	if v = strings.TrimPrefix(v, "v"); semver.MatchString(v) {
		return v
	}
	return "0.0.0"
}

// dialer makes connections that end with the session's context, whatever state
// the SDK is in, and that take no longer than dialTimeout to make.
type dialer struct{}

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (dialer) DialContext(sessionCtx context.Context, network, address string) (net.Conn, error) {
	nd := net.Dialer{Timeout: dialTimeout}
	c, err := nd.DialContext(sessionCtx, network, address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(sessionCtx, func() { _ = c.Close() })
	return &sessionConn{Conn: c, stop: stop}, nil
}

type sessionConn struct {
	net.Conn
	stop func() bool
}

func (l *sessionConn) Close() error {
	l.stop()
	return l.Conn.Close()
}
