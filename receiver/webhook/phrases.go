package webhook

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// sources lists secrets for people: "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env)".
func sources(secrets []Secret) string {
	const most = 3
	names := make([]string, 0, most)
	for i := range secrets[:min(len(secrets), most)] {
		names = append(names, secrets[i].FullName())
	}
	list := strings.Join(names, ", ")
	if n := len(secrets) - most; n > 0 {
		list += fmt.Sprintf(" and %d more", n)
	}
	return list
}

// takenUp says where a person puts a signing secret and when hooktop has it,
// as the end of a sentence that begins with the secret. A .env file is watched;
// what stands above the files, a flag or the process's environment, is not.
func takenUp(variable string, now []Secret) string {
	if len(now) > 0 && now[0].Source.Origin != OwnSecret {
		found := now[0].Source
		if found.File == "" {
			return fmt.Sprintf("into %s, then restart hooktop: its secret comes from %s, which overrides .env files.", variable, found)
		}
		return fmt.Sprintf("into %s in %s: hooktop reloads it automatically; then press R to re-verify this delivery.", variable, found.File)
	}
	return "into " + variable + " in .env.local: hooktop reloads it automatically; then press R to re-verify this delivery."
}

// AgeText says an age for a sentence: "90 s old", "60 min ahead".
func AgeText(age time.Duration) string {
	if age < 0 {
		return ageSeconds(age.Abs()) + " ahead"
	}
	return ageSeconds(age) + " old"
}

// Age says a duration for a sentence, as verdicts say it: "90 s", "20 h 5 min".
func Age(d time.Duration) string { return ageSeconds(d) }

// ageMost is the longest time that is counted out: a sender may claim any.
const ageMost = 100 * 365 * 24 * time.Hour

// ageSeconds says a duration in its one or two largest units.
func ageSeconds(d time.Duration) string {
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

// inEnglish joins names for a sentence: "a, b and c".
func inEnglish(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// listOf quotes a sender's words for a sentence, the first few of them.
func listOf(words []string) string {
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

func isHex(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil
}

// QuoteShort quotes a sender's text for a sentence. Quoting also makes it harmless.
func QuoteShort(s string) string {
	const most = 60
	if len(s) > most {
		return strconv.QuoteToASCII(s[:most]) + "…"
	}
	return strconv.QuoteToASCII(s)
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if head, tail, ok := strings.Cut(one, " of "); ok {
		return fmt.Sprintf("%d %ss of %s", n, head, tail)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
