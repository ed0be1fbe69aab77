// Package usersdb has the changes of the users applied to the app's own database as well,
// and keeps how that goes. Doctor checks that database in doctor/usersdb.go.
package usersdb

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/store/mirror"
)

// Database is the app's own database.
type Database struct {
	Target mirror.Target

	// Tell is called with what changed for the better; Trouble with what keeps changes from
	// being applied; Counted when rows were refused or accepted. None may block.
	Tell    func(text string)
	Trouble func(error)
	Counted func()

	mu  sync.Mutex
	err error // why nothing can be applied now
	// refused are what the database said of the changes it refuses, by user.
	refused map[string]error
}

// Open starts writing down the changes for the app's database. It may be away for now; but
// if it is there and lacks the table, nothing would ever be applied, which is an error.
func (u *Database) Open(ctx context.Context, db *store.Store) error {
	u.refused = map[string]error{}
	look, cancel := context.WithTimeout(ctx, doctor.UsersDBPatience)
	defer cancel()
	if away, err := u.Target.Check(look); err != nil && !away {
		return exit.AsUsage(err)
	}
	return db.MirrorTo(ctx, u.Target.String())
}

// Leave stops writing down changes that nobody applies any more, unless another hooktop on
// this database may still.
func Leave(ctx context.Context, db *store.Store) error {
	name, err := db.MirrorTarget(ctx)
	if err != nil || name == "" {
		return err
	}
	if _, runs := running.On(ctx, db); runs {
		return nil
	}
	return db.MirrorTo(ctx, "")
}

// Run applies the changes until ctx ends. held, if any, returns the users that the app is
// to write first.
func (u *Database) Run(ctx context.Context, db *store.Store, held func(context.Context, []string) (map[string]bool, error)) {
	m := mirror.Mirror{Target: u.Target, Source: db, Tell: u.hear, Held: held}
	m.Run(ctx)
}

// Err returns why nothing can be applied now, nil if it can.
func (u *Database) Err() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.err
}

// Refusal returns what the database said of the change to a user, nil if it accepted it or
// was not asked yet.
func (u *Database) Refusal(user string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.refused[user]
}

// hear keeps the state and passes on what changed.
func (u *Database) hear(s mirror.Status) {
	u.note(s)
	if s.Refused || s.Taken != "" {
		u.Counted()
	}
	switch {
	case s.Err != nil:
		u.Trouble(s.Err)
	case s.Taken != "":
		u.Tell(fmt.Sprintf("users-db: %s has now accepted the change to %s that it had refused", u.Target, s.Taken))
	default:
		u.Tell(fmt.Sprintf("users-db: %s is back and is being sent the changes it missed", u.Target))
	}
}

func (u *Database) note(s mirror.Status) {
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
