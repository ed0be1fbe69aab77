package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// value reads one alternative. If it cannot, what says what is wrong and allowed
// what is allowed there; else both are "".
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
	case KeyType, KeyUser, KeyEmail, KeyMessage, KeyText: // any text
	}
	if ok {
		return v, "", ""
	}
	return v, fmt.Sprintf(k.wrong(), text), k.allowed()
}

// missing returns what to say if the value is missing.
func (k Key) missing() (what, allowed string) {
	switch k {
	case KeyText:
		return "the text is empty", `a word or "several words"; a|b matches either`
	case KeyNumber:
		return "# needs a number", k.allowed()
	default:
		return string(k) + ": needs a value", k.allowed()
	}
}

// wrong returns the format of what to say about a bad value.
func (k Key) wrong() string {
	switch k {
	case KeyState:
		return "unknown state %q"
	case KeyOrigin, KeyCode:
		return "unknown " + string(k) + " %q"
	case KeyStatus, KeyApp:
		return "%q is not an HTTP status"
	case KeyNumber:
		return "%q is not a delivery number"
	default:
		return "%q is not a time"
	}
}

// allowed returns what may follow a key.
func (k Key) allowed() string {
	switch k {
	case KeyType:
		return "a type, with * for any part: user.created or user.*"
	case KeyUser:
		return "a user id or its beginning: user_2ab"
	case KeyEmail:
		return "an e-mail address or part of one: ada@"
	case KeyMessage:
		return "a message id or its beginning: msg_2ab"
	case KeyState:
		return strings.Join(States(), ", ")
	case KeyCode:
		return strings.Join(words(webhook.Codes()), ", ") + "; * matches any part"
	case KeyStatus, KeyApp:
		return "400, 4xx, >=400, >400, <300 or <=299; quote the filter in a shell"
	case KeySince, KeyBefore:
		return "an age (90s, 10m, 2h, 3d, 1w), today, 10:00, 2026-11-22 or 2026-11-22T10:00"
	case KeyProvider:
		return "the name of a provider, such as clerk"
	case KeyOrigin:
		return strings.Join(words(webhook.Origins()), ", ")
	case KeyNumber:
		return "a delivery number, or several: #42 or #42|43"
	case KeyText:
	}
	return "any text"
}

// oneOf returns the word that text means, ignoring case.
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

// positive reads digits only: no sign, no space.
func positive(text string) (int64, bool) {
	if strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0
}

// statuses reads 400, 4xx, >=400, >400, <=299 and <300. None of them contains 0,
// the status without an answer.
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

// timeLayouts are the layouts of a time; each may have a zone.
var timeLayouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// moment reads a time or an age.
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
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, strings.ToUpper(text), now.Location()); err == nil {
			return t, countable(t)
		}
		if t, err := time.Parse(layout+"Z07:00", strings.ToUpper(text)); err == nil {
			return t, countable(t)
		}
	}
	return time.Time{}, false
}

// countable reports whether a time can be held in nanoseconds since 1970.
func countable(t time.Time) bool { return t.Year() >= 1700 && t.Year() <= 2200 }

var units = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// maxAge is the greatest age that a filter may have.
const maxAge = 100 * 366 * 24 * time.Hour

// ago reads an age: 10m, 1h30m, 3d.
func ago(text string) (d time.Duration, ok bool) {
	rest := strings.ToLower(text)
	for rest != "" {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		rest = rest[len(digits):]
		unit := rest[:len(rest)-len(strings.TrimLeft(rest, "smhdw"))]
		rest = rest[len(unit):]
		n, err := strconv.ParseInt(digits, 10, 64)
		u := units[unit]
		if err != nil || u == 0 || n > int64(maxAge/u) {
			return 0, false
		}
		if d += time.Duration(n) * u; d > maxAge {
			return 0, false
		}
	}
	return d, text != ""
}
