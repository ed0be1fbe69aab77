package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/tui/text"
)

// press gives a key to the sheet that is open, then to what is the same
// everywhere, then to the pane that has the focus.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	act := m.kb.action(k)
	if act == actKill {
		return tea.Quit
	}
	if act == actSuspend {
		return tea.Suspend
	}
	if m.sheet != nil {
		return m.sheet.press(m, k, act)
	}
	if m.bar.open {
		return m.pressFilter(k)
	}
	if m.inBody() && m.detail.seek.open {
		return m.pressSeek(k)
	}
	if k.Code == tea.KeyEscape && m.doing.cancel != nil {
		return m.stop()
	}
	m.unsay()
	switch act {
	case actTab1, actTab2, actTab3, actTab4:
		m.show(int(act - actTab1))
		return nil
	case actTrigger:
		return m.openTrigger()
	case actTarget:
		return m.openTarget()
	case actMark:
		return m.toggleMark()
	case actResend:
		return m.openResend()
	case actEdit:
		return m.openEdit()
	case actReverify:
		return m.openReverify()
	case actExport:
		return m.openExport()
	case actCopy:
		return m.openCopy()
	case actOpen:
		return m.open()
	case actHelp:
		m.sheet = newHelp()
		return nil
	case actMouse:
		return m.toggleMouse()
	case actQuit:
		if !m.twoPanes() && m.focus == focusDetail {
			return m.back()
		}
		return tea.Quit
	case actBack:
		if m.focus == focusList && m.tab <= tabFailures && k.Code == tea.KeyEscape {
			switch {
			case len(m.marks) > 0:
				return m.unmark()
			case m.bar.text != "":
				return m.clearFilter()
			}
		}
		if m.focus == focusList && m.tab == tabUsers && m.users.past.is() {
			return m.users.now(m)
		}
		if m.inBody() && m.detail.seek.text != "" && k.Code == tea.KeyEscape {
			m.detail.seek = seek{}
			return nil
		}
		return m.back()
	case actFilter:
		if m.inBody() {
			return m.openSeek()
		}
		return m.openFilter()
	case actPane:
		return m.otherPane()
	default:
		return m.pressPane(act)
	}
}

func (m *model) pressPane(act action) tea.Cmd {
	switch act {
	case actNextFailure, actPrevFailure:
		if m.inBody() && m.detail.seek.text != "" {
			return m.nextHit(map[action]int{actNextFailure: 1, actPrevFailure: -1}[act])
		}
		if m.tab > tabFailures {
			return m.say(cannot("n and N go from failure to failure on tabs 1 and 2"))
		}
		if m.causes.shown(m) {
			return m.causes.press(m, act)
		}
		return m.list().failure(m, act == actNextFailure)
	case actFollow:
		if m.tab > tabFailures {
			return m.say(cannot("f follows new deliveries on tabs 1 and 2"))
		}
		return m.pressList(act)
	case actNewest, actOldest:
		if m.tab <= tabFailures {
			return m.pressList(act)
		}
	case actCauses:
		return m.toggleCauses()
	case actSort, actDeleted:
		if m.tab != tabUsers {
			return m.say(cannot("s sorts the users, d shows the deleted ones: on tab 3"))
		}
		return m.users.press(m, act)
	case actPast, actFuture:
		if m.tab != tabUsers {
			return m.say(cannot("‹ and › move the users table in time: on tab 3"))
		}
		return m.users.press(m, act)
	case actPrevTab, actNextTab, actWrap, actRaw:
		return m.pressDetail(act)
	case actEnter:
		if m.focus == focusList {
			return m.enter()
		}
	default:
	}
	if m.focus == focusDetail && m.tab != tabSetup {
		return m.pressDetail(act)
	}
	switch m.tab {
	case tabUsers:
		return m.users.press(m, act)
	case tabSetup:
		return m.steps.press(act)
	}
	return m.pressList(act)
}

func (m *model) pressList(act action) tea.Cmd {
	if m.causes.shown(m) {
		return m.causes.press(m, act)
	}
	return m.list().press(m, act)
}

func (m *model) pressDetail(act action) tea.Cmd {
	switch {
	case m.tab == tabSetup:
		return m.say(cannot("Setup has no detail"))
	case m.tab == tabUsers && (act == actWrap || act == actRaw):
		return m.say(cannot("w and p are for a delivery's Body tab"))
	case m.tab == tabUsers && m.users.selected() == nil:
		return m.say(cannot("no user is selected"))
	case m.tab != tabUsers && m.selected() == nil:
		return m.say(cannot("no delivery is selected: t sends one"))
	}
	if !m.twoPanes() && m.focus == focusList {
		m.openDetail()
	}
	if m.tab == tabUsers {
		return m.user.press(m, act)
	}
	return m.detail.press(m, act)
}

