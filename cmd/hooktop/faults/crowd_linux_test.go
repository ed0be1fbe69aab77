package faults_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// These tests send what a crowd of strangers can to the real program, while a good
// sender goes on. HOOKTOP_CROWD=1 runs them; HOOKTOP names another binary to compare
// with. Each logs the memory at its peak and how long the good ones took.

const (
	crowdSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	crowdPath   = "/api/webhooks/clerk"
)

// crowded is a hooktop under attack.
type crowded struct {
	addr string
	pid  int
	errs *bytes.Buffer
}

func startCrowded(t *testing.T, descriptors uint64, flags ...string) *crowded {
	t.Helper()
	if os.Getenv("HOOKTOP_CROWD") == "" {
		t.Skip("set HOOKTOP_CROWD=1 to run it")
	}
	dir := t.TempDir()
	binary := os.Getenv("HOOKTOP")
	if binary == "" {
		binary = filepath.Join(dir, "hooktop")
		if out, err := exec.Command("go", "build", "-o", binary, "github.com/hooktop/hooktop/cmd/hooktop").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	args := append([]string{"listen", "--json", "--addr", "127.0.0.1:0", "--tunnel", "off"}, flags...)
	cmd := exec.Command(binary, args...)
	if descriptors > 0 {
		cmd = exec.Command("sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, descriptors), binary}, args...)...)
	}
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "CLERK_WEBHOOK_SIGNING_SECRET=" + crowdSecret}
	h := &crowded{errs: &bytes.Buffer{}}
	cmd.Stderr = h.errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h.pid = cmd.Process.Pid
	lines := bufio.NewReader(out)
	first, err := lines.ReadBytes('\n')
	var ready struct {
		LocalURL string `json:"local_url"`
	}
	if err != nil || json.Unmarshal(first, &ready) != nil {
		t.Fatalf("not ready: %v, %s", err, h.errs)
	}
	var told sync.WaitGroup
	told.Go(func() {
		for {
			line, err := lines.ReadString('\n')
			if strings.Contains(line, `"turned-away"`) {
				t.Log(strings.TrimSpace(line))
			}
			if err != nil {
				return
			}
		}
	})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		told.Wait()
		_ = cmd.Wait()
	})
	h.addr = strings.TrimPrefix(ready.LocalURL, "http://")
	return h
}

// peak returns the most memory that it had so far, in MiB.
func (h *crowded) peak(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib >> 10
}

