package tui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// memory is a Store in memory, with the deliveries in the order of their ids.
type memory struct {
	mu    sync.Mutex
	rows  []webhook.Delivery
	users []webhook.UserRecord
	now   time.Time
	err   error

	forgotten int64

	reach    int64
	searches int
}

var errNoDelivery = errors.New("no such delivery")

func (s *memory) Deliveries(_ context.Context, p query.Page) ([]webhook.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	var out []webhook.Delivery
	take := func(d webhook.Delivery) bool {
		if p.Failures && !d.Failed() || p.Cause != "" && d.Cause() != p.Cause || p.UserID != "" && d.UserID != p.UserID || p.MessageID != "" && d.MessageID != p.MessageID {
			return true
		}
		if !p.Filter.Matches(d) || p.After > 0 && d.ID <= p.After || p.Before > 0 && d.ID >= p.Before {
			return true
		}
		out = append(out, listed(d))
		return len(out) < p.Limit
	}
	if p.Upward() {
		for _, d := range s.rows {
			if !take(d) {
				break
			}
		}
		if !p.OldestFirst {
			slices.Reverse(out)
		}
		return out, nil
	}
	for i := len(s.rows) - 1; i >= 0; i-- {
		if !take(s.rows[i]) {
			break
		}
	}
	return out, nil
}

// Search searches s.reach deliveries at a time, 0 for all.
func (s *memory) Search(ctx context.Context, p query.Page) (query.Found, error) {
	s.mu.Lock()
	f, err := s.search(p), s.err
	s.mu.Unlock()
	return f, errors.Join(err, ctx.Err())
}

func (s *memory) search(p query.Page) (f query.Found) {
	s.searches++
	low, high := max(1, p.After+1), int64(0)
	if n := len(s.rows); n > 0 {
		low, high = max(low, s.rows[0].ID), s.rows[n-1].ID
	}
	if p.Before > 0 {
		high = min(high, p.Before-1)
	}
	bottom, top := low, high
	up := p.Upward()
	numbered := slices.ContainsFunc(p.Filter.Terms, func(t query.Term) bool { return t.Key == query.KeyNumber })
	switch { // by their numbers they are all found at once
	case s.reach == 0 || numbered:
	case up:
		high = min(high, low+s.reach-1)
	default:
		low = max(low, high-s.reach+1)
	}
	if f.From, f.Upto = high, low; up {
		f.From, f.Upto = low, high
	}
	for id := f.From; id >= low && id <= high; {
		if d := s.rows[id-s.rows[0].ID]; s.wanted(p, d) {
			f.Deliveries = append(f.Deliveries, listed(d))
			if len(f.Deliveries) == p.Limit {
				f.Upto = d.ID
				break
			}
		}
		if id--; up {
			id += 2
		}
	}
	if up && !p.OldestFirst {
		slices.Reverse(f.Deliveries)
	}
	if up {
		f.Done = f.Upto >= top
	} else {
		f.Done = f.Upto <= bottom
	}
	return f
}

func (s *memory) wanted(p query.Page, d webhook.Delivery) bool {
	return (!p.Failures || d.Failed()) && (p.Cause == "" || d.Cause() == p.Cause) && (p.UserID == "" || d.UserID == p.UserID) && p.Filter.Matches(d)
}

func listed(d webhook.Delivery) webhook.Delivery {
	d.Forwards, d.Change, d.Header, d.Body = nil, nil, nil, nil
	d.Verdict = webhook.Verdict{Verified: d.Verdict.Verified, Unverified: d.Verdict.Unverified, Code: d.Verdict.Code}
	return d
}

func (s *memory) Causes(context.Context) (list []query.Failures, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range slices.Backward(s.rows) {
		cause := d.Cause()
		if cause == "" {
			continue
		}
		i := slices.IndexFunc(list, func(f query.Failures) bool { return f.Cause == cause })
		if i < 0 {
			i = len(list)
			list = append(list, query.Failures{Cause: cause, Title: cmp.Or(cause.Title(), d.Verdict.Title), Newest: d})
		}
		f := &list[i]
		f.Count, f.Oldest = f.Count+1, d
		for to, name := range map[*[]string]string{&f.Types: d.Type, &f.Whom: cmp.Or(d.Email, d.UserID)} {
			if name != "" && !slices.Contains(*to, name) {
				*to = append(*to, name)
			}
		}
	}
	return list, s.err
}

func (s *memory) Delivery(_ context.Context, id int64) (webhook.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.rows {
		if d.ID == id {
			return d, s.err
		}
	}
	return webhook.Delivery{}, errNoDelivery
}

func (s *memory) Users(_ context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	order := func(a, b webhook.UserRecord) int {
		switch p.Sort {
		case webhook.ByEmail:
			return cmp.Or(strings.Compare(a.Email, b.Email), strings.Compare(a.ID, b.ID))
		case webhook.ByID:
			return strings.Compare(a.ID, b.ID)
		case webhook.ByPlan:
			return cmp.Or(nullsLast(a.PlanKey, b.PlanKey), strings.Compare(a.ID, b.ID))
		case webhook.ByStatus:
			gone := map[bool]int{true: 1}
			if by := cmp.Compare(gone[a.Deleted()], gone[b.Deleted()]); by != 0 || a.Deleted() {
				return cmp.Or(by, strings.Compare(a.ID, b.ID))
			}
			return cmp.Or(nullsLast(a.SubscriptionStatus, b.SubscriptionStatus), strings.Compare(a.ID, b.ID))
		default:
			return cmp.Or(cmp.Compare(b.DeliveryID, a.DeliveryID), strings.Compare(a.ID, b.ID))
		}
	}
	rows := slices.DeleteFunc(s.usersAt(p.At), func(r webhook.UserRecord) bool {
		return r.Deleted() && !p.Deleted || p.After != nil && order(r, *p.After) <= 0 || p.Before != nil && order(r, *p.Before) >= 0
	})
	slices.SortFunc(rows, order)
	if n := len(rows) - p.Limit; n > 0 {
		if p.Before != nil {
			rows = rows[n:]
		} else {
			rows = rows[:p.Limit]
		}
	}
	return rows, s.err
}

func nullsLast(a, b *string) int {
	if a == nil || b == nil {
		missing := map[bool]int{true: 1}
		return cmp.Compare(missing[a == nil], missing[b == nil])
	}
	return strings.Compare(*a, *b)
}

func (s *memory) Counts(context.Context) (webhook.Counts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := webhook.Counts{Deliveries: int64(len(s.rows)), Recent: [8]int{3, 5, 8, 11, 4, 3, 2, 6}}
	for _, d := range s.rows {
		if d.Failed() {
			c.Failures++
		}
		if d.Outcome == webhook.Rejected {
			c.Rejected++
		}
		c.Newest = max(c.Newest, d.ID)
	}
	if len(s.rows) > 0 {
		c.LastVerified = s.rows[len(s.rows)-1].At
	} else {
		c.Recent = [8]int{}
	}
	for _, u := range s.users {
		if u.Deleted() {
			c.Deleted++
		} else {
			c.Users++
		}
	}
	return c, s.err
}

// add puts a delivery at the end, as if it had just been committed.
func (s *memory) add(d webhook.Delivery) webhook.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.ID = 1
	if n := len(s.rows); n > 0 {
		d.ID = s.rows[n-1].ID + 1
	}
	s.rows = append(s.rows, d)
	return d
}
