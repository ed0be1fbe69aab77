//go:build unix

package faults

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestKills(t *testing.T) {
	kills := 1000
	if n, err := strconv.Atoi(os.Getenv("HOOKTOP_FAULTS_KILLS")); err == nil {
		kills = n
	}
	w := newWorld(t, t.TempDir())
	for range kills {
		h := w.listen()
		stop := h.load(8)
		time.Sleep(time.Duration(10+rand.IntN(120)) * time.Millisecond)
		h.kill()
		stop()
	}
	w.intact(fmt.Sprintf("%d times kill -9 under load", kills), "", "starts again")
}

func TestFilesRemoved(t *testing.T) {
	w := func(t *testing.T) *world { return newWorld(t, t.TempDir()) }
	remove := func(suffixes ...string) func(string) error {
		return func(db string) error {
			for _, s := range suffixes {
				if err := os.Remove(db + s); err != nil {
					return err
				}
			}
			return nil
		}
	}
	for name, harm := range map[string]func(db string) error{
		"-wal removed":          remove("-wal"),
		"-shm removed":          remove("-shm"),
		"-wal and -shm removed": remove("-wal", "-shm"),
		"database removed":      remove("", "-wal", "-shm"),
		"-wal moved":            func(db string) error { return os.Rename(db+"-wal", db+".away") },
		"-wal emptied":          func(db string) error { return os.Truncate(db+"-wal", 0) },
		"an old copy restored":  func(db string) error { return exec.CommandContext(context.Background(), "cp", db+".old", db).Run() },
		"git clean -fdx": func(db string) error {
			return exec.CommandContext(context.Background(), "git", "-C", filepath.Dir(db), "clean", "-qfdx").Run()
		},
		"the same copy restored": func(db string) error {
			return exec.CommandContext(context.Background(), "sh", "-c", "cp "+db+" "+db+".c && cp "+db+".c "+db).Run()
		},
	} {
		for _, busy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, under load %v", name, busy), func(t *testing.T) {
				w := w(t)
				w.ok(exec.CommandContext(context.Background(), "git", "init", "-q", w.dir).Run())
				h := w.listen()
				h.some(5)
				w.ok(exec.CommandContext(context.Background(), "cp", w.db, w.db+".old").Run())
				h.some(5)
				stop := func() {}
				if busy {
					stop = h.load(4)
				}
				for range 2 {
					w.ok(harm(w.db))
					if busy {
						time.Sleep(300 * time.Millisecond)
					}
					h.some(10)
				}
				stop()
				h.kill()
				w.intact(t.Name()[len("TestFilesRemoved/"):], h.told(), "goes on")
			})
		}
	}
}

func TestDiskFull(t *testing.T) {
	if os.Getuid() != 0 || binary == "" {
		t.Skip("mounting a small disk takes root")
	}
	dir := t.TempDir()
	if out, err := exec.CommandContext(context.Background(), "mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("mount: %s", out)
	}
	t.Cleanup(func() { _ = exec.CommandContext(context.Background(), "umount", "-l", dir).Run() })
	w := newWorld(t, dir)
	h := w.listen()
	for range 2000 {
		h.some(1)
		if w.answers["500"] > 20 || w.answers["503"] > 20 {
			break
		}
	}
	if w.answers["500"]+w.answers["503"] == 0 {
		t.Error("the disk never was full")
	}
	told := h.told()
	w.ok(exec.CommandContext(context.Background(), "mount", "-o", "remount,size=30m", dir).Run())
	before := len(w.acknowledged)
	h.some(10)
	if len(w.acknowledged) != before+10 {
		t.Errorf("with space again %d of 10", len(w.acknowledged)-before)
	}
	w.intact("disk full, then space again", told, h.end(10*time.Second))
}

