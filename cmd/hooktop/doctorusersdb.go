package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/mirror"
)

// usersDB says what is wrong with --users-db, and what that database does not
// take.
func (x *exam) usersDB(ctx context.Context) (all []finding) {
	if err := x.faulty["users-db"]; err != nil {
		return []finding{fault("users-db", broken, err)}
	}
	if target := x.s.UsersDB; x.running == nil && !target.IsZero() {
		all = append(all, there(ctx, target))
	}
	if x.store == nil {
		return all
	}
	target, err := x.store.MirrorTarget(ctx)
	if err != nil || target == "" {
		return all // the database's own check says it
	}
	list, err := x.store.MirrorRefused(ctx, 0, refusedMost)
	if err != nil {
		return append(all, fault("users-db", broken, err))
	}
	if len(list) > 0 {
		all = append(all, x.notTaken(target, list))
	}
	return all
}

// there says whether the app's database is there, and has the table. A hooktop
// that runs knows it anyway.
func there(ctx context.Context, target mirror.Target) finding {
	ctx, cancel := context.WithTimeout(ctx, usersDBPatience)
	defer cancel()
	switch away, err := target.Check(ctx); {
	case err == nil:
		return finding{name: "users-db", state: well, text: target.String() + ` has the table "User"`}
	case away:
		return usersDBFault(warning, err)
	default:
		return usersDBFault(broken, err)
	}
}

// usersDBFault is an error of that database, below its name.
func usersDBFault(state standing, err error) finding {
	f := fault("users-db", state, err)
	f.text = unnamed(err)
	return f
}

func unnamed(err error) string { return strings.TrimPrefix(err.Error(), "users-db: ") }

// refusedMost is up to how many refused changes are counted.
const refusedMost = 1000

// notTaken tells of the changes that the app's database does not take, and of the
// oldest of them why, where a hooktop that runs heard it.
func (x *exam) notTaken(target string, list []webhook.RowChange) finding {
	f := finding{name: "users-db", state: warning}
	oldest := list[0].UserID
	switch n := len(list); n {
	case 1:
		f.text = fmt.Sprintf("%s does not take the change of %s; it is tried again", target, oldest)
	case refusedMost:
		f.text = fmt.Sprintf("%s does not take the changes of %d users or more; they are tried again", target, n)
	default:
		f.text = fmt.Sprintf("%s does not take the changes of %d users; they are tried again", target, n)
	}
	var said error
	if x.running != nil && x.running.users != nil {
		said = x.running.users.saidOf(oldest)
	}
	if said == nil {
		f.fix = append(f.fix, "correct the rows or the columns there: the hooktop that applies them says what PostgreSQL says, on its Setup tab and as it tries")
	} else {
		f.fix = append(f.fix, unnamed(said), exit.FixOf(said))
	}
	f.fix = append(f.fix, "hooktop users "+oldest+" shows the row that it is to be")
	return f
}
