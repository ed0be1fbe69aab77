package relay

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/hooktop/hooktop/tunnel"
)

const (
	dialWithin    = 15 * time.Second
	confirmWithin = 10 * time.Second
	writeWithin   = 10 * time.Second
	closeWithin   = time.Second
	// silence is how long nothing may be heard. The service pings about every 20 s,
	// and Svix's own client gives up after 31.5 s.
	silence   = 31 * time.Second
	pingEvery = 15 * time.Second
	// checkWithin is how long the service may take to answer after this computer
	// slept for a moment.
	checkWithin = 5 * time.Second
)

// link is one connection to the relay, from its confirmation on.
type link struct {
	relay     *Relay
	conn      *websocket.Conn
	ctx       context.Context
	cancel    context.CancelFunc
	heardAt   atomic.Int64 // nanoseconds since began
	began     time.Time
	confirmed chan error // receives nil once the token is confirmed, or why not
	ended     chan error // receives why reading ended, or has to
	parted    bool       // both sides closed it in good order
	abandoned bool       // the library still tries to close it, for up to 10 s
}

// connect opens a WebSocket and has the token confirmed.
func (r *Relay) connect(ctx context.Context) (*link, *Error) {
	l := &link{relay: r, began: time.Now(), confirmed: make(chan error, 1), ended: make(chan error, 2)}
	l.ctx, l.cancel = context.WithCancel(ctx)
	var (
		res *http.Response
		err error
	)
	for _, address := range r.addresses.listen {
		//nolint:bodyclose // the library closes it
		if res, err = l.dial(address); err == nil || res == nil || res.StatusCode != http.StatusNotFound {
			break
		}
	}
	if err != nil {
		l.cancel()
		return nil, r.explain(err, res)
	}
	if err = l.start(); err != nil {
		l.cut()
		return nil, r.explain(err, res)
	}
	return l, nil
}

func (l *link) dial(address string) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(l.ctx, dialWithin)
	defer cancel()
	stop := l.relay.whenClosing(cancel)
	defer stop()
	conn, res, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		HTTPClient:     l.relay.http,
		HTTPHeader:     http.Header{"User-Agent": {"hooktop"}},
		OnPingReceived: func(context.Context, []byte) bool { l.heard(); return true },
		OnPongReceived: func(context.Context, []byte) { l.heard() },
	})
	if err == nil {
		l.conn = conn
		conn.SetReadLimit(-1) // readBounded keeps to one, and keeps the connection
	}
	return res, err
}

// whenClosing calls f when the relay is closed, unless stop is called before.
func (r *Relay) whenClosing(f func()) (stop func()) {
	over := make(chan struct{})
	go func() {
		select {
		case <-r.closing:
			f()
		case <-over:
		}
	}()
	return func() { close(over) }
}

// start sends the token and waits until it is confirmed. Reading goes on from here to
// the end of the connection.
func (l *link) start() error {
	if err := l.write(startFrame(l.relay.config.Token)); err != nil {
		return err
	}
	go func() { l.ended <- l.read() }()
	timer := time.NewTimer(confirmWithin)
	defer timer.Stop()
	select {
	case err := <-l.confirmed:
		return err
	case err := <-l.ended:
		return err
	case <-timer.C:
		return errNoConfirmation
	case <-l.relay.closing:
		return context.Canceled
	}
}

// heard remembers that the service gave a sign of life.
func (l *link) heard() {
	l.heardAt.Store(int64(time.Since(l.began)))
	now := l.relay.now()
	l.relay.update(func(s *tunnel.Status) {
		if s.State == tunnel.Live {
			s.LastHeard = now
		}
	})
}

func (l *link) silentFor() time.Duration {
	return time.Since(l.began) - time.Duration(l.heardAt.Load())
}

