package draw

import (
	"fmt"

	"github.com/charmbracelet/colorprofile"
)

// Style is the look of a piece of text. The zero Style is the terminal's own.
//
// It is the sequence that begins the look; reset ends them all. Rows are put
// together from these: a lipgloss style for each cell costs more than the rest
// of a frame.
type Style struct{ open string }

const reset = "\x1b[0m"

// Over returns the style with another one below it.
func (s Style) Over(below Style) Style { return Style{below.open + s.open} }

// Styles are the styles of the dashboard. The colours are blue for good and
// orange for bad (after Okabe and Ito), and nothing is said by colour alone.
type Styles struct {
	Text, Dim, Faint   Style // the default, what is secondary, lines and marks
	Strong, Head       Style // bold; a heading
	Brand, Key, Accent Style // the program's name, a key to press, what has the focus
	OK, Bad, Warn      Style
	Resent             Style
	Literal, Name      Style // in JSON
	Row                Style // below the selected row
	Added, Removed     Style
	Hit                Style // what was searched for, over another style
}

type palette struct {
	dim, faint, accent, ok, bad, warn, resent, literal, row string
}

// NewStyles returns the styles for a background and the colours that the
// terminal has.
func NewStyles(dark bool, profile colorprofile.Profile) Styles {
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

func (p palette) styles() Styles {
	return Styles{
		Dim: sgr(p.dim), Faint: sgr(p.faint), Strong: sgr("1"), Head: sgr("1;" + p.dim),
		Brand: sgr("1;" + p.accent), Key: sgr("1"), Accent: sgr(p.accent),
		OK: sgr(p.ok), Bad: sgr("1;" + p.bad), Warn: sgr(p.warn), Resent: sgr(p.resent),
		Literal: sgr(p.literal), Name: sgr(p.accent), Row: sgr(p.row), Added: sgr(p.ok), Removed: sgr(p.warn), Hit: sgr("1;4"),
	}
}

func colourless() Styles {
	bold, faint := sgr("1"), sgr("2")
	return Styles{
		Dim: faint, Faint: faint, Strong: bold, Head: bold, Brand: bold, Key: bold, Accent: bold,
		Bad: bold, Row: bold, Hit: sgr("1;4"),
	}
}

func sgr(params string) Style {
	if params == "" {
		return Style{}
	}
	return Style{"\x1b[" + params + "m"}
}

func rgb(r, g, b int) string    { return fmt.Sprintf("38;2;%d;%d;%d", r, g, b) }
func backed(r, g, b int) string { return fmt.Sprintf("48;2;%d;%d;%d", r, g, b) }
