package tunnel

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/hooktop/hooktop/tunnel/standin"
)

// prompt is less than the SDK's own waits of 25 s and 30 s, and far more than the 3 s
// that Shutdown needs, because the machine may be busy.
const prompt = 20 * time.Second

func closesPromptly(t *testing.T, tun *Tunnel) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), prompt)
	defer cancel()
	if err := tun.Close(); err != nil {
		t.Error("close:", err)
	}
	if _, err := tun.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: %v, want net.ErrClosed", err)
	}
	if err := tun.Shutdown(ctx); err != nil {
		t.Error("shutdown:", err)
	}
	if st := tun.Status(); st.State != Off || st.Err != "" {
		t.Errorf("status %+v, want off", st)
	}
}

func TestClosingIsPromptInEveryState(t *testing.T) {
	t.Run("live", func(t *testing.T) {
		s := start(t, standin.Options{})
		tun := listen(t, config(s))
		until(t, tun, "live", in(Live))
		closesPromptly(t, tun)
		if err := s.WaitUnbinds(testContext(t), 1); err != nil || len(s.Unbinds()) != 1 {
			t.Errorf("%d endpoints taken offline, want 1: %v", len(s.Unbinds()), err)
		}
		if err := s.WaitSessions(testContext(t), 0); err != nil {
			t.Error(err)
		}
	})
	t.Run("connecting to a black hole", func(t *testing.T) {
		s := start(t, standin.Options{})
		s.Freeze()
		tun := listen(t, config(s))
		if err := s.WaitSessions(testContext(t), 1); err != nil {
			t.Fatal(err)
		}
		closesPromptly(t, tun)
	})
	t.Run("waiting for an answer to the bind", func(t *testing.T) {
		asked, never := make(chan struct{}), make(chan struct{})
		s := start(t, standin.Options{OnBind: func(standin.Bind) string {
			close(asked)
			<-never
			return "too late"
		}})
		tun := listen(t, config(s))
		<-asked
		closesPromptly(t, tun)
		close(never)
	})
	t.Run("waiting for the next try", func(t *testing.T) {
		s := start(t, standin.Options{})
		c := config(s)
		c.ConnectAddr, _ = offlineAddr(t, s.Addr())
		tun := listen(t, c)
		until(t, tun, "in trouble", func(s Status) bool { return s.Err != "" })
		closesPromptly(t, tun)
	})
	t.Run("reconnecting, in the SDK's back-off", func(t *testing.T) {
		turn := make(chan string, 1)
		turn <- ""
		s := start(t, standin.Options{OnAuth: func(standin.Auth) string {
			select {
			case r := <-turn:
				return r
			default:
				return "come back later"
			}
		}})
		tun := listen(t, config(s))
		serve(t, tun, echo)
		until(t, tun, "live", in(Live))
		s.Drop()
		until(t, tun, "refused twice", func(s Status) bool { return s.Attempt > 2 })
		closesPromptly(t, tun)
	})
	t.Run("on a half-open link", func(t *testing.T) {
		s := start(t, standin.Options{})
		c := config(s)
		c.HeartbeatInterval = 50 * time.Millisecond // with the default tolerance, so that the link does not count as dead
		tun := listen(t, c)
		serve(t, tun, echo)
		until(t, tun, "beating", func(s Status) bool { return s.State == Live && s.Latency > 0 })
		s.Freeze()
		closesPromptly(t, tun)
	})
	t.Run("failed", func(t *testing.T) {
		s := start(t, standin.Options{OnAuth: func(standin.Auth) string { return standin.Refuse(107, "no") }})
		tun := listen(t, config(s))
		until(t, tun, "failed", in(Failed))
		if err := tun.Shutdown(testContext(t)); err != nil {
			t.Error(err)
		}
		if st := tun.Status(); st.State != Failed || st.Code != "ERR_NGROK_107" {
			t.Errorf("status %+v, want it to stay failed", st)
		}
	})
}

type answer struct {
	body string
	err  error
}

func TestARequestInProgressIsAnsweredDuringShutdown(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, config(s))
	arrived, proceed := make(chan struct{}), make(chan struct{})
	srv, served := serve(t, tun, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-proceed
		echo(w, r)
	})
	until(t, tun, "live", in(Live))
	c := client(t, s)
	answers := make(chan answer, 1)
	go func() {
		_, got, err := post(context.Background(), c, domain, "slow")
		answers <- answer{got, err}
	}()
	<-arrived

	stopped := make(chan error, 1)
	go func() { stopped <- srv.Shutdown(context.Background()) }()
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("Serve: %v", err)
	}
	until(t, tun, "off", in(Off))
	// The endpoint goes offline while the request is still in progress.
	if err := s.WaitUnbinds(testContext(t), 1); err != nil {
		t.Fatal(err)
	}
	res, _, err := post(testContext(t), c, domain, "too late")
	if err != nil || res.Header.Get("Ngrok-Error-Code") != "ERR_NGROK_3200" {
		t.Errorf("new request: %v, %v; want the edge to say that it is offline", res, err)
	}
	// A test can only check that the session does not end immediately.
	brief, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if s.WaitSessions(brief, 0) == nil {
		t.Error("the session ended during a request")
	}
	close(proceed)
	if got := <-answers; got.err != nil || got.body != "slow" {
		t.Errorf("answer %+v", got)
	}
	if err := <-stopped; err != nil {
		t.Error("http shutdown:", err)
	}
	if err := tun.Shutdown(testContext(t)); err != nil {
		t.Error("tunnel shutdown:", err)
	}
	if err := s.WaitSessions(testContext(t), 0); err != nil {
		t.Error(err)
	}
}

func TestShutdownCutsRequestsThatDoNotEndInTime(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, config(s))
	arrived := make(chan struct{})
	serve(t, tun, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server watches the connection only after this
		close(arrived)
		<-r.Context().Done() // ends when the connection is cut
	})
	until(t, tun, "live", in(Live))
	answers := make(chan answer, 1)
	c := client(t, s)
	go func() {
		_, got, err := post(context.Background(), c, domain, "endless")
		answers <- answer{got, err}
	}()
	<-arrived
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tun.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shutdown: %v", err)
	}
	if got := <-answers; got.err == nil {
		t.Errorf("answer %+v, want an error", got)
	}
}

func TestUnacceptedConnectionsDoNotBlockClosing(t *testing.T) {
	s := start(t, standin.Options{})
	tun := listen(t, config(s))
	until(t, tun, "live", in(Live))
	c := client(t, s)
	answers := make(chan answer, 3)
	for range cap(answers) {
		go func() {
			_, got, err := post(context.Background(), c, domain, "{}")
			answers <- answer{got, err}
		}()
	}
	if err := s.WaitConnections(testContext(t), cap(answers)); err != nil {
		t.Fatal(err)
	}
	closesPromptly(t, tun)
	for range cap(answers) {
		if got := <-answers; got.err == nil {
			t.Errorf("answer %+v, want an error", got)
		}
	}
}

func TestAConnectionEndsWithItsSession(t *testing.T) {
	s := start(t, standin.Options{})
	s.Freeze()
	sessionCtx, cancel := context.WithCancel(context.Background())
	c, err := dialer{&session{tunnel: &Tunnel{}}}.DialContext(sessionCtx, "tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read: %v, want net.ErrClosed", err)
	}
}
