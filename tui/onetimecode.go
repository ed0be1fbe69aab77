package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/receiver/webhook/redact"
	"github.com/hooktop/hooktop/tui/draw"
)

const (
	// codeGood is how long a one-time code is valid: Clerk's ten minutes.
	codeGood = 10 * time.Minute
	// codesAtOnce is how many deliveries are searched for codes at a time,
	// codesTried how many of them are read.
	codesAtOnce, codesTried = 500, 5
)

// codes finds the newest one-time code among what arrives. Whoever signs up in
// the app under development waits for it, whatever tab is shown.
type codes struct {
	request request
	// seen is the newest delivery that was searched.
	seen int64

	id   int64 // of the delivery that carries the code, 0 for none
	code string
	at   time.Time
}

// codeOf returns the one-time code in a delivery that is vouched for.
func codeOf(d *webhook.Delivery) string {
	if d.VouchedBy() == "" {
		return ""
	}
	return redact.OneTimeCode(d.Body)
}

// wanted searches what arrived since, nil if there is nothing new.
func (c *codes) wanted(m *model) tea.Cmd {
	newest, page := m.counts.Newest, query.Page{Limit: codesAtOnce}
	if newest <= c.seen || !c.request.idle() {
		return nil
	}
	if c.seen > 0 {
		page.After = c.seen
	}
	store := m.deps.Store
	return c.request.ask(m.ctx, func(ctx context.Context) (func() tea.Cmd, error) {
		found, seen, err := latestCode(ctx, store, page)
		if err != nil {
			return nil, fmt.Errorf("look for a one-time code: %w", err)
		}
		return func() tea.Cmd {
			c.seen = max(c.seen, seen)
			if seen == 0 { // what was new is gone again
				c.seen = newest
			}
			if found.ID > c.id {
				c.id, c.at, c.code = found.ID, found.At, codeOf(&found)
			}
			return nil
		}, nil
	})
}

// latestCode returns the newest delivery of a page with a code; its ID is 0 if
// there is none. seen is the newest of the page.
func latestCode(ctx context.Context, store Store, page query.Page) (found webhook.Delivery, seen int64, err error) {
	rows, err := store.Deliveries(ctx, page)
	if err != nil || len(rows) == 0 {
		return found, 0, err
	}
	tried := 0
	for i := range rows {
		r := &rows[i]
		if r.VouchedBy() == "" || r.Origin == webhook.Resend || !redact.MayHaveCode(r.Type) {
			continue
		}
		if tried++; tried > codesTried {
			break
		}
		d, err := store.Delivery(ctx, r.ID)
		if err != nil {
			return found, 0, err
		}
		if codeOf(&d) != "" {
			return d, rows[0].ID, nil
		}
	}
	return found, rows[0].ID, nil
}

// in returns the latest code if it is valid and in that delivery, else "".
func (c *codes) in(id int64, now time.Time) string {
	if c.id == 0 || id != c.id || now.Sub(c.at) >= codeGood {
		return ""
	}
	return c.code
}

// codeAtHand returns the code that is copied and its delivery: that of the
// selected delivery, else the latest, else "".
func (m *model) codeAtHand() (code string, of int64) {
	if d := m.selected(); d != nil && m.detail.current(d.ID) != nil && m.detail.code != "" {
		return m.detail.code, d.ID
	}
	return m.codes.code, m.codes.id
}

// codeChips show the latest code while it is valid and how to copy it, or the
// code of the selected delivery if that would be copied.
func (m *model) codeChips(whole bool) []draw.Chip {
	code, of := m.codeAtHand()
	latest := m.codes.in(m.codes.id, m.now)
	if latest == "" {
		return nil
	}
	st := &m.styles
	cs := []draw.Chip{st.Dim.Chip("latest code "), st.Strong.Chip(code)}
	if of != m.codes.id {
		cs = []draw.Chip{st.Dim.Chip(fmt.Sprintf("code of #%d ", of)), st.Strong.Chip(code)}
	} else if !whole {
		cs[0].Text = "code "
	}
	cs = append(cs, st.Dim.Chip(" · "), st.Key.Chip("y o"))
	if whole {
		cs = append(cs, st.Dim.Chip(" copies it"))
	}
	return append(cs, draw.Gap(1))
}
