package saved

import (
	"errors"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Writer writes deliveries in a format, one by one. A LeftOut of Add is not a
// failure: that delivery alone is missing.
type Writer interface {
	Begin() error
	Add(d webhook.Delivery, masked bool) error
	End() error
}

// LeftOut says why a delivery cannot be written in a format.
type LeftOut struct{ Err error }

func (l *LeftOut) Error() string { return l.Err.Error() }

func (l *LeftOut) Unwrap() error { return l.Err }

// Exporter masks deliveries, writes them, and counts.
type Exporter struct {
	Writer
	// Mask masks each delivery first; nil masks nothing.
	Mask *Masker

	// Written and Masked count the deliveries that were written, and those of them
	// whose body was masked; Left those that were left out, the first because of
	// Why.
	Written, Masked, Left int
	Why                   error
}

// Add masks and writes a delivery that was read whole. One that is left out is
// counted, and is no error.
func (e *Exporter) Add(d webhook.Delivery) error {
	masked := e.Mask != nil && e.Mask.Mask(&d)
	err := e.Writer.Add(d, masked)
	if left := (*LeftOut)(nil); errors.As(err, &left) {
		if e.Left++; e.Left == 1 {
			e.Why = left.Err
		}
		return nil
	}
	if err != nil {
		return err
	}
	e.Written++
	if masked {
		e.Masked++
	}
	return nil
}
