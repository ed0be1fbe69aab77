package draw

// Scroll is the place in a text that is longer than its pane, and the link that
// is selected in it.
type Scroll struct {
	// Top is the first line that is seen, Cursor the number of the link.
	Top    int
	Cursor int
}

// By goes from link to link if there are any, else line by line. The text has so
// many lines, of which h are seen.
func (s *Scroll) By(n, lines, h int, links []Link) {
	if len(links) == 0 {
		s.Wheel(n, lines, h)
		return
	}
	was := s.Cursor
	s.Cursor = min(max(s.Cursor+n, 0), len(links)-1)
	at := links[s.Cursor].Line
	switch {
	case s.Cursor == was:
		s.Wheel(n, lines, h)
	case at < s.Top:
		s.Top = max(at-1, 0)
		if s.Cursor == 0 {
			s.Top = 0
		}
	case at >= s.Top+h-2:
		s.Wheel(at-s.Top-h+3, lines, h)
	}
}

// Wheel moves n lines on, whatever is selected.
func (s *Scroll) Wheel(n, lines, h int) {
	s.Top = min(max(s.Top+n, 0), max(lines-h, 0))
}

// Start goes to the beginning of the text.
func (s *Scroll) Start() { *s = Scroll{} }

// End goes to the end of the text and the last link.
func (s *Scroll) End(lines, h int, links []Link) {
	s.Wheel(lines, lines, h)
	s.Cursor = max(len(links)-1, 0)
}

// Clamp keeps the place within a text that became shorter.
func (s *Scroll) Clamp(lines, h int, links []Link) {
	s.Wheel(0, lines, h)
	s.Cursor = max(min(s.Cursor, len(links)-1), 0)
}
