package saved

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/saved/command"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Choice selects one request of a file.
type Choice struct {
	// Number selects one of the file's POST requests, counted from 1; 0 selects the one
	// that is signed.
	Number int
	// Webhook reports whether a request went to a webhook path. It decides if no
	// request is signed.
	Webhook func(webhook.Request) bool
	// Folder holds the files that a command names.
	Folder string
}

// The bounds of what is kept of a file while the right request is looked for.
const (
	mostKept      = 100
	mostKeptBytes = 64 << 20
	// mostBody is the longest body that is verified.
	mostBody = 16 << 20
)

// candidate is a request that may be the one to verify.
type candidate struct {
	Request
	number int
	place  string
}

// Read reads the selected request from a file in any form. Its notes say
// what else is in the file.
func (c Choice) Read(in io.Reader) (Request, error) {
	p := parser{maxBody: mostBody, now: time.Now, files: command.Beside(c.Folder)}
	s := search{choice: c, others: map[string]int{}}
	err := p.entries(in, s.visit)
	if errors.Is(err, errStop) {
		err = nil
	}
	if err != nil && s.posts == 0 {
		return Request{}, unread(err)
	}
	found, choosing := s.choose()
	if choosing != nil {
		return Request{}, choosing
	}
	if err != nil {
		found.Notes = append(found.Notes, err.Error())
	}
	return found.Request, nil
}

// search collects the candidates of a file.
type search struct {
	choice           Choice
	signed, unsigned []candidate
	posts, bytes     int
	// refused are the entries that cannot be read, with their places; the first of
	// them counts. others counts what is no request.
	refused int
	first   error
	place   string
	others  map[string]int
	// unread is the place of signature headers that cannot be read, "" for none.
	unread   string
	numbered *candidate
	// forward is the first request that was sent on to an app.
	forward *candidate
}

func (s *search) visit(f fileEntry, place string, err error) error {
	var other *notDelivery
	switch {
	case errors.As(err, &other):
		if errors.Is(err, errForward) && s.forward == nil {
			s.forward = &candidate{f.read, 1, place}
		}
		if other == errSigned && s.others[other.what] == 0 {
			s.unread = place
		}
		s.others[other.what]++
		return nil
	case err != nil:
		if s.refused++; s.refused == 1 || f.read.Header != nil && signed(f.read.Header) {
			s.first, s.place = err, place
		}
		return nil
	}
	s.posts++
	c := candidate{f.read, s.posts, place}
	if c.Header == nil { // hooktop's own
		c.Request = Request{Request: f.Request, At: f.At}
	}
	if f.masked {
		c.Doubt = "its body was masked in the export"
	}
	if s.posts == s.choice.Number {
		s.numbered = &c
		return errStop
	}
	list := &s.unsigned
	if signed(c.Header) {
		list = &s.signed
	}
	if len(*list) < mostKept && s.bytes < mostKeptBytes && !slices.ContainsFunc(*list, c.same) {
		*list = append(*list, c)
		s.bytes += len(c.Body)
	}
	return nil
}

// same reports whether two are the same signed request, as a proxy lists it twice.
func (c candidate) same(other candidate) bool {
	for name := range c.Header {
		if isSigning(name) && !slices.Equal(c.Header.Values(name), other.Header.Values(name)) {
			return false
		}
	}
	return signed(c.Header) && signed(other.Header) && bytes.Equal(c.Body, other.Body)
}

// choose returns the selected request, or an error that says why it is not clear.
func (s *search) choose() (candidate, error) {
	switch {
	case s.numbered != nil:
		return *s.numbered, nil
	case s.choice.Number > 0:
		return candidate{}, &UnreadError{fmt.Errorf("it has %s, so there is no number %d", count(s.posts, "POST request"), s.choice.Number), "leave out --pick to see them"}
	case len(s.signed) == 1:
		return s.noted(s.signed[0], "the only signed one"), nil
	case len(s.signed) > 1:
		return candidate{}, &UnreadError{fmt.Errorf("it has %d signed requests: %s", len(s.signed), listed(s.signed)), "name one with --pick NUMBER"}
	case s.refused > 0 && s.posts == 0:
		return candidate{}, unread(s.placed())
	case s.posts == 0 && s.forward != nil && s.others[errForward.what] == 1:
		return *s.forward, nil
	case s.posts == 0:
		return candidate{}, s.nothing()
	case s.posts == 1 && s.refused == 0:
		return s.noted(s.unsigned[0], "the only POST"), nil
	}
	if s.choice.Webhook != nil {
		var there []candidate
		for _, c := range s.unsigned {
			if s.choice.Webhook(c.Request.Request) {
				there = append(there, c)
			}
		}
		if len(there) == 1 && s.refused == 0 {
			return s.noted(there[0], "the only one to a webhook path"), nil
		}
	}
	why := fmt.Errorf("none of its %s has signature headers: %s", count(s.posts, "POST request"), listed(s.unsigned))
	if s.refused > 0 {
		why = fmt.Errorf("%w; and %w", why, s.placed())
	}
	return candidate{}, &UnreadError{why, "save the webhook request with its headers; to verify one of these anyway, name it with --pick NUMBER"}
}

// placed returns what is wrong with the entries that cannot be read.
func (s *search) placed() error {
	if s.refused == 1 && s.place == place(1) {
		return s.first
	}
	return fmt.Errorf("%s: %w", s.place, s.first)
}

// noted adds notes on what else is in the file.
func (s *search) noted(c candidate, why string) candidate {
	if c.Undated != "" {
		c.Notes = append(c.Notes, c.place+": "+c.Undated)
	}
	skipped := 0
	for _, n := range s.others {
		skipped += n
	}
	if s.posts+skipped+s.refused > 1 {
		c.Notes = append(c.Notes, fmt.Sprintf("took %s, %s (%s)", c.place, why, c.about()))
	}
	if s.refused > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("skipped %s: %v", s.place, s.first))
	}
	return c
}

// nothing is the error for a file without a POST request.
func (s *search) nothing() error {
	if s.unread != "" {
		return unread(fmt.Errorf("%s has %s", s.unread, errSigned.what))
	}
	kinds := slices.Sorted(maps.Keys(s.others))
	for i, what := range kinds {
		if n := s.others[what]; n > 1 {
			kinds[i] = fmt.Sprintf("%s (%d times)", what, n)
		}
	}
	do := formsRead
	if slices.ContainsFunc(kinds, func(k string) bool {
		return strings.Contains(k, " event without") || strings.Contains(k, "as Svix lists it")
	}) {
		do = "the signature is in the request's headers, and covers the exact bytes of its body: save the request itself, as hooktop show ID --json, a HAR or ngrok's inspector has it"
	}
	if len(kinds) == 0 {
		return unread(errors.New("it has no webhook request"))
	}
	return &UnreadError{fmt.Errorf("it has no webhook request, only %s", strings.Join(kinds, ", ")), do}
}

// listed lists requests with their numbers.
func listed(all []candidate) string {
	const most = 8
	var parts []string
	for i, c := range all {
		if i == most {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("%d is %s (%s)", c.number, c.place, c.about()))
	}
	return strings.Join(parts, ", ")
}

// about says which request it is.
func (c candidate) about() string {
	id := ""
	if p, ok := providers.Claimed(c.Header); ok {
		id = p.Signing().MessageID(c.Header)
		if id == "" {
			id = p.Title()
		}
	}
	return strings.TrimSpace("POST " + clipped(c.URL) + " " + clipped(id))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
