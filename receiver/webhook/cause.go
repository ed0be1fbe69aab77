package webhook

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Cause is why a delivery failed, in one word or two, so that those that failed
// alike can be taken together: a rejection's code, what kept a verified one from
// being applied, else what the app answered. "" is no failure.
type Cause string

// The causes that are neither a Code nor an Outcome. An answer of the app is
// "app 400", one of ours that nothing else explains "answer 500".
const (
	AppNotRunning Cause = "app: not running"
	AppTooSlow    Cause = "app: too slow"
	AppNotAsked   Cause = "app: not sent"
	AppNoAnswer   Cause = "app: no answer"
	NotVerified   Cause = "not verified"

	appAnswered = "app "
	weAnswered  = "answer "
)

// Cause is why the delivery failed. Where it did for two reasons, ours goes
// before the app's. The database computes the same by itself: see
// store/schema, and the test that holds the two together.
func (d Delivery) Cause() Cause {
	switch {
	case !d.Failed():
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

// silence is the cause of a failure of the app's to answer.
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

// Title says the cause in words; "" for a code, which each verdict has a title
// for.
func (c Cause) Title() string {
	switch c {
	case Cause(Conflict):
		return "Another user holds the e-mail address"
	case Cause(MissingEmail):
		return "The user has no e-mail address"
	case Cause(Malformed):
		return "The body is not the JSON it should be"
	case AppNotRunning:
		return "Nothing listens where your app should be"
	case AppTooSlow:
		return "Your app did not answer in time"
	case AppNotAsked:
		return "It was not sent to your app"
	case AppNoAnswer:
		return "Your app gave no answer"
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
