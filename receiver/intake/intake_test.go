package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// small are limits that a test can reach.
func small() Limits {
	return Limits{
		Bytes: 1 << 20, Free: 16 << 10, Connections: 8,
		Patience: 5 * time.Second, Longest: 20 * time.Second, MinRate: 1 << 10, Grace: 50 * time.Millisecond,
	}
}

const maxBody = 1 << 20

// serve serves a gate, whose handler reads each body and then waits for hold.
func serve(t *testing.T, l Limits, keep int64, hold <-chan struct{}) (g *Gate, addr string) {
	t.Helper()
	g = New(l)
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var c Charge
		if err := g.Begin(&c, r); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		defer c.End()
		b, err := c.Read(r, keep, maxBody)
		if errors.Is(err, ErrFull) || errors.Is(err, ErrDropped) {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		if hold != nil {
			<-hold
		}
		fmt.Fprintf(w, "%d of %d %v", len(b.Kept), b.Bytes, err)
	})}
	g.Attach(s)
	done := make(chan error, 1)
	go func() { done <- s.Serve(g.Listen(raw)) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
		eventually(t, "everything is given back", func() bool { return g.used.Load() == 0 })
	})
	return g, raw.Addr().String()
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return c
}

// begin sends headers that claim a length, and the first bytes of the body.
func begin(t *testing.T, addr string, claimed, sent int) net.Conn {
	t.Helper()
	c := dial(t, addr)
	if _, err := fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", claimed, strings.Repeat("x", sent)); err != nil {
		t.Fatal(err)
	}
	return c
}

func answerTo(t *testing.T, c net.Conn) (status int, text string) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not yet: %s", what)
		}
	}
}

func TestABodyIsReadWholeInAnyLength(t *testing.T) {
	g := New(Limits{Bytes: 4 << 20})
	for _, n := range []int{0, 1, firstChunk - 1, firstChunk, firstChunk + 1, firstChunk + chunk, firstChunk + chunk + 1, maxBody - 1, maxBody} {
		want := bytes.Repeat([]byte("0123456789abcde"), n/15+1)[:n]
		for _, keep := range []int64{1, 4 << 10, firstChunk, firstChunk + chunk, maxBody} {
			var c Charge
			req, err := http.NewRequest(http.MethodPost, "/", bytes.NewReader(want))
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Begin(&c, req); err != nil {
				t.Fatal(err)
			}
			b, err := c.Read(req, keep, maxBody)
			kept := want[:min(int64(n), keep)]
			if err != nil || b.Bytes != int64(n) || !bytes.Equal(b.Kept, kept) || cap(b.Kept) != len(kept) {
				t.Errorf("%d bytes, %d to be kept: %d of %d, %v", n, keep, len(b.Kept), b.Bytes, err)
			}
			if most := int64(len(kept)) + 2*step; g.used.Load() > most {
				t.Errorf("%d bytes, %d to be kept: %d charged", n, keep, g.used.Load())
			}
			c.End()
		}
	}
	if n := g.used.Load(); n != 0 {
		t.Errorf("%d not given back", n)
	}
}

func TestOneByteTooManyIsTooLarge(t *testing.T) {
	g := New(small())
	var c Charge
	req, _ := http.NewRequest(http.MethodPost, "/", bytes.NewReader(make([]byte, maxBody+3)))
	if err := g.Begin(&c, req); err != nil {
		t.Fatal(err)
	}
	b, err := c.Read(req, 10, maxBody)
	if !errors.Is(err, ErrTooLarge) || b.Bytes != maxBody+3 || b.Kept != nil {
		t.Errorf("%d of %d, %v", len(b.Kept), b.Bytes, err)
	}
	if n := g.used.Load(); n != 0 {
		t.Errorf("%d charged while the rest is dropped", n)
	}
}

func TestAClaimedLengthReservesNothing(t *testing.T) {
	l := small()
	l.Connections = 32
	g, addr := serve(t, l, maxBody, nil)
	for range 20 {
		begin(t, addr, maxBody, 10)
	}
	c := begin(t, addr, 400<<10, 400<<10)
	if status, text := answerTo(t, c); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
	if turned := g.Turned(); turned != (Turned{}) {
		t.Errorf("%+v", turned)
	}
}

func TestBeyondTheBudgetSendersAreToldToComeAgainAndSmallOnesPass(t *testing.T) {
	hold := make(chan struct{})
	g, addr := serve(t, small(), maxBody, hold)
	var held []net.Conn
	for range 2 { // of 896 KiB beside what each connection may hold
		held = append(held, begin(t, addr, 400<<10, 400<<10))
	}
	eventually(t, "both are held", func() bool { return g.used.Load() >= 2*384<<10 })
	if status, _ := answerTo(t, begin(t, addr, 300<<10, 300<<10)); status != http.StatusServiceUnavailable {
		t.Errorf("a large one: %d", status)
	}
	little := begin(t, addr, 8<<10, 8<<10)
	close(hold)
	for _, c := range append(held, little) {
		if status, text := answerTo(t, c); status != http.StatusOK {
			t.Errorf("%d %s", status, text)
		}
	}
	if turned := g.Turned(); turned != (Turned{TooMuch: 1}) {
		t.Errorf("%+v", turned)
	}
}

