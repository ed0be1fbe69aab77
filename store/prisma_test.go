package store

import (
	"slices"
	"testing"
)

// Prisma's schema engine reads an index's columns from PRAGMA index_info and skips an index
// with an unnamed column, so it sees only the model's.
// https://github.com/prisma/prisma-engines, sql-schema-describer/src/sqlite.rs
func TestPrismaSeesOnlyTheIndexesOfTheModel(t *testing.T) {
	s := open(t, Config{})
	rows, err := s.read.QueryContext(t.Context(), `SELECT l.name FROM pragma_index_list('User') AS l
		WHERE l.origin <> 'pk' AND l.partial = 0
			AND NOT EXISTS (SELECT 1 FROM pragma_index_info(l.name) AS i WHERE i.name IS NULL) ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var seen []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	model := []string{"User_email_key", "User_stripeCustomerId_key", "User_stripeSubscriptionId_key", "User_subscriptionStatus_idx"}
	if !slices.Equal(seen, model) {
		t.Errorf("Prisma sees %q, want %q", seen, model)
	}
}
