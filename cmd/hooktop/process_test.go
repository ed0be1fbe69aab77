package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// process is a running hooktop. What it prints is kept, whether or not a test
// asks for it: a pipe that nobody drains would stop it.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	dir   string
	ended chan struct{} // closed once it has ended and everything is read

	mu     sync.Mutex
	lines  []string
	stderr strings.Builder
	passed int           // the lines that next and line have given or left behind
	more   chan struct{} // closed and renewed when something was printed
}

// start runs hooktop in dir.
func start(t *testing.T, dir string, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, dir: dir, ended: make(chan struct{}), more: make(chan struct{})}
	p.cmd = command(t.Context(), t, dir, env, args...)
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.drain(stdout)
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// startListening runs hooktop listen --json in dir, at any free port, and
// returns once it is ready.
func startListening(t *testing.T, dir string, env []string, args ...string) (p *process, ready map[string]any) {
	t.Helper()
	p = start(t, dir, env, append([]string{"listen", "--json", "--addr", "127.0.0.1:0"}, args...)...)
	return p, p.next("ready")
}

// command is hooktop in a folder and an environment that hold nothing else.
func command(ctx context.Context, t *testing.T, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append([]string{asHooktop + "=1", "HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir(), "TERM=xterm-256color", atOnce}, env...)
	return cmd
}

// Write takes what it says on stderr.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stderr.Write(b)
	p.announce()
	return len(b), nil
}

// announce wakes those who wait; the lock is held.
func (p *process) announce() {
	close(p.more)
	p.more = make(chan struct{})
}

func (p *process) drain(stdout io.Reader) {
	defer close(p.ended)
	reader := bufio.NewReader(stdout)
	for {
		line, err := reader.ReadString('\n')
		if line != "" {
			p.mu.Lock()
			p.lines = append(p.lines, strings.TrimSuffix(line, "\n"))
			p.announce()
			p.mu.Unlock()
		}
		if err != nil {
			_ = p.cmd.Wait()
			return
		}
	}
}

// output is everything that it printed so far.
func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// complaints is everything that it said on stderr so far.
func (p *process) complaints() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// line gives the next line that is wanted, and leaves those before it behind.
func (p *process) line(what string, wanted func(string) bool) string {
	p.t.Helper()
	var found string
	p.await("a line of "+what, func() bool {
		for p.passed < len(p.lines) {
			line := p.lines[p.passed]
			if p.passed++; wanted(line) {
				found = line
				return true
			}
		}
		return false
	})
	return found
}

// next gives the next line of a kind, of those that --json prints.
func (p *process) next(kind string) (object map[string]any) {
	p.t.Helper()
	p.line("kind "+kind, func(line string) bool {
		object = nil
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			p.t.Errorf("not an object: %s", line)
		}
		return object["kind"] == kind
	})
	return object
}

// says waits until it has printed a text.
func (p *process) says(text string) {
	p.t.Helper()
	p.line(strconv.Quote(text), func(line string) bool { return strings.Contains(line, text) })
}

// complains waits until it has said a text on stderr.
func (p *process) complains(text string) {
	p.t.Helper()
	p.await("the complaint "+strconv.Quote(text), func() bool { return strings.Contains(p.stderr.String(), text) })
}

// await looks, with the lock held, after each thing that it prints.
func (p *process) await(what string, met func() bool) {
	p.t.Helper()
	late := time.After(patient)
	for over := false; ; {
		p.mu.Lock()
		ok, more := met(), p.more
		p.mu.Unlock()
		switch {
		case ok:
			return
		case over:
			p.t.Fatalf("hooktop ended before %s: %s", what, p.complaints())
		}
		select {
		case <-more:
		case <-p.ended:
			over = true // look once more: the last of it may have come since
		case <-late:
			p.t.Fatalf("hooktop did not print %s: %s", what, p.complaints())
		}
	}
}

// ends waits for its end and gives its exit code.
func (p *process) ends() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patient):
		p.t.Fatalf("hooktop does not end: %s%s", p.output(), p.complaints())
	}
	return p.cmd.ProcessState.ExitCode()
}

// runHooktop runs a command to its end and gives what it printed.
func runHooktop(t *testing.T, dir string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	cmd := command(ctx, t, dir, env, args...)
	var out, complaints strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &complaints
	_ = cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("hooktop %s does not end: %s%s", strings.Join(args, " "), &out, &complaints)
	}
	return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
}

// mustRun runs a command that has to go well, and gives what it printed.
func mustRun(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	stdout, stderr, code := runHooktop(t, dir, env, args...)
	if code != exit.CodeDone {
		t.Fatalf("hooktop %s: exit code %d, %s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// objects reads what --json printed.
func objects(t *testing.T, stdout string) (list []map[string]any) {
	t.Helper()
	for line := range strings.Lines(stdout) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("not an object: %s", line)
		}
		list = append(list, object)
	}
	return list
}

// eventually waits for what another program does without saying so.
func eventually(t *testing.T, what string, met func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patient)
	for !met() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it does not come to be that %s", what)
		}
	}
}