func TestLocked(t *testing.T) {
	for _, long := range []time.Duration{time.Second, 10 * time.Second, time.Minute} {
		t.Run(long.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, t.TempDir())
			h := w.listen()
			h.some(5)
			db, err := sql.Open("sqlite", w.db)
			w.ok(err)
			db.SetMaxOpenConns(1)
			_, err = db.ExecContext(context.Background(), `BEGIN IMMEDIATE`)
			w.ok(err)
			stop := h.load(2)
			time.Sleep(long)
			_, err = db.ExecContext(context.Background(), `ROLLBACK`)
			w.ok(err)
			w.ok(db.Close())
			stop()
			before := len(w.acknowledged)
			h.some(5)
			if len(w.acknowledged) != before+5 {
				t.Errorf("afterwards %d of 5", len(w.acknowledged)-before)
			}
			w.intact("locked for "+long.String(), h.told(), h.end(10*time.Second))
		})
	}
}

func TestCorruptPages(t *testing.T) {
	w := newWorld(t, t.TempDir())
	h := w.listen()
	h.some(50)
	h.end(10 * time.Second)
	f, err := os.OpenFile(w.db, os.O_RDWR, 0)
	w.ok(err)
	info, err := f.Stat()
	w.ok(err)
	for page := int64(1); page < info.Size()/4096; page++ {
		_, err := f.WriteAt([]byte("\xff\xff\xff\xff\xff\xff\xff\xff"), page*4096)
		w.ok(err)
	}
	w.ok(f.Close())
	out, err := w.command("listen", "--json", "--tunnel", "off", "--addr", "127.0.0.1:0", "--db", w.db).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "damaged") || strings.Contains(string(out), "panic") {
		t.Errorf("%v\n%s", err, out)
	}
	rows = append(rows, fmt.Sprintf("| every page but the first is damaged | none: it does not start | %.150s | | | exit %v |", strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", "; "), err))
}

func TestSeveralProcesses(t *testing.T) {
	for _, n := range []int{2, 3} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			var hooks []*hook
			var stops []func()
			for range n {
				h := w.listen()
				hooks = append(hooks, h)
				stops = append(stops, h.load(3))
			}
			time.Sleep(time.Second)
			hooks[0].kill()
			time.Sleep(200 * time.Millisecond)
			w.ok(os.Remove(w.db + "-wal"))
			time.Sleep(2 * time.Second)
			for _, stop := range stops {
				stop()
			}
			hooks[1].some(5)
			told := hooks[1].told()
			for _, h := range hooks[1:] {
				h.end(10 * time.Second)
			}
			w.intact(fmt.Sprintf("%d processes under load, one killed, -wal removed", n), told, "goes on")
		})
	}
}

func TestStuckPipe(t *testing.T) {
	w := newWorld(t, t.TempDir())
	h := w.run(w.command("listen", "--json", "--tunnel", "off", "--addr", "127.0.0.1:0", "--db", w.db), false)
	stop := h.load(4)
	time.Sleep(3 * time.Second)
	stop()
	if w.answers["0"] > 0 || len(w.acknowledged) < 100 {
		t.Errorf("answers %v", w.answers)
	}
	w.intact("nobody reads stdout", h.told(), h.end(10*time.Second))
}

func TestNoDescriptors(t *testing.T) {
	w := newWorld(t, t.TempDir())
	cmd := w.command("listen", "--json", "--tunnel", "off", "--addr", "127.0.0.1:0", "--db", w.db)
	limited := exec.CommandContext(context.Background(), "sh", append([]string{"-c", `ulimit -n 40; exec "$@"`, "sh", cmd.Path}, cmd.Args[1:]...)...)
	limited.Dir, limited.Env = cmd.Dir, cmd.Env
	h := w.run(limited, true)
	h.some(5)
	var held []net.Conn
	for range 60 {
		if c, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", strings.Split(h.url, "/")[2]); err == nil {
			held = append(held, c)
		}
	}
	before := len(w.acknowledged)
	done := make(chan bool)
	go func() { h.some(2); close(done) }()
	<-done
	for _, c := range held {
		_ = c.Close()
	}
	time.Sleep(2 * time.Second)
	h.some(5)
	if len(w.acknowledged) < before+5 {
		t.Errorf("afterwards %d of 5", len(w.acknowledged)-before)
	}
	w.intact("no descriptors left", h.told(), h.end(10*time.Second))
}
