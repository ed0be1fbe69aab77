package loosejson

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// layouts are how programs write a time; those without a zone mean UTC. Fractions
// of a second are read after any of them.
var layouts = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04:05",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05",
	"2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700 MST",
	"2006-01-02T15:04Z07:00", "2006-01-02 15:04",
	time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC, time.UnixDate, time.RubyDate,
	"02/Jan/2006:15:04:05 -0700", "Mon Jan 2 2006 15:04:05 GMT-0700", "Mon, 2 Jan 2006 15:04:05 MST",
	"2006/01/02 15:04:05",
}

// Time returns the time that a value is: a text in a usual form, or a Unix time in
// seconds, milliseconds, microseconds or nanoseconds. Times before 2000 and after
// 2200 are none.
func Time(v json.RawMessage) (at time.Time, ok bool) {
	text, ok := Text(v)
	if !ok {
		return time.Time{}, false
	}
	return TimeOf(text)
}

// TimeOf is Time for a text.
func TimeOf(text string) (at time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) == 0 || len(text) > 100 {
		return time.Time{}, false
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return sane(unix(n))
	}
	text, _, _ = strings.Cut(text, " (") // JavaScript names the zone after its offset
	if strings.HasSuffix(text, "z") {
		text = text[:len(text)-1] + "Z"
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return sane(at.UTC())
		}
	}
	return time.Time{}, false
}

// unix returns a Unix time in the unit that gives a date before 2200.
func unix(n float64) time.Time {
	const year2200 = 7.26e9
	if n < 0 {
		return time.Time{}
	}
	for _, perSecond := range []float64{1, 1e3, 1e6, 1e9} {
		if s := n / perSecond; s < year2200 {
			whole, part := math.Modf(s)
			return time.Unix(int64(whole), int64(part*1e6)*1000).UTC()
		}
	}
	return time.Time{}
}

func sane(at time.Time) (time.Time, bool) {
	if at.Year() < 2000 || at.Year() > 2200 {
		return time.Time{}, false
	}
	return at, true
}
