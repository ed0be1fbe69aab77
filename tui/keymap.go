package tui

import tea "charm.land/bubbletea/v2"

// keyMap holds every key: the keyboard, the footer and the help all read it, and
// nothing else knows what a key does.
func keyMap() []group {
	return []group{{"Move", moveKeys()}, {"Look", lookKeys()}, {"Do", doKeys()}, {"Program", programKeys()}}
}

// toPane gives a key to the pane that has the focus, toList to the list or table
// of the tab, toDetail to the detail of the tab.
func toPane(act action) func(*model) tea.Cmd {
	return func(m *model) tea.Cmd { return m.pane().press(m, act) }
}

func toList(act action) func(*model) tea.Cmd {
	return func(m *model) tea.Cmd { return m.listPane().press(m, act) }
}

func toDetail(act action) func(*model) tea.Cmd {
	return func(m *model) tea.Cmd { return m.pressDetail(act) }
}

func toTab(tab int) func(*model) tea.Cmd {
	return func(m *model) tea.Cmd { m.show(tab); return nil }
}

func moveKeys() []binding {
	return []binding{
		{act: actUp, keys: []string{"up", "k"}, show: "↑ k", long: "up", do: toPane(actUp)},
		{act: actDown, keys: []string{"down", "j"}, show: "↓ j", long: "down", do: toPane(actDown)},
		{act: actPageUp, keys: []string{"pgup", "ctrl+u", "ctrl+b"}, show: "pgup ctrl+u", long: "a screen up", do: toPane(actPageUp)},
		{act: actPageDown, keys: []string{"pgdown", "ctrl+d", "ctrl+f"}, show: "pgdn ctrl+d", long: "a screen down", do: toPane(actPageDown)},
		{act: actTop, keys: []string{"home"}, show: "home", long: "top of the pane", do: toPane(actTop)},
		{act: actBottom, keys: []string{"end"}, show: "end", long: "bottom of the pane", do: toPane(actBottom)},
		{act: actNewest, keys: []string{"g"}, show: "g", short: "newest", long: "the newest, and follow it", do: toList(actNewest)},
		{act: actOldest, keys: []string{"G", "shift+g"}, show: "G", short: "oldest", long: "the oldest", do: toList(actOldest)},
		{act: actNextFailure, keys: []string{"n"}, show: "n", short: "next failure", long: "next older failure, or next match", cannot: (*model).cannotFindNext, do: func(m *model) tea.Cmd { return m.findNext(1) }},
		{act: actPrevFailure, keys: []string{"N", "shift+n"}, show: "N", short: "previous failure", long: "next newer failure, or match", cannot: (*model).cannotFindNext, do: func(m *model) tea.Cmd { return m.findNext(-1) }},
		{act: actFollow, keys: []string{"f"}, show: "f", short: "follow", long: "follow the newest, or stop", cannot: (*model).cannotFollow, do: toList(actFollow)},
		{act: actPast, keys: []string{"‹", "<"}, show: "‹ <", long: "users: the table one change back", cannot: (*model).cannotTravel, do: toList(actPast)},
		{act: actFuture, keys: []string{"›", ">"}, show: "› >", long: "users: one change forward", cannot: (*model).cannotTravel, do: toList(actFuture)},
	}
}