// read reads frames until the connection ends, and returns why it did.
func (l *link) read() error {
	most := 2*l.relay.config.MaxBody + 8<<20 // base64 takes a third more; the handler keeps what it refuses as too large
	for {
		_, from, err := l.conn.Reader(l.ctx)
		if err != nil {
			return err
		}
		text, long, err := readBounded(heardReader{l, from}, most)
		if err != nil {
			return err
		}
		if long != nil {
			l.take(*long)
		} else {
			l.take(read(text))
		}
	}
}

// heardReader notices that the bytes of a long frame keep coming.
type heardReader struct {
	link *link
	io.Reader
}

func (h heardReader) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	h.link.heard()
	return n, err
}

// take handles one frame.
func (l *link) take(in incoming) {
	if what := in.problem + in.odd; what != "" {
		l.relay.note("the relay sent " + what)
	}
	switch {
	case in.start != nil:
		var err error
		if ours := l.relay.config.Token; in.start.Token != "" && Token(in.start.Token) != ours {
			err = otherToken{}
		}
		l.confirm(err)
	case in.event != nil:
		l.confirm(nil) // only who listens gets events
		l.relay.events.pass(l, in.event)
	case in.id != nil:
		l.relay.events.refuse(l, in)
	}
}

func (l *link) confirm(err error) {
	select {
	case l.confirmed <- err:
	default:
	}
}

func (l *link) write(frame []byte) error {
	ctx, cancel := context.WithTimeout(l.ctx, writeWithin)
	defer cancel()
	return l.conn.Write(ctx, websocket.MessageText, frame)
}

// serve watches the connection until it ends, and returns why, or until the relay is
// closed and the last answer is sent.
func (l *link) serve() *Error {
	defer l.cut()
	err := l.watch()
	if err != nil {
		return l.relay.explain(err, &http.Response{StatusCode: http.StatusSwitchingProtocols})
	}
	l.relay.events.drain(l)
	return nil
}

func (l *link) watch() error {
	go l.ping()
	quiet := time.NewTimer(silence)
	defer quiet.Stop()
	note := time.NewTicker(time.Minute)
	defer note.Stop()
	for {
		select {
		case err := <-l.ended:
			return err
		case <-l.relay.closing:
			return nil
		case gap := <-l.relay.woke:
			if gap >= silence {
				return slept(gap)
			}
			go l.check(gap)
		case <-note.C:
			l.relay.missed.remember(l.relay.Status().LastHeard)
		case <-quiet.C:
			left := silence - l.silentFor()
			if left <= 0 {
				return errSilent
			}
			quiet.Reset(left)
		}
	}
}

// ping measures the latency, now and then. It does not judge: silence does.
func (l *link) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		sent := time.Now()
		if l.conn.Ping(l.ctx) != nil {
			return
		}
		took := time.Since(sent)
		l.relay.update(func(s *tunnel.Status) {
			if s.State == tunnel.Live {
				s.Latency = took
			}
		})
		select {
		case <-ticker.C:
		case <-l.ctx.Done():
			return
		}
	}
}

// check asks a connection for a sign of life after this computer slept for a moment.
func (l *link) check(gap time.Duration) {
	ctx, cancel := context.WithTimeout(l.ctx, checkWithin)
	defer cancel()
	if l.conn.Ping(ctx) != nil && l.ctx.Err() == nil {
		select {
		case l.ended <- slept(gap):
		default:
		}
	}
}

// cut ends the connection at once.
func (l *link) cut() {
	l.cancel()
	if !l.abandoned { // or this would wait for that
		_ = l.conn.CloseNow()
	}
}

// goodbye closes the connection in good order, if the service still answers.
func (l *link) goodbye() {
	done := make(chan error, 1)
	go func() { done <- l.conn.Close(websocket.StatusNormalClosure, "") }()
	timer := time.NewTimer(closeWithin)
	defer timer.Stop()
	select {
	case err := <-done:
		l.parted = err == nil
	case <-timer.C:
		l.abandoned = true
	case <-l.relay.force:
		l.abandoned = true
	}
}
