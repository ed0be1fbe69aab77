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

// The tabs of a user's detail.
const (
	tabHistory = iota
	tabRow
	userTabs
)

// user shows the selected user and the deliveries about it.
type user struct {
	tab      int
	wantedID string
	rec      webhook.UserRecord
	history  []webhook.Delivery
	loaded   bool
	stale    bool
	request  request

	w, h   int
	scroll [userTabs]draw.Scroll
	made   docKey
	doc    draw.Doc
}

// maxHistory is how many deliveries of a user are shown, maxChanges for how
// many of them the changes are read.
const maxHistory, maxChanges = 60, 30

func (p *user) wanted(m *model, rec *webhook.UserRecord) tea.Cmd {
	if rec == nil {
		if p.wantedID != "" {
			p.request.drop()
			p.wantedID, p.loaded = "", false
			m.version++
		}
		return nil
	}
	if rec.ID == p.wantedID && (rec.DeliveryID != p.rec.DeliveryID || rec.UpdatedAt != p.rec.UpdatedAt || rec.Deleted() != p.rec.Deleted()) {
		p.rec, p.stale = *rec, true
		m.version++
	}
	if rec.ID == p.wantedID && (!p.stale || !p.request.idle()) {
		return nil
	}
	r, store, at := *rec, m.deps.Store, m.users.history.moment.At
	if r.ID != p.wantedID {
		p.scroll = [userTabs]draw.Scroll{}
		p.loaded, p.history = false, nil
	}
	p.wantedID, p.stale, p.rec = r.ID, false, r
	m.version++
	return p.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		rows, err := history(ctx, store, r.ID, at)
		if err != nil {
			return nil, fmt.Errorf("read the history of %s: %w", r.ID, err)
		}
		return func() tea.Cmd {
			p.history, p.loaded = rows, true
			m.version++
			return nil
		}, nil
	})
}

// history reads the deliveries of a user up to one, 0 for all, the newest of
// them with their changes.
func history(ctx context.Context, store Store, id string, upTo int64) ([]webhook.Delivery, error) {
	p := query.Page{UserID: id, Limit: maxHistory}
	if upTo > 0 {
		p.Before = upTo + 1
	}
	rows, err := store.Deliveries(ctx, p)
	if err != nil {
		return nil, err
	}
	for i := range rows[:min(len(rows), maxChanges)] {
		if !changesUser(rows[i].Outcome) {
			continue
		}
		whole, err := store.Delivery(ctx, rows[i].ID)
		if err != nil {
			return nil, err
		}
		rows[i].Change = whole.Change
	}
	return rows, nil
}

func changesUser(o webhook.Outcome) bool {
	return o == webhook.Created || o == webhook.Updated || o == webhook.Deleted || o == webhook.Synced
}

func (p *user) setSize(w, h int) { p.w, p.h = w, h }

func (p *user) rows() int { return max(p.h-2, 0) }

func (p *user) prepare(m *model) {
	key := docKey{version: m.version, tab: p.tab, w: p.w}
	if p.wantedID == "" || key == p.made {
		return
	}
	p.made = key
	d := draw.NewDoc(&m.styles.Styles, p.w)
	if p.tab == tabHistory {
		p.historyDoc(m, d)
	} else {
		p.rowDoc(m, d)
	}
	p.doc = *d
	p.scroll[p.tab].Clamp(len(d.Lines), p.rows(), d.Links)
}

func (p *user) historyDoc(m *model, d *draw.Doc) {
	st := &m.styles
	d.Text(st.Strong, p.rec.Email, 0)
	d.Text(st.Dim, p.rec.ID, 0)
	if p.rec.Deleted() {
		d.Text(st.Warn, "deleted "+when(p.rec.DeletedAt, m.now, timeDate-1)+": these are the row's last values", 0)
	}
	d.Break()
	if !p.loaded {
		return
	}
	if len(p.history) == 0 {
		d.Text(st.Dim, "No delivery about this user is kept: another program wrote the row, or --keep dropped the deliveries.", 0)
		return
	}
	for i := range p.history {
		x := &p.history[i]
		d.Link(x.ID)
		l := d.NewLine()
		symbol, look := st.markHere(x)
		l.Fit(st.Text, "#"+strconv.FormatInt(x.ID, 10), 7).Fit(st.Dim, when(x.At, m.now, timeDate-1), timeDate)
		l.Fit(look, symbol, 2).Put(st.Text, endingIn(text.Printable(eventName(x)), l.Left()-draw.Margin))
		if x.Change == nil {
			d.Add(l.Gap(2).Put(st.Dim, whatOf(x)))
			continue
		}
		d.Add(l)
		changes(d, st, x.Change, 7)
	}
	d.Break()
	if len(p.history) == maxHistory {
		d.Text(st.Dim, fmt.Sprintf("The newest %d. enter opens one.", maxHistory), 0)
	} else {
		d.Text(st.Dim, "enter opens the delivery.", 0)
	}
}

