package registrar

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Object is what --json prints of a registration.
type Object struct {
	Kind string `json:"kind"`
	// ID, UID and URL are null if they are not known: with an Error.
	ID      *string `json:"id"`
	UID     *string `json:"uid"`
	URL     *string `json:"url"`
	Created bool    `json:"created"`
	// Changed names what was changed: url, events, disabled.
	Changed     []string `json:"changed"`
	PreviousURL *string  `json:"previous_url"`
	// Events are the selected event types; an empty list means all of them.
	Events      []string `json:"events"`
	EventsAdded []string `json:"events_added"`
	// Disabled is how it is now.
	Disabled bool `json:"disabled"`
	Deleted  bool `json:"deleted"`
	// Secret shows the last four characters, null if it was not read.
	Secret *string `json:"secret"`
	// Written is the file that has the secret now, null for none.
	Written *string `json:"written"`
	// Running: the hooktop that runs here verifies with the secret now.
	Running bool     `json:"running"`
	Notes   []string `json:"notes"`
	// Error says what could not be done, and Fix what to do: the manual steps, one on
	// each line.
	Error *string `json:"error"`
	Fix   *string `json:"fix"`
}

// NewObject returns the object of an endpoint.
func NewObject(r registration.Registered) Object {
	o := Object{
		Kind: "endpoint", ID: ndjson.Null(r.ID), UID: ndjson.Null(r.UID), URL: ndjson.Null(r.URL), Created: r.Created, Changed: []string{}, PreviousURL: ndjson.Null(r.Was),
		Events: list(r.Events), EventsAdded: []string{}, Notes: list(r.Notes),
	}
	if !r.Created {
		o.EventsAdded = list(r.Added)
		for name, changed := range map[string]bool{"url": r.Was != "", "events": len(r.Added) > 0, "disabled": r.Enabled} {
			if changed {
				o.Changed = append(o.Changed, name)
			}
		}
	}
	if r.Secret.Reveal() != "" {
		shown := r.Secret.String()
		o.Secret = &shown
	}
	return o
}

// NewFailure returns the object of a registration that failed.
func NewFailure(err error, fix string) Object {
	o := NewObject(registration.Registered{})
	var manual *registration.Manual
	if errors.As(err, &manual) {
		o.URL = ndjson.Null(manual.URL)
	}
	o.Error, o.Fix = ndjson.Null(err.Error()), ndjson.Null(fix)
	return o
}

// list makes an empty list of none.
func list(texts []string) []string { return append([]string{}, texts...) }

// Changes says what a registration changed, in a sentence without its end.
func Changes(r registration.Registered) string {
	if r.Created {
		return fmt.Sprintf("created the endpoint %s at Clerk (experimental): it sends to %s", r.ID, r.URL)
	}
	var did []string
	if r.Was != "" {
		did = append(did, fmt.Sprintf("its URL is now %s (it was %s)", r.URL, r.Was))
	}
	if len(r.Added) > 0 {
		did = append(did, "it also sends "+strings.Join(r.Added, ", "))
	}
	if r.Enabled {
		did = append(did, "it was disabled and is enabled again")
	}
	if len(did) == 0 {
		return fmt.Sprintf("the endpoint %s at Clerk is up to date: it sends to %s", r.ID, r.URL)
	}
	return fmt.Sprintf("changed the endpoint %s at Clerk (experimental): %s", r.ID, strings.Join(did, "; "))
}

// Text says what a registration changed, where the secret is now, and what else there
// is to know, one thing on each line.
func (o Object) Text(r registration.Registered) string {
	return strings.Join(append([]string{Changes(r)}, o.lines()...), "\n")
}

func (o Object) lines() (lines []string) {
	switch {
	case o.Secret == nil:
	case o.Running && o.Written != nil:
		lines = append(lines, fmt.Sprintf("secret %s: in use here, and in %s", *o.Secret, *o.Written))
	case o.Written != nil:
		lines = append(lines, fmt.Sprintf("secret %s: in %s", *o.Secret, *o.Written))
	case o.Running:
		lines = append(lines, fmt.Sprintf("secret %s: in use here until hooktop ends; --write-env keeps it for your app", *o.Secret))
	default:
		lines = append(lines, fmt.Sprintf("secret %s: not stored; --write-env writes it into .env.local", *o.Secret))
	}
	for _, note := range o.Notes {
		lines = append(lines, "note: "+note)
	}
	return lines
}

// Deletion says what became of an endpoint that was to be deleted.
func (o Object) Deletion() string {
	if !o.Deleted {
		return "nothing to delete: this folder has no endpoint at Clerk"
	}
	return fmt.Sprintf("deleted the endpoint %s at Clerk, which sent to %s", *o.ID, *o.URL)
}

// FromClerk is the source of a secret that was read from Clerk.
func FromClerk() webhook.Source {
	return webhook.Source{Variable: providers.Clerk{}.Title(), Origin: webhook.FromAPI}
}
