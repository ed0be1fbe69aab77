package receiver

import (
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestParseRoute(t *testing.T) {
	for _, c := range []struct{ name, text, pattern, target string }{
		{"a URL takes all", "http://localhost:3000/hook", "", "http://localhost:3000/hook"},
		{"a port is one of this machine", "3000", "", "http://localhost:3000"},
		{"a port as servers write it", ":3000", "", "http://localhost:3000"},
		{"a port and a path", "3000/hook", "", "http://localhost:3000/hook"},
		{"a port and the root", ":3000/", "", "http://localhost:3000/"},
		{"a pattern, a port and a path", "user.*=:3000/hook?a=b", "user.*", "http://localhost:3000/hook?a=b"},
		{"spaces around it", " 3000\t", "", "http://localhost:3000"},
		{"spaces after a pattern", "user.*= 3000", "user.*", "http://localhost:3000"},
		{"a host needs no scheme", "localhost:3000/hook", "", "http://localhost:3000/hook"},
		{"a pattern of types", "user.*=http://localhost:3000/a", "user.*", "http://localhost:3000/a"},
		{"a pattern and a port", "*.deleted=3000", "*.deleted", "http://localhost:3000"},
		{"a provider", "clerk=http://localhost:3000", "clerk", "http://localhost:3000"},
		{"a provider's types", "clerk:user.*=http://localhost:3000", "clerk:user.*", "http://localhost:3000"},
		{"a star takes all", "*=3000", "", "http://localhost:3000"},
		{"an = of a query is the URL's", "http://localhost:3000/?user.*=1", "", "http://localhost:3000/?user.*=1"},
		{"and without a scheme, too", "localhost:3000?a=b", "", "http://localhost:3000?a=b"},
		{"and after a pattern", "user.*=http://localhost:3000/?a=b=c", "user.*", "http://localhost:3000/?a=b=c"},
		{"an = of a path", "localhost:3000/a=b", "", "http://localhost:3000/a=b"},
		{"an = of a fragment", "localhost#a=b", "", "http://localhost#a=b"},
		{"an = of a password", "http://me:a=b@localhost:3000", "", "http://me:a=b@localhost:3000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ParseRoute(c.text)
			if err != nil || r.Pattern.String() != c.pattern || r.Target != c.target {
				t.Errorf("%q to %q, %v", r.Pattern, r.Target, err)
			}
		})
	}
}

func TestInvalidRoutesAreErrorsWithAFix(t *testing.T) {
	for _, c := range []struct{ text, what, fix string }{
		{"user=http://localhost:3000", `unknown provider "user"`, "user.*"},
		{"=http://localhost:3000", `"" is not a pattern`, "URL alone"},
		{"user.*=", `"" is not an http or https URL`, "http://localhost:3000"},
		{"user.*=ftp://localhost", `"ftp://localhost" is not`, "http://localhost:3000"},
		{"nowhere", `"nowhere" is not an http or https URL`, "http://localhost:3000"},
		{"70000", `"70000" is not`, "http://localhost:3000"},
		{"0", `"0" is not`, "http://localhost:3000"},
		{"http://localhost:99999", `"http://localhost:99999" is not`, "http://localhost:3000"},
		{"http://localhost:0/a", `"http://localhost:0/a" is not`, "http://localhost:3000"},
		{"http://localhost:", `"http://localhost:" is not`, "http://localhost:3000"},
		{"http:/localhost:3000", `"http:/localhost:3000" is not`, "http://localhost:3000"},
		{"http://http://localhost:3000", `"http://http://localhost:3000" is not`, "http://localhost:3000"},
		{"a.*=b.*=3000", `"b.*=3000" is not`, "http://localhost:3000"},
		{"user.*=http://me:hunter2@", `"" is not`, "http://"},
		{"http://me:hunter2@a b", `"a b" is not`, "http://"},
		{"me:hun=ter2@localhost:3000", `unknown provider "me"`, ""},
		{"me:hunter2!=@localhost:3000", `unknown provider "me"`, ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			r, err := ParseRoute(c.text)
			if err == nil || !strings.Contains(err.Error(), c.what) || fixOf(err) == "" || !strings.Contains(fixOf(err), c.fix) {
				t.Fatalf("%+v, %v (%s)", r, err, fixOf(err))
			}
			if text := err.Error() + fixOf(err); strings.Contains(text, "hunter2") || strings.Contains(text, "ter2") {
				t.Errorf("a password is shown: %s", text)
			}
		})
	}
}

func TestParseRoutes(t *testing.T) {
	routes, err := ParseRoutes(" 3000, user.*=http://localhost:3001/?a=1%2C2\n3000,,\tuser.*=3002 ")
	var texts []string
	for _, r := range routes {
		texts = append(texts, r.String())
	}
	if want := []string{"http://localhost:3000", "user.*=http://localhost:3001/?a=1%2C2", "user.*=http://localhost:3002"}; err != nil || !slices.Equal(texts, want) {
		t.Errorf("%q, %v", texts, err)
	}
	if routes, err := ParseRoutes(" ,\n"); err != nil || len(routes) != 0 {
		t.Errorf("%v, %v", routes, err)
	}
	if _, err := ParseRoutes("3000 nowhere"); err == nil || fixOf(err) == "" {
		t.Error("the second of two is not looked at")
	}
	for _, text := range []string{"http://me:hunter2,x@localhost:3000", "me:hunter2 x@localhost:3000", "3000 clerk:hunter2!=,x@localhost"} {
		if _, err := ParseRoutes(text); err == nil || strings.Contains(err.Error()+fixOf(err), "hunter2") || !strings.Contains(fixOf(err), "%2C") {
			t.Errorf("%q: %v (%s)", text, err, fixOf(err))
		}
	}
	r, err := ParseRoute("user.*=http://me:hunter2@localhost:3000")
	if err != nil || strings.Contains(r.String(), "hunter2") || !strings.Contains(r.Target, "hunter2") {
		t.Errorf("%s, %v", r, err)
	}
}

func TestADeliveryGoesToTheTargetsOfItsRoutes(t *testing.T) {
	for _, c := range []struct {
		name, routes, kind string
		want               []string
	}{
		{"all that match get it", "http://a http://b user.*=http://c", "user.created", []string{"http://a", "http://b", "http://c"}},
		{"in the order of the routes", "user.*=http://c http://a", "user.created", []string{"http://c", "http://a"}},
		{"the others do not", "session.*=http://a user.created=http://b", "user.created", []string{"http://b"}},
		{"none may", "session.*=http://a", "user.created", nil},
		{"a target gets it once", "user.*=http://a clerk=http://a", "user.created", []string{"http://a"}},
		{"a place gets it once, however it is named", "http://a http://a" + clerkPath, "user.created", []string{"http://a"}},
		{"no route", "", "user.created", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			routes, err := ParseRoutes(c.routes)
			if err != nil {
				t.Fatal(err)
			}
			d := webhook.Delivery{Provider: "clerk", Type: c.kind, Request: webhook.Request{URL: clerkPath}}
			if got := (Endpoints{{Path: clerkPath, Provider: providers.Clerk{}}}).targetsFor(routes, d); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
