package store

import (
	"context"
	"database/sql"
	"errors"
)

// SetUIState stores a value under a name, in place of the one that is there. "" stands for
// none.
func (s *Store) SetUIState(ctx context.Context, name, value string) error {
	return s.do(ctx, "save the "+name, func(t *tx) error {
		return run(t.setUIState, name, value)
	})
}

// UIState returns the value under a name, "" if there is none.
func (s *Store) UIState(ctx context.Context, name string) (value string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT value FROM remembered WHERE name = ?`, name).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", s.fail("read the "+name, err)
	}
	return value, nil
}
