package tui

import (
	"context"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/text"
)

// The tabs of a delivery's detail.
const (
	tabDiagnosis = iota
	tabRequest
	tabBody
	tabChange
	tabForwards
	tabTries
	detailTabs
)

// detail is the delivery that is selected, whole.
type detail struct {
	tab  int
	asks int64 // the delivery that was asked for last
	d    *webhook.Delivery
	// vouched says that hooktop may sign it for itself.
	vouched bool
	// code is the one-time code that it carries, "" for none.
	code string
	// tries are the deliveries of the same message, newest first.
	tries []webhook.Delivery
	body  bodyText
	wrap  bool
	raw   bool // as it came, not laid out
	seek  seek

	lane  lane
	stale bool
	slow  bool
	gone  error

	w, h   int
	scroll [detailTabs]scroll
	made   docKey
	doc    doc
	pieces []piece
	pieced docKey
}

// docKey is what a doc was made for: where it is another, so is the doc.
type docKey struct {
	version, tab, w int
	wrap            bool
	second          int64
}

// mostTries is how many deliveries of one message are shown.
const mostTries = 50

// wanted reads the delivery with that id, where it is not there.
func (p *detail) wanted(m *model, id int64) tea.Cmd {
	if id == 0 {
		if p.asks != 0 {
			p.lane.drop()
			p.asks, p.d, p.gone = 0, nil, nil
			m.version++
		}
		return nil
	}
	if id == p.asks && (!p.stale || !p.lane.idle()) {
		return nil
	}
	fresh := id != p.asks
	p.asks, p.stale = id, false
	store, ask := m.d.Store, m.d.Vouched
	read := p.lane.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		d, err := store.Delivery(ctx, id)
		if err != nil {
			return func() tea.Cmd { p.lose(m, id, err); return nil }, nil //nolint:nilerr // it is shown in the pane
		}
		tries := []webhook.Delivery{d}
		if d.MessageID != "" {
			if tries, err = store.Deliveries(ctx, query.Page{MessageID: d.MessageID, Limit: mostTries}); err != nil {
				return nil, fmt.Errorf("read the tries of #%d: %w", id, err)
			}
		}
		body, vouched := newBodyText(d.Body), right(d.Verdict) || ask != nil && ask(d)
		return func() tea.Cmd { p.show(m, d, tries, body); p.vouched = vouched; return nil }, nil
	})
	if !fresh {
		return read
	}
	return tea.Batch(read, m.after(slowly, slowMsg{p, p.lane.n}))
}

// slowMsg says that a read took so long that it is time to say so.
type slowMsg struct {
	p *detail
	n int
}

func (p *detail) lose(m *model, id int64, err error) {
	p.gone = fmt.Errorf("#%d cannot be read: %w", id, err)
	p.d, p.slow = nil, false
	m.version++
}

func (p *detail) show(m *model, d webhook.Delivery, tries []webhook.Delivery, body bodyText) {
	if p.d == nil || p.d.ID != d.ID {
		p.scroll = [detailTabs]scroll{}
	}
	p.d, p.tries, p.body, p.gone, p.slow = &d, tries, body, nil, false
	if p.raw {
		p.body = rawBodyText(d.Body)
	}
	p.find()
	p.code = codeOf(&d)
	for i, t := range tries {
		if t.ID == d.ID {
			p.scroll[tabTries].cursor = i
		}
	}
	m.version++
	m.noteApp([]webhook.Delivery{d})
}

// late says that what is shown is no more what is selected, for so long that
// it would be taken for it.
func (p *detail) late() bool { return p.slow && p.d != nil && p.d.ID != p.asks }

// current is the delivery with that id, nil while it is being read.
func (p *detail) current(id int64) *webhook.Delivery {
	if p.d != nil && p.d.ID == id {
		return p.d
	}
	return nil
}

func (p *detail) setSize(w, h int) { p.w, p.h = w, h }

// rows is the height of the text under the tabs.
func (p *detail) rows() int { return max(p.h-2, 0) }

// prepare makes the text of the tab that is shown, where it changed.
func (p *detail) prepare(m *model) {
	key := docKey{version: m.version, tab: p.tab, w: p.w}
	if p.tab == tabTries || p.tab == tabForwards || p.tab == tabDiagnosis {
		key.second = m.now.Unix()
	}
	if p.d == nil || key == p.made {
		return
	}
	p.made = key
	d := newDoc(&m.st, p.w)
	switch p.tab {
	case tabDiagnosis:
		p.diagnosis(m, d)
	case tabRequest:
		p.request(m, d)
	case tabBody:
		p.bodyHead(d)
		bodyKey := docKey{version: m.version, w: p.w, wrap: p.wrap}
		if p.pieced != bodyKey {
			p.pieces, p.pieced = p.body.pieces(p.w-2*margin, p.wrap), bodyKey
		}
	case tabChange:
		p.change(m, d)
	case tabForwards:
		p.forwards(m, d)
	case tabTries:
		p.triesDoc(m, d)
	}
	p.doc = *d
	p.scroll[p.tab].clamp(p.length(), p.rows(), p.doc.links)
}

func (p *detail) length() int {
	if p.tab == tabBody {
		return len(p.doc.lines) + len(p.pieces)
	}
	return len(p.doc.lines)
}

