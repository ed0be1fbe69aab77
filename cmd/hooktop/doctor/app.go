package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// routes are where deliveries go on to: of the hooktop that runs those of now,
// which F may have changed.
func (x *Checker) routes() []receiver.Route {
	if x.Running != nil {
		return x.Running.Routes
	}
	if routes := x.runningRoutes(); len(routes) > 0 {
		return routes
	}
	return x.Settings.Forwarding.Routes
}

// app looks whether something listens where deliveries go on to.
func (x *Checker) app(ctx context.Context) (found []Finding) {
	if err := x.Faults["app"]; err != nil {
		return []Finding{fault("app", Failed, err)}
	}
	for i, r := range x.routes() {
		f := x.route(ctx, r)
		if x.Running == nil { // its dashboard shows them
			x.answered(ctx, &f, r)
		}
		if i == 0 && x.Settings.Forwarding.ReplyByApp {
			f.Text += "; the sender gets the first matching app's answer"
		}
		found = append(found, f)
	}
	if len(found) > 0 {
		return found
	}
	return []Finding{{
		Name: "app", Status: Unknown,
		Text: "--forward-to http://localhost:3000" + providers.Clerk{}.Signing().Path + " forwards each verified delivery to your app",
	}}
}

// route looks at one of them. That of a hooktop that runs was looked at already,
// by what watches its apps.
func (x *Checker) route(ctx context.Context, r receiver.Route) Finding {
	f := Finding{Name: "app", Status: OK, Text: goesTo(r) + x.withHeaders()}
	u, err := url.Parse(r.Target)
	if err != nil || u.Host == "" {
		return f
	}
	addr := appclient.Address(r.Target)
	switch meant := misspelt(u.Hostname()); {
	case meant != "":
		f.Status, f.Text, f.Fix = Failed, u.Hostname()+" is an unknown host", []string{"did you mean " + meant + "?"}
	case x.isOwn(addr):
		f.Status, f.Text = Failed, f.Text+": that is hooktop itself, so every delivery would come back"
		f.Fix = []string{"pass your app's own port with --forward-to"}
	case x.Running != nil:
		if trouble, known := x.Running.AppTrouble(r.Target); known && trouble != "" {
			f.Status, f.Text, f.Fix = Failed, trouble, []string{"start your app, or press F for another"}
		}
	case unknownName(ctx, u.Hostname()):
		f.Status, f.Text = Failed, "the name "+u.Hostname()+" does not resolve"
		f.Fix = []string{"check its spelling in --forward-to, or add the line \"127.0.0.1 " + u.Hostname() + "\" to the hosts file (/etc/hosts)"}
	case !near(ctx, u.Hostname()):
		f.Status = Unknown
		f.Text += ": outside this network, not checked"
	default:
		if trouble := appclient.Probe(ctx, nil, addr); trouble != "" {
			f.Status, f.Text, f.Fix = Failed, trouble, []string{elsewhere(ctx, u)}
		} else {
			f.Text += ": something is listening there"
		}
	}
	return f
}

// goesTo says what goes on to where.
func goesTo(r receiver.Route) string {
	what := "all verified deliveries"
	if p := r.Pattern.String(); p != "" {
		what = p
	}
	return what + " go to " + webhook.WithoutPassword(r.Target)
}

// withHeaders names the headers that are set on requests to apps. It leaves out their
// values, which may be secrets.
func (x *Checker) withHeaders() string {
	names := x.Settings.Forwarding.HeaderNames()
	if len(names) == 0 {
		return ""
	}
	return ", with " + strings.Join(names, ", ")
}

// isOwn says whether an address is the receiver's.
func (x *Checker) isOwn(host string) bool {
	name, port, _ := net.SplitHostPort(host)
	own := x.Settings.Addr
	if x.Running != nil {
		own = x.Running.Addr
	}
	_, ownPort, _ := net.SplitHostPort(own)
	return port == ownPort && port != "0" && isLoopback(name)
}

func isLoopback(name string) bool {
	ip, err := netip.ParseAddr(name)
	return appclient.IsLocalName(name) || err == nil && ip.IsLoopback()
}

// maxLookup is how long looking up a host may take.
const maxLookup = 2 * time.Second

// near says whether a host is this machine or in its network.
func near(ctx context.Context, name string) bool {
	if isLoopback(name) || !strings.ContainsAny(name, ".:") || strings.HasSuffix(name, ".local") {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, maxLookup)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	return err == nil && !slices.ContainsFunc(ips, IsPublic)
}

// unknownName reports whether a name server says that a host has no address.
func unknownName(ctx context.Context, name string) bool {
	if isLoopback(name) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, maxLookup)
	defer cancel()
	_, err := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// usualPorts are where the development servers of frameworks listen.
var usualPorts = []string{"3000", "3001", "5173", "4321", "8080", "8000", "4000", "5000", "8787", "3333"}

// elsewhere says what to do about an app that is not there: perhaps it is at
// another of the usual ports.
func elsewhere(ctx context.Context, u *url.URL) string {
	fix := "start your app, or fix --forward-to"
	if !isLoopback(u.Hostname()) {
		return fix
	}
	found := make(chan string, len(usualPorts))
	for _, port := range usualPorts {
		go func() {
			if port == u.Port() || appclient.Probe(ctx, nil, net.JoinHostPort(u.Hostname(), port)) != "" {
				port = ""
			}
			found <- port
		}()
	}
	open := map[string]bool{}
	for range usualPorts {
		open[<-found] = true
	}
	for _, port := range usualPorts {
		if open[port] {
			return fix + fmt.Sprintf("; something is listening at %s", net.JoinHostPort(u.Hostname(), port))
		}
	}
	return fix
}

// misspelt says which host was meant by one that is almost it.
func misspelt(name string) string {
	hosts := []string{"localhost", "host.docker.internal"}
	if slices.Contains(hosts, name) {
		return ""
	}
	return exit.Closest(name, hosts, 2)
}

// IsPublic reports whether an address is neither on this machine nor in a private
// network.
func IsPublic(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsLoopback() && !a.IsPrivate() && !a.IsLinkLocalUnicast() && !a.IsUnspecified()
}
