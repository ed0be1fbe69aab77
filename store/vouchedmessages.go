package store

import (
	"context"
	"encoding/json"
)

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
