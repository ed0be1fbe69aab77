package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// crashDB names the database to a process that is started to be killed.
const crashDB = "HOOKTOP_TEST_CRASH_DB"

func TestAcknowledgedDeliveriesSurviveAKill(t *testing.T) {
	if path := os.Getenv(crashDB); path != "" {
		captureForever(t, path)
	}
	path := file(t)
	acknowledged := map[int64]bool{}
	for round := range 3 {
		ctx, kill := context.WithCancel(t.Context())
		child := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), crashDB+"="+path)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			id, err := strconv.ParseInt(lines.Text(), 10, 64)
			if err != nil {
				break // the line that the kill cut off
			}
			acknowledged[id] = true
			if n == 200*(round+1) {
				kill()
			}
		}
		kill()
		_ = child.Wait() // killed
	}
	if len(acknowledged) < 1000 {
		t.Fatalf("only %d were acknowledged", len(acknowledged))
	}
	s := open(t, Config{Path: path})
	for id := range acknowledged {
		d, err := s.Delivery(t.Context(), id)
		if err != nil || d.Outcome != webhook.Created || d.Change == nil {
			t.Fatalf("acknowledged #%d: %+v %v", id, d, err)
		}
	}
	// nothing is half there: as many users, changes and payloads as deliveries
	other := another(t, path)
	want := count(t, other, `SELECT count(*) FROM delivery`)
	for _, table := range []string{`"User"`, "change", "payload", "message", "user_state"} {
		if got := count(t, other, `SELECT count(*) FROM `+table); got != want {
			t.Errorf("%d of %s, want %d", got, table, want)
		}
	}
	consistent(t, s)
}

// captureForever prints the id of each delivery once it is acknowledged.
func captureForever(t *testing.T, path string) {
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), i, n)
				d := verified(id)
				if err := s.Capture(t.Context(), d, upsert(id, id, 1)); err != nil {
					t.Error(err)
					return
				}
				fmt.Println(d.ID)
			}
		})
	}
	wg.Wait()
}
