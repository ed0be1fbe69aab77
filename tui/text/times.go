package text

import (
	"strconv"
	"time"
)

// Age returns how long before now a time was, in at most five cells: "59s",
// "1m", "47h". None stands for the zero time.
func Age(t, now time.Time) string {
	if t.IsZero() {
		return None
	}
	switch d := now.Sub(t); {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	default:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	}
}

// Ago returns the age of a time for a sentence: "5m ago", "now".
func Ago(t, now time.Time) string {
	age := Age(t, now)
	if t.IsZero() || age == "now" {
		return age
	}
	return age + " ago"
}

// Took returns how long something lasted, in at most five cells: "41ms", "1.5s",
// "3h". It returns "" for nothing.
func Took(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return "<1ms"
	case d < time.Second:
		return strconv.Itoa(int((d+time.Millisecond/2)/time.Millisecond)) + "ms"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	case d < 100*time.Minute:
		return strconv.Itoa(int(d.Round(time.Second)/time.Second)) + "s"
	default:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
}

// Clock returns the time of day: 12:04:05, or 12:04:05.91 with hundredths of a
// second. It is made for long lists: time.Format costs more than the rest of a
// row.
func Clock(t time.Time, hundredths bool) string {
	var b [11]byte
	two := func(at, n int) { b[at], b[at+1] = byte('0'+n/10), byte('0'+n%10) }
	two(0, t.Hour())
	two(3, t.Minute())
	two(6, t.Second())
	b[2], b[5] = ':', ':'
	if !hundredths {
		return string(b[:8])
	}
	b[8] = '.'
	two(9, t.Nanosecond()/int(10*time.Millisecond))
	return string(b[:])
}
