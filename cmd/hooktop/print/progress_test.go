package print

import (
	"strings"
	"testing"
	"time"
)

func TestTheBarSaysHowFarItIs(t *testing.T) {
	var drawn strings.Builder
	at := time.Unix(0, 0)
	b := &Progress{w: &drawn, now: func() time.Time { return at }}
	b.Begin("sending", 4)
	b.At(1, "") // too soon to be seen
	at = at.Add(redraw)
	b.At(2, "")
	b.Clear()
	b.Clear()
	b.At(3, ", 1 not taken") // it was taken away, and is put back at once
	b.At(4, ", 2 not taken") // the end is always seen
	b.Clear()
	b.Begin("reading", 0)
	const line = "\r\x1b[2K"
	bar := func(full int) string { return strings.Repeat("█", full) + strings.Repeat("░", 24-full) }
	want := line + "sending " + bar(0) + " 0 of 4" + line + "sending " + bar(12) + " 2 of 4" + line +
		line + "sending " + bar(18) + " 3 of 4, 1 not taken" + line + "sending " + bar(24) + " 4 of 4, 2 not taken" + line +
		line + "reading …"
	if drawn.String() != want {
		t.Errorf("it drew %q, want %q", drawn.String(), want)
	}
	b = nil // without a terminal
	b.Begin("nothing", 1)
	b.At(1, "")
	b.Clear()
}
