package webhook

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Cause is why a delivery failed, in a word or two, so that failures of one kind
// can be grouped: the code of a rejection, the outcome that kept a verified one
// from being applied, or what the app answered. "" means that it did not fail.
type Cause string

// The causes that are neither a Code nor an Outcome. The app's answer is "app 400";
// hooktop's own answer, if nothing else explains it, is "answer 500".
const (
	AppNotRunning Cause = "app: not running"
	AppTooSlow    Cause = "app: too slow"
	AppNotAsked   Cause = "app: not sent"
	AppNoAnswer   Cause = "app: no answer"
	NotVerified   Cause = "not verified"

	appAnswered = "app "
	weAnswered  = "answer "
)

// Cause returns why the delivery Failed. Of two causes, hooktop's comes before the
// app's. The database computes the same in a generated column (see store/schema);
// a test holds the two together.
func (d Delivery) Cause() Cause {
	if !d.Failed() {
		return ""
	}
	return d.FirstCause()
}

// FirstCause returns why the delivery HasFailed, also after that was resolved or
// acknowledged.
func (d Delivery) FirstCause() Cause {
	switch {
	case !d.HasFailed():
		return ""
	case d.Outcome == Rejected && d.Verdict.Code != "":
		return Cause(d.Verdict.Code)
	case d.Outcome == Rejected:
		return NotVerified
	case d.Outcome == Conflict, d.Outcome == MissingEmail, d.Outcome == Malformed:
		return Cause(d.Outcome)
	case d.AppFailure != "":
		return silence(d.AppFailure)
	case d.AppStatus >= 300:
		return Cause(appAnswered + strconv.Itoa(d.AppStatus))
	case d.Answer.Status >= 400:
		return Cause(weAnswered + strconv.Itoa(d.Answer.Status))
	}
	return NotVerified
}

// silence returns the cause for an app that did not answer.
func silence(f Failure) Cause {
	switch f {
	case NotRunning:
		return AppNotRunning
	case Timeout:
		return AppTooSlow
	case NotSent:
		return AppNotAsked
	default:
		return AppNoAnswer
	}
}

// Title returns the cause in words, "" for a code: each verdict has a title for
// that.
func (c Cause) Title() string {
	switch c {
	case Cause(Conflict):
		return "Another user holds the e-mail address"
	case Cause(MissingEmail):
		return "The user has no e-mail address"
	case Cause(Malformed):
		return "The body is not the expected JSON"
	case AppNotRunning:
		return "Your app is not running"
	case AppTooSlow:
		return "Your app did not answer in time"
	case AppNotAsked:
		return "Not sent to your app"
	case AppNoAnswer:
		return "Your app did not answer"
	case NotVerified:
		return "The signature was not verified"
	}
	if status, ok := strings.CutPrefix(string(c), appAnswered); ok {
		n, _ := strconv.Atoi(status)
		return strings.TrimSpace(fmt.Sprintf("Your app answered %s %s", status, http.StatusText(n)))
	}
	if status, ok := strings.CutPrefix(string(c), weAnswered); ok {
		return "hooktop answered " + status
	}
	return ""
}
