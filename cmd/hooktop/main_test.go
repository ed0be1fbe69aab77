package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hooktop/hooktop/receiver/clerkapi/standin"
)

// asHooktop makes the test binary behave as hooktop itself: the real program,
// in a process of its own.
const asHooktop = "HOOKTOP_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	hooktop := func() {
		offline()
		main()
	}
	if os.Getenv(asHooktop) != "" {
		hooktop()
	}
	testscript.Main(m, map[string]func(){"hooktop": hooktop})
}

// offline keeps a hooktop of these tests on this machine: where no name server
// answers, a tunnel that should not have been opened leads nowhere.
func offline() {
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("tests are offline")
	}}
}

// atOnce lets a hooktop that was built with the race detector end without the
// second that it waits for late reports: there are hundreds of ends here.
const atOnce = "GORACE=atexit_sleep_ms=0"

// patient is how long a test waits for what should come at once; only a
// failing test waits that long.
const patient = 2 * time.Minute

// secret is the published example of a signing secret, otherSecret a second one.
const (
	secret      = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret = "whsec_plJ3nmyCDGBKInavdOK15jsl"
)

func withSecret() []string { return []string{"CLERK_WEBHOOK_SECRET=" + secret} }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			name, value, _ := strings.Cut(atOnce, "=")
			e.Setenv(name, value)
			return withAccount(e)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": exitCode},
	})
}

// withAccount gives a script a Clerk account of its own, whose key it has to
// take itself: CLERK_SECRET_KEY=$ACCOUNT_KEY.
func withAccount(e *testscript.Env) error {
	account, stop := standin.Start(
		standin.User{ID: "user_ada", Email: "ada@example.com", Created: 1716883200000, Updated: 1716883200000},
		standin.User{ID: "user_grace", Email: "grace@example.com", Created: 1716883201000, Updated: 1716883201000},
		standin.User{ID: "user_phone", Created: 1716883202000, Updated: 1716883202000},
	)
	e.Defer(stop)
	e.Setenv("CLERK_API_URL", account.URL)
	e.Setenv("ACCOUNT_KEY", standin.Key)
	return nil
}

// exitCode runs a command and wants its exit code: code N COMMAND [ARG...].
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: code N COMMAND [ARG...]")
	}
	var failure *exec.ExitError
	got := 0
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failure) {
		got = failure.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
