package autopsy

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

const (
	// numbersMost is how many different numbers of a body are tried in other
	// spellings.
	numbersMost = 32
	// nearestMost is how many whole numbers are tried in the place of one
	// that may have lost its last digits: all that a double between 2⁵³ and 2⁶³
	// can stand for.
	nearestMost = 1 << 10
)

// marker stands for a number while the rest of a body is written. No JSON
// holds a NUL.
const marker = "\x00"

// numbers: a number was read on the way and written in another spelling, from
// which the first cannot be told: 1 was 1.0, or the last digits of a long one are
// lost. One number at a time is tried.
func (s *search) numbers() *Finding {
	if s.tree == nil {
		return nil
	}
	for _, style := range s.has.styles() {
		if style.Layout != Compact && style.Layout != Spaced || style.Plain {
			continue
		}
		for _, number := range s.has.texts {
			marked := style.json()
			marked.number, marked.with = number, marker
			body, ok := s.write(marked)
			if !ok {
				return nil
			}
			if secret, was, ok := s.numbered(bytes.Split(body, []byte(marker)), number); ok {
				return &Finding{Cause: Number, Secret: secret, Style: style, Number: number, Was: was}
			}
		}
	}
	return nil
}

// numbered tries the spellings of a number between the parts of a body.
func (s *search) numbered(parts [][]byte, number string) (secret int, was string, ok bool) {
	head, tail := s.around()
	for _, spelling := range numberSpellings(number) {
		content := append(make([][]byte, 0, len(head)+2*len(parts)+len(tail)), head...)
		for i, part := range parts {
			if i > 0 {
				content = append(content, []byte(spelling))
			}
			content = append(content, part)
		}
		content = append(content, tail...)
		s.report.Bodies++
		for i := range s.keys {
			if s.keys[i].public {
				continue
			}
			for _, read := range s.keys[i].read {
				if _, ok := s.holds(read, content...); ok {
					return s.keys[i].index, spelling, true
				}
			}
		}
		if s.budget.cut {
			break
		}
	}
	return 0, "", false
}

// numberSpellings are the numbers that some language reads and writes as this one.
func numberSpellings(number string) (all []string) {
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
	return append(all, nearest(v)...)
}

// nearest are the whole numbers that a double cannot tell from v.
func nearest(v float64) (all []string) {
	if !isWhole(v) {
		return nil
	}
	around := int64(math.Abs(v))
	sign := ""
	if v < 0 {
		sign = "-"
	}
	for i := range int64(nearestMost) {
		for _, n := range []int64{around - i, around + i} {
			if n > 0 && float64(n) == math.Abs(v) {
				all = append(all, sign+strconv.FormatInt(n, 10))
			}
		}
	}
	return all
}

// Whole reports whether a number is so large and whole that JavaScript, and what
// else keeps numbers as doubles, loses its last digits.
func Whole(number string) bool {
	v, err := strconv.ParseFloat(number, 64)
	return err == nil && isWhole(v)
}
