package selftest

import (
	"regexp"
	"strconv"
	"strings"
)

const codePrefix = "ERR_NGROK_"

var codePattern = regexp.MustCompile(codePrefix + `\d+`)

// edgeCode says what it means that ngrok's edge answered with a code.
type edgeCode struct {
	title, fix string
	// outcome is Refused if senders get that answer, too.
	outcome Outcome
	offline bool
}

const (
	rateFix    = "wait a minute; if it happens again, send less at a time, or upgrade the plan (https://dashboard.ngrok.com/billing)"
	quotaFix   = "wait for the next month, upgrade the plan (https://dashboard.ngrok.com/billing), or use --tunnel relay, which needs no account"
	agentsFix  = "stop other agents at this URL (https://dashboard.ngrok.com/agents), or use another domain with --domain"
	offlineFix = "if it stays offline, restart hooktop, or use another domain with --domain; see https://dashboard.ngrok.com/endpoints"
)

// edgeCodes holds the codes with which ngrok's edge answers senders. See
// https://ngrok.com/docs/errors.
var edgeCodes = map[int]edgeCode{
	3200: {title: "ngrok says that no agent is online at this URL", fix: offlineFix, outcome: Refused, offline: true},
	3004: {title: "ngrok got an invalid answer from the agent at this URL", fix: agentsFix, outcome: Refused, offline: true},
	8012: {title: "another ngrok agent holds this URL, and its app is not running", fix: agentsFix, outcome: Refused},

	702: {title: "the ngrok account opened too many connections in the last minute", fix: rateFix, outcome: Refused},
	703: {title: "the ngrok account is over a rate limit", fix: rateFix, outcome: Refused},
	714: {title: "the ngrok account is over a rate limit", fix: rateFix, outcome: Refused},
	715: {title: "the ngrok account is over a rate limit", fix: rateFix, outcome: Refused},
	734: {title: "the ngrok account got too many requests in the last minute", fix: rateFix, outcome: Refused},
	725: {title: "the ngrok account has used up its bandwidth", fix: quotaFix, outcome: Refused},
	726: {title: "the ngrok account has used up its connections", fix: quotaFix, outcome: Refused},
	728: {title: "the ngrok account has used up its connections", fix: quotaFix, outcome: Refused},
	727: {title: "the ngrok account has used up its requests for this month", fix: quotaFix, outcome: Refused},
	732: {title: "the ngrok account has used up its requests with a traffic policy", fix: "start with --no-edge-policy, or upgrade the plan (https://dashboard.ngrok.com/billing)", outcome: Refused},
	735: {title: "the ngrok account has used up its requests with a traffic policy", fix: "start with --no-edge-policy, or upgrade the plan (https://dashboard.ngrok.com/billing)", outcome: Refused},

	3204: {title: "ngrok verifies webhooks at this URL, so it turned the self-test away", fix: "nothing, if the signing secret there is the right one; the first delivery proves it", outcome: Undecided},
	6024: {title: "ngrok showed the self-test its warning page for browsers", fix: "nothing: webhooks do not get that page; the first delivery proves it", outcome: Undecided},
}

// edge returns what an answer with a code of ngrok's means.
func edge(code string) Result {
	n, _ := strconv.Atoi(strings.TrimPrefix(code, codePrefix))
	e, known := edgeCodes[n]
	if !known {
		e = edgeCode{
			title:   "ngrok itself answers at this URL with an error",
			fix:     "see https://ngrok.com/docs/errors/" + strings.ToLower(code),
			outcome: Refused,
		}
	}
	return Result{Outcome: e.outcome, Code: code, Err: e.title + " (" + code + ")", Fix: e.fix, Offline: e.offline}
}
