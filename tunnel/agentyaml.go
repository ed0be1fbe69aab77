package tunnel

import (
	"errors"

	"github.com/goccy/go-yaml/lexer"
	yamltoken "github.com/goccy/go-yaml/token"
)

// The bounds of ngrok.yml. The parser's time and memory grow with the square of the
// nesting, and an alias can stand for a text of any length.
const (
	maxAgentFile = 64 << 10
	maxNesting   = 64
)

var (
	errAgentLarge  = errors.New("is larger than ngrok's configuration may be (64 KiB)")
	errAgentNested = errors.New("cannot be read as ngrok's configuration: it is nested too deeply")
	errAgentAlias  = errors.New("has a YAML alias (*name): write the value itself")
)

// checkYAML reports a text that would cost too much to parse.
func checkYAML(text []byte) error {
	if len(text) > maxAgentFile {
		return errAgentLarge
	}
	depth, entries, line := 0, 0, 0
	for _, t := range lexer.Tokenize(string(text)) {
		switch t.Type { //nolint:exhaustive // the others do not nest
		case yamltoken.AliasType:
			return errAgentAlias
		case yamltoken.SequenceStartType, yamltoken.MappingStartType:
			depth++
		case yamltoken.SequenceEndType, yamltoken.MappingEndType:
			depth = max(depth-1, 0)
		case yamltoken.SequenceEntryType, yamltoken.MappingKeyType: // - - - nests on one line
			if t.Position.Line != line {
				line, entries = t.Position.Line, 0
			}
			entries++
		}
		if depth+entries > maxNesting {
			return errAgentNested
		}
	}
	return nil
}
