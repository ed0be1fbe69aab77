package main

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
)

// The objects that torture --json prints: one for each case, then the sum.
type (
	caseLine struct {
		Kind     string `json:"kind"`
		Case     string `json:"case"`
		Does     string `json:"does"`
		Expected string `json:"expected"`
	}
	resultLine struct {
		Kind     string         `json:"kind"`
		Case     string         `json:"case"`
		State    receiver.State `json:"state"`
		Answers  []answerLine   `json:"answers"`
		Does     string         `json:"does"`
		Expected string         `json:"expected"`
		Detail   *string        `json:"detail"`
		Fix      *string        `json:"fix"`
	}
	answerLine struct {
		Status     *int    `json:"status"`
		DurationMS float64 `json:"duration_ms"`
		Error      *string `json:"error"`
	}
	ordealLine struct {
		Kind     string   `json:"kind"`
		Target   string   `json:"target"`
		OK       int      `json:"ok"`
		Findings int      `json:"findings"`
		Looks    int      `json:"looks"`
		Requests int      `json:"requests"`
		Stopped  *string  `json:"stopped"`
		Fix      *string  `json:"fix"`
		Left     []string `json:"left"`
	}
)

func resultObject(r receiver.Result) resultLine {
	line := resultLine{
		Kind: "torture", Case: r.Name, State: r.State, Answers: make([]answerLine, len(r.Answers)),
		Does: r.Does, Expected: r.Expected, Detail: absent(r.Detail), Fix: absent(r.Advice),
	}
	for i, f := range r.Answers {
		line.Answers[i] = answerLine{absent(f.Status), milliseconds(f.Duration), absent(f.Error)}
	}
	return line
}

func ordealObject(target string, o receiver.Ordeal) ordealLine {
	return ordealLine{
		Kind: "torture-summary", Target: webhook.Redacted(target), OK: o.OK, Findings: o.Findings, Looks: o.Looks, Requests: o.Requests,
		Stopped: absent(o.Stopped), Fix: absent(o.Advice), Left: append([]string{}, o.Left...),
	}
}

// resultText is a case in a line: what the app answered, what is right. Below
// it, where there is something to say, what, and the fix.
func resultText(r receiver.Result) string {
	mark, style := "✓", good
	switch r.State {
	case receiver.Wrong:
		mark, style = "✗", bad
	case receiver.Look:
		mark, style = "·", faint
	case receiver.Right:
	}
	text := style.Render(fmt.Sprintf("%s %-20s", mark, r.Name)) + fmt.Sprintf(" %-24s ", answersText(r.Answers)) + faint.Render(r.Expected)
	if r.State == receiver.Wrong {
		text += "\n    sent: " + r.Does
	}
	if r.Detail != "" {
		text += "\n    " + oneLine(r.Detail)
	}
	if said := saidBadly(r); said != "" {
		text += "\n    it said: " + said
	}
	if r.Advice != "" {
		text += "\n    fix: " + tui.Printable(r.Advice)
	}
	return text
}

// answersText are the statuses in their order, such as "200 ×9 500".
func answersText(answers []webhook.Forward) string {
	var words []string
	for i := 0; i < len(answers); {
		n := 1
		for i+n < len(answers) && answers[i+n].Status == answers[i].Status {
			n++
		}
		word := strconv.Itoa(answers[i].Status)
		if answers[i].Status == 0 {
			word = "—"
		}
		if words = append(words, word); n > 1 {
			words = append(words, fmt.Sprintf("×%d", n))
		}
		i += n
	}
	return strings.Join(words, " ")
}

// saidBadly is the beginning of the first answer that is an error, of a case
// that is a finding.
func saidBadly(r receiver.Result) string {
	i := slices.IndexFunc(r.Answers, func(f webhook.Forward) bool { return f.Status >= 400 })
	if r.State != receiver.Wrong || i < 0 {
		return ""
	}
	return answerHead(pageText(r.Answers[i].Body))
}

// pageText is the text of a web page, such as Express makes of an exception;
// what is no page comes back as it is.
func pageText(body []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimSpace(bytes.ToLower(body)), []byte("<!doctype html")) {
		return body
	}
	_, after, _ := strings.Cut(string(body), "</head>")
	var b strings.Builder
	for text := range strings.SplitSeq(after, "<") {
		_, text, _ = strings.Cut(text, ">")
		b.WriteString(html.UnescapeString(text) + " ")
	}
	return []byte(strings.TrimSpace(b.String()))
}

func ordealText(o receiver.Ordeal) string {
	text := fmt.Sprintf("%s, %d to look at, %d right; %s", plural(o.Findings, "finding"), o.Looks, o.OK, plural(o.Requests, "request"))
	if o.Findings > 0 {
		text = bad.Render(text)
	}
	if n := len(o.Left); n > 0 {
		text += fmt.Sprintf("\nup to %s are left in the app: SELECT * FROM \"User\" WHERE id LIKE 'user_torture%%'", plural(n, "user"))
	}
	return text
}

// tortureCases are all cases, also those of captured deliveries alone.
func tortureCases() []receiver.Case {
	cases := receiver.SyntheticCases()
	for _, c := range receiver.CapturedCases(make([]webhook.Delivery, 2)) {
		if !slices.Contains(caseNames(cases), c.Name) {
			c.Does += " (with --where)"
			cases = append(cases, c)
		}
	}
	return cases
}

func caseNames(cases []receiver.Case) []string {
	names := make([]string, len(cases))
	for i, c := range cases {
		names[i] = c.Name
	}
	return names
}

func (p *program) listCases(s *settings) error {
	for _, c := range tortureCases() {
		line := caseLine{"torture-case", c.Name, c.Does, c.Expected}
		err := printRow(p.colour(p.stdout, s), s, line, func() string {
			return fmt.Sprintf("%-20s %s\n%-20s %s", c.Name, c.Does, "", faint.Render("right: "+c.Expected))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
