package tui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/tui/text"
)

// press gives a key to what is typed in or open, else does what it is bound to.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	b := m.keys.binding(k)
	switch {
	case b.anywhere:
		return b.do(m)
	case m.sheet != nil && b.act == actLeft:
		return m.sheet.press(m, k, actBack)
	case m.sheet != nil:
		return m.sheet.press(m, k, b.act)
	case m.bar.open:
		return m.pressFilter(k)
	case m.inBody() && m.detail.search.open:
		return m.pressBodySearch(k)
	case b.act == actBack && m.doing.cancel != nil:
		return m.stop()
	}
	wasSaid := m.status.what != ""
	m.clearStatus()
	if b.act == actBack && wasSaid && b.why(m) != "" {
		return nil // it took the message away
	}
	return b.run(m)
}

// pane is what keys can be given to.
type pane interface {
	press(m *model, act action) tea.Cmd
}

// pane returns the pane that has the focus.
func (m *model) pane() pane {
	switch {
	case m.focus == focusList:
		return m.listPane()
	case m.tab == tabSetup:
		return &m.side
	case m.tab == tabUsers:
		return &m.user
	default:
		return &m.detail
	}
}

// listPane returns the list or table of the tab.
func (m *model) listPane() pane {
	switch {
	case m.tab == tabUsers:
		return m.users
	case m.tab == tabSetup:
		return &m.steps
	case m.causes.shown(m):
		return m.causes
	default:
		return m.list()
	}
}

// The reasons that several keys share.
const (
	noUser     = "no user is selected"
	noDelivery = "no delivery is selected: t sends one"
)

// nothingSelected returns why nothing of the selection can be shown, "" if it can.
func (m *model) nothingSelected() string {
	switch {
	case m.tab == tabUsers && m.users.selected() == nil:
		return noUser
	case m.tab <= tabFailures && m.selected() == nil:
		return noDelivery
	}
	return ""
}

func (m *model) cannotShowDetail() string {
	if m.tab == tabSetup {
		return m.cannotAskProvider()
	}
	return m.nothingSelected()
}

func (m *model) cannotTurnTabs() string {
	if m.tab == tabSetup {
		return "nothing here has tabs: [ and ] turn those of a detail"
	}
	return m.cannotShowDetail()
}

// pressDetail gives a key to the detail, and shows it if it was hidden.
func (m *model) pressDetail(act action) tea.Cmd {
	if !m.twoPanes() && m.focus == focusList {
		m.openDetail()
	}
	switch m.tab {
	case tabUsers:
		return m.user.press(m, act)
	case tabSetup:
		return m.side.press(m, act)
	}
	return m.detail.press(m, act)
}

func (m *model) cannotWrap() string {
	switch why := m.cannotShowDetail(); {
	case m.tab >= tabUsers:
		return "w and p work on a delivery's Body tab"
	case why != "":
		return why
	case m.detail.tab != tabBody:
		return "w wraps the lines of the Body tab: press ] to get there"
	}
	return ""
}

func (m *model) cannotShowRaw() string {
	switch why := m.cannotShowDetail(); {
	case m.tab >= tabUsers:
		return "w and p work on a delivery's Body tab"
	case why != "":
		return why
	case m.detail.tab != tabBody || m.detail.d == nil:
		return "p switches the Body tab between formatted and raw: press ] to get there"
	}
	return ""
}

// quit goes back where the detail covers the list, and leaves elsewhere.
func (m *model) quit() tea.Cmd {
	if !m.twoPanes() && m.focus == focusDetail {
		return m.goLeft()
	}
	return tea.Quit
}

func (m *model) cannotFindNext() string {
	switch {
	case m.inBody() && m.detail.search.text != "":
		return ""
	case m.tab > tabFailures:
		return "n and N jump between failures, but only on tabs 1 and 2"
	case m.causes.shown(m):
		return "each line here is a cause: enter lists its deliveries"
	case m.list().selected() == nil:
		return "no delivery is selected"
	}
	return ""
}

// findNext goes to the next hit of a search or the next failure, back for -1.
func (m *model) findNext(by int) tea.Cmd {
	if m.inBody() && m.detail.search.text != "" {
		return m.nextHit(by)
	}
	return m.list().failure(m, by > 0)
}

func (m *model) cannotFollow() string {
	switch {
	case m.tab > tabFailures:
		return "f follows new deliveries, but only on tabs 1 and 2"
	case m.causes.shown(m):
		return "each line here is a cause: enter lists its deliveries"
	}
	return ""
}

func (m *model) cannotFilter() string {
	switch {
	case m.tab == tabUsers:
		return "/ filters only on tabs 1 and 2; user:user_2ab finds a user's deliveries"
	case m.tab > tabFailures:
		return "/ filters deliveries, but only on tabs 1 and 2"
	}
	return ""
}

