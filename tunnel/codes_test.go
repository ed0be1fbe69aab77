package tunnel

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hooktop/hooktop/tunnel/standin"
)

// codeWant is what a code of ngrok's has to lead to: words of the title and the fix,
// and whether hooktop tries again.
type codeWant struct {
	code    int
	title   string
	fix     string
	retried bool
}

// The codes with which ngrok refuses a sign-in.
var authCodes = []codeWant{
	{102, "payment", "billing", false},
	{103, "suspended", "support@ngrok.com", false},
	{105, "malformed", "NGROK_AUTHTOKEN", false},
	{106, "old version 1", "NGROK_AUTHTOKEN", false},
	{107, "revoked", "NGROK_AUTHTOKEN", false},
	{109, "does not support this client", "update hooktop", false},
	{108, "limit of connected agents", "dashboard.ngrok.com/agents", true},
	{111, "heartbeat", "update hooktop", false},
	{112, "heartbeat", "update hooktop", false},
	{115, "IP", "ip", false},
	{116, "IP", "ip", false},
	{118, "connect_url", "connect_url", false},
	{119, "version", "update hooktop", false},
	{120, "no longer supports", "update hooktop", false},
	{121, "no longer supports", "update hooktop", false},
	{122, "connect_url", "connect_url", false},
	{123, "e-mail", "dashboard.ngrok.com", false},
	{124, "user agent", "update hooktop", false},
	{127, "connect_url", "connect_url", false},
	{300, "revoked", "NGROK_AUTHTOKEN", false},
	{337, "suspended", "billing", false},
	{338, "suspended", "support@ngrok.com", false},
	{9040, "IP address", "network", false},
	{4018, "verified account", "NGROK_AUTHTOKEN", false},
}

// The codes with which it refuses an endpoint.
var bindCodes = []codeWant{
	{313, "paid plan", "domain", false},
	{314, "paid", "domain", false},
	{316, "access rules", "authtokens", false},
	{318, "wildcard", "domains", false},
	{319, "not reserved", "domains", false},
	{320, "another ngrok account", "domains", false},
	{324, "limit of endpoints", "dashboard.ngrok.com/endpoints", true},
	{326, "invalid", "domains", false},
	{327, "invalid", "domains", false},
	{328, "invalid", "domains", false},
	{329, "invalid", "domains", false},
	{330, "invalid", "domains", false},
	{331, "invalid", "domains", false},
	{334, "already online", "--domain", true},
	{2200, "traffic policy", "--no-edge-policy", false},
	{2201, "traffic policy", "--no-edge-policy", false},
	{7030, "traffic policy", "--no-edge-policy", false},
	{8013, "payment card", "domain", false},
	{9016, "webhook verification", "--no-edge-policy", false},
	{9037, "URL", "domains", false},
	{9038, "URL", "domains", false},
	{15002, "does not include this domain", "domains", false},
	{15013, "one domain", "domains", false},
}

// The codes with which its edge answers senders, as the self-test meets them. They
// pass, because somebody does something about them, or time does.
var edgeCodes = []codeWant{
	{702, "connections", "wait a minute", true},
	{703, "rate limit", "wait a minute", true},
	{714, "rate limit", "wait a minute", true},
	{715, "rate limit", "wait a minute", true},
	{725, "bandwidth", "month", true},
	{726, "connections", "month", true},
	{727, "requests for this month", "month", true},
	{728, "connections", "month", true},
	{732, "traffic policy", "--no-edge-policy", true},
	{734, "requests in the last minute", "wait a minute", true},
	{735, "traffic policy", "--no-edge-policy", true},
	{3004, "invalid answer", "--domain", true},
	{3200, "no agent is online", "--domain", true},
	{8012, "another ngrok agent", "--domain", true},
}

// check holds a status against what a code has to lead to.
func (want codeWant) check(t *testing.T, s Status, retrying State) {
	t.Helper()
	state := Failed
	if want.retried {
		state = retrying
	}
	code := "ERR_NGROK_" + strconv.Itoa(want.code)
	if s.State != state || s.Code != code || s.Kind != "ngrok" {
		t.Errorf("state %s, code %s, want %s, %s", s.State, s.Code, state, code)
	}
	if !strings.Contains(s.Err, want.title) || !strings.HasSuffix(s.Err, "("+code+")") || !strings.Contains(strings.ToLower(s.Fix), strings.ToLower(want.fix)) {
		t.Errorf("%q, fix %q, want words like %q and %q", s.Err, s.Fix, want.title, want.fix)
	}
	if strings.Contains(s.Err+s.Fix, token) {
		t.Errorf("the token is shown: %+v", s)
	}
	if !want.retried && (!s.NextTry.IsZero() || s.Proof != ProofNone) {
		t.Errorf("a tunnel that failed says %+v", s)
	}
}

func refused(s Status) bool { return s.Code != "" && (s.State == Failed || !s.NextTry.IsZero()) }

