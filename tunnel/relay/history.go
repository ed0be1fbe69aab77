package relay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// Svix Play keeps what an inbox got and documents how to list it
// (https://docs.svix.com/play#programmatic-use-of-the-public-api): "iterator" is the
// id of a request, and the answer holds those that came after it and the id of the
// last. That is documented for the tokens of Play itself. Whether it holds for the
// relay's is not, so nothing is concluded from an answer that does not show it.
type past struct {
	id   string
	at   time.Time // when the inbox got it, by the inbox's clock; zero if unknown
	what event
}

const (
	historyWithin = 30 * time.Second // for all pages
	maxPages      = 10
	maxPast       = 500
	maxPage       = 32 << 20 // bytes
)

// listing is what the history says.
type listing struct {
	after   string        // the id to ask with next time
	ahead   time.Duration // how far the inbox's clock is ahead of ours
	past    []past
	more    bool // there is more than was read
	answers bool // the history is known to keep this inbox's requests
}

var (
	errNoHistory = errors.New("the inbox has no history that can be read")
	errPassing   = errors.New("the inbox's history does not answer now")
)

// list returns what the inbox got after the request with that id, "" for all it
// knows.
func (r *Relay) list(ctx context.Context, after string) (listing, error) {
	ctx, cancel := context.WithTimeout(ctx, historyWithin)
	defer cancel()
	all := listing{after: after, answers: after != ""}
	known := map[string]bool{}
	for range maxPages {
		page, ahead, err := r.page(ctx, all.after)
		if err != nil {
			return all, err
		}
		all.ahead = ahead
		fresh := 0
		for _, p := range page.past() {
			if p.id != "" && known[p.id] {
				continue
			}
			if len(all.past) == maxPast { // a page may be of any length
				all.more, all.answers, all.after = true, true, all.past[maxPast-1].id
				return all, nil
			}
			known[p.id] = true
			fresh++
			all.past = append(all.past, p)
		}
		all.answers = all.answers || fresh > 0
		if fresh == 0 || page.Iterator == "" || page.Iterator == all.after {
			return all, nil
		}
		all.after = page.Iterator
		if len(all.past) >= maxPast {
			break
		}
	}
	all.more = true
	return all, nil
}

// page is the history's answer.
type page struct {
	Iterator string `json:"iterator"`
	Data     []struct {
		ID        string                 `json:"id"`
		Method    string                 `json:"method"`
		CreatedAt string                 `json:"created_at"`
		Headers   map[string]headerValue `json:"headers"`
		Body      string                 `json:"body"`
	} `json:"data"`
}

// page returns one answer of the history, and how far its clock is ahead.
func (r *Relay) page(ctx context.Context, after string) (p page, ahead time.Duration, err error) {
	for _, base := range r.addresses.history {
		if p, ahead, err = r.pageAt(ctx, historyURL(base, r.config.Token, after)); !errors.Is(err, errNoHistory) {
			break
		}
	}
	return p, ahead, err
}

func (r *Relay) pageAt(ctx context.Context, address string) (page, time.Duration, error) {
	var p page
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return p, 0, errNoHistory
	}
	req.Header.Set("User-Agent", "hooktop")
	req.Header.Set("Accept", "application/json")
	res, err := r.http.Do(req)
	if err != nil {
		return p, 0, errPassing // the text of err holds the URL, and that the token
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500:
		return p, 0, errPassing
	case res.StatusCode != http.StatusOK:
		return p, 0, errNoHistory
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxPage+1))
	if err != nil || len(text) > maxPage || json.Unmarshal(text, &p) != nil || p.Data == nil {
		return p, 0, errNoHistory
	}
	var ahead time.Duration
	if theirs, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		if off := theirs.Sub(r.now()); off.Abs() > 2*time.Second { // the header has whole seconds
			ahead = off
		}
	}
	return p, ahead, nil
}

// past returns the page's requests, without those whose body cannot be known.
func (p page) past() []past {
	var all []past
	for _, d := range p.Data {
		body, err := decodeBase64(d.Body)
		if err != nil {
			continue
		}
		e := event{Method: d.Method, Headers: map[string][]string{}, Body: body}
		if e.Method == "" {
			e.Method = http.MethodPost
		}
		for name, values := range d.Headers {
			e.Headers[name] = values
		}
		at, _ := time.Parse(time.RFC3339Nano, d.CreatedAt)
		all = append(all, past{d.ID, at, e})
	}
	return all
}
