package standin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// list is a page of a list.
type list struct {
	Data         []any   `json:"data"`
	Done         bool    `json:"done"`
	Iterator     *string `json:"iterator"`
	PrevIterator *string `json:"prevIterator,omitempty"`
}

// page returns a page of items that are newest first. The iterator is the id of the
// last item of the page before, or "-" and the first one's of the page after.
func page[T any](items []T, limit int, iterator string, id func(T) string, out func(T) any) answer {
	back := strings.HasPrefix(iterator, "-")
	if iterator != "" {
		at := slices.IndexFunc(items, func(item T) bool { return id(item) == strings.TrimPrefix(iterator, "-") })
		switch {
		case at < 0:
			return refusal(http.StatusBadRequest, "generic_error", "Invalid iterator")
		case back:
			items = items[:at]
		default:
			items = items[at+1:]
		}
	}
	l := list{Data: []any{}, Done: len(items) <= limit}
	if back {
		items = items[max(0, len(items)-limit):]
	} else {
		items = items[:min(limit, len(items))]
	}
	for _, item := range items {
		l.Data = append(l.Data, out(item))
	}
	if len(items) > 0 {
		l.Iterator, l.PrevIterator = new(id(items[len(items)-1])), new("-"+id(items[0]))
	}
	return answer{http.StatusOK, l}
}

// window keeps the items, newest first, that the query asks for.
func window[T any](s *Server, items []T, q url.Values, at func(T) time.Time, eventType func(T) string) ([]T, *answer) {
	items = slices.Clone(items)
	slices.Reverse(items)
	for _, name := range []string{"after", "before"} {
		if q.Get(name) == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, q.Get(name))
		if err != nil {
			a := invalid("Unable to parse "+name, "query", name)
			return nil, &a
		}
		if q.Get("iterator") != "" && s.config.OldestFirst {
			continue // older servers ignore it
		}
		items = slices.DeleteFunc(items, func(item T) bool { return at(item).Before(t) == (name == "after") })
	}
	if types := q.Get("event_types"); types != "" {
		items = slices.DeleteFunc(items, func(item T) bool { return !slices.Contains(strings.Split(types, ","), eventType(item)) })
	}
	return items, nil
}

// oldest is page, as older servers answer a query with "after": with the oldest page.
func oldest[T any](items []T, limit int, id func(T) string, out func(T) any) answer {
	a := page(items[max(0, len(items)-limit):], limit, "", id, out)
	l := a.body.(list) //nolint:forcetypeassert // it is page's
	l.Done = len(items) <= limit
	return answer{a.status, l}
}
