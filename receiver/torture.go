package receiver

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// torturedMost is how many requests a run sends at most, those that clean up
// not counted.
const torturedMost = 300

// Torture sends an app under development what senders do to it and it may not
// expect, and judges its answers. It sends one request after the other, but for
// those that a case wants sent at once, and keeps nothing.
type Torture struct {
	// Endpoint signs, with its first secret.
	Endpoint  Endpoint
	Forwarder *Forwarder
	// Now is a clock of which no two times have the same millisecond: events
	// keep their order.
	Now    func() time.Time
	Target string
	// Probe is a URL at which the app shows a user, with {id} in the place of
	// the user's id; "" where it shows none.
	Probe string
	// Pace returns when the next request may go.
	Pace func(context.Context) error
	// Within is how long an answer may take; 0 is 15 s, as long as Svix waits.
	Within time.Duration
	// KeepUsers leaves the app as it is when the run ends.
	KeepUsers bool
}

// Result is what a case came to.
type Result struct {
	Case
	State State
	// Answers are the app's, in the order of the requests.
	Answers []webhook.Forward
	// Detail says what is wrong, or what is left to look at; Advice what to do.
	Detail, Advice string
}

// Ordeal is what a run came to.
type Ordeal struct {
	OK, Looks, Findings, Requests int
	// Stopped says why the run ended early, "" where it did not, and Advice what
	// to do about that.
	Stopped, Advice string
	// Left are the users that may still be in the app.
	Left []string
}

// Run sends the cases that were chosen, after the first of all, without which
// no other says anything; chosen is nil for all. Each result goes to seen. What
// it made in the app it takes away again, also where ctx ends it.
func (t Torture) Run(ctx context.Context, all []Case, chosen []string, seen func(Result) error) (Ordeal, error) {
	if t.Within == 0 {
		t.Within = sendTimeout
	}
	g := &torment{Torture: t, run: strconv.FormatInt(t.Now().UnixMilli(), 36)}
	err := g.all(ctx, all, chosen, seen)
	g.cleanUp(context.WithoutCancel(ctx))
	return g.ordeal, err
}

// torment is one run.
type torment struct {
	Torture
	// run is a part of all ids and addresses: no two runs share a user.
	run string
	// users are those that the app was told of, given the captured deliveries
	// that it was sent.
	users []string
	given []*webhook.Delivery
	// down says that nothing listens any more, refused that not even the plain
	// event was taken.
	down, refused bool
	ordeal        Ordeal
}

func (g *torment) all(ctx context.Context, all []Case, chosen []string, seen func(Result) error) error {
	for i, c := range all {
		if i > 0 && chosen != nil && !slices.Contains(chosen, c.Name) {
			continue
		}
		if g.ordeal.Requests >= torturedMost {
			g.ordeal.Stopped = fmt.Sprintf("%d requests are the most that are sent", torturedMost)
			return nil
		}
		r, err := g.try(ctx, i, c)
		if err != nil {
			return err
		}
		if err := seen(r); err != nil {
			return err
		}
		if g.over(i, r) {
			return nil
		}
	}
	return nil
}

// over counts a result and says whether the run ends with it.
func (g *torment) over(i int, r Result) bool {
	switch r.State {
	case Right:
		g.ordeal.OK++
	case Look:
		g.ordeal.Looks++
	case Wrong:
		g.ordeal.Findings++
	}
	switch {
	case i == 0 && r.State == Wrong:
		g.ordeal.Stopped = "the app does not take a plain event: " + r.Detail
		g.refused = g.down || r.Answers[0].Status >= 300
	case g.down:
		g.ordeal.Stopped = "the app went down in the case " + r.Name
	default:
		return false
	}
	g.ordeal.Advice = r.Advice
	return true
}

// try sends a case and judges what came of it.
func (g *torment) try(ctx context.Context, number int, c Case) (Result, error) {
	r := Result{Case: c, State: Right}
	sent := make([][]sending, len(c.steps))
	for i, s := range c.steps {
		var first []sending
		if s.again > 0 {
			first = sent[s.again-1]
		}
		var err error
		if sent[i], err = g.prepare(number, s, first); err != nil {
			return r, err
		}
		if err := g.Pace(ctx); err != nil {
			return r, err
		}
		for n, f := range g.send(ctx, sent[i]) {
			r.Answers = append(r.Answers, f)
			g.judge(&r, s, sent[i][n], f)
		}
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		if g.down {
			return r, nil
		}
	}
	return r, g.inspect(ctx, &r, number)
}

// judge measures the newest answer, and puts what is wrong with it into the
// result, unless that holds something as bad already.
func (g *torment) judge(r *Result, s step, m sending, f webhook.Forward) {
	state, why := s.right.judge(f)
	g.down = g.down || strings.HasPrefix(f.Error, webhook.NothingListens)
	if worse(r.State, state) == r.State {
		return
	}
	r.State, r.Detail = state, why
	if len(r.steps) > 1 || s.times > 1 {
		r.Detail = fmt.Sprintf("request %d: %s", len(r.Answers), why)
	}
	if state != Wrong {
		return
	}
	r.Advice = r.Fix
	says, fix := webhook.Advise(m.delivery, f)
	if g.down {
		says, fix = "", "Start the app, or name its address with --to."
	}
	if g.ordeal.OK+g.ordeal.Looks > 0 && f.Status == http.StatusBadRequest {
		says = "" // the plain event was taken: it is not the secret
	}
	if s.right == refuses && f.Status >= http.StatusInternalServerError {
		says, fix = "It is to be refused, and the app failed on it.", ""
	}
	if says != "" {
		r.Detail += ". " + says
	}
	// An answer that no webhook code gave is for another to mend than the case.
	if fix != "" && (r.Advice == "" || f.Status < 400 && (f.Status == 0 || f.Status >= 300)) {
		r.Advice = fix
	}
}
