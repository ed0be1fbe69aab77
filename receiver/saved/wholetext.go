package saved

import (
	"bufio"
	"fmt"
	"io"
	"strings"

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
		switch {
		case m.Response:
			return visit(fileEntry{}, place, &notDelivery{"a response"})
		case err != nil:
			return visit(fileEntry{}, place, err)
		case !m.Named && !signed(m.Header):
			return visit(fileEntry{}, place, &notDelivery{"headers without a request line and a signature"})
		}
		f, err := p.post(Request{Request: m.Request, Others: m.Others, Doubt: m.Doubt})
		return visit(f, place, err)
	})
}

// commands reads commands that send a request, such as curl's.
func (p *parser) commands(r *bufio.Reader, visit visitor) error {
	text, err := p.wholeText(r)
	if err != nil {
		return unread(err)
	}
	all, err := command.Read(text, p.files)
	if err != nil {
		return unread(err)
	}
	for i, c := range all {
		request := newRequest()
		request.Method, request.Body = c.Method, c.Body
		if request.setURL(c.URL); request.URL == "" {
			request.URL, request.Host = cutURL(c.URL)
		}
		for name, values := range c.Header {
			for _, value := range values {
				request.addHeader(loosejson.Header{Name: name, Value: value})
			}
		}
		f, err := p.post(request)
		if err := visit(f, fmt.Sprintf("command %d", i+1), err); err != nil {
			return err
		}
	}
	return nil
}

// cutURL takes the path and the host of a URL that is not valid: clients may send
// it all the same.
func cutURL(text string) (path, host string) {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, "#")
	if at := strings.IndexAny(text, "/?"); at >= 0 {
		return text[at:], text[:at]
	}
	return "", text
}