func (m *model) show(tab int) {
	m.tab, m.focus = tab, focusList
	m.layout()
}

// enter opens the detail of what is selected. What is read is to stay, so that
// following ends.
func (m *model) enter() tea.Cmd {
	if m.causes.shown(m) && m.focus == focusList {
		return m.openCause()
	}
	return m.openDetail()
}

func (m *model) openDetail() tea.Cmd {
	switch {
	case m.tab == tabSetup:
		return m.say(cannot("nothing to open here"))
	case m.tab == tabUsers && m.users.selected() == nil:
		return m.say(cannot("no user is selected"))
	case m.tab <= tabFailures && m.selected() == nil:
		return m.say(cannot("no delivery is selected: t sends one"))
	}
	m.focus = focusDetail
	if m.tab <= tabFailures && !m.causes.shown(m) {
		m.list().unfollow(m)
	}
	m.layout()
	return nil
}

func (m *model) back() tea.Cmd {
	if m.focus == focusDetail {
		m.focus = focusList
		m.layout()
		return nil
	}
	m.backFromCause()
	return nil
}

func (m *model) otherPane() tea.Cmd {
	if m.focus == focusDetail {
		return m.back()
	}
	return m.openDetail()
}

func (m *model) toggleMouse() tea.Cmd {
	m.mouse = !m.mouse
	if m.mouse {
		return m.say(note("the mouse works here again; shift and drag selects text"))
	}
	return m.say(note("the mouse is the terminal's: drag selects text; m takes it back"))
}

// clerkPage is where Clerk keeps the webhooks of the instance last looked at.
const clerkPage = "https://dashboard.clerk.com/~/webhooks"

func (m *model) open() tea.Cmd {
	open, page := m.d.OpenURL, m.setup.Page
	if page == "" {
		page = clerkPage
	}
	if open == nil {
		return m.say(cannot("no browser can be opened from here: " + page))
	}
	return m.act("opening a browser", func(context.Context) (func() tea.Cmd, error) {
		return func() tea.Cmd { return m.say(good("opened " + page)) }, open(page)
	})
}

// trigger sends a signed sample.
func (m *model) trigger(event string) tea.Cmd {
	send, keep := m.d.Trigger, m.used(event)
	return m.act("sending "+event, func(ctx context.Context) (func() tea.Cmd, error) {
		forgot := keep(ctx)
		d, err := send(ctx, event)
		if err != nil {
			return nil, err
		}
		return func() tea.Cmd { return m.triggered(event, d, forgot) }, nil
	})
}

// triggered says what became of a sample. From the set-up, where it is the
// first of all, one goes to see it.
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
		s = cannot(what + ", " + gist(&d))
	case forgot != nil:
		s = cannot(what + "; not remembered: " + forgot.Error())
	}
	if m.tab != tabSetup {
		return m.say(s)
	}
	m.show(tabDeliveries)
	return tea.Batch(m.say(s), m.lists[0].newest(m))
}

// resend sends a delivery again.
func (m *model) resend(id int64, mode webhook.Mode, target string) tea.Cmd {
	send := m.d.Resend
	where := "hooktop"
	if target != "" {
		where = hostPort(target)
	}
	return m.act(fmt.Sprintf("resending #%d to %s", id, where), func(ctx context.Context) (func() tea.Cmd, error) {
		d, err := send(ctx, id, mode, target)
		if err != nil {
			return nil, webhook.Unsent(id, err)
		}
		return func() tea.Cmd { return m.say(resent(id, mode, where, d)) }, nil
	})
}

var howSigned = map[webhook.Mode]string{
	webhook.Same: "signed afresh", webhook.New: "with a new id", webhook.Verbatim: "verbatim",
}

// resent says how a resend ended: what the app, or hooktop itself, answered.
func resent(id int64, mode webhook.Mode, where string, d webhook.Delivery) status {
	answer := d.AppStatus
	if answer == 0 {
		answer = d.Answer.Status
	}
	what := fmt.Sprintf("resent #%d to %s, %s: ", id, where, howSigned[mode])
	if answer == 0 && d.AppFailure != "" {
		s := cannot(what + d.AppError)
		_, s.fix = advice.On(d, webhook.Forward{Failure: d.AppFailure, Target: where, Duration: d.Duration})
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
