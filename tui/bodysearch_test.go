package tui

import (
	"strings"
	"testing"
)

func TestBodySearch(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 80, 24).keys("enter", "]", "]", "/", "I", "d")
	x.shows("/ Id▏  1 of ", "▶")
	first := x.m.detail.search.at
	if x.keys("enter", "n"); x.m.detail.search.at != first+1 {
		t.Errorf("n went to hit %d", x.m.detail.search.at)
	}
	x.keys("N", "N").shows("/ Id")
	if k := x.m.detail.search; k.at != len(k.hits)-1 {
		t.Errorf("before the first is hit %d of %d", k.at+1, len(k.hits))
	}
	if !strings.Contains(x.m.View().Content, styledAs(x.m.styles.Hit, "")) {
		t.Error("no hit is underlined")
	}
	x.keys("p").shows("raw; p: format", "/ Id")
	x.keys("p", "esc").hides("/ Id")
	x.shows("formatted")
	x.keys("/", "#", "#", "enter").shows("not found", "not in this body: ##")
	x.keys("esc", "esc").shows("1–18 of 1,024")
	x.keys("/").shows("type:user.*") // elsewhere it is the filter
	x.keys("esc", "enter", "[", "p").shows("p switches the Body tab between formatted and raw")
}
