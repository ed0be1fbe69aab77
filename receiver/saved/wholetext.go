package saved

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/hooktop/hooktop/receiver/saved/command"
	"github.com/hooktop/hooktop/receiver/saved/loosejson"
	"github.com/hooktop/hooktop/receiver/saved/rawhttp"
)

// wholeText reads a text that is not read piece by piece.
func (p *parser) wholeText(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, p.most()+1))
	if err == nil && int64(len(text)) > p.most() {
		err = fmt.Errorf("it is longer than %d bytes", p.most())
	}
	return text, err
}

// rawRequests reads raw HTTP.
func (p *parser) rawRequests(r *bufio.Reader, visit visitor) error {
	text, err := p.wholeText(r)
	if err != nil {
		return unread(err)
	}
	return rawhttp.Read(text, func(m rawhttp.Message, err error) error {
		place := fmt.Sprintf("line %d", m.Line)
		if err != nil {
			return visit(fileEntry{}, place, err)
		}
		if !m.Named && !signed(m.Header) {
			return visit(fileEntry{}, place, &notDelivery{"headers without a request line and a signature"})
		}
		f, err := p.post(Request{Request: m.Request, Others: m.Others, Doubt: m.Doubt})
		return visit(f, place, err)
	})
}

// commands reads command lines such as curl's.
func (p *parser) commands(r *bufio.Reader, visit visitor) error {
	text, err := p.wholeText(r)
	if err != nil {
		return unread(err)
	}
	all, err := command.Read(text, p.files)
	if err != nil {
		return &UnreadError{fmt.Errorf("cannot read the command: %w", err), "put what it needs into the command itself, or pass the request as raw HTTP, JSON or a HAR"}
	}
	for i, c := range all {
		r := newRequest()
		r.Method, r.Body = cmp.Or(c.Method, r.Method), c.Body
		r.setURL(c.URL)
		for _, name := range slices.Sorted(maps.Keys(c.Header)) {
			for _, v := range c.Header[name] {
				r.addHeader(loosejson.Header{Name: name, Value: v})
			}
		}
		f, err := p.post(r)
		if err := visit(f, fmt.Sprintf("request %d", i+1), err); err != nil {
			return err
		}
	}
	return nil
}
