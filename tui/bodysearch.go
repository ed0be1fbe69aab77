package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// bodySearch searches the body of a delivery.
type bodySearch struct {
	open  bool // it is being typed
	input textinput.Model
	text  string
	hits  []hit
	at    int // the hit that one is at
}

// hit is a match in a body: a range of bytes in one of its lines.
type hit struct{ line, from, to int }

// maxHits is how many matches are counted.
const maxHits = 9999

// inBody reports whether / and n search the body: the Body tab has the focus.
func (m *model) inBody() bool {
	return m.tab <= tabFailures && m.focus == focusDetail && m.detail.tab == tabBody && m.detail.d != nil
}

func (m *model) openBodySearch() tea.Cmd {
	k := &m.detail.search
	k.open, k.input = true, textinput.New()
	k.input.CharLimit = 200
	k.input.SetValue(k.text)
	k.input.CursorEnd()
	k.input.Focus()
	return nil
}

// pressBodySearch handles a key while a search is typed.
func (m *model) pressBodySearch(key tea.KeyPressMsg) tea.Cmd {
	k := &m.detail.search
	switch key.String() {
	case "enter":
		k.open = false
		if k.text != "" && len(k.hits) == 0 {
			return m.setStatus(cannot("not in this body: " + k.text))
		}
		return nil
	case "esc":
		*k = bodySearch{}
		return nil
	}
	k.input, _ = k.input.Update(key)
	m.detail.searchTyped()
	return nil
}

// searchTyped jumps to the first match of what was typed.
func (p *detail) searchTyped() {
	p.search.text = p.search.input.Value()
	p.findHits()
	p.search.at = 0
	p.showHit()
}

// findHits finds the matches, ignoring the case of ASCII letters.
func (p *detail) findHits() {
	k := &p.search
	k.hits = nil
	want := lowered(k.text)
	for i, s := range p.body.lines {
		if want == "" || len(k.hits) >= maxHits {
			break
		}
		s = lowered(s)
		for at := 0; len(k.hits) < maxHits; {
			n := strings.Index(s[at:], want)
			if n < 0 {
				break
			}
			k.hits = append(k.hits, hit{i, at + n, at + n + len(want)})
			at += n + len(want)
		}
	}
	k.at = max(min(k.at, len(k.hits)-1), 0)
}

// lowered returns s with ASCII letters in lower case. Other case changes could
// change the number of bytes.
func lowered(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// nextHit jumps to the next match, or the previous one for -1, and wraps
// around.
func (m *model) nextHit(by int) tea.Cmd {
	k := &m.detail.search
	if len(k.hits) == 0 {
		return m.setStatus(cannot("not in this body: " + k.text))
	}
	k.at = (k.at + by + len(k.hits)) % len(k.hits)
	m.detail.showHit()
	return nil
}

// showHit scrolls to the current match, with some lines above it.
func (p *detail) showHit() {
	if len(p.search.hits) == 0 {
		return
	}
	h := p.search.hits[p.search.at]
	for i, c := range p.pieces {
		if c.line == h.line && h.from < max(c.to, 1) && h.from >= c.from {
			line, s := len(p.doc.Lines)+i, &p.scroll[tabBody]
			if line < s.Top || line >= s.Top+p.rows() {
				s.Top = max(line-p.rows()/3, 0)
			}
			s.Clamp(p.length(), p.rows(), nil)
			return
		}
	}
}

// searchLine returns the line under the tabs that shows the search.
func (p *detail) searchLine(st *styles) draw.Styled {
	k := &p.search
	if p.tab != tabBody || !k.open && k.text == "" {
		return draw.Blank(p.w)
	}
	l := draw.NewLine(p.w).Gap(draw.Margin).Put(st.Key, "/").Gap(1)
	l.Put(st.Text, text.Cut(text.Printable(k.text), max(l.Left()-16, 0)))
	if k.open {
		l.Put(st.Accent, "▏")
	}
	says := "  not found"
	if n := len(k.hits); n > 0 {
		says = fmt.Sprintf("  %d of %d", k.at+1, n)
	} else if k.text == "" {
		says = " in this body"
	}
	return l.Put(st.Dim, says).Styled()
}

// bodyLine draws a piece of the body with its matches underlined and a mark
// before the line.
func (p *detail) bodyLine(st *styles, c piece) draw.Styled {
	drawn := func(t bodyText, mark string) draw.Styled {
		l := draw.NewLine(p.w)
		if mark == "" {
			l.Gap(draw.Margin)
		} else {
			l.Put(st.Brand, mark)
		}
		l.Keep(draw.Margin)
		t.draw(st, c, l, p.w-2*draw.Margin)
		return l.Styled()
	}
	t, mark := p.body, ""
	for i, h := range p.search.hits {
		if h.line != c.line || h.to <= c.from || h.from >= c.to {
			continue
		}
		t.hits = append(t.hits, h)
		if mark == "" {
			mark = "›"
		}
		if i == p.search.at {
			mark = "▶"
		}
	}
	if marked := drawn(t, mark); mark == "" || text.SameWidth(marked.Plain()) && text.Width(marked.Plain()) == p.w {
		return marked
	}
	return drawn(p.body, mark) // cut in two, something on it has another width
}

// underlined adds a part of a line, which begins at byte at, with its matches
// underlined.
func (t bodyText) underlined(st *styles, l *draw.Line, look draw.Style, s string, at int) {
	for _, h := range t.hits {
		from, to := max(h.from-at, 0), min(h.to-at, len(s))
		if from >= to {
			continue
		}
		l.Put(look, s[:from]).Put(st.Hit.Over(look), s[from:to])
		s, at = s[to:], at+to
	}
	l.Put(look, s)
}
