package tui

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// editedMsg says that the user's editor ended.
type editedMsg struct {
	id  int64
	err error
}

func (m *model) cannotEdit() string {
	switch {
	case m.deps.Edit == nil || m.deps.Edited == nil:
		return "cannot open an editor here"
	case m.tab > tabFailures:
		return "e edits a delivery's body: select one on tab 1"
	case m.selected() == nil:
		return noDelivery
	}
	return bodyNotKept(m.selected())
}

// bodyNotKept returns why a delivery's body cannot be sent again, "" if it can.
func bodyNotKept(d *webhook.Delivery) string {
	if d.Bytes > 0 && d.Verdict.Code == webhook.TooLarge {
		return "the body of #" + strconv.FormatInt(d.ID, 10) + " was not kept: it is larger than --max-body"
	}
	if d.Cut() {
		return "only the first bytes of #" + strconv.FormatInt(d.ID, 10) + "'s body were kept"
	}
	return ""
}

// openEdit opens the user's editor on the selected delivery's body. The
// terminal is the editor's until it ends.
func (m *model) openEdit() tea.Cmd {
	id := m.selectedID()
	m.list().unfollow(m)
	return m.openEditOf(id, false)
}

// openEditOf opens the editor; signRejected is set if the result is signed although
// nothing vouches for the original. Without it the user is asked, if the original needs
// it.
func (m *model) openEditOf(id int64, signRejected bool) tea.Cmd {
	edit := m.deps.Edit
	return m.inBackground(fmt.Sprintf("opening #%d in the editor", id), func(ctx context.Context) (func() tea.Cmd, error) {
		editor, err := edit(ctx, id, signRejected)
		if errors.Is(err, webhook.ErrNeverVerified) && !signRejected {
			return func() tea.Cmd {
				return m.askToSign(id, "edit it, then sign it and send it", func() tea.Cmd { return m.openEditOf(id, true) })
			}, nil
		}
		if err != nil {
			return nil, err
		}
		return func() tea.Cmd { return m.runEditor(id, editor) }, nil
	})
}

// runEditor gives the terminal to the editor. Keys typed there do not reach the
// dashboard.
func (m *model) runEditor(id int64, editor tea.ExecCommand) tea.Cmd {
	ended := func(err error) tea.Msg { return editedMsg{id, err} }
	return m.exec(editor, ended)
}

// sendEdited sends what the editor wrote, re-signed as a new message.
func (m *model) sendEdited(msg editedMsg) tea.Cmd {
	m.changed() // the screen is as old as the editor's first key
	if msg.err != nil {
		s := failure(fmt.Errorf("the editor failed, nothing was sent: %w", msg.err))
		s.fix = "set EDITOR to your editor, such as vi or \"code --wait\"; e opens your changes again"
		return m.setStatus(s)
	}
	id, send := msg.id, m.deps.Edited
	return m.inBackground(fmt.Sprintf("sending the edited #%d", id), func(ctx context.Context) (func() tea.Cmd, error) {
		sent, err := send(ctx, id)
		if err != nil {
			return nil, err
		}
		return func() tea.Cmd { return m.setStatus(editSent(id, sent)) }, nil
	})
}

// editSent says how sending an edited body ended: the first failure, else the
// last success.
func editSent(id int64, sent []webhook.Delivery) status {
	s := note(fmt.Sprintf("#%d was not changed, nothing was sent", id))
	for _, d := range sent {
		where := "hooktop"
		if n := len(d.Forwards); n > 0 && d.Answer.Status == 0 {
			where = hostPort(d.Forwards[n-1].Target)
		}
		if s = resent(id, webhook.New, where, d); s.symbol != good("").symbol {
			break
		}
	}
	s.what = strings.Replace(s.what, "resent #", "sent the edited #", 1)
	return s
}
