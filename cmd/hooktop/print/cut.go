package print

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxLine is how many characters of a line are printed: what one of an app's pages
// or headers holds must not push the rest off the screen. JSON objects are whole.
const maxLine = 1000

// cutLines cuts lines that are too long, and says how much is missing. Colours end
// where they did.
func cutLines(safe string) string {
	if len(safe) <= maxLine {
		return safe
	}
	lines := strings.Split(safe, "\n")
	for i, line := range lines {
		if len(line) <= maxLine {
			continue
		}
		n := utf8.RuneCountInString(ansi.Strip(line))
		if n <= maxLine {
			continue
		}
		cut := ansi.Truncate(line, maxLine*9/10, "")
		lines[i] = cut + fmt.Sprintf(" … (%d more characters; --json has all)", n-utf8.RuneCountInString(ansi.Strip(cut)))
	}
	return strings.Join(lines, "\n")
}
