package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/clerkapi"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
)

const (
	keyVariable    = "CLERK_SECRET_KEY"
	apiURLVariable = "CLERK_API_URL"
)

// driftCommand compares the users table with the account, and mends it through
// the front door.
func (p *program) driftCommand() *cobra.Command {
	var fix, production bool
	cmd := &cobra.Command{
		Use:   "drift",
		Short: "Compare the users here with Clerk's; --fix brings them in step",
		Long: "Reads all users of the Clerk instance that " + keyVariable + " is of, and says which are\n\n" +
			"  missing       at Clerk, and not here\n" +
			"  extra         here, and no longer at Clerk\n" +
			"  email         in both, with different e-mail addresses\n" +
			"  deleted-here  deleted here, and alive at Clerk\n\n" +
			"--fix makes of each the event that Clerk would have sent, with the user as Clerk's API gives it, signs it\n" +
			"and sends it through hooktop's front door: every change has its delivery. What was deleted here stays\n" +
			"deleted: a new database (--db) that --fix fills has such a user again.\n\n" +
			"The key comes from the environment, .env.local or .env; CLERK_API_URL is another address of the API.\n\n" +
			"Exit code 0 where all are in step, 1 where not. At Clerk nothing is changed.",
		Example: "hooktop drift\nhooktop drift --fix\nhooktop drift --json | jq -r .user_id",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := config.Resolve(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			api, err := account(s.Env, production)
			if err != nil {
				return err
			}
			return p.drift(cmd.Context(), s, api, fix)
		},
	}
	config.AddSigningFlags(cmd.Flags())
	config.AddStripeFlags(cmd.Flags())
	config.AddForwardFlags(cmd.Flags())
	cmd.Flags().BoolVar(&fix, "fix", false, "bring the users here in step, by signed events through the front door")
	cmd.Flags().BoolVar(&production, "yes-production", false, "take the key of a production instance (sk_live_…)")
	return cmd
}

// account is the Clerk account that the environment has a key of.
func account(env config.Environment, production bool) (*clerkapi.Client, error) {
	value, source := env.Lookup(keyVariable)
	if value == "" {
		return nil, exit.Usage(keyVariable+" is not set", "Clerk Dashboard → Configure → API keys → Secret keys: put "+keyVariable+"=sk_test_… into .env.local")
	}
	key, err := clerkapi.ParseKey(value, source.String())
	if err != nil {
		return nil, exit.AsUsage(err)
	}
	if key.Live() && !production {
		return nil, exit.Usage(fmt.Sprintf("%s is the key of a production instance (%s)", source, key), "use the sk_test_ key of your development instance, or add --yes-production")
	}
	api, err := clerkapi.New(clerkapi.Config{Key: key, URL: env.Get(apiURLVariable)})
	if err != nil {
		return nil, exit.AsUsage(err)
	}
	return api, nil
}

// drift compares and, with fix, brings in step.
func (p *program) drift(ctx context.Context, s *config.Settings, api *clerkapi.Client, fix bool) error {
	h, err := p.beginDrift(ctx, s, fix)
	if err != nil {
		return err
	}
	defer p.close(h)
	c := &comparison{account: api, here: h.store, progress: p.progress()}
	differences, err := c.run(ctx)
	c.progress.Clear()
	if err != nil {
		return accountFailed(err)
	}
	lines := foreseen(driftLines(differences), webhook.Hopeless(differences, c.holders))
	if fix {
		if err := c.sameInstance(); err != nil {
			return err
		}
		if lines, err = h.bringInStep(ctx, c, differences); err != nil {
			return accountFailed(err)
		}
	}
	return p.printDrift(s, c, lines, fix)
}

// beginDrift opens what is compared. Only a fix makes a database.
func (p *program) beginDrift(ctx context.Context, s *config.Settings, fix bool) (*hooktop, error) {
	if !fix && s.Missing() {
		return nil, exit.Failure(fmt.Sprintf("there is no database at %s yet", s.DB), "hooktop drift --fix makes it and fills it with Clerk's users; or name the database with --db")
	}
	if fix {
		h, err := p.begin(ctx, s, 0)
		if err == nil {
			h.leaveForwarding()
		}
		return h, err
	}
	db, err := openStore(ctx, s, 0)
	if err != nil {
		return nil, err
	}
	return newHooktop(s, db), nil
}

// accountFailed gives the trouble of a key that Clerk does not take the exit
// code of wrong set-up.
func accountFailed(err error) error {
	var refused *clerkapi.Error
	if errors.As(err, &refused) && refused.SetUp() {
		return exit.AsUsage(err)
	}
	return err
}

