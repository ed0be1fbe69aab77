package svixapi

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

func linkTo(app, fields string) string {
	return "https://app.svix.com/login#key=" + base64.StdEncoding.EncodeToString([]byte(`{"appId":"`+app+`",`+fields+`}`))
}

// hosts records where requests go and answers none.
type hosts struct{ seen []string }

func (h *hosts) RoundTrip(req *http.Request) (*http.Response, error) {
	h.seen = append(h.seen, req.URL.Scheme+"://"+req.URL.Host+req.URL.Path)
	return nil, errors.New("not today")
}

func TestTheTokenGoesToSvixOnly(t *testing.T) {
	const exchange = "/api/v1/auth/one-time-token"
	for _, test := range []struct {
		name, region, server, override, goes string
	}{
		{"a region", "eu", "", "", "https://api.eu.svix.com"},
		{"a longer region", "us-east", "", "", "https://api.us-east.svix.com"},
		{"a region with digits", "eu-west-2", "", "", "https://api.eu-west-2.svix.com"},
		{"a hyphen at the end of the region", "eu-", "", "", ""},
		{"no region", "", "", "", "https://api.svix.com"},
		{"a server", "eu", "https://api.us.svix.com", "", "https://api.us.svix.com"},
		{"a server with a path", "eu", "https://app.svix.com/api/eu/", "", "https://app.svix.com/api/eu"},
		{"an override", "eu", "https://evil.example", "https://proxy.example/svix/", "https://proxy.example/svix"},
		{"an override on this machine", "eu", "", "http://127.0.0.1:9", "http://127.0.0.1:9"},
		{"an override by name", "eu", "", "http://localhost:9", "http://localhost:9"},
		{"an override on this machine, IPv6", "eu", "", "http://[::1]:9/", "http://[::1]:9"},
		{"a path in the region", "eu/../../evil", "", "", ""},
		{"a host in the region", "evil.com#", "", "", ""},
		{"a host in the region, at the end of a name", "evil.com/", "", "", ""},
		{"a user in the region", "eu@evil.com", "", "", ""},
		{"a port in the region", "eu:1", "", "", ""},
		{"a name below Svix's in the region", "a.b", "", "", ""},
		{"capitals in the region", "EU", "", "", ""},
		{"a line in the region", "eu\\n", "", "", ""},
		{"letters that look alike", "еu", "", "", ""},
		{"a server elsewhere", "eu", "https://evil.example", "", ""},
		{"a server with a name that ends alike", "eu", "https://evilsvix.com", "", ""},
		{"a server with Svix's name in front", "eu", "https://api.svix.com.evil.example", "", ""},
		{"a server with Svix's name as the user", "eu", "https://api.svix.com@evil.example", "", ""},
		{"a server with Svix's name in the fragment", "eu", "https://evil.example#.svix.com", "", ""},
		{"a server with Svix's name in the query", "eu", "https://evil.example?.svix.com", "", ""},
		{"a server with Svix's name in the path", "eu", "https://evil.example/.svix.com", "", ""},
		{"a server behind a backslash", "eu", `https://evil.example\\.svix.com`, "", ""},
		{"a server with another port", "eu", "https://api.svix.com:8443", "", ""},
		{"a server without encryption", "eu", "http://api.svix.com", "", ""},
		{"an override without encryption", "eu", "", "http://proxy.example", ""},
		{"an override with a password", "eu", "", "https://me:word@proxy.example", ""},
		{"an override that is no URL", "eu", "", "proxy.example", ""},
		{"an override of another kind", "eu", "", "ftp://proxy.example", ""},
		{"an override with a query", "eu", "", "https://proxy.example/?a=1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := &hosts{}
			link, err := portal.Parse(linkTo("app_1", `"oneTimeToken":"ott_0123456789abcdef","region":"`+test.region+`","serverUrl":"`+test.server+`"`))
			if err == nil {
				_, err = Enter(t.Context(), link, Config{URL: test.override, Transport: h, Attempts: 1})
			}
			if err == nil || strings.Contains(err.Error(), "0123456789") || strings.Contains(err.Error(), "word") {
				t.Errorf("%v", err)
			}
			var fixer interface{ Fix() string }
			if errors.As(err, &fixer) && fixer.Fix() == "" {
				t.Errorf("%v has no fix", err)
			}
			switch {
			case test.goes == "" && len(h.seen) > 0:
				t.Errorf("went to %v", h.seen)
			case test.goes != "" && (len(h.seen) != 1 || h.seen[0] != test.goes+exchange):
				t.Errorf("went to %v, want %s", h.seen, test.goes)
			}
		})
	}
}

func TestARedirectDoesNotTakeTheTokenAlong(t *testing.T) {
	link, err := portal.Parse(linkTo("app_1", `"token":"appsk_0123456789abcdef","region":"eu"`))
	if err != nil {
		t.Fatal(err)
	}
	redirects := roundTripper(func(req *http.Request) (*http.Response, error) {
		if req.URL.Host != "api.eu.svix.com" {
			t.Errorf("went to %s with %q", req.URL.Host, req.Header.Get("Authorization"))
		}
		return &http.Response{StatusCode: 302, Header: http.Header{"Location": {"https://evil.example/"}}, Body: http.NoBody, Request: req}, nil
	})
	c, err := Enter(t.Context(), link, Config{Transport: redirects})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Resend(context.Background(), "msg_1", "ep_1"); err == nil {
		t.Error("no error")
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
