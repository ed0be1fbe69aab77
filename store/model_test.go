package store

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// model is what the store promises, short enough to be read.
type model struct {
	email   map[string]string
	version map[string]int
	deleted map[string]bool
	applied map[string]bool
	// waiting are the messages that want an address of another user.
	waiting []happening
}

func newModel() *model {
	return &model{email: map[string]string{}, version: map[string]int{}, deleted: map[string]bool{}, applied: map[string]bool{}}
}

func (m *model) deliver(msg happening) webhook.Outcome {
	if m.applied[msg.id] {
		return webhook.Duplicate
	}
	o := m.judge(msg)
	if o == webhook.Conflict {
		m.forget(msg.user, msg.at-1)
		m.waiting = append(m.waiting, msg)
	} else if o != webhook.Stale {
		m.applied[msg.id] = true
	}
	return o
}

func (m *model) judge(msg happening) webhook.Outcome {
	had, alive := m.email[msg.user]
	if msg.remove {
		if m.deleted[msg.user] {
			return webhook.Unchanged
		}
		m.deleted[msg.user] = true
		delete(m.email, msg.user)
		m.forget(msg.user, 1000)
		m.free(had)
		return webhook.Deleted
	}
	if v, seen := m.version[msg.user]; m.deleted[msg.user] || seen && msg.at < v {
		return webhook.Stale
	}
	if alive && had == msg.email {
		m.version[msg.user] = msg.at
		m.forget(msg.user, msg.at)
		return webhook.Unchanged
	}
	if holder := m.holder(msg.email); holder != "" && !m.swap(msg, had) {
		if w := m.wish(msg.user); w != nil && w.at > msg.at {
			return webhook.Stale
		}
		return webhook.Conflict
	}
	m.put(msg)
	m.free(had)
	if alive {
		return webhook.Updated
	}
	return webhook.Created
}

func (m *model) put(msg happening) {
	m.email[msg.user], m.version[msg.user], m.applied[msg.id] = msg.email, msg.at, true
	m.forget(msg.user, msg.at)
}

// forget ends a user's waits with messages up to that time.
func (m *model) forget(user string, upTo int) {
	m.waiting = slices.DeleteFunc(m.waiting, func(w happening) bool { return w.user == user && w.at <= upTo })
}

func (m *model) holder(email string) string {
	for user, e := range m.email {
		if e == email {
			return user
		}
	}
	return ""
}

// wish is the newest message with which a user waits; of the same time, the last that
// arrived.
func (m *model) wish(user string) (last *happening) {
	for i, w := range m.waiting {
		if w.user == user && (last == nil || w.at >= last.at) {
			last = &m.waiting[i]
		}
	}
	return last
}

// free gives an address to the user who has waited for it longest.
func (m *model) free(email string) {
	for email != "" && m.holder(email) == "" {
		first := -1
		for i, w := range m.waiting {
			if w.email == email && (first < 0 || w.at < m.waiting[first].at || w.at == m.waiting[first].at && w.user < m.waiting[first].user) {
				first = i
			}
		}
		if first < 0 {
			return
		}
		next := m.waiting[first]
		email = m.email[next.user]
		m.put(next)
	}
}

// swap moves all users of a ring at once, except that of msg.
func (m *model) swap(msg happening, had string) bool {
	var ring []happening
	for want := msg.email; want != had; {
		w := m.wish(m.holder(want))
		if w == nil || len(ring) > len(m.email) {
			return false
		}
		ring, want = append(ring, *w), w.email
	}
	delete(m.email, msg.user)
	for _, w := range ring {
		m.put(w)
	}
	return true
}

// happening is one message of a history.
type happening struct {
	id, user, email string
	at              int
	remove, forged  bool
	// pulled is set if the provider's API returned it: nothing is signed.
	pulled bool
}

// delivery is the message as it arrives.
func (h happening) delivery() *webhook.Delivery {
	d := verified(h.id)
	switch {
	case h.forged:
		d.Verdict.Verified = false
	case h.pulled:
		d.Verdict, d.FromAPI, d.Origin = webhook.Verdict{Unverified: true}, true, webhook.Pull
	}
	return d
}

func (h happening) event() webhook.Event {
	if h.remove {
		return remove(h.user, h.at)
	}
	return upsert(h.user, h.email, h.at)
}

func TestUsersFollowTheModelInAnyOrder(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		s, err := Open(t.Context(), Config{Path: file(t)})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		history := messages(r)
		m := newModel()
		// any message at any time, any number of times
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, len(history)-1), 1, 40).Draw(r, "order") {
			h := history[n]
			h.pulled = rapid.Bool().Draw(r, "pulled") // one message comes both ways
			d, want := h.delivery(), webhook.Rejected
			if !h.forged {
				want = m.deliver(h)
			}
			if err := s.Capture(t.Context(), d, h.event()); err != nil {
				r.Fatal(err)
			}
			if d.Outcome != want {
				r.Fatalf("delivery %d of %+v: %s, want %s", i, h, d.Outcome, want)
			}
		}
		if got := emails(t, s); !maps.Equal(got, m.email) {
			r.Fatalf("users %v, want %v", got, m.email)
		}
		c, err := s.Counts(t.Context())
		if err != nil || c.Users != int64(len(m.email)) || c.Deleted != int64(len(m.deleted)) {
			r.Fatalf("counts %+v %v, want %v", c, err, m)
		}
		consistent(t, s)
	})
}

func messages(r *rapid.T) []happening {
	var list []happening
	for i := range rapid.IntRange(1, 12).Draw(r, "messages") {
		list = append(list, happening{
			id:     message(i),
			user:   fmt.Sprint("u", rapid.IntRange(1, 3).Draw(r, "user")),
			email:  fmt.Sprintf("e%d@b.c", rapid.IntRange(1, 3).Draw(r, "email")),
			at:     rapid.IntRange(1, 6).Draw(r, "at"),
			remove: rapid.IntRange(0, 4).Draw(r, "remove") == 0,
			forged: rapid.IntRange(0, 9).Draw(r, "forged") == 0,
		})
	}
	return list
}

// What the provider's API vouches for counts as what is signed.
func TestReplayingTheVouchedDeliveriesGivesTheSameUsers(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		first, err := Open(t.Context(), Config{Path: file(t)})
		if err != nil {
			r.Fatal(err)
		}
		defer first.Close()
		second, err := Open(t.Context(), Config{Path: file(t)})
		if err != nil {
			r.Fatal(err)
		}
		defer second.Close()
		history := messages(r)
		order := rapid.SliceOfN(rapid.IntRange(0, len(history)-1), 1, 25).Draw(r, "order")
		for _, n := range order {
			h := history[n]
			h.pulled = rapid.Bool().Draw(r, "pulled")
			d := h.delivery()
			if err := first.Capture(t.Context(), d, h.event()); err != nil {
				r.Fatal(err)
			}
		}
		for _, n := range order {
			if !history[n].forged {
				capture(t, second, history[n].id, history[n].event())
			}
		}
		if a, b := emails(t, first), emails(t, second); !maps.Equal(a, b) {
			r.Fatalf("first %v, again %v", a, b)
		}
	})
}
