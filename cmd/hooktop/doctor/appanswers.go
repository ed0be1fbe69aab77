package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

const (
	// answersRead is how many of an app's last answers are read; the last
	// deliveriesFor deliveries are searched for them.
	answersRead   = 5
	deliveriesFor = 50
)

// runningRoutes returns where the hooktop that runs on this database forwards to,
// unless doctor was told of other apps.
func (x *Checker) runningRoutes() (routes []receiver.Route) {
	if x.Running != nil || slices.Contains(x.Settings.Forwarding.Given, "--forward-to") {
		return nil
	}
	for _, n := range x.instances {
		for _, text := range n.condition.Routes {
			if r, err := receiver.ParseRoute(text); err == nil {
				routes = append(routes, r)
			}
		}
		if len(routes) > 0 { // trigger and resend go to the newest, too
			break
		}
	}
	return receiver.Distinct(routes)
}

// answer is what an app answered to a delivery.
type answer struct {
	delivery webhook.Delivery
	forward  webhook.Forward
}

// lastAnswers returns the app's last answers by a route, newest first.
func (x *Checker) lastAnswers(ctx context.Context, r receiver.Route) (last []answer) {
	if x.Store == nil {
		return nil
	}
	read := 0
	for d, err := range x.Store.All(ctx, query.Page{Limit: deliveriesFor}) {
		if read++; err != nil || read > deliveriesFor || len(last) == answersRead {
			return last
		}
		if d.AppStatus == 0 && d.AppFailure == "" {
			continue
		}
		whole, err := x.Store.Delivery(ctx, d.ID)
		if err != nil {
			continue // it was deleted meanwhile
		}
		target := webhook.WithoutPassword(receiver.Endpoints(x.Settings.Endpoints()).TargetFor(r.Target, whole.Provider))
		for _, f := range webhook.LatestForwards(whole.Forwards) {
			if f.Target == target && f.Failure != webhook.NotSent {
				last = append(last, answer{whole, f})
			}
		}
	}
	return last
}

// answered adds to a finding what the app answered last. An app that runs and accepts
// nothing is not fine.
func (x *Checker) answered(ctx context.Context, f *Finding, r receiver.Route) {
	last := x.lastAnswers(ctx, r)
	if len(last) == 0 || f.Status == Failed {
		return
	}
	newest, failed := last[0], 0
	for _, a := range last {
		if a.forward.Failed() {
			failed++
		}
	}
	said := fmt.Sprintf("answered %d to #%d", newest.forward.Status, newest.delivery.ID)
	if newest.forward.Status == 0 {
		said = fmt.Sprintf("gave no answer to #%d: %s", newest.delivery.ID, newest.forward.Error)
	}
	if !newest.forward.Failed() {
		f.Text += "; it " + said
		return
	}
	f.Status = Warning
	f.Text = "the app at " + newest.forward.Target + " " + said
	if failed == len(last) {
		f.Status = Failed
		if failed > 1 {
			f.Text += fmt.Sprintf(" and accepted none of the last %d", failed)
		}
	}
	a := advice.On(newest.delivery, newest.forward, x.Settings.App())
	if a.Says != "" {
		f.Text += ": " + strings.TrimSuffix(a.Says, ".")
	}
	if a.Fix != "" {
		f.Fix = append(f.Fix, a.Fix)
	}
	f.Fix = append(f.Fix, fmt.Sprintf("hooktop show %d has the answer", newest.delivery.ID))
}
