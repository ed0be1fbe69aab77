package main

import (
	"fmt"
	"io"
	"strings"
)

// bar shows on a terminal how far a series is. Elsewhere it shows nothing.
type bar struct {
	w     io.Writer
	total int
	shown bool
}

// progressBar is for a number of things; of one there is nothing to show.
func (p *program) progressBar(total int) *bar {
	if !isTerminal(p.stderr) || p.getenv("TERM") == "dumb" || total < 2 {
		return &bar{total: total}
	}
	return &bar{w: p.stderr, total: total}
}

// barWidth is in cells; with the numbers beside it fits 80.
const barWidth = 30

func (b *bar) draw(done, failed int) {
	if b.w == nil {
		return
	}
	full := barWidth * done / b.total
	text := fmt.Sprintf("\r%s%s %d of %d", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), done, b.total)
	if failed > 0 {
		text += fmt.Sprintf(", %d not taken", failed)
	}
	_, _ = io.WriteString(b.w, text+"\x1b[K") // a word aside
	b.shown = true
}

// clear takes the bar away, for a line to stand there.
func (b *bar) clear() {
	if b.shown {
		_, _ = io.WriteString(b.w, "\r\x1b[K") // likewise
	}
	b.shown = false
}
