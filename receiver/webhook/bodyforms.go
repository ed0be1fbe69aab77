package webhook

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
)

// edges: the body differs from the one that was signed at its ends or in its
// line breaks alone.
func (a *autopsy) edges() *Verdict {
	const bom = "\xef\xbb\xbf"
	for _, form := range []struct {
		what string // what happened on the way
		body []byte
	}{
		{"a line break was added at the end", bytes.TrimSuffix(a.Body, []byte("\n"))},
		{"a line break (CR LF) was added at the end", bytes.TrimSuffix(a.Body, []byte("\r\n"))},
		{"blanks or line breaks were added at the ends", bytes.TrimSpace(a.Body)},
		{"a byte order mark was added at the start", bytes.TrimPrefix(a.Body, []byte(bom))},
		{"the line break at the end was lost", append(bytes.Clone(a.Body), '\n')},
		{"the line break (CR LF) at the end was lost", append(bytes.Clone(a.Body), "\r\n"...)},
		{"the byte order mark at the start was lost", append([]byte(bom), a.Body...)},
		{"line breaks became LF and were CR LF", bytes.ReplaceAll(a.Body, []byte("\n"), []byte("\r\n"))},
		{"line breaks became CR LF and were LF", bytes.ReplaceAll(a.Body, []byte("\r\n"), []byte("\n"))},
	} {
		if bytes.Equal(form.body, a.Body) {
			continue
		}
		if s := a.signer(form.body); s != nil {
			return &Verdict{
				Code:   BodyNewline,
				Title:  "Blanks or line breaks were changed",
				Detail: "The signature holds, with " + fullName(s) + ", for the body as it was before " + form.what + ". " + difference(form.body, a.Body),
				Fix:    "Something between the sender and here edits the body: send a file with curl --data-binary @file (not -d or echo), and let proxies pass bytes on untouched.",
				Secret: fullName(s),
			}
		}
	}
	return nil
}

// wrapped: the body arrived in a wrapping of its own.
func (a *autopsy) wrapped() *Verdict {
	for _, form := range []struct {
		what, fix string
		unwrap    func([]byte) ([]byte, error)
	}{
		{
			"base64-encoded", "A function gateway does that (isBase64Encoded): decode the body before it is passed on, or switch binary media types off.",
			func(b []byte) ([]byte, error) { return base64.StdEncoding.DecodeString(string(bytes.TrimSpace(b))) },
		},
		{
			"as a JSON string", "The body was stringified twice: pass the text itself on, not JSON.stringify of it.",
			func(b []byte) ([]byte, error) {
				var text string
				err := json.Unmarshal(b, &text)
				return []byte(text), err
			},
		},
	} {
		body, err := form.unwrap(a.Body)
		if err != nil || len(body) == 0 {
			continue
		}
		if s := a.signer(body); s != nil {
			return &Verdict{
				Code: BodyReserialized, Title: "The body arrived " + form.what,
				Detail: "The signature holds, with " + fullName(s) + ", for what is inside: the body arrived " + form.what + ".",
				Fix:    form.fix, Secret: fullName(s),
			}
		}
	}
	return nil
}

// styles are the ways in which the signed body may have been written, the
// likelier ones first; of those that write a tree alike, one.
func (n *jsonNode) styles() (all []jsonStyle) {
	f := features{}
	f.look(n)
	for _, layout := range []jsonLayout{compact, spaced, indent2, indent4, indented} {
		for _, sorted := range []bool{false, true} {
			for _, escape := range []jsonEscape{escapeLeast, escapeHTML, escapeASCII, escapePHP, escapeSlash} {
				for _, plain := range []bool{false, true} {
					style := jsonStyle{layout: layout, escape: escape, sorted: sorted, plain: plain}
					if f.matter(style) {
						all = append(all, style)
					}
				}
			}
		}
	}
	return all
}

// features are what a tree has that styles write differently.
type features struct{ html, wide, slash, numbers, unsorted, twice bool }

