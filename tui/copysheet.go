package tui

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// copySheet asks what to copy: one key for each thing.
type copySheet struct {
	items []copyItem
	first int
}

// copyItem is something that can be copied. preview shows it; why says why it
// cannot be copied.
type copyItem struct {
	key, name, preview, why string
	// text is what is copied; make makes it if that takes time.
	text string
	make func(ctx context.Context) (string, error)
}

func (m *model) openCopy() tea.Cmd {
	m.sheet = &copySheet{items: m.copies()}
	return nil
}

// copies returns what can be copied from the selection.
func (m *model) copies() []copyItem {
	url := m.webhookURL()
	d := m.selected()
	var whole *webhook.Delivery
	if d != nil {
		whole = m.detail.current(d.ID)
	}
	item := newCopyItem
	select1 := "select a delivery first"
	if m.tab > tabFailures {
		select1 = "only for a delivery, on tabs 1 and 2"
	}
	loading := select1
	if d != nil && whole == nil {
		loading = "the delivery is still being read"
	}
	items := []copyItem{item("u", "url", url, "there is no address yet")}
	body, headers := copyItem{key: "b", name: "body", why: loading}, copyItem{key: "h", name: "headers", why: loading}
	var messageID, userID string
	if d != nil {
		messageID, userID = d.MessageID, d.UserID
	}
	if whole != nil {
		body = item("b", "body", string(whole.Body), "the body is empty or was not kept")
		if body.text != "" {
			body.preview = text.Size(int64(len(whole.Body))) + ", raw"
		}
		headers = item("h", "headers", headerText(whole), "no headers kept")
		if headers.text != "" {
			headers.preview = text.Plural(len(whole.Header), "header")
		}
	}
	if msg := m.side.selected(); m.tab == tabSetup && m.focus == focusDetail && msg != nil {
		messageID = msg.ID
	}
	if r := m.users.selected(); m.tab == tabUsers && r != nil {
		userID = r.ID
	}
	fix, noFix := "", "nothing to fix"
	if whole != nil {
		fix = m.detail.fix(m.deps.App())
	} else {
		noFix = loading
	}
	if code, of := m.codeAtHand(); code != "" {
		it := item("o", "code", code, "")
		it.preview = fmt.Sprintf("%s, the one-time code of #%d", code, of)
		items = append(items, it)
	}
	return append(items, m.curlItem(select1), body, headers,
		item("m", "message id", messageID, orWhy(d != nil, "the request has none", select1)),
		item("i", "user id", userID, orWhy(d != nil, "the event names no user", "select a user or a delivery first")),
		item("f", "fix", fix, noFix))
}

// newCopyItem returns a text to copy; why says why it cannot be copied if there is
// none.
func newCopyItem(key, name, what, why string) copyItem {
	if what != "" {
		why = ""
	}
	return copyItem{key: key, name: name, preview: what, text: what, why: why}
}

// curlItem returns the command line that resends the selected delivery.
func (m *model) curlItem(noSelection string) copyItem {
	d, sign := m.selected(), m.deps.Curl
	switch {
	case sign == nil:
		return copyItem{key: "c", name: "curl", why: "cannot write a curl command here"}
	case d == nil:
		return copyItem{key: "c", name: "curl", why: noSelection}
	}
	id := d.ID
	if m.detail.current(id) != nil && !m.detail.vouched {
		return copyItem{key: "c", name: "curl", why: "its signature never verified"}
	}
	return copyItem{key: "c", name: "curl", preview: "re-signed: works for five minutes", make: func(ctx context.Context) (string, error) { return sign(ctx, id) }}
}

func orWhy(yes bool, why, otherwise string) string {
	if yes {
		return why
	}
	return otherwise
}

// headerText returns the headers as written in a request, always in the same
// order.
func headerText(d *webhook.Delivery) string {
	names := make([]string, 0, len(d.Header))
	for name := range d.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		for _, v := range d.Header[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	return b.String()
}

func (s *copySheet) press(m *model, k tea.KeyPressMsg, act action) tea.Cmd {
	for _, it := range s.items {
		if k.String() == it.key {
			return s.copyItem(m, it)
		}
	}
	if act == actBack || act == actQuit || act == actCopy {
		return m.close()
	}
	return nil
}

func (s *copySheet) copyItem(m *model, it copyItem) tea.Cmd {
	m.sheet = nil
	if it.why != "" {
		return m.setStatus(cannot("no " + it.name + ": " + it.why))
	}
	return m.copyOut(it)
}

func (m *model) copyOut(it copyItem) tea.Cmd {
	put := m.deps.Copy
	return m.inBackground("copying the "+it.name, func(ctx context.Context) (func() tea.Cmd, error) {
		content := it.text
		if it.make != nil {
			var err error
			if content, err = it.make(ctx); err != nil {
				return nil, fmt.Errorf("copy the %s: %w", it.name, err)
			}
		}
		how, err := "", error(nil)
		if put != nil {
			how, err = put(content)
		}
		return func() tea.Cmd {
			return tea.Batch(tea.SetClipboard(content), m.setStatus(copied(it.name, content, how, err)))
		}, nil
	})
}

// copied says what was copied, how much and how. No terminal says whether it
// took it.
func copied(name, content, how string, err error) status {
	what := fmt.Sprintf("copied the %s (%s) to the terminal's clipboard", name, text.Size(int64(len(content))))
	switch {
	case err != nil:
		s := note(what + "; the system's clipboard failed: " + err.Error())
		s.fix = tmuxHint()
		return s
	case how != "":
		what += " and with " + how
	case tmuxHint() != "":
		s := good(what)
		s.fix = tmuxHint()
		return s
	}
	return good(what)
}

func tmuxHint() string {
	if os.Getenv("TMUX") == "" {
		return ""
	}
	return "if nothing was copied, run tmux set -s set-clipboard on"
}

func (s *copySheet) paste(*model, string) {}
func (s *copySheet) wheel(*model, int)    {}

func (s *copySheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	if len(s.items) > h { // what cannot be copied goes where there is no room
		s.items = slices.DeleteFunc(s.items, func(it copyItem) bool { return it.why != "" })
	}
	roomy := h >= len(s.items)+2
	if roomy {
		d.Skip()
	}
	s.first = len(d.Lines)
	for _, it := range s.items {
		l := d.NewLine().Gap(1)
		if it.why != "" {
			l.Fit(st.Faint, it.key, 3).Fit(st.Faint, it.name, 12).Put(st.Faint, it.why)
		} else {
			l.Fit(st.Brand, it.key, 3).Fit(st.Text, it.name, 12)
			l.Put(st.Dim, text.Cut(text.OneLine(head(it.preview, 400)), max(l.Left()-1, 0)))
		}
		d.Add(l)
	}
	if roomy {
		d.Skip()
	}
	title := "Copy"
	if sel := m.selected(); sel != nil {
		title = fmt.Sprintf("Copy from #%d", sel.ID)
	}
	return title, d, []hint{{"a letter", "copies"}, m.keys.hint(actBack, "cancel")}
}

// head returns the beginning of a text that may be very long.
func head(s string, n int) string { return s[:min(len(s), n)] }

func (s *copySheet) click(m *model, line int) tea.Cmd {
	if i := line - s.first; i >= 0 && i < len(s.items) {
		return s.copyItem(m, s.items[i])
	}
	return nil
}

func (s *copySheet) width() int { return sheetWidth }
