package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/mirror"
)

// usersDB says what is wrong with --users-db, and what that database does not
// take. The hooktop that runs writes to it in cmd/hooktop/usersdb.go.
func (x *Checker) usersDB(ctx context.Context) (all []Finding) {
	if err := x.Faults["users-db"]; err != nil {
		return []Finding{fault("users-db", Failed, err)}
	}
	if target := x.Settings.UsersDB; x.Running == nil && !target.IsZero() {
		all = append(all, there(ctx, target))
	}
	if x.Store == nil {
		return all
	}
	target, err := x.Store.MirrorTarget(ctx)
	if err != nil || target == "" {
		return all // the database's own check says it
	}
	list, err := x.Store.MirrorRefused(ctx, 0, refusedMost)
	if err != nil {
		return append(all, fault("users-db", Failed, err))
	}
	if len(list) > 0 {
		all = append(all, x.notTaken(target, list))
	}
	return all
}

// UsersDBPatience is how long a start waits for the app's database to say that
// its table is there.
const UsersDBPatience = 5 * time.Second

// there says whether the app's database is there, and has the table. A hooktop
// that runs knows it anyway.
func there(ctx context.Context, target mirror.Target) Finding {
	ctx, cancel := context.WithTimeout(ctx, UsersDBPatience)
	defer cancel()
	switch away, err := target.Check(ctx); {
	case err == nil:
		return Finding{Name: "users-db", Status: OK, Text: target.String() + ` has the table "User"`}
	case away:
		return UsersDBFault(Warning, err)
	default:
		return UsersDBFault(Failed, err)
	}
}

// UsersDBFault is an error of that database, below its name.
func UsersDBFault(state Status, err error) Finding {
	f := fault("users-db", state, err)
	f.Text = unnamed(err)
	return f
}

func unnamed(err error) string { return strings.TrimPrefix(err.Error(), "users-db: ") }

// refusedMost is up to how many refused changes are counted.
const refusedMost = 1000

// notTaken tells of the changes that the app's database does not take, and of the
// oldest of them why, where a hooktop that runs heard it.
func (x *Checker) notTaken(target string, list []webhook.RowChange) Finding {
	f := Finding{Name: "users-db", Status: Warning}
	oldest := list[0].UserID
	switch n := len(list); n {
	case 1:
		f.Text = fmt.Sprintf("%s refuses the change to %s; hooktop keeps retrying", target, oldest)
	case refusedMost:
		f.Text = fmt.Sprintf("%s refuses the changes to %d or more users; hooktop keeps retrying", target, n)
	default:
		f.Text = fmt.Sprintf("%s refuses the changes to %d users; hooktop keeps retrying", target, n)
	}
	var said error
	if x.Running != nil {
		said = x.Running.Refusal(oldest)
	}
	if said == nil {
		f.Fix = append(f.Fix, "fix the rows or the columns there; the running hooktop shows PostgreSQL's error on its Setup tab")
	} else {
		f.Fix = append(f.Fix, unnamed(said), exit.FixOf(said))
	}
	f.Fix = append(f.Fix, "hooktop users "+oldest+" shows the row as it should be")
	return f
}
