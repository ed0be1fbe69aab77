// Package torture sends an app under development what senders do and its
// author may not expect, checks the answers and, where the app shows its users,
// what became of them. It keeps nothing, prints nothing, and deletes the users
// that it made.
package torture

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// maxRequests bounds a run; requests that clean up do not count.
const maxRequests = 300

// Runner holds what a run needs. It sends one request at a time, except where a
// case sends several at once.
type Runner struct {
	// Endpoint signs, with its first secret.
	Endpoint receiver.Endpoint
	App      App
	// Known is what the project's files say about the app.
	Known advice.App
	// Now never returns the same millisecond twice, so that events keep their
	// order.
	Now    func() time.Time
	Target string
	// Probe is a URL at which the app shows a user, with IDPlaceholder for the
	// user's id; "" for none.
	Probe string
	// Pace returns when the next request may go.
	Pace func(context.Context) error
	// Within is how long an answer may take; 0 means 15 s, as long as Svix waits.
	Within time.Duration
	// KeepUsers leaves the app's users as they are when the run ends.
	KeepUsers bool
}

// App sends a request to the app and returns its answer, or why there was none.
// A receiver.Forwarder is one.
type App interface {
	Exchange(ctx context.Context, method, target string, header http.Header, body []byte, within time.Duration) webhook.Forward
}

// Result is how an app did in a case.
type Result struct {
	Case
	State State
	// Answers are the app's, in the order of the requests.
	Answers []webhook.Forward
	// Detail says what is wrong, or what the answers cannot tell; Advice says
	// what to do.
	Detail, Advice string
}

// Summary is what a run came to.
type Summary struct {
	OK, Inconclusive, Findings, Requests int
	// Stopped says why the run ended early, "" if it did not; Advice says what to
	// do about that.
	Stopped, Advice string
	// Left are the users that may still be in the app.
	Left []string
}

// Run sends the first case, without which no other means anything, and those of
// the others that were chosen; nil chooses all. Each result goes to seen. Run
// cleans up in the app even if ctx ends.
func (t Runner) Run(ctx context.Context, all []Case, chosen []string, seen func(Result) error) (Summary, error) {
	if t.Within == 0 {
		t.Within = receiver.SendTimeout
	}
	r := &run{Runner: t, id: strconv.FormatInt(t.Now().UnixMilli(), 36)}
	err := r.all(ctx, all, chosen, seen)
	r.cleanUp(context.WithoutCancel(ctx))
	return r.summary, err
}

// run is one run.
type run struct {
	Runner
	// id is part of all user ids and addresses: no two runs share a user.
	id string
	// users are the ids that the app was told of; given are the captured
	// deliveries that it was sent.
	users []string
	given []*webhook.Delivery
	// down is set once nothing listens, refused if even the plain event failed.
	down, refused bool
	summary       Summary
}

func (r *run) all(ctx context.Context, all []Case, chosen []string, seen func(Result) error) error {
	for i, c := range all {
		if i > 0 && chosen != nil && !slices.Contains(chosen, c.Name) {
			continue
		}
		if r.summary.Requests >= maxRequests {
			r.summary.Stopped = fmt.Sprintf("a run sends at most %d requests", maxRequests)
			return nil
		}
		result, err := r.try(ctx, i, c)
		if err != nil {
			return err
		}
		if err := seen(result); err != nil {
			return err
		}
		if r.count(i, result) {
			return nil
		}
	}
	return nil
}

// count adds a result to the summary and reports whether the run ends with it.
func (r *run) count(i int, result Result) (stop bool) {
	switch result.State {
	case OK:
		r.summary.OK++
	case Inconclusive:
		r.summary.Inconclusive++
	case Finding:
		r.summary.Findings++
	}
	switch {
	case i == 0 && result.State == Finding:
		r.summary.Stopped = "the app does not accept a plain event: " + result.Detail
		r.refused = r.down || result.Answers[0].Status >= 300
	case r.down:
		r.summary.Stopped = fmt.Sprintf("the app went down during the case %q", result.Name)
	default:
		return false
	}
	r.summary.Advice = result.Advice
	return true
}

