package webhook

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"math"
)

// writtenMost is the longest body that is written, in bytes: eight times what
// is received where nobody says otherwise.
const writtenMost = 8 << 20

const (
	gsonEscapes   = escapeHTML | escapeLines | escapeApos | escapeEquals
	dotnetEscapes = escapeWide | escapeDelete | escapeHTML | escapeApos | escapePlus | escapeQuote | escapeUpper
)

// escapeStyles are the escapes that senders have, the likelier ones first.
var escapeStyles = []struct {
	escape jsonEscape
	words  string
}{
	{0, ""},
	{escapeHTML | escapeLines, `, with < > & as \u003c \u003e \u0026 (as Go does)`},
	{escapeLines, `, with U+2028 and U+2029 as \u2028 and \u2029`},
	{escapeWide | escapeDelete, `, with \u… for what is not ASCII (as Python does)`},
	{escapeWide | escapeSlash, `, with \u… for what is not ASCII and \/ for slashes (as PHP does)`},
	{escapeSlash | escapeLines, `, with \/ for slashes (as PHP does)`},
	{escapeWide | escapeUpper, `, with \u… in capitals for what is not ASCII (as Jackson does)`},
	{escapeWide | escapeHTML, `, with \u… for what is not ASCII and for < > &`},
	{gsonEscapes, `, with \u… for < > & = and ' (as Gson does)`},
	{dotnetEscapes, `, with \u… in capitals for what is not ASCII and for < > & ' + (as .NET does)`},
}

var layoutWords = map[jsonLayout]string{
	compact: "without blanks", spaced: "with blanks after : and , (as Python does)",
	indent2: "indented by 2", indent4: "indented by 4", indented: "indented with tabs",
}

// namedStyle is a style and how it looks, for people.
type namedStyle struct {
	jsonStyle
	words string
}

// styles are the ways in which the signed body may have been written, the
// likelier ones first; of those that write the tree alike, one.
func (f *features) styles() (all []namedStyle) {
	type kind struct {
		layout        jsonLayout
		escape        jsonEscape
		sorted, plain bool
	}
	seen := map[kind]bool{}
	for _, layout := range []jsonLayout{compact, spaced, indent2, indent4, indented} {
		for _, sorted := range []bool{false, true} {
			for _, e := range escapeStyles {
				for _, plain := range []bool{false, true} {
					writes := kind{layout, f.effect(e.escape), sorted && (f.unsorted || f.twice), plain && (f.numbers || f.twice)}
					if seen[writes] {
						continue
					}
					seen[writes] = true
					words := layoutWords[layout] + e.words
					if sorted {
						words += ", with sorted keys"
					}
					if plain {
						words += ", with numbers as JavaScript writes them"
					}
					all = append(all, namedStyle{jsonStyle{layout: layout, escape: e.escape, sorted: sorted, plain: plain}, words})
				}
			}
		}
	}
	return all
}

// effect are the escapes of a style that make a difference to this tree.
func (f *features) effect(e jsonEscape) jsonEscape {
	e &= f.escapes
	if e == escapeUpper && f.escapes&(escapeHTML|escapeWide) == 0 {
		return e // for control characters
	}
	if e&^(escapeUpper|escapeSlash) == 0 {
		e &^= escapeUpper
	}
	return e
}

// reserialized: the body was read as JSON on its way and written again, and
// looks different since. The signed one is found by writing it in every style
// that senders have.
func (a *autopsy) reserialized() *Verdict {
	arrived := bytes.Trim(bytes.TrimPrefix(a.Body, []byte(bom)), " \t\r\n")
	if v := a.relaid(arrived); v != nil {
		return v
	}
	if !a.plant(arrived) {
		return nil
	}
	seed := maphash.MakeSeed()
	seen := map[uint64]bool{}
	ends := []string{"", "\n"}
	if len(arrived) > large {
		ends = ends[:1]
	}
	for _, style := range a.has.styles() {
		if a.work.left < reserve {
			a.work.cut = true
			return nil
		}
		body, ok := a.write(style.jsonStyle)
		if !ok {
			continue
		}
		for _, end := range ends {
			body = append(body, end...)
			sum := maphash.Bytes(seed, body)
			if seen[sum] {
				continue
			}
			seen[sum] = true
			if s := a.signer(body); s != nil {
				return a.rewritten(s, body, arrived, style.words)
			}
		}
	}
	return nil
}

// relaid: blanks alone were put between the values, by what did not read the
// strings and numbers.
func (a *autopsy) relaid(arrived []byte) *Verdict {
	if !a.work.spend(writing * len(arrived)) {
		return nil
	}
	var b bytes.Buffer
	if json.Compact(&b, arrived) != nil {
		return nil
	}
	s := a.signer(b.Bytes())
	switch {
	case s == nil:
		return nil
	case a.plant(arrived):
		return a.rewritten(s, b.Bytes(), arrived, layoutWords[compact])
	}
	return rewrittenPlainly(s, b.Bytes(), a.Body)
}

// plant reads the body into a tree, once.
func (a *autopsy) plant(arrived []byte) bool {
	if a.tree != nil {
		return true
	}
	if !a.work.spend(writing * len(arrived)) {
		return false
	}
	tree, err := parseJSON(arrived)
	if err != nil {
		a.work.cut = a.work.cut || err == errTooMany || err == errTooDeep //nolint:errorlint // parseJSON returns them bare
		return false
	}
	a.tree = tree
	a.has.look(tree)
	return true
}

