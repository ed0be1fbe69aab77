package tui

import (
	"context"
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// exportingTo makes a dashboard note what it exports.
func exportingTo(d Dashboard, into *[]Export) Dashboard {
	d.Export = func(ctx context.Context, e Export) (Exported, error) {
		*into = append(*into, e)
		return Exported{Path: "hooktop-export-2026-11-24T10-00-00.jsonl", Count: 12, Bytes: 34567}, ctx.Err()
	}
	return d
}

func TestExport(t *testing.T) {
	filter, err := query.Parse("type:user.*", noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		keys []string
		want Export
	}{
		{"all", []string{"x", "enter"}, Export{Format: "jsonl"}},
		{"what the filter wants", []string{"/", "type:user.*", "enter", "x", "enter"}, Export{Page: query.Page{Filter: filter}, Format: "jsonl"}},
		{"the failures", []string{"2", "x", "down", "enter"}, Export{Page: query.Page{Failures: true}, Format: "har"}},
		{"those of a cause", []string{"2", "c", "enter", "x", "enter"}, Export{Page: query.Page{Failures: true, Cause: "wrong-secret"}, Format: "jsonl"}},
		{"the selected, with personal data masked", []string{"j", "x", "tab", "space", "enter"}, Export{IDs: []int64{1023}, Format: "jsonl", Mask: MaskPersonal}},
		{"the marked, as they came", []string{"space", "j", "space", "x", "up", "space", "space", "x"}, Export{IDs: []int64{1023, 1024}, Format: "curl", Mask: MaskNothing}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var did []Export
			x := newTerminal(t, exportingTo(dashboard(story(true)), &did), 120, 36).keys(c.keys...)
			if len(did) != 1 || !reflect.DeepEqual(did[0], c.want) {
				t.Errorf("exported %+v, want %+v", did, c.want)
			}
			x.shows("✓ exported 12 deliveries, 33 KiB, to hooktop-export-2026-11-24T10-00-00.jsonl")
		})
	}
}

func TestAnExportCanBeStopped(t *testing.T) {
	var did []Export
	d := exportingTo(dashboard(story(true)), &did)
	x := newTerminal(t, d, 120, 36).keys("x")
	_, cmd := x.m.Update(keyNamed("enter"))
	x.send(spinMsg{}).shows("exporting all deliveries  esc stops")
	x.keys("esc").run(cmd)
	x.shows("export stopped, nothing was written")
}

func TestExportSaysWhyItCannot(t *testing.T) {
	newTerminal(t, dashboard(story(true)), 120, 36).keys("x").shows("cannot export here")
	var did []Export
	d := exportingTo(dashboard(story(true)), &did)
	x := newTerminal(t, d, minW, minH).keys("3", "x")
	x.shows("x exports deliveries, but only on tabs 1 and 2")
	x.keys("2", "c", "x").shows("x exports deliveries")
	x.keys("1", "x").shows("● all deliveries", "● jsonl", "● secrets", "esc cancel")
	x.send(tea.MouseClickMsg{X: 1, Y: 0, Button: tea.MouseLeft}).hides("jsonl")
	x.m.deps.Export = func(context.Context, Export) (Exported, error) {
		return Exported{}, hintedError{"disk full", "make room"}
	}
	x.keys("x", "enter").shows("disk full", "make room")
	newTerminal(t, exportingTo(dashboard(&memory{}), &did), 80, 24).keys("1", "x").shows("nothing to export")
}
