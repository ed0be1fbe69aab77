package autopsy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Comparison is how an unexplained body differs from the sender's other
// bodies. It proves nothing: an event may differ from those before it.
type Comparison struct {
	// Order is the order of its keys, if the other bodies' keys are in none.
	Order Order
	// Spaced is set if there is whitespace between its values, and none in the others.
	Spaced bool
	// Missing and Added are members that the others of its type have and it lacks,
	// and the reverse; the first few, as paths: data.id.
	Missing, Added []string
	// Replaced is set if it has U+FFFD, which stands for a character that was lost,
	// and the others have none.
	Replaced bool
}

// membersMost is how many members a comparison lists.
const membersMost = 3

// compare compares the body with the others.
func (s *search) compare() (c Comparison) {
	isReplaced := func(b []byte) bool { return bytes.ContainsRune(b, '\uFFFD') }
	c.Replaced = isReplaced(s.body) && !slices.ContainsFunc(s.Bodies, isReplaced)
	others := s.others()
	if len(others) == 0 {
		return c
	}
	c.Order = orderOf(s.tree)
	if slices.ContainsFunc(others, func(n *jsonNode) bool { return orderOf(n) == c.Order }) {
		c.Order = 0
	}
	c.Spaced = !isCompact(s.body) && !slices.ContainsFunc(s.Bodies, func(b []byte) bool { return !isCompact(b) })
	kind := s.tree.eventType()
	if kind == "" || others[0].eventType() != kind {
		return c
	}
	c.Missing, c.Added = absent(others[0], s.tree), absent(s.tree, others[0])
	return c
}

// isCompact reports whether a body is JSON without whitespace between its values.
func isCompact(body []byte) bool {
	var b bytes.Buffer
	return json.Compact(&b, body) == nil && b.Len() == len(body)
}

// absent lists the members of a tree that another lacks, although it has the object
// that they would be in.
func absent(from, in *jsonNode) (paths []string) {
	has, lacks := keyOrders{}, keyOrders{}
	has.learn(from, "")
	lacks.learn(in, "")
	for path, keys := range has {
		if _, there := lacks[path]; !there || strings.Contains(path, "metadata") { // what a user has there differs
			continue
		}
		for _, key := range keys {
			if !slices.Contains(lacks[path], key) {
				names := strings.FieldsFunc(path, func(r rune) bool { return r == 0 }) // those of items are empty
				paths = append(paths, strings.Join(append(names, key), "."))
			}
		}
	}
	slices.Sort(paths)
	return paths[:min(len(paths), membersMost)]
}
