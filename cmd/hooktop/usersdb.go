package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/mirror"
	"github.com/hooktop/hooktop/tui"
)

// usersDB is the app's own database that the users go on to, and how that goes.
type usersDB struct {
	target mirror.Target

	mu  sync.Mutex
	err error // why nothing can be applied now
	// refused are what it said of the changes that it does not take, by user.
	refused map[string]error
}

func (u *usersDB) trouble() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.err
}

// readUsersDB reads --users-db. Its URL may hold a password: no error shows it.
func (s *settings) readUsersDB(value func(string) (string, string)) error {
	text, source := value("users-db")
	if text == "" {
		return nil
	}
	var err error
	if s.usersDB, err = mirror.ParseTarget(text); err != nil {
		return usage(fmt.Sprintf("%s: not the URL of a PostgreSQL database", source), fixOf(err))
	}
	return nil
}

// usersDB says what is wrong with --users-db, and what that database does not
// take.
func (x *exam) usersDB(ctx context.Context) (all []finding) {
	if err := x.faulty["users-db"]; err != nil {
		return []finding{fault("users-db", broken, err)}
	}
	if target := x.s.usersDB; x.running == nil && !target.IsZero() {
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
		f.fix = append(f.fix, unnamed(said), fixOf(said))
	}
	f.fix = append(f.fix, "hooktop users "+oldest+" shows the row that it is to be")
	return f
}

// saidOf is what that database said of the change of a user, nil where it took
// it or was not asked yet.
func (u *usersDB) saidOf(user string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.refused[user]
}

// usersDBPatience is how long a start waits for the app's database to say that
// its table is there.
const usersDBPatience = 5 * time.Second

// openUsersDB begins to write down the changes for the app's database. It has to
// be there only later; but where it is there and has not the table, nothing
// would ever be applied.
func (h *hooktop) openUsersDB(ctx context.Context) error {
	target := h.settings.usersDB
	if target.IsZero() {
		return h.leaveUsersDB(ctx)
	}
	h.users = &usersDB{target: target, refused: map[string]error{}}
	look, cancel := context.WithTimeout(ctx, usersDBPatience)
	defer cancel()
	if away, err := target.Check(look); err != nil && !away {
		return asUsage(err)
	}
	return h.store.MirrorTo(ctx, target.String())
}

// leaveUsersDB stops writing down what nobody applies any more, unless another
// hooktop on this database may still.
func (h *hooktop) leaveUsersDB(ctx context.Context) error {
	name, err := h.store.MirrorTarget(ctx)
	if err != nil || name == "" {
		return err
	}
	if _, runs := runningDoor(ctx, h.store); runs {
		return nil
	}
	return h.store.MirrorTo(ctx, "")
}

// applyToUsersDB applies the changes there until ctx ends.
func (h *hooktop) applyToUsersDB(ctx context.Context) {
	if h.users == nil {
		return
	}
	h.running.Go(func() {
		m := mirror.Mirror{Target: h.users.target, Source: h.store, Tell: h.users.tell(h)}
		m.Run(ctx)
	})
}

// tell keeps the state for the Setup tab, and says what changed.
func (u *usersDB) tell(h *hooktop) func(mirror.Status) {
	return func(s mirror.Status) {
		u.note(s)
		if s.Refused || s.Taken != "" {
			h.checkup.soon() // the Setup tab counts them
		}
		if s.Err != nil {
			h.trouble(s.Err)
			return
		}
		if s.Taken != "" {
			h.tell(tui.News{Text: fmt.Sprintf("users-db: %s took the change of %s that it had refused", u.target, tui.Printable(s.Taken))})
			return
		}
		h.tell(tui.News{Text: fmt.Sprintf("users-db: %s is back, and gets what changed meanwhile", u.target)})
	}
}

func (u *usersDB) note(s mirror.Status) {
	u.mu.Lock()
	defer u.mu.Unlock()
	var row *mirror.RefusedError
	switch {
	case s.Taken != "":
		delete(u.refused, s.Taken)
	case errors.As(s.Err, &row):
		u.refused[row.UserID] = row
	default:
		u.err = s.Err
	}
}

// usersDBStep is the line of the Setup tab, with what the last look found; none
// where there is no such database.
func (h *hooktop) usersDBStep(found []finding) []tui.Step {
	if h.users == nil {
		return nil
	}
	step := tui.Step{State: tui.StepDone, Name: "users-db", Text: h.users.target.String()}
	if err := h.users.trouble(); err != nil {
		step = usersDBFault(broken, err).step()
	} else if len(found) > 0 {
		step = found[0].step()
	}
	return []tui.Step{step}
}
