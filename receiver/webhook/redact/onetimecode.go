package redact

import (
	"encoding/json"
	"regexp"
	"strings"
)

// MayHaveCode reports whether events of that type carry one-time codes.
func MayHaveCode(event string) bool { return event == "email.created" || event == "sms.created" }

// oneTimeCode is the form of a code: Clerk's, and a little more. Other forms are
// not shown. sixDigits is how a code looks in a text.
var (
	oneTimeCode = regexp.MustCompile(`^[0-9A-Za-z]{4,10}$`)
	sixDigits   = regexp.MustCompile(`\b[0-9]{6}\b`)
)

// OneTimeCode returns the code that a Clerk e-mail or text message carries, or "":
// data.data.otp_code, or else six digits in the subject or message, as in the
// specification's example of a text message.
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
		return "" // an invitation or a link: its digits mean something else
	}
	return sixDigits.FindString(event.Data.Subject + "\n" + event.Data.Message)
}
