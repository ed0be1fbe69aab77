package query

import "github.com/hooktop/hooktop/receiver/webhook"

// Page asks for a window of the deliveries, by id.
type Page struct {
	// Before asks for ids below it, nearest first; After for ids above it. With
	// neither the window starts at the newest, or with OldestFirst at the oldest.
	Before, After int64
	// OldestFirst starts the window at the lowest id, or the nearest above After,
	// and lists it in that order. Otherwise the newest is listed first.
	OldestFirst bool
	// Limit is the maximum number of deliveries, 1 to 1000.
	Limit int
	// Failures selects only those that Failed.
	Failures bool
	// Cause selects only the failures of one cause.
	Cause webhook.Cause
	// UserID and MessageID select only those of one user or message.
	UserID, MessageID string
	// Filter selects only those that match it.
	Filter Filter
}

// Upward reports whether the window goes from lower ids to higher.
func (p Page) Upward() bool { return p.OldestFirst || p.After > 0 }

// Next returns the page that goes on where a search for this one ended.
func (p Page) Next(found Found) Page {
	if p.Upward() {
		p.After = found.Upto
	} else {
		p.Before = found.Upto
	}
	return p
}

// Found is what a search for the deliveries of a Page has found so far.
type Found struct {
	// Deliveries are in the page's order, at most as many as its Limit.
	Deliveries []webhook.Delivery
	// From and Upto are the first and the last id that was looked at. To go on,
	// Upto takes the place of the page's Before or, where the page has an After or
	// is OldestFirst, of its After.
	From, Upto int64
	// Done is set if there are no more.
	Done bool
}

// Failures are the failures of one cause.
type Failures struct {
	Cause webhook.Cause
	// Title is the cause in words, as the newest of them has it.
	Title string
	// Count is how many there are; with More, at least that many.
	Count int64
	More  bool
	// Oldest and Newest are the first and the last of them, as listed.
	Oldest, Newest webhook.Delivery
	// Types are the event types of the newest of them, Whom their users' e-mail
	// addresses or, without one, ids: each once, the newest first.
	Types, Whom []string
}
