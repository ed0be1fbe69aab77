package store

import (
	"testing"
	"time"
)

// An imported line may have any time. One that the database cannot hold becomes the nearest
// possible, and stays in order.
func TestATimeOutOfRangeBecomesTheNearestInRange(t *testing.T) {
	year := func(n int) time.Time { return time.Date(n, 3, 4, 5, 6, 7, 8, time.UTC) }
	for _, c := range []struct {
		name     string
		at, want time.Time
	}{
		{"none", time.Time{}, time.Time{}},
		{"of these days", year(2026), year(2026)},
		{"before the earliest possible time", year(1066), time.Date(1677, 9, 21, 0, 12, 43, 145224192, time.UTC)},
		{"after it", year(9000), time.Date(2262, 4, 11, 23, 47, 16, 854775807, time.UTC)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fromNanos(nanos(c.at)); !got.Equal(c.want) {
				t.Errorf("%s is %s, want %s", c.at, got, c.want)
			}
		})
	}
}
