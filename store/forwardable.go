package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// reverifiedMost is how many of the last reverified deliveries are looked at.
const reverifiedMost = 256

const forwardableQuery = `SELECT ` + deliveryColumns + `, (SELECT url FROM payload WHERE delivery_id = delivery.id) FROM delivery
	WHERE (id IN (SELECT id FROM delivery INDEXED BY delivery_at WHERE at > ?1)
		OR id IN (SELECT delivery_id FROM (SELECT delivery_id FROM judged ORDER BY turn DESC LIMIT ?2)) AND reverified_at > ?1)
	AND user_id IN (SELECT value FROM json_each(?3)) AND vouched_by IS NOT NULL AND outcome NOT IN ('', 'rejected') AND origin <> 'import' ORDER BY id`

// Forwardable returns the deliveries about some users that verified after a time and were
// received to be forwarded, oldest first. Of their request they have the URL, of their
// forwards the target and how each ended.
func (s *Store) Forwardable(ctx context.Context, since time.Time, users []string) (list []webhook.Delivery, err error) {
	const doing = "read the deliveries on their way to the app"
	text, err := json.Marshal(users)
	if err != nil {
		return nil, s.fail(doing, err)
	}
	return s.toForward(ctx, doing, forwardableQuery, nanos(since), reverifiedMost, string(text))
}

// toForward reads deliveries, their URL in one more column, and how their forwards ended.
func (s *Store) toForward(ctx context.Context, doing, text string, args ...any) (list []webhook.Delivery, err error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, s.fail(doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		var d webhook.Delivery
		if err := scanDelivery(scanned{rows, &d.URL}, &d); err != nil {
			return nil, s.fail(doing, err)
		}
		list = append(list, d)
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail(doing, err)
	}
	for i := range list {
		if list[i].Forwards, err = s.forwardsInShort(ctx, list[i].ID); err != nil {
			return nil, s.fail(doing, err)
		}
	}
	return list, nil
}

// scanned scans a row that has one more column than scanDelivery reads.
type scanned struct {
	row  interface{ Scan(...any) error }
	last any
}

func (s scanned) Scan(into ...any) error { return s.row.Scan(append(into, s.last)...) }

// forwardsInShort returns how the forwards of a delivery ended, oldest first.
func (s *Store) forwardsInShort(ctx context.Context, id int64) (list []webhook.Forward, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, target, status, failure FROM forward WHERE delivery_id = ? ORDER BY id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f := webhook.Forward{DeliveryID: id}
		if err := rows.Scan(&f.ID, &f.Target, &f.Status, &f.Failure); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}
