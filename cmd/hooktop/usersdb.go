package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/store/mirror"
	"github.com/hooktop/hooktop/tui"
)

// usersDB is the app's own database that the users go on to, and how that goes.
// Doctor checks that database in doctor/usersdb.go.
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

// saidOf is what that database said of the change to a user, nil where it took
// it or was not asked yet.
func (u *usersDB) saidOf(user string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.refused[user]
}

// openUsersDB begins to write down the changes for the app's database. It has to
// be there only later; but where it is there and has not the table, nothing
// would ever be applied.
func (h *hooktop) openUsersDB(ctx context.Context) error {
	target := h.settings.UsersDB
	if target.IsZero() {
		return h.leaveUsersDB(ctx)
	}
	h.users = &usersDB{target: target, refused: map[string]error{}}
	look, cancel := context.WithTimeout(ctx, doctor.UsersDBPatience)
	defer cancel()
	if away, err := target.Check(look); err != nil && !away {
		return exit.AsUsage(err)
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
	if _, runs := running.On(ctx, h.store); runs {
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
		m := mirror.Mirror{Target: h.users.target, Source: h.store, Tell: h.users.tell(h), Held: h.forwarder.AppsTurn(h.store)}
		m.Run(ctx)
	})
}

// tell keeps the state for the Setup tab, and says what changed.
func (u *usersDB) tell(h *hooktop) func(mirror.Status) {
	return func(s mirror.Status) {
		u.note(s)
		if s.Refused || s.Taken != "" {
			h.checkup.requestCheck() // the Setup tab counts them
		}
		if s.Err != nil {
			h.trouble(s.Err)
			return
		}
		if s.Taken != "" {
			h.tell(tui.News{Text: fmt.Sprintf("users-db: %s has now accepted the change to %s that it had refused", u.target, s.Taken)})
			return
		}
		h.tell(tui.News{Text: fmt.Sprintf("users-db: %s is back and is being sent the changes it missed", u.target)})
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
func (h *hooktop) usersDBStep(found []doctor.Finding) []tui.Step {
	if h.users == nil {
		return nil
	}
	step := tui.Step{State: tui.StepDone, Name: "users-db", Text: h.users.target.String()}
	if err := h.users.trouble(); err != nil {
		step = setupStep(doctor.UsersDBFault(doctor.Failed, err))
	} else if len(found) > 0 {
		step = setupStep(found[0])
	}
	return []tui.Step{step}
}
