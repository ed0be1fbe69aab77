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
	// maxPage is the number of users in one answer, Clerk's own limit.
	maxPage = 500
	// MaxIDs is the number of ids that UsersByID takes, Clerk's own limit.
	MaxIDs = 100
)

// Count gives the number of users.
func (c *Client) Count(ctx context.Context) (int64, error) {
	var n user.TotalCount
	err := c.call(ctx, "/users/count", &user.ListParams{}, &n)
	return n.TotalCount, err
}

// InstanceID is the id of the account's instance (ins_…), as events name it; ""
// where the API does not tell.
func (c *Client) InstanceID(ctx context.Context) (string, error) {
	var instance struct {
		clerk.APIResource
		ID string `json:"id"`
	}
	err := c.call(ctx, "/instance", nil, &instance)
	if e, ok := err.(*Error); ok && e.Status == 404 { //nolint:errorlint // call returns it bare
		return "", nil
	}
	return instance.ID, err
}

// Users gives each user once, oldest first, in constant memory. Users that come
// while it reads are among them: they are the newest. One that goes moves none
// of the others out of sight, for each page goes on from the time of the last
// user and not from a number of users.
func (c *Client) Users(ctx context.Context, each func(webhook.AccountUser) error) error {
	var after, offset int64    // milliseconds since 1970; users
	known := map[string]bool{} // of the last page
	for {
		params := &user.ListParams{OrderBy: clerk.String("+created_at")}
		params.Limit, params.Offset = clerk.Int64(maxPage), clerk.Int64(offset)
		if after > 0 {
			params.CreatedAtAfter = clerk.Int64(after)
		}
		var p page
		if err := c.call(ctx, "/users", params, &p); err != nil {
			return err
		}
		listed := make(map[string]bool, len(p.users))
		for _, u := range p.users {
			listed[u.ID] = true
			if known[u.ID] || after > 0 && u.created == after {
				continue // given already: what is older than the last of a page was in it or before it
			}
			if u.created < after {
				return &Error{Message: "its list of users is not in the order that was asked for", fix: "check CLERK_API_URL, if it is set; else try a newer hooktop"}
			}
			if err := each(u.AccountUser); err != nil {
				return err
			}
		}
		if len(p.users) < maxPage {
			return nil
		}
		// One millisecond of overlap: whether "after" has that very millisecond
		// in it is not written down anywhere.
		if next := p.users[len(p.users)-1].created - 1; next > after {
			after, offset, known = next, 0, listed
			continue
		}
		// All of them were made in the same millisecond, by an import.
		offset += maxPage
		for id := range listed {
			known[id] = true
		}
	}
}

// UsersByID gives those of at most MaxIDs users that are there, in no order.
func (c *Client) UsersByID(ctx context.Context, ids ...string) ([]webhook.AccountUser, error) {
	if len(ids) == 0 {
		return nil, nil // no id would be all users
	}
	params := &user.ListParams{UserIDs: ids}
	params.Limit = clerk.Int64(int64(len(ids)))
	var p page
	if err := c.call(ctx, "/users", params, &p); err != nil {
		return nil, err
	}
	list := make([]webhook.AccountUser, len(p.users))
	for i, u := range p.users {
		list[i] = u.AccountUser
	}
	return list, nil
}

// listedUser is a user with what the order of a list goes by.
type listedUser struct {
	webhook.AccountUser
	created int64 // milliseconds since 1970
}

// page is an answer: an array of users, whose bytes it keeps.
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

// read reads a user by the rule of the webhooks, which say the same of it.
func parseUser(raw json.RawMessage) (u listedUser, err error) {
	var times struct {
		CreatedAt int64 `json:"created_at"`
	}
	if err := json.Unmarshal(raw, &times); err != nil {
		return u, err
	}
	e := providers.Clerk{}.Parse(providers.Clerk{}.UserEvent("user.updated", raw, time.Time{}, ""))
	if e.UserID == "" {
		return u, &Error{Message: "it gave a user that cannot be read: " + e.Note, fix: "check CLERK_API_URL, if it is set; else try a newer hooktop"}
	}
	u = listedUser{webhook.AccountUser{ID: e.UserID, Email: e.Email, UpdatedAt: e.At, JSON: raw}, times.CreatedAt}
	if e.Outcome == webhook.Malformed {
		u.Unkept = e.Note
	}
	return u, nil
}
