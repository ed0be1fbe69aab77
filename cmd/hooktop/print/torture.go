package print

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/torture"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/pagetext"
	"github.com/hooktop/hooktop/tui/text"
)

// The objects that torture --json prints: one per case, then the summary.
type (
	resultLine struct {
		Kind     string        `json:"kind"`
		Case     string        `json:"case"`
		State    torture.State `json:"state"`
		Answers  []answerLine  `json:"answers"`
		Does     string        `json:"does"`
		Expected string        `json:"expected"`
		Detail   *string       `json:"detail"`
		Fix      *string       `json:"fix"`
	}
	answerLine struct {
		Status     *int    `json:"status"`
		DurationMS float64 `json:"duration_ms"`
		Error      *string `json:"error"`
	}
	summaryLine struct {
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

// caseLine is a case as torture --list --json prints it.
type caseLine struct {
	Kind     string `json:"kind"`
	Case     string `json:"case"`
	Does     string `json:"does"`
	Expected string `json:"expected"`
}

// TortureCaseObject returns a case, for JSON.
func TortureCaseObject(c torture.Case) caseLine {
	return caseLine{"torture-case", c.Name, c.Does, c.Expected}
}

// TortureObject returns the outcome of a case, for JSON.
func TortureObject(r torture.Result) resultLine {
	line := resultLine{
		Kind: "torture", Case: r.Name, State: r.State, Answers: make([]answerLine, len(r.Answers)),
		Does: r.Does, Expected: r.Expected, Detail: ndjson.Null(r.Detail), Fix: ndjson.Null(r.Advice),
	}
	for i, f := range r.Answers {
		line.Answers[i] = answerLine{ndjson.Null(f.Status), ndjson.Milliseconds(f.Duration), ndjson.Null(f.Error)}
	}
	return line
}

// TortureSummaryObject returns the summary of a run, for JSON.
func TortureSummaryObject(target string, sum torture.Summary) summaryLine {
	return summaryLine{
		Kind: "torture-summary", Target: webhook.WithoutPassword(target), OK: sum.OK, Findings: sum.Findings, Looks: sum.Inconclusive, Requests: sum.Requests,
		Stopped: ndjson.Null(sum.Stopped), Fix: ndjson.Null(sum.Advice), Left: append([]string{}, sum.Left...),
	}
}

// Torture returns a case on one line: what the app answered and what is right;
// below it, if there is anything to say, the detail and the fix.
func Torture(r torture.Result) Text {
	mark, style := "✓", Good
	switch r.State {
	case torture.Finding:
		mark, style = "✗", Bad
	case torture.Inconclusive:
		mark, style = "·", Faint
	case torture.OK:
	}
	lines := []Text{Sprintf("%s %-24s %s", style(Sprintf("%s %-20s", mark, r.Name)), answersText(r.Answers), Faint(r.Expected))}
	if r.State == torture.Finding {
		lines = append(lines, Sprintf("    sent: %s", r.Does))
	}
	if r.Detail != "" {
		lines = append(lines, Sprintf("    %s", OneLine(r.Detail)))
	}
	if said := errorAnswer(r); said != "" {
		lines = append(lines, Sprintf("    response: %s", said))
	}
	if r.Advice != "" {
		lines = append(lines, Sprintf("    fix: %s", r.Advice))
	}
	return Join("\n", lines...)
}

// answersText returns the statuses in order, such as "200 ×9 500".
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

// errorAnswer returns the start of the first answer that is an error, if the case
// is a finding.
func errorAnswer(r torture.Result) string {
	i := slices.IndexFunc(r.Answers, func(f webhook.Forward) bool { return f.Status >= 400 })
	if r.State != torture.Finding || i < 0 {
		return ""
	}
	return AnswerHead(r.Answers[i])
}

func TortureSummary(sum torture.Summary) Text {
	out := Sprintf("%s, %d to check, %d ok; %s", text.Plural(sum.Findings, "finding"), sum.Inconclusive, sum.OK, text.Plural(sum.Requests, "request"))
	if sum.Findings > 0 {
		out = Bad(out)
	}
	if n := len(sum.Left); n > 0 {
		out = Join("", out, Sprintf("\nup to %s left in the app: SELECT * FROM \"User\" WHERE id LIKE 'user_torture%%'", text.Plural(n, "user")))
	}
	return out
}

// AnswerHead returns the beginning of an app's answer, in a line; of a web page, that
// of its text.
func AnswerHead(f webhook.Forward) string {
	const most = 300
	body := f.Body
	if lines, ok := pagetext.Of(f.Header, body); ok {
		body = []byte(strings.Join(lines, " "))
	}
	head := text.OneLine(strings.ToValidUTF8(string(body[:min(len(body), most)]), ""))
	if len(body) > most {
		head += " …"
	}
	return head
}
