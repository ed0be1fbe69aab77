package tui

import (
	"context"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/draw"
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

// detail shows the selected delivery in full.
type detail struct {
	tab      int
	wantedID int64 // the delivery that was asked for last
	d        *webhook.Delivery
	// vouched says that something vouches for it, so that hooktop may sign it.
	vouched bool
	// code is the one-time code in it, "" if there is none.
	code string
	// resends are the deliveries that resend it, newest first.
	resends []webhook.Delivery
	// tries are the deliveries of the same message, newest first.
	tries  []webhook.Delivery
	body   bodyText
	wrap   bool
	raw    bool // as it came, not laid out
	search bodySearch

	request request
	stale   bool
	slow    bool
	readErr error

	w, h   int
	scroll [detailTabs]draw.Scroll
	made   docKey
	doc    draw.Doc
	pieces []piece
	pieced docKey
}

// docKey is what a doc was made for: if it changes, the doc is made again.
type docKey struct {
	version, tab, w int
	wrap            bool
	second          int64
}

// maxTries is how many deliveries of one message are shown.
const maxTries = 50

// wanted reads the delivery with that id unless it is there.
func (p *detail) wanted(m *model, id int64) tea.Cmd {
	if id == 0 {
		if p.wantedID != 0 {
			p.request.drop()
			p.wantedID, p.d, p.readErr = 0, nil, nil
			m.version++
		}
		return nil
	}
	if id == p.wantedID && (!p.stale || !p.request.idle()) {
		return nil
	}
	fresh := id != p.wantedID
	p.wantedID, p.stale = id, false
	store, ask := m.deps.Store, m.deps.Vouched
	read := p.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		d, err := store.Delivery(ctx, id)
		if err != nil {
			return func() tea.Cmd { p.showReadError(m, id, err); return nil }, nil //nolint:nilerr // it is shown in the pane
		}
		tries := []webhook.Delivery{d}
		if d.MessageID != "" {
			if tries, err = store.Deliveries(ctx, query.Page{MessageID: d.MessageID, Limit: maxTries}); err != nil {
				return nil, fmt.Errorf("read the tries of #%d: %w", id, err)
			}
		}
		resends, err := readResends(ctx, store, d.Resends)
		if err != nil {
			return nil, fmt.Errorf("read the resends of #%d: %w", id, err)
		}
		body, vouched := newBodyText(d.Body), perhapsVouched(&d)
		if ask != nil {
			vouched = ask(ctx, d)
		}
		return func() tea.Cmd { p.resends = resends; p.show(m, d, tries, body); p.vouched = vouched; return nil }, nil
	})
	if !fresh {
		return read
	}
	return tea.Batch(read, m.after(slowly, slowMsg{p, p.request.n}))
}

// readResends reads the newest of the deliveries that resend one.
func readResends(ctx context.Context, store Store, ids []int64) ([]webhook.Delivery, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	ids = ids[max(0, len(ids)-maxTries):]
	return store.Deliveries(ctx, query.Page{Filter: query.IDs(ids...), Limit: len(ids)})
}

// slowMsg says that a read has taken so long that the user should be told.
type slowMsg struct {
	p *detail
	n int
}

func (p *detail) showReadError(m *model, id int64, err error) {
	p.readErr = fmt.Errorf("cannot read #%d: %w", id, err)
	p.d, p.slow = nil, false
	m.version++
}

func (p *detail) show(m *model, d webhook.Delivery, tries []webhook.Delivery, body bodyText) {
	if p.d == nil || p.d.ID != d.ID {
		p.scroll = [detailTabs]draw.Scroll{}
	}
	d.Verdict = verdictWithKeys(d.Verdict)
	p.d, p.tries, p.body, p.readErr, p.slow = &d, tries, body, nil, false
	if p.raw {
		p.body = rawBodyText(d.Body)
	}
	p.findHits()
	p.code = codeOf(&d)
	for i, t := range tries {
		if t.ID == d.ID {
			p.scroll[tabTries].Cursor = i
		}
	}
	m.version++
	if m.app.id != 0 {
		m.rememberApp([]webhook.Delivery{d})
	}
}

// late reports whether another delivery has been shown than the selected one
// for so long that it could be mistaken for it.
func (p *detail) late() bool { return p.slow && p.d != nil && p.d.ID != p.wantedID }

// current returns the delivery with that id, nil while it is being read.
func (p *detail) current(id int64) *webhook.Delivery {
	if p.d != nil && p.d.ID == id {
		return p.d
	}
	return nil
}

func (p *detail) setSize(w, h int) { p.w, p.h = w, h }

// rows returns the height of the text below the tabs.
func (p *detail) rows() int { return max(p.h-2, 0) }

// prepare makes the text of the tab that is shown, if it changed.
func (p *detail) prepare(m *model) {
	key := docKey{version: m.version, tab: p.tab, w: p.w}
	if p.tab == tabTries || p.tab == tabForwards || p.tab == tabDiagnosis {
		key.second = m.now.Unix()
	}
	if p.d == nil || key == p.made {
		return
	}
	p.made = key
	d := draw.NewDoc(&m.styles.Styles, p.w)
	switch p.tab {
	case tabDiagnosis:
		p.diagnosis(m, d)
	case tabRequest:
		p.requestDoc(m, d)
	case tabBody:
		p.bodyHead(&m.styles, d)
		bodyKey := docKey{version: m.version, w: p.w, wrap: p.wrap}
		if p.pieced != bodyKey {
			p.pieces, p.pieced = p.body.pieces(p.w-2*draw.Margin, p.wrap), bodyKey
		}
	case tabChange:
		p.change(m, d)
	case tabForwards:
		p.forwards(m, d)
	case tabTries:
		p.triesDoc(m, d)
	}
	p.doc = *d
	p.scroll[p.tab].Clamp(p.length(), p.rows(), p.doc.Links)
}

