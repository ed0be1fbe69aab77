package doctor

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

	"github.com/hooktop/hooktop/cmd/hooktop/kept"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui/text"
)

// database says what is kept, and what is the matter with the file. A hooktop
// that runs leaves out what takes long.
func (x *Checker) database(ctx context.Context) (all []Finding) {
	if err := x.Faults["database"]; err != nil {
		all = append(all, fault("database", Failed, err))
	}
	switch {
	case x.StoreErr != nil:
		return append(all, fault("database", Failed, x.StoreErr))
	case x.Store == nil:
		return append(all, Finding{Name: "database", Status: Unknown, Text: x.Settings.DB + " does not exist yet; the first start creates it"})
	}
	f := Finding{Name: "database", Status: OK, Text: x.Settings.DB, Counted: x.Running != nil}
	counts, err := x.Store.Counts(ctx)
	if err != nil {
		return append(all, fault("database", Failed, err))
	}
	if !f.Counted {
		f.Text += fmt.Sprintf("   %s, %s", text.Plural(counts.Deliveries, "delivery"), text.Plural(counts.Users, "user"))
	}
	condition, err := x.Store.FileState(ctx)
	if err != nil {
		return append(all, fault("database", Failed, err))
	}
	if x.Running == nil {
		f.Text += fmt.Sprintf(", %s, version %d", humanize.IBytes(uint64(condition.Bytes+condition.LogBytes)), condition.Version)
		f, all = soundness(ctx, x.Store, f, all)
	}
	all = append(all, f)
	all = append(all, x.kept(ctx)...)
	all = append(all, x.room()...)
	return append(all, x.privacy(ctx, condition)...)
}

// kept says how much is kept, and whether lower limits wait for a confirmation.
func (x *Checker) kept(ctx context.Context) []Finding {
	r, err := x.Store.Retention(ctx)
	if err != nil {
		return []Finding{fault("kept", Failed, err)}
	}
	f := Finding{Name: "kept", Status: OK, Text: kept.Used(r)}
	switch {
	case r.Limits == (store.Limits{}): // nothing was received here yet
		return nil
	case r.Waiting && x.Running == nil:
		held, err := x.Store.Held(ctx)
		if err != nil {
			return []Finding{fault("kept", Failed, err)}
		}
		f.Status, f.Text, f.Fix = Warning, kept.Held(held, r.Limits), []string{kept.Fix}
	case r.Waiting: // the notices of the hooktop that runs say how much
		f.Status, f.Fix = Warning, []string{kept.Fix}
		f.Text += "; the excess is not deleted before you confirm it"
	}
	return []Finding{f}
}

// checkMost is how long doctor reads a database for damage.
const checkMost = 3 * time.Second

// soundness adds to a finding what SQLite says of the file, and of damage a
// finding of its own.
func soundness(ctx context.Context, db *store.Store, f Finding, all []Finding) (Finding, []Finding) {
	ctx, cancel := context.WithTimeout(ctx, checkMost)
	defer cancel()
	faults, err := db.QuickCheck(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		f.Text += fmt.Sprintf(", too large to check in %d s", checkMost/time.Second)
	case err != nil:
		all = append(all, fault("database", Failed, err))
	case len(faults) > 0:
		damage := &store.Error{Kind: store.Corrupt, Doing: "check the database", Path: "it", Err: errors.New(strings.Join(faults, "; "))}
		all = append(all, fault("database", Failed, damage))
	default:
		f.Text += ", sound"
	}
	return f, all
}

// The free space from which it is worth a word, and from which nothing may be
// kept any more.
const (
	spaceFew  = 512 << 20
	spaceNone = 32 << 20
)

func (x *Checker) room() []Finding {
	free, ok := freeSpace(filepath.Dir(x.Settings.DB))
	if !ok || free >= spaceFew {
		return nil
	}
	f := Finding{
		Name: "database", Status: Warning, Text: fmt.Sprintf("only %s left on the disk that holds %s", humanize.IBytes(free), x.Settings.DB),
		Fix: []string{"free some space, or start with a lower --keep; deliveries that cannot be stored are refused"},
	}
	if free < spaceNone {
		f.Status = Failed
	}
	return []Finding{f}
}

// logMuch is a write-ahead log that somebody keeps from being copied back: it
// is 4 MiB as a rule.
const logMuch = 64 << 20

// privacy looks who can read the database, and whether git would take it.
func (x *Checker) privacy(ctx context.Context, c store.FileState) (all []Finding) {
	warn := func(text, fix string) {
		all = append(all, Finding{Name: "database", Status: Warning, Text: text, Fix: []string{fix}})
	}
	if c.Mode.Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		warn(fmt.Sprintf("%s can be read by other users of this machine (mode %o)", x.Settings.DB, c.Mode.Perm()), "chmod 600 "+x.Settings.DB)
	}
	if c.LogBytes > logMuch {
		warn(fmt.Sprintf("the log of %s has grown to %s: another program keeps the database open", x.Settings.DB, humanize.IBytes(uint64(c.LogBytes))),
			"close database browsers that have it open")
	}
	dir := filepath.Dir(x.Settings.DB)
	if _, err := os.Stat(filepath.Join(dir, ".gitignore")); err == nil {
		return all
	}
	if ignored, ok := isIgnored(ctx, x.Settings.DB); ok && !ignored {
		warn(x.Settings.DB+" is in a folder of your own that has no .gitignore, so git would commit it", fmt.Sprintf("echo '%s*' >> .gitignore", filepath.Base(x.Settings.DB)))
	}
	return all
}
