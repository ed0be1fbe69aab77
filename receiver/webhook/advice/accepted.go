package advice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

const (
	// svixLimit is how long Svix waits for an answer
	// (https://docs.svix.com/retries); slowAnswer is when to warn.
	svixLimit  = 15 * time.Second
	slowAnswer = 10 * time.Second

	answerFirst = "Answer 2xx first, then do the work; recognize repeats by their svix-id."
)

// accepted returns nothing if the app was right to accept the delivery, and did
// so in time.
func (e *evidence) accepted() Advice {
	switch {
	case e.d.Verdict.State() == webhook.VerdictRejected:
		return e.acceptedUnverified()
	case IsPage(e.f.Body):
		return e.pageAnswered()
	}
	if a, ok := e.errorDespiteSuccess(); ok {
		return a
	}
	if e.f.Duration >= slowAnswer {
		return certain(SlowAnswer, fmt.Sprintf("It took %d s; %s.", int(e.f.Duration.Round(time.Second)/time.Second), e.patience()), answerFirst)
	}
	return Advice{}
}

// acceptedUnverified explains a success of what was rejected here. The app may know
// a secret that hooktop does not.
func (e *evidence) acceptedUnverified() Advice {
	here := strings.Replace(refusedHereToo(e.d.Verdict).Says, ", too", "", 1)
	fix := "Make the app check the signature and its time before it acts: anyone can send such a request."
	says := "The app accepted a request that it should reject. " + here
	if slices.Contains([]webhook.Code{webhook.WrongSecret, webhook.NoSecret, webhook.OtherKnownSecret, webhook.SwappedSecrets, webhook.UnsupportedVersion}, e.d.Verdict.Code) {
		return likely(AcceptedUnverified, []Cause{WrongSecret}, "The app answered "+strconv.Itoa(e.f.Status)+" to a request that does not verify here: perhaps it does not check the signature, or it verifies with a secret that hooktop does not use. "+here, fix+" If it does: give hooktop the app's secret.")
	}
	if saysFailed(e.f.Body) || e.mentionsSignature() && soundsBad(e.text) {
		return likely(AcceptedUnverified, []Cause{ErrorWithSuccess}, fmt.Sprintf("The app answered %d to a request that it should reject; its body may say that it did.%s ", e.f.Status, e.said())+here, fix+" Answer 4xx to what does not verify.")
	}
	return certain(AcceptedUnverified, says, fix)
}

// patience says how long the sender waits.
func (e *evidence) patience() string {
	if fromStripe(e.d) {
		return "hooktop waits 15 s, and Stripe wants an answer at once"
	}
	return "Svix gives up after 15 s and retries"
}

// pageAnswered explains a success that is a web page.
func (e *evidence) pageAnswered() Advice {
	fix := "Compare the target's path with the route's" + e.placed(": ", "") + "."
	if e.stack.auth != "" {
		fix += " If they match, a sign-in page may have answered: " + lowerFirst(e.inStack(e.stack.auth))
	} else {
		fix += " If they match, exempt the route from auth."
	}
	return likely(WebPage, []Cause{NoRoute, AuthMiddleware},
		fmt.Sprintf("It answered %d with a whole web page%s, probably a front page or a sign-in page and not the webhook route. %s counts it as delivered.", e.f.Status, titleOf(e.text), e.sender()), fix)
}

// titleOf quotes the first line of a page.
func titleOf(text string) string {
	line := firstLine(text)
	if line == "" {
		return ""
	}
	return ` ("` + quotable(line[:min(len(line), 60)]) + `")`
}

// IsPage reports whether an answer is a whole web page, which no webhook route
// sends. The content type does not tell: Express sends a bare "ok" as text/html.
func IsPage(body []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 200)]))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

// errorDespiteSuccess recognizes an error that was answered with 2xx.
func (e *evidence) errorDespiteSuccess() (Advice, bool) {
	failed := saysFailed(e.f.Body)
	a, ok := e.knownResponse()
	if !ok && failed {
		a, ok = e.knownCrash()
	}
	switch {
	case ok:
	case e.mentionsSignature() && (failed || len(e.text) < 500 && soundsBad(e.text)):
		a = e.signatureRefused(false)
	case failed:
		a = certain(ErrorWithSuccess, "The answer's body says that it failed."+e.said(), "")
	default:
		return Advice{}, false
	}
	a.Says = fmt.Sprintf("The app answered %d, so %s counts it as delivered and will not send it again. %s", e.f.Status, e.sender(), a.Says)
	a.Fix = strings.TrimSpace("Answer with 4xx or 5xx if the app could not handle it: Response.json({ error }, { status: 400 }). " + a.Fix)
	if !e.stack.javascript {
		a.Fix = strings.Replace(a.Fix, ": Response.json({ error }, { status: 400 })", "", 1)
	}
	return a, true
}

var (
	badWords  = lazyregexp.New(`(?i)\b(invalid|fail\w*|error\w*|mismatch|missing|unable|not|bad|wrong|unverified|unauthorized|no)\b`)
	goodWords = lazyregexp.New(`(?i)\b(verified|valid|success\w*|succeeded|accepted|ok|passed)\b`)
	denied    = lazyregexp.New(`(?i)\b(not|never)\s+(be\s+)?(verified|valid|accepted)`)
)

// soundsBad reports whether a text about a signature is about a failure.
func soundsBad(text string) bool {
	return badWords.MatchString(text) && (!goodWords.MatchString(text) || denied.MatchString(text))
}

// saysFailed reports whether a JSON object reports a failure.
func saysFailed(body []byte) bool {
	var o map[string]json.RawMessage
	if !isObject(body) || json.Unmarshal(body, &o) != nil {
		return false
	}
	for _, name := range []string{"error", "errors", "Error"} {
		if raw, ok := o[name]; ok && !saysNothing(raw) {
			return true
		}
	}
	for _, name := range []string{"success", "ok"} {
		if string(o[name]) == "false" {
			return true
		}
	}
	var status string
	_ = json.Unmarshal(o["status"], &status) // a number leaves it empty
	return slices.Contains([]string{"error", "failed", "failure", "fail"}, strings.ToLower(status))
}

// noErrors are texts of an error that is none.
var noErrors = []string{"", "0", "none", "null", "nil", "false", "undefined", "ok", "success", "no error", "no errors", "n/a"}

// saysNothing reports whether the value of an error's member is none: empty, or only
// empty members.
func saysNothing(raw json.RawMessage) bool {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return false
	}
	return isNothing(value, 0)
}

func isNothing(value any, depth int) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return slices.Contains(noErrors, strings.ToLower(strings.Trim(v, " .")))
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, each := range v {
			if depth > 3 || !isNothing(each, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}
