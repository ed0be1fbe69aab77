package ndjson

import (
	"time"

	"github.com/hooktop/hooktop/receiver/intake"
)

// Turned is what was turned away since the last such object.
type Turned struct {
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	// Requests are all that were turned away; the next four say why.
	Requests int64 `json:"requests"`
	TooMuch  int64 `json:"too_much_in_flight"`
	Slow     int64 `json:"too_slow"`
	Rejected int64 `json:"rejected"`
	Headers  int64 `json:"too_many_headers"`
	// Connections were closed to make room for others.
	Connections int64 `json:"connections"`
	// NoDescriptors is how often no file descriptor was left.
	NoDescriptors int64 `json:"no_descriptors"`
}

// NewTurned returns the object of what was turned away.
func NewTurned(t intake.Turned, at time.Time) Turned {
	return Turned{"turned-away", at.UTC(), t.Requests(), t.TooMuch, t.Slow, t.Rejected, t.Headers, t.Dropped, t.NoDescriptors}
}
