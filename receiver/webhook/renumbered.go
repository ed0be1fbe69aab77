package webhook

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	// numbersMost is how many different numbers of a body are tried in other
	// spellings.
	numbersMost = 32
	// neighboursMost is how many whole numbers are tried in the place of one
	// that may have lost its last digits: all that a double between 2⁵³ and 2⁶³
	// can stand for.
	neighboursMost = 1 << 10
)

// marker stands for a number while the rest of a body is written. No JSON
// holds a NUL.
const marker = "\x00"

// renumbered: a number was read on the way and written in another spelling,
// from which the first cannot be told: 1 was 1.0, or the last digits of a long
// one are lost. One number at a time is tried.
func (a *autopsy) renumbered() *Verdict {
	if a.tree == nil {
		return nil
	}
	for _, style := range a.has.styles() {
		if style.layout != compact && style.layout != spaced || style.plain {
			continue
		}
		for _, number := range a.has.texts {
			style.number, style.with = number, marker
			body, ok := a.write(style.jsonStyle)
			if !ok {
				return nil
			}
			parts := bytes.Split(body, []byte(marker))
			if s, was := a.spelled(parts, number); s != nil {
				return lostNumber(s, number, was, style.words)
			}
		}
	}
	return nil
}

// spelled tries the spellings of a number between the parts of a body.
func (a *autopsy) spelled(parts [][]byte, number string) (by *Secret, was string) {
	head := a.scheme.head(a.signed)
	for _, spelling := range spellings(number) {
		content := append(make([][]byte, 0, 2*len(parts)), head)
		for i, part := range parts {
			if i > 0 {
				content = append(content, []byte(spelling))
			}
			content = append(content, part)
		}
		a.bodies++
		for i := range a.all {
			if _, ok := a.holds(a.scheme.key(a.all[i]), content...); ok {
				return &a.all[i], spelling
			}
		}
		if a.work.cut {
			break
		}
	}
	return nil, ""
}

// spellings are the numbers that some language reads and writes as this one.
func spellings(number string) (all []string) {
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return nil
	}
	add := func(s string) {
		if s != number {
			all = append(all, s)
		}
	}
	if v == 0 {
		for _, s := range []string{"0", "-0", "0.0", "-0.0", "0e0", "0E0"} {
			add(s)
		}
		return all
	}
	plain := strconv.FormatFloat(v, 'f', -1, 64)
	add(plain)
	if strings.Contains(plain, ".") {
		add(plain + "0")
		add(plain + "00")
	} else {
		add(plain + ".0")
		add(plain + ".00")
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	bare := strings.TrimLeft(exponent[1:], "0")
	if bare == "" {
		bare = "0"
	}
	sign := strings.TrimPrefix(exponent[:1], "+")
	for _, m := range []string{mantissa, mantissa + ".0"} {
		if strings.Count(m, ".") > 1 {
			continue
		}
		for _, e := range []string{"e" + sign + bare, "E" + sign + bare, "e" + exponent, "E" + exponent, "e" + exponent[:1] + bare, "E" + exponent[:1] + bare} {
			add(m + e)
		}
	}
	return append(all, neighbours(v)...)
}

// neighbours are the whole numbers that a double cannot tell from v.
func neighbours(v float64) (all []string) {
	if !isWhole(v) {
		return nil
	}
	around := int64(math.Abs(v))
	sign := ""
	if v < 0 {
		sign = "-"
	}
	for i := range int64(neighboursMost) {
		for _, n := range []int64{around - i, around + i} {
			if n > 0 && float64(n) == math.Abs(v) {
				all = append(all, sign+strconv.FormatInt(n, 10))
			}
		}
	}
	return all
}

func lostNumber(s *Secret, number, was, words string) *Verdict {
	detail := fmt.Sprintf("The signature holds, with %s, for the same JSON written %s, where the number %s was %s.", s.FullName(), words, short(number), short(was))
	if v, err := strconv.ParseFloat(number, 64); err == nil && isWhole(v) {
		detail += " A double, as JavaScript's numbers are, keeps 53 bits of it: the last digits are lost."
	}
	return &Verdict{
		Code:   BodyReserialized,
		Title:  "A number was rewritten on its way",
		Detail: detail,
		Fix:    "Something reads the JSON and writes it again before it gets here. Pass the raw body on: " + rawInJavaScript + ". Send an id that long as a string.",
		Secret: s.FullName(),
	}
}
