package tui

import (
	"context"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// The tabs.
const (
	tabDeliveries = iota
	tabFailures
	tabUsers
	tabSetup
	tabs
)

// focus is the pane that keys go to. If there is room for only one pane, it is
// the one that is shown.
type focus int

const (
	focusList focus = iota
	focusDetail
)

// model is the one Bubble Tea model. It owns the focus, the open sheet and
// every side effect; the panes are plain structs.
type model struct {
	deps Dashboard
	ctx  context.Context
	keys keyboard

	styles  styles
	dark    bool
	profile colorprofile.Profile

	w, h      int
	now       time.Time
	tab       int
	untouched bool // nothing was counted and no key pressed yet
	focus     focus
	mouse     bool

	lists  [2]*deliveries
	causes *causes
	marks  marks
	// acknowledged are the failures that were acknowledged last.
	acknowledged []int64
	detail       detail
	users        *users
	user         user
	steps        setupPane
	side         providerSide
	url          urlHistory
	// offered says that the relay was offered, keyed that a key was pressed.
	offered, keyed bool
	sheet          sheet
	bar            filterBar

	status status
	doing  doing

	counts         webhook.Counts
	conn           Connection
	setup          Setup
	app            appState
	counting       request
	countsStale    bool
	findingFailure request

	// reverifyOffered says that rejected deliveries may verify now.
	reverifyOffered bool
	// recent are the events sent last, newest first.
	recent []string
	codes  codes
	// after sends a message some time from now.
	after func(d time.Duration, msg tea.Msg) tea.Cmd
	// exec gives the terminal to a program until it ends.
	exec func(c tea.ExecCommand, ended tea.ExecCallback) tea.Cmd
	// version grows with every change to what the details show.
	version int

	// dirty says that the frame is out of date, idle that a message changed
	// nothing.
	dirty, idle bool
	frame       draw.Styled
}

// appState is how the app responded to the newest forward.
type appState struct {
	id int64
	ok bool
	// status is what it answered, 0 for no answer.
	status int
}

func newModel(ctx context.Context, d Dashboard) *model {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.App == nil {
		d.App = func() advice.App { return advice.App{} }
	}
	m := &model{
		deps: d, ctx: ctx, keys: newKeyboard(),
		dark: d.Theme != "light", profile: colorprofile.TrueColor,
		now: d.Now(), mouse: !d.NoMouse, dirty: true,
		lists:  [2]*deliveries{newDeliveries(false), newDeliveries(true)},
		causes: newCauses(), marks: marks{}, users: newUsers(), after: after, exec: tea.Exec,
	}
	m.detail.wrap = true
	if noColor(d) {
		m.profile = colorprofile.ASCII
	}
	m.restyle()
	m.readFacts()
	m.countsStale = true
	if m.setup.left() > 0 {
		m.tab, m.untouched = tabSetup, true
	}
	return m
}

// noColor reports whether colour is unwanted: NO_COLOR counts with any value.
func noColor(d Dashboard) bool { return d.NoColor || os.Getenv("NO_COLOR") != "" }

func (m *model) restyle() {
	m.styles = styles{draw.NewStyles(m.dark, m.profile)}
	m.version++
}

// readFacts reads what is cheap to know.
func (m *model) readFacts() {
	m.now = m.deps.Now()
	if m.deps.Connection != nil {
		m.conn = m.deps.Connection().withKeys()
		m.noticeURL()
	}
	if m.deps.Setup != nil {
		had, panes := len(m.setup.Apps), m.twoPanes()
		m.setup = m.deps.Setup().withKeys()
		if m.tab == tabSetup && m.cannotAskProvider() != "" {
			m.focus = focusList
		}
		if had != len(m.setup.Apps) || panes != m.twoPanes() {
			m.layout()
		}
	}
	if m.conn.State == "" {
		m.conn.State = Local
	}
}

func (m *model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.recall(), m.watch(0), m.watchConnection(), m.watchTroubles(), m.watchNews(), m.after(time.Second, secondMsg{}), m.recallEvents(), m.wanted()}
	if m.deps.Theme != "dark" && m.deps.Theme != "light" && !noColor(m.deps) {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	was := m.dirty
	m.dirty, m.idle = true, false
	cmd := m.handle(msg)
	if m.idle {
		m.dirty = was
		return m, cmd
	}
	cmd = tea.Batch(cmd, m.wanted())
	m.prepare()
	return m, cmd
}

func (m *model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		m.layout()
		m.offerRelay()
	case tea.BackgroundColorMsg:
		if m.deps.Theme == "" || m.deps.Theme == "auto" {
			m.dark = msg.IsDark()
			m.restyle()
		}
	case tea.ColorProfileMsg:
		if !noColor(m.deps) {
			m.profile = msg.Profile
			m.restyle()
		}
	case tea.KeyPressMsg:
		m.untouched, m.keyed = false, true
		return m.press(msg)
	case tea.PasteMsg:
		m.keyed = true
		switch {
		case m.sheet != nil:
			m.sheet.paste(m, msg.Content)
		case m.bar.open:
			return m.pasteFilter(msg.Content)
		case m.inBody() && m.detail.search.open:
			m.detail.search.input, _ = m.detail.search.input.Update(tea.PasteMsg{Content: text.OneLine(msg.Content)})
			m.detail.searchTyped()
		}
	case tea.MouseClickMsg:
		m.keyed = true
		return m.click(msg.Mouse())
	case tea.MouseWheelMsg:
		return m.wheel(msg.Mouse())
	case tea.ResumeMsg:
		m.changed()
	default:
		return m.handleOwn(msg)
	}
	return nil
}