func (m *model) filterOrSearch() tea.Cmd {
	if m.inBody() {
		return m.openBodySearch()
	}
	return m.openFilter()
}

func (m *model) openHelp() tea.Cmd {
	m.sheet = newHelp()
	return nil
}

func (m *model) toggleMouse() tea.Cmd {
	m.mouse = !m.mouse
	if m.mouse {
		return m.setStatus(note("mouse on: hold shift and drag to select text"))
	}
	return m.setStatus(note("mouse off: drag to select text, m turns it on again"))
}

// clerkPage shows the webhooks of the Clerk instance last looked at.
const clerkPage = "https://dashboard.clerk.com/~/webhooks"

// page returns the page that o opens.
func (m *model) page() string {
	if m.setup.Page == "" {
		return clerkPage
	}
	return m.setup.Page
}

func (m *model) cannotBrowse() string {
	if m.deps.OpenURL == nil {
		return "cannot open a browser here: " + m.page()
	}
	return ""
}

func (m *model) browse() tea.Cmd {
	open, page := m.deps.OpenURL, m.page()
	return m.inBackground("opening a browser", func(context.Context) (func() tea.Cmd, error) {
		return func() tea.Cmd { return m.setStatus(good("opened " + page)) }, open(page)
	})
}

// trigger sends a signed sample.
func (m *model) trigger(event string) tea.Cmd {
	send, keep := m.deps.Trigger, m.used(event)
	return m.inBackground("sending "+event, func(ctx context.Context) (func() tea.Cmd, error) {
		forgot := keep(ctx)
		d, err := send(ctx, event)
		if err != nil {
			return nil, err
		}
		return func() tea.Cmd { return m.triggered(event, d, forgot) }, nil
	})
}

// triggered says what became of a sample. On the Setup tab, where it is the
// first one, it shows the delivery.
func (m *model) triggered(event string, d webhook.Delivery, forgot error) tea.Cmd {
	what := fmt.Sprintf("sent %s, signed: #%d, %d", event, d.ID, d.Answer.Status)
	if t := text.Took(d.Duration); t != "" {
		what += " in " + t
	}
	if code := codeOf(&d); code != "" {
		what += ": code " + code
	}
	s := good(what)
	switch {
	case d.Failed():
		s = cannot(what + ", " + outcomeSummary(&d))
	case forgot != nil:
		s = cannot(what + "; it will not be listed as last used: " + forgot.Error())
	}
	if m.tab != tabSetup {
		return m.setStatus(s)
	}
	m.show(tabDeliveries)
	return tea.Batch(m.setStatus(s), m.lists[0].newest(m))
}

// resend resends a delivery.
func (m *model) resend(id int64, how webhook.Resending, target string) tea.Cmd {
	send := m.deps.Resend
	where := "hooktop"
	if target != "" {
		where = hostPort(target)
	}
	return m.inBackground(fmt.Sprintf("resending #%d to %s", id, where), func(ctx context.Context) (func() tea.Cmd, error) {
		d, err := send(ctx, id, how, target)
		if errors.Is(err, webhook.ErrNeverVerified) && !how.SignRejected { // its row alone did not tell
			return func() tea.Cmd {
				how.SignRejected = true
				return m.askToSign(id, "sign it and send it", func() tea.Cmd { return m.resend(id, how, target) })
			}, nil
		}
		if err != nil {
			return nil, webhook.Unsent(id, err)
		}
		return func() tea.Cmd { return m.setStatus(resent(id, how.Mode, where, d)) }, nil
	})
}

var howSigned = map[webhook.Mode]string{
	webhook.Same: "re-signed", webhook.New: "with a new id", webhook.Verbatim: "with the original headers",
}

// resent says how a resend ended: what the app, or hooktop itself, responded.
func resent(id int64, mode webhook.Mode, where string, d webhook.Delivery) status {
	answer := d.AppStatus
	if answer == 0 {
		answer = d.Answer.Status
	}
	what := fmt.Sprintf("resent #%d to %s, %s: ", id, where, howSigned[mode])
	if answer == 0 && d.AppFailure != "" {
		s := cannot(what + d.AppError)
		s.fix = adviceOn(d, webhook.Forward{Failure: d.AppFailure, Target: where, Duration: d.Duration}, advice.App{}).Fix
		return s
	}
	what += fmt.Sprint(answer)
	if t := text.Took(d.Duration); t != "" {
		what += " in " + t
	}
	if d.ID > 0 {
		what += fmt.Sprintf(" (#%d)", d.ID)
	}
	if answer < 200 || answer > 299 {
		return cannot(what)
	}
	return good(what)
}
