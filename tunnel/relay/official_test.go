package relay

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// Clerk's own client and ours against the same stand-in, frame by frame. It runs only
// with the client's program:
//
//	npm install --prefix /tmp/clerk clerk@3.3.0
//	HOOKTOP_CLERK_CLI=/tmp/clerk/node_modules/@clerk/cli-linux-x64/bin/clerk go test ./tunnel/relay -run Official -v
//
// The client has no setting for the relay's address, so the test runs a copy of the
// program in which the address is replaced by one of the same length.
func TestTheOfficialClientSendsTheSameFrames(t *testing.T) {
	program := os.Getenv("HOOKTOP_CLERK_CLI")
	if program == "" {
		t.Skip("HOOKTOP_CLERK_CLI is not set")
	}
	bodies := [][]byte{
		[]byte(`{"type":"user.created","data":{"id":"user_1","name":"Ada é 🙂 <&>"}}`),
		nil,
		bytes.Repeat([]byte("0123456789abcdef"), 1<<16),
		[]byte("no JSON\r\n"),
	}
	a := &app{reply: func(w http.ResponseWriter, _ *http.Request, body []byte) {
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write(body)
	}}
	post := func(s *standin.Server) {
		for _, body := range bodies {
			status, header, text := send(t, http.MethodPost, s.Inbox()+string(token)+"/", http.Header{"Svix-Id": {"msg_1"}}, body)
			if status != http.StatusAccepted || header.Get("X-Answer") != "yes" || !bytes.Equal(text, body) {
				t.Errorf("the sender of %d bytes got %d %v and %d bytes", len(body), status, header, len(text))
			}
		}
	}

	theirs := serve(t, standin.Options{PingFirst: true})
	local := httptest.NewServer(a)
	defer local.Close()
	cmd := exec.CommandContext(t.Context(), patched(t, program, theirs.URL()), "webhooks", "listen", "--json", "--token", string(token), "--forward-to", local.URL)
	home := t.TempDir()
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "DO_NOT_TRACK=1", "CLERK_TELEMETRY_DISABLED=1", "XDG_CONFIG_HOME=" + home}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if err := theirs.WaitListening(soon(t), string(token)); err != nil {
		t.Fatalf("the official client did not connect: %v", err)
	}
	post(theirs)

	s := serve(t, standin.Options{PingFirst: true})
	r := open(t, s, a, nil)
	live(t, r)
	post(s)

	their, our := theirs.Frames(), s.Frames()
	if len(their) != len(our) || len(our) != 1+len(bodies) {
		t.Fatalf("%d frames of theirs, %d of ours", len(their), len(our))
	}
	if !bytes.Equal(their[0].Text, our[0].Text) || their[0].Binary != our[0].Binary {
		t.Errorf("the start frames are %s and %s", their[0].Text, our[0].Text)
	}
	for i := 1; i < len(our); i++ {
		x, y := parseSent(t, their[i]), parseSent(t, our[i])
		if x.Type != y.Type || x.Version != y.Version || x.Data.ID != y.Data.ID || x.Data.Status != y.Data.Status ||
			*x.Data.Body != *y.Data.Body || their[i].Binary != our[i].Binary || fields(their[i].Text) != fields(our[i].Text) {
			t.Errorf("frame %d: %.300s and %.300s", i, their[i].Text, our[i].Text)
		}
		// Theirs passes through an HTTP server, which adds these.
		if got := slices.DeleteFunc(names(x), func(name string) bool { return name == "date" || name == "content-type" }); !slices.Equal(got, names(y)) {
			t.Errorf("frame %d has headers %v and %v", i, got, names(y))
		}
	}

	// Where they differ: their client reads bodies as UTF-8.
	binary := []byte{0, 0xff, 0xfe}
	_, _, theirAnswer := send(t, http.MethodPost, theirs.Inbox()+string(token)+"/", nil, binary)
	_, _, ourAnswer := send(t, http.MethodPost, r.URL(), nil, binary)
	if !bytes.Equal(ourAnswer, binary) {
		t.Errorf("ours made %x of %x", ourAnswer, binary)
	}
	t.Logf("theirs made %x of %x", theirAnswer, binary)
}

// fields returns a frame's field names in their order, without those of headers.
func fields(text []byte) string {
	all := []string{"type", "version", "data", "id", "status", "headers", "body"}
	at := func(name string) int { return bytes.Index(text, []byte(`"`+name+`":`)) }
	slices.SortFunc(all, func(a, b string) int { return at(a) - at(b) })
	return strings.Join(all, " ")
}

func names(s sent) []string {
	var all []string
	for name := range *s.Data.Headers {
		all = append(all, strings.ToLower(name))
	}
	slices.Sort(all)
	return all
}

// patched returns a copy of the program that connects to address.
func patched(t *testing.T, program, address string) string {
	t.Helper()
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	public := []byte(DefaultURL)
	if n := bytes.Count(text, public); n != 1 {
		t.Fatalf("the address is %d times in the program", n)
	}
	address += "?"
	address += strings.Repeat("x", len(public)-len(address))
	file := filepath.Join(t.TempDir(), "clerk")
	if err := os.WriteFile(file, bytes.Replace(text, public, []byte(address), 1), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}
