package tui

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// Export says what to write to a file, and how.
type Export struct {
	// IDs are the deliveries to write. If there are none, everything that Page
	// asks for is: its filter, its cause, the failures.
	IDs  []int64
	Page query.Page
	// Format is jsonl, har or curl.
	Format string
	Mask   Mask
}

// Mask is what is masked in an export.
type Mask int

// The masks.
const (
	// MaskSecrets: one-time codes, tokens, passwords, cookies.
	MaskSecrets Mask = iota
	// MaskPersonal: personal data as well.
	MaskPersonal
	MaskNothing
)

// Exported is what was written.
type Exported struct {
	Path  string
	Count int
	Bytes int64
	// Left counts those that a script leaves out, and Why is what keeps the first.
	Left int
	Why  error
}

// exportSheet asks what to write to a file, in which format and with what
// masked.
type exportSheet struct {
	what    []exportChoice
	chosen  int
	formats options
	masks   options
	// The first lines of the choices.
	firstWhat, firstFormat, firstMask int
}

type exportChoice struct {
	name string
	ids  []int64
}

func exportFormats() [][2]string {
	return [][2]string{
		{"jsonl", "everything hooktop keeps; read by hooktop import"},
		{"har", "for browsers and other tools"},
		{"curl", "a script, re-signed: works for five minutes"},
	}
}

func exportMasks() [][2]string {
	return [][2]string{
		MaskSecrets:  {"secrets", "one-time codes, tokens, passwords, cookies"},
		MaskPersonal: {"personal", "also e-mail addresses, names, IP addresses"},
		MaskNothing:  {"nothing", "everything as received"},
	}
}

func (m *model) cannotExport() string {
	switch {
	case m.deps.Export == nil:
		return "cannot export here"
	case m.tab > tabFailures:
		return "x exports deliveries, but only on tabs 1 and 2"
	case m.causes.shown(m):
		return "x exports deliveries: first press enter to list those of a cause"
	case m.selected() == nil && len(m.marks) == 0:
		return "nothing to export: t sends a delivery"
	}
	return ""
}

func (m *model) openExport() tea.Cmd {
	d := m.selected()
	s := &exportSheet{formats: options{n: len(exportFormats())}, masks: options{n: len(exportMasks())}}
	if len(m.marks) > 0 {
		s.what = append(s.what, exportChoice{markedOnes(len(m.marks)), m.marks.ids()})
	}
	if d != nil {
		s.what = append(s.what, exportChoice{m.listed(), nil}, exportChoice{fmt.Sprintf("#%d  %s", d.ID, eventName(d)), []int64{d.ID}})
	}
	m.sheet = s
	return nil
}

// listed describes what the list shows.
func (m *model) listed() string {
	what := "all deliveries"
	if l := m.list(); l.failures {
		what = "all failures"
		if l.cause != "" {
			what += ", " + string(l.cause)
		}
	}
	if m.bar.text != "" {
		what += " that match " + m.bar.text
	}
	return what
}

func (s *exportSheet) press(m *model, _ tea.KeyPressMsg, act action) tea.Cmd {
	switch act {
	case actUp:
		s.formats.move(-1)
	case actDown:
		s.formats.move(1)
	case actPane:
		s.chosen = (s.chosen + 1) % len(s.what)
	case actMark:
		s.masks.move(1)
	case actEnter, actExport:
		return s.export(m)
	case actBack, actQuit:
		return m.close()
	default:
	}
	return nil
}

func (s *exportSheet) export(m *model) tea.Cmd {
	m.sheet = nil
	e := Export{IDs: slices.Clone(s.what[s.chosen].ids), Format: exportFormats()[s.formats.at][0], Mask: Mask(s.masks.at)}
	if len(e.IDs) == 0 {
		l := m.list()
		e.Page = query.Page{Failures: l.failures, Cause: l.cause, Filter: m.bar.filter(m.now)}
	}
	write := m.deps.Export
	return m.inBackgroundStoppable("exporting "+s.what[s.chosen].name, func(ctx context.Context) (func() tea.Cmd, error) {
		done, err := write(ctx, e)
		if ctx.Err() != nil && m.ctx.Err() == nil {
			return func() tea.Cmd { return m.setStatus(note("export stopped, nothing was written")) }, nil
		}
		if err != nil {
			return nil, err
		}
		what := fmt.Sprintf("exported %s, %s, to %s", text.Plural(done.Count, "delivery"), text.Size(done.Bytes), done.Path)
		if done.Left > 0 {
			what += fmt.Sprintf("; left out %d: %v", done.Left, done.Why)
			return func() tea.Cmd { return m.setStatus(cannot(what)) }, nil
		}
		return func() tea.Cmd { return m.setStatus(good(what)) }, nil
	})
}

func (s *exportSheet) paste(*model, string) {}
func (s *exportSheet) wheel(*model, int)    {}
func (s *exportSheet) width() int           { return sheetWidth }

func (s *exportSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	d := draw.NewDoc(&m.styles.Styles, w)
	roomy := h >= 15
	gap := func() {
		if roomy {
			d.Skip()
		}
	}
	named := func(i int, name string) string {
		if i > 0 {
			return ""
		}
		return name
	}
	list := func(name string, of [][2]string, at int) (first int) {
		first = len(d.Lines)
		for i, o := range of {
			if h >= 9 || i == at {
				option(d, &m.styles, name, o[0], o[1], i == at, false, 10)
				name = ""
			}
		}
		return first
	}
	gap()
	s.firstWhat = len(d.Lines)
	for i, c := range s.what {
		if h >= 9 || i == s.chosen {
			option(d, &m.styles, named(i, "what"), c.name, "", i == s.chosen, false, 0)
		}
	}
	gap()
	s.firstFormat = list("as", exportFormats(), s.formats.at)
	gap()
	s.firstMask = list("mask", exportMasks(), s.masks.at)
	gap()
	if roomy {
		d.Text(m.styles.Dim, "Writes a new file, readable only by you, in the working directory.", 1)
		gap()
	}
	keys := []hint{m.keys.hint(actEnter, "write"), {"↑↓", "as"}, m.keys.hint(actMark, "mask")}
	if len(s.what) > 1 {
		keys = append(keys, m.keys.hint(actPane, "what"))
	}
	return "Export", d, append(keys, m.keys.hint(actBack, "cancel"))
}

func (s *exportSheet) click(_ *model, line int) tea.Cmd {
	if s.firstMask-s.firstFormat < s.formats.n { // the chosen ones alone are shown
		return nil
	}
	if i := line - s.firstWhat; i >= 0 && i < len(s.what) {
		s.chosen = i
	}
	if i := line - s.firstFormat; i >= 0 && i < s.formats.n {
		s.formats.at = i
	}
	if i := line - s.firstMask; i >= 0 && i < s.masks.n {
		s.masks.at = i
	}
	return nil
}
