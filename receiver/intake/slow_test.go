package intake

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener in memory, whose connections keep the time of a test.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// dial connects to a server behind the listener.
func (p pipes) dial(t *testing.T) net.Conn {
	t.Helper()
	here, there := net.Pipe()
	t.Cleanup(func() { here.Close() })
	p <- there
	return here
}

// slowly sends a body in pieces of n bytes, one each second, until the server
// answers. It returns the answer and how long it took.
func slowly(t *testing.T, c net.Conn, length, first, n int) (text string, took time.Duration) {
	t.Helper()
	began, sent := time.Now(), make(chan struct{})
	go func() {
		defer close(sent)
		_, err := fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", length, strings.Repeat("x", first))
		time.Sleep(time.Second / 2) // not at the very moment of a deadline
		for at := first; err == nil && at < length && n > 0; at += n {
			time.Sleep(time.Second)
			_, err = c.Write(bytes.Repeat([]byte("x"), min(n, length-at)))
		}
	}()
	_, text = answerTo(t, c)
	took = time.Since(began).Round(time.Second)
	_ = c.Close()
	<-sent
	return text, took
}

func TestABodyMustComeFastEnough(t *testing.T) {
	for _, c := range []struct {
		name             string
		length, first, n int
		text             string
		took             time.Duration
	}{
		{"a byte a second", 100, 0, 1, "of", 5 * time.Second},
		{"nothing more", 100, 10, 0, "10 of 10", 5 * time.Second},
		{"slow, but done within the patience", 4, 0, 1, "4 of 4 <nil>", 4 * time.Second},
		{"as slow as allowed", 10 << 10, 2000, 1100, "10240 of 10240 <nil>", 9 * time.Second},
		{"a bit slower", 10 << 10, 2000, 900, "5600 of 5600", 5 * time.Second},
		{"much at once, then nothing", 100 << 10, 9 << 10, 0, "9216 of 9216", 9 * time.Second},
		{"fast enough, but for too long", 100 << 10, 0, 4 << 10, "of", 20 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, l := New(small()), make(pipes)
				s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					var charge Charge
					if err := g.Begin(&charge, r); err != nil {
						t.Error(err)
					}
					defer charge.End()
					b, err := charge.Read(r, maxBody, maxBody)
					fmt.Fprintf(w, "%d of %d %v", len(b.Kept), b.Bytes, err)
				})}
				g.Attach(s)
				go func() { _ = s.Serve(g.Listen(l)) }()
				text, took := slowly(t, l.dial(t), c.length, c.first, c.n)
				if !strings.Contains(text, c.text) || took < c.took-time.Second || took > c.took+time.Second {
					t.Errorf("%s after %v", text, took)
				}
				if whole := strings.Contains(c.text, "nil"); !whole && !strings.Contains(text, "timeout") {
					t.Errorf("not cut off: %s", text)
				}
				_ = s.Close()
				synctest.Wait()
			})
		})
	}
}

// Rejected deliveries get a share of the time while good ones come, and all of it
// otherwise.
func TestRejectedDeliveriesMakeWayForGoodOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(small())
		c := Charge{gate: g}
		const takes = 10 * time.Millisecond
		store := func(n int) time.Duration {
			began := time.Now()
			for range n {
				done, ok := c.Junk(t.Context())
				if !ok {
					t.Fatal("turned away")
				}
				time.Sleep(takes)
				done()
				if g.lane.good.Load() > 0 {
					c.Good()
				}
			}
			return time.Since(began)
		}
		if took := store(10); took != 10*takes {
			t.Errorf("alone: %v", took)
		}
		c.Good()
		if took := store(10); took < 19*takes {
			t.Errorf("beside good ones: %v", took)
		}
		time.Sleep(2 * time.Second)
		if took := store(10); g.lane.busy() && took < 10*takes {
			t.Errorf("after good ones: %v", took)
		}
	})
}

func TestARejectedDeliveryWaitsOnlySoLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(small())
		c := Charge{gate: g}
		c.Good()
		if _, ok := c.Junk(t.Context()); !ok {
			t.Fatal("the first was turned away")
		}
		began := time.Now()
		if _, ok := c.Junk(t.Context()); ok || time.Since(began) != laneWithin {
			t.Errorf("%v after %v", ok, time.Since(began))
		}
		if turned := g.Turned(); turned != (Turned{Rejected: 1}) {
			t.Errorf("%+v", turned)
		}
	})
}

func TestAFloodIsToldInOneLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(small())
		var told []string
		go g.Report(t.Context(), func(n Turned) { told = append(told, n.Text()) })
		for range 500 {
			g.turned.add(&g.turned.tooMuch)
			time.Sleep(time.Millisecond)
		}
		g.turned.add(&g.turned.dropped)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if want := "turned away 500 requests: too much in flight; closed 1 connection"; len(told) != 1 || !strings.HasPrefix(told[0], want) {
			t.Errorf("%q", told)
		}
	})
}

// refusing is a listener without a file descriptor left, until one is closed.
type refusing struct {
	net.Listener
	errs []error
}

func (r *refusing) Accept() (net.Conn, error) {
	if len(r.errs) > 0 {
		err := r.errs[0]
		r.errs = r.errs[1:]
		return nil, err
	}
	return r.Listener.Accept()
}

func TestAcceptingRecoversWhenNoDescriptorIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, p := New(small()), make(pipes, 1)
		l := g.Listen(&refusing{p, []error{&net.OpError{Op: "accept", Err: syscall.EMFILE}, syscall.EMFILE}})
		there, here := net.Pipe()
		defer there.Close()
		p <- here
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if turned := g.Turned(); turned != (Turned{NoDescriptors: 2}) || !strings.Contains(turned.Text(), "ulimit") {
			t.Errorf("%+v", turned)
		}
		_ = l.Close()
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
	})
}
