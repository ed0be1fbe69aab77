package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestTheBarSaysHowFarItIs(t *testing.T) {
	var drawn strings.Builder
	at := time.Unix(0, 0)
	b := &progress{w: &drawn, now: func() time.Time { return at }}
	b.begin("sending", 4)
	b.at(1, "") // too soon to be seen
	at = at.Add(redraw)
	b.at(2, "")
	b.clear()
	b.clear()
	b.at(3, ", 1 not taken") // it was taken away, and is put back at once
	b.at(4, ", 2 not taken") // the end is always seen
	b.clear()
	b.begin("reading", 0)
	const line = "\r\x1b[2K"
	bar := func(full int) string { return strings.Repeat("█", full) + strings.Repeat("░", 24-full) }
	want := line + "sending " + bar(0) + " 0 of 4" + line + "sending " + bar(12) + " 2 of 4" + line +
		line + "sending " + bar(18) + " 3 of 4, 1 not taken" + line + "sending " + bar(24) + " 4 of 4, 2 not taken" + line +
		line + "reading …"
	if drawn.String() != want {
		t.Errorf("it drew %q, want %q", drawn.String(), want)
	}
	b = (&program{stderr: io.Discard}).progress()
	b.begin("nothing", 1)
	b.at(1, "")
	b.clear()
}
