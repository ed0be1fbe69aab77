package webhook

import "testing"

func TestSameURL(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"https://a.example/", "https://a.example", true},
		{"https://a.example/", "HTTPS://A.example:443/", true},
		{"http://a.example:80/x", "http://a.example/x", true},
		{"https://a.example/in/c_x/", "https://a.example/in/c_x/", true},
		{"https://a.example/in/c_x/", "https://a.example/in/c_x", false},
		{"https://a.example/in/c_x/", "https://a.example/in/c_X/", false},
		{"https://a.example/?a=1", "https://a.example/?a=2", false},
		{"https://a.example:8443/", "https://a.example/", false},
		{"http://a.example/", "https://a.example/", false},
		{"", "", true},
		{"https://a.example/", "", false},
		{"https://a.example/", "://", false},
		{"://", "://", true},
	} {
		if SameURL(c.a, c.b) != c.same || SameURL(c.b, c.a) != c.same {
			t.Errorf("%q and %q: want %t", c.a, c.b, c.same)
		}
	}
}
