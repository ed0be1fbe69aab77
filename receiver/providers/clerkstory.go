package providers

import (
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Stories implements Provider.
func (Clerk) Stories() []webhook.Story {
	return []webhook.Story{
		{Name: "signup", About: "a code is sent, a user signs up and in", Tell: tellSignup},
		{Name: "account", About: "a user signs up, changes address, is deleted", Tell: tellAccount},
		{Name: "team", About: "a user makes a team; another is invited, joins", Tell: tellTeam},
	}
}

// clerkTale is a story about one user while it is put together.
type clerkTale struct {
	persona *clerkPersona
	steps   []webhook.Step
}

// newTale is a story about a new user.
func newTale(s webhook.Sample) *clerkTale {
	s.Type, s.Last = "user.created", nil
	persona := personaFor(s)
	persona.since, persona.begun = s.Since, map[string]int64{}
	return &clerkTale{persona: persona}
}

// then adds an event. Its data is made when its time has come.
func (t *clerkTale) then(kind string, data func(*clerkPersona) map[string]any) {
	t.steps = append(t.steps, webhook.Step{Type: kind, Make: func(at time.Time) ([]byte, error) {
		if _, there := t.persona.begun["user"]; !there && kind == "user.created" {
			t.persona.since, t.persona.begun["user"] = at, at.UnixMilli()
		}
		now := *t.persona
		now.kind, now.at = kind, at
		return now.event(kind, data(&now), nil)
	}})
}

func tellSignup(s webhook.Sample) []webhook.Step {
	t := newTale(s)
	t.signup()
	return t.steps
}

// signup is how a user begins. Whoever gets the code is no user yet.
func (t *clerkTale) signup() {
	t.then("email.created", func(c *clerkPersona) map[string]any {
		data := c.email()
		data["user_id"] = nil
		return data
	})
	t.then("user.created", (*clerkPersona).simple)
	t.then("session.created", (*clerkPersona).session)
}

// simple is a user with one address.
func (c *clerkPersona) simple() map[string]any {
	first := c.emailAddress("first", c.address, c.since, c.since)
	return c.profile([]any{first}, first["id"])
}

// tellAccount has what apps get wrong: an address that is not proven, and a
// primary address that is not the first of them.
func tellAccount(s webhook.Sample) []webhook.Step {
	t := newTale(s)
	t.signup()
	addresses := func(c *clerkPersona) (first, second map[string]any) {
		if _, there := c.begun["second address"]; !there {
			c.begun["second address"] = c.ms()
		}
		first = c.emailAddress("first", c.address, c.since, c.since)
		return first, c.emailAddress("second", c.workAddress(), time.UnixMilli(c.begun["second address"]), c.at)
	}
	t.then("user.updated", func(c *clerkPersona) map[string]any {
		first, second := addresses(c)
		second["verification"] = nil
		return c.profile([]any{first, second}, first["id"])
	})
	t.then("email.created", func(c *clerkPersona) map[string]any {
		data := c.email()
		data["to_email_address"], data["email_address_id"] = c.workAddress(), c.own("idn_", "second address")
		return data
	})
	t.then("user.updated", func(c *clerkPersona) map[string]any {
		first, second := addresses(c)
		return c.profile([]any{first, second}, second["id"])
	})
	t.then("session.ended", (*clerkPersona).session)
	t.then("user.deleted", (*clerkPersona).userDeleted)
	return t.steps
}

func tellTeam(s webhook.Sample) []webhook.Step {
	t := newTale(s)
	t.persona.given = "" // it is the first user's
	t.then("user.created", (*clerkPersona).simple)
	t.then("organization.created", (*clerkPersona).organization)
	t.then("organizationMembership.created", (*clerkPersona).membership)
	t.then("organizationInvitation.created", (*clerkPersona).invitation)
	t.then("user.created", func(c *clerkPersona) map[string]any {
		g := c.guest()
		g.since = g.at
		return g.simple()
	})
	t.then("organizationInvitation.accepted", (*clerkPersona).invitation)
	t.then("organizationMembership.created", func(c *clerkPersona) map[string]any {
		c.members = 2
		return c.memberOf(c.guest(), "org:member", "Member")
	})
	return t.steps
}
