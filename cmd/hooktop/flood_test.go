package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
)

// BenchmarkFlood tells how much of its rate a good sender keeps while another
// floods the same hooktop with deliveries whose cause has to be searched for:
// the ratio of rounds with and without the flood, one after the other, so that
// a noisy machine troubles both alike. What is good is verified, applied and
// committed.
func BenchmarkFlood(b *testing.B) {
	for _, c := range []struct {
		name string
		// pause is between two bad ones of each of the flooding connections.
		pause time.Duration
	}{{"a thousand bad ones a second", 8 * time.Millisecond}, {"as many as they can", 0}} {
		b.Run(c.name, func(b *testing.B) {
			url := benchmarked(b)
			var ratios []float64
			bad := 0
			for range b.N {
				quiet := sendGood(b, url)
				end, sent := flood(b, url, c.pause)
				loud := sendGood(b, url)
				end()
				bad += int(sent.Load())
				ratios = append(ratios, quiet.Seconds()/loud.Seconds())
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "of-quiet-rate")
			b.ReportMetric(float64(bad)/float64(b.N), "bad/round")
		})
	}
}

// benchmarked is a hooktop that receives, with a real database.
func benchmarked(b *testing.B) (url string) {
	b.Helper()
	b.Chdir(b.TempDir())
	p := &program{stdin: strings.NewReader(""), stdout: print.NewOutput(io.Discard), stderr: print.NewOutput(io.Discard), getenv: func(name string) string {
		return map[string]string{"CLERK_WEBHOOK_SECRET": secret, "HOOKTOP_ADDR": "127.0.0.1:0", "HOOKTOP_TUNNEL": "off"}[name]
	}}
	s, err := config.Resolve(p.listenCommand().Flags(), p.getenv)
	if err != nil {
		b.Fatal(err)
	}
	h, err := p.begin(context.Background(), s, s.Keep.Deliveries)
	if err != nil {
		b.Fatal(err)
	}
	if err := h.start(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.close(h) })
	return h.receiver.Self.URL + s.ClerkPath()
}

// floodBody has the size of Clerk's.
func floodBody(user string) string {
	return strings.Replace(userEvent("user.created", user, user+"@example.com", time.Now()), `"object":"user"`, `"bio":"`+strings.Repeat("Ada & Grace ", 330)+`","object":"user"`, 1)
}

const connections = 8

// sendGood sends a number of good deliveries over some connections, and gives the
// time that they took.
func sendGood(b *testing.B, url string) time.Duration {
	b.Helper()
	const many = 2000
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var next, refused atomic.Int64
	var senders sync.WaitGroup
	began := time.Now()
	for range connections {
		senders.Go(func() {
			for n := next.Add(1); n <= many; n = next.Add(1) {
				id := fmt.Sprintf("%d_%d", began.UnixNano(), n)
				if status, _, err := tryPost(context.Background(), client, url, "msg_"+id, floodBody("user_"+id)); err != nil || status != http.StatusOK {
					refused.Add(1)
				}
			}
		})
	}
	senders.Wait()
	if n := refused.Load(); n > 0 {
		b.Fatalf("%d good deliveries were not taken", n)
	}
	return time.Since(began)
}

// flood sends deliveries whose body was changed after it was signed, until it
// is ended. Each could have been rewritten in any of the known ways.
func flood(b *testing.B, url string, pause time.Duration) (end func(), sent *atomic.Int64) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	sent = &atomic.Int64{}
	req, err := signed(ctx, url, "msg_bad", floodBody("user_bad"))
	if err != nil {
		b.Fatal(err)
	}
	body := strings.Replace(floodBody("user_bad"), "Ada", "Eve", 1)
	var senders sync.WaitGroup
	for range connections {
		senders.Go(func() {
			for ctx.Err() == nil {
				again := req.Clone(ctx)
				again.Body, again.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
				if _, _, err := do(client, again); err == nil {
					sent.Add(1)
				}
				if pause > 0 {
					select {
					case <-ctx.Done():
					case <-time.After(pause):
					}
				}
			}
		})
	}
	return func() {
		cancel()
		senders.Wait()
		client.CloseIdleConnections()
	}, sent
}