func (f *features) look(n *jsonNode) {
	switch n.kind {
	case '"':
		f.lookText(n.text)
	case '0':
		w := jsonWriter{style: jsonStyle{plain: true}}
		w.number(n.text)
		f.numbers = f.numbers || string(w.b) != n.text
	case '{':
		f.unsorted = f.unsorted || !slices.IsSorted(n.keys)
		seen := map[string]bool{}
		for _, key := range n.keys {
			f.twice = f.twice || seen[key]
			seen[key] = true
			f.lookText(key)
		}
	}
	for _, kid := range n.kids {
		f.look(kid)
	}
}

func (f *features) lookText(s string) {
	f.html = f.html || strings.ContainsAny(s, "<>&\u2028\u2029")
	f.slash = f.slash || strings.Contains(s, "/")
	f.wide = f.wide || strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

// matter says whether a style writes otherwise than a simpler one.
func (f *features) matter(s jsonStyle) bool {
	switch {
	case s.sorted && !f.unsorted && !f.twice,
		s.plain && !f.numbers && !f.twice,
		s.escape == escapeHTML && !f.html,
		s.escape == escapeASCII && !f.wide,
		s.escape == escapeSlash && !f.slash,
		s.escape == escapePHP && (!f.slash || !f.wide):
		return false
	}
	return true
}

// writing is what it costs to write a byte, where hashing it costs 1.
const writing = 4

// reserialized: the body was read as JSON on its way and written again, and
// looks different since. The signed one is found by writing it in every style
// that senders have.
func (a *autopsy) reserialized() *Verdict {
	tree, err := parseJSON(bytes.TrimSpace(a.Body))
	if err != nil {
		return nil
	}
	seed := maphash.MakeSeed()
	seen := map[uint64]bool{maphash.Bytes(seed, a.Body): true} // many styles write the same
	for _, style := range tree.styles() {
		for _, end := range []string{"", "\n"} {
			body := append(tree.write(style), end...)
			if a.work -= writing * int64(len(body)); a.work < 0 {
				a.cut = true
				return nil
			}
			sum := maphash.Bytes(seed, body)
			if seen[sum] {
				continue
			}
			seen[sum] = true
			if s := a.signer(body); s != nil {
				return &Verdict{
					Code:   BodyReserialized,
					Title:  "The body was rewritten on its way",
					Detail: "The signature holds, with " + fullName(s) + ", for the same JSON written " + style.words() + ". " + difference(body, a.Body),
					Fix:    "Something reads the JSON and writes it again before it gets here. Pass the raw body on: express.raw({type: 'application/json'}) before express.json(); await req.text(), not req.json(), in a Next.js route; rawBody in Fastify; no JSON transformation in a proxy.",
					Secret: fullName(s),
				}
			}
		}
	}
	return nil
}

// words says how a style looks and who writes so.
func (s jsonStyle) words() string {
	layout := map[jsonLayout]string{
		compact: "without blanks", spaced: "with blanks after : and , (as Python does)",
		indent2: "indented by 2", indent4: "indented by 4", indented: "indented with tabs",
	}[s.layout]
	escape := map[jsonEscape]string{
		escapeHTML:  `, with < > & as \u003c \u003e \u0026 (as Go does)`,
		escapeASCII: `, with \u… for what is not ASCII (as Python does)`,
		escapePHP:   `, with \u… for what is not ASCII and \/ for slashes (as PHP does)`,
		escapeSlash: `, with \/ for slashes`,
	}[s.escape]
	if s.sorted {
		escape += ", with sorted keys"
	}
	if s.plain {
		escape += ", with numbers as JavaScript writes them"
	}
	return layout + escape
}

// difference shows where two bodies part.
func difference(signed, arrived []byte) string {
	at := 0
	for at < len(signed) && at < len(arrived) && signed[at] == arrived[at] {
		at++
	}
	return fmt.Sprintf("They part at byte %d: signed was %s, arrived is %s.", at, glimpse(signed, at), glimpse(arrived, at))
}

// glimpse quotes a few bytes of a body around a place.
func glimpse(b []byte, at int) string {
	const before, after = 12, 20
	if at >= len(b) && len(b) <= before {
		return strconv.QuoteToASCII(string(b)) + " and no more"
	}
	text := strconv.QuoteToASCII(string(b[max(0, at-before):min(len(b), at+after)]))
	if at >= len(b) {
		return text + " and no more"
	}
	return text
}
