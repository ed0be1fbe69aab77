package advice

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// noAnswer explains that the app did not answer.
func (e *evidence) noAnswer() Advice {
	f := e.f
	if f.Failure != webhook.NotSent && f.Duration >= svixLimit {
		f.Failure = webhook.Timeout
	}
	if a, ok := unreached(f); ok {
		return a
	}
	switch f.Failure {
	case webhook.NotSent:
		return certain(Cause(f.Failure), "It was not sent to the app.", "Resend it; it is re-signed.")
	case webhook.Timeout:
		return certain(Cause(f.Failure), "No answer within 15 s. "+e.sender()+" counts that as a failure and retries.", answerFirst+" If a debugger paused the app, resend once it runs again.")
	case webhook.NotRunning:
		return certain(Cause(f.Failure), "Nothing listens at "+host(f.Target)+".", "Start the app, or set its port with --forward-to; then resend.")
	case webhook.UntrustedCertificate:
		return certain(Cause(f.Failure), "The app's certificate is not trusted here.", "Start with --insecure-forward, which accepts it for the app only, or make this machine trust it (mkcert -install).")
	case webhook.ConnectionClosed:
		return likely(Cause(f.Failure), []Cause{AppError}, "The app at "+host(f.Target)+" accepted the connection and closed it without answering: probably its handler or its process crashed. Its log should say so; if nothing is logged, something else may be listening on that port.",
			readLog)
	case webhook.PartialAnswer:
		return certain(Cause(f.Failure), "The app began to answer and broke off.", "Read what the app logged at the time of this delivery: its process or the handler ended while it answered. Then resend.")
	case webhook.UnreadableAnswer:
		return certain(Cause(f.Failure), "The app answered, but not as HTTP allows: "+quotable(f.Error)+".", "Correct what the app, or a proxy in front of it, writes into the answer: its status, headers or length. Senders may be unable to read it, too.")
	case webhook.InvalidStatus:
		return certain(Cause(f.Failure), "The app answered with a status that is not final.", "Answer with 200, or with 4xx or 5xx for an error.")
	case webhook.Interrupted:
		return certain(Cause(f.Failure), "The app had not answered when hooktop was stopped.", "Resend it; it is re-signed.")
	case webhook.InvalidTarget:
		return certain(Cause(f.Failure), "The target is not a URL.", "Set --forward-to to the app's address, such as http://localhost:3000/api/webhooks/clerk.")
	default:
		return likely(Cause(cmp.Or(f.Failure, webhook.NoAnswer)), []Cause{Cause(webhook.NotRunning)}, "The app did not answer; it is probably not running there.", "Check that it runs at "+bare(f.Target)+", then resend.")
	}
}

// host returns a target's host and port.
func host(target string) string {
	if u, err := url.Parse(target); err == nil && u.Host != "" {
		return u.Host
	}
	return bare(target)
}

// bare returns a target without its scheme and password.
func bare(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return target[strings.LastIndex(target, "@")+1:]
	}
	return strings.TrimSuffix(u.Host+u.EscapedPath(), "/")
}
