package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// value reads one alternative. what is "" where it can be read; else it says
// what is wrong, and allowed what could stand there.
func (k Key) value(text string, now time.Time) (v Value, what, allowed string) {
	v.Text = text
	ok := true
	switch k {
	case KeyState:
		v.Text, ok = oneOf(text, States())
	case KeyOrigin:
		v.Text, ok = oneOf(text, words(webhook.Origins()))
	case KeyCode:
		v.Text = strings.ToLower(text)
		ok = len(codesLike(v.Text)) > 0
	case KeyProvider:
		v.Text = lowered(text)
	case KeyStatus, KeyApp:
		v.From, v.To, ok = statuses(text)
	case KeySince, KeyBefore:
		v.At, ok = moment(text, now)
	case KeyNumber:
		if v.ID, ok = positive(text); ok {
			v.Text = strconv.FormatInt(v.ID, 10)
		}
	case KeyType, KeyUser, KeyEmail, KeyMessage, KeyText: // any text will do
	}
	if ok {
		return v, "", ""
	}
	return v, fmt.Sprintf(k.wrong(), text), k.allowed()
}

// missing is what to say where a value ought to stand.
func (k Key) missing() (what, allowed string) {
	switch k {
	case KeyText:
		return "there is no text", `a word, or "several words"; a|b is either`
	case KeyNumber:
		return "# wants a number", k.allowed()
	default:
		return string(k) + ": wants a value", k.allowed()
	}
}

// wrong is the form of what to say of a value that cannot be.
func (k Key) wrong() string {
	switch k {
	case KeyState, KeyOrigin, KeyCode:
		return "there is no " + string(k) + ":%s"
	case KeyStatus, KeyApp:
		return "%q is no HTTP status"
	case KeyNumber:
		return "%q is not the number of a delivery"
	default:
		return "%q is no time"
	}
}

// allowed says what may stand after a key.
func (k Key) allowed() string {
	switch k {
	case KeyType:
		return "a type, with * for any part of it: user.created or user.*"
	case KeyUser:
		return "a user's id, or its beginning: user_2ab"
	case KeyEmail:
		return "an e-mail address, or any part of it: ada@"
	case KeyMessage:
		return "a message's id, or its beginning: msg_2ab"
	case KeyState:
		return strings.Join(States(), ", ")
	case KeyCode:
		return strings.Join(words(webhook.Codes()), ", ") + "; * stands for any part"
	case KeyStatus, KeyApp:
		return `400, 4xx, ">=400", ">400", "<300" or "<=299": in a shell, the filter in quotes`
	case KeySince, KeyBefore:
		return "how long ago (90s, 10m, 2h, 3d, 1w), today, 10:00, 2026-11-22 or 2026-11-22T10:00"
	case KeyProvider:
		return "the name of a provider, such as clerk"
	case KeyOrigin:
		return strings.Join(words(webhook.Origins()), ", ")
	case KeyNumber:
		return "the number of a delivery, or several: #42 or #42|43"
	case KeyText:
	}
	return "any text"
}

// oneOf gives the word that is meant, whatever the case of its letters.
func oneOf(text string, all []string) (string, bool) {
	for _, w := range all {
		if strings.EqualFold(text, w) {
			return w, true
		}
	}
	return text, false
}

func codesLike(pattern string) (found []webhook.Code) {
	for _, c := range webhook.Codes() {
		if glob(pattern, string(c)) {
			found = append(found, c)
		}
	}
	return found
}

// positive reads digits alone: no sign, no blank.
func positive(text string) (int64, bool) {
	if strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0
}

// statuses reads 400, 4xx, >=400, >400, <=299 and <300. Where there was no
// answer the status is 0, which is in none of them.
func statuses(text string) (from, to int, ok bool) {
	if len(text) == 3 && strings.EqualFold(text[1:], "xx") && text[0] >= '1' && text[0] <= '9' {
		from = int(text[0]-'0') * 100
		return from, from + 99, true
	}
	digits := strings.TrimLeft(text, "<>=")
	n, ok := positive(digits)
	if !ok || n < 100 || n > 999 {
		return 0, 0, false
	}
	status := int(n)
	switch text[:len(text)-len(digits)] {
	case "", "=":
		return status, status, true
	case ">=":
		return status, math.MaxInt32, true
	case ">":
		return status + 1, math.MaxInt32, true
	case "<=":
		return 1, status, true
	case "<":
		return 1, status - 1, true
	}
	return 0, 0, false
}

// The layouts of a time, each with a zone and without.
var moments = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// moment reads a time, or how long ago it was.
func moment(text string, now time.Time) (time.Time, bool) {
	if d, ok := ago(text); ok {
		return now.Add(-d), true
	}
	y, m, d := now.Date()
	switch strings.ToLower(text) {
	case "today":
		return time.Date(y, m, d, 0, 0, 0, 0, now.Location()), true
	case "yesterday":
		return time.Date(y, m, d-1, 0, 0, 0, 0, now.Location()), true
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), now.Location()), true
		}
	}
	for _, layout := range moments {
		if t, err := time.ParseInLocation(layout, strings.ToUpper(text), now.Location()); err == nil {
			return t, countable(t)
		}
		if t, err := time.Parse(layout+"Z07:00", strings.ToUpper(text)); err == nil {
			return t, countable(t)
		}
	}
	return time.Time{}, false
}

// countable says whether a time has its place in nanoseconds since 1970.
func countable(t time.Time) bool { return t.Year() >= 1700 && t.Year() <= 2200 }

var units = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// longAgo is as long ago as one may ask for.
const longAgo = 100 * 366 * 24 * time.Hour

// ago reads 10m, 1h30m, 3d.
func ago(text string) (d time.Duration, ok bool) {
	rest := strings.ToLower(text)
	for rest != "" {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		rest = rest[len(digits):]
		unit := rest[:len(rest)-len(strings.TrimLeft(rest, "smhdw"))]
		rest = rest[len(unit):]
		n, err := strconv.ParseInt(digits, 10, 64)
		u := units[unit]
		if err != nil || u == 0 || n > int64(longAgo/u) {
			return 0, false
		}
		if d += time.Duration(n) * u; d > longAgo {
			return 0, false
		}
	}
	return d, text != ""
}