// write gives the tree in a style, where that is within bounds.
func (a *autopsy) write(style jsonStyle) ([]byte, bool) {
	room := min(a.work.left/writing, writtenMost)
	body, ok := a.tree.write(style, int(room))
	if !a.work.spend(writing*len(body)) || !ok {
		a.work.cut = true
		return nil, false
	}
	return body, true
}

func (a *autopsy) rewritten(s *Secret, signed, arrived []byte, words string) *Verdict {
	v := rewrittenPlainly(s, signed, a.Body)
	v.Detail = "The signature holds, with " + s.FullName() + ", for the same JSON written " + words + "."
	if h, ok := a.habitOf(arrived); ok {
		v.Detail += " It arrived " + h.words + "."
		v.Fix = "Something reads the JSON and writes it again before it gets here. " + h.fix
	}
	v.Detail += " " + v.Difference.String()
	return v
}

// rewrittenPlainly is the verdict on a body of which no more is known.
func rewrittenPlainly(s *Secret, signed, arrived []byte) *Verdict {
	d := difference(signed, arrived)
	return &Verdict{
		Code:       BodyReserialized,
		Title:      "The body was rewritten on its way",
		Detail:     "The signature holds, with " + s.FullName() + ", for the same JSON written without blanks. " + d.String(),
		Fix:        "Something reads the JSON and writes it again before it gets here. Pass the raw body on: " + rawInJavaScript + "; no JSON transformation in a proxy.",
		Secret:     s.FullName(),
		Difference: d,
	}
}

const rawInJavaScript = "express.raw({type: 'application/json'}) before express.json(); await req.text(), not req.json(), in a Next.js route; rawBody in Fastify"

// habit is what writes JSON in a style, and how its raw body is had.
type habit struct {
	style      jsonStyle
	words, fix string
}

var habits = func() []habit {
	const python = "Verify the raw body: request.get_data() in Flask, await request.body() in FastAPI, request.body in Django; not json.dumps of what was parsed."
	const php = "Verify the raw body: file_get_contents('php://input'), or $request->getContent() in Laravel and Symfony; not json_encode of what was parsed."
	const golang = "Verify the raw body: io.ReadAll(r.Body) first, then json.Unmarshal those bytes."
	const jvm = "Verify the raw body: read it as a string or as bytes, before it is bound to a class."
	const pretty = "Pass the raw body on: no formatter in a proxy, no JSON.stringify(body, null, 2); " + rawInJavaScript + "."
	return []habit{
		{jsonStyle{plain: true}, "as JSON.stringify writes it: express.json, a Next.js pages route (NextApiRequest) and @clerk/fastify pass on what was parsed", "Pass the raw body on: " + rawInJavaScript + "."},
		{jsonStyle{escape: escapeHTML | escapeLines, sorted: true}, "as Go's json.Marshal writes a map", golang},
		{jsonStyle{escape: escapeHTML | escapeLines}, "as Go's json.Marshal writes it", golang},
		{jsonStyle{layout: spaced, escape: escapeWide | escapeDelete}, "as Python's json.dumps writes it", python},
		{jsonStyle{layout: spaced}, "as Python's json.dumps(ensure_ascii=False) or a jsonb column of Postgres writes it", python},
		{jsonStyle{escape: escapeWide | escapeDelete}, "as Python's json.dumps(separators=(',', ':')) writes it", python},
		{jsonStyle{escape: escapeWide | escapeSlash}, "as PHP's json_encode writes it", php},
		{jsonStyle{escape: escapeSlash | escapeLines}, "as PHP's json_encode(…, JSON_UNESCAPED_UNICODE) writes it", php},
		{jsonStyle{escape: escapeWide | escapeUpper}, "as Jackson (ESCAPE_NON_ASCII) or .NET's System.Text.Json writes it", jvm},
		{jsonStyle{escape: dotnetEscapes}, "as .NET's System.Text.Json writes it", "Verify the raw body: read Request.Body before the model is bound."},
		{jsonStyle{escape: gsonEscapes}, "as Gson writes it", jvm},
		{jsonStyle{layout: indent2}, "indented by 2, as JSON.stringify(body, null, 2) or a formatter writes it", pretty},
		{jsonStyle{layout: indent4}, "indented by 4, as a formatter writes it", pretty},
		{jsonStyle{layout: indented}, "indented with tabs, as a formatter writes it", pretty},
	}
}()

// habitOf names what writes JSON as the body arrived.
func (a *autopsy) habitOf(arrived []byte) (habit, bool) {
	for _, h := range habits {
		if !a.work.spend(writing * len(arrived)) {
			break
		}
		if body, ok := a.tree.write(h.style, len(arrived)); ok && bytes.Equal(body, arrived) {
			return h, true
		}
	}
	return habit{}, false
}

// isWhole says whether a number is whole and so large that JavaScript, and what
// else keeps numbers as doubles, cannot hold it to the last digit.
func isWhole(v float64) bool {
	return v == math.Trunc(v) && math.Abs(v) >= 1<<53 && math.Abs(v) < 1<<63
}
