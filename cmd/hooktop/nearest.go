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
	near, least := "", 1+len(event)/3
	for _, name := range choices() {
		if d := distance(strings.ToLower(event), strings.ToLower(name)); d < least {
			near, least = name, d
		}
	}
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

// distance is how many letters have to be changed, put in or taken out to make
// one text of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