// try sends a case and judges the answers.
func (r *run) try(ctx context.Context, number int, c Case) (Result, error) {
	result := Result{Case: c, State: OK}
	sent := make([][]request, len(c.steps))
	for i, s := range c.steps {
		var first []request
		if s.again > 0 {
			first = sent[s.again-1]
		}
		var err error
		if sent[i], err = r.prepare(number, s, first); err != nil {
			return result, err
		}
		if err := r.Pace(ctx); err != nil {
			return result, err
		}
		for n, answer := range r.send(ctx, sent[i]) {
			result.Answers = append(result.Answers, answer)
			r.judge(&result, s, sent[i][n], answer)
		}
		if ctx.Err() != nil {
			return result, context.Cause(ctx)
		}
		if r.down {
			return result, nil
		}
	}
	return result, r.checkUsers(ctx, &result, number)
}

// judge records what is wrong with the newest answer, unless the result is as
// bad already.
func (r *run) judge(result *Result, s step, sent request, answer webhook.Forward) {
	state, why := s.right.judge(answer)
	r.down = r.down || answer.Failure == webhook.NotRunning
	if worse(result.State, state) == result.State {
		return
	}
	result.State, result.Detail = state, why
	if len(result.steps) > 1 || s.times > 1 {
		result.Detail = fmt.Sprintf("request %d: %s", len(result.Answers), why)
	}
	if state != Finding {
		return
	}
	result.Advice = result.Fix
	a := advice.On(sent.delivery, answer, r.Known)
	says, fix := a.Says, a.Fix
	if r.down {
		says, fix = "", "Start the app, or pass its address with --to."
	}
	if r.summary.OK+r.summary.Inconclusive > 0 && answer.Status == http.StatusBadRequest {
		says = "" // the plain event was accepted: it is not the secret
	}
	if s.right == rejects && answer.Status >= http.StatusInternalServerError {
		says, fix = "The app should reject this request; it crashed.", ""
	}
	if says != "" {
		result.Detail += ". " + says
	}
	known := says != "" && answer.Status >= http.StatusBadRequest && s.right != rejects
	switch {
	case fix == "":
	case result.Advice == "", answer.Status == 0, answer.Status >= 300 && answer.Status < 400:
		result.Advice = fix // no webhook code answered, so the case's fix does not apply
	case known && a.Certain:
		result.Advice = fix // nor if it is known what failed
	case known && a.NamedByApp():
		result.Advice = fix + " If it is something else: " + strings.ToLower(result.Fix[:1]) + result.Fix[1:]
	}
}

// cleanUp undoes what the run did to the app: it deletes the users, and sends
// captured deliveries once more in their original order.
func (r *run) cleanUp(ctx context.Context) {
	if r.refused {
		return
	}
	if r.KeepUsers || r.down {
		r.summary.Left = r.users
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*receiver.SendTimeout)
	defer cancel()
	requests := r.summary.Requests
	for _, user := range r.users {
		if !r.cleaned(ctx, step{event: "user.deleted", set: assigned("data.id", `"`+user+`"`)}) {
			r.summary.Left = append(r.summary.Left, user)
		}
	}
	slices.SortFunc(r.given, func(a, b *webhook.Delivery) int { return int(a.ID - b.ID) })
	for _, d := range r.given {
		r.cleaned(ctx, step{given: d})
	}
	r.summary.Requests = requests
}

// cleaned sends a step that cleans up, and reports whether the app accepted it
// or has no such user.
func (r *run) cleaned(ctx context.Context, s step) bool {
	if r.Pace(ctx) != nil {
		return false
	}
	all, err := r.prepare(0, s, nil)
	if err != nil {
		return false
	}
	answer := r.send(ctx, all)[0]
	return !answer.Failed() || answer.Status == http.StatusNotFound || answer.Status == http.StatusGone
}
