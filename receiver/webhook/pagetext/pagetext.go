// Package pagetext reads the text of a web page: the few lines that a person
// would see on an app's error page. It fetches nothing and runs nothing.
package pagetext

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// maxLines is how many lines of a page are read, maxLine how many characters of
	// each.
	maxLines = 40
	maxLine  = 300
)

// Of returns the text of an answer that is a web page, in lines. ok is false if it
// is not a page or has no text.
func Of(h http.Header, body []byte) (lines []string, ok bool) {
	if !isPage(h, body) {
		return nil, false
	}
	lines = Lines(body)
	return lines, len(lines) > 0
}

// isPage reports whether an answer is HTML. A content type alone does not tell:
// Express sends a bare "ok" as text/html.
func isPage(h http.Header, body []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(body[:min(len(body), 512)], "\ufeff \t\r\n"))
	if bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html")) {
		return true
	}
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return (kind == "text/html" || kind == "application/xhtml+xml") && bytes.HasPrefix(head, []byte("<"))
}

// Lines returns the visible text of a page in lines: its title, then its body, each
// line once.
func Lines(page []byte) []string {
	p := reader{tokens: html.NewTokenizer(bytes.NewReader(page))}
	p.read()
	return p.lines
}

// reader collects the lines of a page.
type reader struct {
	tokens *html.Tokenizer
	lines  []string
	line   strings.Builder
	// pre is how many pre elements are open: in them, line breaks count.
	pre int
}

// read goes through the page tag by tag. It builds no tree, so depth costs nothing.
func (p *reader) read() {
	for len(p.lines) < maxLines {
		switch p.tokens.Next() {
		case html.ErrorToken:
			p.end()
			return
		case html.TextToken:
			p.text(string(p.tokens.Text()))
		case html.StartTagToken:
			p.open(false)
		case html.SelfClosingTagToken:
			p.open(true)
		case html.EndTagToken:
			name, _ := p.tokens.TagName()
			p.tag(atom.Lookup(name), -1)
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// unseen are the elements whose content nobody sees.
var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Svg: true, atom.Noscript: true, atom.Iframe: true, atom.Object: true, atom.Textarea: true, atom.Select: true,
}

// open begins an element. closed says that it has no content.
func (p *reader) open(closed bool) {
	name, more := p.tokens.TagName()
	tag := atom.Lookup(name)
	if !unseen[tag] {
		p.tag(tag, 1)
		return
	}
	id := ""
	for more {
		var key, value []byte
		key, value, more = p.tokens.TagAttr()
		if string(key) == "id" {
			id = string(value)
		}
	}
	if !closed {
		p.skip(tag, id == "__NEXT_DATA__")
	}
}

// skip goes to the end of an element that nobody sees. Next.js keeps the error of its
// page in one.
func (p *reader) skip(tag atom.Atom, nextData bool) {
	for depth := 1; depth > 0; {
		switch p.tokens.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if nextData {
				p.nextError(p.tokens.Text())
			}
		case html.StartTagToken:
			if name, _ := p.tokens.TagName(); atom.Lookup(name) == tag {
				depth++
			}
		case html.EndTagToken:
			if name, _ := p.tokens.TagName(); atom.Lookup(name) == tag {
				depth--
			}
		case html.SelfClosingTagToken, html.CommentToken, html.DoctypeToken:
		}
	}
}

// nextError adds the error that Next.js' development server puts into a page.
func (p *reader) nextError(data []byte) {
	var next struct {
		Err struct {
			Name, Message string
		}
	}
	if json.Unmarshal(data, &next) == nil && next.Err.Message != "" {
		p.end()
		p.text(strings.TrimPrefix(next.Err.Name+": ", ": ") + next.Err.Message)
		p.end()
	}
}

// inline are the elements that do not begin a new line.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Button: true, atom.Cite: true, atom.Code: true, atom.Data: true, atom.Del: true, atom.Em: true, atom.Font: true, atom.I: true,
	atom.Ins: true, atom.Kbd: true, atom.Label: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strong: true, atom.Sub: true,
	atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Img: true, atom.Wbr: true,
}

// tag begins (1) or ends (-1) an element that is seen.
func (p *reader) tag(tag atom.Atom, by int) {
	switch {
	case tag == atom.Td || tag == atom.Th:
		p.line.WriteByte(' ')
	case !inline[tag]:
		p.end()
	}
	if tag == atom.Pre {
		p.pre = max(p.pre+by, 0)
	}
}

// text adds text to the line; in a pre element, its line breaks count.
func (p *reader) text(text string) {
	if p.pre == 0 {
		p.add(text)
		return
	}
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			p.end()
		}
		p.add(line)
	}
}

func (p *reader) add(text string) {
	if p.line.Len() < 4*maxLine {
		p.line.WriteString(text[:min(len(text), 8*maxLine)])
	}
}

// end ends a line. White space becomes one space, and lines are not repeated.
func (p *reader) end() {
	words := strings.FieldsFunc(strings.ToValidUTF8(p.line.String(), "\ufffd"), unicode.IsSpace)
	p.line.Reset()
	line := strings.Join(words, " ")
	if runes := []rune(line); len(runes) > maxLine {
		line = string(runes[:maxLine]) + "…"
	}
	if line != "" && len(p.lines) < maxLines && !slices.Contains(p.lines, line) {
		p.lines = append(p.lines, line)
	}
}