// sameInstance fails where the key is of an instance that the users here are
// not of: a fix would delete them all, for good.
func (c *comparison) sameInstance() error {
	if c.common > 0 || c.living == 0 {
		return nil
	}
	return exit.Usage(fmt.Sprintf("none of the users here (%d) is at Clerk: nothing was changed", c.living),
		keyVariable+" must be of the instance whose webhooks arrive here; for another, name another database with --db")
}

// comparison finds the users that are not in step.
type comparison struct {
	account interface {
		Count(ctx context.Context) (int64, error)
		Users(ctx context.Context, each func(webhook.AccountUser) error) error
		Named(ctx context.Context, ids ...string) ([]webhook.AccountUser, error)
	}
	here     *store.Store
	progress *print.Progress
	// there are the users at Clerk, living those here, common those in both;
	// addressless and unkept those at Clerk that the table cannot hold, without an
	// address and with one that it does not keep.
	there, living, common, addressless, unkept int64
	// holders are the users here, by the addresses that users not in step have at
	// Clerk; "" where nobody holds it.
	holders map[string]string
}

// run compares all users. Each that seems not in step is looked at again at the
// end, for deliveries arrive while it reads. It holds the ids of all users.
func (c *comparison) run(ctx context.Context) ([]webhook.Departure, error) {
	all, err := c.account.Count(ctx)
	if err != nil {
		return nil, err
	}
	c.progress.Begin("reading Clerk's users", all)
	seen := make(map[string]struct{}, all)
	c.holders = map[string]string{}
	var suspects []string
	err = c.account.Users(ctx, func(there webhook.AccountUser) error {
		seen[there.ID] = struct{}{}
		here, err := c.user(ctx, there.ID)
		if err != nil {
			return err
		}
		if _, differ := webhook.Compare(here, &there); differ {
			suspects = append(suspects, there.ID)
			c.holders[there.Email] = ""
		}
		c.count(here, there)
		return nil
	})
	if err != nil {
		return nil, err
	}
	extra, err := c.others(ctx, seen)
	if err != nil {
		return nil, err
	}
	return c.differences(ctx, append(suspects, extra...))
}

func (c *comparison) count(here *webhook.UserRecord, there webhook.AccountUser) {
	c.there++
	switch {
	case here != nil && !here.Deleted():
		c.common++
	case here == nil && there.Unkept != "":
		c.unkept++
	case here == nil && there.Email == "":
		c.addressless++
	}
	c.progress.At(c.there, "")
}

// others are the living users here that are not among those seen.
func (c *comparison) others(ctx context.Context, seen map[string]struct{}) (ids []string, err error) {
	c.progress.Begin("reading the users here", 0)
	page := webhook.UserPage{Sort: webhook.ByID, Limit: window}
	for {
		rows, err := c.here.Users(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, u := range rows {
			c.living++
			if _, wanted := c.holders[u.Email]; wanted {
				c.holders[u.Email] = u.ID
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

// differences are those of some users, as they are now.
func (c *comparison) differences(ctx context.Context, ids []string) ([]webhook.Departure, error) {
	var list []webhook.Departure
	c.progress.Begin("looking again", int64(len(ids)))
	err := c.each(ctx, ids, func(_ int, here *webhook.UserRecord, there *webhook.AccountUser) error {
		if d, differ := webhook.Compare(here, there); differ {
			list = append(list, d)
		}
		return nil
	})
	return list, err
}

// each gives users in the order of their ids, with the place of the id, as they
// are on both sides by then, nil where they are not.
func (c *comparison) each(ctx context.Context, ids []string, do func(i int, here *webhook.UserRecord, there *webhook.AccountUser) error) error {
	i := 0
	for batch := range slices.Chunk(ids, clerkapi.NamedMost) {
		named, err := c.account.Named(ctx, batch...)
		if err != nil {
			return err
		}
		there := make(map[string]*webhook.AccountUser, len(named))
		for i := range named {
			there[named[i].ID] = &named[i]
		}
		for _, id := range batch {
			here, err := c.user(ctx, id)
			if err != nil {
				return err
			}
			if err := do(i, here, there[id]); err != nil {
				return err
			}
			i++
			c.progress.At(int64(i), "")
		}
	}
	return nil
}

// user is a user here, nil for none.
func (c *comparison) user(ctx context.Context, id string) (*webhook.UserRecord, error) {
	u, err := c.here.User(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &u, err
}
