package providerside

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/tui/text"
)

// width is how wide a line is at most.
const width = 80

// Text returns the endpoint, what is wrong with it, and a table of its messages.
func Text(s attempts.Side, now time.Time) print.Text {
	var lines []print.Text
	if e := s.Endpoint; e != nil {
		state := print.Good("enabled")
		if e.Disabled {
			state = print.Bad("disabled")
		}
		lines = append(lines, print.Sprintf("endpoint  %s, %s", e.ID, state),
			print.Sprintf("url       %s", e.URL),
			print.Sprintf("events    %s", cmp.Or(strings.Join(e.EventTypes, ", "), "all")))
	}
	for _, p := range s.Problems {
		lines = append(lines, reason(p, print.Bad("✗ "), 2))
	}
	if s.Endpoint == nil {
		if len(s.Problems) == 0 {
			lines = append(lines, print.Sprintf("endpoint  none: hooktop pulls Clerk's messages and needs none"))
		}
		if s.Others > 0 {
			lines = append(lines, print.Sprintf("  Clerk has %s.", text.Plural(s.Others, "other endpoint")))
		}
		return print.Join("\n", lines...)
	}
	lines = append(lines, print.Sprintf("messages  %s", tally(s, now)))
	if s.MessagesUnread != "" {
		lines = append(lines, print.Sprintf("          what was never tried is not known: %s", s.MessagesUnread))
	}
	if len(s.Messages) > 0 {
		lines = append(lines, print.Text{}, print.Faint(header))
	}
	said := ""
	for _, m := range s.Messages {
		lines = append(lines, row(m, now))
		if m.Reason != nil && m.Reason.Text != said { // several in a row mostly have one cause
			said = m.Reason.Text
			lines = append(lines, reason(*m.Reason, print.Text{}, 9))
		}
	}
	if s.Count(attempts.Failed) > 0 {
		hours := min(max(int(math.Ceil((now.Sub(s.Since)-time.Minute).Hours())), 1), int(svixapi.MaxRecover.Hours()))
		lines = append(lines, print.Text{}, print.Sprintf("hooktop endpoint recover --since %dh has Svix send again what failed", hours))
	}
	return print.Join("\n", lines...)
}

// tally counts the messages by what became of them.
func tally(s attempts.Side, now time.Time) string {
	var parts []string
	for _, c := range []struct {
		state attempts.State
		words string
	}{
		{attempts.Arrived, "arrived"},
		{attempts.Failed, "failed"},
		{attempts.Missing, "missing here"},
		{attempts.NeverTried, "never tried"},
		{attempts.Pending, "on their way"},
	} {
		if n := s.Count(c.state); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c.words))
		}
	}
	list := cmp.Or(strings.Join(parts, ", "), "none")
	if s.More {
		list += " of the newest"
	}
	return list + ", since " + moment(s.Since, now)
}

// The columns: 8 + 11 + 3 + 8 + 15 + 31 with a space between each make 81 at most, and
// the last is shorter than that in all but long ids.
const columns = "%-8s %-11s %-3s %-7s %-14s %s"

var header = print.Sprintf(columns, "SENT", "STATE", "GOT", "HERE", "EVENT", "MESSAGE").String()

// row returns a message in a line.
func row(m attempts.Message, now time.Time) print.Text {
	got, here := "-", "-"
	at := m.At
	if last, tried := m.Last(); tried {
		at = last.At
		if last.StatusCode != 0 {
			got = fmt.Sprint(last.StatusCode)
		}
	}
	if m.Delivery != 0 {
		here = fmt.Sprintf("#%d", m.Delivery)
	}
	style := print.Good
	switch m.State {
	case attempts.Failed, attempts.Missing:
		style = print.Bad
	case attempts.NeverTried, attempts.Pending:
		style = print.Faint
	case attempts.Arrived:
	}
	return print.Sprintf("%s %s %s", print.Sprintf("%-8s", moment(at, now)), style(print.Sprintf("%-11s", string(m.State))),
		print.Sprintf("%-3s %-7s %-14s %s", got, here, text.Cut(text.Printable(cmp.Or(m.Event, "?")), 14), text.Printable(m.ID)))
}

// reason returns a reason and its fix, wrapped and indented.
func reason(r attempts.Reason, lead print.Text, indent int) print.Text {
	var lines []print.Text
	for i, line := range text.Wrap(text.OneLine(r.Text), width-indent) {
		if i == 0 && !lead.IsEmpty() {
			lines = append(lines, print.Join("", lead, print.Sprintf("%s", line)))
			continue
		}
		lines = append(lines, print.Sprintf("%*s%s", indent, "", line))
	}
	if r.Fix != "" {
		for i, line := range text.Wrap("fix: "+text.OneLine(r.Fix), width-indent-5) {
			hang := indent
			if i > 0 {
				hang += 5
			}
			lines = append(lines, print.Sprintf("%*s%s", hang, "", line))
		}
	}
	return print.Join("\n", lines...)
}

// moment returns a time of day, or the date if it is another day.
func moment(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04:05")
	}
	return at.Format("Jan _2")
}
