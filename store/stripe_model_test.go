package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// spoken is one message of a history.
type spoken struct {
	id    string
	event webhook.Event
}

// foundByApp is no message: the app's own table has a customer for a user.
func foundByApp(customer, user string) spoken {
	return spoken{"", webhook.Event{Subscription: &webhook.Subscription{CustomerID: customer, Users: []string{user}}}}
}

// rowsAfter captures messages into a new database, and returns the users' rows and the
// number of events still waiting.
func rowsAfter(t *testing.T, r *rapid.T, history []spoken, users ...string) (rows []string, parked int64) {
	s, err := Open(t.Context(), Config{Path: file(t), Now: func() time.Time { return noon }})
	if err != nil {
		r.Fatal(err)
	}
	defer s.Close()
	for _, m := range history {
		if m.id != "" {
			billed(t, s, m.id, m.event)
		} else if err := s.LinkCustomer(t.Context(), m.event.Subscription.CustomerID, m.event.Subscription.Users[0]); err != nil {
			r.Fatal(err)
		}
	}
	for _, id := range users {
		u, _ := s.User(t.Context(), id)
		rows = append(rows, u.Email+" "+columnsOf(&u.User))
	}
	err = s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM parked`).Scan(&parked)
	if err != nil {
		r.Fatal(err)
	}
	ownColumnsAlone(r, s)
	consistent(t, s)
	return rows, parked
}

// inOrder computes the row from a user's events in the order of their times, without a
// database.
func inOrder(user, email string, history []spoken, of func(*webhook.Subscription) string) string {
	u := &webhook.User{ID: user, Email: email}
	b := &billing{customers: map[string]customer{}, subscriptions: map[string]subscription{}}
	for _, m := range history {
		if s := m.event.Subscription; s != nil && of(s) == user {
			if stale, _ := b.stale(m.event); stale == "" {
				b.learn(m.event)
				b.fillRow(u)
			}
		}
	}
	return email + " " + columnsOf(u)
}

// ownColumnsAlone checks that every change touches only the columns of its sender.
func ownColumnsAlone(r *rapid.T, s *Store) {
	rows, err := s.read.QueryContext(context.Background(), `SELECT d.id, d.provider FROM change AS c JOIN delivery AS d ON d.id = c.delivery_id`)
	if err != nil {
		r.Fatal(err)
	}
	defer rows.Close()
	by := map[int64]string{}
	for rows.Next() {
		var id int64
		var provider string
		if err := rows.Scan(&id, &provider); err != nil {
			r.Fatal(err)
		}
		by[id] = provider
	}
	if err := rows.Err(); err != nil {
		r.Fatal(err)
	}
	for id, provider := range by {
		d, err := s.Delivery(context.Background(), id)
		if err != nil {
			r.Fatal(err)
		}
		c := d.Change
		switch {
		case provider == "stripe":
			if c.Before == nil || c.After == nil || c.Before.ID != c.After.ID || c.Before.Email != c.After.Email || !c.Before.CreatedAt.Equal(c.After.CreatedAt) {
				r.Fatalf("#%d, Stripe's, changed %+v to %+v", id, c.Before, c.After)
			}
		case c.After != nil:
			before := c.Before
			if before == nil {
				before = &webhook.User{}
			}
			if !sameBilling(before, c.After) {
				r.Fatalf("#%d, Clerk's, changed %+v to %+v", id, before, c.After)
			}
		}
	}
}

// shuffled returns every message of a history in any order, some more than once.
func shuffled(r *rapid.T, history []spoken) []spoken {
	all := slices.Clone(history)
	if len(all) == 0 {
		return nil
	}
	for range rapid.IntRange(0, len(history)).Draw(r, "repeats") {
		all = append(all, rapid.SampledFrom(history).Draw(r, "again"))
	}
	return rapid.Permutation(all).Draw(r, "order")
}

func TestSubscribingEndsTheSameInAnyOrder(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		const user, email = "user_1", "ada@example.com"
		began := noon.Add(-time.Minute)
		steps := providers.Stripe{}.Stories()[0].Tell(webhook.Sample{At: began, UserID: user, Email: email})
		upTo := rapid.IntRange(2, len(steps)).Draw(r, "steps")
		named := rapid.Bool().Draw(r, "every event names the user")
		sameSecond := rapid.Bool().Draw(r, "all of one second") && upTo < 6 // of two updates the later counts
		deleted := rapid.Bool().Draw(r, "the customer is deleted")
		var history []spoken
		add := func(p webhook.Provider, body []byte, err error) {
			if err != nil {
				r.Fatal(err)
			}
			e := p.Parse(body)
			if named && e.Subscription != nil && e.Action != webhook.ForgetCustomer {
				e.UserID, e.Subscription.Users = user, []string{user}
			}
			history = append(history, spoken{fmt.Sprint("m", len(history)), e})
		}
		for i, step := range steps[:upTo] {
			at := began.Add(time.Duration(i) * 10 * time.Second)
			if sameSecond {
				at = noon
			}
			p, ok := providers.Named(step.Provider)
			if !ok {
				r.Fatalf("nobody sends %+v", step)
			}
			body, err := step.Make(at)
			add(p, body, err)
		}
		if deleted {
			body, err := providers.Stripe{}.Sample(webhook.Sample{Type: "customer.deleted", At: noon, UserID: user})
			add(providers.Stripe{}, body, err)
		}
		want := inOrder(user, email, history, func(*webhook.Subscription) string { return user })
		got, parked := rowsAfter(t, r, shuffled(r, history), user)
		if got[0] != want || parked != 0 {
			r.Fatalf("row %s, %d parked\nwant %s", got, parked, want)
		}
	})
}

// Users with several customers and subscriptions: each checkout says whose its
// customer is, or the app's own table knows it; the rest may say it, too.
func TestBillingConvergesInAnyOrder(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		owner := map[int]string{1: "user_1", 2: "user_1", 3: "user_2"}
		history := []spoken{
			{"m1", upsert("user_1", "a@b.c", 1)},
			{"m2", upsert("user_2", "d@b.c", 2)},
		}
		byApp := rapid.Bool().Draw(r, "the app knows it alone")
		at := 2
		for range rapid.IntRange(1, 4).Draw(r, "subscriptions") {
			n := len(history)
			number := rapid.IntRange(1, 3).Draw(r, "customer")
			cus := fmt.Sprint("cus_", number)
			tell := func(e webhook.Event) {
				if !byApp && rapid.Bool().Draw(r, "named") {
					e = changedTo(e, func(s *webhook.Subscription) { s.Users = []string{owner[number]} })
				}
				history = append(history, spoken{fmt.Sprint("e", len(history)), ofCustomer(e, cus)})
			}
			at++
			checkout := linked(n, at, owner[number])
			if byApp {
				checkout = linked(n, at)
			}
			history = append(history, spoken{fmt.Sprint("e", n), ofCustomer(checkout, cus)})
			for range rapid.IntRange(0, 4).Draw(r, "events") {
				at++
				switch status := rapid.SampledFrom([]string{"active", "past_due", "incomplete", "incomplete_expired", "invoice", "ended", "customer"}).Draw(r, "what"); status {
				case "customer": // customer.updated, which says no more than that
					tell(ofCustomer(paidOnce(at, owner[number]), cus))
				case "invoice":
					tell(invoiced(n, at))
				case "ended":
					tell(ended(n, at))
				default:
					tell(stated(n, status, at))
				}
			}
		}
		known := slices.ContainsFunc(history, func(m spoken) bool { return m.event.Subscription != nil && m.event.Subscription.CustomerID == "cus_1" })
		if rapid.Bool().Draw(r, "one is deleted") && known {
			history = append(history, spoken{"gone", forgotten(at + 1)})
		}
		of := func(s *webhook.Subscription) string { return owner[int(s.CustomerID[len("cus_")]-'0')] }
		want := []string{inOrder("user_1", "a@b.c", history, of), inOrder("user_2", "d@b.c", history, of)}
		messages := history
		var links []spoken
		for _, number := range slices.Sorted(maps.Keys(owner)) {
			links = append(links, foundByApp(fmt.Sprint("cus_", number), owner[number]))
		}
		if byApp { // it is asked now and then, and in the end
			messages = append(slices.Clone(history), links...)
		}
		messages = shuffled(r, messages)
		if byApp {
			messages = append(messages, links...)
		}
		got, _ := rowsAfter(t, r, messages, "user_1", "user_2")
		if !slices.Equal(got, want) {
			r.Fatalf("rows %q\nwant %q", got, want)
		}
	})
}

// Users whose addresses move and who are deleted, each with a customer of its
// own: Svix and Stripe know nothing of each other, so that whatever either says
// may come before all that the other does.
func TestRowsMatchTheSenderInAnyOrder(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		w := lived(r)
		var history []spoken
		for _, h := range w.events {
			history = append(history, spoken{h.id, h.event()})
		}
		for i := range rapid.IntRange(0, 8).Draw(r, "Stripe's") {
			user := fmt.Sprint("u", rapid.IntRange(1, 3).Draw(r, "payer"))
			cus, n, at := "cus_"+user, rapid.IntRange(1, 2).Draw(r, "subscription"), 2*i+1
			sub := int(user[1]-'0')*10 + n
			e := rapid.SampledFrom([]webhook.Event{
				stated(sub, "active", at), stated(sub, "past_due", at, user), ended(sub, at), invoiced(sub, at), linked(sub, at, user),
			}).Draw(r, "event")
			history = append(history, spoken{fmt.Sprint("e", i), ofCustomer(e, cus)})
		}
		users := slices.Sorted(maps.Keys(w.email))
		for _, user := range users { // the newest says whose the customer is
			history = append(history, spoken{"e" + user, ofCustomer(paidOnce(50, user), "cus_"+user)})
		}
		of := func(s *webhook.Subscription) string { return s.CustomerID[len("cus_"):] }
		var want []string
		for _, user := range users {
			want = append(want, inOrder(user, w.email[user], history, of))
		}
		if got, _ := rowsAfter(t, r, shuffled(r, history), users...); !slices.Equal(got, want) {
			r.Fatalf("rows %q\nwant %q", got, want)
		}
	})
}
