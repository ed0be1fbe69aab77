package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook/instruction"
)

// onDashboard are the packages and files whose texts the dashboard shows: verdicts,
// advice, outcomes, the Setup tab, and what a key could not do.
var onDashboard = regexp.MustCompile(`^(tui(/.*)?|tunnel|receiver|receiver/providers|receiver/webhook(/.*)?|cmd/hooktop/doctor|store(/mirror)?)/[^/]+\.go$|` +
	`^cmd/hooktop/(apps|envreload|dashboard\w*|setuptab|usersdb|run)\.go$|^cmd/hooktop/config/(forwarding|missingsecret|secrets|skippedlines)\.go$`)

// notOnDashboard are the files among them whose texts it does not show: both forms of an
// instruction, the errors of trigger --set, the User-Agent of trigger, and what only
// doctor asks Clerk.
var notOnDashboard = regexp.MustCompile(`^cmd/hooktop/doctor/registration\.go$|^receiver/(webhook/instruction|webhook/sample)/|^receiver/trigger\.go$`)

// commandOrFlag is what only a terminal has: a command of hooktop, or a flag.
var commandOrFlag = regexp.MustCompile(`\bhooktop (ack|deliveries|doctor|drift|export|import|listen|resend|reverify|show|torture|trigger|users|verify|wait)\b|(^|[ (:])--[a-z][a-z-]+`)

// noKey are the commands and flags that the dashboard may name, each with the reason.
var noKey = []struct{ text, reason string }{
	{"--insecure-forward", "set only at the start"},
	{"--users-db", "set only at the start"},
	{"--max-body", "set only at the start"},
	{"--clerk-path", "set only at the start"},
	{"--keep", "set only at the start"},
	{"--addr", "set only at the start"},
	{"--db", "set only at the start"},
	{"--env-file", "set only at the start"},
	{"--tunnel", "set only at the start"},
	{"--no-edge-policy", "set only at the start"},
	{"--domain", "set only at the start"},
	{"or add --yes", "before there is a dashboard"},
	{"To keep it: --forward-to", "F holds until the dashboard ends"},
	{"start hooktop with --yes", "the answer is given at a start"},
	{"--forward-to: ", "ends hooktop before there is a dashboard"},
	{"--data-binary", "a flag of curl"},
	{"--data-urlencode", "a flag of curl"},
	{"stripe listen --forward-to", "a flag of the Stripe CLI"},
	{"git rm --cached", "a flag of git"},
	{"code --wait", "a flag of an editor"},
	{"read by hooktop import", "reads the file that x writes"},
	{"a HAR, raw HTTP, or hooktop export", "on the machine where it was captured"},
	{"run hooktop doctor in ", "the dashboard is of this folder's hooktop, so none runs above"},
	{"--with-codes and without --redact", "on the machine where it was captured"},
}

// What the dashboard says names its keys, not commands that would have to be run in
// another terminal.
func TestTheDashboardNamesKeys(t *testing.T) {
	used := map[string]bool{}
	for _, f := range programTexts(t) {
		if !onDashboard.MatchString(f.pkg+"/"+f.file) || notOnDashboard.MatchString(f.pkg+"/"+f.file) {
			continue
		}
		for _, text := range f.texts {
			text = strings.NewReplacer("%d", "42", "{}{}", "x", "{}", "x").Replace(text)
			shown := instruction.ForDashboard(text)
			for _, e := range noKey {
				if strings.Contains(shown, e.text) {
					used[e.text] = true
					shown = strings.ReplaceAll(shown, e.text, "")
				}
			}
			if at := commandOrFlag.FindString(shown); at != "" {
				t.Errorf("%s/%s: %q in the dashboard: %s", f.pkg, f.file, at, shown)
			}
		}
	}
	for _, e := range noKey {
		if !used[e.text] {
			t.Errorf("%s needs no exception any more", e.text)
		}
	}
}

// Each phrase that has a key is still said somewhere; one that nobody says is a typing
// error, or old.
func TestEveryInstructionIsSaid(t *testing.T) {
	var all []string
	for _, f := range programTexts(t) {
		if !strings.HasSuffix(f.pkg, "/instruction") {
			all = append(all, f.texts...)
		}
	}
	for _, i := range instruction.All() {
		if !slices.ContainsFunc(all, func(text string) bool { return strings.Contains(text, i.Command) }) {
			t.Errorf("no text says %q", i.Command)
		}
	}
}
