package autopsy

import (
	"cmp"
	"slices"
	"strings"
)

// bodiesMost is how many bodies of the sender a search looks at.
const bodiesMost = 8

// Order is an order of keys that holds in every object of a body.
type Order int

// The orders. A body whose objects have one key each has none.
const (
	// Alphabetical: by their bytes, as Go's maps, sort_keys and ksort write them.
	Alphabetical Order = iota + 1
	// ByLength: by their length and then their bytes, as PostgreSQL's jsonb keeps them.
	ByLength
)

// orderOf returns the order of a tree's keys, 0 for none.
func orderOf(tree *jsonNode) Order {
	long := false
	var holds func(n *jsonNode, by func(a, b jsonNode) int) bool
	holds = func(n *jsonNode, by func(a, b jsonNode) int) bool {
		if n.kind == '{' {
			long = long || len(n.kids) > 2
			if !slices.IsSortedFunc(n.kids, by) {
				return false
			}
		}
		for i := range n.kids {
			if !holds(&n.kids[i], by) {
				return false
			}
		}
		return true
	}
	switch {
	case holds(tree, byKey) && long:
		return Alphabetical
	case holds(tree, byLength) && long:
		return ByLength
	}
	return 0
}

func byLength(a, b jsonNode) int {
	return cmp.Or(cmp.Compare(len(a.key), len(b.key)), strings.Compare(a.key, b.key))
}

// keyOrders are the keys of a sender's objects in the order in which it writes them,
// by the path of the object; items of arrays share one.
type keyOrders map[string][]string

// learn adds the orders of a body.
func (o keyOrders) learn(n *jsonNode, path string) {
	if n.kind == '{' {
		known := o[path]
		at := 0
		for _, kid := range n.kids {
			if i := slices.Index(known, kid.key); i >= 0 {
				at = max(at, i+1)
				continue
			}
			known = slices.Insert(known, at, kid.key)
			at++
		}
		o[path] = known
	}
	for i := range n.kids {
		o.learn(&n.kids[i], n.kids[i].under(path))
	}
}

func (n *jsonNode) under(path string) string { return path + "\x00" + n.key }

// apply returns the tree with its keys in the known order, those that are unknown
// last.
func (o keyOrders) apply(n jsonNode, path string) jsonNode {
	kids := slices.Clone(n.kids)
	for i := range kids {
		kids[i] = o.apply(kids[i], kids[i].under(path))
	}
	if known := o[path]; n.kind == '{' && len(known) > 0 {
		place := make(map[string]int, len(known))
		for i, key := range known {
			place[key] = i
		}
		of := func(kid jsonNode) int {
			if i, ok := place[kid.key]; ok {
				return i
			}
			return len(known)
		}
		slices.SortStableFunc(kids, func(a, b jsonNode) int { return of(a) - of(b) })
	}
	n.kids = kids
	return n
}

// others are the trees of the sender's other bodies, those of the same event type
// first; each is read once.
func (s *search) others() []*jsonNode {
	if s.otherTrees != nil || s.tree == nil {
		return s.otherTrees
	}
	s.otherTrees = []*jsonNode{}
	for _, body := range s.Bodies[:min(len(s.Bodies), bodiesMost)] {
		if len(body) > bodyReadMost || !s.budget.Spend(writing*len(body)) {
			continue
		}
		if tree, err := parseJSON(body); err == nil {
			s.otherTrees = append(s.otherTrees, tree)
		}
	}
	kind := s.tree.eventType()
	slices.SortStableFunc(s.otherTrees, func(a, b *jsonNode) int {
		return boolInt(b.eventType() == kind) - boolInt(a.eventType() == kind)
	})
	return s.otherTrees
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// eventType returns the text of the member type, "" for none.
func (n *jsonNode) eventType() string {
	for i := range n.kids {
		if n.kids[i].key == "type" && n.kids[i].kind == '"' {
			return n.kids[i].text
		}
	}
	return ""
}

// objectFirst returns the tree with id and object before the other keys of each
// object, and those in alphabetical order: so Stripe writes its objects
// (https://docs.stripe.com/api/events/object).
func (n jsonNode) objectFirst() jsonNode {
	rank := func(key string) int {
		switch key {
		case "id":
			return 0
		case "object":
			return 1
		}
		return 2
	}
	n.kids = slices.Clone(n.kids)
	for i := range n.kids {
		n.kids[i] = n.kids[i].objectFirst()
	}
	if n.kind == '{' {
		slices.SortStableFunc(n.kids, func(a, b jsonNode) int {
			return cmp.Or(rank(a.key)-rank(b.key), strings.Compare(a.key, b.key))
		})
	}
	return n
}

// isStripeLike reports whether a body has the members that Stripe puts first.
func (n *jsonNode) isStripeLike() bool {
	has := func(key string) bool {
		return slices.ContainsFunc(n.kids, func(kid jsonNode) bool { return kid.key == key })
	}
	return n.kind == '{' && has("id") && has("object")
}

// reordered: the JSON was written again with its keys in another order. The order in
// which this sender writes them is that of its other bodies, or Stripe's.
func (s *search) reordered() *Finding {
	if s.tree == nil || len(s.body) > large {
		return nil
	}
	others := s.others()
	together := keyOrders{}
	for _, other := range others {
		together.learn(other, "")
	}
	for i := -1; i < len(others); i++ {
		orders := together
		if i >= 0 {
			orders = keyOrders{}
			orders.learn(others[i], "")
		}
		if len(others) == 0 || i >= 0 && len(others) == 1 {
			break // there is only one, which was tried
		}
		if found := s.inOrder(orders.apply(*s.tree, ""), Style{Reordered: true}); found != nil {
			return found
		}
	}
	if s.tree.isStripeLike() {
		return s.inOrder(s.tree.objectFirst(), Style{ObjectFirst: true})
	}
	return nil
}

// inOrder writes a tree with its keys as they are there; how is what that says of
// the style.
func (s *search) inOrder(tree jsonNode, how Style) *Finding {
	if !s.budget.Spend(2 * writing * len(s.body)) {
		return nil
	}
	for _, style := range s.has.styles() {
		if style.Sorted || style.Layout != Compact && style.Layout != Spaced && style.Layout != Indent2 {
			continue
		}
		if s.budget.left < reserve/2 {
			s.budget.cut = true
			return nil
		}
		body, ok := tree.write(style.json(), int(min(s.budget.left/writing, writtenMost)))
		if !s.budget.Spend(writing*len(body)) || !ok {
			return nil
		}
		if secret, ok := s.signer(body); ok {
			style.Reordered, style.ObjectFirst = how.Reordered, how.ObjectFirst
			return &Finding{Cause: Reserialized, Secret: secret, Style: style, Order: orderOf(s.tree), Difference: difference(body, s.body)}
		}
	}
	return nil
}
