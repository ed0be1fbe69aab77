package providers

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// clerkCast is who and what the samples about one user speak of: the person,
// the session, the organization, the subscription. All of it follows from the
// user's id, so that events about the same user hang together whenever they are
// made: session.ended ends the session that session.created began.
type clerkCast struct {
	kind string // the event's type
	clerkPerson
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

// clerkPerson is a user's name, and the part before the @.
type clerkPerson struct {
	first, last, handle, locale, city, country string
}

// clerkPeople are the names of made-up users. The & shows what re-encodes a
// body, the rest what reads it as anything but UTF-8.
var clerkPeople = [...]clerkPerson{
	{"Ada", "Lovelace", "ada", "en-GB", "London", "GB"},
	{"Grace", "Hopper", "grace", "en-US", "New York", "US"},
	{"Zoë", "Ångström & Söhne", "zoe", "sv-SE", "Göteborg", "SE"},
	{"Alan", "Turing", "alan", "en-GB", "Manchester", "GB"},
	{"花子", "山田", "hanako", "ja-JP", "大阪市", "JP"},
	{"Edsger", "Dijkstra", "edsger", "nl-NL", "Rotterdam", "NL"},
	{"Barbara", "Liskov", "barbara", "en-US", "Boston", "US"},
	{"Łucja", "O'Żółkiewska <née Müller>", "lucja", "pl-PL", "Kraków", "PL"},
	{"Donald", "Knuth", "donald", "en-US", "Stanford", "US"},
	{"محمد", "الخوارزمي", "khwarizmi", "ar-IQ", "بغداد", "IQ"},
	{"Radia", "Perlman", "radia", "en-US", "Seattle", "US"},
}

// castFor is the cast of a sample. A new user is made up; everything else is
// about the user that was asked for, or that changed last.
func castFor(s webhook.Sample) *clerkCast {
	c := &clerkCast{kind: s.Type, userID: s.UserID, address: s.Email, given: s.Email, at: s.At, since: s.Since, members: 1}
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
		c.userID = randomID("user_")
	}
	c.things = fmt.Sprintf("%s %d", c.userID, s.Nth)
	c.clerkPerson = clerkPeople[c.pick(len(clerkPeople), "person")]
	if c.address == "" {
		c.address = c.mail(c.clerkPerson, c.userID)
	}
	switch {
	case s.Type == "user.created" || c.since.After(c.at):
		c.since = c.at
	case c.since.IsZero():
		c.since = c.at.Add(-time.Duration(1+c.pick(60, "age")) * 24 * time.Hour).Truncate(time.Millisecond)
	}
	if s.Type == "user.updated" && s.Email == "" {
		c.address = tagged(c.address, digest(c.userID, fmt.Sprint(c.ms())))
	}
	return c
}

// guest is somebody else: who is invited, or waits.
func (c *clerkCast) guest() *clerkCast {
	g := *c
	g.userID = c.id("user_", "guest")
	g.clerkPerson = clerkPeople[(c.pick(len(clerkPeople), "person")+1)%len(clerkPeople)]
	if g.address = c.given; g.address == "" {
		g.address = c.mail(g.clerkPerson, g.userID)
	}
	return &g
}

// mail is the address of a person, another for each user.
func (c *clerkCast) mail(p clerkPerson, userID string) string {
	return fmt.Sprintf("%s.%.3x@example.com", p.handle, digest(userID, "mail"))
}

// tagged is another address of the same person: ada+x7q2@example.com.
func tagged(email string, from []byte) string {
	name, domain, ok := strings.Cut(email, "@")
	if !ok {
		return email
	}
	name, _, _ = strings.Cut(name, "+")
	return fmt.Sprintf("%s+%.2x@%s", name, from, domain)
}

// own is an id of something that is the user's: an address, a number.
func (c *clerkCast) own(prefix, what string) string { return lettered(prefix, digest(c.userID, what)) }

// id is the id of something else that the user has to do with.
func (c *clerkCast) id(prefix, what string) string { return lettered(prefix, digest(c.things, what)) }

// pick is a number below n.
func (c *clerkCast) pick(n int, what string) int {
	return int(binary.BigEndian.Uint32(digest(c.userID, what)) % uint32(n)) //nolint:gosec // n is the length of a small table
}

// code is a one-time code of six digits, another at another time.
func (c *clerkCast) code() string {
	n := binary.BigEndian.Uint32(digest(c.things, "code", fmt.Sprint(c.ms())))
	return fmt.Sprintf("%06d", 100_000+n%900_000)
}

// ms is the event's time, sinceMS that of the user's making, in milliseconds.
func (c *clerkCast) ms() int64      { return c.at.UnixMilli() }
func (c *clerkCast) sinceMS() int64 { return c.since.UnixMilli() }

// began is when something came to be that an event of its family or another
// speaks of: with its own .created event; else so long ago, but not before the
// user.
func (c *clerkCast) began(family string, ago time.Duration) int64 {
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

// digest is 32 bytes that follow from what is given.
func digest(from ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(from, "\x00")))
	return sum[:]
}