func TestAStalledBodyMakesRoomForAnother(t *testing.T) {
	g, addr := serve(t, small(), maxBody, nil)
	stalled := []net.Conn{begin(t, addr, 500<<10, 400<<10), begin(t, addr, 500<<10, 400<<10)}
	eventually(t, "both are held", func() bool { return g.used.Load() >= 2*384<<10 })
	g.mu.Lock()
	for _, c := range g.conns { // as if they had stalled for a while
		c.mu.Lock()
		c.since, c.lastAt = c.since.Add(-2*time.Second), c.lastAt.Add(-2*time.Second)
		c.mu.Unlock()
	}
	g.mu.Unlock()
	if status, text := answerTo(t, begin(t, addr, 300<<10, 300<<10)); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
	eventually(t, "one was dropped", func() bool { return g.Turned().Slow > 0 })
	_ = stalled
}

func TestIdleConnectionsMakeRoomFirstThenTheSlowest(t *testing.T) {
	l := small()
	l.Grace = 0
	g, addr := serve(t, l, maxBody, nil)
	slow, slower := begin(t, addr, 100, 50), begin(t, addr, 100, 1)
	eventually(t, "both send their bodies", func() bool { return g.count(body) == 2 })
	var idlers []net.Conn
	for range 6 {
		idlers = append(idlers, dial(t, addr))
	}
	eventually(t, "all places are taken", func() bool { return g.count(idle) == 6 })
	for range 7 {
		if status, text := answerTo(t, begin(t, addr, 10, 10)); status != http.StatusOK {
			t.Fatalf("a good one: %d %s", status, text)
		}
	}
	gone := 0
	for _, c := range idlers {
		if closed(t, c) {
			gone++
		}
	}
	if gone != len(idlers) || g.count(body) != 2 {
		t.Errorf("%d idle ones gone, %d bodies left", gone, g.count(body))
	}
	// Now each place has a body but for one of a good one.
	for g.count(body) < 8 {
		n := g.count(body)
		begin(t, addr, 100, 60)
		eventually(t, "one more", func() bool { return g.count(body) > n })
	}
	begin(t, addr, 100, 60)
	if status, _ := answerTo(t, slower); status != http.StatusServiceUnavailable {
		t.Errorf("the slowest: %d", status)
	}
	if _, err := slow.Write(bytes.Repeat([]byte("x"), 50)); err != nil {
		t.Fatal(err)
	}
	if status, text := answerTo(t, slow); status != http.StatusOK {
		t.Errorf("the other: %d %s", status, text)
	}
}

// count returns how many connections are in a phase.
func (g *Gate) count(p phase) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.conns {
		c.mu.Lock()
		if c.phase == p {
			n++
		}
		c.mu.Unlock()
	}
	return n
}

// closed reports whether the other side closed a connection.
func closed(t *testing.T, c net.Conn) bool {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, err := c.Read(make([]byte, 1))
	var timeout net.Error
	return err != nil && (!errors.As(err, &timeout) || !timeout.Timeout())
}

func TestManyHeaderLinesAreRefusedWhileTheyCome(t *testing.T) {
	g, addr := serve(t, small(), maxBody, nil)
	c := dial(t, addr)
	if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\n"+strings.Repeat("a: b\r\n", maxLines)); err != nil {
		t.Fatal(err)
	}
	if status, _ := answerTo(t, c); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%d", status)
	}
	if turned := g.Turned(); turned != (Turned{Headers: 1}) {
		t.Errorf("%+v", turned)
	}
	// Lines of a body are no headers, in whatever pieces they come.
	c = dial(t, addr)
	text := strings.Repeat("\r\n", 2000)
	for _, part := range []string{"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r", "\n" + text[:100], text[100:]} {
		if _, err := io.WriteString(c, part); err != nil {
			t.Fatal(err)
		}
	}
	if status, text := answerTo(t, c); status != http.StatusOK || text != "4000 of 4000 <nil>" {
		t.Errorf("%d %s", status, text)
	}
}

func TestHeadersThatNeverEndAreChargedAndGivenBack(t *testing.T) {
	l := small()
	l.Free = 1 << 10
	g, addr := serve(t, l, maxBody, nil)
	c := dial(t, addr)
	if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nA: "+strings.Repeat("a", 30<<10)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "they are charged", func() bool { return g.used.Load() >= 29<<10 })
	c.Close()
	eventually(t, "they are given back", func() bool { return g.used.Load() == 0 })
}
