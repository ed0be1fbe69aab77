package command

import (
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/client"
)

// wrappers are the programs that run another one, and the options of each that take
// a word.
var wrappers = map[string][]string{
	"sudo": {"-u", "-g", "-C", "-h", "-p"}, "doas": {"-u"}, "env": {"-u", "-C"}, "nice": {"-n"}, "watch": {"-n"}, "stdbuf": {"-i", "-o", "-e"},
	"timeout": {"-s", "-k"}, "gtimeout": {"-s", "-k"}, "command": nil, "exec": nil, "nohup": nil, "noglob": nil, "builtin": nil, "time": nil, "winpty": nil,
}

// unwrapped takes programs away that run another one.
func unwrapped(words []string) []string {
	for len(words) > 0 {
		program := client.Name(words[0])
		valued, ok := wrappers[program]
		if !ok {
			return words
		}
		words = words[1:]
		for len(words) > 0 && (strings.HasPrefix(words[0], "-") || program == "env" && strings.Contains(words[0], "=")) {
			if len(words) > 1 && slices.Contains(valued, words[0]) && !client.Sends(client.Name(words[1])) {
				words = words[1:]
			}
			words = words[1:]
		}
		if len(words) > 0 && strings.HasSuffix(program, "timeout") {
			words = words[1:] // how long
		}
	}
	return words
}
