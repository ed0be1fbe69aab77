package overclaim

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const instance = "ins_2aaFolderInstance00000000001"

// batch is requests whose trouble is known, by the header X-Case.
type batch map[string]truth

type truth struct {
	situation
	stripe bool
	q      *request
}

// secrets is a folder with the endpoints' secrets, and another one of Clerk's.
func secrets(t *testing.T) string {
	return folder(t, map[string]string{
		".env.local":      "CLERK_WEBHOOK_SIGNING_SECRET=" + clerkSecret + "\nSTRIPE_WEBHOOK_SECRET=" + stripeSecret + "\n",
		".env.production": "CLERK_WEBHOOK_SIGNING_SECRET=" + otherSecret + "\n",
	})
}

// add makes one more request, and returns it with its name.
func (b batch) add(r *rand.Rand, all func(stripe bool) []situation, now time.Time) (string, *request) {
	for {
		stripe := r.IntN(3) == 0
		s := pick(r, all(stripe))
		if q, ok := build(r, s, stripe, instance, now); ok {
			name := fmt.Sprint("case-", len(b))
			b[name] = truth{s, stripe, q}
			q.headers = append(q.headers, [2]string{"X-Case", name})
			return name, q
		}
	}
}

// judge compares what a hooktop's own lines say with the truth.
func (b batch) judge(rep *report, lines []byte) {
	for _, line := range bytes.Split(bytes.TrimSpace(lines), []byte("\n")) {
		var w whole
		if err := json.Unmarshal(line, &w); err != nil {
			rep.t.Fatalf("%v in %.300s", err, line)
		}
		name := strings.Join(w.Headers["X-Case"], "")
		this, ok := b[name]
		if !ok {
			rep.t.Fatalf("case %q is unknown or came twice", name)
		}
		delete(b, name)
		kind := "clerk: " + this.name
		if this.stripe {
			kind = "stripe: " + this.name
		}
		rep.judge(kind, this.codes, this.proven, w.claim(), fmt.Sprintf("%v %q", this.q.headers, this.q.body))
	}
	for name, left := range b {
		rep.t.Errorf("%s is missing: %s", name, left.name)
	}
}

// atOnce is for how many rejections of an import hooktop searches the cause.
const atOnce = 50

// TestImportedSignaturesAreNotOverclaimed lets hooktop explain requests out of a
// file, without any history.
func TestImportedSignaturesAreNotOverclaimed(t *testing.T) {
	hooktop := binary(t)
	rep, r := newReport(t)
	now := time.Now().UTC().Truncate(time.Second)
	for done := 0; done < *cases; done += atOnce {
		b := batch{}
		var lines bytes.Buffer
		for len(b) < min(atOnce, *cases-done) {
			_, q := b.add(r, situations, now.Add(time.Duration(len(b))*time.Millisecond))
			headers := map[string][]string{}
			for _, h := range q.headers {
				headers[h[0]] = append(headers[h[0]], h[1])
			}
			entry := map[string]any{"method": "POST", "url": "http://127.0.0.1:4747" + q.path, "at": q.at, "headers": headers, "body_base64": base64.StdEncoding.EncodeToString(q.body)}
			if len(q.body) == 0 {
				entry["body"] = ""
			}
			line, err := json.Marshal(entry)
			if err != nil {
				t.Fatal(err)
			}
			lines.Write(append(line, '\n'))
		}
		dir := secrets(t)
		run(t, dir, lines.Bytes(), hooktop, "import", "-")
		b.judge(rep, run(t, dir, nil, hooktop, "export", "--format", "jsonl", "--with-codes"))
	}
	rep.end()
}

// live is how many requests a running hooktop gets: more would use up what it
// spends on explaining at once.
const live = 100

// TestReceivedSignaturesAreNotOverclaimed sends the requests to a hooktop that
// has just verified others of the same Clerk instance with the same secret.
func TestReceivedSignaturesAreNotOverclaimed(t *testing.T) {
	hooktop := binary(t)
	rep, r := newReport(t)
	for done := 0; done < max(1, *cases/20); done += live {
		dir, b := secrets(t), batch{}
		url := listen(t, hooktop, dir)
		for range 10 {
			post(t, url, b, r, func(bool) []situation { return []situation{{name: "nothing"}} })
		}
		for len(b) < live {
			post(t, url, b, r, func(stripe bool) []situation { return append(situations(stripe), misdirected(stripe)...) })
		}
		b.judge(rep, run(t, dir, nil, hooktop, "export", "--format", "jsonl", "--with-codes"))
	}
	rep.end()
}

// listen starts hooktop and returns its address.
func listen(t *testing.T, hooktop, dir string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, hooktop, "listen", "--json", "--tunnel", "off", "--addr", "127.0.0.1:0")
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "NO_COLOR=1"}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	lines := bufio.NewReader(out)
	var ready struct {
		URL string `json:"local_url"`
	}
	line, err := lines.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil || ready.URL == "" {
		t.Fatalf("hooktop listen does not start: %v %s", err, line)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return ready.URL
}

func post(t *testing.T, url string, b batch, r *rand.Rand, all func(bool) []situation) {
	t.Helper()
	_, q := b.add(r, all, time.Now())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+q.path, bytes.NewReader(q.body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range q.headers {
		req.Header.Add(h[0], h[1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}
