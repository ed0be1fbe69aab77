package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui"
)

// dashboardExport writes deliveries to a new file in the working directory, for the
// dashboard.
func (h *hooktop) dashboardExport(ctx context.Context, e tui.Export) (done tui.Exported, err error) {
	name, err := reserveFile(time.Now(), e.Format)
	if err != nil {
		return done, err
	}
	kept := false
	defer func() {
		if !kept {
			_ = os.Remove(name) // it holds nothing
		}
	}()
	out, err := (&program{}).create(name)
	if err != nil {
		return done, err
	}
	defer out.discard()
	w := bufio.NewWriterSize(out, 64<<10)
	how := exporting{page: e.Page, format: e.Format, redact: e.Mask == tui.MaskPersonal, withCodes: e.Mask == tui.MaskNothing, as: string(webhook.Same)}
	if len(e.IDs) > 0 {
		how.page.Filter = query.IDs(e.IDs...)
	}
	to := unsigned(e.Format, w)
	if e.Format == "curl" {
		to = h.curlScript(ctx, w, how)
	}
	x, err := exportAll(ctx, h.store, how, to)
	done.Count, done.Left, done.Why = x.Written, x.Left, x.Why
	if err = errors.Join(err, w.Flush(), ctx.Err()); err != nil {
		return done, fmt.Errorf("export: %w", err)
	}
	size, err := out.temporary.Stat()
	if err == nil {
		err = out.keep()
	}
	if err != nil {
		return done, exit.Failure(fmt.Sprintf("cannot write %s: %v", name, exit.Reason(err)), "free some space, or start hooktop in another folder")
	}
	kept = true
	done.Path, done.Bytes = name, size.Size()
	return done, nil
}

// reserveFile makes an empty file of a name that tells its time, and that no file
// has.
func reserveFile(now time.Time, format string) (name string, err error) {
	ending := map[string]string{"curl": "sh"}[format]
	stem := "hooktop-export-" + now.Format("2006-01-02T15-04-05")
	for n := 1; ; n++ {
		name = stem + "." + cmp.Or(ending, format)
		if n > 1 {
			name = fmt.Sprintf("%s-%d.%s", stem, n, cmp.Or(ending, format))
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", exit.Failure(fmt.Sprintf("cannot write %s: %v", name, exit.Reason(err)), "start hooktop in a folder that you can write to")
		}
		return name, f.Close()
	}
}
