package receiver

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// ports are what a Health dials: which listen, and how often each was probed.
type ports struct {
	mu     sync.Mutex
	errs   map[string]error
	looked map[string]int
}

func (p *ports) dial(_ context.Context, _, addr string) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looked[addr]++
	if err := p.errs[addr]; err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		if n, _ := theirs.Read(make([]byte, 1)); n != 0 {
			panic("the app was sent something")
		}
	}()
	return ours, nil
}

func (p *ports) set(addr string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errs[addr] = err
}

func (p *ports) count(addr string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.looked[addr]
}

var refused = os.NewSyscallError("connect", syscall.ECONNREFUSED)

func TestHealthProbesUntilATargetListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const addr, target = "localhost:3000", "http://localhost:3000/hook"
		p := &ports{errs: map[string]error{addr: refused}, looked: map[string]int{}}
		h := NewHealth(p.dial)
		h.Watch(target, "https://app.example")
		if _, known := h.Of(target); known {
			t.Error("it is known before the first probe")
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { h.Run(ctx); close(done) }()
		says := func(when, want string, looks int) {
			t.Helper()
			synctest.Wait()
			trouble, known := h.Of(target)
			if !known || trouble != want || p.count(addr) != looks {
				t.Errorf("%s: %q (known %v) after %d probes, want %q after %d", when, trouble, known, p.count(addr), want, looks)
			}
		}
		changed := func(when string, want bool) {
			t.Helper()
			select {
			case <-h.Changed():
				if !want {
					t.Errorf("%s: changed", when)
				}
			default:
				if want {
					t.Errorf("%s: not changed", when)
				}
			}
		}
		const none = "nothing listens at localhost:3000"
		says("at once", none, 1)
		changed("at once", true)
		time.Sleep(5 * time.Second) // the bubble's, here and below
		says("while it does not run", none, 3)
		changed("while it does not run", false)
		p.set(addr, nil)
		time.Sleep(2 * time.Second)
		says("once it runs", "", 4)
		changed("once it runs", true)
		time.Sleep(time.Hour)
		says("while it runs", "", 4)
		if n := p.count("app.example:443"); n != 1 {
			t.Errorf("the other was probed %d times", n)
		}

		h.Heard(target, webhook.Forward{Status: 500})
		says("once it answered", "", 4)
		h.Heard(target, webhook.Forward{Failure: webhook.Timeout})
		says("once it gave no answer, and runs", "", 5)
		changed("once it gave no answer, and runs", false)
		p.set(addr, refused)
		h.Heard(target, webhook.Forward{Failure: webhook.NotRunning})
		says("once it gave no answer, and does not run", none, 6)
		changed("once it gave no answer, and does not run", true)
		h.Heard(target, webhook.Forward{Status: 200})
		says("once it answers again", "", 6)
		changed("once it answers again", true)
		time.Sleep(time.Hour)
		says("and is left alone", "", 6)

		h.Heard("http://elsewhere", webhook.Forward{Failure: webhook.NoAnswer}) // a resend's
		h.Watch("http://localhost:4000")
		if _, known := h.Of(target); known {
			t.Error("a removed target is still known")
		}
		synctest.Wait()
		if trouble, known := h.Of("http://localhost:4000"); trouble != "" || !known {
			t.Errorf("the new target: %q, known %v", trouble, known)
		}
		stop()
		<-done
	})
}

func TestHealthSaysWhyATargetIsNotListening(t *testing.T) {
	for _, c := range []struct {
		name, target string
		err          error
		want         string
	}{
		{"nothing listens", "http://localhost:3000", refused, "nothing listens at localhost:3000"},
		{"nothing listens, at the scheme's port", "http://app.example/x", refused, "nothing listens at app.example:80"},
		{"nothing listens, over IPv6", "https://[::1]", refused, "nothing listens at [::1]:443"},
		{"Windows uses its own words", "http://localhost:3000", errors.New("No connection could be made because the target machine actively refused it."), "nothing listens at localhost:3000"},
		{"its name server refuses", "http://nowhere.example", &net.DNSError{Err: "read: connection refused", Name: "nowhere.example"}, "nowhere.example:80 cannot be reached: lookup nowhere.example: read: connection refused"},
		{"it takes too long", "http://10.0.0.1:3000", os.ErrDeadlineExceeded, "10.0.0.1:3000 does not answer within 2 s"},
		{"there is no such host", "http://nowhere.example", &net.DNSError{Err: "no such host", Name: "nowhere.example", IsNotFound: true}, "the name nowhere.example does not resolve"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &ports{errs: map[string]error{appclient.Address(c.target): c.err}, looked: map[string]int{}}
			h := NewHealth(p.dial)
			h.Watch("http://me:hunter2@x", c.target)
			h.probe(t.Context())
			if trouble, known := h.Of(c.target); !known || trouble != c.want {
				t.Errorf("%q", trouble)
			}
		})
	}
}

func TestForwardsUpdateTheHealth(t *testing.T) {
	to, _ := app(t, fine)
	s := &shelf{}
	f := forwarder(t, s, to)
	f.Health = NewHealth(func(context.Context, string, string) (net.Conn, error) { t.Error("it was probed"); return nil, refused })
	f.Redirect(Route{Target: to})
	f.Forward(t.Context(), captured(t, s, now, "{}", nil))
	if trouble, known := f.Health.Of(to); trouble != "" || !known {
		t.Errorf("%q, known %v", trouble, known)
	}
}
