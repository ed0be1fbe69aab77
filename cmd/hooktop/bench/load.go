package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// result is what a round of load came to.
type result struct {
	answered int
	took     time.Duration
	// latencies are in ascending order.
	latencies []time.Duration
}

func (r result) rate() float64 { return float64(r.answered) / r.took.Seconds() }

// at returns the latency below which a share of the answers lies.
func (r result) at(share float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(len(r.latencies)-1, int(share*float64(len(r.latencies))))]
}

// load is a round: connections that each send the next request once the last was
// answered. It is lean on purpose, because it shares the processors with what it
// measures: one write and usually one read a request, and nothing is parsed but the
// status and the length of the answer.
type load struct {
	address     string
	requests    [][]byte
	connections int
	// lasting is how long it goes on. Requests are sent again if repeat is set;
	// otherwise it ends with the last of them.
	lasting time.Duration
	repeat  bool
	// wants is the status of every answer, and or another that it may have.
	wants, or int
	// every is the time between two requests of the whole round, 0 for as fast as they
	// are answered.
	every time.Duration
}

func (l load) run(ctx context.Context) (result, error) {
	conns, err := l.dial(ctx)
	if err != nil {
		return result{}, err
	}
	var (
		next      atomic.Int64
		sending   sync.WaitGroup
		latencies = make([][]time.Duration, len(conns))
		errs      = make([]error, len(conns))
		began     = time.Now()
		until     = began.Add(l.lasting)
	)
	stop := context.AfterFunc(ctx, func() {
		for _, c := range conns {
			_ = c.Close() // ends its read
		}
	})
	defer stop()
	for i, c := range conns {
		sending.Go(func() { latencies[i], errs[i] = l.send(c, &next, began, until) })
	}
	sending.Wait()
	r := result{took: time.Since(began), latencies: slices.Concat(latencies...)}
	r.answered = len(r.latencies)
	slices.Sort(r.latencies)
	for _, c := range conns {
		_ = c.Close()
	}
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	for _, err := range errs {
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

func (l load) dial(ctx context.Context) ([]net.Conn, error) {
	var dialer net.Dialer
	conns := make([]net.Conn, l.connections)
	for i := range conns {
		c, err := dialer.DialContext(ctx, "tcp", l.address)
		if err != nil {
			return nil, err
		}
		conns[i] = c
	}
	return conns, nil
}

// send is one connection.
func (l load) send(c net.Conn, next *atomic.Int64, began, until time.Time) (latencies []time.Duration, err error) {
	latencies = make([]time.Duration, 0, 4096)
	answer := make([]byte, 8<<10)
	for {
		i := int(next.Add(1)) - 1
		if i >= len(l.requests) && !l.repeat {
			return latencies, nil
		}
		before := time.Now()
		if l.every > 0 { // its turn may be late: then that counts, too
			due := began.Add(time.Duration(i) * l.every)
			time.Sleep(time.Until(due))
			before = due
		}
		if before.After(until) {
			return latencies, nil
		}
		if _, err := c.Write(l.requests[i%len(l.requests)]); err != nil {
			return latencies, err
		}
		status, err := readAnswer(c, answer)
		if err != nil {
			return latencies, err
		}
		if status != l.wants && status != l.or {
			return latencies, fmt.Errorf("answered %d, not %d: %.300s", status, l.wants, answer)
		}
		latencies = append(latencies, time.Since(before))
	}
}

var (
	endOfHeaders  = []byte("\r\n\r\n")
	contentLength = []byte("\r\nContent-Length: ")
)

// readAnswer reads one answer into a buffer that is longer than any.
func readAnswer(r io.Reader, buffer []byte) (status int, err error) {
	n, whole := 0, -1
	for whole < 0 || n < whole {
		if n == len(buffer) {
			return 0, fmt.Errorf("an answer of more than %d bytes", n)
		}
		got, err := r.Read(buffer[n:])
		if err != nil {
			return 0, err
		}
		n += got
		head := bytes.Index(buffer[:n], endOfHeaders)
		if whole >= 0 || head < 0 {
			continue
		}
		length, err := lengthOf(buffer[:head])
		if err != nil {
			return 0, err
		}
		whole = head + len(endOfHeaders) + length
	}
	return strconv.Atoi(string(buffer[9:12])) // HTTP/1.1 200
}

func lengthOf(head []byte) (int, error) {
	at := bytes.Index(head, contentLength)
	if at < 0 {
		return 0, fmt.Errorf("an answer without a Content-Length: %.200s", head)
	}
	text, _, _ := bytes.Cut(head[at+len(contentLength):], []byte("\r"))
	return strconv.Atoi(string(text))
}
