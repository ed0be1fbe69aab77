//go:build unix

package child

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"
)

// A command that was just started may speak, and be answered with a signal,
// before hooktop knows which it is.
func TestASignalThatIsFasterThanTheStartIsPassedOn(t *testing.T) {
	c := &Process{cmd: exec.Command("sleep", "1000")}
	pass, stop := c.passSignals()
	defer stop()
	came := make(chan os.Signal, 1)
	signal.Notify(came, syscall.SIGUSR1)
	defer signal.Stop(came)
	if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	<-came
	c.prepare()
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	unheard := time.AfterFunc(2*time.Minute, c.kill)
	defer unheard.Stop()
	pass()
	if _ = c.cmd.Wait(); c.exitCode() != 128+int(syscall.SIGUSR1) {
		t.Errorf("exit code %d", c.exitCode())
	}
}
