package text

import (
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
)

// None is shown in the place of a value that is missing.
const None = "—"

// OrNone returns s, or None where it is empty.
func OrNone(s string) string {
	if s == "" {
		return None
	}
	return s
}

// Grouped returns a number as people write it: 1,024.
func Grouped[N int | int64](n N) string { return humanize.Comma(int64(n)) }

// Plural counts things: "1 user", "1,024 users", "2 deliveries".
func Plural[N int | int64](n N, one string) string {
	switch stem, y := strings.CutSuffix(one, "y"); {
	case n == 1:
		return "1 " + one
	case y && stem != "" && !strings.ContainsRune("aeiou", rune(stem[len(stem)-1])):
		return Grouped(n) + " " + stem + "ies"
	}
	return Grouped(n) + " " + one + "s"
}

// Size returns a number of bytes: "986 bytes", "20 KiB", "1.5 MiB".
func Size(n int64) string {
	switch {
	case n < 10_000:
		return Plural(n, "byte")
	case n < 1<<20:
		return strconv.FormatInt(n>>10, 10) + " KiB"
	default:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	}
}
