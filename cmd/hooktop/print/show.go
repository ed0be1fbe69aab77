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
	"github.com/hooktop/hooktop/receiver/webhook/instruction"
	"github.com/hooktop/hooktop/receiver/webhook/pagetext"
	"github.com/hooktop/hooktop/receiver/webhook/redact"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
)

// page collects the lines of a text of many lines.
type page struct{ lines []Text }

func (p *page) line(format string, args ...any) { p.add(Sprintf(format, args...)) }

func (p *page) add(t Text) { p.lines = append(p.lines, t) }

// part begins a part of the page with a heading.
func (p *page) part(format string, args ...any) {
	p.add(Text{})
	p.line(format, args...)
}

func (p *page) text() Text { return Join("\n", p.lines...) }

// Delivery returns a whole delivery: request, verdict, outcome and forwards. app is
// what is known about the app that it was forwarded to.
func Delivery(d webhook.Delivery, app advice.App) Text {
	p := &page{}
	p.add(deliveryHead(d))
	p.dealtWith(d)
	p.add(Text{})
	p.verdict(d.Verdict, d.ID)
	p.outcome(d)
	p.checks(d.Verdict)
	if code := redact.OneTimeCode(d.Body); code != "" && d.VouchedBy() != "" { // a stranger's is none
		p.part("ONE-TIME CODE %s", code)
	}
	if d.Change != nil {
		p.part("USER %s", d.Change.UserID)
		p.add(Change(*d.Change))
	}
	p.part("REQUEST %s", d.Origin)
	p.line("  %s %s", d.Method, d.URL)
	p.line("  Host: %s", d.Host)
	p.headers(d.Header)
	p.part("BODY %d bytes", d.Bytes)
	switch {
	case d.Cut():
		p.line("  (truncated: only the first %d bytes were kept)", len(d.Body))
	case d.Bytes > int64(len(d.Body)):
		p.line("  (not kept: larger than --max-body)")
	}
	p.body(nil, d.Body)
	if d.Answer.Status != 0 {
		p.part("ANSWER %d in %s", d.Answer.Status, Duration(d.Duration))
		p.body(nil, d.Answer.Body)
	}
	for _, f := range d.Forwards {
		p.part("FORWARD %s", ForwardLine(f))
		means := advice.On(d, f, app)
		means.Fix = instruction.ForTerminal(means.Fix, d.ID)
		p.advice(means)
		p.headers(f.Header)
		p.body(f.Header, f.Body)
	}
	return p.text()
}

// dealtWith adds how a failure was resolved, or when it was acknowledged, and which
// deliveries resend it.
func (p *page) dealtWith(d webhook.Delivery) {
	if done := resolution.Text(d); done != "" {
		p.line("  %s", done)
	}
	if !d.AcknowledgedAt.IsZero() {
		p.line("  acknowledged at %s; to undo: hooktop ack --undo %d", Time(d.AcknowledgedAt), d.ID)
	}
	if len(d.Resends) > 1 || len(d.Resends) == 1 && d.Resends[0] != d.ResolvedBy {
		ids := make([]string, len(d.Resends))
		for i, id := range d.Resends {
			ids[i] = fmt.Sprintf("#%d", id)
		}
		p.line("  resends: %s", strings.Join(ids, ", "))
	}
}

// Verdict returns what verifying came to, and what was checked for it.
func Verdict(v webhook.Verdict) Text {
	p := &page{}
	p.verdict(v, 0)
	p.checks(v)
	return p.text()
}

// verdict adds what verifying came to; id is the delivery's, 0 for a request that is not
// stored.
func (p *page) verdict(v webhook.Verdict, id int64) {
	if v.Verified {
		p.add(Good("✓ " + v.Title))
		p.line("  %s", v.Detail)
		return
	}
	if v.Unverified {
		p.line("○ %s", v.Title)
		p.line("  %s", v.Detail)
		return
	}
	p.line("%s  %s", Bad("✗ "+v.Title), v.Code)
	p.line("  %s", v.Detail)
	p.fix(instruction.ForTerminal(v.Fix, id))
}

