package drift

import (
	"context"
	"errors"
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// atOnce is how many users are read at a time: no more than an account names in
// one answer.
const atOnce = 100

// Account is the provider's API. UsersByID returns at most atOnce users, those of the
// ids that exist.
type Account interface {
	Count(ctx context.Context) (int64, error)
	Users(ctx context.Context, each func(webhook.AccountUser) error) error
	UsersByID(ctx context.Context, ids ...string) ([]webhook.AccountUser, error)
}

// Users are the users here. The error of a user that is not here is
// webhook.ErrNotFound.
type Users interface {
	Users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error)
	User(ctx context.Context, id string) (webhook.UserRecord, error)
}

// Progress hears how far a comparison or a backfill is; all is 0 if unknown.
type Progress interface {
	Begin(what string, all int64)
	At(done int64, aside string)
}

// Comparison finds the users that are not in step.
type Comparison struct {
	Account  Account
	Users    Users
	Progress Progress

	// There counts the users at the provider, Living those here, Common those in
	// both. Addressless and Unkept are those there that the table cannot hold:
	// without an address, or with one that it does not keep.
	There, Living, Common, Addressless, Unkept int64
	// Holders are the users here, by the addresses that users not in step have
	// there; "" if nobody has it.
	Holders map[string]string
}

// Run compares all users. A user that seems not in step is compared once more at
// the end, because deliveries arrive meanwhile. If the API does not list as many users as it
// counts, or finds others than it was asked for, that is an error: nothing is said of
// users that were not compared. It holds the ids of all users.
func (c *Comparison) Run(ctx context.Context) ([]Difference, error) {
	all, err := c.Account.Count(ctx)
	if err != nil {
		return nil, err
	}
	c.Progress.Begin("reading Clerk's users", all)
	seen := make(map[string]struct{}, all)
	c.Holders = map[string]string{}
	var suspects []string
	err = c.Account.Users(ctx, func(there webhook.AccountUser) error {
		seen[there.ID] = struct{}{}
		here, err := c.user(ctx, there.ID)
		if err != nil {
			return err
		}
		if _, differ := Compare(here, &there); differ {
			suspects = append(suspects, there.ID)
			c.Holders[there.Email] = ""
		}
		c.count(here, there)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := c.checkCount(ctx, all); err != nil {
		return nil, err
	}
	extra, err := c.extra(ctx, seen)
	if err != nil {
		return nil, err
	}
	lost := 0
	list, err := c.compare(ctx, append(suspects, extra...), func(id string) {
		if _, listed := seen[id]; listed {
			lost++
		}
	})
	if err != nil {
		return nil, err
	}
	return list, checkListed(lost)
}

func (c *Comparison) count(here *webhook.UserRecord, there webhook.AccountUser) {
	c.There++
	switch {
	case here != nil && !here.Deleted():
		c.Common++
	case here == nil && there.Unkept != "":
		c.Unkept++
	case here == nil && there.Email == "":
		c.Addressless++
	}
	c.Progress.At(c.There, "")
}

// extra returns the living users here that were not seen there.
func (c *Comparison) extra(ctx context.Context, seen map[string]struct{}) (ids []string, err error) {
	const window = 500
	c.Progress.Begin("reading the users here", 0)
	page := webhook.UserPage{Sort: webhook.ByID, Limit: window}
	for {
		rows, err := c.Users.Users(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, u := range rows {
			c.Living++
			if _, wanted := c.Holders[u.Email]; wanted {
				c.Holders[u.Email] = u.ID
			}
			if _, there := seen[u.ID]; !there {
				ids = append(ids, u.ID)
			}
		}
		if len(rows) < window {
			return ids, nil
		}
		page.After = &rows[len(rows)-1]
	}
}

// differences compares some users as they are now.
func (c *Comparison) differences(ctx context.Context, ids []string) ([]Difference, error) {
	return c.compare(ctx, ids, func(string) {})
}

// compare compares some users as they are now, and says which of them are not there.
func (c *Comparison) compare(ctx context.Context, ids []string, absent func(id string)) ([]Difference, error) {
	var list []Difference
	c.Progress.Begin("comparing again", int64(len(ids)))
	err := c.each(ctx, ids, func(i int, here *webhook.UserRecord, there *webhook.AccountUser) error {
		if there == nil {
			absent(ids[i])
		}
		if d, differ := Compare(here, there); differ {
			list = append(list, d)
		}
		return nil
	})
	return list, err
}

// each visits users in the order of their ids with the place of the id, as they
// are on both sides by then; nil if they are not.
func (c *Comparison) each(ctx context.Context, ids []string, visit func(i int, here *webhook.UserRecord, there *webhook.AccountUser) error) error {
	i := 0
	for batch := range slices.Chunk(ids, atOnce) {
		named, err := c.Account.UsersByID(ctx, batch...)
		if err != nil {
			return err
		}
		there := make(map[string]*webhook.AccountUser, len(named))
		for i := range named {
			there[named[i].ID] = &named[i]
		}
		if err := checkNamed(batch, there); err != nil {
			return err
		}
		for _, id := range batch {
			here, err := c.user(ctx, id)
			if err != nil {
				return err
			}
			if err := visit(i, here, there[id]); err != nil {
				return err
			}
			i++
			c.Progress.At(int64(i), "")
		}
	}
	return nil
}

// user returns a user here, nil for none.
func (c *Comparison) user(ctx context.Context, id string) (*webhook.UserRecord, error) {
	u, err := c.Users.User(ctx, id)
	if errors.Is(err, webhook.ErrNotFound) {
		return nil, nil
	}
	return &u, err
}