func TestEachCodeAtTheStart(t *testing.T) {
	t.Cleanup(func() { noGoroutinesLeft(t) })
	for stage, codes := range map[string][]codeWant{"sign-in": authCodes, "bind": bindCodes} {
		for _, want := range codes {
			t.Run(stage+" "+strconv.Itoa(want.code), func(t *testing.T) {
				t.Parallel()
				refusal := standin.Refuse(want.code, "Your authtoken: "+token)
				var again atomic.Bool
				refuse := func(at string) string {
					if at != stage || again.Load() {
						return ""
					}
					return refusal
				}
				s := startStandin(t, standin.Options{
					OnAuth: func(standin.Auth) string { return refuse("sign-in") },
					OnBind: func(standin.Bind) string { return refuse("bind") },
				})
				tun := listen(t, config(s))
				st := until(t, tun, "refused", refused)
				want.check(t, st, Connecting)
				if st.URL != "" {
					t.Errorf("URL %q before the first one", st.URL)
				}
				if want.retried {
					again.Store(true)
					until(t, tun, "live once the reason is gone", in(Live))
				} else if n := len(s.Auths()); n != 1 {
					t.Errorf("%d sign-ins, want 1", n)
				}
			})
		}
	}
}

func TestEachCodeAfterTheTunnelWasLive(t *testing.T) {
	t.Cleanup(func() { noGoroutinesLeft(t) })
	for stage, codes := range map[string][]codeWant{"sign-in": authCodes, "bind": bindCodes} {
		for _, want := range codes {
			t.Run(stage+" "+strconv.Itoa(want.code), func(t *testing.T) {
				t.Parallel()
				var failing atomic.Bool
				refuse := func(at string) string {
					if at != stage || !failing.Load() {
						return ""
					}
					return standin.Refuse(want.code, "Your authtoken: "+token)
				}
				s := startStandin(t, standin.Options{
					OnAuth: func(standin.Auth) string { return refuse("sign-in") },
					OnBind: func(standin.Bind) string { return refuse("bind") },
				})
				tun := tested(t, s, nil)
				until(t, tun, "live", in(Live))
				failing.Store(true)
				s.Drop()
				st := until(t, tun, "refused", refused)
				want.check(t, st, Reconnecting)
				if st.URL != public || st.Proven.IsZero() {
					t.Errorf("what was known is gone: %+v", st)
				}
				if want.retried {
					failing.Store(false)
					until(t, tun, "live once the reason is gone", in(Live))
				}
			})
		}
	}
}

func TestEachCodeOfTheEdge(t *testing.T) {
	t.Cleanup(func() { noGoroutinesLeft(t) })
	for _, want := range edgeCodes {
		t.Run(strconv.Itoa(want.code), func(t *testing.T) {
			t.Parallel()
			var failing atomic.Bool
			failing.Store(true)
			s := startStandin(t, standin.Options{OnRequest: func(r *http.Request) *http.Response {
				if failing.Load() {
					return standin.EdgeError(r, http.StatusBadGateway, want.code, "what ngrok says")
				}
				return nil
			}})
			tun := tested(t, s, nil)
			st := until(t, tun, "refused", refused)
			want.check(t, st, Connecting)
			if st.Proof != ProofFailed || st.URL != public || !st.Proven.IsZero() {
				t.Errorf("status %+v", st)
			}
			failing.Store(false)
			st = until(t, tun, "live once the reason is gone", in(Live))
			if st.Proof != ProofPassed || st.Proven.IsZero() || st.Err != "" || st.Code != "" {
				t.Errorf("status %+v", st)
			}
			failing.Store(true)
			s.Drop()
			want.check(t, until(t, tun, "refused again", refused), Reconnecting)
		})
	}
}

// With these two, ngrok turns away the self-test and not a webhook.
func TestTheSelfTestAloneMeetsThese(t *testing.T) {
	t.Cleanup(func() { noGoroutinesLeft(t) })
	for _, code := range []int{3204, 6024} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			s := startStandin(t, standin.Options{OnRequest: func(r *http.Request) *http.Response {
				return standin.EdgeError(r, http.StatusForbidden, code, "what ngrok says")
			}})
			st := until(t, tested(t, s, nil), "live", in(Live))
			if st.Proof != ProofUnknown || st.Code != "ERR_NGROK_"+strconv.Itoa(code) || st.Err == "" || st.Fix == "" || !st.NextTry.IsZero() {
				t.Errorf("status %+v", st)
			}
		})
	}
}

// Every code that hooktop knows is in one of the tables above.
func TestTheTablesNameEveryCode(t *testing.T) {
	named := map[int]bool{}
	for _, table := range [][]codeWant{authCodes, bindCodes} {
		for _, want := range table {
			named[want.code] = true
			if codeHints[want.code].title == "" {
				t.Errorf("no words for %d", want.code)
			}
		}
	}
	for code := range codeHints {
		if !named[code] {
			t.Errorf("no table names %d", code)
		}
	}
}
