package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// unknownEvent says which event was meant, where that can be told.
func unknownEvent(event string) error {
	what := fmt.Sprintf("there is no sample of the event %s", clipped(event))
	near := exit.Closest(strings.ToLower(event), choices(), len(event)/3)
	if strings.HasPrefix(strings.ToLower(event), webhook.StoryPrefix) && !strings.HasPrefix(near, webhook.StoryPrefix) {
		stories := slices.DeleteFunc(choices(), func(name string) bool { return !strings.HasPrefix(name, webhook.StoryPrefix) })
		return exit.Usage("there is no story "+clipped(event), "the stories are "+strings.Join(stories, ", "))
	}
	if near != "" {
		return exit.Usage(what, "did you mean "+near+"? hooktop trigger --help lists all; --file sends a body of your own")
	}
	return exit.Usage(what, "hooktop trigger --help lists those that there are; --file sends a body of your own")
}

// clipped is what somebody typed, in quotes, and no longer than a line.
func clipped(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
