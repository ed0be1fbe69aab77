package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// written is a delivery whose body is its event.
func written(message string, e webhook.Event) *webhook.Delivery {
	d := verified(message)
	body, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	d.Body = body
	if e.Subscription != nil {
		d.Provider = "stripe"
	}
	return d
}

func read(_ string, body []byte) (e webhook.Event) {
	if json.Unmarshal(body, &e) != nil {
		return webhook.Event{Outcome: webhook.Malformed}
	}
	return e
}

// fate is one event of a random history of users, addresses and payments.
func fate(n func(int) int, at int) webhook.Event {
	whose := n(4)
	user, cus, sub := fmt.Sprint("u", whose), fmt.Sprint("cus_", whose), whose*10+n(3)
	switch n(10) {
	case 0:
		return remove(user, at)
	case 1: // one customer may be said to be two users'
		return ofCustomer(linked(sub, at, fmt.Sprint("u", n(4))), cus)
	case 8: // what is paid once
		return ofCustomer(paidOnce(at, fmt.Sprint("u", n(4))), cus)
	case 9:
		return ofCustomer(linked(sub, at, user), cus)
	case 2, 3:
		return ofCustomer(stated(sub, []string{"active", "past_due", "canceled"}[n(3)], at), cus)
	case 4:
		return ofCustomer(ended(sub, at), cus)
	}
	return upsert(user, fmt.Sprintf("e%d@b.c", 1+n(4)), at)
}

// Any order of arrival works, and deleted deliveries count as well.
func TestARebuildFindsNoDifference(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		s, err := Open(t.Context(), Config{Path: file(t), Parse: read, Keep: int64(rapid.IntRange(1, 25).Draw(r, "keep"))})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		n := func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "n") }
		var sent []*webhook.Delivery
		var refused []*webhook.Delivery
		for i := range rapid.IntRange(1, 25).Draw(r, "deliveries") {
			d := written(message(i), fate(n, 1+i*3+n(40)))
			switch n(8) {
			case 0: // a retry
				if len(sent) > 0 {
					old := sent[n(len(sent))]
					d = written(old.MessageID, read("", old.Body))
				}
			case 1: // a rejected one
				d.Verdict, d.Outcome = rejected("").Verdict, webhook.Rejected
			case 3: // of the provider's API
				d.Verdict, d.FromAPI, d.Origin = webhook.Verdict{Unverified: true}, true, webhook.Pull
			case 2: // that is judged again
				if len(refused) > 0 {
					old := refused[0]
					refused = refused[1:]
					old.Verdict = webhook.Verdict{Verified: true}
					if err := s.Reverify(t.Context(), old, read("", old.Body)); err != nil && !errors.Is(err, ErrNotFound) {
						r.Fatal(err)
					}
				}
			}
			if err := s.Capture(t.Context(), d, read("", d.Body)); err != nil {
				r.Fatal(err)
			}
			r.Logf("#%d %s %s %s", d.ID, d.Outcome, d.Body, d.Note)
			if d.Outcome == webhook.Rejected {
				refused = append(refused, d)
			}
			sent = append(sent, d)
			if n(5) == 0 { // the app wrote a customer into its own table
				whose := n(4)
				cus, user := fmt.Sprint("cus_", whose), fmt.Sprint("u", whose)
				r.Logf("%s is %s", cus, user)
				if err := s.LinkCustomer(t.Context(), cus, user); err != nil {
					r.Fatal(err)
				}
			}
		}
		got, err := s.Rebuild(t.Context())
		if err != nil || got.Differences != 0 {
			r.Fatalf("%+v %v", got, err)
		}
	})
}

// HOOKTOP_REPLAY=100000 replays that many random deliveries, half of them from the snapshot.
func TestManyRandomDeliveriesReplay(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("HOOKTOP_REPLAY"))
	if n == 0 {
		t.Skip("HOOKTOP_REPLAY is not set")
	}
	s := open(t, Config{Parse: read, Keep: int64(n / 2)})
	random := rand.New(rand.NewPCG(1, 2))
	var wait sync.WaitGroup
	room := make(chan struct{}, 200)
	begun := time.Now()
	for i := range n {
		at := i + random.IntN(500)
		whose := random.IntN(n/20 + 1)
		user, cus := fmt.Sprint("u", whose), fmt.Sprint("cus_", whose)
		e := upsert(user, fmt.Sprintf("e%d@b.c", random.IntN(n/20+1)), at)
		switch random.IntN(10) {
		case 0:
			if random.IntN(5) == 0 {
				e = remove(user, at)
			}
		case 1:
			e = ofCustomer(linked(whose, at, user), cus)
		case 2, 3:
			e = ofCustomer(stated(whose, "active", at), cus)
		}
		d := written(message(i), e)
		room <- struct{}{}
		wait.Go(func() {
			defer func() { <-room }()
			if err := s.Capture(t.Context(), d, e); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	took := time.Since(begun)
	c, err := s.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	got, err := s.Rebuild(t.Context())
	if err != nil || got.Differences != 0 {
		t.Errorf("%d differences, %v: %.20v", got.Differences, err, got.Differ)
	}
	t.Logf("captured %d in %v; deleted %d; replayed %d after a snapshot of %d in %v; compared %d users",
		n, took, c.Dropped, got.Deliveries, got.Snapshot, time.Since(begun), got.Users)
}
