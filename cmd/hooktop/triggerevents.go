package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// choices are all that can be triggered: the event types, then the stories.
func choices() []string {
	var all, stories []string
	for _, p := range providers.All() {
		all = append(all, p.Samples()...)
		for _, s := range p.Stories() {
			stories = append(stories, webhook.StoryPrefix+s.Name)
		}
	}
	return append(all, stories...)
}

// aboutChoice says in a line what a story tells, "" for an event.
func aboutChoice(name string) string {
	story, _, _ := providers.StoryNamed(name)
	return story.About
}

func completeEvents(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all := choices()
	for i, name := range all {
		if about := aboutChoice(name); about != "" {
			all[i] = cobra.CompletionWithDesc(name, about)
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// eventsText lists the event types for the help, one family per line.
func eventsText() string {
	var b strings.Builder
	for _, p := range providers.All() {
		fmt.Fprintf(&b, "%s events:\n", p.Title())
		family := ""
		for _, event := range p.Samples() {
			i := max(strings.LastIndex(event, "."), 0)
			if event[:i] != family {
				if family != "" {
					b.WriteString("\n")
				}
				family = event[:i]
				fmt.Fprintf(&b, "  %-23s", family)
			}
			b.WriteString(" " + event[i:])
		}
		b.WriteString("\n\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func storiesText() string {
	var b strings.Builder
	b.WriteString("Stories (several related events each):\n")
	for _, p := range providers.All() {
		for _, s := range p.Stories() {
			fmt.Fprintf(&b, "  %-16s %s\n", webhook.StoryPrefix+s.Name, s.About)
		}
	}
	return b.String()
}

// unknownEvent says which event was meant, where that can be told.
func unknownEvent(event string) error {
	what := fmt.Sprintf("there is no sample for the event %s", quoted(event))
	near := exit.Closest(strings.ToLower(event), choices(), len(event)/3)
	if strings.HasPrefix(strings.ToLower(event), webhook.StoryPrefix) && !strings.HasPrefix(near, webhook.StoryPrefix) {
		stories := slices.DeleteFunc(choices(), func(name string) bool { return !strings.HasPrefix(name, webhook.StoryPrefix) })
		return exit.Usage("unknown story "+quoted(event), "the stories are "+strings.Join(stories, ", "))
	}
	if near != "" {
		return exit.Usage(what, "did you mean "+near+"? hooktop trigger --help lists all; --file sends your own body")
	}
	return exit.Usage(what, "hooktop trigger --help lists all; --file sends your own body")
}

// quoted is what somebody typed, in quotes, and no longer than a line.
func quoted(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
