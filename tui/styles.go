package tui

import (
	"fmt"

	"github.com/charmbracelet/colorprofile"
)

// styles are the sequences that open each look; reset closes them all. Rows
// are put together from them: a lipgloss style for each cell of a full screen
// costs more than the rest of a frame.
//
// The colours are blue for good and orange for bad (after Okabe and Ito), and
// nothing is said by colour alone.
type styles struct {
	text, dim, faint   string // the default, what is secondary, lines and marks
	strong, head       string // bold; a heading
	brand, key, accent string // the name, a key to press, what has the focus
	ok, bad, warn      string
	resent             string
	literal, name      string // of JSON
	row                string // under the selected row
	added, removed     string
	hit                string // what was searched for, over another look
}

const reset = "\x1b[0m"

type palette struct {
	dim, faint, accent, ok, bad, warn, resent, literal, row string
}

func newStyles(dark bool, profile colorprofile.Profile) styles {
	var p palette
	switch {
	case profile <= colorprofile.ASCII:
		return colourless()
	case profile == colorprofile.ANSI && dark:
		p = palette{dim: "37", faint: "90", accent: "96", ok: "94", bad: "93", warn: "33", resent: "95", literal: "95"}
	case profile == colorprofile.ANSI:
		p = palette{dim: "90", faint: "37", accent: "34", ok: "34", bad: "31", warn: "33", resent: "35", literal: "35"}
	case dark:
		p = palette{
			dim: rgb(0x9a, 0xa5, 0xb5), faint: rgb(0x4e, 0x58, 0x68), accent: rgb(0x7c, 0xc7, 0xf2), ok: rgb(0x56, 0xb4, 0xe9),
			bad: rgb(0xf0, 0x8a, 0x2c), warn: rgb(0xe6, 0xb4, 0x3c), resent: rgb(0xcc, 0x8f, 0xb8), literal: rgb(0xd8, 0xa0, 0xc6), row: backed(0x26, 0x2e, 0x3b),
		}
	default:
		p = palette{
			dim: rgb(0x5b, 0x66, 0x74), faint: rgb(0xb4, 0xbd, 0xc9), accent: rgb(0x00, 0x66, 0xa6), ok: rgb(0x00, 0x66, 0xa6),
			bad: rgb(0xb8, 0x43, 0x00), warn: rgb(0x8f, 0x62, 0x00), resent: rgb(0x9a, 0x3f, 0x78), literal: rgb(0x8f, 0x35, 0x70), row: backed(0xe3, 0xeb, 0xf4),
		}
	}
	return p.styles()
}

func (p palette) styles() styles {
	return styles{
		dim: sgr(p.dim), faint: sgr(p.faint), strong: sgr("1"), head: sgr("1;" + p.dim),
		brand: sgr("1;" + p.accent), key: sgr("1"), accent: sgr(p.accent),
		ok: sgr(p.ok), bad: sgr("1;" + p.bad), warn: sgr(p.warn), resent: sgr(p.resent),
		literal: sgr(p.literal), name: sgr(p.accent), row: sgr(p.row), added: sgr(p.ok), removed: sgr(p.warn), hit: sgr("1;4"),
	}
}

func colourless() styles {
	bold, faint := sgr("1"), sgr("2")
	return styles{dim: faint, faint: faint, strong: bold, head: bold, brand: bold, key: bold, accent: bold, bad: bold, row: sgr("1"), hit: sgr("1;4")}
}

func sgr(params string) string {
	if params == "" {
		return ""
	}
	return "\x1b[" + params + "m"
}

func rgb(r, g, b int) string    { return fmt.Sprintf("38;2;%d;%d;%d", r, g, b) }
func backed(r, g, b int) string { return fmt.Sprintf("48;2;%d;%d;%d", r, g, b) }
