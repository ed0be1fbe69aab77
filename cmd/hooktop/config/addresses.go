package config

import (
	"cmp"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
)

func (s resolving) readAddresses() error {
	addr, source := s.value("addr")
	host, port, err := net.SplitHostPort(addr)
	if err != nil && !strings.Contains(addr, ":") {
		host, port, err = "", addr, nil
	}
	if n, convErr := strconv.Atoi(port); err != nil || convErr != nil || n < 0 || n > 65535 {
		return exit.Usage(fmt.Sprintf("%s: %q is not an address", cmp.Or(source, "--addr"), addr), "write HOST:PORT, such as 127.0.0.1:4747")
	}
	if host == "" { // loopback unless the user names another
		host = "127.0.0.1"
	}
	s.Addr, s.AddrGiven = net.JoinHostPort(host, port), source != ""
	s.nameAddr()
	return nil
}

func (s resolving) readPaths() error {
	s.Paths = map[string]string{}
	taken := map[string]string{}
	for _, p := range providers.All() {
		path, source := s.value(pathFlag(p.Name()))
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?# \t") || path == "/healthz" {
			return exit.Usage(fmt.Sprintf("%s: %q is not a webhook path", source, path), "write a path such as "+p.Signing().Path)
		}
		if other := taken[path]; other != "" {
			return exit.Usage(fmt.Sprintf("%s: %s already has the path %s", cmp.Or(source, "--"+pathFlag(p.Name())), other, path), "give each provider a path of its own")
		}
		s.Paths[p.Name()], taken[path] = path, p.Title()
	}
	return nil
}

func (s resolving) readTunnel() error {
	var source string
	s.Tunnel, source = s.value("tunnel")
	switch s.Tunnel {
	case "auto", "ngrok", "relay", "pull", "off":
	default:
		return exit.Usage(fmt.Sprintf("%s: unknown tunnel %q", source, s.Tunnel), "choose auto, ngrok, relay, pull or off")
	}
	s.NoEdgePolicy, _ = s.flags.GetBool("no-edge-policy")
	s.Yes, _ = s.flags.GetBool("yes")
	s.YesProduction, _ = s.flags.GetBool("yes-production")
	s.Services = readServices(s.Env)
	var err error
	if s.Register, err = s.on("register"); err != nil {
		return err
	}
	defer s.nameOpenings()
	s.Domain, _ = s.value("domain")
	text, source := s.value("public-url")
	if text == "" {
		return nil
	}
	u, err := receiver.ParseURL(text)
	if err != nil {
		return exit.Usage(fmt.Sprintf("%s: %v", source, err), "write the URL of your tunnel, such as https://hooks.example.com")
	}
	u.User = nil // it is for showing
	s.PublicURL = strings.TrimSuffix(u.String(), "/")
	for _, path := range s.Paths {
		s.PublicURL = strings.TrimSuffix(s.PublicURL, path)
	}
	return nil
}

// TunnelNamed reports whether --tunnel names one, which must then come about.
func (s *Settings) TunnelNamed() bool { return s.Tunnel != "auto" && s.Tunnel != "off" }

// Shown are the providers whose webhook URLs people are told: those that there is a
// secret of, or Clerk.
func (s *Settings) Shown() (names []string) {
	for _, p := range providers.All() {
		if len(s.Secrets.Of(p.Name())) > 0 {
			names = append(names, p.Name())
		}
	}
	if len(names) == 0 {
		return []string{providers.Clerk{}.Name()}
	}
	return names
}

// ClerkPath is the path of the provider that the first look is about.
func (s *Settings) ClerkPath() string { return s.Paths[providers.Clerk{}.Name()] }
