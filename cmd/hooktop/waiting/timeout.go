package waiting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

const (
	// arrivalsRead is how many of the last deliveries are compared with what was
	// waited for.
	arrivalsRead = 200
	// timeoutPatience bounds the search for what came before the wait.
	timeoutPatience = 10 * time.Second
)

// timeoutError is the end of a wait that was in vain.
func timeoutError(what, fix string) error { return exit.WithCode(exit.CodeTimedOut, what, fix) }

// timedOut says what came instead of what was waited for, and what to do.
func (w *Wait) timedOut(ctx context.Context, db *store.Store) error {
	ctx, cancel := context.WithTimeout(ctx, timeoutPatience)
	defer cancel()
	m := arrivals{forwarded: w.Forwarded, filter: w.Filter}
	err := w.eachThatCame(ctx, db, m.add)
	if err != nil && ctx.Err() == nil {
		return err
	}
	what := fmt.Sprintf("%s within %s", w.absent(), w.Timeout)
	if ctx.Err() != nil { // what came is not known
		return timeoutError(what, "hooktop deliveries lists what arrived")
	}
	return timeoutError(what+"; "+m.came(), w.advice(ctx, db, m))
}

// absent says what did not come.
func (w *Wait) absent() string {
	what := "a delivery"
	if w.Count > 1 {
		what = fmt.Sprintf("%d of %d deliveries", len(w.found), w.Count)
	}
	if !w.Filter.IsZero() {
		what += " that matches " + w.Filter.String()
	}
	if w.Forwarded {
		what += " and was accepted by the app"
	}
	if w.Count > 1 {
		return "only " + strings.Replace(what, " that matches", " that match", 1) + " arrived"
	}
	return what + " did not arrive"
}

