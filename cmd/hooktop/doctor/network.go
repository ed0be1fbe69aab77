package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay"
)

// reachMost is how long a service may take to answer.
const reachMost = 4 * time.Second

// network looks whether the services answer that the next hooktop would connect to. One
// that runs says itself how it stands.
func (x *Checker) network(ctx context.Context) []Finding {
	if x.Running != nil || x.talking() != nil || x.Faults["tunnel"] != nil {
		return nil
	}
	kind, _, err := x.side().Plan()
	if err != nil || kind == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, reachMost)
	defer cancel()
	where := ""
	switch kind {
	case public.Ngrok:
		found, _ := tunnel.FindToken(x.Env.Get, public.ReadConfig)
		where = found.Address()
		err = reachTCP(ctx, where)
	case public.Relay:
		where, err = reachHTTP(ctx, cmp.Or(x.Settings.Services.Relay, relay.DefaultURL))
	case public.Pull:
		where, err = reachHTTP(ctx, cmp.Or(x.Settings.Services.ClerkAPI, "https://api.clerk.com/"))
	}
	f := Finding{Name: "network", Status: OK, Text: where + " answers"}
	if err != nil {
		f.Status, f.Text = Warning, fmt.Sprintf("cannot reach %s: %v", where, exit.Reason(err))
		f.Fix = []string{"check the network, and HTTPS_PROXY if you use a proxy"}
	}
	return []Finding{f}
}

// reachTCP connects to an address and hangs up.
func reachTCP(ctx context.Context, address string) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return c.Close()
}

// reachHTTP asks the host of an address for anything. Any answer will do, also one that
// is no success.
func reachHTTP(ctx context.Context, address string) (host string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return address, errors.New("not a URL")
	}
	schemes := map[string]string{"ws": "http", "wss": "https"}
	root := url.URL{Scheme: cmp.Or(schemes[u.Scheme], u.Scheme), Host: u.Host, Path: "/"}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, root.String(), nil)
	if err != nil {
		return u.Host, err
	}
	client := &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	var failed *url.Error
	if errors.As(err, &failed) { // it repeats the address
		err = failed.Err
	}
	if err != nil {
		return u.Host, err
	}
	return u.Host, res.Body.Close()
}
