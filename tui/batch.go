package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/tui/text"
)

// batch does the same to several deliveries, one after the other. Each is a
// command of its own, so that other messages are handled in between.
type batch struct {
	ids []int64
	// verb says what is done, in the past: "resent".
	verb string
	// one does it to one delivery and reports whether it was accepted.
	one func(ctx context.Context, id int64) (taken bool, err error)
	// summary says how the whole batch ended.
	summary func(s *batch) string
	// unmarks is set if deliveries lose their mark once done, so that nothing is done twice.
	unmarks bool

	ctx  context.Context //nolint:containedctx // of this one series: esc ends it
	done int
	// taken counts those that were accepted; err is the last error.
	taken int
	err   error
	// left are those that were left out because nothing vouches for them.
	left []int64
}

// batchMsg says that one delivery of a batch is done.
type batchMsg struct {
	n     int
	s     *batch
	taken bool
	err   error
}

// batchInBackground runs a batch as the one side effect at a time.
func (m *model) batchInBackground(s *batch) tea.Cmd {
	if m.doing.what != "" {
		return m.setStatus(cannot("still " + m.doing.what))
	}
	m.clearStatus()
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithCancel(m.ctx)
	m.doing = doing{what: s.progress(), n: m.doing.n + 1, cancel: cancel}
	return tea.Batch(s.next(m.doing.n), m.after(slowly, spinMsg{}))
}

func (s *batch) next(n int) tea.Cmd {
	ctx, id, one := s.ctx, s.ids[s.done], s.one
	return func() tea.Msg {
		taken, err := one(ctx, id)
		return batchMsg{n: n, s: s, taken: taken, err: err}
	}
}

func (s *batch) progress() string {
	return fmt.Sprintf("%s %s of %s …", s.verb, text.Grouped(s.done), text.Grouped(len(s.ids)))
}

// batchStep takes the result of one delivery and goes on with the next. An
// error without a fix ends the batch: the next delivery would meet it, too.
func (m *model) batchStep(msg batchMsg) tea.Cmd {
	if msg.n != m.doing.n || m.doing.what == "" {
		return nil
	}
	s := msg.s
	stopped := s.ctx.Err() != nil
	if !stopped || msg.err == nil {
		s.done++
	}
	if msg.taken {
		s.taken++
	}
	if errors.Is(msg.err, webhook.ErrNeverVerified) && !stopped {
		s.left, msg.err = append(s.left, s.ids[s.done-1]), nil
	}
	if msg.err != nil && !stopped {
		s.err = msg.err
		stopped = failure(msg.err).fix == "" && !errors.Is(msg.err, webhook.ErrNotFound)
	}
	if !stopped && s.done < len(s.ids) {
		m.doing.what = s.progress()
		return s.next(msg.n)
	}
	m.doing.end()
	m.changed()
	if s.unmarks {
		for _, id := range s.ids[:s.done] {
			if !slices.Contains(s.left, id) {
				delete(m.marks, id)
			}
		}
	}
	return m.setStatus(s.result())
}

// result returns the final status: how many were accepted, and the last error
// with its fix.
func (s *batch) result() status {
	what := s.summary(s)
	if left := len(s.ids) - s.done; left > 0 {
		what += fmt.Sprintf("; %s not sent", text.Grouped(left))
	}
	switch {
	case s.err != nil:
		st := failure(s.err)
		st.what = what + ": " + st.what
		return st
	case s.taken+len(s.left) < len(s.ids):
		return cannot(what)
	}
	return good(what)
}

// resendMarked resends deliveries, oldest first. to returns the apps that one
// of them goes to, "" for hooktop.
func (m *model) resendMarked(ids []int64, how webhook.Resending, to func(id int64) ([]string, error)) tea.Cmd {
	send := m.deps.Resend
	return m.batchInBackground(&batch{
		ids: ids, verb: "resent", unmarks: true,
		one: func(ctx context.Context, id int64) (bool, error) {
			targets, err := to(id)
			taken := err == nil
			for _, target := range targets {
				d, err := send(ctx, id, how, target)
				if err != nil {
					return false, webhook.Unsent(id, err)
				}
				taken = taken && resent(id, how.Mode, "", d).symbol == good("").symbol
			}
			return taken, err
		},
		summary: func(s *batch) string {
			sent := s.done - len(s.left)
			what := fmt.Sprintf("resent %d, %s: %d accepted, %d rejected", sent, howSigned[how.Mode], s.taken, sent-s.taken)
			if len(s.left) > 0 {
				what += fmt.Sprintf("; left out %d that never verified", len(s.left))
			}
			return what
		},
	})
}

// reverifyMarked re-verifies deliveries, oldest first.
func (m *model) reverifyMarked(ids []int64) tea.Cmd {
	judge := m.deps.Reverify
	return m.batchInBackground(&batch{
		ids: ids, verb: "re-verified",
		one: func(ctx context.Context, id int64) (bool, error) {
			d, err := judge(ctx, id)
			return err == nil && d.Verdict.Verified, err
		},
		summary: func(s *batch) string {
			verb := "verify"
			if s.taken == 1 {
				verb = "verifies"
			}
			return fmt.Sprintf("re-verified %d: %d %s now, %d still do not", s.done, s.taken, verb, s.done-s.taken)
		},
	})
}

// matchingApps is the target that means the apps that match each delivery. No
// URL is like it.
const matchingApps = "*"

// openResendMarked asks where to resend all marked deliveries.
func (m *model) openResendMarked() tea.Cmd {
	s := &resendSheet{many: m.marks.ids(), modes: options{n: len(resendModes())}, vouched: true}
	s.unvouched = len(m.marks.of(func(d *webhook.Delivery) bool { return !perhapsVouched(d) }))
	for _, a := range m.setup.Apps {
		if !slices.Contains(s.targets, a.URL) {
			s.targets = append(s.targets, a.URL)
		}
	}
	if len(s.targets) > 1 || len(m.setup.Apps) == 1 && m.setup.Apps[0].Pattern != (query.Pattern{}) {
		s.targets = slices.Insert(s.targets, 0, matchingApps)
	}
	s.targets = append(s.targets, "")
	m.sheet = s
	return nil
}

// route returns the apps that each marked delivery goes to.
func (s *resendSheet) route(m *model) func(id int64) ([]string, error) {
	target := s.targets[s.target]
	if target != matchingApps {
		return func(int64) ([]string, error) { return []string{target}, nil }
	}
	taken := map[int64][]string{}
	for _, id := range s.many {
		d := m.marks[id]
		for _, a := range m.setup.Apps {
			if a.Pattern.Takes(d.Provider, d.Type) && !slices.Contains(taken[id], a.URL) {
				taken[id] = append(taken[id], a.URL)
			}
		}
	}
	return func(id int64) ([]string, error) {
		if len(taken[id]) == 0 {
			return nil, noAppMatches(id)
		}
		return taken[id], nil
	}
}

// noAppMatches is the error for a delivery that no app takes.
type noAppMatches int64

func (id noAppMatches) Error() string { return fmt.Sprintf("no app takes #%d", int64(id)) }

// Fix says what to do about it.
func (noAppMatches) Fix() string { return "choose one app to send it to, or press F" }