// eachThatCame gives those that counted whole, the newest first and the last
// of them alone.
func (w *Wait) eachThatCame(ctx context.Context, db *store.Store, visit func(webhook.Delivery)) error {
	f := query.Filter{}
	if !w.from.IsZero() {
		f = only(query.KeySince, query.Value{Text: w.from.Format(time.RFC3339Nano), At: w.from})
	}
	seen := 0
	for d, err := range db.All(ctx, query.Page{Filter: f, Limit: arrivalsRead}) {
		if err != nil {
			return err
		}
		if seen == arrivalsRead || d.ID <= w.after {
			return nil
		}
		seen++
		if w.Filter.Searches() {
			whole, err := db.Delivery(ctx, d.ID)
			if errors.Is(err, webhook.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			d = whole
		}
		visit(d)
	}
	return nil
}

// advice names the nearest miss, else what else may be the cause.
func (w *Wait) advice(ctx context.Context, db *store.Store, m arrivals) string {
	if id := w.earlier(ctx, db); id != 0 && !m.taken {
		return fmt.Sprintf("#%d matches, but arrived before the wait started: --since-start or --since %d counts it, too", id, id-1)
	}
	d := m.nearest
	switch {
	case m.total == 0 && running.Since(ctx, db).IsZero():
		return "no hooktop is running on this database: start hooktop listen first, and send to the address that it prints"
	case m.total == 0:
		return "hooktop is running, but nothing was sent to it: hooktop trigger user.created sends a signed event" + m.subscribed()
	case m.taken:
		return fmt.Sprintf("the nearest is #%d, but %s", d.ID, appSaid(whole(ctx, db, d), w.App()))
	case m.held == 0:
		return "hooktop deliveries lists what arrived" + m.subscribed()
	}
	return fmt.Sprintf("the nearest is #%d %s, but %s does not match; hooktop show %d shows all of it", d.ID, nearestText(d), m.failed, d.ID) + m.subscribed()
}

// earlier is the newest delivery that matches and came too early to count, 0
// for none.
func (w *Wait) earlier(ctx context.Context, db *store.Store) (id int64) {
	f := w.Filter
	if w.Forwarded {
		f = f.And(only(query.KeyApp, query.Value{Text: "2xx", From: 200, To: 299}))
	}
	p := query.Page{Before: w.after + 1, Filter: f, Limit: 1}
	switch {
	case w.Since != "": // it was said what counts
		return 0
	case !w.from.IsZero():
		p.Before = 0
		p.Filter = f.And(only(query.KeyBefore, query.Value{Text: w.from.Format(time.RFC3339Nano), At: w.from}))
	case w.after == 0:
		return 0
	}
	list, err := db.Deliveries(ctx, p)
	if err != nil || len(list) == 0 || w.Forwarded && list[0].AppFailure != "" { // without it there is other advice
		return 0
	}
	return list[0].ID
}

// whole returns a delivery with its forwards, or as it is if it was deleted meanwhile.
func whole(ctx context.Context, db *store.Store, d webhook.Delivery) webhook.Delivery {
	if read, err := db.Delivery(ctx, d.ID); err == nil {
		return read
	}
	return d
}

// appSaid says why a delivery does not count as accepted by the app, with the cause
// and the fix: in CI the database is gone when somebody reads it.
func appSaid(d webhook.Delivery, app advice.App) string {
	means := ""
	if f, ok := webhook.DecidingForward(d.Forwards); ok {
		a := advice.On(d, f, app)
		means = strings.TrimRight(" "+a.Says+" "+a.Fix, " ")
	}
	switch {
	case d.AppFailure != "" && d.AppStatus == 0:
		return "the app did not answer: " + sentence(d.AppError) + means
	case d.AppStatus != 0:
		return fmt.Sprintf("the app answered %d.%s hooktop show %d has the answer", d.AppStatus, means, d.ID)
	case d.VouchedBy() == "":
		return fmt.Sprintf("it does not verify, so it was not sent to the app; hooktop show %d says why", d.ID)
	}
	return "it was not forwarded: start hooktop with --forward-to URL"
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	if strings.HasSuffix(s, "?") {
		return s
	}
	return strings.TrimSuffix(s, ".") + "."
}

func nearestText(d webhook.Delivery) string {
	words := []string{cmp.Or(d.Type, "?"), cmp.Or(d.Email, d.UserID), string(d.Outcome), string(d.Verdict.Code)}
	words = slices.Compact(slices.DeleteFunc(words, func(s string) bool { return s == "" }))
	return strings.Join(words, " ")
}

// arrivals counts what came, and remembers what missed by least.
type arrivals struct {
	filter    query.Filter
	forwarded bool

	total   int
	types   map[string]int
	nearest webhook.Delivery
	held    int    // terms that hold for nearest
	failed  string // the first term that does not
	taken   bool   // all hold, but the app's answer
}

func (m *arrivals) add(d webhook.Delivery) {
	if m.types == nil {
		m.types = map[string]int{}
	}
	m.total++
	m.types[d.Type]++
	held, failed := 0, ""
	for _, t := range m.filter.Terms {
		switch {
		case t.Matches(d):
			held++
		case failed == "":
			failed = t.String()
		}
	}
	if failed == "" && !m.forwarded || failed == "" && !(webhook.Forward{Status: d.AppStatus, Failure: d.AppFailure}).Failed() {
		return // it matches: one of those that were found
	}
	if m.nearest.ID == 0 || held > m.held {
		m.nearest, m.held, m.failed, m.taken = d, held, failed, failed == ""
	}
}

// subscribed goes on from advice where nothing arrived of a type that was waited
// for: its endpoint may not be told of it.
func (m *arrivals) subscribed() string {
	for _, t := range m.filter.Terms {
		if t.Key != query.KeyType || t.Not {
			continue
		}
		for kind := range m.types {
			if t.Matches(webhook.Delivery{Type: kind}) {
				return ""
			}
		}
		types := make([]string, len(t.Values))
		for i, v := range t.Values {
			types[i] = v.Text
		}
		return fmt.Sprintf("; check that the endpoint is enabled and subscribed to %s: Clerk Dashboard → Webhooks → your endpoint", strings.Join(types, " or "))
	}
	return ""
}

// came says how many came, and of which types most of them.
func (m *arrivals) came() string {
	const named = 3
	if m.total == 0 {
		return "nothing arrived"
	}
	count := fmt.Sprint(m.total)
	if m.total == arrivalsRead {
		count += " or more"
	}
	types := make([]string, 0, len(m.types))
	for t := range m.types {
		types = append(types, t)
	}
	slices.SortFunc(types, func(a, b string) int {
		if m.types[a] != m.types[b] {
			return m.types[b] - m.types[a]
		}
		return strings.Compare(a, b)
	})
	for i, t := range types {
		types[i] = t
		switch n := m.types[t]; {
		case t == "":
			types[i] = fmt.Sprintf("%d without a type", n)
		case n > 1:
			types[i] += fmt.Sprintf(" ×%d", n)
		}
	}
	if len(types) > named {
		types = append(types[:named], "…")
	}
	return fmt.Sprintf("%s arrived: %s", count, strings.Join(types, ", "))
}