func (m *model) handleOwn(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case changedMsg:
		m.changed()
		return m.watch(between)
	case connectionMsg:
		m.readFacts()
		m.offerRelay()
		return m.watchConnection()
	case troubleMsg:
		return tea.Batch(m.setStatus(failure(msg.err)), m.watchTroubles())
	case newsMsg:
		return tea.Batch(m.showNews(msg.news), m.watchNews())
	case secondMsg:
		m.readFacts()
		m.countsStale = true
		m.retryFailedReads()
		m.offerRelay()
		return m.after(time.Second, secondMsg{})
	case answer:
		return m.take(msg)
	case slowMsg:
		if msg.p.request.busy && msg.p.request.n == msg.n {
			msg.p.slow = true
			return m.spin()
		}
	case sideSlowMsg:
		return m.side.tellSlow(m, msg)
	case recentMsg:
		return m.recentlySent(msg)
	case doneMsg:
		return m.done(msg)
	case editedMsg:
		return m.sendEdited(msg)
	case batchMsg:
		return m.batchStep(msg)
	case spinMsg:
		return m.spun(msg)
	case searchTickMsg:
		return m.searchTick()
	case filterMsg:
		return m.typedFilter(msg)
	case recalledMsg:
		return m.recalled(msg)
	case forgotMsg:
		return m.setStatus(failure(msg.err))
	default:
		m.idle = true
	}
	return nil
}

// prepare makes the texts that the screen shows.
func (m *model) prepare() {
	switch m.tab {
	case tabDeliveries, tabFailures:
		m.list().prepare(m.now)
		m.detail.prepare(m)
	case tabUsers:
		m.users.prepare()
		m.user.prepare(m)
	case tabSetup:
		m.steps.prepare(m)
		m.side.prepare(m)
	}
}

// list returns the list of deliveries that is shown, or was last.
func (m *model) list() *deliveries {
	if m.tab == tabFailures {
		return m.lists[1]
	}
	return m.lists[0]
}

// selectedID returns the delivery that keys act on, 0 for none.
func (m *model) selectedID() int64 {
	if d := m.selected(); d != nil {
		return d.ID
	}
	return 0
}

func (m *model) selected() *webhook.Delivery {
	if m.causes.shown(m) {
		if f := m.causes.selected(); f != nil {
			return &f.Newest
		}
		return nil
	}
	if m.tab == tabDeliveries || m.tab == tabFailures {
		return m.list().selected()
	}
	return nil
}

// rememberApp keeps how the newest of these forwards ended.
func (m *model) rememberApp(rows []webhook.Delivery) {
	for i := range rows {
		d := &rows[i]
		if d.ID >= m.app.id && (d.AppStatus > 0 || d.AppFailure != "") {
			m.app = appState{id: d.ID, ok: d.AppFailure == "" && d.AppStatus >= 200 && d.AppStatus < 300, status: d.AppStatus}
		}
	}
}

// webhookURL returns the URL to give to a sender.
func (m *model) webhookURL() string {
	for _, u := range []string{m.conn.URL, m.setup.PublicURL, m.setup.LocalURL} {
		if u != "" {
			return u
		}
	}
	return ""
}

// jump opens a delivery in the list of all deliveries.
func (m *model) jump(id int64) tea.Cmd {
	m.tab, m.focus = tabDeliveries, focusDetail
	m.layout()
	return m.lists[0].jump(m, id)
}
