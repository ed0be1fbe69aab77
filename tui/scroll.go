package tui

// scroll is the place in a text that is longer than its pane, and the link
// that is selected in it.
type scroll struct {
	top    int
	cursor int
}

// press moves in a text of so many lines of which h are seen.
func (s *scroll) press(act action, lines, h int, links []link) {
	page := max(h-1, 1)
	switch act {
	case actUp:
		s.by(-1, lines, h, links)
	case actDown:
		s.by(1, lines, h, links)
	case actPageUp:
		s.wheel(-page, lines, h)
	case actPageDown:
		s.wheel(page, lines, h)
	case actTop:
		s.top, s.cursor = 0, 0
	case actBottom:
		s.wheel(lines, lines, h)
		s.cursor = max(len(links)-1, 0)
	default:
	}
}

// by goes from link to link where there are any, else line by line.
func (s *scroll) by(n, lines, h int, links []link) {
	if len(links) == 0 {
		s.wheel(n, lines, h)
		return
	}
	was := s.cursor
	s.cursor = min(max(s.cursor+n, 0), len(links)-1)
	at := links[s.cursor].line
	switch {
	case s.cursor == was:
		s.wheel(n, lines, h)
	case at < s.top:
		s.top = max(at-1, 0)
		if s.cursor == 0 {
			s.top = 0
		}
	case at >= s.top+h-2:
		s.wheel(at-s.top-h+3, lines, h)
	}
}

func (s *scroll) wheel(n, lines, h int) {
	s.top = min(max(s.top+n, 0), max(lines-h, 0))
}

// clamp keeps the place within a text that got shorter.
func (s *scroll) clamp(lines, h int, links []link) {
	s.wheel(0, lines, h)
	s.cursor = max(min(s.cursor, len(links)-1), 0)
}
