package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
)

// readmeFlag matches a flag in the text of the README.
var readmeFlag = regexp.MustCompile(`(?:^|[\s(\x60|])--([a-z][a-z-]+)`)

// The README names flags that exist, and every flag that is read into settings.
func TestTheReadmeNamesTheFlagsThatThereAre(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range readmeFlag.FindAllStringSubmatch(string(text), -1) {
		named[m[1]] = true
	}
	exists := map[string]bool{"help": true, "version": true}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		for _, f := range shownFlags(cmd) {
			exists[f.Name] = true
			if config.GroupOf(f) != config.GroupOwn && !named[f.Name] {
				t.Errorf("the README does not name --%s", f.Name)
			}
		}
	})
	for name := range named {
		if !exists[name] {
			t.Errorf("the README names --%s, which no command has", name)
		}
	}
	if len(named) < 30 {
		t.Errorf("found only %d flags", len(named))
	}
}
