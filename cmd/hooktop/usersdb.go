package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hooktop/hooktop/store/mirror"
	"github.com/hooktop/hooktop/tui"
)

// usersDB is the app's own database that the users go on to, and how that goes.
type usersDB struct {
	target mirror.Target

	mu  sync.Mutex
	err error // why nothing can be applied now
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

// usersDB says what is wrong with --users-db. Whether that database is there, the
// start says.
func (x *exam) usersDB(context.Context) []finding {
	if err := x.faulty["users-db"]; err != nil {
		return []finding{fault("users-db", broken, err)}
	}
	return nil
}

// usersDBPatience is how long a start waits for the app's database to say that
// its table is there.
const usersDBPatience = 3 * time.Second

// openUsersDB begins to write down the changes for the app's database. It has to
// be there only later; but where it is there and has not the table, nothing
// would ever be applied.
func (h *hooktop) openUsersDB(ctx context.Context) error {
	target := h.settings.usersDB
	if target.IsZero() {
		return h.leaveUsersDB(ctx)
	}
	h.users = &usersDB{target: target}
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
		if !s.Refused && s.Taken == "" {
			u.mu.Lock()
			u.err = s.Err
			u.mu.Unlock()
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

// usersDBStep is the line of the Setup tab; none where there is no such database.
func (h *hooktop) usersDBStep() []tui.Step {
	if h.users == nil {
		return nil
	}
	step := tui.Step{State: tui.StepDone, Name: "users-db", Text: h.users.target.String()}
	if err := h.users.trouble(); err != nil {
		step.State, step.Lines = tui.StepFailed, []string{err.Error(), fixOf(err)}
	}
	return []tui.Step{step}
}
