package svixapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

// errShape is an answer that is JSON but lacks what Svix documents.
var errShape = errors.New("shape")

// list is one page of a list.
type list[T any] struct {
	items    []T
	iterator string
	done     bool
}

// maxItems is how many items a page may have: twice what Svix documents.
// maxIterator is the longest iterator, in bytes: it becomes part of a URL.
const (
	maxItems    = 500
	maxIterator = 1000
)

// read returns a function that reads a page, each item with one.
func (l *list[T]) read(one func(raw []byte) (T, error)) func([]byte) error {
	return func(answer []byte) error {
		var said struct {
			Data     json.RawMessage `json:"data"`
			Iterator string          `json:"iterator"`
			Done     bool            `json:"done"`
		}
		if err := json.Unmarshal(answer, &said); err != nil {
			return err
		}
		if len(said.Iterator) > maxIterator {
			return errShape
		}
		l.items, l.iterator, l.done = nil, said.Iterator, said.Done || said.Iterator == ""
		if l.done {
			l.iterator = "" // Svix names the last item even then
		}
		d := json.NewDecoder(bytes.NewReader(said.Data))
		if open, err := d.Token(); err != nil || open != json.Delim('[') {
			return errShape
		}
		for d.More() {
			var raw json.RawMessage
			if err := d.Decode(&raw); err != nil {
				return err
			}
			item, err := one(raw)
			if err != nil || len(l.items) == maxItems {
				return errShape
			}
			l.items = append(l.items, item)
		}
		return nil
	}
}

// into returns a function that reads an answer that is one item.
func into[T any](item *T, one func(raw []byte) (T, error)) func([]byte) error {
	return func(answer []byte) (err error) {
		*item, err = one(answer)
		return err
	}
}

// pages iterates over a list, page by page.
func pages[T any](page func(iterator string) (list[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var iterator string
		for range maxPages {
			l, err := page(iterator)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range l.items {
				if !yield(item, nil) {
					return
				}
			}
			if l.done || l.iterator == iterator {
				return
			}
			iterator = l.iterator
		}
	}
}

// since returns a page of a list that is newest first, without what is older than a
// time. Svix's servers differ in what they do when more than a page is newer: some
// begin with the oldest, and none of them documents it. So the time is sent only if
// one page is enough, and otherwise the list is read from its newest item.
func since[T any](after time.Time, iterator string, at func(T) time.Time, ask func(after *time.Time, iterator *string) (list[T], error)) (list[T], error) {
	var from *string
	if iterator != "" {
		from = &iterator
	}
	if after.IsZero() {
		return ask(nil, from)
	}
	after = after.UTC().Truncate(time.Second) // as it is sent
	if from == nil {
		if l, err := ask(&after, nil); err != nil || l.done {
			return l, err
		}
	}
	l, err := ask(nil, from)
	for i, item := range l.items {
		if t := at(item); !t.IsZero() && t.Before(after) {
			return list[T]{items: l.items[:i], done: true}, err
		}
	}
	return l, err
}

// checkID returns an error if a text cannot be an id or uid. Svix's client puts it
// into the path as it is.
func checkID(asked, text string) error {
	if !portal.ID(text) {
		return &Error{Asked: asked, Message: "invalid id " + clean(text), Foreign: true}
	}
	return nil
}
