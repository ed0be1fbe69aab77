package webhook

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/wording"
)

// sources lists secrets for people: "whsec_…LaSw (CLERK_WEBHOOK_SECRET in .env)".
func sources(secrets []Secret) string {
	const most = 3
	names := make([]string, 0, most)
	for i := range secrets[:min(len(secrets), most)] {
		names = append(names, secrets[i].FullName())
	}
	list := strings.Join(names, ", ")
	if n := len(secrets) - most; n > 0 {
		list += fmt.Sprintf(" and %d more", n)
	}
	return list
}

// takenUp says where a person puts a signing secret and when hooktop has it,
// as the end of a sentence that begins with the secret. A .env file is watched;
// a flag or the process's environment, which override the files, are not. The
// variable is the one that the secret now comes from, else variable.
func takenUp(variable string, now []Secret) string {
	if len(now) > 0 && now[0].Source.Variable != "" && now[0].Source.Origin != FromAPI {
		switch found := now[0].Source; {
		case found.Origin == FromFlag:
			return fmt.Sprintf("into %s, then restart hooktop: that flag overrides variables and .env files.", found.Variable)
		case found.File == "":
			return fmt.Sprintf("into %s where it is set now, in hooktop's own environment, which overrides .env files; then restart hooktop.", found.Variable)
		default:
			return fmt.Sprintf("into %s in %s: hooktop reloads it automatically; then run hooktop reverify ID to re-verify this delivery.", found.Variable, found.File)
		}
	}
	return "into " + variable + " in .env.local: hooktop reloads it automatically; then run hooktop reverify ID to re-verify this delivery."
}

// AgeText writes an age for a sentence: "90 s old", "60 min ahead".
func AgeText(age time.Duration) string { return wording.AgeText(age) }

// Age says a duration for a sentence, as verdicts say it: "90 s", "20 h 5 min".
func Age(d time.Duration) string { return wording.Age(d) }

// QuoteShort quotes a sender's text for a sentence. Quoting also makes it harmless.
func QuoteShort(s string) string { return wording.QuoteShort(s) }

func isHex(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil
}
