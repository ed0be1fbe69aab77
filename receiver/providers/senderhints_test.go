package providers

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestHowARequestLooks(t *testing.T) {
	const uuid = "msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
	for _, c := range []struct {
		name                 string
		agent, forwarded, id string
		remote               string
		want                 string // a letter a check: + genuine, - not
		says                 string // in one of them
		opening              string
	}{
		{"a delivery of Clerk's through a tunnel", svixAgent, "52.215.16.239", uuid, "127.0.0.1:5000", "+++", "52.215.16.239, one of those that Svix sends Clerk's events from", "It looks genuine (User-Agent Svix-Webhooks/1.84.0, from an address of Svix), but "},
		{"under a customer's name", "Webhooks/1.84.0 (sender-9YMgn)", "54.216.8.72", uuid, "", "+++", "User-Agent Webhooks/1.84.0", "It looks genuine (User-Agent Webhooks/1.84.0, from"},
		{"by IPv6", svixAgent, "2a05:d028:17:8000::1", uuid, "", "+++", "2a05:d028:17:8000::1", "It looks genuine"},
		{"by IPv6 beside Svix's", svixAgent, "2a05:d028:17:8100::1", uuid, "", "+-+", "none of Svix's", "It looks genuine (User-Agent Svix-Webhooks/1.84.0), but "},
		{"from Svix's in the US", svixAgent, "44.228.126.217", uuid, "", "+-+", "44.228.126.217, one of Svix's, in us; Clerk's events come from eu", "It looks genuine (User-Agent Svix-Webhooks/1.84.0), but "},
		{"from Svix's with nothing more", "", "63.33.109.123", "", "", "-+", "no User-Agent; Svix sends one", ""},
		{"a first address that the sender wrote itself", "curl/8.5.0", "52.215.16.239, 198.51.100.7", uuid, "127.0.0.1:1", "--+", "198.51.100.7, none of Svix's", ""},
		{"proxies of a private network behind it", svixAgent, "52.215.16.239, 10.0.0.1, 127.0.0.1", uuid, "127.0.0.1:1", "+++", "52.215.16.239", "It looks genuine"},
		{"a proxy that writes ports", svixAgent, "52.215.16.239:4711", uuid, "", "+++", "52.215.16.239", ""},
		{"no proxy", svixAgent, "", uuid, "52.215.16.239:4711", "+++", "52.215.16.239", ""},
		{"curl on this machine", "curl/8.5.0", "", "msg_1", "127.0.0.1:5000", "---", "127.0.0.1, this machine", "Nothing about it looks like Svix (User-Agent curl/8.5.0), and "},
		{"a file without an address", "curl/8.5.0", "", "msg_1", "", "--", "msg_1, not in Svix's form", "Nothing about it looks like Svix (User-Agent curl/8.5.0), and "},
		{"nothing at all", "", "", "", "", "-", "no User-Agent", "Nothing about it looks like Svix (no User-Agent), and "},
		{"an address that is none", "", "unknown, _hidden", uuid, "@", "-+", "no User-Agent", ""},
		{"hostile text", "\x1b[2J\u202e (sender-9YMgn)", "\x1b[2J", "msg_\x1b", "", "+-", `"\x1b[2J\u202e"`, `It looks genuine (User-Agent "\x1b[2J\u202e"), but `},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			for name, value := range map[string]string{"User-Agent": c.agent, "X-Forwarded-For": c.forwarded, "Svix-Id": c.id} {
				if value != "" {
					h.Set(name, value)
				}
			}
			r := webhook.Request{Header: h, RemoteAddr: c.remote}
			got, said := "", ""
			hints := hintsOfSvix(r)
			for _, check := range []*webhook.Check{hints.Sender, hints.Address, hints.MessageID} {
				if check == nil {
					continue
				}
				if !check.Hint || check.Name == "" || check.Detail == "" {
					t.Errorf("%+v", check)
				}
				got += map[bool]string{true: "+", false: "-"}[check.OK]
				said += check.Detail + "\n"
			}
			if got != c.want || !strings.Contains(said, c.says) || strings.ContainsAny(said, "\x1b\u202e") {
				t.Errorf("%s, want %s: %s", got, c.want, said)
			}
			if c.id == "" || c.opening == "" {
				return
			}
			r.Body = []byte(clerkBody)
			h.Set("Svix-Timestamp", "1716883200")
			h.Set("Svix-Signature", v1(make([]byte, 32)))
			if v := Verify(Clerk{}, r, autopsyAt, autopsyKeys.Secrets); !strings.HasPrefix(v.Detail, c.opening) {
				t.Errorf("it opens with %q", v.Detail)
			}
		})
	}
}

// Looks are no proof: however genuine a request looks, what is said to be
// proven of it is the same, and only a signature verifies it.
func TestLooksProveNothing(t *testing.T) {
	bare := real(t, autopsyUnknown)
	bare.Header.Del("User-Agent")
	bare.Header.Del("X-Forwarded-For")
	proven := func(r webhook.Request) (proofs []webhook.Check) {
		v := Verify(Clerk{}, r, autopsyAt, autopsyKeys.Secrets)
		v = Explain(Clerk{}, r, autopsyAt, v, autopsyKeys)
		if v.Verified || v.Code != webhook.WrongSecret {
			t.Errorf("verdict %+v", v)
		}
		for _, c := range v.Checks {
			if !c.Hint {
				proofs = append(proofs, c)
			}
		}
		return proofs
	}
	a, b := proven(bare), proven(real(t, autopsyUnknown))
	if len(a) != len(b) {
		t.Errorf("%+v\n%+v", a, b)
	}
	for _, v := range []webhook.Verdict{Verify(Clerk{}, real(t, autopsyOurs), autopsyAt, autopsyKeys.Secrets)} {
		for _, c := range v.Checks {
			if c.Hint {
				t.Errorf("a verified delivery needs no hints: %+v", v.Checks)
			}
		}
	}
}