func lookKeys() []binding {
	return []binding{
		{act: actTab1, keys: []string{"1"}, show: "1", long: "Deliveries", do: toTab(tabDeliveries)},
		{act: actTab2, keys: []string{"2"}, show: "2", long: "Failures", do: toTab(tabFailures)},
		{act: actTab3, keys: []string{"3"}, show: "3", long: "Users", do: toTab(tabUsers)},
		{act: actTab4, keys: []string{"4"}, show: "4", long: "Setup", do: toTab(tabSetup)},
		{act: actEnter, keys: []string{"enter", "right", "l"}, show: "enter", short: "open", long: "open", cannot: (*model).cannotEnter, do: (*model).enter},
		{act: actBack, keys: []string{"esc"}, show: "esc", short: "back", long: "back", cannot: (*model).cannotBack, do: (*model).back},
		{act: actLeft, keys: []string{"left", "h"}, show: "← h", long: "back to the list", cannot: (*model).cannotGoLeft, do: (*model).goLeft},
		{act: actPane, keys: []string{"tab", "shift+tab"}, show: "tab", short: "pane", long: "switch panes", cannot: (*model).cannotSwitchPane, do: (*model).switchPane},
		{act: actPrevTab, keys: []string{"["}, show: "[", long: "previous tab of the detail", cannot: (*model).cannotTurnTabs, do: toDetail(actPrevTab)},
		{act: actNextTab, keys: []string{"]"}, show: "]", long: "next tab of the detail", cannot: (*model).cannotTurnTabs, do: toDetail(actNextTab)},
		{act: actFilter, keys: []string{"/"}, show: "/", short: "filter", long: "filter; on the Body tab, search", cannot: (*model).cannotFilter, do: (*model).filterOrSearch},
		{act: actWrap, keys: []string{"w"}, show: "w", short: "wrap", long: "wrap a body's long lines, or don't", cannot: (*model).cannotWrap, do: toDetail(actWrap)},
		{act: actRaw, keys: []string{"p"}, show: "p", short: "raw", long: "show a body raw or formatted", cannot: (*model).cannotShowRaw, do: toDetail(actRaw)},
		{act: actCauses, keys: []string{"c"}, show: "c", short: "by cause", long: "group failures by cause, or don't", cannot: (*model).cannotGroup, do: (*model).toggleCauses},
		{act: actSort, keys: []string{"s"}, show: "s", short: "sort", long: "sort users by the next column", cannot: (*model).cannotSort, do: toList(actSort)},
		{act: actDeleted, keys: []string{"d"}, show: "d", short: "deleted", long: "show or hide deleted users", cannot: (*model).cannotSort, do: toList(actDeleted)},
	}
}

func doKeys() []binding {
	return []binding{
		{act: actTrigger, keys: []string{"t"}, show: "t", short: "trigger", long: "send a signed test event", cannot: (*model).cannotTrigger, do: (*model).openTrigger},
		{act: actMark, keys: []string{"space"}, show: "space", short: "mark", long: "mark for r, R, a, x; esc unmarks", cannot: (*model).cannotMark, do: (*model).toggleMark},
		{act: actResend, keys: []string{"r"}, show: "r", short: "resend", long: "resend it, or the marked ones", cannot: (*model).cannotResend, do: (*model).openResend},
		{act: actEdit, keys: []string{"e"}, show: "e", short: "edit", long: "edit the body, then send as new", cannot: (*model).cannotEdit, do: (*model).openEdit},
		{act: actReverify, keys: []string{"R", "shift+r"}, show: "R", short: "re-verify", long: "re-verify rejected deliveries", cannot: (*model).cannotReverify, do: (*model).openReverify},
		{act: actAcknowledge, keys: []string{"a"}, show: "a", short: "acknowledge", long: "acknowledge a failure, or undo it", cannot: (*model).cannotAcknowledge, do: (*model).acknowledge},
		{act: actTarget, keys: []string{"F", "shift+f"}, show: "F", short: "forward to", long: "choose the app to forward to", cannot: (*model).cannotRedirect, do: (*model).openTarget},
		{act: actRegister, keys: []string{"E", "shift+e"}, show: "E", short: "register", long: "register the endpoint at Clerk", cannot: (*model).cannotOpenRegister, do: (*model).openRegister},
		{act: actCopy, keys: []string{"y"}, show: "y", short: "copy", long: "copy URL, curl, body, fix, id …", do: (*model).openCopy},
		{act: actExport, keys: []string{"x"}, show: "x", short: "export", long: "export the listed or marked ones", cannot: (*model).cannotExport, do: (*model).openExport},
		{act: actOpen, keys: []string{"o"}, show: "o", short: "browser", long: "open the Clerk Dashboard", cannot: (*model).cannotBrowse, do: (*model).browse},
	}
}

func programKeys() []binding {
	return []binding{
		{act: actMouse, keys: []string{"m"}, show: "m", short: "mouse", long: "mouse on, or off to select text", do: (*model).toggleMouse},
		{act: actHelp, keys: []string{"?"}, show: "?", short: "help", long: "this help", do: (*model).openHelp},
		{act: actSuspend, keys: []string{"ctrl+z"}, show: "ctrl+z", long: "suspend; fg comes back", do: func(*model) tea.Cmd { return tea.Suspend }, anywhere: true},
		{act: actQuit, keys: []string{"q"}, show: "q", short: "quit", long: "go back; at the top, quit", do: (*model).quit},
		{act: actKill, keys: []string{"ctrl+c"}, show: "ctrl+c", long: "quit from anywhere", do: func(*model) tea.Cmd { return tea.Quit }, anywhere: true},
	}
}
