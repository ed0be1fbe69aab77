package store

import (
	"context"
	"encoding/json"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const arrivalsQuery = `SELECT ` + deliveryColumns + ` FROM delivery
	WHERE message_id IN (SELECT value FROM json_each(?)) AND provider = ? AND origin NOT IN ('resend', 'trigger') ORDER BY id`

// Arrivals returns what is stored of some messages, by message id: their deliveries from
// senders, the provider's API, files and streams, oldest first, as Deliveries lists them.
// Resends and triggers are left out. A message that is not stored is not in it.
func (s *Store) Arrivals(ctx context.Context, provider string, messages []string) (map[string][]webhook.Delivery, error) {
	const doing = "look for the messages"
	ids, err := json.Marshal(messages)
	if err != nil {
		return nil, s.fail(doing, err)
	}
	list, err := queryDeliveries(ctx, &s.queries, arrivalsQuery, []any{string(ids), provider})
	if err != nil {
		return nil, s.fail(doing, err)
	}
	found := map[string][]webhook.Delivery{}
	for _, d := range list {
		found[d.MessageID] = append(found[d.MessageID], d)
	}
	return found, nil
}

// VouchedMessages returns those of some messages of a provider, by id, that a delivery
// is stored of which a signature or the provider's API vouches for.
func (s *Store) VouchedMessages(ctx context.Context, provider string, ids []string) (map[string]bool, error) {
	const doing = "look for messages that are stored"
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, s.fail(doing, err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT DISTINCT message_id FROM delivery
		WHERE message_id IN (SELECT value FROM json_each(?)) AND provider = ? AND vouched_by IS NOT NULL`, string(text), provider)
	if err != nil {
		return nil, s.fail(doing, err)
	}
	defer rows.Close()
	known := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, s.fail(doing, err)
		}
		known[id] = true
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail(doing, err)
	}
	return known, nil
}
