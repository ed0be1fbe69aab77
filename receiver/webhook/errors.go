package webhook

import (
	"errors"
	"fmt"
)

// ErrNotFound reports that a delivery or a user is not stored, or not any more.
var ErrNotFound = errors.New("not found")

// ErrNeverVerified reports that hooktop does not sign a delivery again unless it is told
// to, because nothing vouches for what a stranger may have written.
var ErrNeverVerified = errors.New("its signature never verified: a stranger may have written it, so hooktop does not sign it")

// ResendError reports which delivery could not be sent again, and why.
type ResendError struct {
	ID  int64
	Err error
}

func (e *ResendError) Error() string { return fmt.Sprintf("resend #%d: %v", e.ID, e.Err) }

func (e *ResendError) Unwrap() error { return e.Err }

// Unsent returns err as a ResendError for the delivery; nil and a ResendError stay
// as they are.
func Unsent(id int64, err error) error {
	var known *ResendError
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &ResendError{id, err}
}

// mistake is an error that a person can fix.
type mistake struct{ what, fix string }

// NewMistake returns an error that a person can fix: what is wrong, and the fix,
// which its method Fix returns.
func NewMistake(what, fix string) error { return &mistake{what, fix} }

func (m *mistake) Error() string { return m.what }

// Fix returns what to do about it.
func (m *mistake) Fix() string { return m.fix }
