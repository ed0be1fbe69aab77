package autopsy

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"math"
)

// writtenMost is the longest body that is written, in bytes: eight times what
// is received where nobody says otherwise.
const writtenMost = 8 << 20

// Style is how JSON is written.
type Style struct {
	Layout  Layout
	Escapes Escapes
	// Sorted and Plain report whether keys are sorted and numbers written as
	// JavaScript does, where that makes a difference.
	Sorted, Plain bool
	// Reordered reports whether the keys are in the order of the sender's other bodies,
	// ObjectFirst whether id and object come first, as Stripe writes them.
	Reordered, ObjectFirst bool
}

// Escapes are the characters that are escaped beside those that must be.
type Escapes int

// The escapes that senders have.
const (
	// NoEscapes: none.
	NoEscapes Escapes = iota
	// GoEscapes: < > & and U+2028, U+2029.
	GoEscapes
	// LineEscapes: U+2028 and U+2029.
	LineEscapes
	// PythonEscapes: what is not ASCII.
	PythonEscapes
	// PHPEscapes: what is not ASCII, and slashes.
	PHPEscapes
	// SlashEscapes: slashes.
	SlashEscapes
	// JacksonEscapes: what is not ASCII, in capitals.
	JacksonEscapes
	// WideHTMLEscapes: what is not ASCII, and < > &.
	WideHTMLEscapes
	// GsonEscapes: < > & = and '.
	GsonEscapes
	// DotNetEscapes: what is not ASCII, and < > & ' +, in capitals.
	DotNetEscapes
)

const (
	gsonEscapes   = escapeHTML | escapeLines | escapeApos | escapeEquals
	dotnetEscapes = escapeWide | escapeDelete | escapeHTML | escapeApos | escapePlus | escapeQuote | escapeUpper
)

// escapeSets are what the escapes are made of, the likelier ones first.
var escapeSets = [...]jsonEscape{
	NoEscapes:       0,
	GoEscapes:       escapeHTML | escapeLines,
	LineEscapes:     escapeLines,
	PythonEscapes:   escapeWide | escapeDelete,
	PHPEscapes:      escapeWide | escapeSlash,
	SlashEscapes:    escapeSlash | escapeLines,
	JacksonEscapes:  escapeWide | escapeUpper,
	WideHTMLEscapes: escapeWide | escapeHTML,
	GsonEscapes:     gsonEscapes,
	DotNetEscapes:   dotnetEscapes,
}

// json returns how the style is written.
func (s Style) json() jsonStyle {
	return jsonStyle{layout: s.Layout, escape: escapeSets[s.Escapes], sorted: s.Sorted, plain: s.Plain}
}

