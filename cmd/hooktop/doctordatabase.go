package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui/text"
)

// open opens the database where there is one. Doctor makes none.
func (x *exam) open(ctx context.Context) {
	if x.s.Missing() {
		return
	}
	x.store, x.unopened = openStore(ctx, x.s, 0)
}

// database says what is kept, and what is the matter with the file. A hooktop
// that runs leaves out what takes long.
func (x *exam) database(ctx context.Context) (all []finding) {
	if err := x.faulty["database"]; err != nil {
		all = append(all, fault("database", broken, err))
	}
	switch {
	case x.unopened != nil:
		return append(all, fault("database", broken, x.unopened))
	case x.store == nil:
		return append(all, finding{name: "database", state: unknown, text: x.s.DB + " is not there yet: the first start makes it"})
	}
	f := finding{name: "database", state: well, text: x.s.DB, counted: x.running != nil}
	counts, err := x.store.Counts(ctx)
	if err != nil {
		return append(all, fault("database", broken, err))
	}
	if !f.counted {
		f.text += fmt.Sprintf("   %s, %s", text.Plural(counts.Deliveries, "delivery"), text.Plural(counts.Users, "user"))
	}
	condition, err := x.store.Condition(ctx)
	if err != nil {
		return append(all, fault("database", broken, err))
	}
	if x.running == nil {
		f.text += fmt.Sprintf(", %s, version %d", humanize.IBytes(uint64(condition.Bytes+condition.LogBytes)), condition.Version)
		f, all = soundness(ctx, x.store, f, all)
	}
	all = append(all, f)
	all = append(all, x.room()...)
	return append(all, x.privacy(ctx, condition)...)
}

// checkMost is how long doctor reads a database for damage.
const checkMost = 3 * time.Second

// soundness adds to a finding what SQLite says of the file, and of damage a
// finding of its own.
func soundness(ctx context.Context, db *store.Store, f finding, all []finding) (finding, []finding) {
	ctx, cancel := context.WithTimeout(ctx, checkMost)
	defer cancel()
	faults, err := db.QuickCheck(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		f.text += fmt.Sprintf(", too large to be checked in %d s", checkMost/time.Second)
	case err != nil:
		all = append(all, fault("database", broken, err))
	case len(faults) > 0:
		damage := &store.Error{Kind: store.Corrupt, Doing: "check the database", Path: "it", Err: errors.New(strings.Join(faults, "; "))}
		all = append(all, fault("database", broken, damage))
	default:
		f.text += ", sound"
	}
	return f, all
}

// The free space from which it is worth a word, and from which nothing may be
// kept any more.
const (
	spaceFew  = 512 << 20
	spaceNone = 32 << 20
)

func (x *exam) room() []finding {
	free, ok := freeSpace(filepath.Dir(x.s.DB))
	if !ok || free >= spaceFew {
		return nil
	}
	f := finding{
		name: "database", state: warning, text: fmt.Sprintf("%s are left on the disk that %s is on", humanize.IBytes(free), x.s.DB),
		fix: []string{"free some space, or start with a lower --keep: what cannot be kept is refused"},
	}
	if free < spaceNone {
		f.state = broken
	}
	return []finding{f}
}

// logMuch is a write-ahead log that somebody keeps from being copied back: it
// is 4 MiB as a rule.
const logMuch = 64 << 20

// privacy looks who can read the database, and whether git would take it.
func (x *exam) privacy(ctx context.Context, c store.Condition) (all []finding) {
	warn := func(text, fix string) {
		all = append(all, finding{name: "database", state: warning, text: text, fix: []string{fix}})
	}
	if c.Mode.Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		warn(fmt.Sprintf("%s can be read by other users of this machine (mode %o)", x.s.DB, c.Mode.Perm()), "chmod 600 "+x.s.DB)
	}
	if c.LogBytes > logMuch {
		warn(fmt.Sprintf("the log beside %s has grown to %s: another program reads the database without an end", x.s.DB, humanize.IBytes(uint64(c.LogBytes))),
			"close database browsers that are open on it")
	}
	dir := filepath.Dir(x.s.DB)
	if _, err := os.Stat(filepath.Join(dir, ".gitignore")); err == nil {
		return all
	}
	if ignored, ok := isIgnored(ctx, x.s.DB); ok && !ignored {
		warn(x.s.DB+" is in a folder of yours, which hooktop gives no .gitignore, and git would take it", fmt.Sprintf("echo '%s*' >> .gitignore", filepath.Base(x.s.DB)))
	}
	return all
}
