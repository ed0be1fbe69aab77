// Package wording writes numbers, ages, lists and quotes the way a sentence
// needs them. It knows no verdict.
package wording

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// AgeText writes an age for a sentence: "90 s old", "60 min ahead".
func AgeText(age time.Duration) string {
	if age < 0 {
		return Age(age.Abs()) + " ahead"
	}
	return Age(age) + " old"
}

// ageMost is the longest time that is written out: a sender may claim any.
const ageMost = 100 * 365 * 24 * time.Hour

// Age writes a duration for a sentence, in its one or two largest units: "90 s",
// "20 h 5 min".
func Age(d time.Duration) string {
	switch {
	case d > ageMost:
		return "more than 100 years"
	case d <= 10*time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d <= 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d <= 48*time.Hour && d%time.Hour < time.Minute:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d <= 48*time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

// List joins names for a sentence: "a, b and c".
func List(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// Quotes quotes a sender's words for a sentence, the first few of them.
func Quotes(words []string) string {
	const most = 3
	var list []string
	for _, w := range words[:min(len(words), most)] {
		list = append(list, QuoteShort(w))
	}
	if n := len(words) - most; n > 0 {
		list = append(list, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(list, ", ")
}

// QuoteShort quotes a sender's text for a sentence. Quoting also makes it harmless.
func QuoteShort(s string) string {
	const most = 60
	if len(s) > most {
		return strconv.QuoteToASCII(s[:most]) + "…"
	}
	return strconv.QuoteToASCII(s)
}

// Plural returns a number and its noun: "1 secret", "2 forms of the body".
func Plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if head, tail, ok := strings.Cut(one, " of "); ok {
		return fmt.Sprintf("%d %ss of %s", n, head, tail)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
