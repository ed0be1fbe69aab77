package tui

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

var tabNames = [tabs]string{"Deliveries", "Failures", "Users", "Setup"}

// header returns the first line: the state of the tunnel and its URL, the app,
// and how much arrives. If there is little room it drops, in this order, the
// URL's path, the rate, the bars, the latency, why the app is ✗, the URL and
// the app.
func (m *model) header() draw.Styled {
	st := &m.styles
	name := []draw.Chip{draw.Gap(1), st.Brand.Chip("hooktop"), draw.Gap(2)}
	state := m.stateChips(true)
	right := [][]draw.Chip{m.appChips(true), m.barChips(), m.rateChips(), m.countChips()}
	url := m.webhookURL()
	if m.conn.Kind == Relay {
		url = hostOf(url) // who knows the rest of it can read what passes
	}
	room := func() int {
		n := m.w - draw.ChipsWidth(name) - draw.ChipsWidth(state) - 1
		for _, cs := range right {
			n -= draw.ChipsWidth(cs)
		}
		return n
	}
	for _, drop := range []func(){
		func() { url = originOf(url) },
		func() { url = hostOf(url) },
		func() { right[2] = nil },
		func() { right[1] = nil },
		func() { state = m.stateChips(false) },
		func() { // and what made room for these words is back
			right[0], right[1], state = m.appChips(false), m.barChips(), m.stateChips(true)
		},
		func() { right[1] = nil },
		func() { state = m.stateChips(false) },
		func() { url = "" },
		func() { right[0] = nil },
	} {
		if room() >= text.Width(url)+4 {
			break
		}
		drop()
	}
	left := append(name, state...)
	if url != "" {
		left = append(left, draw.Gap(2), st.Text.Chip(url))
	}
	var all []draw.Chip
	for _, cs := range right {
		all = append(all, cs...)
	}
	return draw.Ends(m.w, left, append(all, draw.Gap(1)))
}

func (m *model) barChips() []draw.Chip {
	look := m.styles.OK
	if m.counts.Recent == [8]int{} {
		look = m.styles.Faint
	}
	return []draw.Chip{look.Chip(bars(m.counts.Recent)), draw.Gap(2)}
}

func (m *model) rateChips() []draw.Chip {
	n := 0
	for _, r := range m.counts.Recent {
		n += r
	}
	return []draw.Chip{m.styles.Text.Chip(text.Grouped(n)), m.styles.Dim.Chip("/min   ")}
}

func (m *model) countChips() []draw.Chip {
	st, c := &m.styles, m.counts
	look := st.Dim
	if c.Failures > 0 {
		look = st.Bad
	}
	return []draw.Chip{look.Chip("✗ " + text.Grouped(c.Failures)), draw.Gap(3), st.Strong.Chip(text.Grouped(c.Deliveries))}
}

// bars returns numbers as columns of eight heights.
func bars(ns [8]int) string {
	const heights = "▁▂▃▄▅▆▇█"
	top := 1
	for _, n := range ns {
		top = max(top, n)
	}
	rs := []rune(heights)
	out := make([]rune, len(ns))
	for i, n := range ns {
		at := (n*(len(rs)-1) + top - 1) / top
		out[i] = rs[min(max(at, 0), len(rs)-1)]
	}
	return string(out)
}

// hostOf returns the host of a URL.
func hostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return s
	}
	return u.Host
}

// originOf returns a URL without its path.
func originOf(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return s
	}
	return u.Scheme + "://" + u.Host
}

// hostPort returns the short name of an app: :3000 if it is on this machine.
func hostPort(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return webhook.WithoutPassword(s)
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		if u.Port() != "" {
			return ":" + u.Port()
		}
	}
	return u.Host
}

// shortURL returns a URL without its scheme and user.
func shortURL(s string) string {
	switch u, err := url.Parse(s); {
	case err != nil:
		s = webhook.WithoutPassword(s)
	case u.User != nil:
		u.User = nil
		s = u.String()
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	return strings.TrimSuffix(s, "/")
}

// tabLabels returns the tabs with what they count.
func (m *model) tabLabels() []string {
	labels := make([]string, tabs)
	for i, name := range tabNames {
		labels[i] = fmt.Sprintf("%d %s", i+1, name)
	}
	if n := m.counts.Failures; n > 0 {
		labels[tabFailures] += " " + text.Grouped(n)
	}
	if n := m.counts.Users; n > 0 {
		labels[tabUsers] += " " + text.Grouped(n)
	}
	if s := m.setup.summary(); s != "" {
		labels[tabSetup] += " " + s
	}
	short := [tabs]string{"Deliv", "Fail", "Users", "Setup"}
	if tabsWidth(labels)+2+m.barWants() > m.w {
		for i := range labels {
			labels[i] = fmt.Sprintf("%d %s", i+1, short[i])
		}
	}
	if tabsWidth(labels)+2+m.barWants() > m.w { // they are known by now
		for i := range labels {
			labels[i] = fmt.Sprint(i + 1)
		}
		labels[m.tab] += " " + short[m.tab]
	}
	return labels
}

// tabRow returns the second line: the tabs and, at the right, whether new
// deliveries are followed, and the filter.
func (m *model) tabRow() draw.Styled {
	st := &m.styles
	labels := m.tabLabels()
	if m.bar.open && m.tab <= tabFailures {
		l, n := draw.NewLine(m.w).Gap(1), tabsWidth(labels)
		inner := draw.NewLine(n)
		st.tabs(inner, labels, m.tab)
		return l.Add(inner.Styled(), n).Add(m.editor(m.w-1-n), m.w-1-n).Styled()
	}
	filter := m.filterChip(m.barRoom())
	fits := func(cs []draw.Chip) bool {
		return tabsWidth(labels)+1+draw.ChipsWidth(cs)+draw.ChipsWidth(filter) <= m.w
	}
	paused := append(m.paused(), m.timeChips(m.w-1-tabsWidth(labels))...)
	for _, shorter := range [][]draw.Chip{
		{st.Key.Chip("g"), st.Dim.Chip(": newest"), draw.Gap(1)},
		{st.Dim.Chip("‖ "), st.Key.Chip("g")},
	} {
		if len(paused) > 0 && m.tab <= tabFailures && !fits(paused) {
			paused = shorter
		}
	}
	right := filter
	if fits(paused) {
		right = append(paused, filter...)
	}
	room := m.w - draw.ChipsWidth(right)
	if tabsWidth(labels)+1 > room {
		right, room = nil, m.w
	}
	l := draw.NewLine(m.w).Gap(1)
	inner := draw.NewLine(room - 1)
	st.tabs(inner, labels, m.tab)
	return l.Add(inner.Styled(), room-1).Chips(right).Styled()
}

// paused says how many deliveries came since following ended.
func (m *model) paused() []draw.Chip {
	if m.tab > tabFailures || m.causes.shown(m) {
		return nil
	}
	l := m.list()
	if l.follow || !l.loaded || len(l.rows) == 0 {
		return nil
	}
	st := &m.styles
	if n := l.total(m) - l.seen; n > 0 && m.bar.text == "" { // else it is not known how many match
		return []draw.Chip{st.Accent.Chip("‖ " + text.Grouped(n) + " new "), st.Key.Chip("↑ g"), draw.Gap(1)}
	}
	return []draw.Chip{st.Dim.Chip("not following · "), st.Key.Chip("g"), st.Dim.Chip(": newest"), draw.Gap(1)}
}
