package redact

import (
	"encoding/json"
	"regexp"
	"strings"
)

// MayHaveCode says whether events of that type carry one-time codes.
func MayHaveCode(event string) bool { return event == "email.created" || event == "sms.created" }

// oneTimeCode is the form of a code, as Clerk makes them and some besides; what
// is not of that form is not shown. sixDigits is how it stands in a text.
var (
	oneTimeCode = regexp.MustCompile(`^[0-9A-Za-z]{4,10}$`)
	sixDigits   = regexp.MustCompile(`\b[0-9]{6}\b`)
)

// OneTimeCode finds the code that an e-mail or a text message of Clerk carries,
// "" where it carries none: data.data.otp_code, else, as in the specification's
// own example of a text message, six digits in what is to be read.
func OneTimeCode(body []byte) string {
	var event struct {
		Type string
		Data struct {
			Slug             *string
			Subject, Message string
			Data             struct {
				Code json.RawMessage `json:"otp_code"`
			}
		}
	}
	if err := json.Unmarshal(body, &event); err != nil || !MayHaveCode(event.Type) {
		return ""
	}
	var code string
	if json.Unmarshal(event.Data.Data.Code, &code) != nil {
		code = string(event.Data.Data.Code) // a number
	}
	if oneTimeCode.MatchString(code) && code != "null" {
		return code
	}
	if slug := event.Data.Slug; slug != nil && !strings.Contains(*slug, "code") {
		return "" // an invitation, a link: its digits are something else
	}
	return sixDigits.FindString(event.Data.Subject + "\n" + event.Data.Message)
}
