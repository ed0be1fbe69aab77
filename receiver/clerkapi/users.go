package clerkapi

import (
	"context"
	"encoding/json"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/clerk/clerk-sdk-go/v2/user"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// maxPage is Clerk's limit on the users in one answer.
	maxPage = 500
	// MaxIDs is Clerk's limit on the ids for UsersByID.
	MaxIDs = 100
)

// Count returns the number of users.
func (c *Client) Count(ctx context.Context) (int64, error) {
	var n user.TotalCount
	err := c.read(ctx, "/users/count", &user.ListParams{}, &n)
	return n.TotalCount, err
}

// InstanceID returns the id of the instance (ins_…), as in events, or "" if the API
// does not say.
func (c *Client) InstanceID(ctx context.Context) (string, error) {
	var instance struct {
		clerk.APIResource
		ID string `json:"id"`
	}
	err := c.read(ctx, "/instance", nil, &instance)
	if e, ok := err.(*Error); ok && e.Status == 404 { //nolint:errorlint // read returns it bare
		return "", nil
	}
	return instance.ID, err
}

// Users calls each once for every user, oldest first, in constant memory. Users
// created while it reads are included, because they are the newest. A user deleted
// while it reads does not make it skip others, because each page continues from the
// time of the last user, not from a count.
func (c *Client) Users(ctx context.Context, each func(webhook.AccountUser) error) error {
	var after, offset int64    // milliseconds since 1970; users
	known := map[string]bool{} // the ids on the last page
	for {
		params := &user.ListParams{OrderBy: clerk.String("+created_at")}
		params.Limit, params.Offset = clerk.Int64(maxPage), clerk.Int64(offset)
		if after > 0 {
			params.CreatedAtAfter = clerk.Int64(after)
		}
		var p page
		if err := c.read(ctx, "/users", params, &p); err != nil {
			return err
		}
		listed := make(map[string]bool, len(p.users))
		for _, u := range p.users {
			listed[u.ID] = true
			if known[u.ID] || after > 0 && u.created == after {
				continue // already passed on: users older than the last one of a page were on that page or before it
			}
			if u.created < after {
				return &Error{Message: "the users are not in the requested order", fix: unexpectedFix}
			}
			if err := each(u.AccountUser); err != nil {
				return err
			}
		}
		if len(p.users) < maxPage {
			return nil
		}
		// Overlap by one millisecond: Clerk does not document whether "after"
		// includes that millisecond.
		if next := p.users[len(p.users)-1].created - 1; next > after {
			after, offset, known = next, 0, listed
			continue
		}
		// All of them were created in the same millisecond, as by an import.
		offset += maxPage
		for id := range listed {
			known[id] = true
		}
	}
}

// UsersByID returns the users with these ids that exist, in any order. It takes at
// most MaxIDs ids.
func (c *Client) UsersByID(ctx context.Context, ids ...string) ([]webhook.AccountUser, error) {
	if len(ids) == 0 {
		return nil, nil // without ids Clerk returns all users
	}
	params := &user.ListParams{UserIDs: ids}
	params.Limit = clerk.Int64(int64(len(ids)))
	var p page
	if err := c.read(ctx, "/users", params, &p); err != nil {
		return nil, err
	}
	list := make([]webhook.AccountUser, len(p.users))
	for i, u := range p.users {
		list[i] = u.AccountUser
	}
	return list, nil
}

// listedUser is a user with the time that lists are ordered by.
type listedUser struct {
	webhook.AccountUser
	created int64 // milliseconds since 1970
}

// page is an answer: an array of users. Each keeps its original bytes.
type page struct{ users []listedUser }

// Read implements clerk.ResponseReader.
func (p *page) Read(*clerk.APIResponse) {}

// UnmarshalJSON implements json.Unmarshaler.
func (p *page) UnmarshalJSON(text []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	p.users = make([]listedUser, len(raw))
	for i, r := range raw {
		u, err := parseUser(r)
		if err != nil {
			return err
		}
		p.users[i] = u
	}
	return nil
}

// parseUser reads a user with the same code as the events of webhooks.
func parseUser(raw json.RawMessage) (u listedUser, err error) {
	var times struct {
		CreatedAt int64 `json:"created_at"`
	}
	if err := json.Unmarshal(raw, &times); err != nil {
		return u, err
	}
	e := providers.Clerk{}.Parse(providers.Clerk{}.UserEvent("user.updated", raw, time.Time{}, ""))
	if e.UserID == "" {
		return u, &Error{Message: "the answer contains an invalid user: " + e.Note, fix: unexpectedFix}
	}
	u = listedUser{webhook.AccountUser{ID: e.UserID, Email: e.Email, UpdatedAt: e.At, JSON: raw}, times.CreatedAt}
	if e.Outcome == webhook.Malformed {
		u.Unkept = e.Note
	}
	return u, nil
}