func (p *page) fix(fix string) {
	if fix != "" {
		p.line("  fix: %s", fix)
	}
}

// checks adds what was checked, then the hints.
func (p *page) checks(v webhook.Verdict) {
	for i, c := range v.Checks {
		mark := "✓"
		if !c.OK {
			mark = "✗"
		}
		if c.Hint && (i == 0 || !v.Checks[i-1].Hint) {
			p.line("  clues about the sender (headers can be faked):")
		}
		p.line("  %s %-10s %s", mark, c.Name, c.Detail)
	}
}

// outcome adds why a delivery that was not rejected was not applied.
func (p *page) outcome(d webhook.Delivery) {
	e := advice.ExplainOutcome(&d)
	if d.Verdict.Rejected() || e.Why == "" {
		return
	}
	mark, style := symbol(d.StandingHere())
	p.add(style(mark + " " + e.Title))
	p.line("  %s", e.Why)
	p.fix(e.Fix)
}

// Advice returns what the app's answer means, and what to do about it.
func Advice(a advice.Advice) Text {
	p := &page{}
	p.advice(a)
	return p.text()
}

func (p *page) advice(a advice.Advice) {
	if a.Says == "" {
		return
	}
	p.line("  %s", a.Says)
	p.fix(a.Fix)
}

// Change returns the row before and after, as far as they differ.
func Change(c webhook.Change) Text {
	p := &page{}
	switch {
	case c.Before == nil:
		p.line("  + row")
	case c.After == nil:
		p.line("  - row")
	}
	p.fields(c.Before, c.After)
	return p.text()
}

// fields adds the values that differ, in the order of the columns; for a row
// that was added or removed its values alone.
func (p *page) fields(before, after *webhook.User) {
	was, is := columns(before), columns(after)
	differ := slices.DeleteFunc(columns(cmp.Or(after, before)), func(c column) bool { return was.value(c.name) == is.value(c.name) })
	longest := 0
	for _, c := range differ {
		longest = max(longest, len(c.name))
	}
	for _, c := range differ {
		value := c.value
		if before != nil && after != nil {
			value = cmp.Or(was.value(c.name), "—") + " → " + cmp.Or(c.value, "—")
		}
		p.line("  %-*s  %s", longest, c.name, value)
	}
}

// column is a column of a row with its value, "" for null.
type column struct{ name, value string }

type columnList []column

func (l columnList) value(name string) string {
	for _, c := range l {
		if c.name == name {
			return c.value
		}
	}
	return ""
}

// columns returns a row's values by column, as JSON shows them, in its order.
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
			c.value = fmt.Sprint(value)
		}
		list = append(list, c)
	}
}

func (p *page) headers(h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			p.line("  %s: %s", name, v)
		}
	}
}

// body adds a body that came with these headers: JSON indented, the text of a web
// page, other text as it is, and the size of what is not text.
func (p *page) body(h http.Header, body []byte) {
	var pretty bytes.Buffer
	lines, isPage := pagetext.Of(h, body)
	switch {
	case len(body) == 0:
		return
	case isPage:
		p.line("  (the text of a web page of %d bytes; --json has all of it)", len(body))
		body = []byte(strings.Join(lines, "\n"))
	case json.Indent(&pretty, body, "", "  ") == nil:
		body = pretty.Bytes()
	case !utf8.Valid(body):
		encoded := ""
		if e := h.Get("Content-Encoding"); e != "" {
			encoded = ", encoded as " + e
		}
		p.line("  (%d bytes that are not text%s; --json has them as base64)", len(body), encoded)
		return
	}
	for line := range strings.Lines(string(body)) {
		p.line("  %s", strings.TrimRight(line, "\r\n"))
	}
}
