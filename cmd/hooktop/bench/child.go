package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// child is a program that answers requests.
type child struct {
	cmd     *exec.Cmd
	stdin   io.Closer
	address string
	folder  string
	// ready is how long it took from its start until it said that it accepts
	// connections.
	ready time.Duration
	// read ends when its output does.
	read chan struct{}
}

// startBare starts the bare server.
func (b *bench) startBare(ctx context.Context) (*child, error) {
	c, line, err := begin(exec.CommandContext(ctx, b.Bare, b.BareArgs...)) //nolint:gosec // hooktop itself
	if err != nil {
		return nil, err
	}
	c.address = strings.TrimSpace(line)
	return c, nil
}

// startHooktop starts a hooktop that receives into the database of a folder, which it
// makes unless it is there: as a user would, with its output in a pipe that is read.
func (b *bench) startHooktop(ctx context.Context, program, folder string, flags ...string) (*child, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	args := append([]string{"listen", "--json", "--addr", "127.0.0.1:0", "--db", database(folder)}, append(flags, b.Flags...)...)
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // the program under test
	cmd.Dir, cmd.Env = folder, environment(folder)
	c, line, err := begin(cmd)
	if err != nil {
		return nil, err
	}
	c.folder = folder
	c.address, err = addressIn(line)
	return c, err
}

func database(folder string) string { return filepath.Join(folder, "hooktop.db") }

// environment keeps the user's own settings out.
func environment(folder string) []string {
	env := []string{"HOME=" + folder, "CLERK_WEBHOOK_SIGNING_SECRET=" + secret(), "TERM=xterm-256color", "COLORTERM=truecolor"}
	for _, name := range []string{"PATH", "GOGC", "GOMAXPROCS", "GODEBUG", "SYSTEMROOT", "TMPDIR", "HOOKTOP_PROFILE"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// addressIn finds the address in the first line of listen --json.
func addressIn(line string) (string, error) {
	var ready struct {
		URL string `json:"local_url"`
	}
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		return "", fmt.Errorf("its first line is %q: %w", line, err)
	}
	u, err := url.Parse(ready.URL)
	if err != nil {
		return "", err
	}
	return u.Host, nil
}

// begin starts a program and returns its first line. The rest is read and dropped.
func begin(cmd *exec.Cmd) (*child, string, error) {
	var complaints strings.Builder
	cmd.Stderr = &complaints
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	out := bufio.NewReader(stdout)
	line, err := out.ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		return nil, "", fmt.Errorf("%s ended early: %s", cmd.Path, complaints.String())
	}
	c := &child{cmd: cmd, stdin: stdin, ready: time.Since(began), read: make(chan struct{})}
	go func() {
		defer close(c.read)
		_, _ = io.Copy(io.Discard, out)
	}()
	return c, line, nil
}

// end stops it as a user would, and waits.
func (c *child) end() error {
	_ = c.stdin.Close()
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		return c.cmd.Process.Kill()
	}
	<-c.read
	_ = c.cmd.Wait() // its code says that it was interrupted
	return nil
}

// ticks are how many of them the system counts processor time in, a second: see
// getconf CLK_TCK.
const ticks = 100

// cpu returns the processor time that the child has taken, 0 where the system does not
// say.
func (c *child) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name may have blanks
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var sum int64
	for _, f := range fields[11:13] { // utime and stime
		n, _ := strconv.ParseInt(f, 10, 64)
		sum += n
	}
	return time.Duration(sum) * time.Second / ticks
}

// memory returns what the child holds, and held at most, in MiB; 0 where the system
// does not say.
func (c *child) memory() (now, most float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		switch name {
		case "VmRSS":
			now = kib / 1024
		case "VmHWM":
			most = kib / 1024
		}
	}
	return now, most
}
