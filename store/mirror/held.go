package mirror

import (
	"context"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// ready returns the oldest changes that may be applied now, and whether others are held. A
// user's changes keep their order: once one is held, so are the later ones. The changes are
// read before Held is asked: what it knows covers them.
func (m *Mirror) ready(ctx context.Context, most int) (list []webhook.RowChange, held bool, err error) {
	holding := map[string]bool{}
	for after := int64(0); len(list) < most; {
		page, err := m.Source.MirrorChanges(ctx, after, batchSize)
		if err != nil {
			return nil, false, err
		}
		if err := m.hold(ctx, page, holding); err != nil {
			return nil, false, err
		}
		for _, c := range page {
			if holding[c.UserID] {
				held = true
				continue
			}
			list = append(list, c)
		}
		if len(page) < batchSize {
			break
		}
		after = page[len(page)-1].Seq
	}
	return list[:min(len(list), most)], held, nil
}

// hold adds the users among those of some changes that are held.
func (m *Mirror) hold(ctx context.Context, changes []webhook.RowChange, holding map[string]bool) error {
	if m.Held == nil || len(changes) == 0 {
		return nil
	}
	seen := map[string]bool{}
	var users []string
	for _, c := range changes {
		if !seen[c.UserID] && !holding[c.UserID] {
			seen[c.UserID] = true
			users = append(users, c.UserID)
		}
	}
	found, err := m.Held(ctx, users)
	for user := range found {
		holding[user] = holding[user] || found[user]
	}
	return err
}