// styles are the ways in which the signed body may have been written, the
// likelier ones first; of those that write the tree alike, one.
func (f *features) styles() (all []Style) {
	type kind struct {
		layout        Layout
		escape        jsonEscape
		sorted, plain bool
	}
	seen := map[kind]bool{}
	for _, layout := range []Layout{Compact, Spaced, Indent2, Indent4, Tabs} {
		for _, sorted := range []bool{false, true} {
			for escapes, set := range escapeSets {
				for _, plain := range []bool{false, true} {
					writes := kind{layout, f.effect(set), sorted && (f.unsorted || f.twice), plain && (f.numbers || f.twice)}
					if seen[writes] {
						continue
					}
					seen[writes] = true
					all = append(all, Style{Layout: layout, Escapes: Escapes(escapes), Sorted: sorted, Plain: plain})
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
func (s *search) reserialized() *Finding {
	arrived := bytes.Trim(bytes.TrimPrefix(s.body, []byte(bom)), " \t\r\n")
	if found := s.compacted(arrived); found != nil {
		return found
	}
	if !s.plant(arrived) {
		return nil
	}
	seed := maphash.MakeSeed()
	seen := map[uint64]bool{}
	ends := []string{"", "\n"}
	if len(arrived) > large {
		ends = ends[:1]
	}
	for _, style := range s.has.styles() {
		if s.budget.left < reserve {
			s.budget.cut = true
			return nil
		}
		body, ok := s.write(style.json())
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
			if secret, ok := s.signer(body); ok {
				return &Finding{Cause: Reserialized, Secret: secret, Style: style, Writer: s.writerOf(arrived), Difference: difference(body, s.body)}
			}
		}
	}
	return nil
}

// compacted: spaces alone were put between the values, by what did not read the
// strings and numbers.
func (s *search) compacted(arrived []byte) *Finding {
	if !s.budget.Spend(writing * len(arrived)) {
		return nil
	}
	var b bytes.Buffer
	if json.Compact(&b, arrived) != nil {
		return nil
	}
	secret, ok := s.signer(b.Bytes())
	if !ok {
		return nil
	}
	found := &Finding{Cause: Reserialized, Secret: secret, Difference: difference(b.Bytes(), s.body)}
	if s.plant(arrived) {
		found.Writer = s.writerOf(arrived)
	}
	return found
}

// plant reads the body into a tree, once.
func (s *search) plant(arrived []byte) bool {
	if s.tree != nil {
		return true
	}
	if !s.budget.Spend(writing * len(arrived)) {
		return false
	}
	tree, err := parseJSON(arrived)
	if err != nil {
		s.budget.cut = s.budget.cut || err == errTooMany || err == errTooDeep //nolint:errorlint // parseJSON returns them bare
		return false
	}
	s.tree = tree
	s.has.look(tree)
	return true
}

// write gives the tree in a style, where that is within bounds.
func (s *search) write(style jsonStyle) ([]byte, bool) {
	room := min(s.budget.left/writing, writtenMost)
	body, ok := s.tree.write(style, int(room))
	if !s.budget.Spend(writing*len(body)) || !ok {
		s.budget.cut = true
		return nil, false
	}
	return body, true
}

// Writer is what writes JSON in a style of its own.
type Writer int

// The writers.
const (
	// Stringify is JavaScript's JSON.stringify.
	Stringify Writer = iota + 1
	// GoMap and GoStruct are Go's json.Marshal.
	GoMap
	GoStruct
	// Python is json.dumps, PythonUnicode with ensure_ascii=False, PythonCompact
	// with separators=(',', ':').
	Python
	PythonUnicode
	PythonCompact
	// PHP is json_encode, PHPUnicode with JSON_UNESCAPED_UNICODE.
	PHP
	PHPUnicode
	// Jackson escapes what is not ASCII, and so may DotNet.
	Jackson
	DotNet
	Gson
	// By2, By4 and ByTabs are formatters that indent.
	By2
	By4
	ByTabs
)

// writers are how they write.
var writers = []struct {
	writer Writer
	style  jsonStyle
}{
	{Stringify, jsonStyle{plain: true}},
	{GoMap, jsonStyle{escape: escapeHTML | escapeLines, sorted: true}},
	{GoStruct, jsonStyle{escape: escapeHTML | escapeLines}},
	{Python, jsonStyle{layout: Spaced, escape: escapeWide | escapeDelete}},
	{PythonUnicode, jsonStyle{layout: Spaced}},
	{PythonCompact, jsonStyle{escape: escapeWide | escapeDelete}},
	{PHP, jsonStyle{escape: escapeWide | escapeSlash}},
	{PHPUnicode, jsonStyle{escape: escapeSlash | escapeLines}},
	{Jackson, jsonStyle{escape: escapeWide | escapeUpper}},
	{DotNet, jsonStyle{escape: dotnetEscapes}},
	{Gson, jsonStyle{escape: gsonEscapes}},
	{By2, jsonStyle{layout: Indent2}},
	{By4, jsonStyle{layout: Indent4}},
	{ByTabs, jsonStyle{layout: Tabs}},
}

// writerOf returns what writes JSON as the body arrived, 0 for none.
func (s *search) writerOf(arrived []byte) Writer {
	for _, w := range writers {
		if !s.budget.Spend(writing * len(arrived)) {
			break
		}
		if body, ok := s.tree.write(w.style, len(arrived)); ok && bytes.Equal(body, arrived) {
			return w.writer
		}
	}
	return 0
}

// isWhole reports whether a number is whole and so large that JavaScript, and what
// else keeps numbers as doubles, cannot hold it to the last digit.
func isWhole(v float64) bool {
	return v == math.Trunc(v) && math.Abs(v) >= 1<<53 && math.Abs(v) < 1<<63
}
