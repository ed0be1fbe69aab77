package webhook

import (
	"time"
)

// Story is a course of events that hang together, from one to the next: a user
// signs up, changes the address, leaves.
type Story struct {
	// Name is how it is asked for, after StoryPrefix: "signup". No two providers
	// have one of the same name.
	Name string
	// About says in a line what happens.
	About string
	// Tell settles whom it is about, from the sample's UserID, Email, Last, Since
	// and Nth, and gives the steps. It has at least one.
	Tell func(s Sample) []Step
}

// Step is one event of a story.
type Step struct {
	Type string
	// Provider is the name of who sends it, "" for who tells the story.
	Provider string
	// Make makes the body. Each step is given a later time than the one before.
	Make func(at time.Time) ([]byte, error)
}

// StoryPrefix stands before the name of a story where an event type could, too.
const StoryPrefix = "story:"

// Events are the types of the story's events, in order.
func (s Story) Events() []string {
	steps := s.Tell(Sample{})
	events := make([]string, len(steps))
	for i, step := range steps {
		events[i] = step.Type
	}
	return events
}
