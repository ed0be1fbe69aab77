package trust

import (
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// Question asks for a yes to a value.
func (v Value) Question() string {
	return v.Source + " " + v.Does + ". A file of this folder says so, not you. Use it? [y/N] "
}

// Unconfirmed returns the error of values that nobody said yes to. yes is set if the
// command has a --yes.
func Unconfirmed(values []Value, yes bool) error {
	var said, ways []string
	for _, v := range values {
		said = append(said, v.Source+" "+v.Does)
		if v.Instead != "" {
			ways = append(ways, v.Instead)
		}
	}
	fix := "run it on a terminal, which asks once"
	if yes {
		fix = "add --yes to agree once, or " + fix
	}
	if len(ways) > 0 {
		fix += "; or name it yourself with " + strings.Join(ways, " and ")
	}
	return exit.Usage("not confirmed: "+strings.Join(said, "; "), fix+" or in the environment")
}

// Declined returns the error of a value that the user said no to.
func Declined(v Value) error {
	return exit.Usage("not confirmed: "+v.Source+" "+v.Does, "remove it from the file")
}
