package command

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// What stands before a command in a terminal.
var (
	// shortPrompt is a prompt whatever follows: no command begins like that.
	shortPrompt = lazyregexp.New(`^[ \t]*[╰└]?[─━]*[$%❯λ»][ \t]+`)
	// namedPrompt has a user, a host or a folder in front.
	namedPrompt = lazyregexp.New(`^(?:[\w.@~:/\[\]()+, \\-]{0,120}[$%❯»]|[\w.@~:/\[\]()+, \\-]{1,120}#|[\w.-]+@[\w.:~/ -]{0,120}>|[ \t]*>|[ \t]*\d{1,6}\*?|\+{1,3}|➜[ \t]+\S+(?:[ \t]+git:\(\S+\))?(?:[ \t]+✗)?)[ \t]+|^[$%]`)
	psPrompt    = lazyregexp.New(`^(?:\([\w.-]{1,40}\)[ \t]*)?PS(?:[ \t][^>\n]{0,200})?>[ \t]?`)
	cmdPrompt   = lazyregexp.New(`^[A-Za-z]:\\[^>\n"]{0,200}>[ \t]?`)
	// nextPrompt stands before the further lines of a command.
	nextPrompt = lazyregexp.New(`^(?:(?:d?quote|bquote|heredoc|pipe|cmdand|cmdor|cmdsubst)?>{1,2}[ \t]?|More\?[ \t])`)
)

// promptLength returns how many bytes of a line are a prompt, 0 for none.
func promptLength(line string) int {
	for _, form := range []*lazyregexp.Regexp{psPrompt, cmdPrompt, shortPrompt} {
		if p := form.FindString(line); p != "" {
			return len(p)
		}
	}
	if p := namedPrompt.FindString(line); p != "" && startsCommand.MatchString(line[len(p):]) {
		return len(p)
	}
	return 0
}

// rootPrompt is a prompt that would make the command a comment.
var rootPrompt = lazyregexp.New(`^\s*# +` + programs + `[ \t]`)

// withoutRoot returns a text of which the only command is after the prompt of a
// superuser, with another prompt.
func withoutRoot(text string) string {
	if !rootPrompt.MatchString(text) {
		return text
	}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") && hasProgram.MatchString(line) {
			return text
		}
	}
	return strings.Replace(text, "#", "$", 1)
}

// blocks splits a text at its prompts. Lines keep their numbers, and the first
// of each block its columns.
func blocks(text string) []pasted.Block {
	lines := strings.SplitAfter(text, "\n")
	var all []pasted.Block
	var typed strings.Builder
	current := pasted.Block{Line: 1}
	end := func() {
		current.Text = typed.String()
		if strings.TrimSpace(current.Text) != "" {
			all = append(all, current)
		}
		typed.Reset()
	}
	further := false
	for i, line := range lines {
		if n := promptLength(line); n > 0 {
			switch {
			case current.Prompted:
				end() // what stood before was another command
			case !hasProgram.MatchString(typed.String()):
				typed.Reset() // part of the prompt, or nothing
			}
			if !current.Prompted && typed.Len() > 0 {
				typed.WriteString(line) // a command that is already read has such a line
				continue
			}
			current = pasted.Block{Line: i + 1, Prompted: true}
			typed.WriteString(strings.Repeat(" ", n) + line[n:])
			further = true
			continue
		}
		if p := nextPrompt.FindString(line); current.Prompted && further && p != "" {
			line = line[len(p):]
		} else {
			further = false
		}
		typed.WriteString(line)
	}
	end()
	return all
}

// eachBlock reads the commands of each block; read gets the block.
func eachBlock(text string, read func(pasted.Block) error) error {
	for _, b := range blocks(text) {
		if err := read(b); err != nil {
			return err
		}
	}
	return nil
}

// fence is the line before and after code in a chat or in Markdown.
var fence = lazyregexp.New("^[ \t]*(?:```+|~~~+)[ \t]*[\\w+.-]*[ \t]*\r?\n?$")

// withoutFence returns what is inside the first fence of a text that has one before
// any command. Lines keep their numbers.
func withoutFence(text string) string {
	if !strings.Contains(text, "```") && !strings.Contains(text, "~~~") {
		return text
	}
	var inside strings.Builder
	fenced := false
	for line := range strings.Lines(text) {
		switch {
		case fence.MatchString(line) && fenced:
			return inside.String()
		case fence.MatchString(line):
			fenced = true
			inside.WriteByte('\n')
		case fenced:
			inside.WriteString(line)
		case hasProgram.MatchString(line) || hasCall.MatchString(line):
			return text
		default:
			inside.WriteByte('\n')
		}
	}
	if !fenced {
		return text
	}
	return inside.String()
}
