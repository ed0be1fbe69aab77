package dotenv

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Bounds for values that refer to each other; a file that somebody else wrote
// must not keep hooktop from starting.
const (
	maxSteps = 2000     // of one value
	maxValue = 64 << 10 // bytes of one value
	maxWork  = 4 << 20  // bytes copied for one file
	stepWork = 128      // what a step costs besides
)

// reference is how @next/env finds a reference at the last $ of a value.
var reference = regexp.MustCompile(`^\$\{?([0-9A-Za-z_]+)(?::-([^}\\]*))?\}?`)

// Expand replaces references in the values as @next/env does: $NAME, ${NAME} and
// ${NAME:-default}, also in single quotes; \$ is a dollar sign. set returns the
// value of a variable that comes before this file's, "" for none.
//
// https://github.com/vercel/next.js/tree/canary/packages/next-env
func (f *File) Expand(set func(name string) string) {
	e := expansion{set: set, values: f.Values(), work: maxWork}
	for _, i := range f.inJavaScriptOrder() {
		v := &f.Variables[i]
		e.unset = nil
		text, ok := e.value(v.Value)
		if !ok {
			text, v.Endless = "", true
		}
		v.Value = strings.ReplaceAll(text, `\$`, "$")
		v.Unset = e.unset
		e.values[v.Name] = v.Value
	}
}

// inJavaScriptOrder returns the order in which JavaScript walks an object with
// the variables' names: whole numbers first.
func (f *File) inJavaScriptOrder() []int {
	order := make([]int, len(f.Variables))
	for i := range order {
		order[i] = i
	}
	number := func(i int) uint64 {
		name := f.Variables[i].Name
		n, err := strconv.ParseUint(name, 10, 32)
		if err != nil || n == 1<<32-1 || strconv.FormatUint(n, 10) != name {
			return 1 << 32
		}
		return n
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(number(a), number(b)) })
	return order
}

// expansion is the work on one file.
type expansion struct {
	set    func(name string) string
	values map[string]string
	work   int
	// unset are the references of the present value that came to nothing.
	unset []string
}

// value replaces the last reference of a value until none is left. ok is
// false if that would never end.
func (e *expansion) value(text string) (expanded string, ok bool) {
	for range maxSteps {
		last := lastDollar(text)
		if last < 0 {
			return text, true
		}
		match := reference.FindStringSubmatch(text[last:])
		if match == nil {
			return text, true
		}
		value := cmp.Or(e.set(match[1]), match[2], e.values[match[1]])
		if value == "" && !slices.Contains(e.unset, match[1]) {
			e.unset = append(e.unset, match[1])
		}
		text = replaceFirst(text, match[0], value)
		if e.work -= len(text) + stepWork; e.work < 0 || len(text) > maxValue {
			return "", false
		}
	}
	return "", false
}

// lastDollar returns the place of the last $ without a backslash before it.
func lastDollar(text string) int {
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == '$' && (i == 0 || text[i-1] != '\\') {
			return i
		}
	}
	return -1
}

// replaceFirst is JavaScript's text.replace(old, value): in value, $$ stands for a
// dollar sign, $& for old, $` and $' for what is before and after it.
func replaceFirst(text, old, value string) string {
	before, after, _ := strings.Cut(text, old)
	var b strings.Builder
	b.WriteString(before)
	for i := 0; i < len(value) && b.Len() <= maxValue; i++ {
		if value[i] != '$' || i+1 == len(value) {
			b.WriteByte(value[i])
			continue
		}
		i++
		switch value[i] {
		case '$':
			b.WriteByte('$')
		case '&':
			b.WriteString(old)
		case '`':
			b.WriteString(before)
		case '\'':
			b.WriteString(after)
		default:
			b.WriteByte('$')
			i--
		}
	}
	return b.String() + after
}