func (p *detail) press(m *model, act action) tea.Cmd {
	switch act {
	case actPrevTab:
		p.tab = (p.tab + detailTabs - 1) % detailTabs
	case actNextTab:
		p.tab = (p.tab + 1) % detailTabs
	case actWrap:
		if p.tab != tabBody {
			return m.say(cannot("w wraps the lines of the Body tab: go there with [ ]"))
		}
		p.wrap = !p.wrap
		m.version++
	case actRaw:
		if p.tab != tabBody || p.d == nil {
			return m.say(cannot("p shows the Body tab as it came, or laid out: go there with [ ]"))
		}
		p.raw = !p.raw
		if p.body = newBodyText(p.d.Body); p.raw {
			p.body = rawBodyText(p.d.Body)
		}
		p.scroll[tabBody] = scroll{}
		p.find()
		m.version++
	case actEnter:
		if len(p.doc.links) > 0 && p.d != nil {
			id := p.doc.links[p.scroll[p.tab].cursor].id
			if id == p.d.ID {
				return m.say(note("#" + strconv.FormatInt(id, 10) + " is the one that is open"))
			}
			return m.jump(id)
		}
	default:
		p.scroll[p.tab].press(act, p.length(), p.rows(), p.doc.links)
	}
	return nil
}

// title is what stands in the frame.
func (p *detail) title(m *model) []chip {
	d := p.d
	if d == nil || p.late() {
		return []chip{{m.st.strong, "Delivery"}}
	}
	cs := []chip{{m.st.strong, "#" + strconv.FormatInt(d.ID, 10)}, {m.st.text, "  " + kindOf(d)}}
	if d.MessageID != "" {
		cs = append(cs, chip{m.st.dim, "  " + text.CutMiddle(d.MessageID, 18)})
	}
	return cs
}

// tabNames are the tabs with their counts; short ones where there is no room.
func (p *detail) tabNames(w int) []string {
	forwards, tries := 0, 0
	if p.d != nil {
		forwards, tries = len(p.d.Forwards), len(p.tries)
	}
	names := []string{"Diagnosis", "Request", "Body", "Change", counted("Forwards", forwards), counted("Tries", tries)}
	if tabsWidth(names)-1 > w {
		names = []string{"Diagnosis", "Request", "Body", "Change", counted("Fwd", forwards), counted("Tries", tries)}
	}
	if tabsWidth(names)-1 > w {
		names = []string{"Diag", "Req", "Body", "Chg", counted("Fwd", forwards), counted("Try", tries)}
	}
	return names
}

func counted(s string, n int) string {
	if n == 0 {
		return s
	}
	return s + " " + strconv.Itoa(n)
}

// tabsWidth is what a row of tabs takes: each has a mark before it and a blank
// after it.
func tabsWidth(names []string) int {
	n := 0
	for _, s := range names {
		n += text.Width(s) + 2
	}
	return n
}

// tabs draws a row of them, with a mark at the one that is shown.
func (st *styles) tabs(l *line, names []string, at int) {
	for i, s := range names {
		if i == at {
			l.put(st.accent, "▌").put(st.strong, s).gap(1)
		} else {
			l.gap(1).put(st.dim, s).gap(1)
		}
	}
}

// tabAt is the tab at a column of such a row, -1 for none.
func tabAt(names []string, x int) int {
	for i, s := range names {
		if n := text.Width(s) + 2; x < n {
			return i
		} else {
			x -= n
		}
	}
	return -1
}

func (p *detail) view(m *model, selected int64) []string {
	if p.h <= 0 {
		return nil
	}
	if p.d == nil || selected == 0 || p.late() {
		return p.nothing(m)
	}
	l := newLine(p.w)
	m.st.tabs(l, p.tabNames(p.w), p.tab)
	out := []string{l.String(), p.seekLine(&m.st)}
	s := p.scroll[p.tab]
	cursor := -1
	if n := len(p.doc.links); n > 0 {
		cursor = p.doc.links[min(s.cursor, n-1)].line
	}
	for i := s.top; i < min(s.top+p.rows(), p.length()); i++ {
		switch {
		case i == cursor && m.focus == focusDetail:
			out = append(out, m.st.brand+"▶"+reset+p.doc.lines[i][1:])
		case i < len(p.doc.lines):
			out = append(out, p.doc.lines[i])
		default:
			out = append(out, p.bodyLine(&m.st, p.pieces[i-len(p.doc.lines)]))
		}
	}
	return out
}

// foot is where in the text the screen is, and the keys of the pane.
func (p *detail) foot(m *model) []chip {
	s, rows := p.scroll[p.tab], p.rows()
	if p.d == nil {
		return nil
	}
	return m.st.tabsFoot(m.st.span(s.top, rows, p.length()))
}

// span says which of a text's lines are in sight, where that is not all.
func (st *styles) span(top, rows, n int) []chip {
	if n <= rows || rows <= 0 {
		return nil
	}
	return []chip{{st.dim, fmt.Sprintf("%d–%d of %d lines", top+1, min(top+rows, n), n)}}
}

// tabsFoot is such a span, and the keys of the tabs.
func (st *styles) tabsFoot(span []chip) []chip {
	if span != nil {
		span = append(span, chip{st.dim, " · "})
	}
	return append(span, chip{st.key, "[ ]"}, chip{st.dim, " tabs"})
}

func (p *detail) nothing(m *model) []string {
	d := newDoc(&m.st, p.w)
	switch {
	case p.gone != nil:
		d.lines = append(d.lines, text.Spaces(p.w))
		d.mark(m.st.bad, "✗", m.st.text, p.gone.Error(), 0)
	case p.asks != 0 && p.slow:
		d.lines = append(d.lines, text.Spaces(p.w))
		d.add(d.newLine().put(m.st.accent, m.spinner()).gap(1).put(m.st.dim, "reading #"+strconv.FormatInt(p.asks, 10)))
	case p.asks != 0:
	default:
		d.lines = append(d.lines, text.Spaces(p.w))
		d.text(m.st.dim, "What was proven about the selected delivery, what it did to the user and what your app said: here.", 0)
	}
	return d.lines[:min(len(d.lines), p.h)]
}
