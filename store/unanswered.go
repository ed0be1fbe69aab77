package store

import (
	"context"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// maxUnanswered is how far back Unanswered looks, in deliveries: as many as may wait for an
// app.
const maxUnanswered = 1 << 16

// SetForwarding notes that an instance forwards deliveries: value says where to. "" ends it.
func (s *Store) SetForwarding(ctx context.Context, instance, value string) error {
	return s.do(ctx, "note where deliveries are forwarded", func(t *tx) error {
		if value == "" {
			return run(t.dropUIState, forwardingName+instance)
		}
		return run(t.setUIState, forwardingName+instance, value)
	})
}

const forwardingName = "forwarding "

// Forwarding returns what was noted, by instance. One that was killed could not end it.
func (s *Store) Forwarding(ctx context.Context) (map[string]string, error) {
	const doing = "read where deliveries are forwarded"
	rows, err := s.read.QueryContext(ctx, `SELECT name, value FROM remembered WHERE name > ? AND name < ?`, forwardingName, forwardingName+"~")
	if err != nil {
		return nil, s.fail(doing, err)
	}
	defer rows.Close()
	noted := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, s.fail(doing, err)
		}
		noted[name[len(forwardingName):]] = value
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail(doing, err)
	}
	return noted, nil
}

// Unanswered returns the deliveries after one id and up to another that were received to be
// forwarded, and have forwards to fewer than some number of targets. Of their request they
// have the URL, of their forwards the target and how each ended. It looks at the newest
// 65,536 at most.
func (s *Store) Unanswered(ctx context.Context, after, upTo int64, targets int) (list []webhook.Delivery, err error) {
	return s.toForward(ctx, "look for deliveries that were not forwarded", `SELECT `+deliveryColumns+`, (SELECT url FROM payload WHERE delivery_id = delivery.id) FROM delivery
		WHERE id > max(?1, ?2 - ?4) AND id <= ?2 AND vouched_by IS NOT NULL AND outcome NOT IN ('', 'rejected') AND origin NOT IN ('import', 'resend')
		AND (SELECT count(DISTINCT target) FROM forward WHERE delivery_id = delivery.id) < ?3 ORDER BY id`, after, upTo, targets, maxUnanswered)
}
