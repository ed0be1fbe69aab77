package store

import (
	"encoding/json"
	"net/http"
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

// What is written without reflection are the bytes that encoding/json writes.
func FuzzJSONIsThatOfTheStandardLibrary(f *testing.F) {
	f.Add("user_1", "ada@example.com", "pro", int64(1795348800), int64(120_000_000), true)
	f.Add("\x00<>&\"\\", "\xff\u2028é\x7f", "", int64(-62135596801), int64(0), false)
	f.Add("base64:", "\t\n", "null", int64(253402300800), int64(1), true)
	f.Fuzz(func(t *testing.T, a, b, c string, seconds, nanos int64, yes bool) {
		same := func(got string, gotErr error, value any) {
			t.Helper()
			want, err := json.Marshal(value)
			if (err != nil) != (gotErr != nil) || err == nil && got != string(want) {
				t.Errorf("%s (%v)\nwant %s (%v)", got, gotErr, want, err)
			}
		}
		at := time.Unix(seconds, nanos).UTC()
		var end *time.Time
		if yes {
			end = &at
		}
		for _, u := range []user{
			{ID: a, Email: b, CreatedAt: at, UpdatedAt: at.In(time.FixedZone("", int(nanos%86400)))},
			{a, b, &a, &b, &c, &c, end, yes, &b, at, at},
		} {
			got, err := userJSON(u)
			same(got, err, u)
		}
		for _, h := range []http.Header{{}, {a: {b, c}, c: nil, b: {}}} {
			same(string(appendHeader(nil, h)), nil, h)
		}
		for _, v := range []verdict{{}, {Title: a, Secret: b}, {a, b, c, []check{{a, yes, b, yes}, {c, !yes, "", false}}, a, nil, nil}} {
			got, err := plainVerdict(v)
			same(got, err, v)
		}
	})
}
