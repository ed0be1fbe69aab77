package tunnel

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hooktop/hooktop/tunnel/standin"
)

func TestADropIsRepairedAtTheSameURL(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, config(s))
	serve(t, tun, echo)
	c := client(t, s)
	until(t, tun, "live", in(Live))
	mustPost(t, c, domain, "before")

	s.Drop()
	if err := s.WaitOnline(testContext(t), domain); err != nil {
		t.Fatal(err)
	}
	// The SDK binds first and reports it afterwards.
	st := until(t, tun, "live again", func(st Status) bool { return st.State == Live && len(s.Auths()) == 2 })
	if st.URL != public || st.Err != "" || st.Attempt != 0 {
		t.Errorf("status %+v", st)
	}
	mustPost(t, c, domain, "after")
	first, second := s.Binds()[0], s.Binds()[1]
	if second.ID == "" || second.Extra.Token == "" || second.TrafficPolicy() != first.TrafficPolicy() {
		t.Errorf("second bind: %+v", second)
	}
}

func TestTheStatusSaysWhyTheLinkDropped(t *testing.T) {
	var down atomic.Bool
	s := start(t, standin.Options{OnAuth: func(standin.Auth) string {
		if down.Load() {
			return "please come back later, " + token
		}
		return ""
	}})
	tun := listen(t, config(s))
	live := until(t, tun, "live", in(Live))
	down.Store(true)
	s.Drop()
	st := until(t, tun, "refused twice", func(s Status) bool { return s.State == Reconnecting && s.Attempt > 2 })
	if st.URL != public || st.Since.Before(live.Since) || st.LastHeard != live.LastHeard || st.Fix == "" ||
		!strings.Contains(st.Err, "please come back later, [token]") {
		t.Errorf("status %+v", st)
	}
	down.Store(false)
	st = until(t, tun, "live", in(Live))
	if st.Err != "" || !st.LastHeard.After(live.LastHeard) {
		t.Errorf("status %+v", st)
	}
}

func TestTheTunnelWaitsForAnEndpointHeldByItsOldSession(t *testing.T) {
	var binds atomic.Int32
	s := start(t, standin.Options{OnBind: func(standin.Bind) string {
		if binds.Add(1) == 2 {
			return standin.Refuse(334, "The endpoint is already online.")
		}
		return ""
	}})
	tun := listen(t, config(s))
	serve(t, tun, echo)
	until(t, tun, "live", in(Live))
	s.Drop()
	st := until(t, tun, "refused", func(s Status) bool { return s.Code == "ERR_NGROK_334" })
	if st.State != Reconnecting || st.URL != public || st.Err == "" || st.Fix == "" {
		t.Errorf("status %+v", st)
	}
	until(t, tun, "live", in(Live))
	mustPost(t, client(t, s), domain, "after")
}

func TestATokenRevokedLaterIsPermanent(t *testing.T) {
	var revoked atomic.Bool
	s := start(t, standin.Options{OnAuth: func(standin.Auth) string {
		if revoked.Load() {
			return standin.Refuse(107, "The authtoken you specified is invalid. Your authtoken: "+token)
		}
		return ""
	}})
	tun := listen(t, config(s))
	_, served := serve(t, tun, echo)
	until(t, tun, "live", in(Live))
	revoked.Store(true)
	s.Drop()
	if err := <-served; !strings.Contains(err.Error(), "ERR_NGROK_107") {
		t.Errorf("Serve: %v", err)
	}
	st := tun.Status()
	if st.State != Failed || st.Code != "ERR_NGROK_107" || st.URL != public || !strings.Contains(st.Fix, "NGROK_AUTHTOKEN") {
		t.Errorf("status %+v", st)
	}
	if err := s.WaitSessions(testContext(t), 0); err != nil {
		t.Error(err)
	}
	if n := len(s.Auths()); n != 2 {
		t.Errorf("%d sign-ins, want 2", n)
	}
}

func TestASilentLinkIsNoticedAndRepaired(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, fastHeartbeat(config(s)))
	serve(t, tun, echo)
	until(t, tun, "beating", func(s Status) bool { return s.State == Live && s.Latency > 0 })
	s.Freeze()
	st := until(t, tun, "reconnecting", in(Reconnecting))
	if st.Err == "" || st.Code != "" || st.Fix == "" || st.URL != public {
		t.Errorf("status %+v", st)
	}
	s.Drop() // as the service's own timeout does
	s.Thaw()
	postUntilAccepted(t, s, tun, "after")
}
