package providers

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

// clerkPersona is who and what the samples about one user speak of: the person,
// the session, the organization, the subscription. All of it follows from the
// user's id, so that events about the same user hang together whenever they are
// made: session.ended ends the session that session.created began.
type clerkPersona struct {
	kind string // the event's type
	sample.Person
	userID  string
	address string // the user's primary e-mail address
	// given is the address that was asked for, "" for none.
	given string
	// things is what the ids of everything but the user follow from.
	things string
	// at is the event's time, since when the user came to be.
	at, since time.Time
	// begun is when, in a story, what is in it came to be, by family; nil else.
	begun map[string]int64
	// members is how many the organization has.
	members int
}

// personaFor is the persona of a sample. A new user is made up; everything else is
// about the user that was asked for, or that changed last.
func personaFor(s webhook.Sample) *clerkPersona {
	c := &clerkPersona{kind: s.Type, userID: s.UserID, address: s.Email, given: s.Email, at: s.At, since: s.Since, members: 1}
	if last := s.Last; last != nil && s.Type != "user.created" && (c.userID == "" || c.userID == last.ID) {
		c.userID = last.ID
		if c.address == "" {
			c.address = last.Email
		}
		if c.since.IsZero() {
			c.since = last.CreatedAt
		}
	}
	if c.userID == "" {
		c.userID = sample.RandomID("user_")
	}
	c.things = fmt.Sprintf("%s %d", c.userID, s.Nth)
	c.Person = sample.PersonOf(c.userID, 0)
	if c.address == "" {
		c.address = c.Mail(c.userID)
	}
	switch {
	case s.Type == "user.created" || c.since.After(c.at):
		c.since = c.at
	case c.since.IsZero():
		c.since = c.at.Add(-time.Duration(1+c.pick(60, "age")) * 24 * time.Hour).Truncate(time.Millisecond)
	}
	if s.Type == "user.updated" && s.Email == "" {
		c.address = sample.Tagged(c.address, sample.Digest(c.userID, fmt.Sprint(c.ms())))
	}
	return c
}

// guest is somebody else: who is invited, or waits.
func (c *clerkPersona) guest() *clerkPersona {
	g := *c
	g.userID = c.id("user_", "guest")
	g.Person = sample.PersonOf(c.userID, 1)
	if g.address = c.given; g.address == "" {
		g.address = g.Mail(g.userID)
	}
	return &g
}

// own is an id of something that is the user's: an address, a number.
func (c *clerkPersona) own(prefix, what string) string {
	return sample.ID(prefix, sample.Digest(c.userID, what))
}

// id is the id of something else that the user has to do with.
func (c *clerkPersona) id(prefix, what string) string {
	return sample.ID(prefix, sample.Digest(c.things, what))
}

// pick is a number below n.
func (c *clerkPersona) pick(n int, what string) int {
	return int(binary.BigEndian.Uint32(sample.Digest(c.userID, what)) % uint32(n)) //nolint:gosec // n is the length of a small table
}

// code is a one-time code of six digits, another at another time.
func (c *clerkPersona) code() string {
	n := binary.BigEndian.Uint32(sample.Digest(c.things, "code", fmt.Sprint(c.ms())))
	return fmt.Sprintf("%06d", 100_000+n%900_000)
}

// ms is the event's time, sinceMS that of the user's making, in milliseconds.
func (c *clerkPersona) ms() int64      { return c.at.UnixMilli() }
func (c *clerkPersona) sinceMS() int64 { return c.since.UnixMilli() }

// began is when something came to be that an event of its family or another
// speaks of: with its own .created event; else so long ago, but not before the
// user.
func (c *clerkPersona) began(family string, ago time.Duration) int64 {
	if c.kind == family+".created" {
		if c.begun != nil {
			c.begun[family] = c.ms()
		}
		return c.ms()
	}
	if ms, ok := c.begun[family]; ok {
		return ms
	}
	return max(c.at.Add(-ago).UnixMilli(), c.sinceMS())
}
