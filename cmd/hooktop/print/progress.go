package print

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hooktop/hooktop/tui/text"
)

// Progress is a bar in the last line of a terminal; without one it is nil, and
// its methods do nothing.
type Progress struct {
	w     io.Writer
	now   func() time.Time
	what  string
	all   int64
	drawn time.Time
	open  bool
}

// redraw is how often it moves at most.
const redraw = 100 * time.Millisecond

// Begin starts a bar for all things; 0 where their number is not known.
func (b *Progress) Begin(what string, all int64) {
	if b != nil {
		b.what, b.all, b.drawn = what, all, time.Time{}
		b.At(0, "")
	}
}

// At moves the bar, or puts it back; aside stands behind it.
func (b *Progress) At(done int64, aside string) {
	if b == nil || b.open && b.now().Sub(b.drawn) < redraw && done < b.all {
		return
	}
	b.drawn, b.open = b.now(), true
	line := b.what + " …"
	if b.all > 0 {
		line = b.what + " " + gauge(done, b.all) + aside
	}
	fmt.Fprint(b.w, "\r\x1b[2K"+text.Printable(line)) //nolint:errcheck // a bar alone
}

// Clear takes the bar away: at the end, or for a line to stand there.
func (b *Progress) Clear() {
	if b != nil && b.open {
		fmt.Fprint(b.w, "\r\x1b[2K") //nolint:errcheck // a bar alone
		b.open = false
	}
}

// gauge is how far something is, in 24 cells and numbers.
func gauge(done, all int64) string {
	const cells = 24
	full := int(min(done, all) * cells / all)
	return fmt.Sprintf("%s%s %d of %d", strings.Repeat("█", full), strings.Repeat("░", cells-full), done, all)
}
