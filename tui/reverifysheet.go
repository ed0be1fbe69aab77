package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/instruction"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// newsMsg is news that nobody asked for, such as a changed secret.
type newsMsg struct{ news News }

func (m *model) watchNews() tea.Cmd {
	ctx, news := m.ctx, m.deps.News
	if news == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case n, ok := <-news:
			if ok {
				return newsMsg{n}
			}
		case <-ctx.Done():
		}
		return nil
	}
}

// showNews shows news, and what can be done now.
func (m *model) showNews(n News) tea.Cmd {
	m.readFacts()
	what := instruction.ForDashboard(n.Text)
	if n.Rejected > 0 && m.deps.ReverifyAll != nil {
		m.reverifyOffered = true
		what += fmt.Sprintf(" · R re-verifies %s rejected", text.Grouped(n.Rejected))
	}
	if n.Warning {
		return m.setStatus(cannot(what))
	}
	return m.setStatus(good(what))
}

func rejectedOnes(n int64) string {
	if n == 1 {
		return "the rejected delivery"
	}
	return "the " + text.Grouped(n) + " rejected deliveries"
}

// reverifySheet asks which rejected deliveries to re-verify.
type reverifySheet struct {
	// id is the selected delivery, 0 if it was not rejected.
	id   int64
	kind string
	// marked are the rejected ones among the marked deliveries, oldest first.
	marked  []int64
	choices options
	first   int // the line that the choices begin on
}

func (m *model) cannotReverify() string {
	d := m.selected()
	switch {
	case m.deps.Reverify == nil || m.deps.ReverifyAll == nil:
		return "cannot re-verify here"
	case m.counts.Rejected == 0 && (d == nil || !isRejected(d)):
		return "no delivery was rejected: R re-verifies those with the current secrets"
	case m.marksCount() && len(m.marks.of(isRejected)) == 0:
		if len(m.marks) == 1 {
			return "the marked delivery was not rejected: esc unmarks"
		}
		return "none of " + markedOnes(len(m.marks)) + " was rejected: esc unmarks"
	}
	return ""
}

// marksCount reports whether there are marks, on a tab that shows them.
func (m *model) marksCount() bool { return len(m.marks) > 0 && m.tab <= tabFailures }

func (m *model) openReverify() tea.Cmd {
	d := m.selected()
	one := d != nil && isRejected(d)
	s := &reverifySheet{choices: options{n: 1}}
	if m.marksCount() {
		s.marked, one, s.choices.n = m.marks.of(isRejected), false, 2
	}
	if one {
		s.id, s.kind, s.choices.n = d.ID, eventName(d), 2
		if m.reverifyOffered {
			s.choices.at = 1
		}
	}
	m.sheet = s
	return nil
}

func (s *reverifySheet) press(m *model, _ tea.KeyPressMsg, act action) tea.Cmd {
	switch act {
	case actUp:
		s.choices.move(-1)
	case actDown:
		s.choices.move(1)
	case actEnter, actReverify:
		m.sheet, m.reverifyOffered = nil, false
		switch first := s.choices.at == 0; {
		case first && len(s.marked) > 0:
			return m.reverifyMarked(s.marked)
		case first && s.id != 0:
			return m.reverify(s.id)
		}
		return m.reverifyAll()
	case actBack, actQuit:
		return m.close()
	default:
	}
	return nil
}

func (s *reverifySheet) paste(*model, string) {}
func (s *reverifySheet) wheel(*model, int)    {}
func (s *reverifySheet) width() int           { return sheetWidth }

func (s *reverifySheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	roomy := h >= 10
	if roomy {
		d.Skip()
	}
	s.first = len(d.Lines)
	var choices []string
	switch {
	case len(s.marked) > 0 && len(s.marked) < len(m.marks):
		choices = append(choices, fmt.Sprintf("%d rejected of %s", len(s.marked), markedOnes(len(m.marks))))
	case len(s.marked) > 0:
		choices = append(choices, markedOnes(len(s.marked)))
	case s.id != 0:
		choices = append(choices, fmt.Sprintf("#%d  %s", s.id, s.kind))
	}
	choices = append(choices, "all: "+rejectedOnes(max(m.counts.Rejected, 1)))
	name := "which"
	for i, what := range choices {
		option(d, st, name, what, "", i == s.choices.at, false, 0)
		name = ""
	}
	if roomy {
		d.Skip()
		d.Text(st.Dim, "Checks them again with the current secrets. Deliveries that verify are applied to the users table.", 1)
		d.Skip()
	}
	keys := []hint{m.keys.hint(actEnter, "re-verify")}
	if len(choices) > 1 {
		keys = append(keys, hint{"↑↓", "which"})
	}
	return "Re-verify", d, append(keys, m.keys.hint(actBack, "cancel"))
}

func (s *reverifySheet) click(_ *model, line int) tea.Cmd {
	if i := line - s.first; i >= 0 && i < s.choices.n {
		s.choices.at = i
	}
	return nil
}

// reverify re-verifies one delivery.
func (m *model) reverify(id int64) tea.Cmd {
	judge := m.deps.Reverify
	return m.inBackground(fmt.Sprintf("re-verifying #%d", id), func(ctx context.Context) (func() tea.Cmd, error) {
		d, err := judge(ctx, id)
		if err != nil {
			return nil, err
		}
		return func() tea.Cmd { return m.setStatus(reverified(d)) }, nil
	})
}

func reverified(d webhook.Delivery) status {
	switch {
	case !d.Verdict.Verified:
		return cannot(fmt.Sprintf("#%d still does not verify: %s", d.ID, outcomeSummary(&d)))
	case d.Failed():
		return cannot(fmt.Sprintf("#%d now verifies: %s", d.ID, outcomeSummary(&d)))
	}
	return good(fmt.Sprintf("#%d now verifies and is applied: %s", d.ID, text.OrNone(string(d.Outcome))))
}

// reverifyAll re-verifies all rejected deliveries.
func (m *model) reverifyAll() tea.Cmd {
	judge := m.deps.ReverifyAll
	return m.inBackground("re-verifying all rejected deliveries", func(ctx context.Context) (func() tea.Cmd, error) {
		judged, verified, err := judge(ctx)
		if err != nil {
			return nil, err
		}
		what := fmt.Sprintf("re-verified %s: %s now verify and are applied", text.Grouped(judged), text.Grouped(verified))
		if verified == 1 {
			what = fmt.Sprintf("re-verified %s: 1 now verifies and is applied", text.Grouped(judged))
		}
		s := good(what)
		if verified == 0 {
			s = cannot(fmt.Sprintf("re-verified %s: none verifies", text.Grouped(judged)))
		}
		return func() tea.Cmd { return m.setStatus(s) }, nil
	})
}