func (p *detail) length() int {
	if p.tab == tabBody {
		return len(p.doc.Lines) + len(p.pieces)
	}
	return len(p.doc.Lines)
}

func (p *detail) press(m *model, act action) tea.Cmd {
	switch act {
	case actPrevTab:
		p.tab = (p.tab + detailTabs - 1) % detailTabs
	case actNextTab:
		p.tab = (p.tab + 1) % detailTabs
	case actWrap:
		p.wrap = !p.wrap
		m.version++
	case actRaw:
		p.raw = !p.raw
		if p.body = newBodyText(p.d.Body); p.raw {
			p.body = rawBodyText(p.d.Body)
		}
		p.scroll[tabBody] = draw.Scroll{}
		p.findHits()
		m.version++
	case actEnter:
		if len(p.doc.Links) > 0 && p.d != nil {
			id := p.doc.Links[p.scroll[p.tab].Cursor].ID
			if id == p.d.ID {
				return m.setStatus(note("#" + strconv.FormatInt(id, 10) + " is already open"))
			}
			return m.jump(id)
		}
	default:
		pressScroll(&p.scroll[p.tab], act, p.length(), p.rows(), p.doc.Links)
	}
	return nil
}

// title returns the title in the frame.
func (p *detail) title(m *model) []draw.Chip {
	d := p.d
	if d == nil || p.late() {
		return []draw.Chip{m.styles.Strong.Chip("Delivery")}
	}
	cs := []draw.Chip{m.styles.Strong.Chip("#" + strconv.FormatInt(d.ID, 10)), m.styles.Text.Chip("  " + eventName(d))}
	if d.MessageID != "" {
		cs = append(cs, m.styles.Dim.Chip("  "+text.CutMiddle(d.MessageID, 18)))
	}
	return cs
}

// tabNames returns the tabs with their counts, shortened if there is no room.
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

// tabsWidth returns the width of a row of tabs: each has a mark before it and a
// space after it.
func tabsWidth(names []string) int {
	n := 0
	for _, s := range names {
		n += text.Width(s) + 2
	}
	return n
}

// tabs draws a row of tabs, with a mark at the current one.
func (st *styles) tabs(l *draw.Line, names []string, at int) {
	for i, s := range names {
		if i == at {
			l.Put(st.Accent, "▌").Put(st.Strong, s).Gap(1)
		} else {
			l.Gap(1).Put(st.Dim, s).Gap(1)
		}
	}
}

// tabAt returns the tab at a column of such a row, -1 for none.
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

func (p *detail) view(m *model, selected int64) []draw.Styled {
	if p.h <= 0 {
		return nil
	}
	if p.d == nil || selected == 0 || p.late() {
		return p.nothing(m)
	}
	l := draw.NewLine(p.w)
	m.styles.tabs(l, p.tabNames(p.w), p.tab)
	out := []draw.Styled{l.Styled(), p.searchLine(&m.styles)}
	s := p.scroll[p.tab]
	cursor := -1
	if n := len(p.doc.Links); n > 0 {
		cursor = p.doc.Links[min(s.Cursor, n-1)].Line
	}
	for i := s.Top; i < min(s.Top+p.rows(), p.length()); i++ {
		switch {
		case i == cursor && m.focus == focusDetail:
			out = append(out, p.doc.Lines[i].Pointed(m.styles.Brand))
		case i < len(p.doc.Lines):
			out = append(out, p.doc.Lines[i])
		default:
			out = append(out, p.bodyLine(&m.styles, p.pieces[i-len(p.doc.Lines)]))
		}
	}
	return out
}

// foot returns which lines are shown, and the keys of the pane.
func (p *detail) foot(m *model) []draw.Chip {
	s, rows := p.scroll[p.tab], p.rows()
	if p.d == nil {
		return nil
	}
	return m.styles.tabsFoot(m.styles.span(s.Top, rows, p.length()))
}

// span says which lines of a text are shown, unless all are.
func (st *styles) span(top, rows, n int) []draw.Chip {
	if n <= rows || rows <= 0 {
		return nil
	}
	return []draw.Chip{st.Dim.Chip(fmt.Sprintf("%d–%d of %d lines", top+1, min(top+rows, n), n))}
}

// tabsFoot returns a span followed by the keys of the tabs.
func (st *styles) tabsFoot(span []draw.Chip) []draw.Chip {
	if span != nil {
		span = append(span, st.Dim.Chip(" · "))
	}
	return append(span, st.Key.Chip("[ ]"), st.Dim.Chip(" tabs"))
}

func (p *detail) nothing(m *model) []draw.Styled {
	d := draw.NewDoc(&m.styles.Styles, p.w)
	switch {
	case p.readErr != nil:
		d.Skip()
		d.Item(m.styles.Bad, "✗", m.styles.Text, p.readErr.Error(), 0)
	case p.wantedID != 0 && p.slow:
		d.Skip()
		d.Add(d.NewLine().Put(m.styles.Accent, m.spinner()).Gap(1).Put(m.styles.Dim, "reading #"+strconv.FormatInt(p.wantedID, 10)))
	case p.wantedID != 0:
	default:
		d.Skip()
		d.Text(m.styles.Dim, "Select a delivery to see its checks, its changes and your app's response.", 0)
	}
	return d.First(p.h)
}
