package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/saved"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui/text"
)

func (p *program) usersCommand() *cobra.Command {
	var deleted, rebuild bool
	var at string
	cmd := &cobra.Command{
		Use:   "users [USER_ID]",
		Short: "List the users, or show one and the deliveries about it",
		Long: `Lists the users table, latest change first. With an id: that user, and each
delivery about it with what it changed.

--at shows the whole table as it was after a delivery, in the order of the
ids. It goes back as far as deliveries are kept (--keep), and does not know
what other programs wrote to the table.

--rebuild replays all verified deliveries into an empty table and reports
every value that differs, with exit code 1 if one does. It changes nothing.
Pass the --stripe flags that the deliveries were received with.`,
		Example: `hooktop users
hooktop users user_2g7np7Hrk0SN6kj5EDMLDaKNL0S
hooktop users --at 42
hooktop users --rebuild`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exit.Usage("users takes at most one user id", "see hooktop users --help")
			}
			if rebuild && (len(args) == 1 || at != "" || deleted) {
				return exit.Usage("--rebuild cannot be combined with anything else", "run hooktop users --rebuild")
			}
			if len(args) == 1 && at != "" {
				return exit.Usage("--at and a user id cannot be combined", "leave out --at: a user's deliveries show its history")
			}
			return nil
		},
		PreRunE: p.useHooktopAbove,
		RunE: func(cmd *cobra.Command, args []string) error {
			if rebuild {
				s, err := config.ResolveStripe(cmd.Flags(), p.getenv)
				if err != nil {
					return err
				}
				return p.read(cmd.Context(), s, rebuildUsers)
			}
			page := webhook.UserPage{Sort: webhook.ByRecent, Limit: window, Deleted: deleted}
			if at != "" {
				ids, err := parseIDs([]string{at})
				if err != nil {
					return err
				}
				page.At, page.Sort = ids[0], webhook.ByID
			}
			return p.reading(cmd, func(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output) error {
				if len(args) == 0 {
					return listUsers(ctx, s, db, out, page)
				}
				u, err := db.User(ctx, args[0])
				if errors.Is(err, store.ErrNotFound) && strings.Contains(args[0], "@") {
					return exit.Failure(fmt.Sprintf("there is no user with the id %s", quoted(args[0])),
						"hooktop users lists all ids; hooktop deliveries "+saved.ShellWord("email:"+args[0])+" lists the deliveries for that address")
				}
				if err != nil {
					return err
				}
				if err := printRow(out, s, userObject(u), func() print.Text { return print.LayOutUsers([]webhook.UserRecord{u}).Line(&u) }); err != nil {
					return err
				}
				return listHistory(ctx, s, db, out, u.ID)
			})
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "show the table as it was after this delivery")
	cmd.Flags().BoolVar(&rebuild, "rebuild", false, "replay the deliveries and report differences")
	cmd.Flags().BoolVar(&deleted, "deleted", false, "include deleted users")
	config.NameValues(cmd.Flags(), "at", "ID")
	config.AddStripeFlags(cmd.Flags())
	return cmd
}

// listHistory prints the deliveries of a user, newest first, with what each of
// them changed.
func listHistory(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output, id string) error {
	for d, err := range db.All(ctx, query.Page{UserID: id}) {
		if err != nil {
			return err
		}
		change, err := db.Change(ctx, d.ID)
		if err != nil {
			return err
		}
		line := historyLine{Delivery: ndjson.NewDelivery(d), Change: ndjson.NewChange(change)}
		err = printRow(out, s, line, func() print.Text {
			if change == nil {
				return print.DeliveryLine(d)
			}
			return print.Join("\n", print.DeliveryLine(d), print.Indent(print.Change(*change), 8))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func listUsers(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output, page webhook.UserPage) error {
	for first := true; ; first = false {
		rows, err := db.Users(ctx, page)
		if err != nil {
			return err
		}
		layout := print.LayOutUsers(rows)
		for i := range rows {
			if err := printRow(out, s, userObject(rows[i]), func() print.Text { return layout.Line(&rows[i]) }); err != nil {
				return err
			}
		}
		if len(rows) < window {
			if first && len(rows) == 0 && !s.JSON {
				if page.At > 0 {
					err = out.Line("there were no users at #%d", page.At)
				} else {
					err = out.Line("no users yet: hooktop trigger user.created creates one")
				}
			}
			return err
		}
		page.After = &rows[len(rows)-1]
	}
}

// rebuildUsers says in what the table is another than the deliveries make.
func rebuildUsers(ctx context.Context, s *config.Settings, db *store.Store, out *print.Output) error {
	r, err := db.Rebuild(ctx)
	if err != nil {
		return err
	}
	for _, d := range r.Differ {
		line := differenceLine{"difference", d.UserID, d.Column, ndjson.Null(d.Has), ndjson.Null(d.Replayed)}
		err := printRow(out, s, line, func() print.Text {
			return print.Sprintf("%s %s  %s: %s here, %s according to the deliveries",
				print.Bad("✗"), d.UserID, d.Column, cmp.Or(d.Has, "—"), cmp.Or(d.Replayed, "—"))
		})
		if err != nil {
			return err
		}
	}
	err = printRow(out, s, rebuildLine{"rebuild", r.Deliveries, r.Snapshot, r.Users, r.Differences}, func() print.Text { return rebuiltText(r) })
	if err == nil && r.Differences > 0 {
		return exit.Failure("the users table differs from the deliveries in "+text.Plural(r.Differences, "value"),
			"set --stripe-plan-key (HOOKTOP_STRIPE_PLAN_KEY), --stripe-user-key (HOOKTOP_STRIPE_USER_KEY) and --stripe-link-email (HOOKTOP_STRIPE_LINK_EMAIL) as they were when Stripe's events arrived. "+
				"If they are the same, another program changed the table: hooktop users USER_ID shows what each delivery did")
	}
	return err
}

func rebuiltText(r webhook.Rebuilt) print.Text {
	out := "replayed " + text.Plural(r.Deliveries, "delivery")
	if r.Snapshot > 0 {
		out += " on top of a snapshot of " + text.Plural(r.Snapshot, "older event")
	}
	out += ": " + text.Plural(r.Users, "user") + ", including tombstones"
	if r.Differences == 0 {
		return print.Sprintf("%s %s, no difference", print.Good("✓"), out)
	}
	return print.Sprintf("%s %s, %s", print.Bad("✗"), out, text.Plural(r.Differences, "difference"))
}
