package print

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/redact"
	"github.com/hooktop/hooktop/tui/text"
)

// Delivery is all of a delivery for people. Everything that a sender or an
// app wrote goes through text.Printable.
func Delivery(d webhook.Delivery) string {
	var b strings.Builder
	fmt.Fprintln(&b, deliveryHead(d))
	fmt.Fprintf(&b, "\n%s\n%s", Verdict(d.Verdict)+outcomeText(d), Checks(d.Verdict))
	if code := redact.OneTimeCode(d.Body); code != "" && d.Verdict.Verified { // a stranger's is none
		fmt.Fprintf(&b, "\nONE-TIME CODE %s\n", text.Printable(code))
	}
	if d.Change != nil {
		fmt.Fprintf(&b, "\nUSER %s\n%s", text.Printable(d.Change.UserID), Change(*d.Change))
	}
	fmt.Fprintf(&b, "\nREQUEST %s\n  %s %s\n  Host: %s\n", d.Origin, text.Printable(d.Method), text.Printable(d.URL), text.Printable(d.Host))
	writeHeaders(&b, d.Header)
	fmt.Fprintf(&b, "\nBODY %d bytes\n", d.Bytes)
	if d.Bytes > int64(len(d.Body)) {
		b.WriteString("  (not kept: it was larger than --max-body)\n")
	}
	writeBody(&b, d.Body)
	if d.Answer.Status != 0 {
		fmt.Fprintf(&b, "\nANSWER %d in %s\n", d.Answer.Status, Duration(d.Duration))
		writeBody(&b, d.Answer.Body)
	}
	for _, f := range d.Forwards {
		fmt.Fprintf(&b, "\nFORWARD %s\n%s", ForwardLine(f), Advice(d, f))
		writeHeaders(&b, f.Header)
		writeBody(&b, f.Body)
	}
	return strings.TrimRight(b.String(), "\n")
}

// Checks is what was examined, a line each, and after it what is a hint
// alone.
func Checks(v webhook.Verdict) string {
	var b strings.Builder
	for i, c := range v.Checks {
		mark := "✓"
		if !c.OK {
			mark = "✗"
		}
		if c.Hint && (i == 0 || !v.Checks[i-1].Hint) {
			b.WriteString("  who sent it, as its headers say (anyone can write them):\n")
		}
		fmt.Fprintf(&b, "  %s %-10s %s\n", mark, c.Name, text.Printable(c.Detail))
	}
	return b.String()
}

func Verdict(v webhook.Verdict) string {
	if v.Verified {
		return Good.Render("✓ "+v.Title) + "\n  " + text.Printable(v.Detail)
	}
	out := Bad.Render("✗ "+v.Title) + "  " + string(v.Code) + "\n  " + text.Printable(v.Detail)
	if v.Fix != "" {
		out += "\n  fix: " + text.Printable(v.Fix)
	}
	return out
}

// outcomeText says why a delivery that verified was not applied, and what to do
// about it; "" for one that was, and for one that does not verify.
func outcomeText(d webhook.Delivery) string {
	e := webhook.ExplainOutcome(&d)
	if !d.Verdict.Verified || e.Why == "" {
		return ""
	}
	mark, style := symbol(d.StandingHere())
	out := "\n" + style.Render(mark+" "+e.Title) + "\n  " + text.Printable(e.Why)
	if e.Fix != "" {
		out += "\n  fix: " + text.Printable(e.Fix)
	}
	return out
}

// Advice says what the app's answer means, and what to do about it.
func Advice(d webhook.Delivery, f webhook.Forward) string {
	says, fix := advice.On(d, f)
	if says == "" {
		return ""
	}
	out := "  " + text.Printable(says) + "\n"
	if fix != "" {
		out += "  fix: " + text.Printable(fix) + "\n"
	}
	return out
}

// Change is the row before and after, as far as they differ.
func Change(c webhook.Change) string {
	switch {
	case c.Before == nil:
		return "  + row\n" + fields(nil, c.After)
	case c.After == nil:
		return "  - row\n" + fields(c.Before, nil)
	}
	return fields(c.Before, c.After)
}

// fields are the values that differ, in the order of the columns; of a row that
// came or went its values alone.
func fields(before, after *webhook.User) string {
	was, is := columns(before), columns(after)
	differ := slices.DeleteFunc(columns(cmp.Or(after, before)), func(c column) bool { return was.value(c.name) == is.value(c.name) })
	longest := 0
	for _, c := range differ {
		longest = max(longest, len(c.name))
	}
	var b strings.Builder
	for _, c := range differ {
		text := c.text
		if before != nil && after != nil {
			text = cmp.Or(was.value(c.name), "—") + " → " + cmp.Or(c.text, "—")
		}
		fmt.Fprintf(&b, "  %-*s  %s\n", longest, c.name, text)
	}
	return b.String()
}

// column is a column of a row with its value, "" for null.
type column struct{ name, text string }

type columnList []column

func (l columnList) value(name string) string {
	for _, c := range l {
		if c.name == name {
			return c.text
		}
	}
	return ""
}

// columns are a row's values by column, as JSON shows them, in its order.
func columns(u *webhook.User) (list columnList) {
	if u == nil {
		return nil
	}
	row, err := json.Marshal(u)
	if err != nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(row))
	for {
		t, err := d.Token()
		if err != nil {
			return list
		}
		name, ok := t.(string)
		if !ok { // a brace
			continue
		}
		value, err := d.Token()
		if err != nil {
			return list
		}
		c := column{name: name}
		if value != nil {
			c.text = text.Printable(fmt.Sprint(value))
		}
		list = append(list, c)
	}
}

func writeHeaders(b *strings.Builder, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			fmt.Fprintf(b, "  %s: %s\n", text.Printable(name), text.Printable(v))
		}
	}
}

// writeBody shows a body: JSON indented, other text as it is, and of what is
// not text its size.
func writeBody(b *strings.Builder, body []byte) {
	var pretty bytes.Buffer
	switch {
	case len(body) == 0:
		return
	case json.Indent(&pretty, body, "", "  ") == nil:
		body = pretty.Bytes()
	case !utf8.Valid(body):
		fmt.Fprintf(b, "  (%d bytes that are not text; --json has them as base64)\n", len(body))
		return
	}
	for line := range strings.Lines(string(body)) {
		fmt.Fprintf(b, "  %s\n", text.Printable(strings.TrimRight(line, "\r\n")))
	}
}
