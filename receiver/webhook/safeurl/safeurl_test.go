package safeurl_test

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook/safeurl"
)

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"http://localhost:3000/hook":                           "",
		"http://localhost:3000/hook?a=b&c=d":                   "",
		"http://localhost:3000/hook?stage=development#top":     "",
		"http://ada@localhost:3000/hook":                       "",
		"http://ada:hunter2@localhost:3000/hook":               "http://ada:xxxxx@localhost:3000/hook",
		"http://ada:hun@ter2@localhost:3000/hook":              "http://ada:xxxxx@localhost:3000/hook",
		"http://:hunter2@localhost":                            "http://:xxxxx@localhost",
		"ada:hunter2@localhost:3000":                           "ada:xxxxx@localhost:3000",
		"http://ghp_16C7e42F292c6912E7@localhost":              "http://xxxxx@localhost",
		"http://localhost/hook?token=abc":                      "http://localhost/hook?token=xxxxx",
		"http://localhost/hook?a=b&ACCESS_token=abc&c=d":       "http://localhost/hook?a=b&ACCESS_token=xxxxx&c=d",
		"http://localhost/hook?a=b;key=abc#sig=1":              "http://localhost/hook?a=b;key=xxxxx#sig=xxxxx",
		"http://localhost/hook?x%2Dapi%2Dkey=abc":              "http://localhost/hook?x%2Dapi%2Dkey=xxxxx",
		"http://localhost/?x-vercel-protection-bypass=abc":     "http://localhost/?x-vercel-protection-bypass=xxxxx",
		"http://localhost/api/hook?code=abc":                   "http://localhost/api/hook?code=xxxxx",
		"http://localhost/?q=sk_test_26PHem9AhJZvU":            "http://localhost/?q=xxxxx",
		"http://localhost/?q=9f8e7d6c5b4a39281706f5e4d3c2b1a0": "http://localhost/?q=xxxxx",
		"http://localhost/?9f8e7d6c5b4a39281706f5e4d3c2b1a0":   "http://localhost/?xxxxx",
		"http://localhost/?token=":                             "",
		"http://ada:hunter2@%zz/?token=abc":                    "http://ada:xxxxx@%zz/?token=xxxxx",
		"":                                                     "",
	} {
		if want == "" {
			want = in
		}
		got := safeurl.Mask(in)
		if got != want {
			t.Errorf("%s is masked as %s, want %s", in, got, want)
		}
		if again := safeurl.Mask(got); again != got {
			t.Errorf("%s masked again is %s", got, again)
		}
		var whole strings.Builder
		for _, p := range safeurl.Parts(in) {
			whole.WriteString(p.Text)
		}
		if whole.String() != in {
			t.Errorf("the parts of %s are %s", in, whole.String())
		}
	}
}

func TestRestore(t *testing.T) {
	const given, other = "http://ada:hunter2@localhost:3000/hook?token=abc", "http://bo:letmein@localhost:4000"
	for shown, want := range map[string]string{
		"http://ada:xxxxx@localhost:3000/hook?token=xxxxx":       given,
		"http://ada:xxxxx@localhost:3000/elsewhere?token=xxxxx":  "http://ada:hunter2@localhost:3000/elsewhere?token=abc",
		"http://ada:new@localhost:3000/hook?token=xxxxx":         "http://ada:new@localhost:3000/hook?token=abc",
		"http://ada:xxxxx@evil.example/hook?token=xxxxx":         "",
		"http://bo:xxxxx@localhost:3000/hook":                    "",
		"http://ada:xxxxx@localhost:3000@evil.example/?token=xx": "",
		"http://localhost:3000/hook":                             "",
		"http://bo:xxxxx@localhost:4000/x":                       "http://bo:letmein@localhost:4000/x",
	} {
		if want == "" {
			want = shown
		}
		if got := safeurl.Restore(shown, given, other); got != want {
			t.Errorf("%s is restored as %s, want %s", shown, got, want)
		}
	}
}