// whatOf says in a few words what became of a delivery.
func whatOf(x *webhook.Delivery) string {
	switch {
	case x.Outcome == webhook.Unchanged:
		return "unchanged"
	case changesUser(x.Outcome):
		return string(x.Outcome)
	case x.Outcome == "":
		return "resent to the app"
	default:
		return outcomeSummary(x)
	}
}

func (p *user) rowDoc(m *model, d *draw.Doc) {
	st := &m.styles
	fields := fieldsOf(&p.rec.User)
	column := rowColumn(d.W, fields)
	pair := func(look draw.Style, name, value string) {
		if text.Width(name)+2 > column {
			d.Add(d.NewLine().Put(st.Dim, name))
			name = ""
		}
		d.PairAt(st.Dim, name, look, value, column)
	}
	for _, f := range fields {
		look := st.Text
		if f.value == none {
			look = st.Faint
		}
		pair(look, f.name, f.value)
	}
	d.Head("ALSO KNOWN", "")
	if !p.rec.Version.IsZero() {
		pair(st.Text, "version", p.rec.Version.UTC().Format("2006-01-02 15:04:05.000Z"))
	} else if !m.users.history.inPast() { // of the past it is not kept
		pair(st.Text, "version", "none: another program wrote the row")
	}
	if p.rec.DeliveryID > 0 {
		pair(st.Text, "last changed by", "#"+strconv.FormatInt(p.rec.DeliveryID, 10))
	}
	if p.rec.Deleted() {
		pair(st.Warn, "deleted", p.rec.DeletedAt.UTC().Format("2006-01-02 15:04:05.000Z"))
	}
}

// maxUnbroken is the width up to which a value is not broken: that of Clerk's
// ids.
const maxUnbroken = 32

// rowColumn returns where the values begin: after the longest name or, if that
// leaves too little room, so far left that no value is broken. Longer names go
// above their values.
func rowColumn(w int, fields []field) int {
	longest, widest := 0, 0
	for _, f := range fields {
		longest = max(longest, text.Width(f.name)+2)
		widest = max(widest, min(text.Width(text.Printable(f.value)), maxUnbroken))
	}
	return max(min(longest, w-2*draw.Margin-widest), 2)
}

func (p *user) press(m *model, act action) tea.Cmd {
	switch act {
	case actPrevTab, actNextTab:
		p.tab = (p.tab + 1) % userTabs
	case actEnter:
		if links := p.doc.Links; len(links) > 0 {
			return m.jump(links[p.scroll[p.tab].Cursor].ID)
		}
	default:
		pressScroll(&p.scroll[p.tab], act, len(p.doc.Lines), p.rows(), p.doc.Links)
	}
	return nil
}

func (p *user) foot(m *model) []draw.Chip {
	if p.wantedID == "" {
		return nil
	}
	return m.styles.tabsFoot(m.styles.span(p.scroll[p.tab].Top, p.rows(), len(p.doc.Lines)))
}

func (p *user) tabNames() []string { return []string{counted("History", len(p.history)), "Row"} }

func (p *user) title(m *model) []draw.Chip {
	if p.wantedID == "" {
		return []draw.Chip{m.styles.Strong.Chip("User")}
	}
	return []draw.Chip{m.styles.Strong.Chip(p.rec.Email)}
}

func (p *user) view(m *model) []draw.Styled {
	if p.h <= 0 {
		return nil
	}
	if p.wantedID == "" {
		d := draw.NewDoc(&m.styles.Styles, p.w)
		d.Skip()
		d.Text(m.styles.Dim, "Select a user to see the row and the deliveries that changed it.", 0)
		return d.First(p.h)
	}
	l := draw.NewLine(p.w)
	m.styles.tabs(l, p.tabNames(), p.tab)
	out := []draw.Styled{l.Styled(), draw.Blank(p.w)}
	s := p.scroll[p.tab]
	for i := s.Top; i < min(s.Top+p.rows(), len(p.doc.Lines)); i++ {
		if n := len(p.doc.Links); n > 0 && m.focus == focusDetail && p.doc.Links[min(s.Cursor, n-1)].Line == i {
			out = append(out, p.doc.Lines[i].Pointed(m.styles.Brand))
			continue
		}
		out = append(out, p.doc.Lines[i])
	}
	return out
}
