//go:build unix

package edit

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// The editor's interrupt is not hooktop's, even where hooktop hears of it once
// the editor has ended.
func TestAnInterruptInTheEditorLeavesTheDashboard(t *testing.T) {
	o := NewDrafts(&Drafts{SignalPause: time.Second})
	ctx, stop := o.IgnoringEditorInterrupts(t.Context())
	defer stop()
	for range 20 {
		e := &onTerminal{exec.Command("sh", "-c", `kill -INT $PPID; exit 7`), o.editing}
		if err := e.Run(); err == nil || ctx.Err() != nil {
			t.Fatalf("the editor ended with %v, hooktop with %v", err, ctx.Err())
		}
	}
	for ctx.Err() == nil { // the first are still taken for the last editor's
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	if err := context.Cause(ctx); !errors.Is(err, exit.ErrInterrupted) {
		t.Errorf("without an editor it ended with %v", err)
	}
}