// goodOne sends a signed delivery as a new connection, and returns its status.
func (h *crowded) goodOne(ctx context.Context, id string) (int, error) {
	body := []byte(fmt.Sprintf(`{"data":{"id":"user_%s","bio":%q,"email_addresses":[{"email_address":"%s@example.com","id":"idn_1"}]},"object":"event","timestamp":1716883200000,"type":"user.created"}`, id, strings.Repeat("b", 3000), id))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+h.addr+crowdPath, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	secret := webhook.NewSecret(crowdSecret, webhook.Source{Variable: "TEST"})
	if err := (providers.Clerk{}).Signing().SignMessage(req.Header, secret, "msg_"+id, time.Now(), body); err != nil {
		return 0, err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode, nil
}

// goodOnes sends deliveries one after the other, and returns how long each took. One
// that is told to come again does, as Svix's would.
func (h *crowded) goodOnes(t *testing.T, n int, pause time.Duration) (took []time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	again := 0
	for i := range n {
		began := time.Now()
		for {
			status, err := h.goodOne(ctx, fmt.Sprintf("%d_%d", began.UnixNano(), i))
			if err == nil && status == http.StatusOK {
				break
			}
			if again++; again > n {
				t.Fatalf("good ones are not taken: %d %v, %s", status, err, h.errs)
			}
			time.Sleep(100 * time.Millisecond)
		}
		took = append(took, time.Since(began))
		time.Sleep(pause)
	}
	slices.Sort(took)
	t.Logf("good ones: p50 %v, p99 %v, worst %v; sent again %d; peak %d MiB", took[n/2].Round(100*time.Microsecond), took[n*99/100].Round(100*time.Microsecond), took[n-1].Round(100*time.Microsecond), again, h.peak(t))
	return took
}

// crowd opens connections at once, sends each what begin returns, and then what more
// returns, every pause, until the test ends. Those that are closed come again.
func (h *crowded) crowd(t *testing.T, n int, begin, more []byte, pause time.Duration, again bool) *atomic.Int64 {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var sent atomic.Int64
	t.Cleanup(func() { cancel(); all.Wait() })
	dialing := make(chan struct{}, 256)
	for range n {
		all.Go(func() {
			for first := true; ctx.Err() == nil && (first || again); first = false {
				dialing <- struct{}{}
				c, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", h.addr)
				<-dialing
				if err != nil {
					time.Sleep(100 * time.Millisecond)
					continue
				}
				stop := context.AfterFunc(ctx, func() { c.Close() })
				_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
				_, err = c.Write(begin)
				sent.Add(1)
				for err == nil && ctx.Err() == nil && len(more) > 0 {
					time.Sleep(pause)
					_, err = c.Write(more)
				}
				if len(more) == 0 {
					_, _ = io.Copy(io.Discard, c)
				}
				stop()
				c.Close()
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	deadline := time.Now().Add(30 * time.Second)
	for sent.Load() < int64(n) && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("%d of %d came", sent.Load(), n)
	return &sent
}

func head(length int, lines string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", crowdPath, lines, length)
}

const claim = "Svix-Id: msg_x\r\nSvix-Timestamp: 1\r\nSvix-Signature: v1,x\r\n"

// within fails where good ones took longer, or more memory was used, than allowed.
func (h *crowded) within(t *testing.T, took []time.Duration, p99 time.Duration, mib int64) {
	t.Helper()
	if got := took[len(took)*99/100]; got > p99 {
		t.Errorf("p99 of the good ones is %v", got)
	}
	if got := h.peak(t); got > mib {
		t.Errorf("%d MiB at the peak", got)
	}
}

func TestACrowdThatHoldsAMebibyteEach(t *testing.T) {
	h := startCrowded(t, 0)
	h.crowd(t, 992, []byte(head(1<<20, claim)+strings.Repeat("x", 1<<20-1)), nil, 0, false)
	h.within(t, h.goodOnes(t, 200, 10*time.Millisecond), 2*time.Second, 350)
}

func TestACrowdThatHoldsAMebibyteEachAndComesAgain(t *testing.T) {
	h := startCrowded(t, 0)
	h.crowd(t, 992, []byte(head(1<<20, claim)+strings.Repeat("x", 1<<20-1)), nil, 0, true)
	h.within(t, h.goodOnes(t, 100, 10*time.Millisecond), 2*time.Second, 350)
}

func TestACrowdOfSlowBodies(t *testing.T) {
	h := startCrowded(t, 0)
	h.crowd(t, 1100, []byte(head(1<<20, claim)+"x"), []byte("x"), time.Second, true)
	h.within(t, h.goodOnes(t, 200, 20*time.Millisecond), 2*time.Second, 200)
}

func TestACrowdOfIdleConnections(t *testing.T) {
	h := startCrowded(t, 0)
	h.crowd(t, 10_000, nil, nil, 0, false)
	h.within(t, h.goodOnes(t, 200, 10*time.Millisecond), 2*time.Second, 200)
}

func TestACrowdOfSlowHeaders(t *testing.T) {
	h := startCrowded(t, 0)
	h.crowd(t, 1100, []byte("POST "+crowdPath+" HTTP/1.1\r\nHost: x\r\n"), []byte("a: b\r\n"), time.Second, true)
	h.within(t, h.goodOnes(t, 200, 20*time.Millisecond), 2*time.Second, 200)
}

func TestACrowdWithManyHeaders(t *testing.T) {
	var lines strings.Builder
	for i := range 4500 {
		fmt.Fprintf(&lines, "%x:\r\n", i)
	}
	for name, end := range map[string]string{"that end": "\r\n", "that never end": ""} {
		t.Run(name, func(t *testing.T) {
			h := startCrowded(t, 0)
			h.crowd(t, 1000, []byte("POST "+crowdPath+" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"+claim+lines.String()+end), nil, 0, true)
			h.within(t, h.goodOnes(t, 100, 20*time.Millisecond), 2*time.Second, 250)
		})
	}
}

func TestACrowdWithOneLongHeader(t *testing.T) {
	h := startCrowded(t, 0)
	h.crowd(t, 1000, []byte(head(1000, claim+"A: "+strings.Repeat("a", 30<<10)+"\r\n")), nil, 0, true)
	h.within(t, h.goodOnes(t, 100, 20*time.Millisecond), 2*time.Second, 250)
}

func TestACrowdThatNeverReadsItsAnswers(t *testing.T) {
	h := startCrowded(t, 0)
	many := strings.Repeat("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 1500)
	h.crowd(t, 1100, []byte(many), []byte("GET"), time.Second, false)
	h.within(t, h.goodOnes(t, 100, 20*time.Millisecond), 4*time.Second, 250)
}

func TestACrowdThatTakesAllDescriptors(t *testing.T) {
	h := startCrowded(t, 200)
	h.crowd(t, 1000, nil, nil, 0, false)
	h.within(t, h.goodOnes(t, 100, 20*time.Millisecond), 2*time.Second, 200)
}

// The rate of good ones beside a flood of bad ones, of the rate without.
func TestACrowdOfBadSignatures(t *testing.T) {
	h := startCrowded(t, 0)
	body := strings.Repeat("x", 3400)
	bad := head(len(body), fmt.Sprintf("Svix-Id: msg_x\r\nSvix-Timestamp: %d\r\nSvix-Signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=\r\n", time.Now().Unix())) + body
	rate := func() float64 {
		began := time.Now()
		var all sync.WaitGroup
		var taken atomic.Int64
		for n := range 8 {
			all.Go(func() {
				for i := 0; time.Since(began) < 5*time.Second; i++ {
					if status, err := h.goodOne(t.Context(), fmt.Sprintf("%d_%d_%d", began.UnixNano(), n, i)); err == nil && status == http.StatusOK {
						taken.Add(1)
					}
				}
			})
		}
		all.Wait()
		return float64(taken.Load()) / time.Since(began).Seconds()
	}
	quiet := rate()
	ctx, cancel := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	var answered [6]atomic.Int64
	for range 64 {
		flood.Go(func() {
			for ctx.Err() == nil {
				c, err := net.Dial("tcp", h.addr)
				if err != nil {
					continue
				}
				stop := context.AfterFunc(ctx, func() { c.Close() })
				in := bufio.NewReader(c)
				for err == nil {
					if _, err = io.WriteString(c, bad); err != nil {
						break
					}
					var res *http.Response
					if res, err = http.ReadResponse(in, nil); err == nil {
						answered[res.StatusCode/100].Add(1)
						_, err = io.Copy(io.Discard, res.Body)
					}
				}
				stop()
				c.Close()
			}
		})
	}
	loud := rate()
	cancel()
	flood.Wait()
	t.Logf("%.0f/s without, %.0f/s beside it: %.2f; bad ones: %d 4xx, %d 5xx", quiet, loud, loud/quiet, answered[4].Load(), answered[5].Load())
	if loud < 0.8*quiet {
		t.Errorf("good ones keep %.2f of their rate", loud/quiet)
	}
}
