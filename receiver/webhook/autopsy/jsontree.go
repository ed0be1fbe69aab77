package autopsy

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// jsonNode is a JSON value that keeps what encoding/json's maps forget: the
// order of keys, keys that stand twice, and how numbers were written.
type jsonNode struct {
	kind byte // '{' '[' '"' '0' (a number) 'w' (true, false, null)
	// unsorted and twice are of an object: its keys are not in order, or one
	// stands there more than once.
	unsorted, twice bool
	// key is the value's name in the object that holds it.
	key  string
	text string
	kids []jsonNode
}

const (
	// deepest is how far values may be nested in each other; events are not.
	deepest = 200
	// nodesMost is how many values a body may have, which bounds what its tree
	// takes to 20 MB or so. A real event of 1 MiB has some 80,000.
	nodesMost = 1 << 17
)

var (
	errTooDeep = errors.New("nested too deeply")
	errTooMany = errors.New("too many values")
)

// jsonParser reads a body into a tree, within bounds.
type jsonParser struct {
	*json.Decoder
	nodes int
}

// parseJSON reads one value, and nothing but blanks after it.
func parseJSON(body []byte) (*jsonNode, error) {
	p := jsonParser{Decoder: json.NewDecoder(bytes.NewReader(body))}
	p.UseNumber()
	var n jsonNode
	if err := p.value(&n, 0); err != nil {
		return nil, err
	}
	if _, err := p.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return &n, nil
}

func (p *jsonParser) value(n *jsonNode, depth int) error {
	if depth > deepest {
		return errTooDeep
	}
	if p.nodes++; p.nodes > nodesMost {
		return errTooMany
	}
	token, err := p.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case json.Delim:
		n.kind = byte(v)
		return p.inner(n, depth)
	case string:
		n.kind, n.text = '"', v
	case json.Number:
		n.kind, n.text = '0', v.String()
	case bool:
		n.kind, n.text = 'w', strconv.FormatBool(v)
	default:
		n.kind, n.text = 'w', "null"
	}
	return nil
}

func (p *jsonParser) inner(n *jsonNode, depth int) error {
	for p.More() {
		var kid jsonNode
		if n.kind == '{' {
			key, err := p.Token()
			if err != nil {
				return err
			}
			kid.key = key.(string) // the decoder gives a string for a key or an error
		}
		if err := p.value(&kid, depth+1); err != nil {
			return err
		}
		n.kids = append(n.kids, kid)
	}
	n.lookAtKeys()
	_, err := p.Token() // what closes it
	return err
}

func (n *jsonNode) lookAtKeys() {
	if n.kind != '{' || slices.IsSortedFunc(n.kids, byKey) && !n.hasNeighboursAlike() {
		return
	}
	seen := make(map[string]bool, len(n.kids))
	for i, kid := range n.kids {
		n.unsorted = n.unsorted || i > 0 && kid.key < n.kids[i-1].key
		n.twice = n.twice || seen[kid.key]
		seen[kid.key] = true
	}
}

func (n *jsonNode) hasNeighboursAlike() bool {
	for i := 1; i < len(n.kids); i++ {
		if n.kids[i].key == n.kids[i-1].key {
			return true
		}
	}
	return false
}

func byKey(a, b jsonNode) int { return strings.Compare(a.key, b.key) }

// features are what a tree has that styles write differently.
type features struct {
	escapes                  jsonEscape // those that would escape something
	numbers, unsorted, twice bool
	texts                    []string // the numbers, each once, the first ones
}

func (f *features) look(n *jsonNode) {
	f.lookText(n.key)
	switch n.kind {
	case '"':
		f.lookText(n.text)
	case '0':
		f.numbers = f.numbers || javascriptNumber(n.text) != n.text
		if len(f.texts) < numbersMost && !slices.Contains(f.texts, n.text) {
			f.texts = append(f.texts, n.text)
		}
	}
	f.unsorted, f.twice = f.unsorted || n.unsorted, f.twice || n.twice
	for i := range n.kids {
		f.look(&n.kids[i])
	}
}

func (f *features) lookText(s string) {
	for _, r := range s {
		if !isPlainJSON(r) {
			f.escapes |= escapesFor(r)
		}
	}
}
